"""An entry is an answer to the end of its last day in Bangkok, and not a moment longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from domain.search import DecisionKind
from domain.states import QuestionState
from models.knowledge import ArticleRow, knowledge_version
from tests.chat.questioning import decides, only_question
from tests.town import Town, words

ASK = "ชำระภาษีที่ดินที่ไหน"
TAX = ArticleRow("tax", ASK, "ที่กองคลัง", valid_until=date(2023, 3, 15))
HOURS = ArticleRow("hours", "เปิดทำการกี่โมง", "เปิด 08.30-16.30 น.")
LAST = datetime(2023, 3, 15, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Bangkok


@pytest.fixture
def asked(town: Town) -> Town:
    for office in (town.offices.makham, town.offices.bangphra):
        town.knows(office, TAX if office is town.offices.makham else replace(TAX, valid_until=None))
        town.knows(office, HOURS)
    return town


def test_it_answers_on_its_last_day_and_never_after_though_nothing_was_touched(
    asked: Town, frozen: time_machine.Traveller
) -> None:
    user, office = asked.user("ประชาชน"), asked.offices.makham
    frozen.move_to(LAST)
    assert "ที่กองคลัง" in words(asked.says(user, ASK))
    frozen.shift(timedelta(seconds=1))
    said = words(asked.says(user, ASK))
    assert "ที่กองคลัง" not in said
    assert ASK not in said  # neither answered nor suggested
    index = asked.engine.shelf.index(office.agency_id)
    assert index is not None
    assert [hit.key for hit in index.search(ASK)] in ([], ["hours"])
    there = asked.user("คนบางพระ", asked.offices.bangphra)
    assert "ที่กองคลัง" in words(asked.says(there, ASK, asked.offices.bangphra))


def test_a_suggestion_that_expired_before_the_tap_is_passed_on_instead(
    asked: Town, frozen: time_machine.Traveller
) -> None:
    user = asked.user("ประชาชน")
    frozen.move_to(LAST)
    decides(asked, DecisionKind.SUGGEST, "tax", "hours")
    offered = asked.says(user, "อยากรู้เรื่องภาษี")
    frozen.shift(timedelta(seconds=2))
    gone = asked.choose(user, offered, "1. ")
    assert "ไม่ใช้แล้ว" in words(gone)
    assert "ที่กองคลัง" not in words(gone)
    assert "ส่งคำถามต่อ" in words(asked.choose(user, gone, "ส่งให้เจ้าหน้าที่ตอบ"))
    assert only_question(asked).state is QuestionState.WAITING


def test_an_index_of_yesterday_answers_nothing_that_ended_yesterday(
    asked: Town, frozen: time_machine.Traveller
) -> None:
    """The search may have been done a moment before midnight."""
    decides(asked, DecisionKind.ANSWER, "tax")
    frozen.move_to(LAST + timedelta(seconds=1))
    said = words(asked.says(asked.user("ประชาชน"), ASK))
    assert "ที่กองคลัง" not in said
    assert "ส่งคำถามต่อ" in said


def test_the_version_notices_the_end_of_a_day_a_removal_and_two_edits_of_one_instant(
    asked: Town,
) -> None:
    office = asked.offices.makham

    def version(today: date = date(2023, 3, 15)) -> str:
        with asked.db.reading() as session:
            return knowledge_version(session, office.agency_id, today)

    seen = [version(), version(date(2023, 3, 16))]
    for number in range(3):
        asked.knows(office, replace(TAX, answer=f"ที่ใหม่ {number}"))
        seen.append(version())
    asked.knows(office, replace(TAX, valid_until=None))
    seen.append(version())
    assert len(set(seen)) == len(seen)
