"""Divisions (กอง, สำนัก, งาน) of an agency."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import JSON, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Ordered


class Division(Ordered, Base):
    __tablename__ = "division"
    __table_args__ = (Index("uq_division_name", "agency_id", "name", unique=True),)

    name: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)


def add_division(
    session: Session, agency_id: int, name: str, aliases: Sequence[str] = ()
) -> Division:
    division = Division(agency_id=agency_id, name=name.strip(), aliases=list(aliases))
    session.add(division)
    session.flush()
    return division


def find_division(session: Session, agency_id: int, name: str) -> Division | None:
    """By its name or one of its aliases, as printed."""
    wanted = name.strip()
    for division in divisions_of(session, agency_id):
        if wanted == division.name or wanted in division.aliases:
            return division
    return None


def get_division(session: Session, agency_id: int, division_id: UUID) -> Division | None:
    return session.get(Division, (agency_id, division_id))


def divisions_of(session: Session, agency_id: int) -> list[Division]:
    return list(
        session.scalars(
            select(Division).where(Division.agency_id == agency_id).order_by(Division.name)
        )
    )
