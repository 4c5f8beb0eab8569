"""Reminding officers of cases' deadlines: once a working day, one message a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.messages import CaseTicket
from domain.quota import ALL_RANKS, Rank, worth_pushing
from jobs.agencies import each_agency
from jobs.context import JobContext
from models.agency import hold_agency
from models.case_reminding import (
    EARLY_AT_MOST,
    Bundle,
    CaseRound,
    agencies_with_running_cases,
    case_policy,
)
from models.complaint_access import Circle
from models.contact import Contact
from models.duty import staff_of
from models.forecast import cost_of, forecast
from models.notice import tell
from models.office import who_is_open
from models.policy import calendar_of, policy_of
from models.quota_use import quota_of
from models.tick import clock_was_put_back, take_tick

_AHEAD = timedelta(days=EARLY_AT_MOST + 14)
_TICK = "case round"


def remind(context: JobContext) -> dict[str, Any]:
    """Every agency's round of the day, at the first tick within its hours; each in one commit. One
    agency's fault does not keep the others from being told."""
    today = bangkok_day(context.now)
    with context.db.writing() as session:
        clock_was_put_back(session, _TICK, context.now)
    with context.db.reading() as session:
        is_open = who_is_open(session, context.now)
        found = agencies_with_running_cases(session, today + _AHEAD)
        agencies = [one for one in found if is_open(one)]
    done = each_agency(
        context,
        agencies,
        _remind_agency,
        counts=("people", "stages", "waiting"),
        fault="agency_not_reminded_of_cases",
    )
    return {"agencies": len(agencies), **done}


def _remind_agency(session: Session, agency_id: int, context: JobContext) -> dict[str, int]:
    agency = hold_agency(session, agency_id)
    today, calendar = bangkok_day(context.now), calendar_of(session, agency_id)
    if not calendar.is_workday(today):
        return {}
    if not take_tick(session, _TICK, f"{agency_id}/{today}", context.now):
        return {}
    policy, staff = policy_of(session, agency_id), staff_of(session, agency_id)
    round_ = CaseRound(
        session,
        agency_id,
        today,
        case_policy(policy),
        calendar,
        staff,
        Circle(session, agency_id),
    )
    bundles = round_.bundles()
    if not bundles:
        return {}
    quota = quota_of(session, agency)
    ranks = ALL_RANKS
    if quota is not None and quota.limit is not None:
        ahead = forecast(session, agency_id, today, policy, calendar, staff)
        ranks = worth_pushing(quota, ahead)
    told = stages = waiting = 0
    for bundle in bundles:
        contact = _way_to(session, bundle, ranks)
        if contact is None:
            waiting += 1  # nothing is noted: the next working day looks again
            continue
        _send(session, bundle, contact)
        round_.note(bundle)
        told, stages = told + 1, stages + len(bundle.rows)
    return {"people": told, "stages": stages, "waiting": waiting}


def _way_to(session: Session, bundle: Bundle, ranks: frozenset[Rank]) -> Contact | None:
    """LINE where the month has room for it, else their e-mail."""
    member = bundle.member
    if member.line is not None and (bundle.rank in ranks or not cost_of(session, member.line)):
        return member.line
    return member.email


def _send(session: Session, bundle: Bundle, contact: Contact) -> None:
    ticket = CaseTicket(
        person_id=str(bundle.member.person.id),
        own=tuple(str(one) for one in bundle.own),
        loose=tuple(str(one) for one in bundle.loose),
        above=tuple(str(one) for one in bundle.above),
    )
    tell(session, contact, [ticket], "case_digest", datetime.now(UTC))
