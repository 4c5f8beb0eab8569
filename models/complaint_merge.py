"""Reports of the same thing: found by an officer, joined, and parted again.

What repeats goes where the first one goes: its reporter reads the first's state and hears the
first's answers. Whoever one of the two is kept from is kept from both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.likeness import compare
from domain.states import ComplaintState
from models import complaint_clock, vault
from models.complaint import (
    Complaint,
    ComplaintJoin,
    ComplaintKind,
    first_report,
    reports_of_the_same,
)
from models.complaint_access import NotAllowed, find_to_read, log_deed, visible_to
from models.complaint_filing import JOINABLE_STATES, join, takes_repeats
from models.complaint_hands import check_not_erased
from models.complaint_locking import hold_together
from models.person import Person

_AROUND = timedelta(days=90)
_MOST_COMPARED = 200  # texts are sealed: each candidate is opened to be compared
_MOST_SHOWN = 5
_ALIKE = 0.35  # a hint for a person to judge, so lower than what joins a citizen's report


class CannotMerge(Exception):
    """``why``: "itself", "cycle", "joined", "ended" or "kinds"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Likely:
    """A report that may be of the same thing."""

    id: UUID
    received_on: date
    state: ComplaintState
    beginning: str
    percent: int


def merge(
    session: Session, later: Complaint, first: Complaint, person: Person, now: datetime
) -> Complaint:
    """``later`` repeats ``first``, or what that one repeats, which is returned. Raises
    `CannotMerge`. The caller has asked whether ``person`` may read both, and asks whether they may
    read what is returned before anything is committed. What was looked at before the locks may be
    older than they are: it is looked at again."""
    held = hold_together(session, later.agency_id, {later.id, first.id})
    later, first = held[later.id], held[first.id]
    if first_report(session, later).id != later.id:
        raise CannotMerge("joined")
    if first.id == later.id:
        raise CannotMerge("itself")
    first = first_report(session, first)
    if first.id == later.id:
        raise CannotMerge("cycle")
    corrupt = ComplaintKind.CORRUPTION
    if (later.kind is corrupt) is not (first.kind is corrupt):
        raise CannotMerge("kinds")
    if not takes_repeats(later) or not takes_repeats(first):
        raise CannotMerge("ended")
    # No chains: whatever repeated the later one repeats the first from now on.
    for one in reports_of_the_same(session, later):
        session.get_one(ComplaintJoin, (one.agency_id, one.id)).first_id = first.id
        complaint_clock.joined(one, first)
    join(session, later, first, now, person)
    log_deed(session, later, person, "complaint.merged", now, {"complaint": str(first.id)})
    log_deed(session, first, person, "complaint.merged_with", now, {"complaint": str(later.id)})
    return first


def unmerge(session: Session, later: Complaint, person: Person, now: datetime) -> bool:
    """It stands for itself again; False where it repeats nothing that ``person`` knows of. Whom
    each was kept from because of the other, it stays kept from: whether another reason came since
    cannot be told. Raises `domain.states.IllegalMove` where it is erased. The caller holds it
    (`complaint_work.find_for_work`)."""
    row = session.get(ComplaintJoin, (later.agency_id, later.id))
    if row is None:
        return False
    first_id = row.first_id
    try:
        find_to_read(session, person, first_id)
    except NotAllowed:
        return False
    check_not_erased(later)
    session.delete(row)
    session.flush()
    complaint_clock.parted(session, later, bangkok_day(now))
    session.flush()
    first = session.get_one(Complaint, (later.agency_id, first_id))
    log_deed(session, later, person, "complaint.unmerged", now, {"complaint": str(first_id)})
    log_deed(session, first, person, "complaint.unmerged_from", now, {"complaint": str(later.id)})
    return True


def find_by_marker(session: Session, viewer: Person, marker: str) -> list[Complaint]:
    """The complaints that the viewer may read and that go by a marker such as ``3F2A9C``."""
    digits = marker.strip().lower()
    if len(digits) != 6 or any(one not in "0123456789abcdef" for one in digits):
        return []
    low = UUID(digits + "0" * 26)
    high = UUID(digits + "f" * 26)
    query = select(Complaint).where(visible_to(viewer), Complaint.id.between(low, high))
    return list(session.scalars(query.order_by(Complaint.id).limit(10)))


def likely_same(
    session: Session, viewer: Person, complaint: Complaint, content: dict[str, str]
) -> Sequence[Likely]:
    """Among what the viewer may read, of about the same time, and not over: the likest first."""
    corrupt = Complaint.kind == ComplaintKind.CORRUPTION
    joined = select(ComplaintJoin.complaint_id).where(
        ComplaintJoin.agency_id == complaint.agency_id
    )
    rows = session.scalars(
        select(Complaint)
        .where(
            visible_to(viewer),
            corrupt if complaint.kind is ComplaintKind.CORRUPTION else ~corrupt,
            Complaint.state.in_(JOINABLE_STATES),
            Complaint.received_on.between(
                complaint.received_on - _AROUND, complaint.received_on + _AROUND
            ),
            Complaint.id != complaint.id,
            Complaint.id.not_in(joined),
        )
        .order_by(Complaint.received_on.desc(), Complaint.id)
        .limit(_MOST_COMPARED)
    )
    found = []
    for row in rows:
        other = vault.open_json(session, row.agency_id, "complaint", row.content)
        # Two of one village name the same place: what happened is what counts, for this hint.
        alike = compare({"what": content.get("what", "")}, {"what": other.get("what", "")}).words
        if alike >= _ALIKE or compare(content, other).same:
            words = " ".join(other.get("what", "").split())
            found.append(Likely(row.id, row.received_on, row.state, words, round(alike * 100)))
    found.sort(key=lambda one: (-one.percent, one.received_on, one.id))
    return found[:_MOST_SHOWN]
