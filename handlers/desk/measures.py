"""A plan's obligations, by measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from flask import abort, request
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day, fiscal_year
from domain.states import ObligationState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.permissions import Permission, division_limit, may
from handlers.desk.viewer import this_person
from models.division import divisions_of, get_division
from models.measure import Obligation, Plan, lateness, obligations_of, plans_of
from models.person import Person
from models.progress import ReportStatus
from models.waiting import unsettled


@dataclass(frozen=True)
class Due:
    id: UUID
    division: str
    due_on: date
    state: ObligationState
    planned_on: date
    days_late: int  # 0 unless it is open and its day is over
    unsettled: ReportStatus | None = None  # a problem, or a wish that nobody has decided


@dataclass
class MeasureGroup:
    number: int
    code: str | None
    title: str
    dropped: bool  # a corrected plan no longer lists it; its reports remain
    dues: list[Due] = field(default_factory=list)


def due_of(obligation: Obligation, at: datetime, waits: ReportStatus | None = None) -> Due:
    days = lateness(obligation, at) if obligation.state is ObligationState.OPEN else 0
    return Due(
        id=obligation.id,
        division=obligation.division.name,
        due_on=obligation.due_on,
        state=obligation.state,
        planned_on=obligation.planned_on,
        days_late=max(days, 0),
        unsettled=waits,
    )


SHOW: dict[str, Callable[[Due], bool]] = {
    "": lambda _due: True,
    "late": lambda due: due.days_late > 0,
    "answered": lambda due: due.state is ObligationState.ANSWERED,
    "problem": lambda due: due.unsettled is ReportStatus.PROBLEM,
    "postpone": lambda due: due.unsettled is ReportStatus.POSTPONE,
}


@desk.get("/measures")
def measures() -> tuple[str, int]:
    at = now()
    show = request.args.get("show", "")
    if show not in SHOW:
        abort(404)
    groups: dict[UUID, MeasureGroup] = {}
    with services().db.reading() as session:
        person = this_person(session)
        imports = may(person.role, Permission.PLANS)
        limit = division_limit(session, person)
        division_id = _asked_division(session, person, limit)
        plans = plans_of(session, person.agency_id)
        plan = _asked_plan(plans, at)
        divisions = [
            (one.id, one.name)
            for one in divisions_of(session, person.agency_id)
            if limit is None or one.id in limit
        ]
        waits = {one.obligation_id: one.status for one in unsettled(session, person.agency_id)}
        if plan is not None:
            for obligation in obligations_of(
                session, person.agency_id, plan, division_id, within=limit
            ):
                due = due_of(obligation, at, waits.get(obligation.id))
                if not SHOW[show](due):
                    continue
                measure = obligation.measure
                group = groups.setdefault(
                    measure.id,
                    MeasureGroup(measure.number, measure.code, measure.title, measure.dropped),
                )
                group.dues.append(due)
        years = [one.fiscal_year for one in plans]
        year, title = (plan.fiscal_year, plan.title) if plan else (None, "")
    return render(
        "measures.html",
        section="desk.measures",
        groups=list(groups.values()),
        divisions=divisions,
        division_id=division_id,
        own_division=divisions[0][1] if limit is not None and len(divisions) == 1 else None,
        years=years,
        year=year,
        plan_title=title,
        show=show,
        imports=imports,
    )


def _asked_division(session: Session, person: Person, limit: frozenset[UUID] | None) -> UUID | None:
    text = request.args.get("division", "")
    if not text:
        return None
    try:
        division_id = UUID(text)
    except ValueError:
        abort(404)
    if get_division(session, person.agency_id, division_id) is None:
        abort(404)
    if limit is not None and division_id not in limit:
        abort(404)
    return division_id


def _asked_plan(plans: list[Plan], at: datetime) -> Plan | None:
    """The asked year's plan; else this fiscal year's; else the newest."""
    asked = request.args.get("year", "")
    if asked:
        found = [plan for plan in plans if str(plan.fiscal_year) == asked]
        return found[0] if found else abort(404)
    this_year = fiscal_year(bangkok_day(at))
    found = [plan for plan in plans if plan.fiscal_year == this_year]
    return next(iter(found or plans), None)
