"""Telling those who answer: of questions that newly wait for them, and of who wants a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from domain import question_words as words
from domain.calendar import bangkok_day
from domain.states import TalkState
from jobs.context import JobContext
from models.agency import Agency
from models.contact import Contact
from models.division import division_names
from models.knowledge import Question, text_of
from models.notice import tell
from models.office import text_for, who_is_open
from models.question_rules import Told, answerers_told, officers_told
from models.question_tap import Deed, make_question_tap
from models.question_work import agencies_with_news, untold_questions
from models.talk import agencies_who_wait, end_talk, quiet_talks, untold_talks

SHOWN_AT_MOST = 10  # buttons on one card; the rest come an hour later


def tell_answerers(context: JobContext) -> dict[str, Any]:
    """One message a person with all that is new for them, an agency at a time."""
    with context.db.reading() as session:
        is_open = who_is_open(session, context.now)
        waiting = {*agencies_with_news(session), *agencies_who_wait(session)}
        agencies = sorted(one for one in waiting if is_open(one))
    questions = people = 0
    for agency_id in agencies:
        with context.db.writing() as session:
            round_ = _Round(session, agency_id, context.now)
            round_.tell()
        questions += round_.questions
        people += round_.people
    return {"questions": questions, "people": people}


class _Round:
    """One agency's news of one hour."""

    def __init__(self, session: Session, agency_id: int, now: datetime) -> None:
        self._session = session
        self._agency_id = agency_id
        self._now = now
        self.questions = 0
        self.people = 0

    def tell(self) -> None:
        waiting = untold_questions(self._session, self._agency_id)
        talks = untold_talks(self._session, self._agency_id)
        if not waiting and not talks:
            return
        officers = officers_told(self._session, self._agency_id)
        answerers = answerers_told(self._session, self._agency_id)
        bundles: dict[UUID, tuple[Told, list[Question]]] = {}
        for question in waiting:
            for told in self._whose(question, officers, answerers):
                bundles.setdefault(told.person.id, (told, []))[1].append(question)
        for told in officers if talks else ():
            bundles.setdefault(told.person.id, (told, []))
        called = {told.person.id for told in officers}
        names = division_names(self._session, self._agency_id)
        for person_id, (told, questions) in bundles.items():
            count = len(talks) if person_id in called else 0
            self._send(told.contact, questions, count, names)
        if officers:
            for talk in talks:
                talk.told_at = self._now
        self._session.flush()

    def _whose(
        self, question: Question, officers: Sequence[Told], answerers: dict[UUID, Told]
    ) -> Sequence[Told]:
        if question.division_id is not None and question.division_id in answerers:
            return [answerers[question.division_id]]
        return officers

    def _send(
        self, contact: Contact, questions: list[Question], talks: int, names: dict[UUID, str]
    ) -> None:
        session, now = self._session, self._now
        shown = questions[:SHOWN_AT_MOST]
        items = [
            words.Waiting(
                text=text_of(session, one),
                asked_on=one.asked_on,
                division=names.get(one.division_id, "") if one.division_id else "",
                data=make_question_tap(session, self._agency_id, one.id, Deed.BEGIN, now),
            )
            for one in shown
        ]
        news = words.news(items, len(questions) - len(shown), talks)
        tell(session, contact, [news], "question_news", datetime.now(UTC))
        self.people += 1
        for one in shown:
            if one.told_on is None:
                one.told_on = bangkok_day(now)
                self.questions += 1


def end_quiet_talks(context: JobContext) -> dict[str, Any]:
    """End talks in which nobody has said anything for long, and tell the citizen once."""
    with context.db.writing() as session:
        ended = quiet_talks(session, context.now)
        for talk in ended:
            taken = talk.state is TalkState.TALKING
            end_talk(session, talk, context.now)
            contact = session.get_one(Contact, (talk.agency_id, talk.contact_id))
            if not contact.reachable:
                continue
            agency = session.get_one(Agency, talk.agency_id)
            where = agency.contact_text or words.OFFICE_FALLBACK
            nobody_came = text_for(session, agency.id, "nobody_came", agency=agency.name)
            ended_so = words.ended_by_the_clock(where, taken=taken, nobody_came=nobody_came)
            tell(session, contact, [ended_so], "talk", datetime.now(UTC))
    return {"ended": len(ended)}
