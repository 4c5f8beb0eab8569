"""In whose hands a case is: who works on it, by when, which measure it bears on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import bangkok_day
from domain.states import IllegalMove
from models import complaint_clock
from models.base import WITHOUT_ROW_ORDER, Base, Tenant, within_agency
from models.complaint import (
    Complaint,
    ComplaintKind,
    EntryKind,
    add_entry,
    first_report,
)
from models.complaint_access import hands_out, log_deed, readers_of, visible_to
from models.complaint_hidden import hidden_from
from models.complaint_locking import hold_together
from models.division import Division
from models.duty import duties_of
from models.person import Person, get_person

LONGEST_EXTENSION = timedelta(days=365)


class CannotHand(Exception):
    """The case cannot go there: whoever it would go to may not read it."""


class IsErased(IllegalMove, CannotHand):
    """What it said is erased: nothing is left to work on, and nobody to give it to."""


def check_not_erased(complaint: Complaint) -> None:
    """Raises `IsErased`."""
    if complaint.erased_on is not None:
        raise IsErased("what it said is erased: nothing is left to work on")


class ComplaintAssignment(Tenant, Base):
    """Who works on a complaint. ``received_on`` is the complaint's: the log is read by it."""

    __tablename__ = "complaint_assignment"
    __table_args__ = (
        Index(
            "ix_complaint_assignment_person",
            *("agency_id", "person_id", "received_on", "complaint_id"),
        ),
        within_agency("complaint_id", "complaint"),
        within_agency("person_id", "person"),
        within_agency("assigned_by", "person"),
        WITHOUT_ROW_ORDER,
    )

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    received_on: Mapped[date]
    assigned_by: Mapped[UUID]
    assigned_at: Mapped[datetime]


class ComplaintMeasure(Tenant, Base):
    """A measure of the plan that a complaint bears on."""

    __tablename__ = "complaint_measure"
    __table_args__ = (
        Index("ix_complaint_measure_measure", "agency_id", "measure_id"),
        within_agency("complaint_id", "complaint"),
        within_agency("measure_id", "measure"),
        within_agency("linked_by", "person"),
        WITHOUT_ROW_ORDER,
    )

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure_id: Mapped[UUID] = mapped_column(primary_key=True)
    linked_by: Mapped[UUID]
    linked_on: Mapped[date]


class ComplaintReminder(Tenant, Base):
    """That somebody was told of a case's deadline: once a stage."""

    __tablename__ = "complaint_reminder"
    __table_args__ = (
        within_agency("complaint_id", "complaint"),
        within_agency("person_id", "person"),
        WITHOUT_ROW_ORDER,
    )

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(String(40), primary_key=True)  # "answer-2023-03-31/3"
    told_on: Mapped[date]


def assignee_of(session: Session, complaint: Complaint) -> Person | None:
    row = session.get(ComplaintAssignment, (complaint.agency_id, complaint.id))
    return None if row is None else get_person(session, complaint.agency_id, row.person_id)


def assignees_of(
    session: Session, agency_id: int, ids: Collection[UUID]
) -> dict[UUID, ComplaintAssignment]:
    """The assignments of some complaints, by complaint."""
    rows = session.scalars(
        select(ComplaintAssignment).where(
            ComplaintAssignment.agency_id == agency_id, ComplaintAssignment.complaint_id.in_(ids)
        )
    )
    return {one.complaint_id: one for one in rows}


def may_assign(session: Session, person: Person, complaint: Complaint) -> bool:
    """Officers, and the head of the division that it was handed to. Anybody who may read a case
    takes it themselves."""
    if hands_out(person):
        return True
    division = complaint.division_id
    return division is not None and duties_of(session, person).get(division, False)


def assign(
    session: Session, complaint: Complaint, person: Person | None, by: Person, now: datetime
) -> bool:
    """Give a case to somebody, or to nobody; False where it is in those hands already. Raises
    `CannotHand` where they may not read it, or nobody can any more (`IsErased`). The caller has the
    case locked, and has asked `may_assign` unless ``person`` is ``by``."""
    check_not_erased(complaint)
    row = session.get(ComplaintAssignment, (complaint.agency_id, complaint.id))
    if (row.person_id if row else None) == (person.id if person else None):
        return False
    if person is None:
        session.delete(row)
        session.flush()
        log_deed(session, complaint, by, "complaint.unassigned", now)
        return True
    if person.id not in {one.id for one in readers_of(session, complaint)}:
        raise CannotHand
    if row is None:
        row = ComplaintAssignment(agency_id=complaint.agency_id, complaint_id=complaint.id)
        session.add(row)
    row.person_id, row.assigned_by = person.id, by.id
    row.received_on, row.assigned_at = complaint.received_on, now
    session.flush()
    action = "complaint.taken" if person.id == by.id else "complaint.assigned"
    log_deed(session, complaint, by, action, now, {"person": str(person.id)})
    return True


def hand_over(
    session: Session, complaint: Complaint, division: Division | None, by: Person, now: datetime
) -> bool:
    """Hand a case to a division, or take it back from it; False where it is there already. Raises
    `CannotHand` for a division that it is kept from, and for what integrity officers alone read.
    Whoever may not read it there any more has it in their hands no more."""
    check_not_erased(complaint)
    if complaint.division_id == (division.id if division else None):
        return False
    if division is not None:
        kept = division.id in hidden_from(session, complaint).divisions
        if kept or complaint.kind is ComplaintKind.CORRUPTION:
            raise CannotHand
    complaint.division_id = None if division is None else division.id
    session.flush()
    if division is None:
        log_deed(session, complaint, by, "complaint.handed_back", now)
    else:
        detail = {"division": str(division.id)}
        log_deed(session, complaint, by, "complaint.handed", now, detail)
    take_from_who_may_not_read(session, complaint, by, now)
    return True


def take_from_who_may_not_read(
    session: Session, complaint: Complaint, by: Person | None, now: datetime
) -> None:
    """After the circle of readers grew smaller. ``by`` is None where no member of staff did it: no
    line is written then."""
    division = complaint.division_id
    if division is not None and division in hidden_from(session, complaint).divisions:
        complaint.division_id = None
        session.flush()
        if by is not None:
            log_deed(session, complaint, by, "complaint.handed_back", now)
    row = session.get(ComplaintAssignment, (complaint.agency_id, complaint.id))
    if row is None or row.person_id in {one.id for one in readers_of(session, complaint)}:
        return
    session.delete(row)
    session.flush()
    if by is not None:
        log_deed(session, complaint, by, "complaint.unassigned", now)


def let_go(session: Session, person: Person, by: Person, now: datetime) -> int:
    """The cases at work of somebody who has left, or may read them no more, are nobody's again;
    how many."""
    held = (
        select(Complaint.id)
        .join(
            ComplaintAssignment,
            (ComplaintAssignment.agency_id == Complaint.agency_id)
            & (ComplaintAssignment.complaint_id == Complaint.id),
        )
        .where(
            ComplaintAssignment.agency_id == person.agency_id,
            ComplaintAssignment.person_id == person.id,
            Complaint.ended_on.is_(None),
            Complaint.erased_on.is_(None),
        )
    )
    if person.active:
        held = held.where(~visible_to(person))
    hold_together(session, person.agency_id, session.scalars(held).all())
    cases = session.scalars(held.order_by(Complaint.id)).all()  # as they are now
    for one in cases:
        assign(session, session.get_one(Complaint, (person.agency_id, one)), None, by, now)
    return len(cases)


def extend(
    session: Session, complaint: Complaint, until: date, reason: str, by: Person, now: datetime
) -> None:
    """A later day for the outcome, and why, for the officers. Raises `ValueError` for a day that
    is no later or too far, `domain.states.IllegalMove` where nothing runs."""
    check_not_erased(complaint)
    if complaint.state not in complaint_clock.RUNNING:
        raise IllegalMove("only a case that is being worked on can take longer")
    today = bangkok_day(now)
    before = complaint.outcome_by or today
    if not max(before, today) < until <= today + LONGEST_EXTENSION:
        raise ValueError("an extension goes to a later day, at most a year from now")
    first = first_report(session, complaint)
    complaint_clock.extended(complaint, until, first if first is not complaint else None)
    add_entry(session, complaint, EntryKind.NOTE, now, person=by, text=reason)
    detail = {"from": before.isoformat(), "to": until.isoformat()}
    log_deed(session, complaint, by, "complaint.extended", now, detail)
