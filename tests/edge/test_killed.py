"""Killed between any two steps and started again: nothing is lost, nothing is doubled."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from domain.calendar import bangkok_day
from domain.dialogue import Dialogue, Draft, State
from domain.messages import Text
from domain.states import InboxState, OutboxState
from domain.workdays import is_working_time
from models import conversation
from models.complaint import Complaint, find_by_receipt
from models.conversation import ConversationKey
from models.inbox import InboxEvent, InboxLane
from models.outbox import OutboxMessage, enqueue
from models.reminder import DigestRow, agencies_to_remind
from tests.edge.killing import Work, restarted, run
from tests.offices import NOON
from tests.town import Town, words

MOST_STEPS = 200


@pytest.fixture
def work(town: Town) -> Work:
    town.expects_refusals = True  # a second try with a used reply token
    url = town.db.url.render_as_string(hide_password=False)
    door = town.settings.line_api_url
    return Work(url, town.db.keys.to_json(), town.blobs._folder, door, NOON)


def count(town: Town, table: type) -> int:
    with town.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def ready_to_send(town: Town, user: str) -> None:
    """A finished draft of an anonymous report, one tap before its filing."""
    office = town.offices.makham
    answers = {"what": "เรียกเงิน", "where": "กองช่าง", "when": "เมื่อวาน", "who": "ไม่ทราบ"}
    dialogue = Dialogue(State.CONFIRM, Draft(answers=answers, mode="anonymous"), NOON)
    content = {"dialogue": dialogue.to_json(), "follow_up": None}
    key = ConversationKey(office.agency_id, user, user)
    with town.db.writing() as session:
        conversation.save(session, key, content, NOON.date())


def test_a_report_is_filed_once_and_its_receipt_arrives_once(town: Town, work: Work) -> None:
    for step in range(1, MOST_STEPS):
        user = town.user(f"ผู้แจ้ง {step}")
        ready_to_send(town, user)
        event = town.line.user_sends_text("makham", user, "ยืนยัน")
        assert town.post(town.offices.makham, [event]).status_code == 200
        survived = run(work, kill_at=step)
        run(restarted(work), kill_at=None)
        receipts = town.line.messages_to(user)
        assert len(receipts) == 1, f"killed at step {step}"
        assert count(town, Complaint) == step, f"killed at step {step}"
        code = re.search(r"\d{4} \d{4} \d{4} \d{4}", words(receipts))
        assert code
        with town.db.reading() as session:
            digits = code.group().replace(" ", "")
            assert find_by_receipt(session, town.offices.makham.agency_id, digits) is not None
            unfinished = select(OutboxMessage).where(OutboxMessage.state != OutboxState.SENT)
            assert session.scalars(unfinished).all() == []
            waiting = select(InboxEvent).where(InboxEvent.state != InboxState.HANDLED)
            assert session.scalars(waiting).all() == []
            assert session.scalars(select(InboxLane)).all() == []
        if survived:
            assert step > 20  # the kills did fall between many steps
            return
    pytest.fail("the work never came to its end")


def test_a_push_arrives_once(town: Town, work: Work) -> None:
    for step in range(1, MOST_STEPS):
        user = town.user(f"เจ้าหน้าที่ {step}")
        with town.db.writing() as session:
            enqueue(
                session,
                town.offices.makham.agency_id,
                user,
                [Text(text="แจ้งเตือน")],
                kind="test",
                now=datetime.now(UTC),
                worth_quota=True,
            )
        survived = run(work, kill_at=step)
        run(restarted(work), kill_at=None)
        assert len(town.line.messages_to(user)) == 1, f"killed at step {step}"
        if survived:
            assert step > 8
            return
    pytest.fail("the work never came to its end")


def test_a_tick_that_is_killed_is_caught_up_by_the_next(town: Town, work: Work) -> None:
    officer = town.user("เจ้าหน้าที่กองคลัง")
    town.link(town.offices.makham, "finance", officer)
    morning = datetime(2023, 3, 20, 2, 0, tzinfo=UTC)
    for step in range(1, MOST_STEPS):
        day = morning + timedelta(weeks=2 * step)
        due = replace(work, now=day, tick=True)
        survived = run(due, kill_at=step)
        before = count(town, DigestRow)
        run(replace(due, now=day + timedelta(minutes=16)), kill_at=None)
        digests = count(town, DigestRow)
        assert digests - before in (0, 1)
        with town.db.reading() as session:
            left = agencies_to_remind(session, bangkok_day(day), None)
        assert left == [] or not is_working_time(day), f"killed at step {step}"
        sent = [one for one in town.line.messages_to(officer) if one["type"] == "flex"]
        assert len(sent) == digests, f"killed at step {step}"
        if survived:
            assert step > 20
            return
    pytest.fail("the work never came to its end")
