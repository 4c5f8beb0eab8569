"""The whole of what a query of the log finds, for a file: first which cases, then their words, a
few hundred at a time, each batch asked again whether its reader may read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import audit
from models.complaint import Complaint
from models.complaint_log import LogEntry, find_rows, opened_rows
from models.complaint_search import search_all
from models.log_filters import LogQuery, LogSort, conditions

MOST_EXPORTED = 100_000
BATCH = 200
_READS = 20_000  # cases that a search may open on the way


class TooMany(Exception):
    """More than one file may hold."""


def ids_to_export(session: Session, asked: LogQuery) -> list[UUID]:
    """In the log's order. Raises `TooMany`, `complaint_search.SearchIsTooWide`."""
    if asked.filters.text:
        ids = search_all(session, asked, MOST_EXPORTED, _READS)
    else:
        query = select(Complaint.id).where(*conditions(asked))
        newest = (Complaint.received_on.desc(), Complaint.id.desc())
        if asked.sort is LogSort.DUE:
            query = query.where(Complaint.due_on.is_not(None))
            query = query.order_by(Complaint.due_on, Complaint.id)
        elif asked.sort is LogSort.RATING:
            query = query.where(Complaint.stars.is_not(None)).order_by(Complaint.stars, *newest)
        elif asked.sort is LogSort.OLDEST:
            query = query.order_by(Complaint.received_on, Complaint.id)
        else:
            query = query.order_by(*newest)
        ids = list(session.scalars(query.limit(MOST_EXPORTED + 1)))
    if len(ids) > MOST_EXPORTED:
        raise TooMany
    return ids


def rows_to_export(session: Session, asked: LogQuery, ids: Sequence[UUID]) -> list[LogEntry]:
    """Those of ``ids`` that still fulfil the query, opened, in the order of ``ids``."""
    found = find_rows(session, ids, *conditions(asked))
    return opened_rows(session, asked.viewer.agency_id, found)


def log_export(
    session: Session,
    asked: LogQuery,
    count: int,
    file_format: str,
    filters: Sequence[str],
    now: datetime,
    actor: str | None = None,
) -> None:
    """``filters`` are the names of those that were on, never what they held."""
    audit.record(
        session,
        asked.viewer.agency_id,
        action="complaints.exported",
        subject=f"person:{asked.viewer.id}" if actor else "complaints",
        actor=actor or f"person:{asked.viewer.id}",
        now=now,
        detail={"count": str(count), "format": file_format, "filters": " ".join(sorted(filters))},
    )
