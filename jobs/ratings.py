"""Asking once more what a reporter thought of the outcome; never a third time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from domain import wording
from domain.calendar import bangkok_day
from domain.messages import Choice, Menu
from domain.wording.words import Words
from jobs.context import JobContext
from models.agency import Agency
from models.case_token import case_data, token_for_reporter
from models.complaint import Complaint
from models.complaint_reporter import note_rating_asked, ratings_to_ask_again
from models.contact import Contact
from models.notice import contact_of_reporter, tell

_BATCH = 200


def ask_again(context: JobContext) -> dict[str, Any]:
    """Ask those who have not rated a closed case, a batch in one commit."""
    today = bangkok_day(context.now)
    asked = skipped = 0
    while True:
        with context.db.writing() as session:
            batch = ratings_to_ask_again(session, today, _BATCH)
            for complaint in batch:
                contact = contact_of_reporter(session, complaint)
                if contact is not None:
                    _ask(session, complaint, contact)
                    asked += 1
                else:
                    skipped += 1
                # Marked whether or not there was anybody to ask: an anonymous reporter, one of
                # the web and one who blocked us would be looked at again every hour, for ever.
                note_rating_asked(session, complaint, today)
        if len(batch) < _BATCH:
            return {"asked": asked, "skipped": skipped}


def _ask(session: Session, complaint: Complaint, contact: Contact) -> None:
    words = wording.words_of(contact.language)
    token = token_for_reporter(session, complaint)
    agency = session.get_one(Agency, complaint.agency_id)
    asked = question(agency.name, complaint.received_on, token, words)
    tell(session, contact, [asked], "rating", datetime.now(UTC))


def question(agency: str, received: date, token: str, words: Words) -> Menu:
    """What it was about is not said: a lock screen shows the beginning."""
    day = wording.show_date(words, received)
    if words is wording.ENGLISH:
        text = f"Your report of {day} has been closed. {words.rate_ask}"
    else:
        text = f"เรื่องที่ท่านแจ้งไว้เมื่อ {day} ปิดแล้วค่ะ {words.rate_ask}"
    stars = reversed(list(enumerate(words.labels.stars, start=1)))
    choices = tuple(
        Choice(label=label, say=label, data=case_data(f"rate{number}", token))
        for number, label in stars
    )
    return Menu(title=agency, text=text, choices=choices)
