"""An officer answers a complaint, and LINE tells its reporter that there is an answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.ids import show_receipt_code
from models.complaint import ComplaintChannel, ComplaintKind, IdentityMode, find_by_receipt
from models.complaint_filing import NewComplaint, file_complaint
from models.contact import ContactKind, meet
from models.outbox import OutboxMessage
from tests.desk.browser import Browser
from tests.offices import NOON, Office
from tests.town import Json, Town, find_action, words

STORY, ANSWER = "ถนนหน้าโรงเรียนเป็นหลุม", "ซ่อมเสร็จแล้วเมื่อเช้านี้"


def report(
    town: Town,
    citizen: str,
    mode: IdentityMode,
    kind: ComplaintKind = ComplaintKind.GENERAL,
    office: Office | None = None,
) -> str:
    """A complaint that came by LINE; its receipt code."""
    office = office or town.offices.makham
    new = NewComplaint(kind, mode, ComplaintChannel.LINE, {"what": STORY}, name="นายพลเมือง ดีงาม")
    with town.db.writing() as session:
        contact = meet(session, office.agency_id, ContactKind.USER, citizen)
        return file_complaint(session, office.agency_id, new, contact, NOON)


def page_of(town: Town, code: str, office: Office | None = None) -> str:
    office = office or town.offices.makham
    with town.db.reading() as session:
        found = find_by_receipt(session, office.agency_id, code)
        assert found
        return f"/desk/complaints/{found.id}"


def answer(town: Town, code: str, by: str = "officer", office: Office | None = None) -> Browser:
    url = page_of(town, code, office)
    people = (office or town.offices.makham).people
    browser = Browser(town.client.application).enter(people[by])
    data = {"seen": browser.seen(url, "answer"), "answer": ANSWER}
    assert browser.post(f"{url}/answer", data).status_code == 302
    town.engine.drain()
    return browser


def kinds(town: Town) -> list[str]:
    with town.db.reading() as session:
        return list(session.scalars(select(OutboxMessage.kind)))


@pytest.mark.parametrize("mode", [IdentityMode.NAMED, IdentityMode.CONFIDENTIAL])
def test_the_reporter_is_told_once_that_there_is_an_answer_and_not_what_it_says(
    town: Town, mode: IdentityMode
) -> None:
    citizen, bystander = town.user("ประชาชน"), town.user("คนอื่น")
    code = report(town, citizen, mode)
    report(town, bystander, mode)
    answer(town, code)
    [notice] = town.line.messages_to(citizen)
    text = words([notice])
    assert "มีคำตอบจากเจ้าหน้าที่แล้ว" in text
    assert "พิมพ์รหัสติดตามเรื่อง 16 หลัก" in text
    for secret in (ANSWER, STORY, code, show_receipt_code(code), "ร้องเรียน", "ทุจริต"):
        assert secret not in str(notice), secret
    assert town.line.messages_to(bystander) == []
    assert len(town.line.requests(endpoint="push")) == 1
    with town.db.reading() as session:
        sent = session.scalars(select(OutboxMessage)).one()
        assert (sent.kind, sent.worth_quota, sent.recipient, sent.body) == (
            *("answer", True, None, None),
        )


def test_the_code_or_the_button_shows_the_answer(town: Town) -> None:
    citizen = town.user("ประชาชน")
    code = report(town, citizen, IdentityMode.CONFIDENTIAL)
    answer(town, code)
    notice: list[Json] = town.line.messages_to(citizen)
    assert find_action(notice, "ติดตามเรื่อง")
    assert ANSWER in words(town.says(citizen, code))
    town.choose(citizen, notice, "ติดตามเรื่อง")
    assert ANSWER in words(town.says(citizen, code))
    assert ANSWER in words(town.choose(citizen, notice, "อ่านคำตอบ"))
    stranger = town.choose(town.user("คนอื่น"), notice, "อ่านคำตอบ")
    assert ANSWER not in words(stranger)
    assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(stranger)


def test_a_corruption_report_is_announced_in_the_same_words(town: Town) -> None:
    citizen, other = town.user("ประชาชน"), town.user("คนอื่น")
    corrupt = report(town, citizen, IdentityMode.CONFIDENTIAL, ComplaintKind.CORRUPTION)
    answer(town, corrupt, by="integrity")
    answer(town, report(town, other, IdentityMode.NAMED))
    assert words(town.line.messages_to(citizen)) == words(town.line.messages_to(other))


def test_of_an_anonymous_report_nobody_is_told(town: Town) -> None:
    citizen = town.user("ประชาชน")
    code = report(town, citizen, IdentityMode.ANONYMOUS)
    answer(town, code)
    assert town.line.messages_to(citizen) == []
    assert kinds(town) == []


def test_a_reporter_who_blocked_the_account_is_not_written_to(town: Town) -> None:
    citizen = town.user("ประชาชน")
    code = report(town, citizen, IdentityMode.NAMED)
    town.happens(town.line.user_blocks("makham", citizen))
    answer(town, code)
    assert town.line.messages_to(citizen) == []
    assert kinds(town) == []


def test_a_complaint_without_a_line_account_is_answered_all_the_same(town: Town) -> None:
    office = town.offices.makham
    new = NewComplaint(
        ComplaintKind.GENERAL, IdentityMode.NAMED, ComplaintChannel.WALK_IN, {"what": STORY}
    )
    with town.db.writing() as session:
        code = file_complaint(session, office.agency_id, new, None, NOON)
    answer(town, code)
    assert kinds(town) == []


def test_an_answer_that_was_not_kept_is_not_announced(town: Town) -> None:
    citizen = town.user("ประชาชน")
    code = report(town, citizen, IdentityMode.NAMED)
    url = page_of(town, code)
    browser = Browser(town.client.application).enter(town.offices.makham.people["officer"])
    stale = browser.seen(url, "answer")
    browser.post(f"{url}/note", {"note": "จดไว้"})
    assert browser.post(f"{url}/answer", {"seen": stale, "answer": ANSWER}).status_code == 409
    town.engine.drain()
    assert kinds(town) == []


def test_a_note_among_officers_is_not_announced(town: Town) -> None:
    citizen = town.user("ประชาชน")
    code = report(town, citizen, IdentityMode.NAMED)
    browser = Browser(town.client.application).enter(town.offices.makham.people["officer"])
    browser.post(f"{page_of(town, code)}/note", {"note": "คุยกันภายใน"})
    assert kinds(town) == []


def test_the_same_phone_at_two_offices_hears_from_the_one_that_answered(town: Town) -> None:
    makham, bangphra = town.offices.makham, town.offices.bangphra
    citizen = town.line.add_user("ประชาชน", channel_slugs=[makham.slug, bangphra.slug]).user_id
    report(town, citizen, IdentityMode.NAMED)
    theirs = report(town, citizen, IdentityMode.NAMED, office=bangphra)
    answer(town, theirs, office=bangphra)
    assert len(town.line.messages_to(citizen, bangphra.slug)) == 1
    assert town.line.messages_to(citizen, makham.slug) == []


def test_the_hint_beside_the_answer_is_true_and_tells_nothing_of_who_it_is(town: Town) -> None:
    told, untold = "ระบบจะแจ้งผู้ร้องทาง LINE ว่ามีคำตอบแล้ว", "ระบบแจ้งผู้ร้องรายนี้ไม่ได้"
    browser = Browser(town.client.application).enter(town.offices.makham.people["officer"])
    blocked = town.user("ผู้บล็อก")
    hints = {}
    for mode in IdentityMode:
        code = report(town, blocked, mode)
        hints[mode] = browser.get(page_of(town, code)).text
    assert told in hints[IdentityMode.NAMED]
    assert told in hints[IdentityMode.CONFIDENTIAL]
    assert untold in hints[IdentityMode.ANONYMOUS]
    code = report(town, blocked, IdentityMode.CONFIDENTIAL)
    town.happens(town.line.user_blocks("makham", blocked))
    after = browser.get(page_of(town, code)).text
    assert told in after  # the same whether or not it could be
