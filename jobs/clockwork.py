"""The clock jobs, when each is due, and running each once a slot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from domain.calendar import BANGKOK
from domain.office import EARLIEST, LATEST
from domain.workdays import is_workday, is_working_time
from jobs import accounts, answers, cases, questions, ratings, reminders, retention, sweeps, weekly
from jobs.context import JobContext
from models.tick import take_tick

_log = structlog.get_logger(__name__)
_QUARTER_HOUR = 15


@dataclass(frozen=True)
class Job:
    """``slot`` names the tick that an instant belongs to, or None when the job is not due."""

    name: str
    slot: Callable[[datetime], str | None]
    run: Callable[[JobContext], dict[str, Any]]


def _may_be_open(instant: datetime) -> bool:
    """Whether some office may be at work: each has hours of its own, which its job looks at."""
    local = instant.astimezone(BANGKOK)
    return is_workday(local.date()) and EARLIEST <= local.time() < LATEST


def _quarter_of_a_working_day(instant: datetime) -> str | None:
    if not _may_be_open(instant):
        return None
    local = instant.astimezone(BANGKOK)
    return f"{local:%Y-%m-%dT%H}:{local.minute // _QUARTER_HOUR * _QUARTER_HOUR:02d}"


def _hour_of_a_working_day(instant: datetime) -> str | None:
    """At half past, as most offices open: 08:30, 09:30 and so on, so that two are an hour apart."""
    if not _may_be_open(instant):
        return None
    local = instant.astimezone(BANGKOK) - timedelta(minutes=30)
    return f"{local:%Y-%m-%d}/{local:%H}"


def _hour_of_the_day(instant: datetime) -> str | None:
    """None at night, when a message would wake people."""
    return _hour(instant) if 7 <= instant.astimezone(BANGKOK).hour < 21 else None


def _hour(instant: datetime) -> str | None:
    return f"{instant.astimezone(BANGKOK):%Y-%m-%dT%H}"


def _hour_of_common_hours(instant: datetime) -> str | None:
    """What is asked of citizens, of all agencies at once, goes by the hours of most offices."""
    return _hour_of_a_working_day(instant) if is_working_time(instant) else None


def _night(instant: datetime) -> str | None:
    """Once a night; a machine that slept through it is waited for until the next."""
    return _day(instant) if 1 <= instant.astimezone(BANGKOK).hour < 6 else None


def _day(instant: datetime) -> str | None:
    return f"{instant.astimezone(BANGKOK):%Y-%m-%d}"


JOBS: tuple[Job, ...] = (
    Job("quota", _hour, sweeps.read_quotas),
    Job("accounts", _hour, accounts.read_basic_ids),
    Job("reminders", _quarter_of_a_working_day, reminders.remind),
    Job("answers", _quarter_of_a_working_day, answers.tell_above),
    Job("weekly", _hour_of_a_working_day, weekly.tell_executives),
    Job("cases", _hour_of_a_working_day, cases.remind),
    Job("questions", _hour_of_a_working_day, questions.tell_answerers),
    Job("ratings", _hour_of_common_hours, ratings.ask_again),
    Job("talks", _hour_of_the_day, questions.end_quiet_talks),
    Job("retention", _night, retention.erase_what_is_over),
    Job("sweep", _day, sweeps.sweep),
)


def run_due(context: JobContext) -> dict[str, dict[str, Any]]:
    """Run every job that is due at ``context.now`` and whose tick nobody took. What each did."""
    done: dict[str, dict[str, Any]] = {}
    for job in JOBS:
        done[job.name] = _run(job, context)
    return done


def _run(job: Job, context: JobContext) -> dict[str, Any]:
    slot = job.slot(context.now)
    if slot is None:
        return {"ran": False, "reason": "not due"}
    with context.db.writing() as session:
        if not take_tick(session, job.name, slot, context.now):
            return {"ran": False, "reason": "this tick has run already", "slot": slot}
    try:
        result = job.run(context)
    except Exception as error:  # noqa: BLE001 (one job's failure must not stop the others)
        _log.error("job_failed", job=job.name, slot=slot, error=type(error).__name__)
        return {"ran": True, "slot": slot, "error": type(error).__name__}
    _log.info("job_done", job=job.name, slot=slot, **result)
    return {"ran": True, "slot": slot, **result}
