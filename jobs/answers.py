"""Telling those above a division of its problems, and of its wishes to postpone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from jobs.agencies import each_agency
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


def tell_above(context: JobContext) -> dict[str, Any]:
    """Each problem and each wish once, when no more words are to be expected; an agency at a
    time, each in one commit. One agency's fault does not keep the others from being told."""
    with context.db.reading() as session:
        is_open = who_is_open(session, context.now)
        found = agencies_with_untold(session, context.now)
        agencies = [one for one in found if is_open(one)]
    return each_agency(
        context, agencies, _tell_agency, counts=("reports", "told"), fault="answers_not_told"
    )


def _tell_agency(session: Session, agency_id: int, context: JobContext) -> dict[str, int]:
    now = context.now
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
