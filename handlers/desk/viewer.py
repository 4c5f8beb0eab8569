"""Who is signed in, as plain data, and the way from there to the database's own person."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from flask_login import LoginManager, current_user
from sqlalchemy.orm import Session

from handlers.context import services
from models.agency import Agency
from models.person import Person, Role, get_person


@dataclass(frozen=True)
class Viewer:
    """What Flask-Login keeps of the person behind a request."""

    agency_id: int
    agency_name: str
    person_id: UUID
    name: str
    role: Role
    session_key: str

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return f"{self.agency_id}:{self.person_id}:{self.session_key}"


def viewer_from(session: Session, person: Person) -> Viewer:
    agency = session.get_one(Agency, person.agency_id)
    return Viewer(agency.id, agency.name, person.id, person.name, person.role, person.session_key)


def load_viewer(cookie_id: str) -> Viewer | None:
    """The person a cookie speaks of, unless they left or changed their password since."""
    agency_text, _, rest = cookie_id.partition(":")
    person_text, _, session_key = rest.partition(":")
    try:
        agency_id, person_id = int(agency_text), UUID(person_text)
    except ValueError:
        return None
    with services().db.reading() as session:
        person = get_person(session, agency_id, person_id)
        if person is None or not person.active:
            return None
        if not hmac.compare_digest(person.session_key.encode(), session_key.encode()):
            return None
        return viewer_from(session, person)


def make_login_manager() -> LoginManager:
    manager = LoginManager()
    manager.user_loader(load_viewer)
    return manager


def signed_in() -> Viewer | None:
    user = current_user._get_current_object()
    return user if isinstance(user, Viewer) else None


def this_person(session: Session) -> Person:
    """The person behind the request, in the session that does the request's work.

    Read again there: between the guard's look and this one they may have been sent away.
    """
    viewer = signed_in()
    person = get_person(session, viewer.agency_id, viewer.person_id) if viewer else None
    if viewer is None or person is None or not person.active or person.role is not viewer.role:
        abort(403)
    return person
