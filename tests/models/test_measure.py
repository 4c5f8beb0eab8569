"""Plans, their obligations, and what divisions answer."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.states import IllegalMove, ObligationState
from models.audit import AuditEntry
from models.database import Database
from models.measure import (
    EVERY_DIVISION,
    BadPlan,
    Measure,
    MeasureRow,
    Obligation,
    get_obligation,
    lateness,
    may_answer,
    obligations_of,
    plans_of,
    put_plan,
)
from models.measure_review import (
    ObligationChanged,
    SeenObligation,
    accept_report,
    hold_unchanged,
    reports_of,
    return_report,
)
from models.progress import (
    ReportStatus,
    add_to_report,
    get_report,
    latest_report,
    report_progress,
    summary_of,
)
from models.waiting import obligations_by_year
from tests.models.making import an_obligation, clear_text_in, everything_stored
from tests.offices import NOON, Offices

DUE = date(2023, 3, 31)
ROWS = [
    MeasureRow(1, "คู่มือ", [EVERY_DIVISION], [DUE, date(2023, 9, 30)], code="O11"),
    MeasureRow(2, "เปิดเผยงบ", ["กองคลัง", "สำนักปลัดฯ"], [DUE]),
]


def test_a_plan_makes_an_obligation_for_each_division_and_day(
    db: Database, offices: Offices
) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        plan = put_plan(session, agency_id, 2567, "แผน", ROWS)
        found = obligations_of(session, agency_id, plan)
        counted = Counter((one.measure.number, one.division.name) for one in found)
        assert counted == {
            (1, "กองคลัง"): 2,
            (1, "กองช่าง"): 2,
            (1, "สำนักปลัด"): 2,
            (2, "กองคลัง"): 1,
            (2, "สำนักปลัด"): 1,
        }
        assert {one.remind_on for one in found if one.due_on == DUE} == {DUE - timedelta(days=14)}
        assert {one.state for one in found} == {ObligationState.OPEN}
        works = offices.makham.divisions["works"].id
        assert len(obligations_of(session, agency_id, plan, works)) == 2
        assert [one.fiscal_year for one in plans_of(session, agency_id)] == [2567, 2566]
        assert plans_of(session, offices.bangphra.agency_id)[0].fiscal_year == 2566


def test_putting_a_plan_twice_changes_nothing(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        put_plan(session, agency_id, 2567, "แผน", ROWS)
    once = everything_stored(db)
    with db.writing() as session:
        put_plan(session, agency_id, 2567, "แผน", ROWS)
    assert everything_stored(db) == once


def test_putting_a_plan_again_keeps_what_was_answered_and_adds_what_is_new(
    db: Database, offices: Offices
) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        plan = put_plan(session, agency_id, 2567, "แผน", ROWS)
        first = obligations_of(session, agency_id, plan)[0]
        person = session.merge(offices.makham.people["admin"])
        report_progress(session, first, person, ReportStatus.DONE, channel="web", now=NOON)
        longer = [*ROWS, MeasureRow(3, "ใหม่", ["กองช่าง", "กองช่าง"], [DUE, DUE])]
        put_plan(session, agency_id, 2567, "แผน", longer)
        found = obligations_of(session, agency_id, plan)
        assert len(found) == 9
        assert first.state is ObligationState.ANSWERED


def test_a_plan_with_an_unknown_division_is_refused_whole(db: Database, offices: Offices) -> None:
    before = everything_stored(db)
    rows = [*ROWS, MeasureRow(3, "ใหม่", ["กองที่ไม่มี"], [DUE])]
    with pytest.raises(BadPlan, match="กองที่ไม่มี"), db.writing() as session:
        put_plan(session, offices.makham.agency_id, 2567, "แผน", rows)
    assert everything_stored(db) == before


@pytest.mark.parametrize(
    ("post", "may"),
    [
        ("finance", True),
        ("finance_head", True),
        ("admin", True),
        ("works", False),
        ("officer", False),
        ("auditor", False),
        ("clerk", False),
    ],
)
def test_only_the_responsible_division_and_admins_may_answer(
    db: Database, offices: Offices, post: str, may: bool
) -> None:
    with db.reading() as session:
        obligation = an_obligation(session, offices.makham)
        person = session.merge(offices.makham.people[post], load=False)
        assert may_answer(session, person, obligation) is may
        assert not may_answer(session, offices.bangphra.people[post], obligation)
        person.active = False
        assert not may_answer(session, person, obligation)


def test_a_report_that_is_not_done_leaves_the_obligation_open(
    db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        obligation = an_obligation(session, offices.makham)
        person = session.merge(offices.makham.people["finance"])
        for number, status in enumerate(
            [ReportStatus.IN_PROGRESS, ReportStatus.PROBLEM, ReportStatus.POSTPONE], start=1
        ):
            report = report_progress(session, obligation, person, status, channel="line", now=NOON)
            assert (report.number, obligation.state) == (number, ObligationState.OPEN)
        report_progress(session, obligation, person, ReportStatus.DONE, channel="line", now=NOON)
        assert obligation.state is ObligationState.ANSWERED
        latest = latest_report(session, obligation)
        assert latest is not None
        assert (latest.number, latest.status) == (4, ReportStatus.DONE)


@pytest.mark.parametrize("state", [one for one in ObligationState if one.value != "open"])
@pytest.mark.parametrize("status", ReportStatus)
def test_what_is_not_open_takes_no_report(
    db: Database, offices: Offices, state: ObligationState, status: ReportStatus
) -> None:
    with db.writing() as session:
        obligation = an_obligation(session, offices.makham)
        obligation.state = state
        person = session.merge(offices.makham.people["finance"])
        with pytest.raises(IllegalMove):
            report_progress(session, obligation, person, status, channel="line", now=NOON)
        assert latest_report(session, obligation) is None


def test_words_are_added_to_a_report_and_lie_sealed(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        obligation = an_obligation(session, offices.makham)
        person = session.merge(offices.makham.people["finance"])
        report = report_progress(
            session, obligation, person, ReportStatus.POSTPONE, channel="line", now=NOON
        )
        assert summary_of(session, report) == ""
        add_to_report(session, report, note="ติดปัญหาผู้รับจ้าง", postpone_to=DUE)
        add_to_report(session, report, note="ขอเลื่อน")
        assert summary_of(session, report) == "ติดปัญหาผู้รับจ้าง\nขอเลื่อน"
        assert report.postpone_to == DUE
        assert get_report(session, agency_id, report.id) is report
        assert get_report(session, offices.bangphra.agency_id, report.id) is None
    assert clear_text_in(db, ["ผู้รับจ้าง", "ขอเลื่อน"]) == []


def test_an_answer_is_accepted_or_returned_with_a_reason(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        obligation = an_obligation(session, offices.makham)
        person = session.merge(offices.makham.people["finance"])
        admin = session.merge(offices.makham.people["admin"])
        with pytest.raises(IllegalMove):
            accept_report(session, obligation, admin, NOON)
        with pytest.raises(IllegalMove):
            return_report(session, obligation, admin, "ไม่มีอะไรให้ส่งกลับ", NOON)
        report_progress(session, obligation, person, ReportStatus.DONE, channel="web", now=NOON)
        return_report(session, obligation, admin, "ขาดหลักฐาน", NOON)
        assert (obligation.state, obligation.remind_on) == (ObligationState.OPEN, date(2023, 3, 15))
        report_progress(session, obligation, person, ReportStatus.DONE, channel="web", now=NOON)
        accept_report(session, obligation, admin, NOON)
        assert obligation.state is ObligationState.ACCEPTED
        newest, older = reports_of(session, obligation)
        assert (older.review_note, older.reviewer) == ("ขาดหลักฐาน", admin)
        assert (newest.report.number, newest.person, newest.review_note) == (2, person, "")
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.agency_id == agency_id)
        ).all()
        assert sorted(actions) == ["obligation.accepted", "obligation.returned"]
    assert clear_text_in(db, ["ขาดหลักฐาน"]) == []


def test_a_review_of_what_changed_meanwhile_is_refused(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        obligation = an_obligation(session, offices.makham)
        seen = SeenObligation(ObligationState.OPEN, 0)
        assert hold_unchanged(session, agency_id, obligation.id, seen) is obligation
        with pytest.raises(ObligationChanged):
            hold_unchanged(session, offices.bangphra.agency_id, obligation.id, seen)
        person = session.merge(offices.makham.people["finance"])
        report_progress(session, obligation, person, ReportStatus.PROBLEM, channel="web", now=NOON)
        with pytest.raises(ObligationChanged):
            hold_unchanged(session, agency_id, obligation.id, seen)


def test_the_other_agency_s_obligation_is_not_found(db: Database, offices: Offices) -> None:
    with db.reading() as session:
        mine = an_obligation(session, offices.makham)
        assert get_obligation(session, offices.makham.agency_id, mine.id) is mine
        assert get_obligation(session, offices.bangphra.agency_id, mine.id) is None
        measures = select(Measure.id).where(Measure.agency_id == offices.bangphra.agency_id)
        assert mine.measure_id not in session.scalars(measures).all()


def test_lateness_counts_bangkok_s_days(db: Database, offices: Offices) -> None:
    with db.reading() as session:
        obligation = an_obligation(session, offices.makham)
        assert lateness(obligation, NOON) == -16
        assert lateness(obligation, NOON + timedelta(days=16, hours=11, minutes=59)) == 0
        assert lateness(obligation, NOON + timedelta(days=16, hours=12)) == 1


def test_the_desk_counts_by_year_in_its_own_agency(db: Database, offices: Offices) -> None:
    with db.writing() as session:
        agency_id = offices.makham.agency_id
        put_plan(session, agency_id, 2567, "แผน", ROWS)
        counts = obligations_by_year(session, agency_id, ObligationState.OPEN)
        assert counts == {2567: 8, 2566: 5}
        theirs = obligations_by_year(
            session, offices.bangphra.agency_id, ObligationState.OPEN, due_before=DUE
        )
        assert theirs == {2566: 1}
        assert session.scalars(select(Obligation)).unique().all()
