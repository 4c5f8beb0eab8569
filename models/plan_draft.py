"""A plan that was read from an office's document, until a person imports it or throws it away.

A row a measure, sealed: cells of results may name people. Nothing here touches the plans of
`models.measure`; `models.plan_import` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import fiscal_year_bounds
from domain.divisions import squeezed
from domain.plan import PlanFlag, PlanHead, ReadMeasure
from domain.plan_json import measure_from_json, measure_to_json, scores_to_json
from domain.states import PLAN_DRAFT_MOVES, PlanDraftState, check_move
from models import vault
from models.base import Base, Ordered, Tenant, state_column, within_agency
from models.person import Person

KEEP_DRAFTS = timedelta(days=30)
STOPPED_AFTER = timedelta(minutes=10)  # without progress nobody reads it any more
_BATCH = 200
_PURPOSE = "plan_draft"
_LONGEST = 300


class PlanDraft(Ordered, Base):
    __tablename__ = "plan_draft"
    __table_args__ = (
        Index("ix_plan_draft_state", "agency_id", "state"),
        within_agency("created_by", "person"),
    )

    fiscal_year: Mapped[int | None]  # พ.ศ.; None until somebody says it
    title: Mapped[str] = mapped_column(String(_LONGEST))
    printed_agency: Mapped[str | None] = mapped_column(String(_LONGEST))
    source_name: Mapped[str] = mapped_column(String(_LONGEST))
    source_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[PlanDraftState] = mapped_column(state_column(PlanDraftState, "state"))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    scores: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    flags: Mapped[list[str]] = mapped_column(JSON)
    # What a person said of names that no division has, by `squeezed` name.
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    # How far the reading came; `models.plan_reading` writes these.
    touched_at: Mapped[datetime]
    lines_read: Mapped[int] = mapped_column(default=0)
    lines_total: Mapped[int | None]  # None until the document is open
    trouble: Mapped[str | None] = mapped_column(Text)  # why it failed, for the officer
    last_number: Mapped[int] = mapped_column(default=0)  # a number is never given twice

    def stopped(self, now: datetime) -> bool:
        """True where a reading was cut off: its process died."""
        return self.state is PlanDraftState.READING and now - self.touched_at > STOPPED_AFTER


class PlanDraftRow(Tenant, Base):
    __tablename__ = "plan_draft_row"
    __table_args__ = (
        ForeignKeyConstraint(["agency_id", "draft_id"], ["plan_draft.agency_id", "plan_draft.id"]),
        CheckConstraint("version >= 0", name="version_counts"),
    )

    draft_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes]  # sealed: a `ReadMeasure` as JSON
    edited: Mapped[bool] = mapped_column(default=False)  # a person looked at it
    version: Mapped[int] = mapped_column(default=0)


class DraftIsClosed(Exception):
    """It was imported or thrown away meanwhile, or is still being read."""


class RowChanged(Exception):
    """Somebody else corrected the row since it was looked at, or took it out."""


@dataclass(frozen=True)
class DraftRow:
    measure: ReadMeasure
    edited: bool
    version: int


def begin_draft(
    session: Session,
    person: Person,
    *,
    source_name: str,
    source_sha256: str,
    now: datetime,
) -> PlanDraft:
    """An empty draft that is being filled; `finish_reading` makes it ready."""
    draft = PlanDraft(
        agency_id=person.agency_id,
        fiscal_year=None,
        title="",
        source_name=source_name[-_LONGEST:],
        source_sha256=source_sha256,
        state=PlanDraftState.READING,
        created_at=now,
        created_by=person.id,
        scores=[],
        flags=[],
        answers={},
        touched_at=now,
        lines_read=0,
        last_number=0,
    )
    session.add(draft)
    session.flush()
    return draft


def add_rows(
    session: Session, draft: PlanDraft, measures: Iterable[ReadMeasure], *, edited: bool = False
) -> int:
    """Seal and store measures, some at a time; how many there were."""
    count = 0
    waiting: list[PlanDraftRow] = []
    for measure in measures:
        waiting.append(
            PlanDraftRow(
                agency_id=draft.agency_id,
                draft_id=draft.id,
                number=measure.number,
                content=_seal(session, draft.agency_id, measure),
                edited=edited,
            )
        )
        count += 1
        draft.last_number = max(draft.last_number, measure.number)
        if len(waiting) >= _BATCH:
            _write(session, waiting)
    _write(session, waiting)
    return count


def _write(session: Session, waiting: list[PlanDraftRow]) -> None:
    session.add_all(waiting)
    session.flush()
    for row in waiting:
        session.expunge(row)  # thousands of them must not pile up in the session
    waiting.clear()


def finish_reading(session: Session, draft: PlanDraft, head: PlanHead) -> None:
    check_move(PLAN_DRAFT_MOVES, draft.state, PlanDraftState.READY)
    draft.state = PlanDraftState.READY
    draft.fiscal_year = head.fiscal_year
    draft.title = head.title[:_LONGEST]
    draft.printed_agency = head.agency[:_LONGEST] if head.agency else None
    draft.scores = [scores_to_json(one) for one in head.scores]
    draft.flags = list(head.flags)
    session.flush()


def _seal(session: Session, agency_id: int, measure: ReadMeasure) -> bytes:
    return vault.seal_json(session, agency_id, _PURPOSE, measure_to_json(measure))


def _open(session: Session, row: PlanDraftRow) -> DraftRow:
    value = vault.open_json(session, row.agency_id, _PURPOSE, row.content)
    return DraftRow(measure_from_json(value), row.edited, row.version)


def get_draft(session: Session, agency_id: int, draft_id: UUID) -> PlanDraft | None:
    return session.get(PlanDraft, (agency_id, draft_id))


def hold_draft(session: Session, agency_id: int, draft_id: UUID) -> PlanDraft:
    """A ready draft, locked for a change. Raises `DraftIsClosed`."""
    draft = session.get(
        PlanDraft, (agency_id, draft_id), with_for_update=True, populate_existing=True
    )
    if draft is None or draft.state is not PlanDraftState.READY:
        raise DraftIsClosed
    return draft


def drafts_of(session: Session, agency_id: int) -> list[PlanDraft]:
    """What is being read, could not be read, or waits to be imported; the newest first."""
    still_here = (PlanDraftState.READING, PlanDraftState.FAILED, PlanDraftState.READY)
    query = (
        select(PlanDraft)
        .where(PlanDraft.agency_id == agency_id, PlanDraft.state.in_(still_here))
        .order_by(PlanDraft.id.desc())
    )
    return list(session.scalars(query))


def row_count(session: Session, draft: PlanDraft) -> int:
    query = select(func.count()).where(
        PlanDraftRow.agency_id == draft.agency_id, PlanDraftRow.draft_id == draft.id
    )
    return session.scalar(query) or 0


def rows_after(session: Session, draft: PlanDraft, after: int, limit: int) -> list[DraftRow]:
    """A page of a draft: the rows that follow a number."""
    found = session.scalars(
        select(PlanDraftRow)
        .where(
            PlanDraftRow.agency_id == draft.agency_id,
            PlanDraftRow.draft_id == draft.id,
            PlanDraftRow.number > after,
        )
        .order_by(PlanDraftRow.number)
        .limit(limit)
    ).all()
    rows = [_open(session, one) for one in found]
    for one in found:
        session.expunge(one)
    return rows


class DraftRows(Iterable[DraftRow]):
    """A draft's rows in order, a batch in memory at a time; can be walked again."""

    def __init__(self, session: Session, draft: PlanDraft) -> None:
        self._session = session
        self._draft = draft

    def __iter__(self) -> Iterator[DraftRow]:
        after = -1
        while batch := rows_after(self._session, self._draft, after, _BATCH):
            yield from batch
            after = batch[-1].measure.number


def get_row(session: Session, draft: PlanDraft, number: int) -> DraftRow | None:
    row = session.get(PlanDraftRow, (draft.agency_id, draft.id, number))
    return None if row is None else _open(session, row)


def replace_row(
    session: Session, draft: PlanDraft, measure: ReadMeasure, seen_version: int
) -> None:
    """Store a row as a person corrected it (or found it right). Raises `RowChanged`."""
    row = _hold_row(session, draft, measure.number, seen_version)
    row.content = _seal(session, draft.agency_id, measure)
    row.edited = True
    row.version += 1
    session.flush()


def add_row(session: Session, draft: PlanDraft, measure: ReadMeasure) -> int:
    """Store a measure that the reader missed, under the next number, which it returns."""
    number = draft.last_number + 1
    add_rows(session, draft, [replace(measure, number=number)], edited=True)
    return number


def remove_row(session: Session, draft: PlanDraft, number: int, seen_version: int) -> None:
    """Take a row out: it is no measure. Raises `RowChanged`."""
    session.delete(_hold_row(session, draft, number, seen_version))
    session.flush()


def _hold_row(session: Session, draft: PlanDraft, number: int, seen_version: int) -> PlanDraftRow:
    key = (draft.agency_id, draft.id, number)
    row = session.get(PlanDraftRow, key, with_for_update=True, populate_existing=True)
    if row is None or row.version != seen_version:
        raise RowChanged
    return row


def answer_names(session: Session, draft: PlanDraft, answers: Mapping[str, str]) -> None:
    """Add what a person said of printed names: `models.plan_names` reads it."""
    said = {squeezed(printed): answer for printed, answer in answers.items()}
    draft.answers = {**draft.answers, **said}
    session.flush()


Reread = Callable[[ReadMeasure, int], ReadMeasure]


def set_year(session: Session, draft: PlanDraft, fiscal_year: int, reread: Reread) -> None:
    """Say which year the plan is of. Phrases that lean on the year are read again."""
    fiscal_year_bounds(fiscal_year)
    changed = draft.fiscal_year != fiscal_year
    draft.fiscal_year = fiscal_year
    draft.flags = [one for one in draft.flags if one != PlanFlag.YEAR_MISSING]
    session.flush()
    if not changed:
        return
    for row in DraftRows(session, draft):
        measure = reread(row.measure, fiscal_year)
        if measure == row.measure:
            continue
        session.execute(
            update(PlanDraftRow)
            .where(
                PlanDraftRow.agency_id == draft.agency_id,
                PlanDraftRow.draft_id == draft.id,
                PlanDraftRow.number == measure.number,
            )
            .values(
                content=_seal(session, draft.agency_id, measure), version=PlanDraftRow.version + 1
            )
        )


def close_draft(session: Session, draft: PlanDraft, state: PlanDraftState) -> None:
    """Compare and set: only one of two who import or discard at once gets through.

    The rows go; what is left says what became of it. Raises `DraftIsClosed`.
    """
    legal = [old for old, moves in PLAN_DRAFT_MOVES.items() if state in moves]
    done = session.execute(
        update(PlanDraft)
        .where(
            PlanDraft.agency_id == draft.agency_id,
            PlanDraft.id == draft.id,
            PlanDraft.state.in_(legal),
        )
        .values(state=state)
        .execution_options(synchronize_session="fetch")
    )
    if not isinstance(done, CursorResult) or done.rowcount != 1:
        raise DraftIsClosed
    erase_rows(session, draft)


def erase_rows(session: Session, draft: PlanDraft) -> None:
    session.execute(
        delete(PlanDraftRow).where(
            PlanDraftRow.agency_id == draft.agency_id, PlanDraftRow.draft_id == draft.id
        )
    )


def erase_draft(session: Session, draft: PlanDraft) -> None:
    """As if it had never been uploaded."""
    erase_rows(session, draft)
    session.delete(draft)
    session.flush()


def erase_old_drafts(session: Session, now: datetime, keep: timedelta = KEEP_DRAFTS) -> int:
    """Erase what was uploaded long ago, whatever became of it, and readings that were cut off.

    Of every agency. Locked first: a reading that goes on after all is left alone.
    """
    reading = PlanDraft.state == PlanDraftState.READING
    stopped = and_(reading, PlanDraft.touched_at < now - STOPPED_AFTER)
    query = select(PlanDraft).where(or_(PlanDraft.created_at < now - keep, stopped))
    old = session.scalars(query.with_for_update()).all()
    for draft in old:
        erase_draft(session, draft)
    return len(old)
