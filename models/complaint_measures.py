"""Which measures of the plan a case bears on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.states import ComplaintState
from models.complaint import Complaint, receipt_marker
from models.complaint_access import log_deed, visible_to
from models.complaint_hands import ComplaintMeasure
from models.measure import Measure, Plan
from models.person import Person

_MOST_LINKED = 20
_MOST_SHOWN = 20


@dataclass(frozen=True)
class MeasureName:
    id: UUID
    year: int  # พ.ศ.
    code: str
    title: str


@dataclass(frozen=True)
class LinkedComplaint:
    id: UUID
    marker: str
    state: ComplaintState


@dataclass(frozen=True)
class LinkedComplaints:
    """``count`` is of those that the viewer may read, and nothing is said of others."""

    count: int
    shown: list[LinkedComplaint]


def measures_of(session: Session, complaint: Complaint) -> list[MeasureName]:
    query = (
        _names()
        .join(
            ComplaintMeasure,
            (ComplaintMeasure.agency_id == Measure.agency_id)
            & (ComplaintMeasure.measure_id == Measure.id),
        )
        .where(
            ComplaintMeasure.agency_id == complaint.agency_id,
            ComplaintMeasure.complaint_id == complaint.id,
        )
    )
    return [MeasureName(row[0], row[1], row[2] or "", row[3]) for row in session.execute(query)]


def measures_to_link(session: Session, agency_id: int) -> list[MeasureName]:
    """Those of the two newest years."""
    years = (
        select(Plan.fiscal_year)
        .where(Plan.agency_id == agency_id)
        .distinct()
        .order_by(Plan.fiscal_year.desc())
        .limit(2)
    )
    newest = list(session.scalars(years))
    query = _names().where(Measure.agency_id == agency_id, Plan.fiscal_year.in_(newest))
    return [MeasureName(row[0], row[1], row[2] or "", row[3]) for row in session.execute(query)]


def _names() -> Select[UUID, int, str | None, str]:
    return (
        select(Measure.id, Plan.fiscal_year, Measure.code, Measure.title)
        .join(Plan, (Plan.agency_id == Measure.agency_id) & (Plan.id == Measure.plan_id))
        .order_by(Plan.fiscal_year.desc(), Measure.number)
    )


def link_measure(
    session: Session, complaint: Complaint, measure_id: UUID, person: Person, now: datetime
) -> bool:
    """False where it is linked already, is no measure of this agency, or there are too many."""
    agency_id = complaint.agency_id
    if session.get(Measure, (agency_id, measure_id)) is None:
        return False
    if session.get(ComplaintMeasure, (agency_id, complaint.id, measure_id)) is not None:
        return False
    if len(measures_of(session, complaint)) >= _MOST_LINKED:
        return False
    row = ComplaintMeasure(
        agency_id=agency_id,
        complaint_id=complaint.id,
        measure_id=measure_id,
        linked_by=person.id,
        linked_on=bangkok_day(now),
    )
    session.add(row)
    session.flush()
    log_deed(
        session, complaint, person, "complaint.measure_linked", now, {"measure": str(measure_id)}
    )
    return True


def unlink_measure(
    session: Session, complaint: Complaint, measure_id: UUID, person: Person, now: datetime
) -> bool:
    row = session.get(ComplaintMeasure, (complaint.agency_id, complaint.id, measure_id))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    log_deed(
        session, complaint, person, "complaint.measure_unlinked", now, {"measure": str(measure_id)}
    )
    return True


def complaints_of_measure(session: Session, viewer: Person, measure_id: UUID) -> LinkedComplaints:
    """For a measure's own page: of the cases that bear on it, those that the viewer may read."""
    which = (
        visible_to(viewer),
        Complaint.id.in_(
            select(ComplaintMeasure.complaint_id).where(
                ComplaintMeasure.agency_id == viewer.agency_id,
                ComplaintMeasure.measure_id == measure_id,
            )
        ),
    )
    count = session.scalar(select(func.count()).select_from(Complaint).where(*which)) or 0
    newest = select(Complaint).where(*which)
    newest = newest.order_by(Complaint.received_on.desc(), Complaint.id).limit(_MOST_SHOWN)
    rows = session.scalars(newest)
    shown = [LinkedComplaint(one.id, receipt_marker(one), one.state) for one in rows]
    return LinkedComplaints(count, shown)
