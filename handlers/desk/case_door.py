"""Before a case is opened or worked on: may this person, and was their password given lately?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import abort
from sqlalchemy.orm import Session

from handlers.context import services
from handlers.desk.freshness import is_fresh
from handlers.desk.viewer import this_person
from models.complaint import Complaint, ComplaintKind
from models.complaint_access import NotAllowed, find_to_read
from models.complaint_work import find_for_work
from models.person import Person


def readable(session: Session, person: Person, complaint_id: UUID) -> Complaint:
    try:
        return find_to_read(session, person, complaint_id)
    except NotAllowed:
        abort(404)


@contextmanager
def working_on(
    complaint_id: UUID, allowed: Callable[[Person], bool] | None = None
) -> Iterator[tuple[Session, Complaint, Person]]:
    """A writing session, the case held in it, and who works on it: 403 to whom ``allowed`` refuses,
    404 to who may not read the case."""
    with services().db.writing() as session:
        person = this_person(session)
        if allowed is not None and not allowed(person):
            abort(403)
        try:
            held = find_for_work(session, person, complaint_id)
        except NotAllowed:
            abort(404)
        yield session, held, person


def needs_fresh(complaint: Complaint) -> bool:
    """A report of corruption opens only to who gave their password lately."""
    return complaint.kind is ComplaintKind.CORRUPTION and not is_fresh()


def is_shut(complaint_id: UUID) -> bool:
    """Before a deed on a case, whose answer may show the case. Whoever may not read it at all is
    left to the deed, which says so."""
    if is_fresh():
        return False
    with services().db.reading() as session:
        try:
            return needs_fresh(find_to_read(session, this_person(session), complaint_id))
        except NotAllowed:
            return False
