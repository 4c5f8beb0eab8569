"""Reading the audit log: filtered, by pages, from the newest line to the very first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from domain.calendar import start_of_bangkok_day
from models.audit import AuditEntry, entry_count
from models.complaint import Complaint
from models.complaint_access import visible_to
from models.person import Person

_MARKER = 6  # hexadecimal digits of `models.complaint.receipt_marker`
_MOST_MARKED = 20
_NEIGHBOURS = 2000  # lines written by several at once may stand beside their time


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. ``actor`` as the log writes it; ``groups`` are what actions begin
    with; ``subjects`` is None where any will do."""

    actor: str = ""
    groups: tuple[str, ...] = ()
    subjects: tuple[str, ...] | None = None
    first: date | None = None
    last: date | None = None


def page(
    session: Session,
    agency_id: int,
    wanted: Wanted,
    limit: int,
    *,
    before: int | None = None,
    after: int | None = None,
) -> list[AuditEntry]:
    """Newest first: those below ``before``, or the ``limit`` that come next above ``after``."""
    query = select(AuditEntry).where(*_conditions(session, agency_id, wanted))
    if after is not None:
        query = query.where(AuditEntry.number > after).order_by(AuditEntry.number)
        return list(session.scalars(query.limit(limit)))[::-1]
    if before is not None:
        query = query.where(AuditEntry.number < before)
    return list(session.scalars(query.order_by(AuditEntry.number.desc()).limit(limit)))


def _conditions(session: Session, agency_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [AuditEntry.agency_id == agency_id]
    if wanted.actor:
        found.append(AuditEntry.actor == wanted.actor)
    if wanted.groups:
        starts = [AuditEntry.action.startswith(one, autoescape=True) for one in wanted.groups]
        found.append(or_(*starts))
    if wanted.subjects is not None:
        found.append(AuditEntry.subject.in_(wanted.subjects))
    if wanted.first is not None:
        number = _number_at(session, agency_id, wanted.first)
        found.append(AuditEntry.number >= number - _NEIGHBOURS)
        found.append(AuditEntry.at >= start_of_bangkok_day(wanted.first))
    if wanted.last is not None:
        day = wanted.last + timedelta(days=1)
        number = _number_at(session, agency_id, day)
        found.append(AuditEntry.number <= number + _NEIGHBOURS)
        found.append(AuditEntry.at < start_of_bangkok_day(day))
    return found


def _number_at(session: Session, agency_id: int, day: date) -> int:
    """The first line of a day or after it, near enough: lines stand in the order of their time,
    so that it is found by halves, and no index on times is needed."""
    instant = start_of_bangkok_day(day)
    low, high = 1, entry_count(session, agency_id) + 1
    while low < high:
        middle = (low + high) // 2
        query = select(AuditEntry.at).where(
            AuditEntry.agency_id == agency_id, AuditEntry.number == middle
        )
        at = session.scalar(query)
        if at is None or at < instant:
            low = middle + 1
        else:
            high = middle
    return low


def marked(session: Session, viewer: Person, marker: str) -> tuple[str, ...]:
    """The subjects behind a complaint's marker (`3F2A9C`), of those that the viewer may read: of
    the others not even that they exist is told."""
    digits = marker.strip().lower()
    if len(digits) != _MARKER or not set(digits) <= set("0123456789abcdef"):
        return ()
    rest = 32 - _MARKER
    low, high = UUID(digits + "0" * rest), UUID(digits + "f" * rest)
    query = select(Complaint.id).where(visible_to(viewer), Complaint.id.between(low, high))
    return tuple(f"complaint:{one}" for one in session.scalars(query.limit(_MOST_MARKED)))


def actors_of(session: Session, agency_id: int) -> Sequence[tuple[UUID, str]]:
    """Whom the log can be asked about: everybody who is or was on the staff."""
    query = select(Person.id, Person.name).where(Person.agency_id == agency_id)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Person.name, Person.id))]
