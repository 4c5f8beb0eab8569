"""Whose right is new: what an admin can bring about alone opens nothing sealed for three days.

An admin can reset somebody's authenticator, invite them anew, or make a new officer, and so come to
hold two people's accounts. Until those who are told of it have had the time to object, such an
account is no second person. It is read from the audit log, which nobody can take a line out of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.person import Person

NEW_FOR = timedelta(hours=72)
_ALWAYS = frozenset(
    {
        "person.added",
        "person.returned",
        "person.password_set",  # with an invitation's code
        "person.second_factor_reset",
        "person.second_factor_set",  # where there was none; moving one's own is another action
    }
)
_CHANGED, _PASSWORD = "person.changed", "person.password_changed"


@dataclass(frozen=True)
class NewRight:
    why: str  # the audit log's action
    since: datetime
    until: datetime


def new_right(session: Session, person: Person, now: datetime) -> NewRight | None:
    """Why somebody's right is still new, and until when; None where it is not."""
    subject = f"person:{person.id}"
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.agency_id == person.agency_id,
            AuditEntry.subject == subject,
            AuditEntry.action.in_([*_ALWAYS, _CHANGED, _PASSWORD]),
            AuditEntry.at > now - NEW_FOR,
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.number.desc())
    )
    for entry in session.scalars(query):
        if entry.action == _CHANGED and "role" not in entry.detail:
            continue
        if entry.action == _PASSWORD and entry.actor == subject:
            continue  # their own, with the old one
        return NewRight(entry.action, entry.at, entry.at + NEW_FOR)
    return None
