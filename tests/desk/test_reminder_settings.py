"""The desk's page of reminders: the policy, what it means on real days, the off-days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from domain.reminders import Level, Policy
from models.audit import AuditEntry
from models.database import Database
from models.measure import Obligation
from models.policy import off_days, policy_of, put_off_day, quota_reserve, weekly_day
from tests.desk.browser import Browser
from tests.offices import NOON, Office, Offices
from tests.town import Town, words

TODAY = NOON.date()
URL = "/desk/reminders"
GOOD = {
    "early": "30, 7, 1, 0",
    "repeat": "5",
    "head_after": "3",
    "clerk_after": "10",
    "mayor_after": "20",
    "weekly_on": "4",
    "reserve": "50",
}


def seen(admin: Browser) -> dict[str, str]:
    return {"seen": admin.seen(URL, "policy")}


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def remind_ons(db: Database, office: Office) -> set[date]:
    with db.reading() as session:
        query = select(Obligation.remind_on).where(Obligation.agency_id == office.agency_id)
        return set(session.scalars(query))


def test_what_an_agency_never_chose_is_the_sensible_default(admin: Browser) -> None:
    page = admin.get(URL).text
    for value in ("14, 3, 0", "7", "15", "30"):
        assert f'value="{value}"' in page
    assert '<option selected value="0">วันจันทร์</option>' in page


def test_a_policy_is_kept_for_this_agency_alone_and_written_down(
    admin: Browser, db: Database, offices: Offices
) -> None:
    answer = admin.post(URL, {**GOOD, **seen(admin)})
    assert answer.status_code == 302
    assert "บันทึกแล้ว" in admin.get(URL).text
    with db.reading() as session:
        mine, theirs = offices.makham.agency_id, offices.bangphra.agency_id
        chosen = policy_of(session, mine)
        assert (tuple(chosen.early), chosen.repeat) == ((30, 7, 1, 0), 5)
        assert chosen.joins == {Level.HEAD: 3, Level.CLERK: 10, Level.MAYOR: 20}
        assert (weekly_day(session, mine), quota_reserve(session, mine)) == (4, 50)
        assert policy_of(session, theirs) == Policy()
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.agency_id, entry.action) == (mine, "policy.changed")
        assert entry.detail["early"] == "30, 7, 1, 0"
        assert entry.detail["weekly_on"] == "ศุกร์"
    log = admin.get("/desk/audit").text
    for part in ("เปลี่ยนกำหนดการเตือน", "เตือนล่วงหน้า (วัน): 30, 7, 1, 0", "วันส่งสรุปรายสัปดาห์: ศุกร์"):
        assert part in log


def test_thai_digits_are_numbers_too(admin: Browser, db: Database, offices: Offices) -> None:
    typed = {**GOOD, **seen(admin), "early": "๑๔ ๐", "repeat": "๙"}
    assert admin.post(URL, typed).status_code == 302
    with db.reading() as session:
        chosen = policy_of(session, offices.makham.agency_id)
    assert (tuple(chosen.early), chosen.repeat) == ((14, 0), 9)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("early", "", "อย่างน้อยหนึ่งตัว"),
        ("early", "สิบสี่", "กรุณากรอกตัวเลข 0 ถึง 90"),
        ("early", "91", "กรุณากรอกตัวเลข 0 ถึง 90"),
        ("early", "-3", "กรุณากรอกตัวเลข 0 ถึง 90"),
        ("early", "1 2 3 4 5 6 7", "ไม่เกิน 6 ครั้ง"),
        ("repeat", "0", "กรุณากรอกตัวเลข 1 ถึง 90"),
        ("repeat", "1.5", "กรุณากรอกตัวเลข 1 ถึง 90"),
        ("head_after", "9" * 5000, "กรุณากรอกตัวเลข 1 ถึง 365"),
        ("clerk_after", "2", "ปลัดต้องได้รับแจ้งไม่ก่อนหัวหน้าส่วนราชการ กรุณากรอกตั้งแต่ 3 วัน"),
        ("mayor_after", "9", "นายกต้องได้รับแจ้งไม่ก่อนปลัด กรุณากรอกตั้งแต่ 10 วัน"),
        ("weekly_on", "5", "กรุณาเลือกวัน"),
        ("reserve", "x", "กรุณากรอกตัวเลข 0 ถึง 100,000"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_plain_words(
    admin: Browser, db: Database, offices: Offices, field: str, typed: str, said: str
) -> None:
    answer = admin.post(URL, {**GOOD, field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert "ยังไม่ได้บันทึก" in answer.text
    with db.reading() as session:
        assert policy_of(session, offices.makham.agency_id) == Policy()
        assert session.scalars(select(AuditEntry)).all() == []


def test_the_page_says_in_real_dates_what_the_policy_means(admin: Browser) -> None:
    page = admin.get(URL).text
    # The next date for which nothing has to move: a Thursday, two weeks and a day from now.
    assert "ครบกำหนดวันพฤหัสบดี 30 มี.ค. 2566 ในสัปดาห์ทำการปกติ" in page
    for day in ("พฤหัสบดี 16 มี.ค. 2566", "จันทร์ 27 มี.ค. 2566"):
        assert f"<strong>{day}</strong>" in page
    # Songkran: four days off and a weekend in between.
    assert "ครบกำหนดวันพฤหัสบดี 13 เม.ย. 2566 ในช่วงหยุดยาว" in page
    assert "13 เม.ย. 2566 เป็นวันหยุด เตือนก่อนวันหยุด" in page
    assert "<strong>พุธ 12 เม.ย. 2566</strong>" in page
    for part in ("ก่อนครบกำหนด 14 วัน", "เกินกำหนด 7 วัน", "หัวหน้าส่วนราชการ", "เกินกำหนด 30 วัน"):
        assert part in page


def test_public_holidays_of_the_next_year_have_their_thai_names(admin: Browser) -> None:
    page = admin.get(URL).text
    assert "<dt>พฤหัสบดี 13 เม.ย. 2566</dt><dd>วันสงกรานต์</dd>" in page
    assert "<dt>จันทร์ 1 ม.ค. 2567</dt><dd>วันขึ้นปีใหม่</dd>" in page
    assert "<dt>จันทร์ 6 มี.ค. 2566</dt>" not in page  # it is over


def test_every_open_obligation_is_looked_at_again_after_a_change(
    admin: Browser, db: Database, offices: Offices
) -> None:
    before = remind_ons(db, offices.bangphra)
    assert max(remind_ons(db, offices.makham)) > TODAY
    admin.post(URL, {**GOOD, **seen(admin)})
    assert max(remind_ons(db, offices.makham)) == TODAY
    assert remind_ons(db, offices.bangphra) == before


def test_off_days_are_added_listed_and_removed(
    admin: Browser, db: Database, offices: Offices
) -> None:
    data = {"first": "2023-04-10", "last": "2023-04-18", "name": "<b>งานประจำปี"}
    assert admin.post(f"{URL}/off-days", data).status_code == 302
    page = admin.get(URL).text
    # Songkran, its substitute and the weekend are off already.
    assert "เพิ่มวันหยุดแล้ว 4 วัน" in page
    assert "<strong>จันทร์ 10 เม.ย. 2566</strong><br>&lt;b&gt;งานประจำปี" in page
    with db.reading() as session:
        days = [one.day.day for one in off_days(session, offices.makham.agency_id)]
        assert days == [10, 11, 12, 18]
        assert off_days(session, offices.bangphra.agency_id) == []
    admin.post(f"{URL}/off-days/remove", {"day": "2023-04-18"})
    with db.reading() as session:
        assert len(off_days(session, offices.makham.agency_id)) == 3
        told = [one.action for one in session.scalars(select(AuditEntry))]
        assert told == ["off_day.added", "off_day.removed"]
        assert "งานประจำปี" not in str([one.detail for one in session.scalars(select(AuditEntry))])
    assert max(remind_ons(db, offices.makham)) == TODAY


def test_another_agencys_off_day_cannot_be_removed(
    admin: Browser, db: Database, offices: Offices
) -> None:
    theirs = offices.bangphra.agency_id
    with db.writing() as session:
        put_off_day(session, theirs, date(2023, 4, 10), "ของเขา")
    admin.post(f"{URL}/off-days/remove", {"day": "2023-04-10"})
    page = admin.get(URL).text
    assert "ไม่พบวันหยุดนี้" in page
    assert "ของเขา" not in page
    with db.reading() as session:
        assert len(off_days(session, theirs)) == 1


def test_a_year_of_the_buddhist_era_is_understood(
    admin: Browser, db: Database, offices: Offices
) -> None:
    admin.post(f"{URL}/off-days", {"first": "10/4/2566", "name": "งานประจำปี"})
    with db.reading() as session:
        [one] = off_days(session, offices.makham.agency_id)
    assert one.day == date(2023, 4, 10)


def test_a_day_that_is_off_already_is_not_added(
    admin: Browser, db: Database, offices: Offices
) -> None:
    admin.post(f"{URL}/off-days", {"first": "2023-04-13", "name": "สงกรานต์"})
    assert "เป็นวันหยุดอยู่แล้ว" in admin.get(URL).text
    with db.reading() as session:
        assert off_days(session, offices.makham.agency_id) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"first": ""}, "กรุณากรอกวันที่"),
        ({"first": "32/12/2566"}, "อ่านวันที่ไม่ได้"),
        ({"first": "2023-02-30"}, "อ่านวันที่ไม่ได้"),
        ({"first": str(TODAY - timedelta(days=1))}, "ตั้งแต่วันนี้ไป"),
        ({"first": "2099-01-01"}, "ไม่เกิน 2 ปี"),
        ({"last": "2023-04-01"}, "วันสุดท้ายต้องไม่ก่อนวันแรก"),
        ({"last": "2023-12-31"}, "รวมไม่เกิน 31 วัน"),
        ({"last": "พรุ่งนี้"}, "หรือเว้นว่าง"),
        ({"name": "  "}, "กรุณากรอกชื่อวันหยุด"),
    ],
)
def test_an_off_day_that_cannot_be_is_refused_in_plain_words(
    admin: Browser, db: Database, offices: Offices, changed: dict[str, str], said: str
) -> None:
    data = {"first": "2023-04-10", "last": "", "name": "งานประจำปี", **changed}
    answer = admin.post(f"{URL}/off-days", data)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{data["first"]}"' in answer.text
    assert 'type="date"' not in answer.text
    with db.reading() as session:
        assert off_days(session, offices.makham.agency_id) == []


def test_an_office_that_is_closed_for_long_still_has_a_page(
    admin: Browser, db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        for number in range(400):
            day = TODAY + timedelta(days=number)
            put_off_day(session, offices.makham.agency_id, day, "ปิด")
    assert admin.get(URL).status_code == 200


def test_the_next_tick_follows_the_new_policy(town: Town, frozen: time_machine.Traveller) -> None:
    officer = town.user("เจ้าหน้าที่กองคลัง")
    town.link(town.offices.makham, "finance", officer)
    frozen.move_to(NOON + timedelta(days=5))  # eleven days before what it owes on 31 March
    town.tick(NOON + timedelta(days=5))
    [first] = town.line.messages_to(officer)
    assert "เหลือ 11 วัน" in words([first])
    frozen.move_to(NOON + timedelta(days=7))
    assert town.tick(NOON + timedelta(days=7))["reminders"]["digests"] == 0
    admin = Browser(town.client.application).enter(town.offices.makham.people["admin"])
    assert admin.post(URL, {**GOOD, **seen(admin), "early": "9, 0"}).status_code == 302
    later = NOON + timedelta(days=7, minutes=15)
    frozen.move_to(later)
    town.tick(later)
    assert "เหลือ 9 วัน" in words(town.line.messages_to(officer)[1:])


def test_of_two_admins_who_change_it_at_once_the_second_is_told_and_keeps_what_they_typed(
    app: Flask, admin: Browser, db: Database, offices: Offices
) -> None:
    other = Browser(app).enter(offices.makham.people["admin"])
    mine, theirs = seen(admin), seen(other)
    assert other.post(URL, {**GOOD, **theirs}).status_code == 302
    answer = admin.post(URL, {**GOOD, **mine, "repeat": "9"})
    assert answer.status_code == 409
    assert "มีผู้อื่นเปลี่ยนกำหนดการเตือน" in answer.text
    assert 'value="9"' in answer.text
    with db.reading() as session:
        assert policy_of(session, offices.makham.agency_id).repeat == 5
