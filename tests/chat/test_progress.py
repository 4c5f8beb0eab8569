"""A division is reminded, answers with a tap, a note and a photo."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.states import ObligationState
from models import vault
from models.duty import add_duty
from models.invitation import invite
from models.measure import Obligation
from models.outbox import OutboxMessage
from models.progress import ProgressReport, ReportStatus, summary_of
from models.reminder import Reminder
from models.stored_file import files_of_report
from tests.chat.test_reports import photo
from tests.town import Town, actions, find_action, words

MORNING = datetime(2023, 3, 29, 2, 0, tzinfo=UTC)  # a Wednesday, 09:00 in Bangkok; 31 March is due


@pytest.fixture
def officer(town: Town, frozen) -> str:
    """The finance division's officer, linked, on the morning two days before a deadline."""
    frozen.move_to(MORNING)
    line_id = town.user("เจ้าหน้าที่กองคลัง")
    town.link(town.offices.makham, "finance", line_id)
    return line_id


def reports(town: Town) -> list[tuple[ProgressReport, str]]:
    with town.db.reading() as session:
        rows = session.scalars(select(ProgressReport).order_by(ProgressReport.id)).all()
        found = [(row, summary_of(session, row)) for row in rows]
        session.expunge_all()
        return found


def digest_to(town: Town, chat: str) -> list[dict]:
    return [one for one in town.line.messages_to(chat) if one["type"] == "flex"]


def obligation(town: Town, title: str, division: str = "finance") -> Obligation:
    with town.db.reading() as session:
        office = town.offices.makham
        rows = session.scalars(
            select(Obligation).where(
                Obligation.agency_id == office.agency_id,
                Obligation.division_id == office.divisions[division].id,
            )
        ).all()
        session.expunge_all()
        return next(row for row in rows if title in row.measure.title)


def test_a_tick_sends_the_officer_one_digest_with_buttons(town: Town, officer: str) -> None:
    done = town.tick(MORNING)
    assert done["reminders"]["digests"] == 1
    [digest] = digest_to(town, officer)
    text = words([digest])
    assert "เปิดเผยผลการใช้จ่ายงบประมาณ" in text
    assert "31 มี.ค. 2566" in text
    assert "เหลือ 2 วัน" in text
    labels = {one["label"] for one in actions([digest])}
    assert labels == {"เสร็จแล้ว", "กำลังทำ", "ติดปัญหา", "ขอเลื่อน"}


def test_what_is_overdue_says_how_many_days(town: Town, officer: str, frozen) -> None:
    later = datetime(2023, 4, 10, 2, 0, tzinfo=UTC)
    frozen.move_to(later)
    town.tick(later)
    assert "เกินกำหนด 10 วัน" in words(digest_to(town, officer))


def test_two_ticks_and_two_schedulers_send_once(town: Town, officer: str) -> None:
    town.tick(MORNING)
    assert town.tick(MORNING)["reminders"]["ran"] is False
    assert town.tick(MORNING + timedelta(minutes=15))["reminders"]["digests"] == 0
    assert len(digest_to(town, officer)) == 1


def test_nobody_is_reminded_at_night_or_on_a_holiday(town: Town, officer: str) -> None:
    night = datetime(2023, 3, 29, 20, 0, tzinfo=UTC)
    songkran = datetime(2023, 4, 13, 3, 0, tzinfo=UTC)
    saturday = datetime(2023, 4, 1, 3, 0, tzinfo=UTC)
    for instant in (night, songkran, saturday):
        assert town.tick(instant)["reminders"] == {"ran": False, "reason": "not due"}
    assert digest_to(town, officer) == []


def test_done_is_recorded_with_note_and_evidence(town: Town, officer: str) -> None:
    town.tick(MORNING)
    answer = town.choose(officer, digest_to(town, officer), "เสร็จแล้ว")
    assert "บันทึกแล้ว" in words(answer)
    town.says(officer, "เผยแพร่บนเว็บไซต์แล้ว")
    town.sends_file(officer, photo())
    town.choose(officer, town.says(officer, "ติดประกาศที่บอร์ดด้วย"), "เสร็จแล้ว")
    [(report, summary)] = reports(town)
    assert report.status is ReportStatus.DONE
    assert summary == "เผยแพร่บนเว็บไซต์แล้ว\nติดประกาศที่บอร์ดด้วย"
    assert report.person_id == town.offices.makham.people["finance"].id
    with town.db.reading() as session:
        assert len(files_of_report(session, report.agency_id, report.id)) == 1
    assert obligation(town, "งบประมาณ").state is ObligationState.ANSWERED


def test_a_second_tap_says_that_it_is_recorded_already(town: Town, officer: str) -> None:
    town.tick(MORNING)
    digest = digest_to(town, officer)
    town.choose(officer, digest, "เสร็จแล้ว")
    again = words(town.choose(officer, digest, "เสร็จแล้ว"))
    assert "บันทึกไว้แล้ว" in again
    assert "เจ้าหน้าที่กองคลัง" in again
    assert "บันทึกไว้แล้ว" in words(town.choose(officer, digest, "ติดปัญหา"))
    assert len(reports(town)) == 1


@pytest.mark.parametrize(
    ("label", "status"),
    [("กำลังทำ", ReportStatus.IN_PROGRESS), ("ติดปัญหา", ReportStatus.PROBLEM)],
)
def test_progress_and_problems_are_recorded_and_stay_open(
    town: Town, officer: str, label: str, status: ReportStatus
) -> None:
    town.tick(MORNING)
    digest = digest_to(town, officer)
    town.choose(officer, digest, label)
    town.says(officer, "รอเอกสารจากธนาคาร")
    [(report, summary)] = reports(town)
    assert (report.status, summary) == (status, "รอเอกสารจากธนาคาร")
    assert obligation(town, "งบประมาณ").state is ObligationState.OPEN


@pytest.mark.parametrize("label", ["กำลังทำ", "ติดปัญหา"])
def test_a_doubled_tap_is_one_report_and_a_later_one_is_a_new_report(
    town: Town, officer: str, frozen, label: str
) -> None:
    town.tick(MORNING)
    digest = digest_to(town, officer)
    asked = town.choose(officer, digest, label)
    town.says(officer, "รอเอกสารจากธนาคาร")
    assert "บันทึกไว้แล้ว" in words(town.choose(officer, digest, label))
    town.choose(officer, asked, "เสร็จแล้ว ไม่มีเพิ่ม")
    frozen.shift(119)
    assert "ไม่ต้องกดซ้ำ" in words(town.choose(officer, digest, label))
    assert len(reports(town)) == 1
    frozen.shift(3600)
    assert "บันทึกแล้ว" in words(town.choose(officer, digest, label))
    town.says(officer, "เอกสารมาแล้วแต่ขาดลายเซ็น")
    first, second = reports(town)
    assert (first[0].number, first[1]) == (1, "รอเอกสารจากธนาคาร")
    assert (second[0].number, second[1]) == (2, "เอกสารมาแล้วแต่ขาดลายเซ็น")
    assert first[0].status is second[0].status


def test_what_was_said_of_each_problem_reaches_the_head(town: Town, officer: str, frozen) -> None:
    head = town.user("ผู้อำนวยการกองคลัง")
    town.link(town.offices.makham, "finance_head", head)
    town.tick(MORNING)
    for said in ("ขาดเจ้าหน้าที่", "ขาดงบประมาณ"):
        town.choose(officer, digest_to(town, officer), "ติดปัญหา")
        town.says(officer, said)
        frozen.shift(600)
    later = MORNING + timedelta(hours=1)
    frozen.move_to(later)
    town.tick(later)
    told = words(digest_to(town, head))
    assert "ขาดเจ้าหน้าที่" in told
    assert "ขาดงบประมาณ" in told


def test_done_is_done_however_long_ago(town: Town, officer: str, frozen) -> None:
    town.tick(MORNING)
    digest = digest_to(town, officer)
    town.choose(officer, digest, "เสร็จแล้ว")
    frozen.shift(3600)
    for label in ("เสร็จแล้ว", "กำลังทำ"):
        assert "บันทึกไว้แล้ว" in words(town.choose(officer, digest, label))
    assert len(reports(town)) == 1


@pytest.mark.parametrize("label", ["กำลังทำ", "ติดปัญหา"])
def test_ten_taps_in_one_moment_are_one_report_of_progress_or_a_problem(
    town: Town, officer: str, label: str
) -> None:
    colleague = town.user("ผู้อำนวยการกองคลัง")
    town.link(town.offices.makham, "finance_head", colleague)
    town.tick(MORNING)
    data = find_action(digest_to(town, officer), label)["data"]
    for person in (officer, colleague) * 5:
        event = town.line.user_taps("makham", person, data)
        assert town.post(town.offices.makham, [event]).status_code == 200
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: town.engine.drain(), range(4)))
    assert len(reports(town)) == 1


def test_the_division_is_named_to_who_serves_more_than_one(town: Town, officer: str) -> None:
    town.tick(MORNING)
    asked = words(town.choose(officer, digest_to(town, officer), "กำลังทำ"))
    assert "ของกองคลัง" not in asked
    with town.db.writing() as session:
        person = session.merge(town.offices.makham.people["finance"])
        add_duty(session, person, town.offices.makham.divisions["works"].id, is_head=False)
    asked = words(town.choose(officer, digest_to(town, officer), "เสร็จแล้ว"))
    assert "บันทึกแล้ว: ดำเนินการแล้ว\n“เปิดเผยผลการใช้จ่ายงบประมาณ” ของกองคลัง" in asked


@pytest.mark.parametrize("said", ["150%", "๑๕๐ เปอร์เซ็นต์", "ร้อยละ 150", "-5%"])
def test_a_percentage_that_cannot_be_is_not_kept_and_is_asked_for_again(
    town: Town, officer: str, said: str
) -> None:
    town.tick(MORNING)
    town.choose(officer, digest_to(town, officer), "กำลังทำ")
    asked = town.says(officer, said)
    assert "ระหว่าง 0 ถึง 100" in words(asked)
    [(report, summary)] = reports(town)
    assert (report.percent, summary) == (None, "")
    assert "75%" in words(town.choose(officer, asked, "75%"))
    [(report, _)] = reports(town)
    assert report.percent == 75


@pytest.mark.parametrize(
    ("said", "share", "summary"),
    [
        ("เหลืออีก 40%", None, "เหลืออีก 40%"),
        ("99.5%", 99, ""),
        ("25%", 25, ""),
        ("๖๐%", 60, ""),
        ("60", 60, ""),
        ("ทำไปแล้ว 60 เปอร์เซ็นต์ รอลงนาม", 60, "ทำไปแล้ว 60 เปอร์เซ็นต์ รอลงนาม"),
        ("ร้อยละ 75 ตาม https://example.go.th/a%20b?x=1", 75, None),
        ("รอลงนามทั้งเล่ม", None, "รอลงนามทั้งเล่ม"),
    ],
)
def test_progress_is_kept_as_a_percentage_and_as_words(
    town: Town, officer: str, said: str, share: int | None, summary: str | None
) -> None:
    town.tick(MORNING)
    asked = town.choose(officer, digest_to(town, officer), "กำลังทำ")
    labels = [one["label"] for one in actions(asked)]
    assert labels == ["25%", "50%", "75%", "90%", "ส่งรูปหลักฐาน", "เสร็จแล้ว ไม่มีเพิ่ม"]
    town.says(officer, said)
    [(report, kept)] = reports(town)
    assert (report.status, report.percent) == (ReportStatus.IN_PROGRESS, share)
    assert kept == (said if summary is None else summary)


def test_a_percentage_is_one_tap_and_the_newest_stands(town: Town, officer: str) -> None:
    town.tick(MORNING)
    asked = town.choose(officer, digest_to(town, officer), "กำลังทำ")
    town.choose(officer, asked, "25%")
    assert "75%" in words(town.choose(officer, asked, "75%"))
    [(report, kept)] = reports(town)
    assert (report.percent, kept) == (75, "")


def test_a_wish_to_postpone_asks_for_a_date_and_keeps_the_deadline(
    town: Town, officer: str
) -> None:
    town.tick(MORNING)
    asked = town.choose(officer, digest_to(town, officer), "ขอเลื่อน")
    picker = find_action(asked, "เลือกวันที่")
    assert picker["type"] == "datetimepicker"
    assert (picker["min"], picker["max"]) == ("2023-04-01", "2024-09-30")
    assert reports(town) == []
    early = town.taps(officer, picker["data"], date="2023-03-30")
    assert "หลังวันครบกำหนด" in words(early)
    town.taps(officer, picker["data"], date="2023-04-28")
    town.says(officer, "รอผลตรวจสอบภายใน")
    [(report, summary)] = reports(town)
    assert report.postpone_to == date(2023, 4, 28)
    assert summary == "รอผลตรวจสอบภายใน"
    assert obligation(town, "งบประมาณ").due_on == date(2023, 3, 31)


def test_words_after_half_an_hour_no_longer_belong_to_the_report(
    town: Town, officer: str, frozen
) -> None:
    town.tick(MORNING)
    town.choose(officer, digest_to(town, officer), "กำลังทำ")
    frozen.shift(31 * 60)
    town.says(officer, "สวัสดีค่ะ")
    [(_, summary)] = reports(town)
    assert summary == ""


def test_a_tap_in_the_group_is_recorded_for_the_one_who_tapped(town: Town, officer: str) -> None:
    stranger = town.line.world.users[town.user("คนนอก")]
    member = town.line.world.users[officer]
    group = town.line.add_group("กลุ่มกองคลัง", [member, stranger], "makham").group_id
    town.link_group(town.offices.makham, "finance", group)
    town.tick(MORNING)
    digest = digest_to(town, group)
    assert len(digest) == 1
    refused = town.choose(stranger.user_id, digest, "เสร็จแล้ว", group=group)
    assert "ยังไม่ได้เชื่อม" in words(refused)
    town.choose(officer, digest, "เสร็จแล้ว", group=group)
    [(report, _)] = reports(town)
    assert report.channel == "line_group"
    assert report.person_id == town.offices.makham.people["finance"].id
    assert town.says(stranger.user_id, "คุยกันเอง", group=group) == []


def test_another_divisions_officer_may_not_answer(town: Town, officer: str) -> None:
    works = town.user("เจ้าหน้าที่กองช่าง")
    town.link(town.offices.makham, "works", works)
    town.tick(MORNING)
    refused = town.choose(works, digest_to(town, officer), "เสร็จแล้ว")
    assert "เป็นของกองคลัง" in words(refused)
    assert reports(town) == []


def test_forged_foreign_and_old_taps_change_nothing(town: Town, officer: str, frozen) -> None:
    town.tick(MORNING)
    data = find_action(digest_to(town, officer), "เสร็จแล้ว")["data"]
    other = town.offices.bangphra
    foreign = town.user("เจ้าหน้าที่บางพระ", other)
    town.link(other, "finance", foreign)
    assert "ใช้ไม่ได้" in words(town.taps(foreign, data, other))
    assert "ใช้ไม่ได้" in words(town.taps(officer, data[:-4] + "AAAA"))
    assert "ใช้ไม่ได้" in words(town.taps(officer, "t:ก"))
    frozen.shift(400 * 24 * 3600)
    assert "ใช้ไม่ได้" in words(town.taps(officer, data))
    assert reports(town) == []


def test_who_has_left_the_office_is_not_sent_a_digest(town: Town, officer: str) -> None:
    town.line.fail_next(1, status=500, endpoint="push")
    town.tick(MORNING)
    with town.db.writing() as session:
        session.merge(town.offices.makham.people["finance"]).active = False
    with town.db.writing() as session:
        for message in session.scalars(select(OutboxMessage)):
            message.next_at = MORNING
    town.engine.drain()
    assert digest_to(town, officer) == []
    with town.db.reading() as session:
        assert session.scalars(select(OutboxMessage)).one().outcome == "no_longer_true"


def test_silence_climbs_to_the_head_and_the_clerk(town: Town, officer: str, frozen) -> None:
    head, clerk = town.user("ผู้อำนวยการกองคลัง"), town.user("ปลัดเทศบาล")
    town.link(town.offices.makham, "finance_head", head)
    town.link(town.offices.makham, "clerk", clerk)
    for day in range(0, 26):
        instant = MORNING + timedelta(days=day)
        frozen.move_to(instant)
        town.tick(instant)
    with town.db.reading() as session:
        target = obligation(town, "งบประมาณ")
        stages = [
            (reminder.stage)
            for reminder in session.scalars(
                select(Reminder)
                .where(Reminder.obligation_id == target.id, Reminder.skipped.is_(False))
                .order_by(Reminder.id)
            )
        ]
    assert stages == ["due-3", "due-0", "late+7", "late+7", "late+14", "late+15", "late+21"]
    assert "งบประมาณ" in words(digest_to(town, head))
    assert "งบประมาณ" in words(digest_to(town, clerk))


def test_a_typed_invitation_links_the_account_once(town: Town) -> None:
    office = town.offices.makham
    with town.db.writing() as session:
        code = invite(session, session.merge(office.people["works"]), datetime.now(UTC))
    line_id = town.user("เจ้าหน้าที่กองช่าง")
    assert "เชื่อมบัญชี" in words(town.says(line_id, f" {code.lower()} "))
    assert "ใช้ไม่ได้" in words(town.says(town.user("คนอื่น"), code))


def test_summaries_are_sealed_in_the_database(town: Town, officer: str) -> None:
    town.tick(MORNING)
    town.choose(officer, digest_to(town, officer), "ติดปัญหา")
    town.says(officer, "ผู้รับจ้างส่งเอกสารไม่ครบ")
    [(report, _)] = reports(town)
    assert "ผู้รับจ้าง".encode() not in report.summary
    with town.db.reading() as session:
        opened = vault.open_text(session, report.agency_id, "progress", report.summary)
    assert "ผู้รับจ้าง" in opened
