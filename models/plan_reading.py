"""A draft while its document is being read: whose turn it is, how far it came, how it ended.

A thread of some web process reads; any process can tell how far it is, for all of it stands here.
`models.plan_draft` has the beginning and the good end.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from domain.states import PLAN_DRAFT_MOVES, PlanDraftState, check_move
from models.plan_draft import DraftIsClosed, PlanDraft, erase_rows


def hold_reading(session: Session, agency_id: int, draft_id: UUID) -> PlanDraft:
    """A draft that is being read, locked, so that nobody throws it away under a batch of rows.

    Raises `DraftIsClosed` where somebody did.
    """
    draft = session.get(
        PlanDraft, (agency_id, draft_id), with_for_update=True, populate_existing=True
    )
    if draft is None or draft.state is not PlanDraftState.READING:
        raise DraftIsClosed
    return draft


def note_progress(draft: PlanDraft, now: datetime, line: int, total: int | None) -> None:
    """A sign of life. A workbook counts its lines from one on each sheet: never backwards."""
    draft.touched_at = now
    draft.lines_read = max(draft.lines_read, line)
    draft.lines_total = total


def percent_read(draft: PlanDraft) -> int | None:
    """None while the document is still being opened. All of it is read when the draft is ready."""
    if not draft.lines_total:
        return None
    return min(99, draft.lines_read * 100 // draft.lines_total)


def fail_reading(session: Session, draft: PlanDraft, sentence: str) -> None:
    """It cannot be read: the rows go, what the officer is to do is kept."""
    check_move(PLAN_DRAFT_MOVES, draft.state, PlanDraftState.FAILED)
    draft.state = PlanDraftState.FAILED
    draft.trouble = sentence
    erase_rows(session, draft)
    session.flush()
