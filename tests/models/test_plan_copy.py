"""Next year's plan begun from this year's."""

from __future__ import annotations

from datetime import date

import pytest

from domain.states import PlanDraftState
from models.database import Database
from models.division import add_division, find_division, known_divisions, remember_alias
from models.measure import (
    BadPlan,
    MeasureRow,
    obligations_of,
    plans_of,
    put_plan,
)
from models.plan_copy import copy_plan
from models.plan_draft import DraftRows, drafts_of, hold_draft
from models.plan_review import draft_changes, import_draft
from models.progress import ReportStatus, report_progress
from tests.models.making import everything_stored
from tests.offices import NOON, Offices


def test_next_year_begins_as_a_draft_with_its_days_a_year_on(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    rows = [
        MeasureRow(1, "สิ้นกุมภาพันธ์", ["กองคลัง"], [date(2023, 2, 28), date(2023, 3, 15)], code="O1"),
        MeasureRow(3, "ไม่มีวัน", ["สำนักปลัดฯ"], [], steps="ก\nข"),
    ]
    with db.writing() as session:
        put_plan(session, office.agency_id, 2570, "แผนปี 2570 (๒๕๗๐)", rows)
        person = session.merge(office.people["admin"])
        plan = plans_of(session, office.agency_id)[0]
        first = obligations_of(session, office.agency_id, plan)[0]
        report_progress(session, first, person, ReportStatus.DONE, channel="web", now=NOON)
        draft = copy_plan(session, person, 2570, 2571, NOON)
        assert (draft.fiscal_year, draft.title) == (2571, "แผนปี 2571 (๒๕๗๑)")
        assert draft.state is PlanDraftState.READY
        one, three = [row.measure for row in DraftRows(session, draft)]
        assert (one.number, one.code, one.divisions) == (1, "O1", ("กองคลัง",))
        assert one.deadlines == (date(2024, 2, 29), date(2024, 3, 15))
        assert [found.reading.text for found in one.schedules] == ["29 ก.พ. 2567", "15 มี.ค. 2567"]
        assert (three.number, three.steps, three.divisions) == (3, ("ก", "ข"), ("สำนักปลัดฯ",))
        assert three.flags == ("schedule_missing",)
        assert (one.result, one.success) == ("", "")
        draft_id = draft.id
    with db.writing() as session:
        draft = hold_draft(session, office.agency_id, draft_id)
        changes = draft_changes(session, draft)
        assert [found.number for found in changes.new] == [1, 3]
        assert changes.without_date == 1
        person = session.merge(office.people["admin"])
        import_draft(session, draft, person, changes.mark, NOON)
        plan = plans_of(session, office.agency_id)[0]
        assert plan.fiscal_year == 2571
        found = obligations_of(session, office.agency_id, plan)
        assert [(one.division.name, one.due_on) for one in found] == [
            ("กองคลัง", date(2024, 2, 29)),
            ("กองคลัง", date(2024, 3, 15)),
        ]


def test_a_plan_made_before_names_were_kept_is_copied_by_its_obligations(
    db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        person = session.merge(offices.makham.people["admin"])
        plan = plans_of(session, person.agency_id)[0]
        for one in obligations_of(session, person.agency_id, plan):
            one.measure.responsible = ""
        session.flush()
        draft = copy_plan(session, person, 2566, 2567, NOON)
        first, second, _ = [row.measure for row in DraftRows(session, draft)]
        assert set(first.divisions) == {"กองคลัง", "กองช่าง", "สำนักปลัด"}
        assert second.divisions == ("กองคลัง",)
        assert drafts_of(session, offices.bangphra.agency_id) == []


def test_what_is_not_there_cannot_be_copied(db: Database, offices: Offices) -> None:
    person = offices.makham.people["admin"]
    with db.writing() as session:
        put_plan(session, offices.bangphra.agency_id, 2570, "แผนของที่อื่น", [])
    before = everything_stored(db)
    for year in (2565, 2570):
        with pytest.raises(BadPlan), db.writing() as session:
            copy_plan(session, person, year, year + 1, NOON)
    assert everything_stored(db) == before


def test_an_alias_is_remembered_once_and_found_from_then_on(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        finance = find_division(session, office.agency_id, "กองคลัง")
        assert finance
        assert find_division(session, office.agency_id, "งานพัสดุ") is None
        for printed in (" งาน  พัสดุ ", "งานพัสดุ", "กอง คลัง"):
            remember_alias(session, finance, printed)
        assert finance.aliases == ["งาน พัสดุ"]
    with db.writing() as session:
        found = find_division(session, office.agency_id, "งานพัสดุ")
        assert found
        assert found.name == "กองคลัง"
        assert find_division(session, offices.bangphra.agency_id, "งานพัสดุ") is None
        add_division(session, office.agency_id, "กองการศึกษาและกีฬา")
        add_division(session, office.agency_id, "กองการศึกษา ศาสนาและวัฒนธรรม")
        assert find_division(session, office.agency_id, "กองการศึกษาฯ") is None  # two begin so
        assert find_division(session, office.agency_id, "ทุกส่วนราชการ") is None
        assert len(known_divisions(session, office.agency_id)) == 5


def test_a_plan_takes_the_names_that_offices_print(db: Database, offices: Offices) -> None:
    rows = [MeasureRow(1, "ก", ["สำนักงานปลัดเทศบาล", "กอง คลัง"], [date(2023, 3, 31)])]
    with db.writing() as session:
        plan = put_plan(session, offices.makham.agency_id, 2570, "แผน", rows)
        found = obligations_of(session, offices.makham.agency_id, plan)
        assert {one.division.name for one in found} == {"สำนักปลัด", "กองคลัง"}
