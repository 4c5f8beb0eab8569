"""Which tick of which clock job has run: one row each, so that two schedulers run it once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base

_A_DAY = timedelta(days=1)


class Tick(Base):
    __tablename__ = "tick"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime]


def take_tick(session: Session, job: str, slot: str, now: datetime) -> bool:
    """True for the first to ask; the caller commits before it works."""
    try:
        with session.begin_nested():
            session.add(Tick(job=job, slot=slot, started_at=now))
    except IntegrityError:
        return False
    return True


def clock_was_put_back(session: Session, job: str, now: datetime) -> bool:
    """Whether a tick of a time that is yet to come has run; such ticks are forgotten."""
    ahead = now + _A_DAY
    found = session.scalar(
        select(Tick.slot).where(Tick.job == job, Tick.started_at > ahead).limit(1)
    )
    if found is None:
        return False
    session.execute(delete(Tick).where(Tick.started_at > ahead))
    return True


def forget_old_ticks(session: Session, now: datetime, keep: timedelta) -> int:
    statement = delete(Tick).where(Tick.started_at < now - keep)
    return session.connection().execute(statement).rowcount
