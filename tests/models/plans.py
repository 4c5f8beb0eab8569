"""Read measures and drafts for the tests of plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from domain.plan import Column, FoundSchedule, PlanHead, ReadMeasure
from domain.schedules.types import Kind, Schedule
from models.database import Database
from models.division import known_divisions
from models.plan_changes import PlanChanges, PlannedMeasure
from models.plan_draft import add_rows, begin_draft, finish_reading
from models.plan_import import apply, compare
from models.plan_names import Names
from models.plan_review import planned
from tests.offices import NOON, Office

LATER = NOON + timedelta(days=1)
MARCH = date(2023, 3, 31)
SEPTEMBER = date(2023, 9, 30)


def due(*days: date, text: str = "31 มี.ค. 66", habit: bool = False) -> FoundSchedule:
    column = Column.STEPS if habit else Column.SCHEDULE
    return FoundSchedule(column, Schedule(text, Kind.DUE, due_dates=days), habit=habit)


def read(
    number: int,
    title: str,
    *divisions: str,
    days: Sequence[date] = (MARCH,),
    code: str | None = None,
    result: str = "",
    flags: tuple[str, ...] = (),
    schedules: tuple[FoundSchedule, ...] = (),
) -> ReadMeasure:
    """A measure as a reader gives it."""
    return ReadMeasure(
        number,
        title,
        code=code,
        divisions=divisions,
        steps=("ขั้นแรก", "ขั้นต่อไป"),
        schedules=schedules or ((due(*days),) if days else ()),
        result=result,
        flags=flags,
    )


# What tests/offices.py put into each office, as a file would say it.
AS_STORED = (
    read(1, "คู่มือการให้บริการประชาชน", "ทุกส่วนราชการ", days=[SEPTEMBER]),
    read(2, "เปิดเผยผลการใช้จ่ายงบประมาณ", "กองคลัง", code="O11"),
    read(3, "คู่มือการใช้ทรัพย์สินของราชการ", "สำนักปลัดฯ", days=[date(2022, 12, 31)]),
)


def upload(
    db: Database,
    office: Office,
    measures: Iterable[ReadMeasure],
    *,
    fiscal_year: int | None = 2566,
    title: str = "",
    name: str = "แผน.docx",
    flags: tuple[str, ...] = (),
) -> UUID:
    """A draft that is ready, as the admin's upload leaves it."""
    head = PlanHead("เทศบาลตำบลมะขาม", fiscal_year, title, flags=flags)
    with db.writing() as session:
        person = session.merge(office.people["admin"])
        draft = begin_draft(session, person, source_name=name, source_sha256="ab" * 32, now=NOON)
        add_rows(session, draft, measures)
        finish_reading(session, draft, head)
        return draft.id


def ready(db: Database, office: Office, rows: Iterable[ReadMeasure]) -> list[PlannedMeasure]:
    with db.reading() as session:
        names = Names(known_divisions(session, office.agency_id), {})
    return [planned(row, names) for row in rows]


def look(
    db: Database, office: Office, rows: Iterable[ReadMeasure], year: int = 2566
) -> PlanChanges:
    with db.reading() as session:
        return compare(session, office.agency_id, year, ready(db, office, rows))


def put(
    db: Database, office: Office, rows: Iterable[ReadMeasure], year: int = 2566, title: str = ""
) -> PlanChanges:
    plain = ready(db, office, rows)
    with db.writing() as session:
        return apply(
            session,
            office.agency_id,
            year,
            plain,
            actor=f"person:{office.people['admin'].id}",
            title=title,
            source_sha256="ab" * 32,
            now=LATER,
        )


def settled(db: Database, office: Office) -> None:
    """Import what is stored, so that the texts that offices.py left out are there too."""
    put(db, office, AS_STORED, title="แผน")
