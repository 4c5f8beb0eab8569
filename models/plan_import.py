"""A year's plan made what a corrected file says, without losing an answer that was given.

`compare` says what would change, `apply` does just that. Both match measures and obligations by
the same rules (`models.plan_changes`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import fiscal_year_bounds
from domain.states import OBLIGATION_MOVES, ObligationState, check_move
from models import audit
from models.agency import Agency
from models.measure import (
    BadPlan,
    Measure,
    Obligation,
    Plan,
    add_obligation,
    remind_from_the_first,
)
from models.obligation_changes import changed_by_hand, handed_over
from models.plan_changes import (
    FIELDS,
    FieldChange,
    Key,
    MeasureChange,
    PlanChanges,
    PlannedMeasure,
    Round,
    pair,
)
from models.progress import ProgressReport

_BATCH = 200


class PlanMoved(Exception):
    """What would change is no longer what the person was shown."""


@dataclass(frozen=True)
class _Known:
    """An obligation as it stands."""

    id: UUID
    state: ObligationState
    answered: bool  # or changed by hand

    @property
    def is_kept(self) -> bool:
        """Somebody answered it, or it is past being open: no import touches it."""
        return self.answered or self.state is not ObligationState.OPEN

    @property
    def is_off(self) -> bool:
        """No round any more. An import cancels nothing that was answered: then it was by hand."""
        return self.state is ObligationState.CANCELLED


@dataclass
class _Stored:
    """A year's plan in the database, to compare with."""

    plan: Plan | None
    measures: dict[UUID, Measure] = field(default_factory=dict)
    rounds: dict[UUID, dict[Round, _Known]] = field(default_factory=dict)
    handed_over: dict[UUID, set[Round]] = field(default_factory=dict)  # others report them


def compare(
    session: Session,
    agency_id: int,
    fiscal_year: int,
    rows: Iterable[PlannedMeasure],
    *,
    title: str = "",
) -> PlanChanges:
    """What importing ``rows`` would change. They are walked twice."""
    return _compare(_load(session, agency_id, fiscal_year), fiscal_year, _again(rows), title)


def apply(
    session: Session,
    agency_id: int,
    fiscal_year: int,
    rows: Iterable[PlannedMeasure],
    *,
    actor: str,
    now: datetime,
    title: str = "",
    source_sha256: str = "",
    mark: str | None = None,
) -> PlanChanges:
    """Make a year's plan what ``rows`` say; ``actor`` did it, in the audit log's words.

    Where nothing changes nothing is written, the log included. Raises
    `PlanMoved` when ``mark``, of the changes that a person saw, is no longer theirs.
    """
    # One import at a time; not a lock against those who only refer to the agency.
    session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update(key_share=True))
    rows = _again(rows)
    stored = _load(session, agency_id, fiscal_year, lock=True)
    changes = _compare(stored, fiscal_year, rows, title)
    if mark is not None and mark != changes.mark:
        raise PlanMoved
    if changes.empty and stored.plan is not None:
        return changes
    plan = stored.plan or _new_plan(session, agency_id, fiscal_year)
    if changes.title is not None:
        plan.title = changes.title.new
    _make_room(session, stored, changes)
    _store(session, plan, stored, changes, rows)
    session.flush()
    audit.record(
        session,
        agency_id,
        action="plan.imported",
        subject=f"plan:{plan.id}",
        actor=actor,
        now=now,
        detail=_counts(changes, source_sha256),
    )
    return changes


def _again(rows: Iterable[PlannedMeasure]) -> Iterable[PlannedMeasure]:
    return list(rows) if isinstance(rows, Iterator) else rows


def _new_plan(session: Session, agency_id: int, fiscal_year: int) -> Plan:
    plan = Plan(agency_id=agency_id, fiscal_year=fiscal_year, title="")
    session.add(plan)
    session.flush()
    return plan


def _load(session: Session, agency_id: int, fiscal_year: int, *, lock: bool = False) -> _Stored:
    fiscal_year_bounds(fiscal_year)
    plan = session.scalar(
        select(Plan).where(Plan.agency_id == agency_id, Plan.fiscal_year == fiscal_year)
    )
    stored = _Stored(plan)
    if plan is None:
        return stored
    ours = (Measure.agency_id == agency_id) & (Measure.plan_id == plan.id)
    # The measures of a plan are few beside its file's words; they are wanted whole.
    stored.measures = {
        one.id: one for one in session.scalars(select(Measure).where(ours).order_by(Measure.number))
    }
    joined = (Measure.agency_id == Obligation.agency_id) & (Measure.id == Obligation.measure_id)
    obligations = (
        select(
            Obligation.id,
            Obligation.measure_id,
            Obligation.division_id,
            Obligation.planned_on,  # a postponed one is still the round that the plan prints
            Obligation.state,
        )
        .join(Measure, joined)
        .where(Obligation.agency_id == agency_id, ours)
    )
    if lock:
        # A division's answer waits, or was first and is seen below.
        obligations = obligations.with_for_update(of=Obligation)
    found = session.execute(obligations).all()
    reported = (Obligation.agency_id == ProgressReport.agency_id) & (
        Obligation.id == ProgressReport.obligation_id
    )
    answered = set(
        session.scalars(
            select(ProgressReport.obligation_id)
            .join(Obligation, reported)
            .join(Measure, joined)
            .where(ProgressReport.agency_id == agency_id, ours)
            .distinct()
        )
    )
    answered |= changed_by_hand(session, agency_id, plan.id)
    rounds: dict[UUID, dict[Round, _Known]] = defaultdict(dict)
    for id_, measure_id, division_id, planned_on, state in found:
        rounds[measure_id][Round(planned_on, division_id)] = _Known(id_, state, id_ in answered)
    stored.rounds = rounds
    stored.handed_over = handed_over(session, agency_id, plan.id)
    return stored


def _pairs(stored: _Stored, rows: Iterable[PlannedMeasure]) -> dict[int, Measure]:
    """Which measure each row is, by its number. Those in the plan come before dropped ones."""
    wanted = [Key(row.number, row.number, row.code, row.title) for row in rows]
    if len({one.number for one in wanted}) != len(wanted):
        raise BadPlan("two measures have the same number")
    found: dict[int, Measure] = {}
    for dropped in (False, True):
        keys = [
            Key(one.id, one.number, one.code, one.title)
            for one in stored.measures.values()
            if one.dropped is dropped
        ]
        left = [one for one in wanted if one.number not in found]
        for theirs, mine in pair(keys, left).items():
            if isinstance(theirs, int) and isinstance(mine.id, UUID):
                found[theirs] = stored.measures[mine.id]
    return found


def _compare(
    stored: _Stored, fiscal_year: int, rows: Iterable[PlannedMeasure], title: str
) -> PlanChanges:
    changes = PlanChanges(fiscal_year)
    old_title = stored.plan.title if stored.plan else ""
    wanted_title = title or old_title or f"แผนมาตรการ ปีงบประมาณ พ.ศ. {fiscal_year}"
    if wanted_title != old_title:
        changes.title = FieldChange("title", old_title, wanted_title)
    pairs = _pairs(stored, rows)
    for row in rows:
        change = _change(stored, pairs.get(row.number), row)
        changes.without_date += not row.due
        changes.without_division += not row.division_ids
        if change.measure_id is None:
            changes.new.append(change)
        elif change.changes:
            changes.changed.append(change)
        else:
            changes.unchanged += 1
            if change.kept:
                changes.kept_only.append(change)
    matched = {one.id for one in pairs.values()}
    for measure in stored.measures.values():
        if measure.id not in matched and not measure.dropped:
            changes.gone.append(_leave(stored, measure))
    return changes


def _change(stored: _Stored, measure: Measure | None, row: PlannedMeasure) -> MeasureChange:
    wanted = {Round(due_on, id_) for id_ in row.division_ids for due_on in row.due}
    if measure is None:
        return MeasureChange(row.number, row.title, row.code, added=tuple(sorted(wanted)))
    rounds = stored.rounds.get(measure.id, {})
    wanted -= stored.handed_over.get(measure.id, set()) - rounds.keys()
    cancelled, kept = _not_wanted(rounds, wanted)
    off = [one for one in wanted & rounds.keys() if rounds[one].is_off]
    by_hand = [one for one in off if rounds[one].answered]
    return MeasureChange(
        number=row.number,
        title=row.title,
        code=row.code,
        measure_id=measure.id,
        fields=tuple(
            FieldChange(name, _text(getattr(measure, name)), _text(getattr(row, name)))
            for name in FIELDS
            if getattr(measure, name) != getattr(row, name)
        ),
        added=tuple(sorted(wanted - rounds.keys())),
        reopened=tuple(sorted(set(off) - set(by_hand))),
        cancelled=cancelled,
        kept=tuple(sorted([*kept, *by_hand])),
        returned=measure.dropped,
    )


def _leave(stored: _Stored, measure: Measure) -> MeasureChange:
    cancelled, kept = _not_wanted(stored.rounds.get(measure.id, {}), set())
    return MeasureChange(
        number=measure.number,
        title=measure.title,
        code=measure.code,
        measure_id=measure.id,
        cancelled=cancelled,
        kept=kept,
    )


def _not_wanted(
    rounds: Mapping[Round, _Known], wanted: set[Round]
) -> tuple[tuple[Round, ...], tuple[Round, ...]]:
    """To cancel, and to keep because it was answered."""
    left = [
        (one, known)
        for one, known in sorted(rounds.items(), key=lambda item: item[0])
        if one not in wanted and known.state is not ObligationState.CANCELLED
    ]
    return (
        tuple(one for one, known in left if not known.is_kept),
        tuple(one for one, known in left if known.is_kept),
    )


def _text(value: str | int | None) -> str:
    return "" if value is None else str(value)


def _make_room(session: Session, stored: _Stored, changes: PlanChanges) -> None:
    """Numbers are unique: whoever gives one up steps aside before another takes it."""
    numbers = {change.measure_id: change.number for change in changes.changed}
    taken = {one.number for one in [*changes.new, *changes.changed]}
    staying = {one.measure_id for one in changes.gone}
    end = max([*taken, *(one.number for one in stored.measures.values())], default=0)
    for aside, measure in enumerate(stored.measures.values(), start=1):
        leaves = measure.id in staying or (measure.dropped and measure.id not in numbers)
        if leaves and measure.number in taken:
            end += 1
            measure.number = end
        elif measure.id in numbers and measure.number != numbers[measure.id]:
            measure.number = -aside
        if measure.id in staying:
            measure.dropped = True
    session.flush()


def _store(
    session: Session,
    plan: Plan,
    stored: _Stored,
    changes: PlanChanges,
    rows: Iterable[PlannedMeasure],
) -> None:
    told = {one.number: one for one in [*changes.new, *changes.changed]}
    written: list[tuple[Measure, MeasureChange]] = []
    for row in rows:
        change = told.get(row.number)
        if change is None:
            continue
        if change.measure_id is None:
            measure = Measure(agency_id=plan.agency_id, plan_id=plan.id)
            session.add(measure)
        else:
            measure = stored.measures[change.measure_id]
        for name in FIELDS:
            setattr(measure, name, getattr(row, name))
        measure.dropped = False
        written.append((measure, change))
        if len(written) >= _BATCH:
            _add_rounds(session, written)
    _add_rounds(session, written)
    for change in [*changes.changed, *changes.gone]:
        known = stored.rounds.get(change.measure_id, {}) if change.measure_id else {}
        for one in change.reopened:
            _move(session, plan, known[one].id, ObligationState.OPEN)
        for one in change.cancelled:
            _move(session, plan, known[one].id, ObligationState.CANCELLED)


def _add_rounds(session: Session, written: list[tuple[Measure, MeasureChange]]) -> None:
    session.flush()  # an obligation refers to its measure
    for measure, change in written:
        for one in change.added:
            add_obligation(session, measure, one.division_id, one.due_on)
    written.clear()


def _move(
    session: Session,
    plan: Plan,
    obligation_id: UUID,
    state: ObligationState,
) -> None:
    obligation = session.get_one(Obligation, (plan.agency_id, obligation_id))
    check_move(OBLIGATION_MOVES, obligation.state, state)
    obligation.state = state
    if state is ObligationState.OPEN:
        remind_from_the_first(session, obligation)


def _counts(changes: PlanChanges, source_sha256: str) -> dict[str, str]:
    counts = {
        "new": len(changes.new),
        "changed": len(changes.changed),
        "gone": len(changes.gone),
        "rounds_added": changes.count(lambda one: one.added),
        "rounds_reopened": changes.count(lambda one: one.reopened),
        "rounds_cancelled": changes.count(lambda one: one.cancelled),
        "rounds_kept": changes.count(lambda one: one.kept),
    }
    detail = {"fiscal_year": str(changes.fiscal_year)}
    if source_sha256:
        detail["sha256"] = source_sha256
    return detail | {name: str(count) for name, count in counts.items()}
