"""Importing a plan again: only what the file changes changes, and no answer is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select

from domain.reminders import Policy, first_reminder
from domain.states import ObligationState
from domain.workdays import OfficeCalendar
from models.audit import AuditEntry, verify
from models.database import Database
from models.measure import (
    BadPlan,
    Measure,
    Obligation,
    Plan,
    obligations_of,
    plans_of,
)
from models.plan_import import PlanMoved, apply
from models.progress import ReportStatus, report_progress
from models.reminder import agencies_to_remind, obligations_to_remind
from models.waiting import obligations_by_year
from tests.models.making import all_at_once, everything_stored
from tests.models.plans import (
    AS_STORED,
    LATER,
    MARCH,
    SEPTEMBER,
    due,
    look,
    put,
    read,
    ready,
    settled,
)
from tests.offices import NOON, Office, Offices

DECEMBER = date(2022, 12, 31)
ONE, TWO, THREE = AS_STORED


def answer(
    db: Database,
    office: Office,
    number: int,
    status: ReportStatus = ReportStatus.DONE,
    division: str | None = None,
) -> UUID:
    with db.writing() as session:
        plan = plans_of(session, office.agency_id)[0]
        only = office.divisions[division].id if division else None
        one = next(
            one
            for one in obligations_of(session, office.agency_id, plan, only)
            if one.measure.number == number
        )
        person = session.merge(office.people["admin"])
        report_progress(session, one, person, status, channel="web", now=NOON)
        return one.id


def standing(db: Database, office: Office) -> set[tuple[int, str, date, str]]:
    """Every obligation of the plan of 2566 that counts."""
    with db.reading() as session:
        plan = plans_of(session, office.agency_id)[-1]
        return {
            (one.measure.number, one.division.name, one.due_on, one.state.value)
            for one in obligations_of(session, office.agency_id, plan)
        }


def measures(db: Database, office: Office) -> dict[str, tuple[int, UUID, bool]]:
    with db.reading() as session:
        every = session.scalars(select(Measure).where(Measure.agency_id == office.agency_id))
        return {one.title: (one.number, one.id, one.dropped) for one in every}


def test_a_first_import_makes_the_plan(db: Database, offices: Offices) -> None:
    office = offices.makham
    seen = look(db, office, AS_STORED, 2567)
    assert [one.title for one in seen.new] == [one.title for one in AS_STORED]
    assert (seen.changed, seen.gone, seen.unchanged) == ([], [], 0)
    assert put(db, office, AS_STORED, 2567) == seen
    with db.reading() as session:
        plan = plans_of(session, office.agency_id)[0]
        assert plan.title == "แผนมาตรการ ปีงบประมาณ พ.ศ. 2567"
        found = obligations_of(session, office.agency_id, plan)
        assert len(found) == 5
        assert {one.remind_on for one in found} == {
            first_reminder(Policy(), one.due_on, OfficeCalendar()) for one in found
        }
        first = found[-1].measure
        assert (first.steps, first.responsible) == ("ขั้นแรก\nขั้นต่อไป", "สำนักปลัดฯ")
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject) == ("plan.imported", f"plan:{plan.id}")
        assert entry.actor == f"person:{office.people['admin'].id}"
        assert entry.detail == {
            "fiscal_year": "2567",
            "sha256": "ab" * 32,
            "new": "3",
            "changed": "0",
            "gone": "0",
            "rounds_added": "5",
            "rounds_reopened": "0",
            "rounds_cancelled": "0",
            "rounds_kept": "0",
        }
        assert verify(session, office.agency_id) is None
        assert plans_of(session, offices.bangphra.agency_id)[0].fiscal_year == 2566


def test_the_same_file_twice_changes_nothing(db: Database, offices: Offices) -> None:
    office = offices.makham
    settled(db, office)
    answer(db, office, 2)
    once = everything_stored(db)
    written: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def watch(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            written.append(statement)

    changes = put(db, office, AS_STORED, title="แผน")
    event.remove(db.engine, "before_cursor_execute", watch)
    assert changes.empty
    assert changes.unchanged == 3
    assert [one for one in written if not one.startswith(("BEGIN", "COMMIT"))] == []
    assert everything_stored(db) == once


def test_a_change_of_words_is_told_old_and_new_and_keeps_everything_else(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    settled(db, office)
    answered = answer(db, office, 2)
    corrected = [ONE, replace(TWO, title="เปิดเผยผลการใช้จ่ายงบประมาณประจำปี", result="ทำแล้ว"), THREE]
    seen = look(db, office, corrected)
    [change] = seen.changed
    assert [(one.field, one.old, one.new) for one in change.fields] == [
        ("title", TWO.title, "เปิดเผยผลการใช้จ่ายงบประมาณประจำปี"),
        ("result", "", "ทำแล้ว"),
    ]
    assert (change.added, change.cancelled, change.kept) == ((), (), ())
    assert (seen.unchanged, seen.new, seen.gone) == (2, [], [])
    assert put(db, office, corrected, title="แผน") == seen
    with db.reading() as session:
        one = session.get_one(Obligation, (office.agency_id, answered))
        assert one.state is ObligationState.ANSWERED
        assert one.measure.result == "ทำแล้ว"


def test_dates_and_divisions_come_and_go_but_answers_stay(db: Database, offices: Offices) -> None:
    office = offices.makham
    settled(db, office)
    answer(db, office, 1, ReportStatus.IN_PROGRESS, "works")
    answer(db, office, 3)
    corrected = [
        read(1, ONE.title, "กองคลัง", days=[SEPTEMBER, DECEMBER]),
        read(2, TWO.title, "กองคลัง", "กองช่าง", code="O11"),
        read(3, THREE.title, "สำนักปลัดฯ", days=[MARCH]),
    ]
    seen = look(db, office, corrected)
    first, second, third = seen.changed
    finance, works, clerk = (office.divisions[one].id for one in ("finance", "works", "clerk"))
    assert [(one.due_on, one.division_id) for one in first.added] == [(DECEMBER, finance)]
    assert [(one.due_on, one.division_id) for one in first.cancelled] == [(SEPTEMBER, clerk)]
    assert [(one.due_on, one.division_id) for one in first.kept] == [(SEPTEMBER, works)]
    assert [(one.due_on, one.division_id) for one in second.added] == [(MARCH, works)]
    assert [(one.due_on, one.division_id) for one in third.added] == [(MARCH, clerk)]
    assert [(one.due_on, one.division_id) for one in third.kept] == [(DECEMBER, clerk)]
    put(db, office, corrected, title="แผน")
    assert standing(db, office) == {
        (1, "กองคลัง", SEPTEMBER, "open"),
        (1, "กองคลัง", DECEMBER, "open"),
        (1, "กองช่าง", SEPTEMBER, "open"),  # kept: its division is at work on it
        (2, "กองคลัง", MARCH, "open"),
        (2, "กองช่าง", MARCH, "open"),
        (3, "สำนักปลัด", DECEMBER, "answered"),  # kept: answered
        (3, "สำนักปลัด", MARCH, "open"),
    }
    again = look(db, office, corrected)
    assert again.empty
    assert [(one.number, len(one.kept)) for one in again.kept_only] == [(1, 1), (3, 1)]


def test_what_was_cancelled_vanishes_everywhere_and_reopens_when_it_comes_back(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    settled(db, office)
    put(db, office, [ONE, THREE], title="แผน")
    far = SEPTEMBER + timedelta(days=60)
    with db.reading() as session:
        plan = plans_of(session, office.agency_id)[0]
        cancelled = session.scalars(
            select(Obligation).where(Obligation.state == ObligationState.CANCELLED)
        ).one()
        assert cancelled.measure.title == TWO.title
        assert cancelled not in obligations_of(session, office.agency_id, plan)
        told = obligations_to_remind(session, office.agency_id, far, None, None, 99)
        assert cancelled not in told
        assert len(told) == 4
        open_ones = obligations_by_year(session, office.agency_id, ObligationState.OPEN)
        assert open_ones == {2566: 4}
        assert office.agency_id in agencies_to_remind(session, far, None)
        cancelled_id = cancelled.id
    seen = look(db, office, AS_STORED)
    [change] = seen.changed
    assert change.returned
    assert [one.due_on for one in change.reopened] == [MARCH]
    assert change.added == ()
    put(db, office, AS_STORED, title="แผน")
    with db.reading() as session:
        again = session.get_one(Obligation, (office.agency_id, cancelled_id))
        assert again.state is ObligationState.OPEN
        assert again.remind_on == MARCH - timedelta(days=14)
        assert again.measure.number == 2
    assert look(db, office, AS_STORED).empty


def test_a_measure_that_is_gone_makes_room_and_keeps_its_answers(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    settled(db, office)
    answer(db, office, 2)
    fresh = read(2, "มาตรการใหม่ทั้งหมด", "กองช่าง")
    seen = look(db, office, [ONE, fresh, THREE])
    assert [one.title for one in seen.gone] == [TWO.title]
    assert [one.due_on for one in seen.gone[0].kept] == [MARCH]
    assert [one.title for one in seen.new] == ["มาตรการใหม่ทั้งหมด"]
    put(db, office, [ONE, fresh, THREE], title="แผน")
    stored = measures(db, office)
    assert stored["มาตรการใหม่ทั้งหมด"][0] == 2
    assert stored[TWO.title][0] == 4
    assert stored[TWO.title][2]
    assert (4, "กองคลัง", MARCH, "answered") in standing(db, office)
    assert look(db, office, [ONE, fresh, THREE]).empty
    # More measures than before: what was dropped steps aside again, and nobody is told of it.
    more = [ONE, fresh, THREE, read(4, "ข้อสี่", "กองช่าง"), read(5, "ข้อห้า", "กองช่าง")]
    assert [one.number for one in put(db, office, more, title="แผน").new] == [4, 5]
    assert measures(db, office)[TWO.title][0] == 6
    assert look(db, office, more).empty


def test_numbers_shift_without_mixing_measures_up(db: Database, offices: Offices) -> None:
    office = offices.makham
    settled(db, office)
    before = measures(db, office)
    shifted = [
        read(1, "แทรกไว้บนสุด", "กองช่าง"),
        *(replace(one, number=one.number + 1) for one in AS_STORED),
    ]
    seen = put(db, office, shifted, title="แผน")
    assert [(one.number, one.fields[0].field) for one in seen.changed] == [
        (2, "number"),
        (3, "number"),
        (4, "number"),
    ]
    after = measures(db, office)
    for one in AS_STORED:
        assert after[one.title] == (one.number + 1, before[one.title][1], False)
    back = [replace(THREE, number=1), replace(TWO, number=2), replace(ONE, number=3)]
    put(db, office, back, title="แผน")
    turned = measures(db, office)
    assert [turned[one.title][:2] for one in back] == [
        (one.number, before[one.title][1]) for one in back
    ]


def test_what_was_seen_is_what_is_done_or_nothing_is(db: Database, offices: Offices) -> None:
    office = offices.makham
    settled(db, office)
    rows = [ONE, THREE]
    mark = look(db, office, rows).mark
    answer(db, office, 2)  # while the officer reads
    before = everything_stored(db)
    plain, actor = ready(db, office, rows), "person:x"
    with pytest.raises(PlanMoved), db.writing() as session:
        apply(session, office.agency_id, 2566, plain, actor=actor, now=LATER, mark=mark)
    assert everything_stored(db) == before
    now = look(db, office, rows)
    assert now.mark != mark
    assert [len(one.kept) for one in now.gone] == [1]


def test_two_rows_of_one_number_are_refused_whole(db: Database, offices: Offices) -> None:
    before = everything_stored(db)
    with pytest.raises(BadPlan):
        put(db, offices.makham, [ONE, replace(TWO, number=1)])
    assert everything_stored(db) == before


def test_routines_and_measures_without_dates_make_no_obligations(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    rows = [
        read(1, "ประชุม", "กองคลัง", schedules=(due(MARCH), due(DECEMBER, habit=True))),
        read(2, "ไม่มีวัน", "กองคลัง", days=()),
        read(3, "ไม่มีผู้รับผิดชอบ"),
    ]
    seen = look(db, office, rows, 2567)
    assert (seen.without_date, seen.without_division) == (1, 1)
    put(db, office, rows, 2567)
    with db.reading() as session:
        plan = plans_of(session, office.agency_id)[0]
        found = obligations_of(session, office.agency_id, plan)
        assert [(one.measure.number, one.due_on) for one in found] == [(1, MARCH)]
        assert session.scalars(select(Measure).where(Measure.plan_id == plan.id)).all()[1:]
    assert look(db, office, rows, 2567).empty
    ticked = replace(
        rows[0], schedules=tuple(replace(one, habit=False) for one in rows[0].schedules)
    )
    assert len(put(db, office, [ticked, *rows[1:]], 2567).changed[0].added) == 1


def test_two_imports_at_once_end_as_one_after_the_other(db: Database, offices: Offices) -> None:
    office = offices.makham
    longer = [*AS_STORED, read(4, "ข้อสี่", "กองช่าง")]
    all_at_once(
        lambda: put(db, office, AS_STORED, 2568, "ก"), lambda: put(db, office, longer, 2568, "ก")
    )
    with db.reading() as session:
        plan = session.scalars(select(Plan).where(Plan.fiscal_year == 2568)).one()
        kept = session.scalars(select(Measure.dropped).where(Measure.plan_id == plan.id)).all()
        assert len(kept) in (3, 4)
        assert verify(session, office.agency_id) is None


def test_an_import_touches_no_other_agency_and_no_other_year(
    db: Database, offices: Offices
) -> None:
    theirs = standing(db, offices.bangphra)
    settled(db, offices.makham)
    put(db, offices.makham, [THREE], 2567)
    assert standing(db, offices.bangphra) == theirs
    assert len(standing(db, offices.makham)) == 5
