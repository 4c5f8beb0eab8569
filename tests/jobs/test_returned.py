"""A report that is sent back is reminded of again, and its officer is told at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.states import ObligationState
from models import vault
from models.audit import AuditEntry
from models.contact import line_id_of
from models.duty import set_email
from models.measure import Obligation
from models.outbox import OutboxMessage
from models.progress import (
    ProgressReport,
    ReportStatus,
    ReviewOutcome,
    summary_of,
)
from models.reminder import Reminder
from tests.desk.browser import Browser
from tests.offices import Office
from tests.town import Town, actions, words

WEDNESDAY = datetime(2023, 3, 29, 2, 0, tzinfo=UTC)  # 09:00 in Bangkok; 31 March is due
FRIDAY = WEDNESDAY + timedelta(days=2)
REASON = "ขาดภาพหน้าจอของประกาศ"
MEASURE = "เปิดเผยผลการใช้จ่ายงบประมาณ"


@pytest.fixture
def officer(town: Town, frozen) -> str:
    frozen.move_to(WEDNESDAY)
    line_id = town.user("เจ้าหน้าที่กองคลัง")
    town.link(town.offices.makham, "finance", line_id)
    return line_id


def due(town: Town, office: Office | None = None) -> Obligation:
    office = office or town.offices.makham
    with town.db.reading() as session:
        rows = session.scalars(
            select(Obligation).where(
                Obligation.agency_id == office.agency_id,
                Obligation.division_id == office.divisions["finance"].id,
            )
        ).all()
        session.expunge_all()
    return next(one for one in rows if one.measure.title == MEASURE)


def send_back(town: Town, by: str = "finance_head", reason: str = REASON) -> None:
    browser = Browser(town.client.application).enter(town.offices.makham.people[by])
    url = f"/desk/measures/{due(town).id}"
    data = {"seen": browser.seen(url, "return"), "reason": reason}
    assert browser.post(f"{url}/return", data).status_code == 302
    town.engine.drain()


def cards(town: Town, chat: str) -> list[dict]:
    return [one for one in town.line.messages_to(chat) if one["type"] == "flex"]


def report_done(town: Town, officer: str) -> None:
    town.choose(officer, cards(town, officer), "เสร็จแล้ว")
    assert due(town).state is ObligationState.ANSWERED


def test_a_report_returned_on_a_later_day_is_in_that_days_digest(
    town: Town, officer: str, frozen
) -> None:
    town.tick(WEDNESDAY)
    report_done(town, officer)
    frozen.move_to(WEDNESDAY + timedelta(days=1))
    assert town.tick(WEDNESDAY + timedelta(days=1))["reminders"]["digests"] == 0
    send_back(town)
    known = len(cards(town, officer))
    town.tick(WEDNESDAY + timedelta(days=1, minutes=15))
    [digest] = cards(town, officer)[known:]
    assert MEASURE in words([digest])
    assert "เหลือ 1 วัน · ส่งกลับให้แก้ไข" in words([digest])


def test_after_the_days_digest_it_waits_for_the_next_working_day(
    town: Town, officer: str, frozen
) -> None:
    frozen.move_to(FRIDAY)
    town.tick(FRIDAY)
    assert "ส่งกลับให้แก้ไข" not in words(cards(town, officer))
    report_done(town, officer)
    send_back(town)
    known = len(cards(town, officer))
    for hours in (1, 24, 48):
        frozen.move_to(FRIDAY + timedelta(hours=hours))
        town.tick(FRIDAY + timedelta(hours=hours))
    assert cards(town, officer)[known:] == []
    monday = FRIDAY + timedelta(days=3)
    frozen.move_to(monday)
    town.tick(monday)
    [digest] = cards(town, officer)[known:]
    assert "เกินกำหนด 3 วัน · ส่งกลับให้แก้ไข" in words([digest])
    frozen.move_to(monday + timedelta(days=1))
    town.tick(monday + timedelta(days=1))
    assert len(cards(town, officer)) == known + 1


def test_the_group_and_those_above_read_that_it_was_returned_but_not_why(
    town: Town, officer: str, frozen
) -> None:
    head, member = town.user("ผู้อำนวยการกองคลัง"), town.line.world.users[officer]
    town.link(town.offices.makham, "finance_head", head)
    group = town.line.add_group("กลุ่มกองคลัง", [member], "makham").group_id
    town.link_group(town.offices.makham, "finance", group)
    frozen.move_to(FRIDAY)
    town.tick(FRIDAY)
    report_done(town, officer)
    send_back(town)
    late = FRIDAY + timedelta(days=10)
    frozen.move_to(late)
    town.tick(late)
    for chat in (head, group):
        assert "เกินกำหนด 10 วัน · ส่งกลับให้แก้ไข" in words(cards(town, chat))
        assert REASON not in words(town.line.messages_to(chat))


def test_the_other_agencys_reminders_stay_as_they_were(town: Town, officer: str, frozen) -> None:
    other = town.offices.bangphra
    theirs = town.user("เจ้าหน้าที่บางพระ", other)
    town.link(other, "finance", theirs)
    town.tick(WEDNESDAY)
    report_done(town, officer)
    send_back(town)
    tomorrow = WEDNESDAY + timedelta(days=1)
    frozen.move_to(tomorrow)
    town.tick(tomorrow)
    assert len(cards(town, theirs)) == 1
    assert "ส่งกลับให้แก้ไข" not in words(cards(town, theirs))
    with town.db.reading() as session:
        told = (Reminder.agency_id == other.agency_id) & Reminder.skipped.is_(False)
        kept = session.scalars(select(Reminder).where(told)).all()
        assert [one.obligation_id for one in kept] == [due(town, other).id]


def test_the_officer_who_reported_is_told_at_once_what_by_whom_why_and_what_to_do(
    town: Town, officer: str
) -> None:
    colleague = town.user("เจ้าหน้าที่กองช่าง")
    town.link(town.offices.makham, "works", colleague)
    town.tick(WEDNESDAY)
    report_done(town, officer)
    known = len(town.line.messages_to(officer))
    send_back(town)
    [notice] = town.line.messages_to(officer)[known:]
    for part in (
        *("ถูกส่งกลับให้แก้ไข", f"O11 {MEASURE}", "31 มี.ค. 2566"),
        *("หัวหน้าส่วนราชการ (กองคลัง)", REASON, "กดปุ่มด้านล่างเพื่อรายงานใหม่"),
    ):
        assert part in words([notice])
    assert REASON not in notice["altText"]  # a lock screen shows it to whoever stands by
    assert "ผู้อำนวยการกองคลัง" not in words([notice])
    assert {one["label"] for one in actions([notice])} == {
        *("เสร็จแล้ว", "กำลังทำ", "ติดปัญหา", "ขอเลื่อน")
    }
    assert town.line.messages_to(colleague) == []
    with town.db.reading() as session:
        sent = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "returned")).one()
        assert sent.worth_quota
        assert sent.body is None
        assert sent.recipient is None


def test_the_notices_own_buttons_report_anew(town: Town, officer: str) -> None:
    town.tick(WEDNESDAY)
    report_done(town, officer)
    send_back(town)
    answer = town.choose(officer, cards(town, officer)[-1:], "กำลังทำ")
    assert "บันทึกแล้ว" in words(answer)
    with town.db.reading() as session:
        first, second = session.scalars(select(ProgressReport).order_by(ProgressReport.number))
        assert (first.review, second.review) == (ReviewOutcome.RETURNED, None)
        assert second.status is ReportStatus.IN_PROGRESS
        assert summary_of(session, first) == ""


def test_done_may_be_said_again_on_the_same_day(town: Town, officer: str) -> None:
    town.tick(WEDNESDAY)
    report_done(town, officer)
    send_back(town)
    town.choose(officer, cards(town, officer)[-1:], "เสร็จแล้ว")
    assert due(town).state is ObligationState.ANSWERED


def test_once_answered_anew_the_digest_no_longer_says_that_it_was_returned(
    town: Town, officer: str, frozen
) -> None:
    town.tick(WEDNESDAY)
    report_done(town, officer)
    send_back(town)
    town.choose(officer, cards(town, officer)[-1:], "กำลังทำ")
    late = FRIDAY + timedelta(days=7)
    frozen.move_to(late)
    town.tick(late)
    [digest] = cards(town, officer)[-1:]
    assert "เกินกำหนด 7 วัน" in words([digest])
    assert "ส่งกลับให้แก้ไข" not in words([digest])


@pytest.mark.parametrize("fate", ["left", "blocked", "unlinked", "moved"])
def test_whom_it_no_longer_concerns_is_not_told(
    town: Town, officer: str, frozen, fate: str
) -> None:
    town.tick(WEDNESDAY)
    report_done(town, officer)
    if fate == "blocked":
        town.happens(town.line.user_blocks("makham", officer))
    with town.db.writing() as session:
        person = session.merge(town.offices.makham.people["finance"])
        session.refresh(person)
        if fate == "left":
            person.active = False
        elif fate == "unlinked":
            person.contact_id = None
        elif fate == "moved":
            person.division_id = town.offices.makham.divisions["works"].id
    known = len(town.line.messages_to(officer))
    send_back(town)
    assert town.line.messages_to(officer)[known:] == []
    with town.db.reading() as session:
        kinds = session.scalars(select(OutboxMessage.kind)).all()
        assert "returned" not in kinds


def test_the_reason_is_in_the_desk_and_sealed_in_the_database(town: Town, officer: str) -> None:
    town.tick(WEDNESDAY)
    report_done(town, officer)
    send_back(town)
    browser = Browser(town.client.application).enter(town.offices.makham.people["finance"])
    page = browser.get(f"/desk/measures/{due(town).id}").text
    assert REASON in page
    with town.db.reading() as session:
        report = session.scalars(select(ProgressReport)).one()
        assert report.review_note is not None
        assert REASON.encode() not in report.review_note
        assert report.reviewed_by == town.offices.makham.people["finance_head"].id
        assert report.reviewed_at == WEDNESDAY
        assert REASON not in str([one.detail for one in session.scalars(select(AuditEntry))])


def test_an_officer_without_line_is_written_to(town: Town, officer: str) -> None:
    town.tick(WEDNESDAY)
    report_done(town, officer)
    with town.db.writing() as session:
        person = session.merge(town.offices.makham.people["finance"])
        person.contact_id = None
        address = line_id_of(session, set_email(session, person, "finance@example.go.th"))
    browser = Browser(town.client.application).enter(town.offices.makham.people["finance_head"])
    url = f"/desk/measures/{due(town).id}"
    browser.post(f"{url}/return", {"seen": browser.seen(url, "return"), "reason": REASON})
    with town.db.reading() as session:
        query = select(OutboxMessage).where(OutboxMessage.kind == "returned")
        message = session.scalars(query).one()
        assert message.recipient is not None
        sealed = message.recipient
        assert vault.open_text(session, message.agency_id, "line", sealed) == address
