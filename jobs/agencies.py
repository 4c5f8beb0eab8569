"""One agency after the other: the fault of one keeps no other waiting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import structlog
from sqlalchemy.orm import Session

from jobs.context import JobContext

_log = structlog.get_logger(__name__)


def each_agency(
    context: JobContext,
    agencies: Iterable[int],
    deed: Callable[[Session, int, JobContext], dict[str, int]],
    *,
    counts: Sequence[str],
    fault: str,
) -> dict[str, int]:
    """Do a deed for each agency, each in one commit, and add up what it counts. One that fails is
    logged as ``fault``, counted as failed, and looked at again at the job's next tick."""
    done = Counter(dict.fromkeys((*counts, "failed"), 0))
    for agency_id in agencies:
        try:
            with context.db.writing() as session:
                done.update(deed(session, agency_id, context))
        except Exception as error:  # noqa: BLE001 (see above)
            _log.error(fault, agency=agency_id, error=type(error).__name__)
            done["failed"] += 1
    return dict(done)
