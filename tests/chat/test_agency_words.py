"""What an agency says in its own words arrives in its own chats alone; what must be said, is."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flask import Flask

from domain.agency_texts import TEXTS
from domain.consent import CONSENT_VERSION
from domain.office import OfficeWays
from models.complaint import ComplaintKind
from models.office import put_text, set_ways
from models.policy import put_off_day
from tests.chat.test_reports import send_anonymously
from tests.edge.test_first_contact import follows
from tests.offices import NOON, Office
from tests.public.visitor import Visitor
from tests.town import Town, words

EVENING = datetime(2023, 3, 15, 10, 30, tzinfo=UTC)  # 17:30 in Bangkok
EARLY = datetime(2023, 3, 16, 0, 30, tzinfo=UTC)  # 07:30 of the next day, a Thursday


def says_instead(town: Town, office: Office, key: str, text: str) -> None:
    with town.db.writing() as session:
        put_text(session, office.agency_id, key, text, office.people["admin"].id, NOON)


def opens(town: Town, office: Office, first: time, last: time) -> None:
    with town.db.writing() as session:
        set_ways(session, office.agency_id, OfficeWays(opens_at=first, closes_at=last))


def test_an_edited_greeting_arrives_in_the_right_agency_with_what_must_be_said(town: Town) -> None:
    makham, bangphra = town.offices.makham, town.offices.bangphra
    says_instead(town, makham, "greeting", "ยินดีต้อนรับสู่{agency} เปิด {hours} 🌾")
    greeting, _ = follows(town, town.user("คนใหม่"))
    assert greeting["text"].startswith("ยินดีต้อนรับสู่เทศบาลตำบลมะขาม เปิด 08:30–16:30 น. 🌾\n")
    for needed in (f"ประกาศความเป็นส่วนตัว ฉบับ {CONSENT_VERSION}", "ลบข้อมูลของฉัน", "type: English"):
        assert needed in greeting["text"]
    other, _ = follows(town, town.user("คนอีกที่", bangphra), bangphra)
    assert "นี่คือบัญชี LINE ทางการของอบต.บางพระ" in other["text"]
    assert "ยินดีต้อนรับสู่" not in other["text"]


def test_the_longest_text_that_may_be_kept_is_taken_by_line(town: Town) -> None:
    """The simulator refuses what LINE would refuse, and the fixture fails on a refusal."""
    for one in TEXTS:
        if one.key != "contact":
            says_instead(town, town.offices.makham, one.key, "ก" * one.most)
    follows(town, town.user("คนใหม่"))
    user = town.user("ผู้แจ้ง")
    code = send_anonymously(town, user)
    assert "รับเรื่องแล้ว" in words(town.says(user, code))
    assert "ก" * 300 in words(town.line.messages_to(user))


def test_an_edited_receipt_keeps_its_code_its_days_and_its_warning(town: Town) -> None:
    makham = town.offices.makham
    says_instead(town, makham, "receipt_anonymous", "{agency} ได้รับเรื่องของท่านแล้ว")
    user = town.user("ผู้แจ้ง")
    send_anonymously(town, user)
    receipt = words(town.line.messages_to(user)[-1:])
    assert "เทศบาลตำบลมะขาม ได้รับเรื่องของท่านแล้ว" in receipt
    for needed in ("30 มีนาคม 2566", "14 เมษายน 2566", "รหัสนี้แสดงครั้งเดียว", "พิมพ์รหัสนี้"):
        assert needed in receipt


def test_the_web_s_receipt_says_it_too_and_in_thai_alone(town: Town) -> None:
    app = town.client.application
    assert isinstance(app, Flask)
    says_instead(town, town.offices.makham, "receipt", "<b>ขอบคุณจากมะขาม</b>")
    visitor = Visitor(app)
    visitor.begins(ComplaintKind.SERVICE).fills_in("ถนนเป็นหลุม", mode="named", where="หมู่ 4")
    visitor.confirms()
    assert "&lt;b&gt;ขอบคุณจากมะขาม&lt;/b&gt;" in visitor.text
    assert "14\u00a0เมษายน\u00a02566" in visitor.text
    english = Visitor(app)
    english.begins(ComplaintKind.SERVICE, "?lang=en")
    english.fills_in("a hole", mode="named", where="Moo 4")
    english.confirms()
    assert "ขอบคุณจากมะขาม" not in english.text
    elsewhere = Visitor(app, "bangphra")
    elsewhere.begins(ComplaintKind.SERVICE).fills_in("ไฟดับ", mode="named", where="หมู่ 1")
    elsewhere.confirms()
    assert "ขอบคุณจากมะขาม" not in elsewhere.text


def test_who_asked_for_english_is_spared_the_thai_words(town: Town) -> None:
    says_instead(town, town.offices.makham, "greeting_again", "กลับมาแล้วหรือคะ")
    user = town.user("ชาวต่างชาติ")
    follows(town, user)
    town.says(user, "English")
    assert "Welcome back" in words(follows(town, user))
    other = town.user("คนไทย")
    follows(town, other)
    assert "กลับมาแล้วหรือคะ" in words(follows(town, other))


def test_who_asks_for_a_person_is_told_by_the_agency_s_own_hours(town: Town, frozen) -> None:
    makham, bangphra = town.offices.makham, town.offices.bangphra
    opens(town, makham, time(8), time(18))
    says_instead(town, bangphra, "off_hours", "อบต. ปิดแล้วนะ ทำการ {hours}")
    frozen.move_to(EVENING)
    assert "นอกเวลาทำการ" not in words(town.says(town.user("คนมะขาม"), "ติดต่อเจ้าหน้าที่"))
    there = town.user("คนบางพระ", bangphra)
    told = words(town.says(there, "ติดต่อเจ้าหน้าที่", bangphra))
    assert "อบต. ปิดแล้วนะ ทำการ 08:30–16:30 น. (16 มี.ค. 2566 08:30 น.)" in told
    assert "ลบเมื่อครบ 30 วัน" in told


def test_a_day_on_which_the_office_is_closed_is_no_working_day(town: Town, frozen) -> None:
    with town.db.writing() as session:
        put_off_day(session, town.offices.makham.agency_id, EARLY.date(), "งานประจำปี")
    frozen.move_to(EVENING)
    told = words(town.says(town.user("คนมะขาม"), "ติดต่อเจ้าหน้าที่"))
    assert "17 มี.ค. 2566 08:30 น." in told


def test_nobody_who_came_is_told_in_the_agency_s_words(town: Town, frozen) -> None:
    says_instead(town, town.offices.makham, "nobody_came", "ขออภัยจาก{agency} วันนี้คนน้อยค่ะ")
    user = town.user("คนรอ")
    town.says(user, "ติดต่อเจ้าหน้าที่")
    later = NOON + timedelta(days=2)
    frozen.move_to(later)
    town.tick(later)
    assert "ขออภัยจากเทศบาลตำบลมะขาม วันนี้คนน้อยค่ะ" in words(town.line.messages_to(user))


def test_reminders_go_out_in_each_agency_s_own_hours(town: Town, frozen) -> None:
    makham, bangphra = town.offices.makham, town.offices.bangphra
    people = {}
    for office in (makham, bangphra):
        people[office.slug] = town.user("เจ้าหน้าที่กองคลัง", office)
        town.link(office, "finance", people[office.slug])
    opens(town, makham, time(7), time(15))
    due = datetime(2023, 3, 17, 0, 30, tzinfo=UTC)  # 14 days before the 31st, at 07:30
    frozen.move_to(due)
    town.tick(due)
    assert town.line.messages_to(people["makham"])
    assert not town.line.messages_to(people["bangphra"])
    frozen.move_to(due + timedelta(hours=2))
    town.tick(due + timedelta(hours=2))
    assert town.line.messages_to(people["bangphra"])


def test_a_named_report_and_a_request_have_openings_of_their_own(town: Town) -> None:
    makham = town.offices.makham
    says_instead(town, makham, "receipt", "")
    says_instead(town, makham, "receipt_request", "รับคำขอแล้ว")
    visitor = Visitor(town.client.application)
    visitor.begins(ComplaintKind.REQUEST).fills_in("ขอรถน้ำ", mode="named", where="หมู่ 2")
    visitor.confirms()
    assert "รับคำขอแล้ว" in visitor.text


def test_a_receipt_promises_the_agency_s_own_days(town: Town) -> None:
    with town.db.writing() as session:
        ways = OfficeWays(answer_days=7, outcome_days=20)
        set_ways(session, town.offices.makham.agency_id, ways)
    user = town.user("ผู้แจ้ง")
    send_anonymously(town, user)
    receipt = words(town.line.messages_to(user)[-1:])
    assert "22 มีนาคม 2566" in receipt
    assert "4 เมษายน 2566" in receipt
    assert "15 วัน" not in receipt
