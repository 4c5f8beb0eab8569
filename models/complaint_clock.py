"""A case's clock: what was promised its reporter, and which promise runs. The one place that sets
`answer_by`, `outcome_by`, `answered_on`, `due_on` and `ended_on`; every verb on a case calls it.

The rules:
- At filing both promises are made, from the day the report came and the agency's own days.
- The first answer keeps the first promise; the outcome's runs from then on.
- An answered, closed or withdrawn case owes nothing; nor does one that repeats another's report:
  it goes where that one goes, and ends with it.
- Where the first reporter withdraws, the others' reports go on: one of them is the first from then.
- Reopened after its end, the outcome is promised anew, and the answer where there was none yet.
- What is erased owes nothing, whatever it repeats or does not repeat any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from domain.case_times import first_answer_by, outcome_by
from domain.states import ComplaintState
from models.office import ways_of

if TYPE_CHECKING:  # `models.complaint` calls this module
    from models.complaint import Complaint

RUNNING = frozenset({ComplaintState.RECEIVED, ComplaintState.IN_REVIEW})
ENDED = frozenset({ComplaintState.CLOSED, ComplaintState.WITHDRAWN})


def start(session: Session, complaint: Complaint) -> None:
    """At filing."""
    ways = ways_of(session, complaint.agency_id)
    complaint.answer_by = first_answer_by(complaint.received_on, ways)
    complaint.outcome_by = outcome_by(complaint.received_on, ways)
    _set_due(complaint)


def moved(
    session: Session,
    complaint: Complaint,
    old_state: ComplaintState,
    day: date,
    first: Complaint | None,
    followers: Iterable[Complaint],
) -> None:
    """After a move. ``first`` is the report that this one repeats, ``followers`` those that repeat
    this one."""
    if old_state in ENDED and complaint.state not in ENDED:
        _promise_anew(session, complaint, day)
    ended = complaint.state in ENDED
    complaint.ended_on = (complaint.ended_on or day) if ended else None
    if first is not None:
        _follow(complaint, first)
        return
    _set_due(complaint)
    for one in followers:
        _follow(one, complaint)


def answered(
    complaint: Complaint, day: date, first: Complaint | None, followers: Iterable[Complaint]
) -> None:
    """After an answer, which the reporters of what repeats it read too."""
    for one in (complaint, *followers):
        one.answered_on = one.answered_on or day
    if first is None:
        _set_due(complaint)


def joined(later: Complaint, first: Complaint) -> None:
    """From now on ``later`` goes where ``first`` goes."""
    _follow(later, first)


def parted(session: Session, complaint: Complaint, day: date) -> None:
    """It stands for itself again: its own promises run on, however late they are."""
    if complaint.erased_on is not None:
        complaint.due_on = None
        return
    ended = complaint.state in ENDED
    complaint.ended_on = (complaint.ended_on or day) if ended else None
    if complaint.answer_by is None or complaint.outcome_by is None:
        start(session, complaint)
    _set_due(complaint)


def extended(complaint: Complaint, until: date, first: Complaint | None) -> None:
    complaint.outcome_by = until
    if first is None:
        _set_due(complaint)


def _promise_anew(session: Session, complaint: Complaint, day: date) -> None:
    ways = ways_of(session, complaint.agency_id)
    complaint.outcome_by = outcome_by(day, ways)
    if complaint.answered_on is None:
        complaint.answer_by = first_answer_by(day, ways)


def _set_due(complaint: Complaint) -> None:
    if complaint.state not in RUNNING or complaint.erased_on is not None:
        complaint.due_on = None
    elif complaint.answered_on is None:
        complaint.due_on = complaint.answer_by
    else:
        complaint.due_on = complaint.outcome_by


def _follow(one: Complaint, first: Complaint) -> None:
    one.due_on = None
    if one.state not in ENDED and one.erased_on is None:
        # A withdrawal speaks for its own reporter, and ends nobody else's report.
        one.ended_on = None if first.state is ComplaintState.WITHDRAWN else first.ended_on
