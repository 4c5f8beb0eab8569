"""Filters of the log that somebody gave a name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, vault
from models.base import Base, Ordered, within_agency
from models.person import Person, Role

MOST_VIEWS = 30  # of one person's own; of the whole office's, three times as many are listed


class TooManyViews(Exception):
    """One has to go before another comes."""


class SavedView(Ordered, Base):
    __tablename__ = "saved_view"
    __table_args__ = (
        Index("ix_saved_view_person", "agency_id", "person_id"),
        within_agency("person_id", "person"),
    )

    person_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[bytes]  # sealed: the address's query string, which may hold what was searched for
    shared: Mapped[bool] = mapped_column(default=False)


def may_change(person: Person, view: SavedView) -> bool:
    """One's own; of what is shared with the office, an admin's too."""
    return view.person_id == person.id or (view.shared and person.role is Role.ADMIN)


def views_for(session: Session, person: Person) -> list[tuple[SavedView, bool]]:
    """A person's own and those shared with the office, by name; each with whether they may change
    it."""
    query = (
        select(SavedView)
        .where(
            SavedView.agency_id == person.agency_id,
            or_(SavedView.person_id == person.id, SavedView.shared),
        )
        .order_by(SavedView.name, SavedView.id)
        .limit(4 * MOST_VIEWS)
    )
    return [(one, may_change(person, one)) for one in session.scalars(query)]


def find_view(session: Session, person: Person, view_id: UUID) -> SavedView | None:
    """One that the person may open."""
    view = session.get(SavedView, (person.agency_id, view_id))
    if view is None or not (view.shared or view.person_id == person.id):
        return None
    return view


def query_of(session: Session, view: SavedView) -> str:
    return vault.open_text(session, view.agency_id, "view", view.query)


def save_view(
    session: Session, person: Person, name: str, query: str, *, shared: bool, now: datetime
) -> SavedView:
    """Under a name that the person has used already, in its place. Raises `TooManyViews`."""
    mine = (SavedView.agency_id == person.agency_id, SavedView.person_id == person.id)
    view = session.scalar(select(SavedView).where(*mine, SavedView.name == name).limit(1))
    if view is None:
        count = session.scalar(select(func.count(SavedView.id)).where(*mine)) or 0
        if count >= MOST_VIEWS:
            raise TooManyViews
        view = SavedView(agency_id=person.agency_id, person_id=person.id, name=name)
        session.add(view)
    view.query = vault.seal_text(session, person.agency_id, "view", query)
    view.shared = shared
    session.flush()
    _log(session, person, view, "view.saved", now)
    return view


def remove_view(session: Session, person: Person, view: SavedView, now: datetime) -> None:
    """For somebody of whom `may_change` said that they may."""
    session.delete(view)
    session.flush()
    _log(session, person, view, "view.removed", now)


def _log(session: Session, person: Person, view: SavedView, action: str, now: datetime) -> None:
    # Its name and its words are not for the log: they may be somebody's.
    audit.record_deed(
        session, person, action, f"view:{view.id}", now, {"shared": "yes" if view.shared else "no"}
    )
