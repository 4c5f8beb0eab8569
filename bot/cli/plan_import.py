"""`prongsai plan import`: a document's measures and obligations into an agency's plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from bot.cli.common import BadInput, agency_or_stop, open_process, print_json
from bot.cli.plan import FileArgument, YearRange, opened, with_progress
from documents.plans import PlanReading
from domain.divisions import EVERY_DIVISION, squeezed
from models.division import find_division, known_divisions
from models.measure import BadPlan
from models.plan_changes import PlanChanges, PlannedMeasure
from models.plan_import import apply, compare
from models.plan_names import EVERY, NOBODY, Names
from models.plan_review import planned

_NONE = "-"


@click.command("import")
@click.argument("file", type=FileArgument)
@click.option("--agency", "slug", required=True, help="the agency's slug")
@click.option("--fiscal-year", type=YearRange, help="พ.ศ., where the document names none")
@click.option(
    "--means",
    multiple=True,
    metavar="PRINTED=DIVISION",
    help=f"whom a printed name means; DIVISION may be {EVERY_DIVISION}, or - for nobody",
)
@click.option("--with-habits", is_flag=True, help="routines named outside the deadlines count too")
@click.option("--dry-run", is_flag=True, help="say what would change, and change nothing")
def import_plan(
    file: Path,
    slug: str,
    fiscal_year: int | None,
    means: Sequence[str],
    with_habits: bool,
    dry_run: bool,
) -> None:
    """Import an official report or plan; the same file twice changes nothing.

    What divisions answered already is kept. A name that is no known division is asked about: say
    what it means with --means, and nothing is imported before.
    """
    process = open_process()
    with opened(file, fiscal_year) as reading:
        year = reading.head.fiscal_year
        if year is None:
            raise BadInput("เอกสารไม่ได้ระบุปีงบประมาณ โปรดระบุด้วย --fiscal-year เช่น --fiscal-year 2570")
        with process.db.reading() as session:
            agency_id = agency_or_stop(session, slug).id
            names = Names(known_divisions(session, agency_id), _answers(session, agency_id, means))
            rows = _Rows(reading, names, with_habits=with_habits)
            seen = rows.walk_once()
            if seen.asked and not dry_run:
                raise BadInput(_question(seen.asked))
            changes = compare(session, agency_id, year, rows, title=reading.head.title)
        if not dry_run:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            with process.db.writing() as session:
                try:
                    changes = apply(
                        session,
                        agency_id,
                        year,
                        rows,
                        actor="cli",
                        title=reading.head.title,
                        source_sha256=digest,
                        now=datetime.now(UTC),
                        mark=changes.mark,
                    )
                except BadPlan as error:
                    raise BadInput(f"{error}; nothing was imported") from error
    print_json(_told(changes, seen, dry_run=dry_run))


class _Seen:
    """What one walk over the measures showed."""

    def __init__(self) -> None:
        self.measures = 0
        self.habits = 0
        self.asked: dict[str, int] = {}  # printed name -> the first measure it stands in


class _Rows(Iterable[PlannedMeasure]):
    """The document's measures as they are to be stored; each walk reads the file again."""

    def __init__(self, reading: PlanReading, names: Names, *, with_habits: bool) -> None:
        self._reading = reading
        self._names = names
        self._with_habits = with_habits

    def __iter__(self) -> Iterator[PlannedMeasure]:
        for measure in self._reading.measures():
            if self._with_habits:
                kept = tuple(replace(one, habit=False) for one in measure.schedules)
                measure = replace(measure, schedules=kept)
            yield planned(measure, self._names)

    def walk_once(self) -> _Seen:
        seen = _Seen()
        for measure in with_progress(self._reading):
            seen.measures += 1
            seen.habits += any(one.habit and one.reading.due_dates for one in measure.schedules)
            for printed in self._names.asked(measure.divisions):
                seen.asked.setdefault(printed, measure.number)
        return seen


def _answers(session: Session, agency_id: int, means: Sequence[str]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for one in means:
        printed, mark, meant = one.partition("=")
        printed, meant = printed.strip(), meant.strip()
        if not mark or not printed or not meant:
            raise BadInput(f"--means wants PRINTED=DIVISION, not {one!r}")
        if meant == EVERY_DIVISION:
            answers[squeezed(printed)] = EVERY
        elif meant == _NONE:
            answers[squeezed(printed)] = NOBODY
        else:
            division = find_division(session, agency_id, meant)
            if division is None:
                raise BadInput(f"หน่วยงานนี้ไม่มีส่วนราชการชื่อ “{meant}”")
            answers[squeezed(printed)] = str(division.id)
    return answers


def _question(asked: Mapping[str, int]) -> str:
    names = ", ".join(f"“{name}” (มาตรการที่ {number})" for name, number in asked.items())
    return (
        f"ยังไม่ทราบว่าชื่อต่อไปนี้หมายถึงส่วนราชการใด จึงยังไม่ได้นำเข้า: {names} "
        'โปรดระบุด้วย --means เช่น --means "งานพัสดุ=กองคลัง" หรือ --means "ผู้บริหาร=-" ถ้าไม่ใช่ส่วนราชการ'
    )


def _told(changes: PlanChanges, seen: _Seen, *, dry_run: bool) -> dict[str, Any]:
    return {
        "fiscal_year": changes.fiscal_year,
        "measures": seen.measures,
        "new": len(changes.new),
        "changed": len(changes.changed),
        "unchanged": changes.unchanged,
        "gone": len(changes.gone),
        "obligations_added": changes.count(lambda one: one.added),
        "obligations_reopened": changes.count(lambda one: one.reopened),
        "obligations_cancelled": changes.count(lambda one: one.cancelled),
        "obligations_kept": changes.count(lambda one: one.kept),
        "without_date": changes.without_date,
        "without_division": changes.without_division,
        "with_habits": seen.habits,
        "asked": list(seen.asked),
        "dry_run": dry_run,
    }
