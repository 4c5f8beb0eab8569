"""What becomes of a division's answer: it is accepted, or returned with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from domain.calendar import bangkok_day
from domain.states import OBLIGATION_MOVES, IllegalMove, ObligationState, check_move
from models.measure import Obligation, get_obligation, log_deed
from models.person import Person
from models.progress import (
    ProgressReport,
    ReviewOutcome,
    latest_report,
    review_note_of,
    set_review,
    summary_of,
)
from models.reminder import remind_again
from models.stored_file import StoredFile, files_of_report


@dataclass(frozen=True)
class SeenObligation:
    """How an obligation stood when somebody looked at it."""

    state: ObligationState
    last_report: int


class ObligationChanged(Exception):
    """Somebody else reported or reviewed since it was looked at."""


@dataclass(frozen=True)
class OpenedReport:
    report: ProgressReport
    summary: str
    person: Person
    files: Sequence[StoredFile] = field(default_factory=list)
    reviewer: Person | None = None
    review_note: str = ""


def reports_of(
    session: Session, obligation: Obligation, limit: int | None = None
) -> list[OpenedReport]:
    """An obligation's answers, newest first: who gave them, their evidence, what became of them."""
    reviewer = aliased(Person)
    rows = session.execute(
        select(ProgressReport, Person, reviewer)
        .join(
            Person,
            (Person.agency_id == ProgressReport.agency_id)
            & (Person.id == ProgressReport.person_id),
        )
        .outerjoin(
            reviewer,
            (reviewer.agency_id == ProgressReport.agency_id)
            & (reviewer.id == ProgressReport.reviewed_by),
        )
        .where(
            ProgressReport.agency_id == obligation.agency_id,
            ProgressReport.obligation_id == obligation.id,
        )
        .order_by(ProgressReport.number.desc())
        .limit(limit)
    )
    return [
        OpenedReport(
            report,
            summary_of(session, report),
            person,
            files_of_report(session, report.agency_id, report.id),
            reviewed_by,
            review_note_of(session, report),
        )
        for report, person, reviewed_by in rows
    ]


def hold_unchanged(
    session: Session, agency_id: int, obligation_id: UUID, seen: SeenObligation
) -> Obligation:
    """The obligation, locked, still as it was seen. Raises `ObligationChanged`."""
    obligation = get_obligation(session, agency_id, obligation_id, lock=True)
    if obligation is None or obligation.state is not seen.state:
        raise ObligationChanged
    latest = latest_report(session, obligation)
    if (latest.number if latest else 0) != seen.last_report:
        raise ObligationChanged
    return obligation


def accept_report(session: Session, obligation: Obligation, person: Person, now: datetime) -> None:
    """Raises `domain.states.IllegalMove`."""
    check_move(OBLIGATION_MOVES, obligation.state, ObligationState.ACCEPTED)
    obligation.state = ObligationState.ACCEPTED
    report = latest_report(session, obligation)
    if report is not None:
        set_review(session, report, ReviewOutcome.ACCEPTED, person, now)
    log_deed(session, obligation, person, "obligation.accepted", now)


RETURNABLE = frozenset({ObligationState.ANSWERED, ObligationState.ACCEPTED})


def return_report(
    session: Session, obligation: Obligation, person: Person, reason: str, now: datetime
) -> None:
    """Open an obligation again; its division is reminded from today on. Raises `IllegalMove`.

    The reason is sealed beside the report that is returned: the audit log takes no free text.
    """
    if obligation.state not in RETURNABLE:
        raise IllegalMove(f"nothing to return: the obligation is {obligation.state.value}")
    check_move(OBLIGATION_MOVES, obligation.state, ObligationState.OPEN)
    report = latest_report(session, obligation)
    if report is not None:
        set_review(session, report, ReviewOutcome.RETURNED, person, now, reason)
    obligation.state = ObligationState.OPEN
    remind_again(session, obligation, bangkok_day(now))
    log_deed(session, obligation, person, "obligation.returned", now)
