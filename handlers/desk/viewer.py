"""Who is signed in, as plain data, and the way from there to the database's own person."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from uuid import UUID

from flask import abort, session
from flask_security import RoleMixin, UserMixin, current_user
from sqlalchemy.orm import Session

from handlers.context import now, services
from handlers.desk.permissions import GRANTS, Permission, may
from models import audit, login
from models.agency import Agency
from models.person import Person, Role, get_person, hold_person

SECOND_FACTOR = "second_factor"  # in the session of somebody who gave it


class Refused(Exception):
    """The person changed or was sent away meanwhile."""


@dataclass(frozen=True)
class DeskRole(RoleMixin):
    """A role with its grants, as Flask-Security asks for them."""

    name: str
    permissions: list[str]

    @classmethod
    def named(cls, name: str) -> DeskRole | None:
        if name not in set(Role):
            return None
        return cls(name, sorted(GRANTS[Role(name)]))


@dataclass(frozen=True)
class Viewer(UserMixin):
    """The person behind a request."""

    agency_id: int
    agency_name: str
    person_id: UUID
    username: str
    name: str
    role: Role
    session_key: str
    has_second_factor: bool

    active = True  # whoever has left is no viewer

    @property
    def fs_uniquifier(self) -> str:  # type: ignore[override]  # of a frozen value
        """What a session carries. A new session key ends all of the person's sessions."""
        return f"{self.agency_id}:{self.person_id}:{self.session_key}"

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # of a frozen value
        found = DeskRole.named(self.role)
        return [found] if found else []

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Demanded of whoever may see complaints, and of whoever has set it up. Each time: no
        device is remembered."""
        del tf_fresh
        return self.needs_second_factor or self.has_second_factor, tf_setup_methods

    @property
    def needs_second_factor(self) -> bool:
        return may(self.role, Permission.COMPLAINTS)

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:
        """A wrong password of somebody who is in already, or a wrong code: they count alike."""
        del auth_type, tfa
        with services().db.writing() as db_session:
            try:
                person = held(db_session, self)
            except Refused:
                return
            if login.is_locked(person, now()):
                return
            login.count_failure(person, now())
            if login.is_locked(person, now()):
                log(db_session, person, "person.locked", actor="system")


def our(user: UserMixin) -> Viewer:
    """The viewer that Flask-Security hands back to us."""
    if not isinstance(user, Viewer):
        raise Refused
    return user


def viewer_from(session: Session, person: Person) -> Viewer:
    agency = session.get_one(Agency, person.agency_id)
    return Viewer(
        agency.id,
        agency.name,
        person.id,
        person.username,
        person.name,
        person.role,
        person.session_key,
        person.totp_secret is not None,
    )


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


def signed_in() -> Viewer | None:
    """Whoever is in, with everything that their role asks of them."""
    user = current_user._get_current_object()
    if not isinstance(user, Viewer):
        return None
    required, _ = user.check_tf_required([], False)
    return user if not required or session.get(SECOND_FACTOR) is True else None


def this_person(session: Session) -> Person:
    """The person behind the request, in the session that does the request's work.

    Read again there: between the guard's look and this one they may have been sent away.
    """
    viewer = signed_in()
    person = get_person(session, viewer.agency_id, viewer.person_id) if viewer else None
    if viewer is None or person is None or not person.active or person.role is not viewer.role:
        abort(403)
    return person


def held(session: Session, viewer: Viewer) -> Person:
    """The person behind a viewer, held. Raises `Refused`."""
    person = hold_person(session, viewer.agency_id, viewer.person_id)
    if person is None or not person.active or person.session_key != viewer.session_key:
        raise Refused
    return person


def log(session: Session, person: Person, action: str, *, actor: str = "") -> None:
    """A line in the audit log of what somebody did with their own sign-in."""
    session.flush()
    audit.record(
        session,
        person.agency_id,
        action=action,
        subject=f"person:{person.id}",
        actor=actor or f"person:{person.id}",
        now=now(),
    )
