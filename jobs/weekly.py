"""The executives' weekly digest: one picture and one text for each ปลัด and นายก."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.messages import Message, Picture, Text
from domain.weekly import WEEKLY, Figures, alt_of, text_of
from jobs.agencies import each_agency
from jobs.context import JobContext
from models.agency import Agency, hold_agency
from models.contact import Contact
from models.duty import Member
from models.notice import tell
from models.office import who_is_open
from models.quota_use import quota_of
from models.weekly import (
    WeeklyReport,
    agencies_to_tell,
    executives_of,
    figures_of,
    get_week,
    keep_week,
)

PICTURE = "/a/{slug}/weekly/{key}.png"
PREVIEW = "/a/{slug}/weekly/small/{key}.png"


def tell_executives(context: JobContext) -> dict[str, Any]:
    """An agency at a time, each in one commit; one's fault is counted and keeps nobody else from
    being told. It is tried again at the next tick of the week."""
    today = bangkok_day(context.now)
    with context.db.reading() as session:
        is_open = who_is_open(session, context.now)
        agencies = [one for one in agencies_to_tell(session, today) if is_open(one)]
    return each_agency(
        context,
        agencies,
        _tell_agency,
        counts=("agencies", "messages", "kept_back"),
        fault="executives_not_told",
    )


def _tell_agency(session: Session, agency_id: int, context: JobContext) -> dict[str, int]:
    # Held, so that a second tick waits here and then finds the week's row.
    agency = hold_agency(session, agency_id)
    figures = figures_of(session, agency, bangkok_day(context.now))
    people = executives_of(session, agency_id)
    if not people or not figures.says_something:
        return {}
    if get_week(session, agency_id, figures.week_of) is not None:
        return {}
    row = keep_week(session, agency_id, figures, context.now)
    told = _contacts(session, agency, people)
    messages = messages_of(agency.slug, row, figures, context)
    for contact in told:
        tell(session, contact, messages, WEEKLY, datetime.now(UTC))
    return {"agencies": 1, "messages": len(told), "kept_back": len(people) - len(told)}


def messages_of(
    slug: str, row: WeeklyReport, figures: Figures, context: JobContext
) -> tuple[Message, ...]:
    """The text says what the picture shows. Where LINE cannot fetch pictures it comes alone."""
    text = Text(text=text_of(figures, context.public_url))
    if not context.shows_pictures:
        return (text,)
    picture = Picture(
        url=context.public_url + PICTURE.format(slug=slug, key=row.key),
        preview_url=context.public_url + PREVIEW.format(slug=slug, key=row.key),
        alt=alt_of(figures),
    )
    return picture, text


def _contacts(session: Session, agency: Agency, people: list[Member]) -> list[Contact]:
    """Everybody by LINE where it can, unless that would take what is kept for receipts of
    complaints; then by e-mail alone. The others find the week on the desk."""
    quota = quota_of(session, agency)
    by_line = sum(1 for one in people if one.line is not None)
    if quota is None or quota.spendable is None or by_line <= quota.spendable:
        return [one.contact for one in people if one.contact is not None]
    return [one.email for one in people if one.email is not None]
