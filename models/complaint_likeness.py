"""Has somebody reported the same thing already? Looked for among what is open and recent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.likeness import compare
from domain.states import ComplaintState
from models import vault
from models.complaint import Complaint, ComplaintJoin, ComplaintKind

# Never corruption: that somebody else reported it is nobody's to know.
JOINABLE = frozenset({ComplaintKind.SERVICE, ComplaintKind.GENERAL})
_RECENT = timedelta(days=60)
_MOST = 400  # texts are sealed: each candidate is opened to be compared


@dataclass(frozen=True)
class Similar:
    """As much of somebody else's report as a stranger may know."""

    complaint_id: UUID
    received_on: date
    state: ComplaintState
    metres: float | None


def find_similar(
    session: Session,
    agency_id: int,
    kind: ComplaintKind,
    content: Mapping[str, str],
    now: datetime,
) -> Similar | None:
    """The open report that ``content`` most likely repeats."""
    if kind not in JOINABLE:
        return None
    joined = select(ComplaintJoin.complaint_id).where(ComplaintJoin.agency_id == agency_id)
    rows = session.scalars(
        select(Complaint)
        .where(
            Complaint.agency_id == agency_id,
            Complaint.kind.in_(JOINABLE),
            Complaint.state.in_([ComplaintState.RECEIVED, ComplaintState.IN_REVIEW]),
            Complaint.received_on >= bangkok_day(now) - _RECENT,
            Complaint.id.not_in(joined),
        )
        .order_by(Complaint.received_on.desc(), Complaint.id)
        .limit(_MOST)
    )
    best: tuple[float, Similar] | None = None
    for row in rows:
        likeness = compare(content, vault.open_json(session, agency_id, "complaint", row.content))
        if likeness.same and (best is None or likeness.words > best[0]):
            found = Similar(row.id, row.received_on, row.state, likeness.metres)
            best = likeness.words, found
    return best[1] if best else None
