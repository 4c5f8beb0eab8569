"""Telling those above a division of its problems, and of its wishes to postpone."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from jobs.context import JobContext
from models.answer_notices import (
    agencies_with_untold,
    still_stands,
    tell_superiors,
    untold_reports,
)
from models.duty import staff_of
from models.office import who_is_open
from models.policy import calendar_of

_log = structlog.get_logger(__name__)


def tell_above(context: JobContext) -> dict[str, Any]:
    """Each problem and each wish once, when no more words are to be expected; an agency at a
    time, each in one commit. One agency's fault does not keep the others from being told."""
    with context.db.reading() as session:
        is_open = who_is_open(session, context.now)
        found = agencies_with_untold(session, context.now)
        agencies = [one for one in found if is_open(one)]
    done: Counter[str] = Counter(reports=0, told=0, failed=0)
    for agency_id in agencies:
        try:
            with context.db.writing() as session:
                done.update(_tell_agency(session, agency_id, context.now))
        except Exception as error:  # noqa: BLE001 (see above)
            _log.error("answers_not_told", agency=agency_id, error=type(error).__name__)
            done["failed"] += 1
    return dict(done)


def _tell_agency(session: Session, agency_id: int, now: datetime) -> dict[str, int]:
    if not calendar_of(session, agency_id).is_workday(bangkok_day(now)):
        return {}  # the office's own day off: it is told when work begins again
    staff = staff_of(session, agency_id)
    reports = told = 0
    for report, obligation in untold_reports(session, agency_id, now):
        if not still_stands(session, obligation, report):
            report.head_told_at = now  # what came after it says more
            continue
        reports += 1
        # The queue's own times are the real ones, whatever instant the tick was asked for.
        told += tell_superiors(session, staff, obligation, report, now, datetime.now(UTC))
    return {"reports": reports, "told": told}
