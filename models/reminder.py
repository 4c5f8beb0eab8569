"""Reminders: one row a recipient, obligation and stage; one digest a recipient and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain import messages as spoken
from domain.calendar import short_date
from domain.reminders import Level
from domain.states import ObligationState
from models.base import Base, Ordered, within_agency
from models.contact import Contact
from models.measure import Obligation, ReportStatus, was_returned
from models.person import Person, Post, Role, person_of_contact
from models.tap import make_tap

SHOWN_AT_MOST = 12  # a Flex carousel's bubbles, per LINE
RETURNED = "ส่งกลับให้แก้ไข"  # why, only the desk and the one who reported are told


class Reminder(Ordered, Base):
    """This recipient is told of this obligation at this stage, once."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index(
            "uq_reminder_stage",
            "agency_id",
            "obligation_id",
            "contact_id",
            "stage",
            unique=True,
        ),
        Index("ix_reminder_digest_id", "agency_id", "digest_id"),
        within_agency("obligation_id", "obligation"),
        within_agency("contact_id", "contact"),
        within_agency("digest_id", "digest"),
    )

    obligation_id: Mapped[UUID]
    contact_id: Mapped[UUID]
    digest_id: Mapped[UUID]
    stage: Mapped[str] = mapped_column(String(12))


class DigestRow(Ordered, Base):
    """All that one recipient is told on one day."""

    __tablename__ = "digest"
    __table_args__ = (
        Index("uq_digest_day", "agency_id", "contact_id", "day", unique=True),
        within_agency("contact_id", "contact"),
    )

    contact_id: Mapped[UUID]
    day: Mapped[date]
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class Recipient:
    contact: Contact
    level: Level


def recipients_for(session: Session, agency_id: int, division_id: UUID) -> list[Recipient]:
    """Whom LINE can reach for a division: its staff, its groups, its heads, ปลัด and นายก."""
    staff = session.execute(
        select(Person, Contact)
        .join(
            Contact,
            (Contact.agency_id == Person.agency_id) & (Contact.id == Person.contact_id),
        )
        .where(Person.agency_id == agency_id, Person.active, Contact.reachable)
        .order_by(Person.id)
    )
    found = []
    for person, contact in staff:
        level = _level(person, division_id)
        if level is not None:
            found.append(Recipient(contact, level))
    groups = session.scalars(
        select(Contact).where(
            Contact.agency_id == agency_id,
            Contact.division_id == division_id,
            Contact.reachable,
        )
    )
    found.extend(Recipient(group, Level.DIVISION) for group in groups)
    return found


def _level(person: Person, division_id: UUID) -> Level | None:
    if person.post is Post.MAYOR:
        return Level.MAYOR
    if person.post is Post.CLERK:
        return Level.CLERK
    if person.division_id != division_id:
        return None
    if person.role is Role.DIVISION_HEAD:
        return Level.HEAD
    return Level.DIVISION if person.role is Role.DIVISION_STAFF else None


def has_been_told(session: Session, obligation: Obligation, contact: Contact, stage: str) -> bool:
    found = session.scalar(
        select(Reminder.id).where(
            Reminder.agency_id == obligation.agency_id,
            Reminder.obligation_id == obligation.id,
            Reminder.contact_id == contact.id,
            Reminder.stage == stage,
        )
    )
    return found is not None


def remind_again(session: Session, obligation: Obligation, today: date) -> None:
    """Forget what was said of an obligation that is open again, so that its stages speak anew."""
    session.execute(
        delete(Reminder).where(
            Reminder.agency_id == obligation.agency_id,
            Reminder.obligation_id == obligation.id,
        )
    )
    obligation.remind_on = today
    session.flush()


def digest_of_day(session: Session, contact: Contact, day: date) -> DigestRow | None:
    return session.scalar(
        select(DigestRow).where(
            DigestRow.agency_id == contact.agency_id,
            DigestRow.contact_id == contact.id,
            DigestRow.day == day,
        )
    )


def compose(
    session: Session, agency_id: int, digest_id: UUID, now: datetime
) -> spoken.Digest | None:
    """A digest as it is true now: who has left and what was answered since fall out of it.
    Days late are counted on the digest's own day.

    None when nothing is left to say.
    """
    digest = session.get(DigestRow, (agency_id, digest_id))
    if digest is None:
        return None
    contact = session.get_one(Contact, (agency_id, digest.contact_id))
    obligations = _open_obligations(session, digest)
    obligations = [one for one in obligations if _is_still_told(session, contact, one)]
    if not obligations:
        return None
    today = digest.day
    obligations.sort(key=lambda one: (one.due_on, one.measure.number))
    shown = obligations[:SHOWN_AT_MOST]
    late = sum(1 for one in obligations if one.due_on < today)
    heading = f"มีมาตรการรอรายงานผล {len(obligations)} รายการ"
    if late:
        heading += f" เกินกำหนดแล้ว {late} รายการ"
    return spoken.Digest(
        heading=heading,
        items=tuple(_item(session, one, today, now) for one in shown),
        more=len(obligations) - len(shown),
    )


def _open_obligations(session: Session, digest: DigestRow) -> list[Obligation]:
    rows = session.scalars(
        select(Obligation)
        .join(
            Reminder,
            (Reminder.agency_id == Obligation.agency_id)
            & (Reminder.obligation_id == Obligation.id),
        )
        .where(
            Reminder.agency_id == digest.agency_id,
            Reminder.digest_id == digest.id,
            Obligation.state == ObligationState.OPEN,
        )
    )
    return list(rows.unique())


def _is_still_told(session: Session, contact: Contact, obligation: Obligation) -> bool:
    if not contact.reachable:
        return False
    if contact.division_id is not None:
        return contact.division_id == obligation.division_id
    person = person_of_contact(session, contact)
    return person is not None and _level(person, obligation.division_id) is not None


def report_buttons(
    session: Session, obligation: Obligation, now: datetime
) -> tuple[spoken.Choice, ...]:
    """The four answers a division can give with one tap."""
    return tuple(
        spoken.Choice(
            label=label,
            say=label,
            data=make_tap(session, obligation.agency_id, obligation.id, status, now),
        )
        for status, label in _BUTTONS
    )


_BUTTONS: Sequence[tuple[ReportStatus, str]] = (
    (ReportStatus.DONE, "เสร็จแล้ว"),
    (ReportStatus.IN_PROGRESS, "กำลังทำ"),
    (ReportStatus.PROBLEM, "ติดปัญหา"),
    (ReportStatus.POSTPONE, "ขอเลื่อน"),
)


def _item(session: Session, obligation: Obligation, today: date, now: datetime) -> spoken.DueItem:
    days = (today - obligation.due_on).days
    if days > 0:
        lateness = f"เกินกำหนด {days} วัน"
    else:
        lateness = "ครบกำหนดวันนี้" if days == 0 else f"เหลือ {-days} วัน"
    if was_returned(session, obligation):
        lateness += f" · {RETURNED}"
    return spoken.DueItem(
        title=obligation.measure.title,
        code=obligation.measure.code,
        division=obligation.division.name,
        due=short_date(obligation.due_on),
        lateness=lateness,
        late=days > 0,
        choices=report_buttons(session, obligation, now),
    )


def _in_time(today: date, horizon: int | None) -> ColumnElement[bool]:
    """Open obligations whose next reminder has come; with a horizon, all within so many days."""
    is_open = Obligation.state == ObligationState.OPEN
    if horizon is None:
        return is_open & (Obligation.remind_on <= today)
    return is_open & (Obligation.due_on <= today + timedelta(days=horizon))


def obligations_to_remind(
    session: Session,
    agency_id: int,
    today: date,
    horizon: int | None,
    after: UUID | None,
    limit: int,
) -> list[Obligation]:
    """A batch of an agency's obligations to look at, in the order of their ids."""
    query = (
        select(Obligation)
        .where(Obligation.agency_id == agency_id, _in_time(today, horizon))
        .order_by(Obligation.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Obligation.id > after)
    return list(session.scalars(query))


def agencies_to_remind(session: Session, today: date, horizon: int | None) -> list[int]:
    rows = session.scalars(
        select(Obligation.agency_id)
        .where(_in_time(today, horizon))
        .distinct()
        .order_by(Obligation.agency_id)
    )
    return list(rows)
