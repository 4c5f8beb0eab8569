"""What divisions answer (รายงานผล), and what a reviewer decided of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.states import OBLIGATION_MOVES, ObligationState, check_move
from models import vault
from models.base import Base, Ordered, state_column, within_agency
from models.measure import Obligation
from models.person import Person
from models.stored_file import drafted_files


class ReportStatus(StrEnum):
    DONE = "done"
    IN_PROGRESS = "in_progress"
    PROBLEM = "problem"
    POSTPONE = "postpone"


class ReviewOutcome(StrEnum):
    """What became of a report. One that nobody looked at yet has none."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


_UNTOLD = text("head_told_at is null and status in ('problem', 'postpone')")


class ProgressReport(Ordered, Base):
    """A division's answer (รายงานผล)."""

    __tablename__ = "progress_report"
    __table_args__ = (
        Index(
            "ix_progress_report_untold",
            "agency_id",
            "ready_at",
            sqlite_where=_UNTOLD,
            postgresql_where=_UNTOLD,
        ),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        Index("ix_progress_report_obligation", "agency_id", "obligation_id", "number", unique=True),
        CheckConstraint(
            "(review IS NULL) = (reviewed_by IS NULL) AND (review IS NULL) = (reviewed_at IS NULL)",
            name="review_has_a_reviewer",
        ),
        within_agency("obligation_id", "obligation"),
        within_agency("person_id", "person"),
        within_agency("reviewed_by", "person"),
    )

    obligation_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(Integer)  # 1, 2, … of this obligation
    status: Mapped[ReportStatus] = mapped_column(state_column(ReportStatus, "status"))
    summary: Mapped[bytes | None]  # sealed
    postpone_to: Mapped[date | None]
    person_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(20))
    reported_at: Mapped[datetime]
    percent: Mapped[int | None]  # how far it has come, where the division says
    ready_at: Mapped[datetime | None]  # when no more words are to be expected
    head_told_at: Mapped[datetime | None]  # of a problem, or of a wish to postpone
    review: Mapped[ReviewOutcome | None] = mapped_column(state_column(ReviewOutcome, "review"))
    review_note: Mapped[bytes | None]  # sealed
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]


def report_progress(
    session: Session,
    obligation: Obligation,
    person: Person,
    status: ReportStatus,
    *,
    channel: str,
    now: datetime,
    summary: str | None = None,
    postpone_to: date | None = None,
    percent: int | None = None,
    ready_at: datetime | None = None,
) -> ProgressReport:
    """Record a division's answer. Done closes the obligation until it is accepted or returned.

    ``ready_at`` is when no more words are to be expected: now, where all of it was said at once.
    Raises `domain.states.IllegalMove` when it is not open.
    """
    if obligation.state is not ObligationState.OPEN:
        check_move(OBLIGATION_MOVES, obligation.state, ObligationState.ANSWERED)
    latest = latest_report(session, obligation)
    report = ProgressReport(
        agency_id=obligation.agency_id,
        obligation_id=obligation.id,
        number=1 if latest is None else latest.number + 1,
        status=status,
        summary=_sealed_summary(session, obligation.agency_id, summary),
        postpone_to=postpone_to,
        person_id=person.id,
        channel=channel,
        reported_at=now,
        percent=percent,
        ready_at=now if ready_at is None else ready_at,
    )
    session.add(report)
    if status is ReportStatus.DONE:
        check_move(OBLIGATION_MOVES, obligation.state, ObligationState.ANSWERED)
        obligation.state = ObligationState.ANSWERED
    session.flush()
    return report


def _sealed_summary(session: Session, agency_id: int, summary: str | None) -> bytes | None:
    return None if not summary else vault.seal_text(session, agency_id, "progress", summary)


def add_to_report(
    session: Session,
    report: ProgressReport,
    *,
    note: str | None = None,
    postpone_to: date | None = None,
    percent: int | None = None,
    files: Sequence[str] = (),
) -> None:
    """Add words, a wished date, how far it has come, or evidence to an answer that was given."""
    if note:
        known = summary_of(session, report)
        joined = f"{known}\n{note}" if known else note
        report.summary = _sealed_summary(session, report.agency_id, joined)
    if postpone_to is not None:
        report.postpone_to = postpone_to
    if percent is not None:
        report.percent = percent
    for stored in drafted_files(session, report.agency_id, files):
        stored.progress_report_id = report.id
    session.flush()


def finish_report(session: Session, report: ProgressReport, now: datetime) -> None:
    """Nothing more is to be expected; whoever is to know of it may be told."""
    if report.ready_at is None or report.ready_at > now:
        report.ready_at = now
        session.flush()


def summary_of(session: Session, report: ProgressReport) -> str:
    if report.summary is None:
        return ""
    return vault.open_text(session, report.agency_id, "progress", report.summary)


def set_review(
    session: Session,
    report: ProgressReport,
    outcome: ReviewOutcome,
    reviewer: Person,
    now: datetime,
    note: str | None = None,
) -> None:
    """Write down what a reviewer decided, beside the division's own words. The newest stands."""
    report.review = outcome
    report.review_note = (
        vault.seal_text(session, report.agency_id, "review", note) if note else None
    )
    report.reviewed_by = reviewer.id
    report.reviewed_at = now
    session.flush()


def review_note_of(session: Session, report: ProgressReport) -> str:
    if report.review_note is None:
        return ""
    return vault.open_text(session, report.agency_id, "review", report.review_note)


def was_returned(session: Session, obligation: Obligation) -> bool:
    """True while an obligation is open again because its latest report was sent back."""
    if obligation.state is not ObligationState.OPEN:
        return False
    report = latest_report(session, obligation)
    if report is None or report.status is ReportStatus.POSTPONE:  # a wish that was declined
        return False
    return report.review is ReviewOutcome.RETURNED


def latest_report(session: Session, obligation: Obligation) -> ProgressReport | None:
    return session.scalar(
        select(ProgressReport)
        .where(
            ProgressReport.agency_id == obligation.agency_id,
            ProgressReport.obligation_id == obligation.id,
        )
        .order_by(ProgressReport.number.desc())
        .limit(1)
    )


def get_report(session: Session, agency_id: int, report_id: UUID) -> ProgressReport | None:
    return session.get(ProgressReport, (agency_id, report_id))
