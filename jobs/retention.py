"""Erasing, night by night, what an agency said that it keeps no longer."""

from __future__ import annotations

from collections import Counter
from typing import Any

import structlog

from jobs.context import JobContext
from models.office import agencies_that_erase, ways_of
from models.retention import Due, erase_batch
from models.stored_file import drop_forgotten

_log = structlog.get_logger(__name__)
BATCH = 200  # cases, and as many questions, in one commit
_MOST_BATCHES = 50  # a night and agency: what is left over goes in the nights after it


def erase_what_is_over(context: JobContext) -> dict[str, Any]:
    """An agency at a time, a batch in one commit. One agency's fault keeps no other waiting."""
    with context.db.reading() as session:
        agencies = agencies_that_erase(session)
    done: Counter[str] = Counter(complaints=0, files=0, questions=0, failed=0)
    for agency_id in agencies:
        try:
            for _ in range(_MOST_BATCHES):
                batch = _erase_one(context, agency_id)
                done.update(
                    complaints=batch.complaints, files=batch.files, questions=batch.questions
                )
                if max(batch.complaints, batch.questions) < BATCH:
                    break
        except Exception as error:  # noqa: BLE001 (see above)
            _log.error("retention_failed", agency=agency_id, error=type(error).__name__)
            done["failed"] += 1
    context.db.checkpoint()
    return {"agencies": len(agencies), **done}


def _erase_one(context: JobContext, agency_id: int) -> Due:
    with context.db.writing() as session:
        # Read again for each batch: an admin may have changed their mind.
        ways = ways_of(session, agency_id)
        batch = erase_batch(session, agency_id, ways, context.now, BATCH)
    drop_forgotten(session, context.blobs)
    return batch
