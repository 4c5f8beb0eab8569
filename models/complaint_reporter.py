"""What the holder of a receipt code may do with a case, in LINE and on the web alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import bangkok_day
from domain.case_times import first_answer_by, outcome_by
from domain.office import OfficeWays
from domain.states import ComplaintState, IllegalMove
from models import vault
from models.base import WITHOUT_ROW_ORDER, Base, Tenant, within_agency
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintKind,
    EntryKind,
    IdentityMode,
    add_entry,
    first_report,
    move_complaint,
)
from models.complaint_filing import claim_files, remember_messages
from models.complaint_parting import leave_to_the_next

ASK_AGAIN_AFTER = timedelta(days=3)
MOST_ASKS = 2  # an unanswered rating is asked once more, never again


class ReporterVerb(StrEnum):
    ADD = "add"
    ASK = "ask"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    RATE = "rate"


class ComplaintRating(Tenant, Base):
    """What the reporter thought of the outcome, and how often they were asked."""

    __tablename__ = "complaint_rating"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),
        within_agency("complaint_id", "complaint"),
        WITHOUT_ROW_ORDER,
    )

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    stars: Mapped[int | None]
    rated_on: Mapped[date | None]
    asks: Mapped[int] = mapped_column(default=0)
    asked_on: Mapped[date | None]


@dataclass(frozen=True)
class CaseLine:
    """One thing that happened, as the reporter may read it."""

    day: date
    kind: EntryKind  # ANSWER, MOVED, ADDED, ASKED, RATED or TAKEN_BACK
    text: str
    new_state: ComplaintState | None = None


@dataclass(frozen=True)
class ReporterCase:
    """A case as the holder of its code sees it. A joined one shows the state and the answers of
    the report that it repeats."""

    kind: ComplaintKind
    state: ComplaintState
    received_on: date
    answer_by: date  # what was promised
    outcome_by: date
    anonymous: bool
    joined: bool
    lines: tuple[CaseLine, ...]
    stars: int | None
    may: frozenset[ReporterVerb]


_OPEN = frozenset({ComplaintState.RECEIVED, ComplaintState.IN_REVIEW, ComplaintState.ANSWERED})
_BOTH_SIDES = frozenset(
    {EntryKind.ADDED, EntryKind.ASKED, EntryKind.RATED, EntryKind.TAKEN_BACK, EntryKind.ANSWER}
)


def reporter_may(state: ComplaintState, own_state: ComplaintState) -> frozenset[ReporterVerb]:
    """``own_state`` differs from ``state`` where the report repeats another's."""
    if own_state is ComplaintState.WITHDRAWN:
        return frozenset({ReporterVerb.REOPEN})
    if state in _OPEN:
        return frozenset({ReporterVerb.ADD, ReporterVerb.ASK, ReporterVerb.WITHDRAW})
    if state is ComplaintState.CLOSED:
        return frozenset({ReporterVerb.REOPEN, ReporterVerb.RATE})
    return frozenset({ReporterVerb.ADD, ReporterVerb.ASK})  # the first reporter withdrew


def case_of(session: Session, complaint: Complaint) -> ReporterCase:
    """Whoever holds the code may read this much."""
    first = first_report(session, complaint)
    joined = first.id != complaint.id
    own = complaint.state is ComplaintState.WITHDRAWN
    state = complaint.state if own else first.state
    rating = session.get(ComplaintRating, (complaint.agency_id, complaint.id))
    return ReporterCase(
        kind=complaint.kind,
        state=state,
        received_on=complaint.received_on,
        answer_by=complaint.answer_by or first_answer_by(complaint.received_on, OfficeWays()),
        outcome_by=complaint.outcome_by or outcome_by(complaint.received_on, OfficeWays()),
        anonymous=complaint.identity_mode is IdentityMode.ANONYMOUS,
        joined=joined,
        lines=tuple(_lines(session, complaint, first)),
        stars=rating.stars if rating else None,
        may=_may(first, complaint),
    )


def _lines(session: Session, complaint: Complaint, first: Complaint) -> list[CaseLine]:
    own = ComplaintEntry.complaint_id == complaint.id
    # Of another's report, what officers said and did, and nothing of what its reporter wrote.
    officers = ComplaintEntry.complaint_id.in_([first.id]) & (ComplaintEntry.person_id.is_not(None))
    rows = session.scalars(
        select(ComplaintEntry)
        .where(
            ComplaintEntry.agency_id == complaint.agency_id,
            or_(own, officers),
            ComplaintEntry.kind.in_([*_BOTH_SIDES, EntryKind.MOVED]),
        )
        .order_by(ComplaintEntry.happened_on, ComplaintEntry.number)
    )
    return [CaseLine(row.happened_on, row.kind, _text(session, row), row.new_state) for row in rows]


def _text(session: Session, row: ComplaintEntry) -> str:
    # The reason of a move is written among officers.
    if row.text is None or (row.kind is EntryKind.MOVED and row.person_id is not None):
        return ""
    return vault.open_text(session, row.agency_id, "complaint", row.text)


def answers_to_reporter(session: Session, complaint: Complaint) -> list[tuple[date, str]]:
    """What officers answered, oldest first."""
    lines = case_of(session, complaint).lines
    return [(line.day, line.text) for line in lines if line.kind is EntryKind.ANSWER]


def add_to_complaint(
    session: Session,
    complaint: Complaint,
    text: str,
    files: Sequence[str],
    now: datetime,
    *,
    asks: bool = False,
    sources: Mapping[str, str] | None = None,
) -> ComplaintEntry:
    """More words or evidence, or a question to the officers. ``files`` are drafted.

    ``sources`` as in `NewComplaint`; words go under "entry". Raises `domain.states.IllegalMove`
    where the case takes nothing more.
    """
    verb = ReporterVerb.ASK if asks else ReporterVerb.ADD
    _check(session, complaint, verb)
    kind = EntryKind.ASKED if asks else EntryKind.ADDED
    entry = add_entry(session, complaint, kind, now, text=text or None)
    claim_files(session, complaint, files)
    remember_messages(session, complaint, sources or {}, entry)
    return entry


def withdraw_complaint(session: Session, complaint: Complaint, now: datetime) -> None:
    """What others reported goes on without it. Raises `domain.states.IllegalMove`."""
    _check(session, complaint, ReporterVerb.WITHDRAW)
    old_state = complaint.state
    move_complaint(session, complaint, ComplaintState.WITHDRAWN, None, now)
    leave_to_the_next(session, complaint, old_state, now)


def reopen_complaint(
    session: Session, complaint: Complaint, now: datetime, reason: str | None = None
) -> None:
    """Raises `domain.states.IllegalMove`."""
    _check(session, complaint, ReporterVerb.REOPEN)
    one = complaint
    if complaint.state is not ComplaintState.WITHDRAWN:
        one = first_report(session, complaint)
    move_complaint(session, one, ComplaintState.IN_REVIEW, None, now, reason)
    rating = session.get(ComplaintRating, (complaint.agency_id, complaint.id))
    complaint.stars = None
    if rating is not None:
        session.delete(rating)  # it spoke of an outcome that is none any more
        session.flush()


def rate_complaint(session: Session, complaint: Complaint, stars: int, now: datetime) -> bool:
    """1 to 5; the last word counts. False when that was said already.

    Raises `domain.states.IllegalMove` where there is no outcome, `ValueError` beyond 1 to 5.
    """
    if not 1 <= stars <= 5:
        raise ValueError(f"a rating goes from 1 to 5, not {stars}")
    _check(session, complaint, ReporterVerb.RATE)
    rating = _rating(session, complaint)
    if rating.stars == stars:
        return False
    rating.stars, rating.rated_on = stars, bangkok_day(now)
    complaint.stars = stars
    add_entry(session, complaint, EntryKind.RATED, now, text=str(stars))
    return True


def comment_on_outcome(session: Session, complaint: Complaint, text: str, now: datetime) -> None:
    """Words beside the stars. Raises `domain.states.IllegalMove`."""
    _check(session, complaint, ReporterVerb.RATE)
    add_entry(session, complaint, EntryKind.RATED, now, text=text)


def note_rating_asked(session: Session, complaint: Complaint, today: date) -> None:
    rating = _rating(session, complaint)
    rating.asks += 1
    rating.asked_on = today
    session.flush()


def ratings_to_ask_again(session: Session, today: date, limit: int = 200) -> list[Complaint]:
    """Closed cases whose reporter was asked once, some days ago, and has not rated."""
    query = (
        select(Complaint)
        .join(
            ComplaintRating,
            (ComplaintRating.agency_id == Complaint.agency_id)
            & (ComplaintRating.complaint_id == Complaint.id),
        )
        .where(
            Complaint.state == ComplaintState.CLOSED,
            ComplaintRating.stars.is_(None),
            ComplaintRating.asks < MOST_ASKS,
            ComplaintRating.asked_on <= today - ASK_AGAIN_AFTER,
        )
        .order_by(ComplaintRating.asked_on, Complaint.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def _rating(session: Session, complaint: Complaint) -> ComplaintRating:
    rating = session.get(ComplaintRating, (complaint.agency_id, complaint.id))
    if rating is None:
        rating = ComplaintRating(agency_id=complaint.agency_id, complaint_id=complaint.id, asks=0)
        session.add(rating)
        session.flush()
    return rating


def _check(session: Session, complaint: Complaint, verb: ReporterVerb) -> None:
    first = first_report(session, complaint)
    if verb not in _may(first, complaint):
        raise IllegalMove(f"a case that is {first.state.value} may not be asked to {verb.value}")


def _may(first: Complaint, complaint: Complaint) -> frozenset[ReporterVerb]:
    if first.erased_on is not None or complaint.erased_on is not None:
        return frozenset()  # its retention was over: nothing is left to speak of
    return reporter_may(first.state, complaint.state)
