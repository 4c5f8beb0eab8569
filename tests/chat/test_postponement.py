"""A wish to postpone: the head's yes, or no, in LINE."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.duty import add_duty, set_email
from models.outbox import OutboxMessage
from models.person import Post, Role, add_person
from models.progress import ReportStatus, ReviewOutcome, review_note_of
from models.reminder import Reminder
from tests.chat.officers import MORNING, cards, due_on, linked, obligation, reports
from tests.town import Town, actions, find_action, words

NEW_DAY = date(2023, 4, 28)
LATER = MORNING + timedelta(minutes=45)


@pytest.fixture
def officer(town: Town, frozen) -> str:
    frozen.move_to(MORNING)
    return linked(town, "finance", "เจ้าหน้าที่กองคลัง")


@pytest.fixture
def head(town: Town, officer: str) -> str:
    return linked(town, "finance_head", "ผู้อำนวยการกองคลัง")


def wishes(town: Town, officer: str, day: str = "2023-04-28", reason: str = "รอผลตรวจสอบ") -> str:
    """The officer asks for another day; what they are told."""
    town.tick(MORNING)
    picker = find_action(town.choose(officer, cards(town, officer), "ขอเลื่อน"), "เลือกวันที่")
    told = words(town.taps(officer, picker["data"], date=day))
    town.says(officer, reason)
    return told


def asked(town: Town, chat: str, frozen) -> list[dict]:
    """What the head is asked when no more words are to be expected."""
    frozen.move_to(LATER)
    town.tick(LATER)
    return [one for one in cards(town, chat) if "คำขอเลื่อน" in words([one])]


def decided(town: Town, chat: str) -> str:
    return "\n".join(words([one]) for one in cards(town, chat) if "ผู้พิจารณา" in words([one]))


def test_the_officer_is_told_who_decides_and_the_head_is_asked_once(
    town: Town, officer: str, head: str, frozen
) -> None:
    told = wishes(town, officer)
    assert "ขอเลื่อนกำหนดเป็น 28 เม.ย. 2566" in told
    assert "ระบบจะแจ้งหัวหน้ากองคลังให้พิจารณา" in told
    town.tick(MORNING + timedelta(minutes=15))
    assert not any("คำขอเลื่อน" in words([one]) for one in cards(town, head))
    [card] = asked(town, head, frozen)
    text = words([card])
    for part in ("O11 เปิดเผยผล", "กองคลัง", "31 มี.ค. 2566", "28 เม.ย. 2566", "รอผลตรวจสอบ"):
        assert part in text
    assert [one["label"] for one in actions([card])] == ["อนุมัติให้เลื่อน", "ไม่อนุมัติ"]
    assert "รอผลตรวจสอบ" not in card["altText"]
    frozen.move_to(LATER + timedelta(minutes=15))
    town.tick(LATER + timedelta(minutes=15))
    assert asked(town, head, frozen) == [card]


def test_the_heads_yes_moves_the_day_and_the_reminders_begin_anew(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer)
    target = obligation(town, "งบประมาณ")
    assert due_on(town, target) == date(2023, 3, 31)
    told = words(town.choose(head, asked(town, head, frozen), "อนุมัติให้เลื่อน"))
    assert "อนุมัติให้เลื่อน" in told
    assert due_on(town, target) == NEW_DAY
    after = obligation(town, "งบประมาณ")
    assert after.planned_on == date(2023, 3, 31)
    [(report, _)] = reports(town)
    assert report.review is ReviewOutcome.ACCEPTED
    assert "อนุมัติให้เลื่อนกำหนดแล้ว" in decided(town, officer)
    assert "28 เม.ย. 2566" in decided(town, officer)
    known = len(cards(town, officer))
    for day in (date(2023, 3, 31), date(2023, 4, 7)):
        at = MORNING + (day - MORNING.date())
        frozen.move_to(at)
        town.tick(at)
    assert len(cards(town, officer)) == known
    fortnight_before = MORNING + timedelta(days=14)  # 12 April, ahead of Songkran
    frozen.move_to(fortnight_before)
    town.tick(fortnight_before)
    assert "เหลือ 16 วัน" in words(cards(town, officer)[known:])
    with town.db.reading() as session:
        stages = session.scalars(select(Reminder.stage).where(~Reminder.skipped)).all()
        assert "due-14" in stages
        actions_ = list(session.scalars(select(AuditEntry.action)))
        assert "postponement.granted" in actions_


def test_the_heads_no_asks_for_a_reason_and_the_old_day_stands(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer)
    why = town.choose(head, asked(town, head, frozen), "ไม่อนุมัติ")
    assert "พิมพ์เหตุผล" in words(why)
    [(report, _)] = reports(town)
    assert report.review is None
    assert "บันทึกแล้ว: ไม่อนุมัติ" in words(town.says(head, "ต้องเผยแพร่ในไตรมาสนี้"))
    [(report, _)] = reports(town)
    assert report.review is ReviewOutcome.RETURNED
    assert due_on(town, obligation(town, "งบประมาณ")) == date(2023, 3, 31)
    told = decided(town, officer)
    for part in ("ไม่อนุมัติให้เลื่อนกำหนด", "ต้องเผยแพร่ในไตรมาสนี้", "หัวหน้ากองคลัง", "31 มี.ค. 2566"):
        assert part in told
    with town.db.reading() as session:
        assert review_note_of(session, report) == "ต้องเผยแพร่ในไตรมาสนี้"
        entries = session.scalars(select(AuditEntry)).all()
        assert "postponement.declined" in [one.action for one in entries]
        assert all("ไตรมาส" not in str(one.detail) for one in entries)
    assert "ต้องเผยแพร่" not in words(town.says(head, "ต้องเผยแพร่ในไตรมาสนี้"))


def test_the_reason_may_be_left_out(town: Town, officer: str, head: str, frozen) -> None:
    wishes(town, officer)
    why = town.choose(head, asked(town, head, frozen), "ไม่อนุมัติ")
    town.choose(head, why, "ไม่ระบุเหตุผล")
    [(report, _)] = reports(town)
    assert (report.review, report.review_note) == (ReviewOutcome.RETURNED, None)
    assert "ไม่ได้ระบุ" in decided(town, officer)


def test_a_head_who_thinks_again_has_decided_nothing(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer)
    card = asked(town, head, frozen)
    town.choose(head, card, "ไม่อนุมัติ")
    assert "ยังไม่ได้บันทึก" in words(town.says(head, "ยกเลิก"))
    assert reports(town)[0][0].review is None
    town.choose(head, card, "อนุมัติให้เลื่อน")
    assert reports(town)[0][0].review is ReviewOutcome.ACCEPTED


def test_after_a_no_the_officer_may_ask_for_another_day_and_is_not_called_returned(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer)
    town.choose(head, town.choose(head, asked(town, head, frozen), "ไม่อนุมัติ"), "ไม่ระบุเหตุผล")
    listed = town.says(officer, "งานของฉัน")
    assert "ส่งกลับให้แก้ไข" not in words(listed)
    picker = find_action(town.choose(officer, listed, "ขอเลื่อน"), "เลือกวันที่")
    assert "บันทึกแล้ว" in words(town.taps(officer, picker["data"], date="2023-04-10"))
    assert [one.postpone_to for one, _ in reports(town)] == [NEW_DAY, date(2023, 4, 10)]


def test_a_second_decision_is_refused_with_what_happened(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer)
    card = asked(town, head, frozen)
    town.choose(head, card, "อนุมัติให้เลื่อน")
    for label in ("อนุมัติให้เลื่อน", "ไม่อนุมัติ"):
        assert "อนุมัติไปแล้ว" in words(town.choose(head, card, label))
    assert reports(town)[0][0].review is ReviewOutcome.ACCEPTED
    with town.db.reading() as session:
        entries = list(session.scalars(select(AuditEntry.action)))
        assert entries.count("postponement.granted") == 1


def test_a_wish_that_is_not_the_latest_word_is_not_decided(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer)
    card = asked(town, head, frozen)
    town.choose(officer, town.says(officer, "งานของฉัน"), "กำลังทำ")
    assert "รายงานใหม่หลังจากคำขอนี้" in words(town.choose(head, card, "อนุมัติให้เลื่อน"))
    town.choose(officer, town.says(officer, "งานของฉัน"), "เสร็จแล้ว")
    assert "รายงานผลงานนี้แล้ว" in words(town.choose(head, card, "อนุมัติให้เลื่อน"))
    assert due_on(town, obligation(town, "งบประมาณ")) == date(2023, 3, 31)


def test_a_day_that_is_over_when_the_head_looks_cannot_be_granted(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer, "2023-04-03")
    card = asked(town, head, frozen)
    frozen.move_to(MORNING + timedelta(days=6))
    assert "ผ่านไปแล้ว" in words(town.choose(head, card, "อนุมัติให้เลื่อน"))
    assert reports(town)[0][0].review is None


def test_who_has_lost_the_post_does_not_decide(town: Town, officer: str, head: str, frozen) -> None:
    office = town.offices.makham
    wishes(town, officer)
    card = asked(town, head, frozen)
    why = town.choose(head, card, "ไม่อนุมัติ")
    with town.db.writing() as session:
        session.merge(office.people["finance_head"]).division_id = office.divisions["works"].id
    for label in ("อนุมัติให้เลื่อน", "ไม่อนุมัติ"):
        assert "พิจารณาคำขอนี้ไม่ได้" in words(town.choose(head, card, label))
    assert "พิจารณาคำขอนี้ไม่ได้" in words(town.says(head, "ไม่ให้"))
    assert "พิจารณาคำขอนี้ไม่ได้" in words(town.choose(head, why, "ไม่ระบุเหตุผล"))
    with town.db.writing() as session:
        session.merge(office.people["finance_head"]).active = False
    assert "ยังไม่ได้เชื่อม" in words(town.choose(head, card, "อนุมัติให้เลื่อน"))
    assert reports(town)[0][0].review is None


def test_a_vacant_or_unreachable_heads_wish_goes_to_the_clerk_and_then_the_mayor(
    town: Town, officer: str, frozen
) -> None:
    clerk = linked(town, "clerk", "ปลัดเทศบาล")
    assert "ระบบจะแจ้งปลัดให้พิจารณา" in wishes(town, officer)
    [card] = asked(town, clerk, frozen)
    assert "แจ้งท่านเพราะยังไม่มีหัวหน้าส่วนราชการที่รับแจ้งได้" in words([card])
    town.choose(clerk, [card], "อนุมัติให้เลื่อน")
    assert due_on(town, obligation(town, "งบประมาณ")) == NEW_DAY
    assert "ปลัด" in decided(town, officer)


def test_a_heads_own_wish_is_the_clerks_to_decide_and_never_their_own(
    town: Town, head: str, frozen
) -> None:
    clerk = linked(town, "clerk", "ปลัดเทศบาล")
    picker = find_action(town.choose(head, town.says(head, "งานของฉัน"), "ขอเลื่อน"), "เลือกวันที่")
    assert "ปลัด" in words(town.taps(head, picker["data"], date="2023-04-28"))
    [card] = asked(town, clerk, frozen)
    assert "แจ้งท่านเพราะ" not in words([card])  # there is a head: it is they who ask
    assert not asked(town, head, frozen)
    grant = find_action([card], "อนุมัติให้เลื่อน")["data"]
    assert "พิจารณาคำขอนี้ไม่ได้" in words(town.taps(head, grant))
    assert reports(town)[0][0].review is None


def test_where_nobody_is_above_the_officer_is_told_where_it_is_seen(
    town: Town, officer: str, frozen
) -> None:
    assert "หน้าแรกของเว็บเจ้าหน้าที่" in wishes(town, officer)
    frozen.move_to(LATER)
    assert town.tick(LATER)["answers"]["told"] == 0
    [(report, _)] = reports(town)
    assert report.head_told_at == LATER


def test_a_head_of_a_further_division_decides_there_too(town: Town, officer: str, frozen) -> None:
    office = town.offices.makham
    with town.db.writing() as session:
        works = session.merge(office.people["works"])
        add_duty(session, works, office.divisions["finance"].id, is_head=True)
    acting = linked(town, "works", "เจ้าหน้าที่กองช่าง")
    wishes(town, officer)
    town.choose(acting, asked(town, acting, frozen), "อนุมัติให้เลื่อน")
    assert due_on(town, obligation(town, "งบประมาณ")) == NEW_DAY


def test_forged_foreign_damaged_and_old_decisions_change_nothing(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer)
    data = find_action(asked(town, head, frozen), "อนุมัติให้เลื่อน")["data"]
    other = town.offices.bangphra
    foreign = linked(town, "finance_head", "ผู้อำนวยการที่อื่น", other)
    assert "ใช้ไม่ได้" in words(town.taps(foreign, data, other))
    report_button = find_action(cards(town, officer), "เสร็จแล้ว")["data"]
    forged = (data[:-4] + "AAAA", "d:ก", "d:", "d:AAAA", "d:" + report_button[2:])
    for one in forged:
        assert "ใช้ไม่ได้" in words(town.taps(head, one))
    frozen.shift(400 * 24 * 3600)
    assert "ใช้ไม่ได้" in words(town.taps(head, data))
    assert reports(town)[0][0].review is None


def test_two_yeses_and_a_no_in_one_moment_are_one_decision(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer)
    clerk = linked(town, "clerk", "ปลัดเทศบาล")
    card = asked(town, head, frozen)
    grant = find_action(card, "อนุมัติให้เลื่อน")["data"]
    events = [town.line.user_taps("makham", one, grant) for one in (head, clerk, head)]
    for event in events:
        assert town.post(town.offices.makham, [event]).status_code == 200
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: town.engine.drain(), range(3)))
    with town.db.reading() as session:
        entries = list(session.scalars(select(AuditEntry.action)))
        assert entries.count("postponement.granted") == 1
        told = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "postponement")
        ).all()
    assert len(told) == 2  # the head was asked, the officer told


def test_a_head_without_line_is_told_by_mail_and_without_buttons(
    town: Town, officer: str, frozen
) -> None:
    with town.db.writing() as session:
        head = session.merge(town.offices.makham.people["finance_head"])
        set_email(session, head, "head@example.go.th")
    assert "หัวหน้ากองคลัง" in wishes(town, officer)
    frozen.move_to(LATER)
    assert town.tick(LATER)["answers"]["told"] == 1
    with town.db.reading() as session:
        kinds = session.scalars(select(OutboxMessage.kind)).all()
    assert "postponement" in kinds


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2023-03-31", "ต้องอยู่หลังวันครบกำหนดเดิม"),
        ("2023-01-15", "ต้องอยู่หลังวันครบกำหนดเดิม"),
        ("2024-10-01", "ไม่เกินวันที่ 30 ก.ย. 2567"),
    ],
)
def test_a_day_before_the_due_one_or_beyond_the_next_fiscal_year_is_refused(
    town: Town, officer: str, day: str, said: str
) -> None:
    assert said in wishes(town, officer, day)
    assert reports(town) == []


def test_a_day_that_is_over_is_refused(town: Town, officer: str, frozen) -> None:
    later = MORNING + timedelta(days=14)
    frozen.move_to(later)
    picker = find_action(town.choose(officer, town.says(officer, "งานของฉัน"), "ขอเลื่อน"), "เลือกวันที่")
    told = words(town.taps(officer, picker["data"], date="2023-04-05"))
    assert "วันที่ 5 เม.ย. 2566 ผ่านไปแล้ว" in told
    assert reports(town) == []


def test_what_stands_at_the_furthest_day_is_not_postponed_further(town: Town, officer: str) -> None:
    with town.db.writing() as session:
        session.merge(obligation(town, "งบประมาณ")).due_on = date(2024, 9, 30)
        session.merge(obligation(town, "การให้บริการ")).due_on = date(2024, 9, 30)
    asked_again = town.choose(officer, town.says(officer, "งานของฉัน"), "ขอเลื่อน")
    assert "เลื่อนต่อไปอีกไม่ได้" in words(asked_again)


def test_another_day_may_be_picked_while_the_wish_waits(
    town: Town, officer: str, head: str, frozen
) -> None:
    wishes(town, officer)
    again = town.choose(officer, town.says(officer, "งานของฉัน"), "ขอเลื่อน")
    assert "ขอเลื่อนเป็น 28 เม.ย. 2566 ไว้แล้ว" in words(again)
    town.taps(officer, find_action(again, "เลือกวันที่")["data"], date="2023-05-02")
    frozen.move_to(MORNING + timedelta(hours=2))
    assert town.tick(MORNING + timedelta(hours=2))["answers"]["reports"] == 1
    assert "2 พ.ค. 2566" in words(cards(town, head)[-1:])
    assert [one.status for one, _ in reports(town)] == [ReportStatus.POSTPONE] * 2


def test_the_same_day_is_not_wished_for_twice(town: Town, officer: str, head: str, frozen) -> None:
    wishes(town, officer)
    picker = find_action(town.choose(officer, cards(town, officer)[:1], "ขอเลื่อน"), "เลือกวันที่")
    for hours in (0, 1, 22):
        frozen.shift(timedelta(hours=hours))
        again = words(town.taps(officer, picker["data"], date="2023-04-28"))
        assert "บันทึกไว้แล้วว่า “ขอเลื่อนกำหนด”" in again
    assert len(reports(town)) == 1


def test_the_mayor_decides_where_clerk_and_head_cannot_be_told(
    town: Town, officer: str, frozen
) -> None:
    office = town.offices.makham
    with town.db.writing() as session:
        mayor = add_person(
            session,
            office.agency_id,
            username="mayor",
            name="นายกเทศมนตรี",
            role=Role.EXECUTIVE,
            post=Post.MAYOR,
        )
        session.flush()
        session.expunge(mayor)
    office.people["mayor"] = mayor
    chat = linked(town, "mayor", "นายกเทศมนตรี")
    assert "ระบบจะแจ้งนายกให้พิจารณา" in wishes(town, officer)
    assert len(asked(town, chat, frozen)) == 1
