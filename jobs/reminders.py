"""Reminding divisions of what is due, and telling those above them of silence."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.quota import ALL_RANKS, Rank, worth_pushing
from domain.reminders import MOST_EARLY
from domain.states import DigestState
from jobs.agencies import each_agency
from jobs.context import JobContext
from models.agency import hold_agency
from models.digest import has_something_to_say
from models.forecast import cost_of, forecast, old_waiting_digests, waiting_digests
from models.office import who_is_open
from models.quota_use import quota_of
from models.reminder import agencies_to_remind, set_digest_state
from models.reminding import (
    Round,
    forget_the_future,
    horizon_of,
    in_batches,
    push,
    round_for,
)
from models.tick import clock_was_put_back

_log = structlog.get_logger(__name__)
_THOROUGH = MOST_EARLY + 14


def remind(context: JobContext) -> dict[str, Any]:
    """Write the reminders of this instant, an agency at a time; each in one commit.

    One agency's fault does not keep the others from being told: it is counted, and looked at
    again at the next tick.
    """
    today = bangkok_day(context.now)
    if not context.thorough:
        _mend_after_a_jump(context)
    with context.db.reading() as session:
        is_open = who_is_open(session, context.now)
        found = agencies_to_remind(session, today, _THOROUGH if context.thorough else None)
        agencies = [one for one in found if is_open(one)]
    done = each_agency(
        context,
        agencies,
        _remind_agency,
        counts=("reminders", "digests", "skipped", "waiting"),
        fault="agency_not_reminded",
    )
    return {"agencies": len(agencies), **done}


def _mend_after_a_jump(context: JobContext) -> None:
    with context.db.writing() as session:
        if clock_was_put_back(session, "reminders", context.now):
            count = forget_the_future(session, bangkok_day(context.now))
            _log.warning("clock_was_put_back", digests=count)


def _remind_agency(session: Session, agency_id: int, context: JobContext) -> dict[str, int]:
    # One transaction an agency: a digest that is sent must not lack what a later batch adds. Held,
    # so that a tick in the middle of this one waits and then finds what this one wrote.
    hold_agency(session, agency_id)
    round_ = round_for(session, agency_id, context.now)
    if not round_.calendar.is_workday(round_.today):
        return {}
    horizon = horizon_of(round_.policy) if context.thorough else None
    told = round_.tell(in_batches(session, agency_id, round_.today, horizon, lock=True))
    _end_what_is_over(session, agency_id, round_)
    pushed = _push_what_is_worth_it(session, agency_id, round_)
    waiting = len(waiting_digests(session, agency_id))
    return {
        "reminders": told.reminders,
        "skipped": told.skipped,
        "digests": pushed,
        "waiting": waiting,
    }


def _end_what_is_over(session: Session, agency_id: int, round_: Round) -> None:
    """What was answered while it waited must not be paid for, nor keep others from being told."""
    for digest in old_waiting_digests(session, agency_id, round_.today):
        if not has_something_to_say(session, digest):
            set_digest_state(digest, DigestState.OVER)
    session.flush()


def _push_what_is_worth_it(session: Session, agency_id: int, round_: Round) -> int:
    """Of what waits, the new and the old: all that the month can pay for. The rest goes on
    waiting, for a free reply or for the next month."""
    waiting = waiting_digests(session, agency_id)
    if not waiting:
        return 0
    ranks = _ranks(session, agency_id, round_)
    pushed = 0
    for digest, contact, rank in waiting:
        if Rank(rank) in ranks or cost_of(session, contact) == 0:
            push(session, digest, contact)
            pushed += 1
    return pushed


def _ranks(session: Session, agency_id: int, round_: Round) -> frozenset[Rank]:
    quota = quota_of(session, hold_agency(session, agency_id))
    if quota is None or quota.limit is None:
        return ALL_RANKS
    ahead = forecast(session, agency_id, round_.today, round_.policy, round_.calendar, round_.staff)
    return worth_pushing(quota, ahead)
