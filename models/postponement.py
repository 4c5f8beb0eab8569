"""Wishes to postpone: who decides, what stands in the way, and what a decision does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from domain.calendar import bangkok_day, fiscal_year, fiscal_year_bounds
from domain.reminders import LADDER, Level
from domain.states import ObligationState
from models.duty import Member, Staff, duties_of
from models.measure import Obligation, Plan, get_obligation, log_deed, remind_from_the_first
from models.person import Person, Post, Role, get_person
from models.progress import (
    ProgressReport,
    ReportStatus,
    ReviewOutcome,
    get_report,
    latest_report,
    set_review,
)
from models.reminder import remind_again


@dataclass(frozen=True)
class Superiors:
    """Who is told of a division's answer, and in which post."""

    level: Level | None = None  # None: there is nobody above
    members: list[Member] = field(default_factory=list)


def superiors(staff: Staff, division_id: UUID, asker_id: UUID) -> Superiors:
    """The head of a division, or the next one up: where the post is vacant, where whoever holds
    it can be reached neither by LINE nor by e-mail, and where it is they who ask."""
    asker = next((one for one in staff.members if one.person.id == asker_id), None)
    own = None if asker is None else asker.level_in(division_id)
    for level in _above(own):
        found = [one for one in staff.holders(division_id, level) if one.contact is not None]
        if found:
            return Superiors(level, found)
    return Superiors()


def _above(level: Level | None) -> tuple[Level, ...]:
    """Of those who decide; the one who asks may hold no post in the division (an admin)."""
    return LADDER[max(1, 0 if level is None else LADDER.index(level) + 1) :]


def may_decide(
    session: Session, person: Person, obligation: Obligation, report: ProgressReport
) -> bool:
    """Admins, and whoever stands above the one who asks; never the one who asks."""
    if not person.active or person.agency_id != obligation.agency_id:
        return False
    if person.id == report.person_id:
        return False
    if person.role is Role.ADMIN:
        return True
    asker = get_person(session, obligation.agency_id, report.person_id)
    own = None if asker is None else level_of(session, asker, obligation.division_id)
    return level_of(session, person, obligation.division_id) in _above(own)


def level_of(session: Session, person: Person, division_id: UUID) -> Level | None:
    """The post in which a person stands to a division, as `models.duty.Member.level_in`."""
    if person.post is not None:
        return Level.MAYOR if person.post is Post.MAYOR else Level.CLERK
    is_head = duties_of(session, person).get(division_id)
    if is_head is None:
        return None
    return Level.HEAD if is_head else Level.DIVISION


def latest_day(session: Session, obligation: Obligation, today: date) -> date:
    """The furthest day that may be wished for: the end of the fiscal year after the plan's, and
    of what is older than that, the end of this one."""
    plan_id = obligation.measure.plan_id
    plan = session.get_one(Plan, (obligation.agency_id, plan_id))
    year = max(plan.fiscal_year + 1, fiscal_year(today))
    return fiscal_year_bounds(year)[1]


class Why(StrEnum):
    """What has happened, so that a wish is not decided any more."""

    GRANTED = "granted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    ANSWERED = "answered"  # the division reported that it is done
    NEWER = "newer"  # … or something else, or wished for another day
    PASSED = "passed"  # the day itself is over: it can be declined


class WishIsOver(Exception):
    """A wish is not decided (any more); ``why`` says what has happened."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def hold_wish(
    session: Session, agency_id: int, report_id: UUID
) -> tuple[Obligation, ProgressReport] | None:
    """A wish and its obligation, locked; None when the report is not there, or no wish."""
    report = get_report(session, agency_id, report_id)
    if report is None or report.status is not ReportStatus.POSTPONE:
        return None
    obligation = get_obligation(session, agency_id, report.obligation_id, lock=True)
    if obligation is None:
        return None
    session.refresh(report)  # a decision of the same moment was waited for
    return obligation, report


def over(session: Session, obligation: Obligation, report: ProgressReport) -> Why | None:
    """None while a wish waits for a decision."""
    if report.review is not None:
        return Why.GRANTED if report.review is ReviewOutcome.ACCEPTED else Why.DECLINED
    if obligation.state is ObligationState.CANCELLED:
        return Why.CANCELLED
    if obligation.state is not ObligationState.OPEN:
        return Why.ANSWERED
    latest = latest_report(session, obligation)
    return Why.NEWER if latest is None or latest.id != report.id else None


def grant(
    session: Session, obligation: Obligation, report: ProgressReport, person: Person, now: datetime
) -> None:
    """Move the due day to the one wished for; the reminders begin anew. The caller has asked
    `may_decide`. Raises `WishIsOver`."""
    why = over(session, obligation, report)
    if why is not None:
        raise WishIsOver(why)
    today = bangkok_day(now)
    if report.postpone_to is None or report.postpone_to < today:
        raise WishIsOver(Why.PASSED)
    set_review(session, report, ReviewOutcome.ACCEPTED, person, now)
    obligation.due_on = report.postpone_to
    remind_again(session, obligation, today)
    remind_from_the_first(session, obligation)
    log_deed(session, obligation, person, "postponement.granted", now)


def decline(
    session: Session,
    obligation: Obligation,
    report: ProgressReport,
    person: Person,
    reason: str,
    now: datetime,
) -> None:
    """The old day stands. The caller has asked `may_decide`. Raises `WishIsOver`."""
    why = over(session, obligation, report)
    if why is not None:
        raise WishIsOver(why)
    set_review(session, report, ReviewOutcome.RETURNED, person, now, reason or None)
    log_deed(session, obligation, person, "postponement.declined", now)
