"""What admins change of a round by hand, and what becomes of its history and its reminders."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from domain.reminders import Policy, first_reminder
from domain.states import ObligationState
from domain.workdays import OfficeCalendar
from models.contact import ContactKind, meet
from models.database import Database
from models.measure import Obligation
from models.obligation_changes import ObligationChange
from models.progress import ReportStatus, latest_report
from models.reminder import Reminder
from models.reminding import in_batches, round_for
from tests.desk.browser import Browser
from tests.desk.rounds import a_round, kinds_sent, lines, round_of
from tests.models.making import clear_text_in
from tests.models.plans import AS_STORED, look, put, settled
from tests.offices import NOON, Office, Offices

DUE, NEW = date(2023, 3, 31), date(2023, 6, 30)
WHY = "สภามีมติให้เลื่อนการประชุม"


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


@pytest.fixture
def due(db: Database, offices: Offices) -> UUID:
    return a_round(db, offices.makham, DUE, "works")


def change(
    browser: Browser, obligation_id: UUID, verb: str, form: str = "", **data: str
) -> tuple[int, str]:
    page = f"/desk/measures/{obligation_id}/change"
    seen = data.pop("seen", "") or browser.seen(page, form or verb)
    answer = browser.post(
        f"/desk/measures/{obligation_id}/{verb}", {"seen": seen, "reason": WHY, **data}, page=page
    )
    return answer.status_code, answer.text


def link(db: Database, office: Office, name: str) -> None:
    with db.writing() as session:
        person = session.merge(office.people[name])
        person.contact_id = meet(session, office.agency_id, ContactKind.USER, f"U-{name}").id


def test_a_moved_day_is_kept_with_its_reason_and_the_plans_day_stays(
    app: Flask, db: Database, offices: Offices, admin: Browser, due: UUID
) -> None:
    assert change(admin, due, "due", day="30/6/2566")[0] == 302
    one = round_of(db, offices.makham, due)
    assert (one.due_on, one.planned_on) == (NEW, DUE)
    assert one.remind_on == first_reminder(Policy(), NEW, OfficeCalendar())
    detail = {"due_from": DUE.isoformat(), "due_to": NEW.isoformat()}
    assert lines(db, "obligation.moved") == [("obligation.moved", detail)]
    assert clear_text_in(db, [WHY]) == []
    own = Browser(app).enter(offices.makham.people["works"]).get(f"/desk/measures/{due}").text
    assert WHY in own
    assert "จาก 31 มี.ค. 2566 เป็น 30 มิ.ย. 2566" in own
    assert "ยังไม่มีรายงานผล" in own
    assert "เปลี่ยนวันครบกำหนดรายงาน" in admin.get("/desk/audit").text


def test_reminders_of_a_moved_round_begin_anew(
    db: Database, offices: Offices, admin: Browser
) -> None:
    office = offices.makham
    link(db, office, "works")
    late = a_round(db, office, date(2023, 3, 10), "works")
    url = f"/desk/measures/{late}"

    def told(days: int = 0) -> int:
        with db.writing() as session:
            round_ = round_for(session, office.agency_id, NOON + timedelta(days=days))
            batches = in_batches(session, office.agency_id, round_.today, None)
            round_.tell(batches)
            query = select(Reminder.stage).where(Reminder.obligation_id == late)
            return len(session.scalars(query.where(Reminder.skipped.is_(False))).all())

    assert told() == 1
    page = admin.get(url).text
    assert "เตือนว่าครบกำหนดวันนี้" in page
    assert "เจ้าหน้าที่และกลุ่ม LINE ของส่วนราชการ 1 ราย" in page
    assert change(admin, late, "due", day="30/6/2566")[0] == 302
    assert "เตือนว่าครบกำหนดวันนี้" not in admin.get(url).text
    assert told(1) == 0
    assert change(admin, late, "due", day="24/3/2566")[0] == 302
    assert told(2) == 1
    assert "เตือนล่วงหน้า 14 วัน" in admin.get(url).text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("", "กรุณากรอกวันที่"),
        ("พรุ่งนี้", "อ่านวันที่ไม่ได้"),
        ("31/2/2566", "อ่านวันที่ไม่ได้"),
        ("31/3/2566", "เป็นวันครบกำหนดเดิม"),
        ("30/9/2565", "ไม่อยู่ในช่วงของแผนนี้ (1 ต.ค. 2565 ถึง 30 ก.ย. 2567)"),
        ("1/10/2567", "ไม่อยู่ในช่วงของแผนนี้"),
        ("\0", "กรุณากรอกวันที่"),
    ],
    ids=["none", "words", "no such day", "the same", "too early", "too late", "nul"],
)
def test_a_day_that_cannot_be_changes_nothing_and_what_was_typed_stays(
    db: Database, offices: Offices, admin: Browser, due: UUID, day: str, said: str
) -> None:
    status, page = change(admin, due, "due", day=day)
    assert (status, said in page, WHY in page) == (422, True, True)
    assert round_of(db, offices.makham, due).due_on == DUE
    assert lines(db) == []


@pytest.mark.parametrize("verb", ["due", "division", "cancel", "round"])
def test_every_change_needs_a_reason(
    db: Database, offices: Offices, admin: Browser, due: UUID, verb: str
) -> None:
    clerk = str(offices.makham.divisions["clerk"].id)
    status, page = change(admin, due, verb, reason=" \0 ", day="30/6/2566", division=clerk)
    assert (status, "กรุณากรอกเหตุผล" in page) == (422, True)
    assert lines(db) == []


def test_of_two_officers_the_second_is_told_and_keeps_what_they_typed(
    app: Flask, db: Database, offices: Offices, admin: Browser, due: UUID
) -> None:
    stale = admin.seen(f"/desk/measures/{due}/change", "cancel")
    assert change(admin, due, "due", day="30/6/2566")[0] == 302
    status, page = change(admin, due, "cancel", seen=stale)
    assert (status, "ระหว่างที่ท่านเปิดอยู่" in page, WHY in page) == (409, True, True)
    assert round_of(db, offices.makham, due).state is ObligationState.OPEN
    assert change(admin, due, "cancel", seen="forged")[0] == 409


def test_a_cancelled_round_is_reminded_no_more_and_can_be_opened_again(
    db: Database, offices: Offices, admin: Browser, due: UUID
) -> None:
    assert change(admin, due, "cancel")[0] == 302
    assert round_of(db, offices.makham, due).state is ObligationState.CANCELLED
    assert change(admin, due, "due", "reopen", day="30/6/2566")[0] == 409
    assert change(admin, due, "reopen")[0] == 302
    assert round_of(db, offices.makham, due).state is ObligationState.OPEN
    assert [one for one, _ in lines(db)] == ["obligation.cancelled", "obligation.reopened"]
    page = admin.get(f"/desk/measures/{due}").text
    assert page.index("เปิดงวดรายงานอีกครั้ง") < page.index("<strong>ยกเลิกงวดรายงาน</strong>")


def test_another_division_reports_from_now_on_and_what_was_reported_stays(
    app: Flask, db: Database, offices: Offices, admin: Browser
) -> None:
    office = offices.makham
    found = a_round(
        db, office, DUE, "works", report=ReportStatus.IN_PROGRESS, by="works", percent=30
    )
    finance = str(office.divisions["finance"].id)
    assert change(admin, found, "division", division=finance)[0] == 302
    assert round_of(db, office, found).division_id == office.divisions["finance"].id
    assert lines(db, "obligation.reassigned") == [
        ("obligation.reassigned", {"from_division": "กองช่าง", "to_division": "กองคลัง"})
    ]
    url = f"/desk/measures/{found}"
    assert Browser(app).enter(office.people["works"]).get(url).status_code == 404
    page = Browser(app).enter(office.people["finance"]).get(url).text
    assert "เจ้าหน้าที่กองช่าง" in page
    assert "ความคืบหน้า 30%" in page
    assert "จาก กองช่าง เป็น กองคลัง" in page
    with db.reading() as session:
        report = latest_report(session, session.get_one(Obligation, (office.agency_id, found)))
        assert report
        assert (report.number, report.person_id) == (1, office.people["works"].id)


def test_all_rounds_to_come_go_with_it_where_that_is_asked(
    db: Database, offices: Offices, admin: Browser, due: UUID
) -> None:
    office = offices.makham
    past = a_round(db, office, date(2023, 1, 31), "works")
    later = a_round(db, office, NEW, "works")
    done = a_round(db, office, date(2023, 9, 30), "works", report=ReportStatus.DONE, by="works")
    finance = office.divisions["finance"].id
    assert change(admin, due, "division", division=str(finance), following="y")[0] == 302
    now_of = {one: round_of(db, office, one).division_id == finance for one in (due, later)}
    assert all(now_of.values())
    works = office.divisions["works"].id
    assert {round_of(db, office, one).division_id for one in (past, done)} == {works}
    assert len(lines(db, "obligation.reassigned")) == 2


def test_a_division_that_has_the_round_already_takes_none_of_them(
    db: Database, offices: Offices, admin: Browser, due: UUID
) -> None:
    office = offices.makham
    later = a_round(db, office, NEW, "works")
    a_round(db, office, NEW, "finance")
    finance = str(office.divisions["finance"].id)
    status, page = change(admin, due, "division", division=finance, following="y")
    assert (status, "วันที่ 30 มิ.ย. 2566 (ตามแผน) อยู่แล้ว" in page) == (409, True)
    works = office.divisions["works"].id
    assert {round_of(db, office, one).division_id for one in (due, later)} == {works}
    assert lines(db) == []


def test_an_accepted_round_is_neither_moved_nor_handed_over(
    db: Database, offices: Offices, admin: Browser
) -> None:
    office = offices.makham
    found = a_round(
        db,
        office,
        DUE,
        "works",
        report=ReportStatus.DONE,
        by="works",
        state=ObligationState.ACCEPTED,
    )
    finance = str(office.divisions["finance"].id)
    for verb in ("due", "division", "cancel", "reopen"):
        status, _ = change(admin, found, verb, "round", day="30/6/2566", division=finance)
        assert status == 409, verb
    page = admin.get(f"/desk/measures/{found}/change").text
    assert "ส่งกลับให้แก้ไข" in page
    assert lines(db) == []


def test_a_wish_is_decided_before_the_day_is_moved_by_hand(
    db: Database, offices: Offices, admin: Browser
) -> None:
    found = a_round(db, offices.makham, DUE, "works", report=ReportStatus.POSTPONE, by="works")
    clerk = str(offices.makham.divisions["clerk"].id)
    for verb in ("due", "division"):
        status, page = change(admin, found, verb, day="30/6/2566", division=clerk)
        assert (status, "ยังไม่มีผู้พิจารณา" in page) == (409, True)
    assert round_of(db, offices.makham, found).due_on == DUE


def test_a_round_is_added_once(
    app: Flask, db: Database, offices: Offices, admin: Browser, due: UUID
) -> None:
    office = offices.makham
    clerk = str(office.divisions["clerk"].id)
    assert change(admin, due, "round", day="30 มิ.ย. 2566", division=clerk)[0] == 302
    status, page = change(admin, due, "round", day="30/6/2566", division=clerk)
    assert (status, "อยู่แล้ว" in page) == (409, True)
    with db.reading() as session:
        added = session.scalars(
            select(Obligation).where(
                Obligation.agency_id == office.agency_id,
                Obligation.division_id == office.divisions["clerk"].id,
                Obligation.due_on == NEW,
            )
        ).one()
        assert added.planned_on == NEW
        assert added.remind_on == first_reminder(Policy(), NEW, OfficeCalendar())
        new_id = added.id
    assert WHY in admin.get(f"/desk/measures/{new_id}").text
    assert change(admin, new_id, "cancel")[0] == 302
    status, page = change(admin, due, "round", day="30/6/2566", division=clerk)
    assert (status, "ถูกยกเลิกไว้" in page) == (409, True)
    assert change(admin, due, "round", day="30/6/2566", division="x")[0] == 422
    theirs = str(offices.bangphra.divisions["works"].id)
    assert change(admin, due, "round", day="1/7/2566", division=theirs)[0] == 422


def test_divisions_are_told_at_once_where_the_office_asks_for_it(
    db: Database, offices: Offices, admin: Browser, due: UUID
) -> None:
    office = offices.makham
    link(db, office, "works")
    link(db, office, "finance")
    assert change(admin, due, "due", day="30/6/2566")[0] == 302
    assert kinds_sent(db) == []
    assert change(admin, due, "due", day="29/6/2566", tell="y")[0] == 302
    assert kinds_sent(db) == ["round_changed"]
    finance = str(office.divisions["finance"].id)
    assert change(admin, due, "division", division=finance, tell="y")[0] == 302
    assert kinds_sent(db) == ["round_changed"] * 3
    assert clear_text_in(db, [WHY]) == []


def test_only_admins_of_the_agency_change_rounds(
    app: Flask, db: Database, offices: Offices, due: UUID
) -> None:
    url = f"/desk/measures/{due}"
    for name, person in offices.makham.people.items():
        if name == "admin":
            continue
        browser = Browser(app).enter(person)
        assert browser.get(f"{url}/change").status_code == 403
        for verb in ("due", "division", "cancel", "reopen", "round"):
            assert browser.post(f"{url}/{verb}", {"reason": WHY}).status_code == 403
        page = browser.get(url)
        assert page.status_code == 404 or "/change" not in page.text
    theirs = Browser(app).enter(offices.bangphra.people["admin"])
    assert theirs.get(f"{url}/change").status_code == 404
    for verb in ("due", "division", "cancel", "reopen", "round"):
        assert theirs.post(f"{url}/{verb}", {"reason": WHY}).status_code == 404
    assert lines(db) == []


@pytest.mark.parametrize("verb", ["due", "division", "cancel"])
def test_a_changed_round_is_left_alone_by_the_plans_file(
    db: Database, offices: Offices, admin: Browser, verb: str
) -> None:
    office = offices.makham
    settled(db, office)
    with db.reading() as session:
        query = select(Obligation.id).where(Obligation.agency_id == office.agency_id)
        found = session.scalars(query.where(Obligation.due_on == DUE)).one()
    works = str(office.divisions["works"].id)
    assert change(admin, found, verb, day="30/6/2566", division=works)[0] == 302
    before = round_of(db, office, found)
    again = look(db, office, AS_STORED)  # the same file
    assert again.empty
    assert put(db, office, AS_STORED).empty
    without = [AS_STORED[0], AS_STORED[2]]
    [gone] = look(db, office, without).gone
    assert gone.cancelled == ()
    put(db, office, without)
    after = round_of(db, office, found)
    assert (after.state, after.due_on, after.division_id) == (
        before.state,
        before.due_on,
        before.division_id,
    )


def test_what_the_office_did_counts_as_no_report(
    db: Database, offices: Offices, admin: Browser, due: UUID
) -> None:
    office = offices.makham
    change(admin, due, "due", day="30/6/2566")
    change(admin, due, "due", day="29/6/2566")
    with db.reading() as session:
        numbers = session.scalars(
            select(ObligationChange.number).where(ObligationChange.obligation_id == due)
        )
        assert sorted(numbers) == [1, 2]
        assert latest_report(session, session.get_one(Obligation, (office.agency_id, due))) is None
