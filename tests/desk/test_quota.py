"""What the desk says of the month's LINE quota, before it runs out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from domain.quota import Rank
from domain.states import DigestState
from models.agency import Agency
from models.contact import ContactKind, meet
from models.database import Database
from models.reminder import DigestRow
from tests.desk.browser import Browser
from tests.offices import NOON, Office, Offices

WARNED = "โควตาข้อความ LINE เดือนนี้น่าจะไม่พอสำหรับการเตือน"
USED_UP = "โควตาข้อความ LINE สำหรับการเตือนหมดแล้วในเดือนนี้"
HOME = "ดูว่าเหลือเท่าไรและควรทำอย่างไร"


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def read_quota(db: Database, office: Office, limit: int | None, used: int) -> None:
    """As LINE said it at noon."""
    with db.writing() as session:
        agency = session.get_one(Agency, office.agency_id)
        agency.quota_limit, agency.quota_used, agency.quota_checked_at = limit, used, NOON


def link(db: Database, office: Office, *people: str) -> None:
    with db.writing() as session:
        for name in people:
            contact = meet(session, office.agency_id, ContactKind.USER, f"U-of-{name}")
            session.merge(office.people[name]).contact_id = contact.id


def test_a_quota_that_was_never_read_says_so_and_warns_of_nothing(admin: Browser) -> None:
    page = admin.get("/desk/delivery").text
    assert "ยังไม่ได้ตรวจโควตา" in page
    assert 'id="forecast"' not in page
    assert HOME not in admin.get("/desk/").text


def test_an_account_without_a_limit_sends_everything(
    admin: Browser, db: Database, offices: Offices
) -> None:
    read_quota(db, offices.makham, None, 5000)
    page = admin.get("/desk/delivery").text
    assert "ไม่จำกัด" in page
    assert "5,000 ข้อความ" in page
    assert "รอส่งพร้อมคำตอบ" not in page
    assert WARNED not in page
    assert HOME not in admin.get("/desk/").text


def test_the_months_forecast_is_shown_by_what_the_messages_are(
    admin: Browser, db: Database, offices: Offices
) -> None:
    link(db, offices.makham, "finance", "finance_head", "clerk")
    read_quota(db, offices.makham, 300, 20)
    page = admin.get("/desk/delivery").text
    for words in (
        "<dd>300 ข้อความ</dd>",
        "<dd>20 ข้อความ</dd>",
        "<dd>280 ข้อความ</dd>",
        "<dd>30 ข้อความ</dd>",
        "<dd>250 ข้อความ</dd>",
    ):
        assert words in page
    # What finance is due on 31 March is told twice before and on the day; of what the clerk's
    # office, where nobody is linked, has owed since December ปลัด hears twice more; and there are
    # two more Mondays.
    assert "ประมาณ 7 ข้อความ (ถึงวันที่ 31 มี.ค. 2566" in page
    assert WARNED not in page
    assert "ขณะนี้ไม่มีการเตือนที่รออยู่" in page


def test_before_it_runs_out_the_desk_warns_and_says_what_to_do(
    admin: Browser, db: Database, offices: Offices
) -> None:
    link(db, offices.makham, "finance", "clerk")
    read_quota(db, offices.makham, 300, 268)  # two may be spent, seven are asked for
    page = admin.get("/desk/delivery").text
    for one in (page, admin.get("/desk/").text):
        assert f"{WARNED} ขาดประมาณ 5 ข้อความ" in one
        assert USED_UP not in one
    for words in ("LINE Official Account Manager", "ทักแชต", "อีเมลไม่เสียโควตา", "/desk/reminders"):
        assert words in page


def test_early_reminders_fall_away_first_and_escalations_last(
    admin: Browser, db: Database, offices: Offices
) -> None:
    link(db, offices.makham, "finance")
    read_quota(db, offices.makham, 300, 269)  # one may be spent: the day's, and no early one
    page = admin.get("/desk/delivery").text
    table = page[page.index('id="forecast"') :]
    order = [
        table.index(words)
        for words in ("แจ้งหัวหน้า ปลัด และนายก", "ที่เกินกำหนดแล้ว", "ที่ครบกำหนดวันนั้น", "เตือนล่วงหน้า")
    ]
    assert order == sorted(order)
    body = table.split("<tbody")[1].split("</tbody>")[0]
    pushed = ["ส่งทันที" in row for row in body.split("</tr>")[:5]]
    assert pushed == [True, True, True, True, False]


def test_a_used_up_quota_is_said_plainly(admin: Browser, db: Database, offices: Offices) -> None:
    read_quota(db, offices.makham, 300, 275)
    page = admin.get("/desk/delivery").text
    assert "รอส่งพร้อมคำตอบ" in page
    for one in (page, admin.get("/desk/").text):
        assert USED_UP in one
        assert WARNED not in one


def test_recipients_for_whom_something_waits_are_counted_once_and_only_ours(
    admin: Browser, db: Database, offices: Offices
) -> None:
    read_quota(db, offices.makham, 300, 275)
    for office, days in ((offices.makham, 2), (offices.bangphra, 1)):
        link(db, office, "finance")
        with db.writing() as session:
            contact_id = session.merge(office.people["finance"]).contact_id
            assert contact_id
            for number in range(days):
                session.add(
                    DigestRow(
                        agency_id=office.agency_id,
                        contact_id=contact_id,
                        day=NOON.date() - timedelta(days=number),
                        created_at=NOON,
                        state=DigestState.WAITING,
                        rank=Rank.EARLY,
                    )
                )
    assert "ขณะนี้มีผู้รับ 1 รายที่มีการเตือนรออยู่" in admin.get("/desk/delivery").text


def test_another_agencys_quota_is_not_ours(admin: Browser, db: Database, offices: Offices) -> None:
    read_quota(db, offices.bangphra, 300, 300)
    assert "ยังไม่ได้ตรวจโควตา" in admin.get("/desk/delivery").text
    assert HOME not in admin.get("/desk/").text


def test_who_does_not_see_the_delivery_is_not_warned_at_the_first_page(
    app: Flask, db: Database, offices: Offices
) -> None:
    read_quota(db, offices.makham, 300, 300)
    head = Browser(app).enter(offices.makham.people["finance_head"])
    assert HOME not in head.get("/desk/").text
