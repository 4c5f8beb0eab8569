"""Whose eyes a complaint is kept from: the divisions and the people that its reporter named."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.complaint import Complaint, ComplaintExclusion


@dataclass(frozen=True)
class HiddenFrom:
    """Whose eyes a complaint is kept from."""

    divisions: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()


def hide(session: Session, complaint: Complaint, hidden: HiddenFrom) -> None:
    """Keep a complaint from somebody's eyes, from now on."""
    own: dict[str, Any] = {"agency_id": complaint.agency_id, "complaint_id": complaint.id}
    session.add_all(ComplaintExclusion(**own, division_id=one) for one in hidden.divisions)
    session.add_all(ComplaintExclusion(**own, person_id=one) for one in hidden.people)
    session.flush()


def hidden_from(session: Session, complaint: Complaint) -> HiddenFrom:
    return hidden_of(session, complaint.agency_id, [complaint.id])[complaint.id]


def hidden_of(session: Session, agency_id: int, ids: Collection[UUID]) -> dict[UUID, HiddenFrom]:
    """Whom each of some complaints is kept from."""
    divisions: dict[UUID, set[UUID]] = {one: set() for one in ids}
    people: dict[UUID, set[UUID]] = {one: set() for one in ids}
    for row in session.scalars(
        select(ComplaintExclusion).where(
            ComplaintExclusion.agency_id == agency_id, ComplaintExclusion.complaint_id.in_(ids)
        )
    ):
        if row.division_id is not None:
            divisions[row.complaint_id].add(row.division_id)
        if row.person_id is not None:
            people[row.complaint_id].add(row.person_id)
    return {one: HiddenFrom(frozenset(divisions[one]), frozenset(people[one])) for one in ids}


def hide_alike(session: Session, reports: Sequence[Complaint]) -> list[Complaint]:
    """Whom one of them is kept from, all are: whoever reads one learns of the others. Returns
    those that are kept from more eyes than before."""
    if not reports:
        return []
    known = hidden_of(session, reports[0].agency_id, [one.id for one in reports])
    divisions = frozenset[UUID]().union(*(one.divisions for one in known.values()))
    people = frozenset[UUID]().union(*(one.people for one in known.values()))
    changed = []
    for one in reports:
        own = known[one.id]
        more = HiddenFrom(divisions - own.divisions, people - own.people)
        if more != HiddenFrom():
            hide(session, one, more)
            changed.append(one)
    return changed
