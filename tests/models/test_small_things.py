"""Taps, the vault, ticks, knowledge, conversations, contacts and agencies."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.keyring import CannotOpen, KeyRing
from domain.states import QuestionState
from domain.taps import TOKEN
from models import conversation, knowledge, vault
from models.agency import (
    Agency,
    BadAgency,
    add_agency,
    channel_of,
    find_agency,
    find_agency_by_webhook_key,
)
from models.contact import ContactKind, find_contact, give_consent, line_id_of, meet
from models.conversation import KEEP_DRAFT, Conversation, ConversationKey
from models.database import Database
from models.division import find_division, get_division
from models.knowledge import ArticleRow, BadArticle, Question
from models.progress import ReportStatus
from models.question_rules import waiting_count
from models.tap import Tap, make_tap, read_tap
from models.tick import Tick, forget_old_ticks, take_tick
from tests.models.making import CITIZEN, all_at_once, citizen, clear_text_in, everything_stored
from tests.offices import NOON, Offices

TODAY = date(2023, 3, 15)


@pytest.mark.parametrize("status", ReportStatus)
def test_a_tap_comes_back_as_it_was_made(db: Database, status: ReportStatus) -> None:
    obligation_id = uuid4()
    with db.reading() as session:
        data = make_tap(session, 1, obligation_id, status, NOON)
        assert read_tap(session, 1, data, NOON) == Tap(obligation_id, status)
        assert len(data) <= 300
        assert str(obligation_id) not in data


def test_a_tap_is_worth_nothing_at_another_agency_or_after_a_year(db: Database) -> None:
    with db.reading() as session:
        data = make_tap(session, 1, uuid4(), ReportStatus.DONE, NOON)
        assert read_tap(session, 2, data, NOON) is None
        assert read_tap(session, 1, data, NOON + timedelta(days=366)) is not None
        assert read_tap(session, 1, data, NOON + timedelta(days=366, seconds=1)) is None


def test_a_tap_altered_in_any_one_place_is_forged(db: Database) -> None:
    with db.reading() as session:
        data = make_tap(session, 1, uuid4(), ReportStatus.DONE, NOON)
        raw = base64.urlsafe_b64decode(data[len(TOKEN) :] + "==")
        for place in range(len(raw)):
            wrong = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
            forged = TOKEN + base64.urlsafe_b64encode(wrong).decode()
            assert read_tap(session, 1, forged, NOON) is None


def test_a_tap_sealed_for_another_purpose_or_by_other_keys_is_forged(db: Database) -> None:
    stranger = Database(db.url.render_as_string(False), KeyRing.generate(), pool_size=1)
    plain = uuid4().bytes + b"\0" + b"\xff" * 5
    with db.reading() as session, stranger.reading() as other:
        assert (
            read_tap(session, 1, make_tap(other, 1, uuid4(), ReportStatus.DONE, NOON), NOON) is None
        )
        sealed = vault.seal_bytes(session, 1, "line", plain)
        assert read_tap(session, 1, TOKEN + base64.urlsafe_b64encode(sealed).decode(), NOON) is None
    stranger.dispose()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=40))
def test_reading_a_tap_never_raises(db: Database, data: str) -> None:
    with db.reading() as session:
        assert read_tap(session, 1, data, NOON) is None
        assert read_tap(session, 1, TOKEN + data, NOON) is None


def test_the_vault_opens_only_for_its_agency_and_purpose(db: Database) -> None:
    with db.reading() as session:
        sealed = vault.seal_json(session, 1, "complaint", {"ก": "ข\ud800"})
        assert vault.open_json(session, 1, "complaint", sealed) == {"ก": "ข?"}
        for agency_id, purpose in ((2, "complaint"), (1, "reporter")):
            with pytest.raises(CannotOpen):
                vault.open_json(session, agency_id, purpose, sealed)
        blinded = {vault.blind(session, one, two, "x") for one in (1, 2) for two in ("a", "b")}
        assert len(blinded) == 4


def test_of_two_who_take_a_tick_one_wins(db: Database) -> None:
    def take() -> bool:
        with db.writing() as session:
            return take_tick(session, "remind", "2023-03-15", NOON)

    assert sorted(all_at_once(*[take] * 4)) == [False, False, False, True]
    with db.writing() as session:
        assert take_tick(session, "remind", "2023-03-16", NOON)
        assert take_tick(session, "sweep", "2023-03-15", NOON)
        assert not take_tick(session, "sweep", "2023-03-15", NOON)
        # A tick that was lost leaves the session fit for work.
        assert len(session.scalars(select(Tick)).all()) == 3
        assert forget_old_ticks(session, NOON + timedelta(days=9), timedelta(days=9)) == 0
        assert forget_old_ticks(session, NOON + timedelta(days=10), timedelta(days=9)) == 3


def article(key: str = "tax", **how: str) -> ArticleRow:
    row = {"question": "จ่ายภาษีที่ไหน", "answer": "ที่กองคลัง"} | how
    return ArticleRow(key, **row)  # type: ignore[arg-type]


def test_an_article_is_put_once_and_changed_after(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        before = knowledge.knowledge_version(session, agency_id, TODAY)
        first = knowledge.put_article(session, agency_id, article(division="กองคลัง"), NOON)
        created = knowledge.knowledge_version(session, agency_id, TODAY)
        later = NOON + timedelta(seconds=1)
        again = knowledge.put_article(session, agency_id, article(answer="ที่ใหม่"), later)
        changed = knowledge.knowledge_version(session, agency_id, TODAY)
        assert again is first
        assert (again.answer, again.division_id) == ("ที่ใหม่", None)
        assert len({before, created, changed}) == 3
        assert knowledge.articles_of(session, agency_id) == [first]
        assert knowledge.find_article(session, agency_id, "tax") is first
        there = offices.bangphra.agency_id
        assert knowledge.articles_of(session, there) == []
        assert knowledge.find_article(session, there, "tax") is None
        assert knowledge.knowledge_version(session, there, TODAY) == before


@pytest.mark.parametrize(
    "row",
    [
        article(" "),
        article(question=" "),
        article(answer=""),
        article(link="javascript:alert(1)"),
        article(link="ftp://x"),
        article(division="กองที่ไม่มี"),
    ],
)
def test_an_article_that_cannot_be_is_refused(
    db: Database, offices: Offices, row: ArticleRow
) -> None:
    with pytest.raises(BadArticle), db.writing() as session:
        knowledge.put_article(session, offices.makham.agency_id, row, NOON)


@pytest.mark.parametrize("state", [QuestionState.WAITING, QuestionState.ANSWERED])
def test_a_question_remembers_its_asker_only_while_an_answer_is_owed(
    db: Database, offices: Offices, state: QuestionState
) -> None:
    agency_id = offices.makham.agency_id
    words = "ดิฉันชื่อมะลิ ขอถามเรื่องเบี้ยยังชีพ"
    with db.writing() as session:
        contact = citizen(session, agency_id)
        knowledge.store_question(session, agency_id, words, state, NOON, contact=contact)
        kept = session.scalars(select(Question)).one()
        assert (kept.contact_id == contact.id) == (state is QuestionState.WAITING)
        assert (kept.contact_id is None) == (state is QuestionState.ANSWERED)
        assert kept.asked_on == TODAY
        waiting = knowledge.waiting_questions(session, agency_id)
        expected = [(kept, words)] if state is QuestionState.WAITING else []
        assert waiting == expected
        assert waiting_count(session, offices.makham.people["officer"]) == len(expected)
        assert knowledge.waiting_questions(session, offices.bangphra.agency_id) == []
    assert clear_text_in(db, ["มะลิ", "เบี้ยยังชีพ"]) == []


def test_a_conversation_is_kept_sealed_and_wiped_without_a_trace(
    db: Database, offices: Offices
) -> None:
    key = ConversationKey(offices.makham.agency_id, CITIZEN, CITIZEN)
    draft = {"state": "what", "words": "เรื่องลับมาก"}
    with db.writing() as session:
        assert conversation.load(session, key) is None
        conversation.save(session, key, {"state": "idle"}, TODAY)
        conversation.save(session, key, draft, TODAY)
        assert conversation.load(session, key) == draft
        in_group = ConversationKey(key.agency_id, "C1", CITIZEN)
        elsewhere = ConversationKey(offices.bangphra.agency_id, CITIZEN, CITIZEN)
        assert conversation.load(session, in_group) is None
        assert conversation.load(session, elsewhere) is None
    assert clear_text_in(db, ["เรื่องลับ", CITIZEN]) == []
    with db.writing() as session:
        conversation.wipe(session, key)
        conversation.wipe(session, key)
    assert everything_stored(db)["conversation"] == []


def test_a_draft_nobody_came_back_to_is_wiped(db: Database, offices: Offices) -> None:
    key = ConversationKey(offices.makham.agency_id, CITIZEN, CITIZEN)
    with db.writing() as session:
        conversation.save(session, key, {}, TODAY)
        assert conversation.wipe_expired(session, TODAY + KEEP_DRAFT) == 0
        assert conversation.wipe_expired(session, TODAY + KEEP_DRAFT + timedelta(days=1)) == 1
        assert session.scalars(select(Conversation)).all() == []


def test_a_contact_is_met_once_and_its_line_id_lies_sealed(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        first = citizen(session, agency_id)
        assert citizen(session, agency_id) is first
        assert line_id_of(session, first) == CITIZEN
        assert find_contact(session, offices.bangphra.agency_id, CITIZEN) is None
        theirs = meet(session, offices.bangphra.agency_id, ContactKind.USER, CITIZEN)
        assert theirs.line_hash != first.line_hash
        give_consent(first, "2026-1", TODAY)
        assert (first.consent_version, first.consented_on) == ("2026-1", TODAY)
    assert clear_text_in(db, [CITIZEN]) == []


def test_a_division_is_found_by_name_and_alias_in_its_agency(
    db: Database, offices: Offices
) -> None:
    with db.reading() as session:
        clerk = offices.makham.divisions["clerk"].id
        for name in ("สำนักปลัด", " สำนักปลัดฯ "):
            found = find_division(session, offices.makham.agency_id, name)
            assert found is not None
            assert found.id == clerk
        assert find_division(session, offices.makham.agency_id, "กองอื่น") is None
        assert get_division(session, offices.bangphra.agency_id, clerk) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "Makham"},
        {"slug": "-a"},
        {"slug": ""},
        {"slug": "ก"},
        {"slug": "a" * 41},
        {"slug": "a/b"},
        {"name": " "},
        {"channel_secret": ""},
        {"channel_token": " "},
        {"slug": "makham"},
    ],
    ids=str,
)
def test_an_agency_that_cannot_be_is_refused(
    db: Database, offices: Offices, wrong: dict[str, str]
) -> None:
    how = {"slug": "new", "name": "ใหม่", "channel_secret": "s", "channel_token": "t"} | wrong
    with pytest.raises(BadAgency), db.writing() as session:
        add_agency(session, **how, now=NOON)  # type: ignore[arg-type]


def test_an_agency_s_channel_lies_sealed_and_its_address_cannot_be_guessed(
    db: Database, offices: Offices
) -> None:
    assert clear_text_in(db, ["secret-of-makham", "token-of-makham"]) == []
    with db.reading() as session:
        agency = find_agency(session, "makham")
        assert agency is not None
        channel = channel_of(session, agency)
        assert (channel.secret, channel.token) == ("secret-of-makham", "token-of-makham")
        assert "secret-of" not in repr(channel)
        keys = session.scalars(select(Agency.webhook_key)).all()
        assert len(set(keys)) == 2
        assert min(len(key) for key in keys) >= 32
        assert find_agency_by_webhook_key(session, agency.webhook_key) is agency
        assert find_agency_by_webhook_key(session, "") is None
