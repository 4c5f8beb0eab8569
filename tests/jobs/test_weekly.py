"""The executives' week, from the clock's tick to the phones of ปลัด and นายก."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select, update

from bot.engine import Engine
from bot.messenger import Messenger
from bot.scheduler import make_context
from bot.wakeup import Bell
from domain.quota import Quota
from domain.reminders import Policy
from domain.states import ObligationState, OutboxState
from jobs.weekly import tell_executives
from models.agency import Agency
from models.contact import Contact
from models.duty import set_email
from models.measure import Obligation
from models.outbox import OutboxMessage
from models.person import Person, Post, Role, add_person
from models.policy import put_off_day, set_policy
from models.weekly import WeeklyReport
from tests.offices import Office
from tests.town import Json, Town

ADDRESS = "https://prongsai.example.go.th"
MONDAY = datetime(2023, 3, 13, 2, 0, tzinfo=UTC)  # 09:00 in Bangkok
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=day) for day in range(1, 5))
NEXT_MONDAY = MONDAY + timedelta(weeks=1)


def open_to_the_world(town: Town, address: str = ADDRESS) -> None:
    """As an installation with a public address."""
    town.engine = Engine(
        town.db,
        town.blobs,
        town.engine.messenger,
        Bell(town.db),
        embedder=lambda: None,
        public_url=address,
    )


@pytest.fixture
def clerk(town: Town, frozen: time_machine.Traveller) -> Iterator[str]:
    """ปลัด, with LINE, on a Monday morning."""
    frozen.move_to(MONDAY)
    open_to_the_world(town)
    phone = town.user("ปลัดเทศบาล")
    town.link(town.offices.makham, "clerk", phone)
    return phone


def elect(town: Town, office: Office, phone: str | None) -> Person:
    """A mayor for an office that has none."""
    with town.db.writing() as session:
        session.expire_on_commit = False
        mayor = add_person(
            session,
            office.agency_id,
            username="mayor",
            name="นายกเทศมนตรี",
            role=Role.EXECUTIVE,
            post=Post.MAYOR,
        )
    office.people["mayor"] = mayor
    if phone is not None:
        town.link(office, "mayor", phone)
    return mayor


def weekly(town: Town, phone: str) -> list[Json]:
    """The pictures and texts of weekly digests in somebody's chat."""
    messages = town.line.messages_to(phone)
    found = [one for one in messages if one["type"] == "image"]
    return found + [one for one in messages if "สรุปมาตรการรายสัปดาห์" in one.get("text", "")]


def tick(town: Town, frozen: time_machine.Traveller, at: datetime) -> dict[str, Any]:
    frozen.move_to(at)
    return town.tick(at)["weekly"]


def choose_day(town: Town, weekday: int, office: Office | None = None) -> None:
    with town.db.writing() as session:
        office = office or town.offices.makham
        set_policy(session, office.agency_id, Policy(), weekly_on=weekday, reserve=30)


def rows(town: Town) -> list[WeeklyReport]:
    with town.db.reading() as session:
        found = list(session.scalars(select(WeeklyReport)))
        session.expunge_all()
        return found


def test_clerk_and_mayor_each_get_one_picture_and_one_text(town: Town, clerk: str, frozen) -> None:
    mayor = town.user("นายกเทศมนตรี")
    elect(town, town.offices.makham, mayor)
    done = tick(town, frozen, MONDAY)
    assert (done["agencies"], done["messages"]) == (1, 2)
    for phone in (clerk, mayor):
        picture, text = weekly(town, phone)
        assert text["text"].startswith("สรุปมาตรการรายสัปดาห์ 13–17 มี.ค. 2566\nเทศบาลตำบลมะขาม")
        for words in (
            "รายงานตรงเวลา 0% (0 จาก 1 รายการที่ครบกำหนดแล้ว)",
            "เกินกำหนดและยังไม่รายงาน 1 รายการ",
            "ยังไม่เลยกำหนด 4 รายการ",
            "• สำนักปลัด: ตรงเวลา 0 จาก 1 เกินกำหนด 1",
            "1. คู่มือการใช้ทรัพย์สินของราชการ (สำนักปลัด) เกินกำหนด 72 วัน",
            f"ดูรายละเอียดได้ที่ {ADDRESS}/desk/weekly",
        ):
            assert words in text["text"]
        assert picture["originalContentUrl"].startswith(f"{ADDRESS}/a/makham/weekly/")
    with town.db.reading() as session:
        sent = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "weekly")).all()
        assert [one.worth_quota for one in sent] == [True, True]


def test_the_pictures_addresses_show_pictures_to_whom_nobody_asks_who_they_are(
    town: Town, clerk: str, frozen
) -> None:
    tick(town, frozen, MONDAY)
    picture, _ = weekly(town, clerk)
    for address in (picture["originalContentUrl"], picture["previewImageUrl"]):
        answer = town.client.get(urlsplit(address).path)
        assert (answer.status_code, answer.mimetype) == (200, "image/png")


def test_two_ticks_a_restart_and_the_days_after_send_it_once(
    town: Town, clerk: str, frozen
) -> None:
    for hours in (0, 1, 2, 24, 48, 72, 96):
        tick(town, frozen, MONDAY + timedelta(hours=hours))
    context = make_context(town.db, town.blobs, town.engine, FRIDAY)
    assert tell_executives(context)["agencies"] == 0
    town.engine.drain()
    assert len(weekly(town, clerk)) == 2
    tick(town, frozen, NEXT_MONDAY)
    assert len(weekly(town, clerk)) == 4


def test_two_schedulers_at_once_send_it_once(town: Town, clerk: str, frozen) -> None:
    context = make_context(town.db, town.blobs, town.engine, MONDAY)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(tell_executives, [context, context]))
    assert sum(one["agencies"] for one in done) == 1
    town.engine.drain()
    assert len(weekly(town, clerk)) == 2


def test_it_comes_on_the_chosen_day_in_working_hours(town: Town, clerk: str, frozen) -> None:
    choose_day(town, 3)
    for at in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY - timedelta(hours=1)):
        tick(town, frozen, at)
    assert weekly(town, clerk) == []
    tick(town, frozen, THURSDAY)
    assert len(weekly(town, clerk)) == 2


def test_on_an_off_day_it_waits_for_the_weeks_next_working_day(
    town: Town, clerk: str, frozen
) -> None:
    makha_bucha = datetime(2023, 3, 6, 2, 0, tzinfo=UTC)  # a Monday, and a public holiday
    assert not tick(town, frozen, makha_bucha)["ran"]
    tick(town, frozen, makha_bucha + timedelta(days=1))
    assert len(weekly(town, clerk)) == 2


def test_an_agencys_own_off_day_counts_as_one(town: Town, clerk: str, frozen) -> None:
    with town.db.writing() as session:
        put_off_day(session, town.offices.makham.agency_id, MONDAY.date(), "วันก่อตั้ง")
    tick(town, frozen, MONDAY)
    assert weekly(town, clerk) == []
    tick(town, frozen, TUESDAY)
    assert len(weekly(town, clerk)) == 2


def test_where_the_week_ends_in_off_days_it_comes_on_its_last_working_day(
    town: Town, clerk: str, frozen
) -> None:
    choose_day(town, 4)
    songkran = datetime(2023, 4, 12, 2, 0, tzinfo=UTC)  # a Wednesday; Thursday and Friday are off
    tick(town, frozen, songkran - timedelta(days=1))
    assert weekly(town, clerk) == []
    tick(town, frozen, songkran)
    assert len(weekly(town, clerk)) == 2


def test_after_down_time_only_the_current_week_is_told(town: Town, clerk: str, frozen) -> None:
    tick(town, frozen, WEDNESDAY + timedelta(weeks=3))  # three Mondays went by
    assert len(weekly(town, clerk)) == 2
    assert [one.week_of for one in rows(town)] == [date(2023, 4, 3)]


def test_the_next_week_says_what_changed(town: Town, clerk: str, frozen) -> None:
    tick(town, frozen, MONDAY)
    tick(town, frozen, datetime(2023, 4, 3, 2, 0, tzinfo=UTC))
    assert "เทียบกับสัปดาห์ 13–17 มี.ค. 2566: เกินกำหนดเพิ่มขึ้นจาก 1 เป็น 2 รายการ" in str(
        weekly(town, clerk)
    )


def test_each_agency_is_told_its_own(town: Town, clerk: str, frozen) -> None:
    theirs = town.user("ปลัด อบต.", town.offices.bangphra)
    town.link(town.offices.bangphra, "clerk", theirs)
    choose_day(town, 2, town.offices.bangphra)
    tick(town, frozen, MONDAY)
    assert weekly(town, theirs) == []
    assert len(weekly(town, clerk)) == 2
    tick(town, frozen, WEDNESDAY)
    assert len(weekly(town, clerk)) == 2
    picture, text = weekly(town, theirs)
    assert "อบต.บางพระ" in text["text"]
    assert "/a/bangphra/weekly/" in picture["originalContentUrl"]


def test_an_agencys_fault_keeps_nobody_else_from_being_told(
    town: Town, clerk: str, frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = town.user("ปลัด อบต.", town.offices.bangphra)
    town.link(town.offices.bangphra, "clerk", theirs)
    with town.db.writing() as session:
        found = session.scalars(
            select(Contact).where(Contact.agency_id == town.offices.makham.agency_id)
        )
        for contact in found:
            sealed, contact.line_id = contact.line_id, b"damaged"
    done = tick(town, frozen, MONDAY)
    assert (done["failed"], done["agencies"]) == (1, 1)
    assert len(weekly(town, theirs)) == 2
    with town.db.writing() as session:
        session.execute(
            update(Contact)
            .where(Contact.agency_id == town.offices.makham.agency_id)
            .values(line_id=sealed)
        )
    tick(town, frozen, TUESDAY)
    assert len(weekly(town, clerk)) == 2


@pytest.mark.parametrize("fate", ["unlinked", "left", "blocked", "no post"])
def test_whom_nothing_reaches_or_concerns_is_not_told(
    town: Town, clerk: str, frozen, fate: str
) -> None:
    if fate == "blocked":
        town.happens(town.line.user_blocks("makham", clerk))
    with town.db.writing() as session:
        person = session.merge(town.offices.makham.people["clerk"])
        session.refresh(person)
        if fate == "unlinked":
            person.contact_id = None
        elif fate == "left":
            person.active = False
        elif fate == "no post":
            person.post = None
    assert tick(town, frozen, MONDAY)["agencies"] == 0
    assert weekly(town, clerk) == []
    assert rows(town) == []


def test_the_mayor_is_told_where_the_clerk_has_blocked_the_account(
    town: Town, clerk: str, frozen
) -> None:
    mayor = town.user("นายกเทศมนตรี")
    elect(town, town.offices.makham, mayor)
    town.happens(town.line.user_blocks("makham", clerk))
    tick(town, frozen, MONDAY)
    assert weekly(town, clerk) == []
    assert len(weekly(town, mayor)) == 2


def test_one_without_line_gets_it_by_mail(town: Town, clerk: str, frozen) -> None:
    mayor = elect(town, town.offices.makham, None)
    with town.db.writing() as session:
        set_email(session, session.merge(mayor), "mayor@example.go.th")
    assert tick(town, frozen, MONDAY)["messages"] == 2


def test_an_agency_with_no_plan_is_told_nothing(town: Town, clerk: str, frozen) -> None:
    long_after = datetime(2023, 10, 2, 2, 0, tzinfo=UTC)
    with town.db.writing() as session:
        session.execute(update(Obligation).values(state=ObligationState.ACCEPTED))
    assert tick(town, frozen, long_after)["agencies"] == 0
    assert rows(town) == []


def test_without_a_public_address_the_text_comes_alone(town: Town, clerk: str, frozen) -> None:
    open_to_the_world(town, "")
    tick(town, frozen, MONDAY)
    [text] = weekly(town, clerk)
    assert text["type"] == "text"
    assert "ดูรายละเอียดได้ที่" not in text["text"]


def test_the_demos_plain_http_is_good_enough_for_the_simulator(
    town: Town, clerk: str, frozen
) -> None:
    open_to_the_world(town, "http://127.0.0.1:8080")
    tick(town, frozen, MONDAY)
    assert weekly(town, clerk)[0]["previewImageUrl"].startswith("http://127.0.0.1:8080/a/makham/")


def test_line_itself_is_never_sent_a_picture_on_plain_http(town: Town) -> None:
    open_to_the_world(town, "http://prongsai.example.go.th")
    town.engine.messenger = Messenger("https://api.line.me", "https://api-data.line.me")
    context = make_context(town.db, town.blobs, town.engine, MONDAY)
    assert not context.shows_pictures


def test_what_is_kept_for_receipts_is_not_spent_on_it(town: Town, clerk: str, frozen) -> None:
    mayor = elect(town, town.offices.makham, None)
    with town.db.writing() as session:
        set_email(session, session.merge(mayor), "mayor@example.go.th")
        agency = session.get_one(Agency, town.offices.makham.agency_id)
        agency.quota_limit, agency.quota_used = 300, 270
        agency.quota_checked_at = MONDAY
    quota = Quota(300, 270, 30)
    assert quota.spendable == 0
    context = replace(
        make_context(town.db, town.blobs, town.engine, MONDAY), read_quota=lambda _: (300, 270)
    )
    done = tell_executives(context)
    assert (done["messages"], done["kept_back"]) == (1, 1)
    town.engine.drain()
    assert weekly(town, clerk) == []
    assert len(rows(town)) == 1  # on the desk


def test_one_that_waited_until_its_week_was_over_goes_nowhere_any_more(
    town: Town, clerk: str, frozen
) -> None:
    tell_executives(make_context(town.db, town.blobs, town.engine, MONDAY))
    frozen.move_to(NEXT_MONDAY)
    town.engine.drain()
    assert weekly(town, clerk) == []
    with town.db.reading() as session:
        sent = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "weekly")).one()
        assert (sent.state, sent.outcome) == (OutboxState.DROPPED, "no_longer_true")
