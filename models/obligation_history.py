"""All that happened to one obligation, from every table that knows something of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sized
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import BANGKOK
from domain.ids import time_of_id
from domain.reminders import Level
from domain.states import DigestState
from models.audit import AuditEntry
from models.contact import Contact
from models.duty import Staff, staff_of
from models.measure import Obligation
from models.measure_review import OpenedReport, reports_of
from models.obligation_changes import Change, changes_of
from models.person import names_of
from models.reminder import DigestRow, Reminder

SHOWN_AT_MOST = 100  # of each kind
REVIEWS = (
    *("obligation.accepted", "obligation.returned"),
    *("postponement.granted", "postponement.declined"),
)


class Kind(StrEnum):
    MADE = "made"
    REPORT = "report"
    REVIEW = "review"
    CHANGE = "change"
    REMINDER = "reminder"


@dataclass(frozen=True)
class Reminding:
    """One stage, as it was told on one day."""

    day: date
    stage: str
    told: Mapping[Level | None, int]  # how many at each level; None: who has left since
    states: frozenset[DigestState]


@dataclass(frozen=True)
class Happening:
    kind: Kind
    at: datetime
    by: str = ""
    action: str = ""  # of a review, as the audit log calls it
    reason: str = ""
    report: OpenedReport | None = None
    change: Change | None = None
    reminding: Reminding | None = None


@dataclass
class History:
    """Newest first; ``reports`` are those in it."""

    happenings: list[Happening] = field(default_factory=list)
    reports: list[OpenedReport] = field(default_factory=list)
    is_cut: bool = False  # of some kind there is more


def history_of(session: Session, obligation: Obligation) -> History:
    reports = reports_of(session, obligation, SHOWN_AT_MOST)
    changes = changes_of(session, obligation, SHOWN_AT_MOST)
    reviews = _reviews(session, obligation)
    names = names_of(session, obligation.agency_id, {one.person_id for one in changes})
    remindings = _remindings(session, obligation)
    found = [
        Happening(Kind.MADE, time_of_id(obligation.id)),
        *(
            Happening(Kind.REPORT, one.report.reported_at, one.person.name, report=one)
            for one in reports
        ),
        *(
            Happening(
                Kind.CHANGE, one.at, names.get(one.person_id, ""), reason=one.reason, change=one
            )
            for one in changes
        ),
        *reviews,
        *(
            # Reminders know their day alone: they go out from the morning on.
            Happening(Kind.REMINDER, _morning(one.day), reminding=one)
            for one in remindings
        ),
    ]
    made, rest = found[0], found[1:]
    # Of one instant, what came of a report stands above it.
    rest.sort(key=lambda one: (one.at, list(Kind).index(one.kind)), reverse=True)
    kinds: tuple[Sized, ...] = (reports, changes, reviews, remindings)
    return History([*rest, made], reports, any(len(one) >= SHOWN_AT_MOST for one in kinds))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8, 30), BANGKOK).astimezone(UTC)


def _reviews(session: Session, obligation: Obligation) -> list[Happening]:
    """From the audit log, which keeps each of them; beside a report stands its newest alone, with
    the reason."""
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.agency_id == obligation.agency_id,
            AuditEntry.subject == f"obligation:{obligation.id}",
            AuditEntry.action.in_(REVIEWS),
        )
        .order_by(AuditEntry.number.desc())
        .limit(SHOWN_AT_MOST)
    ).all()
    people = {id_ for one in entries if (id_ := _person(one.actor)) is not None}
    names = names_of(session, obligation.agency_id, people)
    return [
        Happening(
            Kind.REVIEW,
            one.at,
            names.get(person, "") if (person := _person(one.actor)) else "",
            action=one.action,
        )
        for one in entries
    ]


def _person(actor: str) -> UUID | None:
    try:
        return UUID(actor.removeprefix("person:"))
    except ValueError:
        return None


def _remindings(session: Session, obligation: Obligation) -> list[Reminding]:
    """Since its stages began last: what is moved, returned or handed over begins anew."""
    rows = session.execute(
        select(DigestRow.day, Reminder.stage, DigestRow.state, Contact)
        .select_from(Reminder)
        .join(
            DigestRow,
            (DigestRow.agency_id == Reminder.agency_id) & (DigestRow.id == Reminder.digest_id),
        )
        .join(
            Contact,
            (Contact.agency_id == Reminder.agency_id) & (Contact.id == Reminder.contact_id),
        )
        .where(
            Reminder.agency_id == obligation.agency_id,
            Reminder.obligation_id == obligation.id,
            Reminder.skipped.is_(False),
        )
        .order_by(DigestRow.day.desc(), Reminder.stage)
        .limit(SHOWN_AT_MOST * 5)
    ).all()
    if not rows:
        return []
    staff = staff_of(session, obligation.agency_id)
    told: dict[tuple[date, str], Counter[Level | None]] = {}
    states: dict[tuple[date, str], set[DigestState]] = {}
    for day, stage, state, contact in rows:
        key = (day, stage)
        level = _level(staff, contact, obligation.division_id)
        told.setdefault(key, Counter())[level] += 1
        states.setdefault(key, set()).add(state)
    return [
        Reminding(day, stage, told[day, stage], frozenset(states[day, stage]))
        for day, stage in list(told)[:SHOWN_AT_MOST]
    ]


def _level(staff: Staff, contact: Contact, division_id: UUID) -> Level | None:
    if contact.division_id is not None:
        return Level.DIVISION
    for member in staff.members:
        if contact.id in (member.line and member.line.id, member.email and member.email.id):
            return member.level_in(division_id)
    return None
