"""How much waits for an officer: the numbers on the desk's first page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from domain.states import (
    ComplaintState,
    InboxState,
    ObligationState,
    OutboxState,
)
from models.complaint import Complaint
from models.complaint_access import visible_to
from models.inbox import InboxEvent
from models.measure import Measure, Obligation, Plan
from models.outbox import OutboxMessage
from models.person import Person
from models.progress import ProgressReport, ReportStatus


def new_complaints(session: Session, viewer: Person) -> int:
    """Complaints nobody has taken up yet, of the kinds that the viewer may read."""
    query = select(func.count()).where(
        visible_to(viewer),
        Complaint.state == ComplaintState.RECEIVED,
    )
    return session.scalar(query) or 0


def obligations_by_year(
    session: Session,
    agency_id: int,
    state: ObligationState,
    *,
    within: Collection[UUID] | None = None,
    due_before: date | None = None,
) -> dict[int, int]:
    """How many obligations are in a state, by the fiscal year (พ.ศ.) of their plan; of some
    divisions, or of all."""
    query = (
        select(Plan.fiscal_year, func.count())
        .select_from(Obligation)
        .join(
            Measure,
            (Measure.agency_id == Obligation.agency_id) & (Measure.id == Obligation.measure_id),
        )
        .join(Plan, (Plan.agency_id == Measure.agency_id) & (Plan.id == Measure.plan_id))
        .where(Obligation.agency_id == agency_id, Obligation.state == state)
        .group_by(Plan.fiscal_year)
        .order_by(Plan.fiscal_year.desc())
    )
    if within is not None:
        query = query.where(Obligation.division_id.in_(within))
    if due_before is not None:
        query = query.where(Obligation.due_on < due_before)
    return {row[0]: row[1] for row in session.execute(query)}


@dataclass(frozen=True)
class Unsettled:
    """An open obligation of which a problem, or an undecided wish to postpone, was heard last."""

    obligation_id: UUID
    year: int  # พ.ศ., of its plan
    status: ReportStatus


def unsettled(
    session: Session, agency_id: int, within: Collection[UUID] | None = None
) -> list[Unsettled]:
    """What somebody above the division is to look at; of some divisions, or of all."""
    newer = aliased(ProgressReport)
    problem = ProgressReport.status == ReportStatus.PROBLEM
    wish = (ProgressReport.status == ReportStatus.POSTPONE) & ProgressReport.review.is_(None)
    query = (
        select(Obligation.id, Plan.fiscal_year, ProgressReport.status)
        .select_from(Obligation)
        .join(
            ProgressReport,
            (ProgressReport.agency_id == Obligation.agency_id)
            & (ProgressReport.obligation_id == Obligation.id),
        )
        .join(
            Measure,
            (Measure.agency_id == Obligation.agency_id) & (Measure.id == Obligation.measure_id),
        )
        .join(Plan, (Plan.agency_id == Measure.agency_id) & (Plan.id == Measure.plan_id))
        .where(
            Obligation.agency_id == agency_id,
            Obligation.state == ObligationState.OPEN,
            problem | wish,
            ~exists().where(
                newer.agency_id == ProgressReport.agency_id,
                newer.obligation_id == ProgressReport.obligation_id,
                newer.number > ProgressReport.number,
            ),
        )
        .order_by(Plan.fiscal_year.desc(), Obligation.id)
    )
    if within is not None:
        query = query.where(Obligation.division_id.in_(within))
    return [Unsettled(*row) for row in session.execute(query)]


def failed_deliveries(session: Session, agency_id: int) -> int:
    """Events nobody could handle, and messages that did not (or may not have) arrived."""
    events = select(func.count()).where(
        InboxEvent.agency_id == agency_id, InboxEvent.state == InboxState.FAILED
    )
    messages = select(func.count()).where(
        OutboxMessage.agency_id == agency_id,
        OutboxMessage.state.in_([OutboxState.REFUSED, OutboxState.HELD, OutboxState.UNKNOWN]),
    )
    return (session.scalar(events) or 0) + (session.scalar(messages) or 0)
