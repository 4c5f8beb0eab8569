"""What an agency keeps no longer: what a case said, its files and who wrote it; what was asked.

The row of a case stays, for the figures, with ``erased_on``. An open case is never touched, nor
one that repeats a case which is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from domain.calendar import bangkok_day
from domain.office import OfficeWays, months_before
from domain.states import ComplaintState, QuestionState
from models import audit, vault
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintJoin,
    FiledMessage,
    Reporter,
)
from models.complaint_locking import hold_free
from models.complaint_sketch import ComplaintSketch
from models.knowledge import Question
from models.sealed_identity import IdentityRequest
from models.stored_file import StoredFile, forget_file

_ENDED = (ComplaintState.CLOSED, ComplaintState.WITHDRAWN)
_SETTLED = (QuestionState.ANSWERED, QuestionState.CLOSED, QuestionState.SUGGESTED)


@dataclass(frozen=True)
class Due:
    """What the next night erases."""

    complaints: int = 0
    files: int = 0
    questions: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.complaints or self.files or self.questions)


def _complaints(agency_id: int, limit: date) -> ColumnElement[bool]:
    first = aliased(Complaint)
    follows = (
        select(ComplaintJoin.complaint_id)
        .where(
            ComplaintJoin.agency_id == Complaint.agency_id,
            ComplaintJoin.complaint_id == Complaint.id,
        )
        .exists()
    )
    follows_an_ended_one = (
        select(ComplaintJoin.complaint_id)
        .join(
            first,
            (first.agency_id == ComplaintJoin.agency_id) & (first.id == ComplaintJoin.first_id),
        )
        .where(
            ComplaintJoin.agency_id == Complaint.agency_id,
            ComplaintJoin.complaint_id == Complaint.id,
            # The first reporter's withdrawal ends nobody else's report.
            or_(
                first.state == ComplaintState.CLOSED,
                and_(first.state == ComplaintState.WITHDRAWN, Complaint.state.in_(_ENDED)),
            ),
            first.ended_on <= limit,
        )
        .exists()
    )
    return and_(
        Complaint.agency_id == agency_id,
        Complaint.erased_on.is_(None),
        Complaint.ended_on.is_not(None),
        Complaint.ended_on <= limit,
        # What repeats another's report has no state of its own that counts: that one's does.
        or_(and_(~follows, Complaint.state.in_(_ENDED)), follows_an_ended_one),
    )


def _emptied_length(session: Session, agency_id: int) -> int:
    """A sealed value is longer than its content by always as much: one that is longer than this
    says something still."""
    return len(_nothing(session, agency_id))


def _nothing(session: Session, agency_id: int) -> bytes:
    return vault.seal_text(session, agency_id, "question", "")


def _questions(session: Session, agency_id: int, limit: date) -> ColumnElement[bool]:
    return and_(
        Question.agency_id == agency_id,
        Question.state.in_(_SETTLED),
        Question.asked_on <= limit,
        or_(Question.answered_on.is_(None), Question.answered_on <= limit),
        func.length(Question.text) > _emptied_length(session, agency_id),
    )


def due(session: Session, agency_id: int, ways: OfficeWays, today: date) -> Due:
    """Counted, and nothing touched: what these ways would erase in the next night."""
    complaints = files = questions = 0
    if ways.keep_complaints_months is not None:
        which = _complaints(agency_id, months_before(today, ways.keep_complaints_months))
        complaints = session.scalar(select(func.count(Complaint.id)).where(which)) or 0
        counted = (
            select(func.count(StoredFile.id))
            .join(
                Complaint,
                (Complaint.agency_id == StoredFile.agency_id)
                & (Complaint.id == StoredFile.complaint_id),
            )
            .where(which)
        )
        files = session.scalar(counted) or 0
    if ways.keep_questions_months is not None:
        limit = months_before(today, ways.keep_questions_months)
        asked = select(func.count(Question.id)).where(_questions(session, agency_id, limit))
        questions = session.scalar(asked) or 0
    return Due(complaints, files, questions)


def erase_batch(
    session: Session, agency_id: int, ways: OfficeWays, now: datetime, most: int
) -> Due:
    """Erase up to so many cases and so many questions, and say so in the audit log: one line, in
    the commit that erases. The files' bytes go after it (`models.stored_file.drop_forgotten`)."""
    today = bangkok_day(now)
    done = Due(
        *_erase_complaints(session, agency_id, ways.keep_complaints_months, today, most),
        _erase_questions(session, agency_id, ways.keep_questions_months, today, most),
    )
    if not done.is_nothing:
        audit.record(
            session,
            agency_id,
            action="retention.erased",
            subject="retention",
            actor="system",
            now=now,
            detail={
                "complaints": str(done.complaints),
                "files": str(done.files),
                "questions": str(done.questions),
            },
        )
    return done


def _erase_complaints(
    session: Session, agency_id: int, months: int | None, today: date, most: int
) -> tuple[int, int]:
    if months is None:
        return 0, 0
    limit = months_before(today, months)
    which = _complaints(agency_id, limit)
    chosen = session.scalars(
        select(Complaint.id).where(which).order_by(Complaint.ended_on, Complaint.id).limit(most)
    ).all()
    # Chosen with no lock, and locked in the order in which everybody locks cases. What somebody
    # works on at this moment is not waited for: there are other nights.
    held = hold_free(session, agency_id, chosen)
    still = set(session.scalars(select(Complaint.id).where(which, Complaint.id.in_(held))))
    found = [held[one] for one in chosen if one in still]
    ids = [one.id for one in found]
    if not ids:
        return 0, 0
    for one in found:
        one.content = vault.seal_json(session, agency_id, "complaint", {})
        one.erased_on = today
    _forget_reporters(session, agency_id, found)
    files = session.scalars(
        select(StoredFile).where(
            StoredFile.agency_id == agency_id, StoredFile.complaint_id.in_(ids)
        )
    ).all()
    for stored in files:
        forget_file(session, stored)
    session.flush()
    _forget_words(session, agency_id, ids)
    return len(ids), len(files)


def _forget_reporters(session: Session, agency_id: int, found: Sequence[Complaint]) -> None:
    reporters = [one.reporter_id for one in found if one.reporter_id is not None]
    for one in found:
        one.reporter_id = None
    session.flush()
    needed = select(Complaint.reporter_id).where(
        Complaint.agency_id == agency_id, Complaint.reporter_id.in_(reporters)
    )
    session.execute(
        delete(Reporter)
        .where(
            Reporter.agency_id == agency_id,
            Reporter.id.in_(reporters),
            Reporter.id.not_in(needed),
        )
        .execution_options(synchronize_session=False)
    )


def _forget_words(session: Session, agency_id: int, ids: Sequence[UUID]) -> None:
    silent = {"synchronize_session": False}
    session.execute(
        delete(FiledMessage)
        .where(FiledMessage.agency_id == agency_id, FiledMessage.complaint_id.in_(ids))
        .execution_options(**silent)
    )
    days = select(Complaint.received_on).where(
        Complaint.agency_id == agency_id, Complaint.id.in_(ids)
    )
    session.execute(
        delete(ComplaintSketch)
        .where(
            ComplaintSketch.agency_id == agency_id,
            ComplaintSketch.received_on.in_(days),  # its key begins so
            ComplaintSketch.complaint_id.in_(ids),
        )
        .execution_options(**silent)
    )
    session.execute(
        update(ComplaintEntry)
        .where(ComplaintEntry.agency_id == agency_id, ComplaintEntry.complaint_id.in_(ids))
        .values(text=None)
        .execution_options(**silent)
    )
    session.execute(
        update(IdentityRequest)
        .where(IdentityRequest.agency_id == agency_id, IdentityRequest.complaint_id.in_(ids))
        .values(reason=vault.seal_text(session, agency_id, "complaint", ""))
        .execution_options(**silent)
    )


def _erase_questions(
    session: Session, agency_id: int, months: int | None, today: date, most: int
) -> int:
    if months is None:
        return 0
    limit = months_before(today, months)
    found = session.scalars(
        select(Question)
        .where(_questions(session, agency_id, limit))
        .order_by(Question.asked_on, Question.id)
        .limit(most)
        .with_for_update(of=Question)
    ).all()
    for one in found:
        one.text = _nothing(session, agency_id)
        one.answer = one.closed_because = one.contact_id = None
    session.flush()
    return len(found)
