"""Drafts of plans: sealed, corrected row by row, closed once, erased after a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from domain.plan import PlanHead, ReadMeasure
from domain.states import IllegalMove, PlanDraftState
from models.database import Database
from models.plan_draft import (
    KEEP_DRAFTS,
    DraftIsClosed,
    DraftRows,
    PlanDraft,
    PlanDraftRow,
    RowChanged,
    add_rows,
    answer_names,
    begin_draft,
    close_draft,
    drafts_of,
    erase_draft,
    erase_old_drafts,
    finish_reading,
    get_draft,
    get_row,
    hold_draft,
    remove_row,
    replace_row,
    row_count,
    rows_after,
    set_year,
)
from models.plan_names import EVERY, NOBODY, names_in
from models.plan_review import review_draft
from tests.models.making import clear_text_in, everything_stored
from tests.models.plans import AS_STORED, MARCH, due, read, upload
from tests.offices import NOON, Office, Offices


def numbers(db: Database, office: Office, draft_id: UUID) -> list[int]:
    with db.reading() as session:
        draft = get_draft(session, office.agency_id, draft_id)
        assert draft
        return [row.measure.number for row in DraftRows(session, draft)]


def unread(measure: ReadMeasure, _year: int) -> ReadMeasure:
    return replace(measure, schedules=())


def test_a_draft_keeps_what_was_read_sealed(db: Database, offices: Offices) -> None:
    spoken = read(1, "คู่มือ", "กองคลัง", result="นางสาวสมศรี เป็นผู้ดำเนินการ")
    draft_id = upload(db, offices.makham, [spoken, *AS_STORED[1:]], title="แผนปี 2566")
    with db.reading() as session:
        draft = get_draft(session, offices.makham.agency_id, draft_id)
        assert draft
        assert (draft.state, draft.fiscal_year, draft.title) == ("ready", 2566, "แผนปี 2566")
        assert [row.measure for row in DraftRows(session, draft)] == [spoken, *AS_STORED[1:]]
        assert row_count(session, draft) == 3
    assert clear_text_in(db, ["สมศรี"]) == []


def test_the_other_agency_sees_nothing_of_it(db: Database, offices: Offices) -> None:
    draft_id = upload(db, offices.makham, AS_STORED)
    theirs = offices.bangphra.agency_id
    with db.writing() as session:
        assert get_draft(session, theirs, draft_id) is None
        assert drafts_of(session, theirs) == []
        assert [one.id for one in drafts_of(session, offices.makham.agency_id)] == [draft_id]
        with pytest.raises(DraftIsClosed):
            hold_draft(session, theirs, draft_id)


def test_thousands_of_rows_go_in_and_out_a_batch_at_a_time(db: Database, offices: Offices) -> None:
    many = 1001
    rows = (read(number, f"มาตรการ {number}", "กองคลัง") for number in range(1, many + 1))
    draft_id = upload(db, offices.makham, rows)
    with db.reading() as session:
        draft = get_draft(session, offices.makham.agency_id, draft_id)
        assert draft
        most = 0
        for place, row in enumerate(DraftRows(session, draft), start=1):
            assert row.measure.number == place
            most = max(most, len(session.identity_map))
        assert place == many
        assert most < 10
        page = rows_after(session, draft, 50, 50)
        assert [row.measure.number for row in page] == list(range(51, 101))


def test_a_row_is_corrected_once_for_each_look_at_it(db: Database, offices: Offices) -> None:
    draft_id = upload(db, offices.makham, AS_STORED)
    with db.writing() as session:
        draft = hold_draft(session, offices.makham.agency_id, draft_id)
        seen = get_row(session, draft, 2)
        assert seen
        assert not seen.edited
        replace_row(session, draft, replace(seen.measure, code="O12"), seen.version)
    with db.writing() as session:
        draft = hold_draft(session, offices.makham.agency_id, draft_id)
        with pytest.raises(RowChanged):
            replace_row(session, draft, seen.measure, seen.version)
        with pytest.raises(RowChanged):
            remove_row(session, draft, 2, seen.version)
        with pytest.raises(RowChanged):
            replace_row(session, draft, replace(seen.measure, number=99), 0)
        now = get_row(session, draft, 2)
        assert now
        assert (now.measure.code, now.edited) == ("O12", True)
        remove_row(session, draft, 2, now.version)
        assert get_row(session, draft, 2) is None
    assert numbers(db, offices.makham, draft_id) == [1, 3]


def test_what_is_still_being_read_takes_no_correction(db: Database, offices: Offices) -> None:
    with db.writing() as session:
        person = session.merge(offices.makham.people["admin"])
        draft = begin_draft(session, person, source_name="x", source_sha256="", now=NOON)
        add_rows(session, draft, AS_STORED)
        with pytest.raises(DraftIsClosed):
            hold_draft(session, person.agency_id, draft.id)
        with pytest.raises(DraftIsClosed):
            close_draft(session, draft, PlanDraftState.IMPORTED)


def test_a_draft_is_closed_once_and_its_rows_go(db: Database, offices: Offices) -> None:
    draft_id = upload(db, offices.makham, AS_STORED)
    with db.writing() as session:
        draft = hold_draft(session, offices.makham.agency_id, draft_id)
        close_draft(session, draft, PlanDraftState.IMPORTED)
        assert draft.state is PlanDraftState.IMPORTED
        assert row_count(session, draft) == 0
        assert drafts_of(session, offices.makham.agency_id) == []
        for state in (PlanDraftState.IMPORTED, PlanDraftState.DISCARDED):
            with pytest.raises(DraftIsClosed):
                close_draft(session, draft, state)
        with pytest.raises(IllegalMove):
            finish_reading(session, draft, PlanHead(None, 2566))


def test_names_are_answered_once_for_a_draft(db: Database, offices: Offices) -> None:
    finance = offices.makham.divisions["finance"].id
    rows = [
        read(1, "ก", "งานพัสดุ", "กองคลัง"),
        read(2, "ข", "งาน พัสดุ"),
        read(3, "ค", "ผู้บริหาร", "ทุกคน"),
        read(4, "ง", days=()),
    ]
    draft_id = upload(db, offices.makham, rows)
    with db.writing() as session:
        draft = hold_draft(session, offices.makham.agency_id, draft_id)
        review = review_draft(session, draft, names_in(session, draft))
        assert review.asked == {"งานพัสดุ": [1], "งาน พัสดุ": [2], "ผู้บริหาร": [3], "ทุกคน": [3]}
        assert (review.total, review.look) == (4, [4])
        assert (review.without_date, review.without_division) == (1, 1)
        answer_names(session, draft, {"งานพัสดุ": str(finance), "ผู้บริหาร": NOBODY, "ทุกคน": EVERY})
        names = names_in(session, draft)
        assert review_draft(session, draft, names).asked == {}
        assert names.meant(["งาน พัสดุ", "กองคลัง"]) == (finance,)
        assert names.meant(["ผู้บริหาร"]) == ()
        assert set(names.meant(["ทุกคน"])) == {one.id for one in offices.makham.divisions.values()}
    with db.writing() as session:
        # An answer that names no division of this agency is none.
        draft = hold_draft(session, offices.makham.agency_id, draft_id)
        answer_names(session, draft, {"งานพัสดุ": str(offices.bangphra.divisions["finance"].id)})
        assert names_in(session, draft).asked(["งานพัสดุ"]) == ["งานพัสดุ"]


def test_saying_the_year_reads_the_phrases_again_and_keeps_what_was_ticked(
    db: Database, offices: Offices
) -> None:
    rows = [
        read(1, "ก", "กองคลัง", schedules=(due(text="มี.ค."), due(text="ทุกเดือน", habit=True))),
        read(2, "ข", "กองคลัง", days=()),
    ]
    draft_id = upload(
        db, offices.makham, rows, fiscal_year=None, flags=("year_missing", "agency_missing")
    )
    asked = []

    def reread(measure: ReadMeasure, year: int) -> ReadMeasure:
        days = (date(year - 543, 3, 31),)
        again = []
        for one in measure.schedules:
            asked.append((one.reading.text, year))
            again.append(replace(one, reading=replace(one.reading, due_dates=days)))
        return replace(measure, schedules=tuple(again))

    with db.writing() as session:
        draft = hold_draft(session, offices.makham.agency_id, draft_id)
        set_year(session, draft, 2566, reread)
        assert draft.flags == ["agency_missing"]
        assert asked == [("มี.ค.", 2566), ("ทุกเดือน", 2566)]
        row = get_row(session, draft, 1)
        assert row
        assert row.measure.deadlines == (MARCH,)
        assert [one.habit for one in row.measure.schedules] == [False, True]
        assert not row.edited
        set_year(session, draft, 2566, unread)  # the same year: nothing is read again
        again = get_row(session, draft, 1)
        assert again == row


@pytest.mark.parametrize("year", [-1, 0, 999_999])
def test_an_impossible_year_is_refused(db: Database, offices: Offices, year: int) -> None:
    draft_id = upload(db, offices.makham, AS_STORED)
    with db.writing() as session:
        draft = hold_draft(session, offices.makham.agency_id, draft_id)
        with pytest.raises(ValueError, match="year"):
            set_year(session, draft, year, unread)


def test_old_drafts_are_erased_whole_and_young_ones_stay(db: Database, offices: Offices) -> None:
    before = everything_stored(db)
    for office in (offices.makham, offices.bangphra):
        upload(db, office, AS_STORED)
    stale = upload(db, offices.makham, AS_STORED)
    with db.writing() as session:
        draft = hold_draft(session, offices.makham.agency_id, stale)
        close_draft(session, draft, PlanDraftState.DISCARDED)
    with db.writing() as session:
        assert erase_old_drafts(session, NOON + KEEP_DRAFTS) == 0
        assert session.scalar(select(func.count()).select_from(PlanDraft)) == 3
        assert session.scalar(select(func.count()).select_from(PlanDraftRow)) == 6
        assert erase_old_drafts(session, NOON + KEEP_DRAFTS + timedelta(seconds=1)) == 3
    assert everything_stored(db) == before


def test_an_erased_draft_leaves_nothing(db: Database, offices: Offices) -> None:
    before = everything_stored(db)
    draft_id = upload(db, offices.makham, AS_STORED)
    with db.writing() as session:
        erase_draft(session, hold_draft(session, offices.makham.agency_id, draft_id))
    assert everything_stored(db) == before


def test_an_id_that_nothing_has_is_no_draft(db: Database, offices: Offices) -> None:
    with db.reading() as session:
        assert get_draft(session, offices.makham.agency_id, uuid4()) is None


def test_a_measure_of_any_shape_is_kept(db: Database, offices: Offices) -> None:
    odd = ReadMeasure(7, "", divisions=("",), result="\ud800 เดี่ยว")
    draft_id = upload(db, offices.makham, [odd], name="ชื่อ" * 200)
    assert numbers(db, offices.makham, draft_id) == [7]
