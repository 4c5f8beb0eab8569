"""Settings: an agency's words, hours and promises; each change logged, nobody's overwritten."""

from __future__ import annotations

from datetime import time

import pytest
from flask import Flask
from sqlalchemy import select

from domain.agency_texts import BY_KEY, TEXTS
from domain.consent import CONSENT_VERSION
from domain.office import OfficeWays
from models.agency import Agency
from models.audit import AuditEntry
from models.database import Database
from models.office import texts_of, ways_of
from tests.desk.browser import Browser
from tests.offices import Offices

TEXT = "/desk/settings/texts/greeting"
OFFICE = "/desk/settings/office"
GOOD = {"opens_at": "8.00", "closes_at": "16:00", "answer_days": "7", "outcome_days": "๒๐"}


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def actions(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def save(admin: Browser, text: str, page: str = TEXT, **data: str):
    return admin.post(page, {"seen": admin.seen(page, "text"), "text": text, **data})


def own(db: Database, offices: Offices) -> dict[str, str]:
    with db.reading() as session:
        return texts_of(session, offices.makham.agency_id)


def test_the_index_tells_how_everything_stands(admin: Browser) -> None:
    page = admin.get("/desk/settings").text
    for words in ("ข้อความที่มากับระบบ", "08:30–16:30 น.", "ภายใน 15 วัน", "ไม่ลบ", "14, 3, 0"):
        assert words in page
    assert CONSENT_VERSION in page


def test_every_text_has_a_page_that_shows_it_as_it_will_be_said(
    admin: Browser, offices: Offices
) -> None:
    index = admin.get("/desk/settings/texts").text
    for one in TEXTS:
        assert one.title in index
        page = admin.get(f"/desk/settings/texts/{one.key}")
        assert page.status_code == 200
        assert one.ours in page.text
    assert "บัญชี LINE ทางการของเทศบาลตำบลมะขาม" in admin.get(TEXT).text


def test_a_text_is_looked_at_before_it_is_kept(
    admin: Browser, db: Database, offices: Offices
) -> None:
    shown = save(admin, "ยินดีต้อนรับสู่{agency} เปิด {hours}", deed="preview")
    assert "ยินดีต้อนรับสู่เทศบาลตำบลมะขาม เปิด 08:30–16:30 น." in shown.text
    assert "ยังไม่ได้บันทึก" in shown.text
    assert own(db, offices) == {}
    assert actions(db) == []


def test_a_text_is_kept_for_this_agency_logged_and_given_back(
    admin: Browser, db: Database, offices: Offices
) -> None:
    assert save(admin, "ยินดีต้อนรับ\r\nสู่{agency}").status_code == 302
    assert own(db, offices) == {"greeting": "ยินดีต้อนรับ\nสู่{agency}"}
    with db.reading() as session:
        assert texts_of(session, offices.bangphra.agency_id) == {}
    assert "ผู้ดูแลระบบ" in admin.get(TEXT).text
    seen = {"seen": admin.seen(TEXT, "text")}
    assert admin.post(f"{TEXT}/reset", seen).status_code == 302
    assert own(db, offices) == {}
    assert actions(db) == ["text.changed", "text.reset"]
    log = admin.get("/desk/audit").text
    assert "แก้ข้อความของหน่วยงาน" in log
    assert "คำทักทายผู้ที่เพิ่มเพื่อนครั้งแรก" in log


def test_places_are_named_in_thai_and_the_english_names_are_still_read(
    admin: Browser, db: Database, offices: Offices
) -> None:
    shown = save(admin, "ที่{หน่วยงาน} เปิด {เวลาทำการ}", deed="preview")
    assert "ที่เทศบาลตำบลมะขาม เปิด 08:30–16:30 น." in shown.text
    assert "<code>{หน่วยงาน}</code>" in shown.text
    refused = save(admin, "สวัสดี {ชื่อ}")
    assert "ช่องเติมที่ใช้ได้คือ {หน่วยงาน} {เวลาทำการ}" in refused.text
    save(admin, "ที่{agency}")
    page = admin.get(TEXT).text
    assert "ที่{หน่วยงาน}" in page
    assert "{agency}" not in page
    save(admin, "ที่{หน่วยงาน}")  # the same words: nothing to keep or to log
    assert own(db, offices) == {"greeting": "ที่{agency}"}
    assert actions(db) == ["text.changed"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(" \n ", "กรุณากรอกข้อความ", id="nothing"),
        pytest.param("\0", "กรุณากรอกข้อความ", id="a NUL"),
        pytest.param("ก" * 1001, "ไม่เกิน 1,000", id="too long"),
        pytest.param("😀" * 501, "ไม่เกิน 1,000", id="too long as LINE counts"),
        pytest.param("สวัสดี {name}", "ใช้ {name} ไม่ได้", id="a placeholder of nobody's"),
        pytest.param("{agency.id}", "ใช้ {agency.id} ไม่ได้", id="what Python would run"),
        pytest.param("{0}", "ใช้ {0} ไม่ได้", id="a number"),
        pytest.param("สวัสดี {agency", "ปีกกา", id="half a brace"),
        pytest.param("{{agency}}", "ปีกกา", id="doubled braces"),
    ],
)
def test_a_text_that_cannot_be_said_is_refused_and_stays_in_the_form(
    admin: Browser, db: Database, offices: Offices, text: str, told: str
) -> None:
    answer = save(admin, text)
    assert answer.status_code == 422
    assert told in answer.text
    assert text.replace("\0", "").strip() in answer.text
    assert own(db, offices) == {}


def test_a_lone_surrogate_does_not_break_the_page(
    admin: Browser, db: Database, offices: Offices
) -> None:
    token = admin.token()
    raw = f"csrf_token={token}&seen={admin.seen(TEXT, 'text')}&text=%ED%A0%80สวัสดี".encode()
    answer = admin.client.post(TEXT, data=raw, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert own(db, offices)["greeting"].endswith("สวัสดี")


def test_the_way_to_reach_the_agency_is_kept_with_the_agency(
    admin: Browser, db: Database, offices: Offices
) -> None:
    page = "/desk/settings/texts/contact"
    assert save(admin, "โทร. 0-0000-0199", page).status_code == 302
    with db.reading() as session:
        assert session.get_one(Agency, offices.makham.agency_id).contact_text == "โทร. 0-0000-0199"
        assert "0100" in session.get_one(Agency, offices.bangphra.agency_id).contact_text
    assert actions(db) == ["text.changed"]
    assert admin.post(f"{page}/reset", {"seen": "x"}).status_code == 404


def test_of_two_admins_who_write_a_text_the_second_is_told_and_keeps_their_words(
    app: Flask, admin: Browser, db: Database, offices: Offices
) -> None:
    other = Browser(app).enter(offices.makham.people["admin"])
    seen = admin.seen(TEXT, "text")
    save(other, "ของคนแรก")
    answer = admin.post(TEXT, {"seen": seen, "text": "ของคนที่สอง"})
    assert answer.status_code == 409
    assert "มีผู้อื่นเปลี่ยน" in answer.text
    assert "ของคนที่สอง" in answer.text
    assert own(db, offices) == {"greeting": "ของคนแรก"}


def test_a_text_that_there_is_not_is_not_found(admin: Browser) -> None:
    for key in ("nothing", "privacy", "..", "ก"):
        assert admin.get(f"/desk/settings/texts/{key}").status_code == 404
        assert admin.post(f"/desk/settings/texts/{key}", {"text": "x"}).status_code == 404


def test_hours_and_promises_are_kept_for_this_agency_alone(
    admin: Browser, db: Database, offices: Offices
) -> None:
    assert admin.post(OFFICE, {**GOOD, "seen": admin.seen(OFFICE, "office")}).status_code == 302
    with db.reading() as session:
        assert ways_of(session, offices.makham.agency_id) == OfficeWays(time(8), time(16), 7, 20)
        assert ways_of(session, offices.bangphra.agency_id) == OfficeWays()
    assert actions(db) == ["office.changed"]
    assert "08:00–16:00 น." in admin.get("/desk/audit").text
    assert "เฉพาะ" in admin.get(OFFICE).text or "เท่านั้น" in admin.get(OFFICE).text


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        pytest.param("opens_at", "เช้า", "กรุณากรอกเวลาแบบ 08:30", id="no time"),
        pytest.param("opens_at", "25:00", "กรุณากรอกเวลาแบบ 08:30", id="no hour"),
        pytest.param("opens_at", "03:00", "06:00 ถึง 20:00", id="at night"),
        pytest.param("closes_at", "07:59", "เวลาปิดต้องหลังเวลาเปิด", id="closed before it opens"),
        pytest.param("answer_days", "0", "1 ถึง 365", id="in no days"),
        pytest.param("answer_days", "9" * 40, "1 ถึง 365", id="an enormous number"),
        pytest.param("outcome_days", "3", "ต้องไม่น้อยกว่า", id="the outcome before the answer"),
    ],
)
def test_hours_and_days_that_cannot_be_are_refused(
    admin: Browser, db: Database, offices: Offices, field: str, typed: str, told: str
) -> None:
    answer = admin.post(OFFICE, {**GOOD, field: typed, "seen": admin.seen(OFFICE, "office")})
    assert answer.status_code == 422
    assert told in answer.text
    with db.reading() as session:
        assert ways_of(session, offices.makham.agency_id) == OfficeWays()


def test_of_two_admins_who_set_the_hours_the_second_is_told(
    app: Flask, admin: Browser, db: Database, offices: Offices
) -> None:
    other = Browser(app).enter(offices.makham.people["admin"])
    seen = admin.seen(OFFICE, "office")
    other.post(OFFICE, {**GOOD, "seen": other.seen(OFFICE, "office")})
    answer = admin.post(OFFICE, {**GOOD, "answer_days": "5", "seen": seen})
    assert answer.status_code == 409
    assert 'value="5"' in answer.text
    with db.reading() as session:
        assert ways_of(session, offices.makham.agency_id).answer_days == 7


def test_no_default_breaks_its_own_rules() -> None:
    for one in TEXTS:
        assert len(one.default) <= one.most
        assert one.default or one.may_be_empty
        assert BY_KEY[one.key] is one
