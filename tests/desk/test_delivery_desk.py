"""Delivery on the desk: what waits, what failed and why, and what an admin can do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from domain.delivery import GIVE_UP_AFTER
from domain.messages import DigestTicket, Message, Text
from domain.states import DigestState, InboxState, OutboxState
from models.audit import AuditEntry
from models.contact import ContactKind, meet
from models.database import Database
from models.delivery import Box
from models.inbox import InboxEvent
from models.outbox import OutboxMessage, enqueue
from models.reminder import DigestRow
from models.tick import take_tick
from tests.desk.browser import Browser
from tests.desk.test_delivery_and_audit import _fail_an_event
from tests.offices import NOON, Office, Offices
from tests.town import Town, words

URL = "/desk/delivery"
LIST = f"{URL}/messages"
SECRET = "Usecret-of-a-citizen"


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def message(
    db: Database,
    office: Office,
    state: OutboxState,
    outcome: str = "",
    *,
    kind: str = "digest",
    said: Message | None = None,
    **more: Any,
) -> UUID:
    """As the sender leaves one in that state: what ended has lost its recipient and its words."""
    with db.writing() as session:
        body = [said or Text(text="ความลับ")]
        row = enqueue(session, office.agency_id, SECRET, body, kind=kind, now=NOON)
        row.state, row.outcome, row.attempts = state, outcome, 1 if outcome else 0
        if state not in (OutboxState.WAITING, OutboxState.SENDING, OutboxState.HELD):
            row.recipient = row.recipient_hash = row.body = None
            row.finished_at = NOON
        for name, value in more.items():
            setattr(row, name, value)
        return row.id


def stored(db: Database, office: Office, message_id: UUID) -> OutboxMessage:
    with db.reading() as session:
        found = session.get_one(OutboxMessage, (office.agency_id, message_id))
        session.expunge_all()
        return found


def actions(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action)))


def test_each_box_shows_its_own_messages_and_what_to_do_but_never_whose_or_what(
    admin: Browser, db: Database, offices: Offices
) -> None:
    later = NOON + timedelta(minutes=3)
    for state, outcome in (
        (OutboxState.HELD, "throttled_monthly_quota"),
        (OutboxState.UNKNOWN, "retry_key_expired"),
        (OutboxState.REFUSED, "recipient_not_reached"),
        (OutboxState.DROPPED, "blocked"),
        (OutboxState.SENT, "accepted"),
    ):
        message(db, offices.makham, state, outcome)
    message(db, offices.makham, OutboxState.WAITING, "throttled_rate", next_at=later)
    message(db, offices.makham, OutboxState.WAITING, "line_error_503", next_at=later)
    message(db, offices.bangphra, OutboxState.REFUSED, "gave_up")
    shown = {
        Box.HELD: ("โควตา LINE เดือนนี้หมด", "เพิ่มแพ็กเกจ"),
        Box.UNKNOWN: ("ลองครบหนึ่งวันแล้ว อาจถึงแล้ว", "ลบผู้รับและเนื้อความ"),
        Box.REFUSED: ("บล็อกหรือไม่ได้เป็นเพื่อน", "ใส่อีเมลแทน"),
        Box.THROTTLED: ("LINE ขอให้ส่งช้าลง", "ลองอีกครั้ง 15 มี.ค. 2566 12:03"),
        Box.RETRYING: ("LINE ขัดข้อง (503)", "ระบบลองใหม่เอง"),
        Box.DROPPED: ("ผู้รับบล็อกบัญชี",),
        Box.SENT: ("LINE รับแล้ว",),
    }
    for box, told in shown.items():
        page = admin.get(f"{LIST}?box={box}").text
        for part in told:
            assert part in page, (box, part)
        assert page.count('data-label="ชนิด"') == 1
    everything = "".join(admin.get(f"{LIST}?box={box}").text for box in Box)
    assert SECRET not in everything
    assert "ความลับ" not in everything
    assert "ลองครบหนึ่งวันแล้วไม่สำเร็จ" not in everything  # the other agency's
    assert timedelta(days=1) > GIVE_UP_AFTER


def test_every_outcome_that_the_sender_writes_has_plain_words(admin: Browser) -> None:
    from handlers.desk.delivery_words import outcome_told

    written = (
        *("accepted", "accepted_before", "arrived_before", "no_answer", "not_reached"),
        *("line_error_500", "reply_token_refused", "reply_token_expired", "not_authorised_401"),
        *("recipient_not_reached", "refused_400", "reply_cut_off", "retry_key_expired", "gave_up"),
        *("throttled_monthly_quota", "throttled_rate", "throttled_concurrency"),
        *("throttled_same_user", "kept_for_receipts", "blocked", "no_longer_true", "erased"),
        *("cannot_open", "mail_accepted", "mail_no_answer", "mail_not_reached", "mail_later_451"),
        *("mail_not_allowed_535", "mail_refused_550", "mail_gave_up", "mail_not_written"),
        *("mail_not_set_up", "dropped_by_hand"),
    )
    assert [one for one in written if outcome_told(one).what.isascii()] == []


def test_pages_lead_to_the_oldest_message_and_none_comes_twice(
    admin: Browser, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.desk.delivery_messages._PAGE", 3)
    wanted = {str(message(db, offices.makham, OutboxState.HELD, "blocked")) for _ in range(8)}
    seen: list[str] = []
    url = f"{LIST}?box=held"
    while url:
        page = admin.get(url).text
        seen += sorted({one for one in wanted if f'value="{one}"' in page})
        older = page.partition(f'href="{LIST}?box=held&amp;before=')[2].partition('"')[0]
        url = f"{LIST}?box=held&before={older}" if older else ""
    assert sorted(seen) == sorted(wanted)


def test_what_waits_is_sent_at_once_when_somebody_says_so(
    admin: Browser, db: Database, offices: Offices
) -> None:
    late = NOON + timedelta(hours=5)
    paused = message(db, offices.makham, OutboxState.WAITING, "not_authorised_401", next_at=late)
    held = message(db, offices.makham, OutboxState.HELD, "kept_for_receipts", retry_key=uuid4())
    for one in (paused, held):
        assert admin.post(f"{URL}/send-again", {"message": str(one)}).status_code == 302
        row = stored(db, offices.makham, one)
        assert (row.state, row.next_at) == (OutboxState.WAITING, NOON)
        assert row.body is not None
    assert stored(db, offices.makham, held).retry_key is None
    assert actions(db) == ["message.sent_again"] * 2


@pytest.mark.parametrize(
    "state",
    [OutboxState.UNKNOWN, OutboxState.REFUSED, OutboxState.SENT, OutboxState.SENDING],
    ids=str,
)
def test_what_ended_or_is_under_way_is_neither_sent_again_nor_dropped(
    admin: Browser, db: Database, offices: Offices, state: OutboxState
) -> None:
    one = message(db, offices.makham, state, "gave_up")
    before = stored(db, offices.makham, one)
    for what in ("send-again", "drop"):
        assert admin.post(f"{URL}/{what}", {"message": str(one)}).status_code == 302
    after = stored(db, offices.makham, one)
    assert (after.state, after.next_at) == (before.state, before.next_at)
    assert actions(db) == []
    assert "ไม่ได้แล้ว" in admin.get(URL).text


def test_a_dropped_message_loses_whose_it_was_and_what_it_said_and_its_reminder_is_over(
    admin: Browser, db: Database, offices: Offices
) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        contact = meet(session, agency_id, ContactKind.USER, SECRET)
        digest = DigestRow(
            agency_id=agency_id,
            contact_id=contact.id,
            day=NOON.date(),
            created_at=NOON,
            state=DigestState.QUEUED,
        )
        session.add(digest)
        session.flush()
        digest_id = digest.id
    said = DigestTicket(digest_id=str(digest_id))
    one = message(db, offices.makham, OutboxState.HELD, "kept_for_receipts", said=said)
    assert admin.post(f"{URL}/drop", {"message": str(one)}).status_code == 302
    row = stored(db, offices.makham, one)
    assert (row.state, row.outcome) == (OutboxState.DROPPED, "dropped_by_hand")
    assert row.recipient is row.recipient_hash is row.body is None
    with db.reading() as session:
        assert session.get_one(DigestRow, (agency_id, digest_id)).state is DigestState.OVER
    assert actions(db) == ["message.dropped"]


def test_a_receipt_code_is_never_dropped(admin: Browser, db: Database, offices: Offices) -> None:
    held = message(db, offices.makham, OutboxState.HELD, "blocked", must_arrive=True)
    assert admin.post(f"{URL}/drop", {"message": str(held)}).status_code == 302
    assert stored(db, offices.makham, held).state is OutboxState.HELD
    assert "รหัสติดตามเรื่อง" in admin.get(URL).text


def test_what_tells_of_a_changed_way_in_is_never_dropped(
    admin: Browser, db: Database, offices: Offices
) -> None:
    waits = message(db, offices.makham, OutboxState.WAITING, kind="sign_in_notice")
    admin.post(f"{URL}/drop", {"message": str(waits)})
    assert stored(db, offices.makham, waits).state is OutboxState.WAITING


def test_another_agency_s_message_is_none(admin: Browser, db: Database, offices: Offices) -> None:
    theirs = message(db, offices.bangphra, OutboxState.HELD, "blocked")
    for what in ("send-again", "drop"):
        assert admin.post(f"{URL}/{what}", {"message": str(theirs)}).status_code == 404
        assert admin.post(f"{URL}/{what}", {"message": "nonsense"}).status_code == 400
    assert stored(db, offices.bangphra, theirs).state is OutboxState.HELD


@pytest.mark.parametrize(
    "query", ["box=nonsense", "box=held&before=x", "box=", "box=held&before=%00", "box=%ED%A0%80"]
)
def test_an_address_with_nonsense_shows_what_is_troubled(admin: Browser, query: str) -> None:
    answer = admin.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert "ที่อยู่นี้ไม่ถูกต้อง" in answer.text


def test_all_failed_events_are_tried_again_a_bounded_number_at_once(
    admin: Browser, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.desk.delivery.MOST_AT_ONCE", 3)
    for number in range(5):
        _fail_an_event(db, offices.makham, f"01OURS{number}")
    _fail_an_event(db, offices.bangphra, "01THEIRS")
    assert "01OURS4" in admin.get(f"{LIST}?box=failed").text
    for waiting in (3, 5):
        assert admin.post(f"{URL}/replay-all").status_code == 302
        with db.reading() as session:
            states = {one.event_id: one.state for one in session.scalars(select(InboxEvent))}
        assert list(states.values()).count(InboxState.WAITING) == waiting
    assert states["01THEIRS"] is InboxState.FAILED
    assert actions(db) == ["inbox.replayed_all"] * 2


def test_the_counts_are_drawn_anew_and_cost_nothing_while_they_stand(
    admin: Browser, db: Database, offices: Offices
) -> None:
    assert f'data-live="{URL}/live"' in admin.get(URL).text
    first = admin.get(f"{URL}/live")
    mark = {"X-Live": first.headers["X-Live-Mark"]}
    assert admin.client.get(f"{URL}/live", headers=mark).status_code == 204
    message(db, offices.makham, OutboxState.REFUSED, "gave_up")
    changed = admin.client.get(f"{URL}/live", headers=mark)
    assert changed.status_code == 200
    assert "<html" not in changed.text


def test_what_waits_too_long_and_a_clock_that_stands_still_are_warned_of(
    admin: Browser, db: Database, offices: Offices
) -> None:
    page = admin.get(URL).text
    assert "รอนานผิดปกติ" not in page
    assert "หยุดทำงาน" not in page
    message(db, offices.makham, OutboxState.WAITING, next_at=NOON - timedelta(hours=3))
    with db.writing() as session:
        take_tick(session, "quota", "a slot", NOON - timedelta(hours=4))
    page = admin.get(URL).text
    assert "ข้อความออกรอมาแล้ว 3 ชั่วโมง" in page
    assert "ระบบงานประจำหยุดทำงาน" in page


def test_a_message_that_is_sent_again_really_goes_out_once(town: Town) -> None:
    user = town.user("เจ้าหน้าที่")
    with town.db.writing() as session:
        row = enqueue(
            session,
            town.offices.makham.agency_id,
            user,
            [Text(text="ถึงแล้ว")],
            kind="digest",
            now=NOON,
            worth_quota=True,
        )
        row.state, row.outcome, row.attempts = OutboxState.HELD, "kept_for_receipts", 1
        message_id = row.id
    town.engine.drain()
    assert not town.line.messages_to(user)
    admin = Browser(town.client.application).enter(town.offices.makham.people["admin"])
    for _ in range(2):
        admin.post(f"{URL}/send-again", {"message": str(message_id)})
        town.engine.drain()
    assert words(town.line.messages_to(user)).count("ถึงแล้ว") == 1
