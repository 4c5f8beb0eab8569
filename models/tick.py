"""Which tick of which clock job has run: one row each, so that two schedulers run it once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


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


def forget_old_ticks(session: Session, now: datetime, keep: timedelta) -> int:
    statement = delete(Tick).where(Tick.started_at < now - keep)
    return session.connection().execute(statement).rowcount
