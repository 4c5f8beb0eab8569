"""Whom LINE or e-mail tells of cases' deadlines, when, and what it never says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from bot.scheduler import make_context
from domain.calendar import BANGKOK
from domain.states import ComplaintState
from jobs.clockwork import run_due
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintKind,
    IdentityMode,
    find_by_receipt,
)
from models.complaint_filing import HiddenFrom, NewComplaint, file_complaint
from models.complaint_hands import ComplaintReminder, assign, hand_over
from models.complaint_work import answer_complaint, change_state
from models.person import Person
from models.policy import put_off_day
from tests.offices import NOON, Office
from tests.town import Town, words

# Received on 15 March 2023: to be answered by Thursday 30 March.
TITLE = "กำหนดของเรื่องร้องเรียน"
STORY = "หลุมหน้าบ้าน"


def filed(
    town: Town,
    kind: ComplaintKind = ComplaintKind.GENERAL,
    office: Office | None = None,
    hidden: HiddenFrom | None = None,
) -> UUID:
    office = office or town.offices.makham
    new = NewComplaint(
        kind,
        IdentityMode.NAMED,
        ComplaintChannel.WEB,
        {"what": STORY},
        hidden_from=hidden or HiddenFrom(),
    )
    with town.db.writing() as session:
        code = file_complaint(session, office.agency_id, new, None, NOON)
        found = find_by_receipt(session, office.agency_id, code)
        assert found
        return found.id


def give(town: Town, case: UUID, name: str, *, division: str | None = None) -> None:
    office = town.offices.makham
    with town.db.writing() as session:
        complaint = session.get_one(Complaint, (office.agency_id, case))
        officer = session.merge(office.people["officer"])
        if division is not None:
            hand_over(session, complaint, session.merge(office.divisions[division]), officer, NOON)
        if name:
            assign(session, complaint, session.merge(office.people[name]), officer, NOON)


def linked(town: Town, post: str, office: Office | None = None) -> str:
    office = office or town.offices.makham
    line_id = town.user(post, office)
    town.link(office, post, line_id)
    return line_id


def tick(town: Town, frozen: time_machine.Traveller, day: date, hour: int = 9) -> dict:
    at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=BANGKOK).astimezone(UTC)
    frozen.move_to(at)
    return town.tick(at)["cases"]


def told(town: Town, chat: str) -> list[dict]:
    return [one for one in town.line.messages_to(chat) if one.get("altText") == TITLE]


def mark(case: UUID) -> str:
    return case.hex[:6].upper()


def test_the_assignee_is_told_early_on_the_day_and_again_when_late(town: Town, frozen) -> None:
    officer = linked(town, "officer")
    case = filed(town)
    give(town, case, "officer")
    days = (date(2023, 3, 20), date(2023, 3, 27), date(2023, 3, 28), date(2023, 3, 30))
    counts = []
    for day in (*days, date(2023, 3, 31), date(2023, 4, 7), date(2023, 4, 10)):
        tick(town, frozen, day)
        counts.append(len(told(town, officer)))
    # Early from the third day before, on the day, and seven days late on the Friday in between.
    assert counts == [0, 1, 1, 2, 2, 3, 3]
    said = words(told(town, officer))
    assert f"เรื่องของท่าน {mark(case)}" in said
    for how in ("เหลือ 3 วัน (ตอบ)", "ครบกำหนดตอบวันนี้", "เกินกำหนดตอบ 8 วัน"):
        assert how in said
    assert STORY not in str(town.line.messages_to(officer))


def test_one_message_a_person_and_day_however_many_cases_and_ticks(town: Town, frozen) -> None:
    officer = linked(town, "officer")
    cases = [filed(town) for _ in range(12)]
    for case in cases:
        give(town, case, "officer")
    for hour in (9, 10, 11):
        tick(town, frozen, date(2023, 3, 30), hour)
    [message] = told(town, officer)
    assert "อีก 4 เรื่อง" in words([message])
    with town.db.reading() as session:
        rows = session.scalars(select(ComplaintReminder)).all()
        assert {row.complaint_id for row in rows} == set(cases)
        assert {row.stage for row in rows} == {"answer-2023-03-30/due-0"}


def test_what_finds_no_place_in_a_message_is_not_noted_as_told(
    town: Town, frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.case_reminding._MOST_LISTED", 3)
    linked(town, "officer")
    for _ in range(5):
        give(town, filed(town), "officer")
    counts = []
    for day in (date(2023, 3, 30), date(2023, 3, 31)):
        tick(town, frozen, day)
        with town.db.reading() as session:
            counts.append(len(session.scalars(select(ComplaintReminder)).all()))
    assert counts == [3, 5]


def test_what_was_answered_or_ended_since_is_not_said(town: Town, frozen) -> None:
    officer = linked(town, "officer")
    answered, closed, still = filed(town), filed(town), filed(town)
    for case in (answered, closed, still):
        give(town, case, "officer")
    office = town.offices.makham
    with town.db.writing() as session:
        person = session.merge(office.people["officer"])
        one = session.get_one(Complaint, (office.agency_id, answered))
        answer_complaint(session, one, person, "รับแล้ว", NOON)
        two = session.get_one(Complaint, (office.agency_id, closed))
        change_state(session, two, ComplaintState.CLOSED, person, NOON, "จบ")
    tick(town, frozen, date(2023, 3, 30))
    said = words(told(town, officer))
    assert mark(still) in said
    assert mark(answered) not in said
    assert mark(closed) not in said


def test_it_is_looked_at_again_when_it_is_sent(town: Town, frozen) -> None:
    """Between the round and the sending the case was given to somebody else."""
    officer = linked(town, "officer")
    case = filed(town)
    give(town, case, "officer")
    at = datetime(2023, 3, 30, 9, 30, tzinfo=BANGKOK).astimezone(UTC)
    frozen.move_to(at)
    run_due(make_context(town.db, town.blobs, town.engine, at))
    give(town, case, "admin")
    town.engine.drain()
    assert told(town, officer) == []


def test_nobody_s_case_is_told_to_officers_and_a_division_s_to_its_head(town: Town, frozen) -> None:
    officer, head, finance = (linked(town, one) for one in ("officer", "finance_head", "finance"))
    loose, handed = filed(town), filed(town)
    give(town, handed, "", division="finance")
    tick(town, frozen, date(2023, 3, 30))
    assert mark(loose) in words(told(town, officer))
    assert mark(handed) not in words(told(town, officer))
    assert "ยังไม่มีผู้รับผิดชอบ" in words(told(town, officer))
    assert mark(handed) in words(told(town, head))
    assert told(town, finance) == []


def test_silence_climbs_to_the_head_and_the_clerk_gets_a_count(town: Town, frozen) -> None:
    head, clerk = linked(town, "finance_head"), linked(town, "clerk")
    case = filed(town)
    give(town, case, "finance", division="finance")
    tick(town, frozen, date(2023, 3, 31))
    assert (told(town, head), told(town, clerk)) == ([], [])
    tick(town, frozen, date(2023, 4, 7))
    assert mark(case) in words(told(town, head))
    assert told(town, clerk) == []
    tick(town, frozen, date(2023, 4, 18))
    said = words(told(town, clerk))
    assert "เรื่องที่เกินกำหนดมานาน (กองคลัง)" in said
    assert "1 เรื่อง" in said
    assert mark(case) not in str(town.line.messages_to(clerk))


def test_of_corruption_integrity_officers_alone_hear_and_no_mark_is_given(
    town: Town, frozen
) -> None:
    others = [linked(town, one) for one in ("admin", "officer", "clerk", "finance_head")]
    integrity = linked(town, "integrity")
    case = filed(town, ComplaintKind.CORRUPTION)
    for day in (date(2023, 3, 30), date(2023, 4, 7), date(2023, 4, 18), date(2023, 5, 3)):
        tick(town, frozen, day)
    for chat in others:
        assert told(town, chat) == []
    said = str(town.line.messages_to(integrity))
    assert "เรื่องที่จำกัดผู้อ่าน 1 เรื่อง" in said
    for secret in (mark(case), str(case), "ทุจริต", STORY):
        assert secret not in said


def test_whom_a_case_is_kept_from_hears_nothing_of_it(town: Town, frozen) -> None:
    office = town.offices.makham
    officer, clerk, admin = (linked(town, one) for one in ("officer", "clerk", "admin"))
    hidden = HiddenFrom(people=frozenset({office.people["officer"].id, office.people["clerk"].id}))
    case = filed(town, hidden=hidden)
    for day in (date(2023, 3, 30), date(2023, 4, 18)):
        tick(town, frozen, day)
    assert (told(town, officer), told(town, clerk)) == ([], [])
    assert mark(case) in words(told(town, admin))


def test_off_days_wait_and_each_office_has_its_own(town: Town, frozen) -> None:
    here, there = linked(town, "officer"), linked(town, "officer", town.offices.bangphra)
    filed(town)
    filed(town, office=town.offices.bangphra)
    with town.db.writing() as session:
        put_off_day(session, town.offices.makham.agency_id, date(2023, 3, 30), "งานประจำปี")
    tick(town, frozen, date(2023, 3, 30))
    assert (len(told(town, here)), len(told(town, there))) == (0, 1)
    tick(town, frozen, date(2023, 3, 31))
    assert len(told(town, here)) == 1
    tick(town, frozen, date(2023, 4, 1))  # a Saturday
    assert len(told(town, here)) == 1


def test_who_left_hears_nothing(town: Town, frozen) -> None:
    office = town.offices.makham
    officer, admin = linked(town, "officer"), linked(town, "admin")
    case = filed(town)
    give(town, case, "officer")
    with town.db.writing() as session:
        person = session.get_one(Person, (office.agency_id, office.people["officer"].id))
        person.active = False
    tick(town, frozen, date(2023, 3, 30))
    assert told(town, officer) == []
    assert mark(case) in words(told(town, admin))
