"""Reminders: one row a recipient, obligation and stage; one digest a recipient and day.

`models.reminding` writes them, `models.digest` says them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    String,
    delete,
    false,
    select,
    text,
    union,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.states import DIGEST_MOVES, DigestState, ObligationState, check_move
from models.base import Base, Ordered, state_column, within_agency
from models.contact import Contact
from models.measure import Obligation


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
    # Its time passed while nothing ran: kept so that it is never told late.
    skipped: Mapped[bool] = mapped_column(default=False, server_default=false())


_WAITING = text("state = 'waiting'")


class DigestRow(Ordered, Base):
    """All that one recipient is told on one day."""

    __tablename__ = "digest"
    __table_args__ = (
        Index(
            "ix_digest_waiting",
            "agency_id",
            "contact_id",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        CheckConstraint("rank BETWEEN 0 AND 3", name="rank"),
        Index("uq_digest_day", "agency_id", "contact_id", "day", unique=True),
        within_agency("contact_id", "contact"),
    )

    contact_id: Mapped[UUID]
    day: Mapped[date]
    created_at: Mapped[datetime]  # by the real clock, whatever day the tick was asked for
    state: Mapped[DigestState] = mapped_column(
        state_column(DigestState, "state"),
        default=DigestState.QUEUED,
        server_default=DigestState.SENT.value,
    )
    rank: Mapped[int] = mapped_column(default=1, server_default="1")  # `domain.quota.Rank`


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


def look_again(session: Session, agency_id: int, today: date) -> int:
    """After a change of what decides when: look at every open obligation at the next tick."""
    statement = (
        update(Obligation)
        .where(
            Obligation.agency_id == agency_id,
            Obligation.state == ObligationState.OPEN,
            Obligation.remind_on > today,
        )
        .values(remind_on=today)
    )
    return session.connection().execute(statement).rowcount


def digest_of_day(session: Session, contact: Contact, day: date) -> DigestRow | None:
    return session.scalar(
        select(DigestRow).where(
            DigestRow.agency_id == contact.agency_id,
            DigestRow.contact_id == contact.id,
            DigestRow.day == day,
        )
    )


_UNSENT = (DigestState.QUEUED, DigestState.WAITING)


def unsent_digests(session: Session, agency_id: int, contact_id: UUID) -> list[DigestRow]:
    """What a recipient has not been told yet, oldest first."""
    query = select(DigestRow).where(
        DigestRow.agency_id == agency_id,
        DigestRow.contact_id == contact_id,
        DigestRow.state.in_(_UNSENT),
    )
    # As they are now, whatever this session has read before: others send and push meanwhile.
    return list(
        session.scalars(
            query.order_by(DigestRow.day, DigestRow.id).execution_options(populate_existing=True)
        )
    )


def set_digest_state(digest: DigestRow, state: DigestState) -> None:
    check_move(DIGEST_MOVES, digest.state, state)
    digest.state = state


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
    *,
    lock: bool = False,
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
    if lock:
        query = query.with_for_update(of=Obligation, skip_locked=True)
    return list(session.scalars(query))


def agencies_to_remind(session: Session, today: date, horizon: int | None) -> list[int]:
    """Agencies with something to look at: what is due by its index, and digests that wait."""
    due = select(Obligation.agency_id).where(_in_time(today, horizon))
    waiting = select(DigestRow.agency_id).where(DigestRow.state == DigestState.WAITING)
    return sorted(session.scalars(union(due, waiting)))
