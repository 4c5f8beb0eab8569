"""Whoever blocked the account is sent nothing, by any path, until they come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.scheduler import make_context
from domain.calendar import bangkok_day
from domain.messages import Text
from domain.states import ComplaintState, OutboxState, QuestionState
from handlers.desk.notices import tell_of_answer, tell_of_return
from jobs.clockwork import run_due
from jobs.questions import end_quiet_talks
from models.complaint import Complaint, IdentityMode
from models.complaint_reporter import note_rating_asked
from models.contact import ContactKind, meet
from models.knowledge import store_question
from models.measure import Obligation
from models.outbox import OutboxMessage, enqueue
from models.progress import ReportStatus, report_progress
from models.question_work import answer_waiting
from models.quota_use import release_held
from models.talk import ask_for_talk
from tests.chat.citizens import contact_of, files_a_case, now, photo
from tests.chat.test_media import film
from tests.town import Town, words

Producer = Callable[[Town, str], None]
MORNING = datetime(2023, 3, 29, 2, 0, tzinfo=UTC)  # a working Wednesday; 31 March is due


def clock(town: Town) -> None:
    """What the clock jobs write, and nothing sent yet."""
    run_due(make_context(town.db, town.blobs, town.engine, now()))


def a_digest(town: Town, user: str) -> None:
    town.link(town.offices.makham, "finance", user)
    clock(town)


def a_returned_report(town: Town, user: str) -> None:
    office = town.offices.makham
    town.link(office, "finance", user)
    with town.db.writing() as session:
        due = session.scalars(
            select(Obligation).where(
                Obligation.agency_id == office.agency_id,
                Obligation.division_id == office.divisions["finance"].id,
            )
        ).first()
        assert due is not None
        officer = session.merge(office.people["finance"])
        report_progress(session, due, officer, ReportStatus.DONE, channel="web", now=now())
        tell_of_return(session, due, session.merge(office.people["finance_head"]), now())


def an_answered_case(town: Town, user: str) -> None:
    case = files_a_case(town, user, mode=IdentityMode.CONFIDENTIAL)
    with town.db.writing() as session:
        tell_of_answer(session, session.get_one(Complaint, (case.agency_id, case.id)), now())


def an_answered_question(town: Town, user: str) -> None:
    office = town.offices.makham
    with town.db.writing() as session:
        asker = meet(session, office.agency_id, ContactKind.USER, user)
        question = store_question(
            session, office.agency_id, "ทำไม", QuestionState.WAITING, now(), contact=asker
        )
        officer = session.merge(office.people["officer"])
        assert answer_waiting(session, question, officer, "เพราะว่า", now())


def waiting_questions(town: Town, user: str) -> None:
    office = town.offices.makham
    town.link(office, "officer", user)
    with town.db.writing() as session:
        store_question(session, office.agency_id, "ทำไม", QuestionState.WAITING, now())
    clock(town)


def a_call_for_a_person(town: Town, user: str) -> None:
    town.link(town.offices.makham, "officer", user)
    event = town.line.user_sends_text("makham", town.user("ประชาชน"), "คุยกับเจ้าหน้าที่")
    assert town.post(town.offices.makham, [event]).status_code == 200
    while town.engine.worker.handle_one():
        pass


def a_talk_that_ended(town: Town, user: str) -> None:
    with town.db.writing() as session:
        contact = meet(session, town.offices.makham.agency_id, ContactKind.USER, user)
        ask_for_talk(session, contact, now() - timedelta(days=5))
    end_quiet_talks(make_context(town.db, town.blobs, town.engine, now()))


def a_rating(town: Town, user: str) -> None:
    case = files_a_case(town, user)
    with town.db.writing() as session:
        row = session.get_one(Complaint, (case.agency_id, case.id))
        row.state = ComplaintState.CLOSED
        note_rating_asked(session, row, bangkok_day(now()) - timedelta(days=4))
    clock(town)


def a_receipt_whose_token_died(town: Town, user: str) -> None:
    with town.db.writing() as session:
        agency_id = town.offices.makham.agency_id
        meet(session, agency_id, ContactKind.USER, user)
        enqueue(
            session,
            agency_id,
            user,
            [Text(text="รหัส")],
            kind="chat",
            now=now(),
            reply_token="0123",
            reply_until=now(),
            must_arrive=True,
        )


PRODUCERS: tuple[Producer, ...] = (
    a_digest,
    a_returned_report,
    an_answered_case,
    an_answered_question,
    waiting_questions,
    a_call_for_a_person,
    a_talk_that_ended,
    a_rating,
    a_receipt_whose_token_died,
)


def to(town: Town, user: str) -> list[OutboxMessage]:
    """What waits for ``user``, or was let go: a message that ended names nobody any more."""
    with town.db.reading() as session:
        rows = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        session.expunge_all()
    return rows


def blocks(town: Town, user: str) -> None:
    event = town.line.user_blocks("makham", user)
    assert town.post(town.offices.makham, [event]).status_code == 200
    while town.engine.worker.handle_one():
        pass


@pytest.mark.parametrize("producer", PRODUCERS)
def test_what_was_written_before_they_blocked_us_is_let_go(
    town: Town, frozen, producer: Producer
) -> None:
    frozen.move_to(MORNING)
    user = town.user("คนที่จะบล็อก")
    producer(town, user)
    before = [one for one in to(town, user) if one.state is OutboxState.WAITING]
    assert before, "this producer has written nothing"
    blocks(town, user)
    town.engine.drain()
    assert user not in [one.body["to"] for one in town.line.requests(endpoint="push")]
    ended = {one.outcome for one in to(town, user) if one.state is OutboxState.DROPPED}
    # A digest is composed when it is sent, and finds that nobody is to be told.
    assert ended in ({"blocked"}, {"no_longer_true"})


@pytest.mark.parametrize("producer", PRODUCERS)
def test_the_same_reaches_whoever_did_not(town: Town, frozen, producer: Producer) -> None:
    frozen.move_to(MORNING)
    user = town.user("คนปกติ")
    producer(town, user)
    town.engine.drain()
    assert user in [one.body["to"] for one in town.line.requests(endpoint="push")]


def test_what_was_held_for_quota_is_let_go_when_it_is_released(town: Town) -> None:
    user = town.user("คนที่บล็อก")
    town.line.set_quota("makham", 0)
    town.expects_refusals = True
    an_answered_case(town, user)
    town.engine.drain()
    assert [one.state for one in to(town, user)] == [OutboxState.HELD]
    blocks(town, user)
    town.line.set_quota("makham", None)
    with town.db.writing() as session:
        release_held(session, town.offices.makham.agency_id, now())
    town.engine.drain()
    assert [(one.state, one.outcome) for one in to(town, user)] == [
        (OutboxState.DROPPED, "blocked")
    ]


def test_a_film_that_came_after_the_block_is_not_announced(town: Town, frozen) -> None:
    user = town.user("คนที่บล็อก")
    files_a_case(town, user)
    town.taps(user, "c:corruption")
    town.says(user, "เรียกเงิน")
    town.sends_file(user, film(), kind="video", not_ready=30)
    town.line.user_blocks("makham", user)  # its event comes later
    with town.db.writing() as session:
        meet(session, town.offices.makham.agency_id, ContactKind.USER, user).reachable = False
    before = len(town.line.requests(endpoint="push"))
    for _ in range(40):
        frozen.shift(3)
        town.engine.drain()
    assert len(town.line.requests(endpoint="push")) == before


def test_blocking_here_says_nothing_of_the_other_office(town: Town) -> None:
    user, there = town.user("ผู้ร้อง"), town.offices.bangphra
    town.line.add_user("ผู้ร้อง", user, [there.slug])
    files_a_case(town, user)
    case = files_a_case(town, user, there)
    blocks(town, user)
    with town.db.writing() as session:
        tell_of_answer(session, session.get_one(Complaint, (case.agency_id, case.id)), now())
    town.engine.drain()
    assert len(town.line.messages_to(user, there.slug)) == 1


def test_who_comes_back_is_reached_again(town: Town) -> None:
    user = town.user("คนที่กลับมา")
    files_a_case(town, user)
    blocks(town, user)
    town.happens(town.line.user_follows("makham", user))
    an_answered_case(town, user)
    town.engine.drain()
    assert "มีคำตอบ" in words(town.line.messages_to(user)[-1:])


def test_an_unfollow_that_comes_late_is_undone_by_the_next_word(town: Town) -> None:
    user = town.user("คนที่กลับมา")
    files_a_case(town, user)
    late = town.line.user_blocks("makham", user)
    town.happens(town.line.user_follows("makham", user))
    town.happens(late)
    contact = contact_of(town, user)
    assert contact is not None
    assert not contact.reachable
    assert town.says(user, "สวัสดีค่ะ")
    contact = contact_of(town, user)
    assert contact is not None
    assert contact.reachable


def test_a_draft_goes_with_the_block_and_its_photos_too(town: Town) -> None:
    user = town.user("คนที่บล็อก")
    town.taps(user, "c:corruption")
    town.says(user, "เรียกเงิน")
    town.sends_file(user, photo())
    blocks(town, user)
    assert [path for path in town.blobs._folder.rglob("*") if path.is_file()] == []


def test_a_refusal_of_line_for_who_is_no_friend_is_final_and_named(town: Town) -> None:
    town.expects_refusals = True
    stranger = "U" + "9" * 32
    with town.db.writing() as session:
        agency_id = town.offices.makham.agency_id
        enqueue(
            session,
            agency_id,
            stranger,
            [Text(text="-")],
            kind="test",
            now=now(),
            worth_quota=True,
        )
    town.engine.drain()
    [message] = to(town, stranger)
    assert (message.state, message.outcome) == (OutboxState.REFUSED, "recipient_not_reached")
    assert len(town.line.requests(endpoint="push")) == 1
