"""Divisions (กอง, สำนัก, งาน) of an agency."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import JSON, Index, String, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.divisions import KnownDivision, Outcome, match_division, squeezed
from models.base import Base, Ordered, Tenant, within_agency


class Division(Ordered, Base):
    __tablename__ = "division"
    __table_args__ = (Index("uq_division_name", "agency_id", "name", unique=True),)

    name: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True, server_default=true())


def add_division(
    session: Session, agency_id: int, name: str, aliases: Sequence[str] = ()
) -> Division:
    division = Division(agency_id=agency_id, name=name.strip(), aliases=list(aliases))
    session.add(division)
    session.flush()
    return division


def known_divisions(session: Session, agency_id: int) -> list[KnownDivision]:
    """The divisions that a name may mean, as plain data, in the order of their names; what was
    retired is meant by no name any more."""
    return [
        KnownDivision(one.id, one.name, tuple(one.aliases))
        for one in active_divisions(session, agency_id)
    ]


def find_division(session: Session, agency_id: int, name: str) -> Division | None:
    """The one that a printed name surely means (`domain.divisions`), or None."""
    match = match_division(name, known_divisions(session, agency_id))
    if match.outcome is not Outcome.ONE:
        return None
    return get_division(session, agency_id, match.ids[0])


def remember_alias(session: Session, division: Division, printed: str) -> None:
    """From now on this printed name means the division."""
    alias = " ".join(printed.split())
    if squeezed(alias) not in {squeezed(one) for one in (division.name, *division.aliases)}:
        division.aliases = [*division.aliases, alias]
        session.flush()


def get_division(session: Session, agency_id: int, division_id: UUID) -> Division | None:
    return session.get(Division, (agency_id, division_id))


def active_divisions(session: Session, agency_id: int) -> list[Division]:
    """Those that can be chosen, in the order of their names."""
    return [one for one in divisions_of(session, agency_id) if one.active]


def divisions_of(session: Session, agency_id: int) -> list[Division]:
    """All of them, the retired ones too: for what happened before. Choices: `active_divisions`."""
    return list(
        session.scalars(
            select(Division).where(Division.agency_id == agency_id).order_by(Division.name)
        )
    )


def division_names(session: Session, agency_id: int) -> dict[UUID, str]:
    """Of all of them, as `divisions_of`."""
    return {one.id: one.name for one in divisions_of(session, agency_id)}


class DivisionAnswerer(Tenant, Base):
    """Who answers a division's questions. Beside the division and not in it: a person belongs to
    a division, and two tables that lead to each other can be filled and emptied in no order."""

    __tablename__ = "division_answerer"
    __table_args__ = (
        within_agency("division_id", "division"),
        within_agency("person_id", "person"),
    )

    division_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]


def answerers_of(session: Session, agency_id: int) -> dict[UUID, UUID]:
    """Division to person, where one is named."""
    query = select(DivisionAnswerer).where(DivisionAnswerer.agency_id == agency_id)
    return {one.division_id: one.person_id for one in session.scalars(query)}


def name_answerer(
    session: Session, agency_id: int, division_id: UUID, person_id: UUID | None
) -> None:
    """Name who answers; with None nobody in particular does."""
    found = session.get(DivisionAnswerer, (agency_id, division_id))
    if person_id is None:
        if found is not None:
            session.delete(found)
    elif found is None:
        session.add(
            DivisionAnswerer(agency_id=agency_id, division_id=division_id, person_id=person_id)
        )
    else:
        found.person_id = person_id
    session.flush()
