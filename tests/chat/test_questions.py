"""A citizen asks in plain Thai."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.cli.knowledge import read_articles
from bot.demo import town as town_of_the_demo
from bot.worker import InboxWorker
from domain.search import Decision, DecisionKind, Hit, load_embedder
from domain.states import QuestionState
from handlers.shelf import Shelf
from models import vault
from models.knowledge import ArticleRow, Question, articles_of
from tests.town import Town, actions, words

KNOWLEDGE = [replace(row, division="") for row in read_articles(town_of_the_demo.KNOWLEDGE)]
TAX = ArticleRow(
    "land-tax-where",
    "ชำระภาษีที่ดินและสิ่งปลูกสร้างได้ที่ไหน ภายในเมื่อไร",
    "ชำระได้ที่กองคลัง ภายในเดือนเมษายนของทุกปี",
    ["จ่ายภาษีที่ดินที่ไหน"],
    division="กองคลัง",
    link="https://www.example.go.th/tax",
)


@pytest.fixture
def asked(town: Town) -> Town:
    others = [row for row in KNOWLEDGE if not row.key.startswith("land-tax")]
    town.knows(town.offices.makham, TAX, *others)
    return town


def questions(town: Town) -> list[tuple[Question, str]]:
    with town.db.reading() as session:
        rows = session.scalars(select(Question)).all()
        session.expunge_all()
        return [
            (row, vault.open_text(session, row.agency_id, "question", row.text)) for row in rows
        ]


def test_a_known_question_is_answered_with_its_source_and_link(asked: Town) -> None:
    answer = words(asked.says(asked.user("ประชาชน"), "จ่ายภาษีที่ดินที่ไหนคะ"))
    assert "ภายในเดือนเมษายน" in answer
    assert "https://www.example.go.th/tax" in answer
    assert "กองคลัง" in answer
    assert "2566" in answer
    [(question, text)] = questions(asked)
    assert question.state is QuestionState.ANSWERED
    assert text == "จ่ายภาษีที่ดินที่ไหนคะ"
    assert question.contact_id is None


def test_what_nobody_knows_is_passed_on_and_kept(asked: Town) -> None:
    unsure_of(asked, DecisionKind.UNKNOWN)
    answer = words(asked.says(asked.user("ประชาชน"), "ราคาทองคำวันนี้บาทละเท่าไหร่"))
    assert "ส่งคำถามต่อให้เจ้าหน้าที่แล้ว" in answer
    [(question, text)] = questions(asked)
    assert question.state is QuestionState.WAITING
    assert question.contact_id is not None
    assert "ทองคำ" in text


def test_another_agencys_knowledge_is_not_used(asked: Town) -> None:
    office = asked.offices.bangphra
    answer = words(asked.says(asked.user("คนบางพระ", office), "จ่ายภาษีที่ดินที่ไหน", office))
    assert "เมษายน" not in answer


def unsure_of(town: Town, kind: DecisionKind) -> None:
    """The search is settled, so that what the chat makes of it is what is tested."""
    with town.db.reading() as session:
        articles = articles_of(session, town.offices.makham.agency_id)[:3]
        hits = [Hit(one.key, one.question, 0.5) for one in articles]
    engine = town.engine
    engine.worker = InboxWorker(
        town.db, town.blobs, engine.channels, engine.messenger, lambda *_: Decision(kind, hits, 0.3)
    )


def test_an_unsure_answer_is_offered_as_quick_replies_and_learned(asked: Town) -> None:
    unsure_of(asked, DecisionKind.SUGGEST)
    user = asked.user("ประชาชน")
    offered = asked.says(user, "อยากรู้เรื่องใบอนุญาต")
    replies = offered[0]["quickReply"]["items"]
    assert len(replies) == 4
    assert "ข้อมูลจาก" in words(asked.choose(user, offered, "2. "))
    [(question, _)] = questions(asked)
    assert question.state is QuestionState.ANSWERED
    assert question.article_id is not None
    assert question.contact_id is None


def test_none_of_the_suggestions_passes_the_question_on(asked: Town) -> None:
    unsure_of(asked, DecisionKind.SUGGEST)
    user = asked.user("ประชาชน")
    answer = asked.choose(user, asked.says(user, "อยากรู้เรื่องใบอนุญาต"), "ไม่ตรง")
    assert "ส่งคำถามต่อ" in words(answer)
    [(question, _)] = questions(asked)
    assert question.state is QuestionState.WAITING
    assert question.contact_id is not None


def test_what_comes_nearest_is_shown_beside_an_honest_no(asked: Town) -> None:
    unsure_of(asked, DecisionKind.UNKNOWN)
    user = asked.user("ประชาชน")
    honest = asked.says(user, "ทีมฟุตบอลไหนชนะเมื่อคืน")
    assert "ข้อมูลจาก" in words(asked.choose(user, honest, "1. "))
    [(question, _)] = questions(asked)
    assert question.state is QuestionState.ANSWERED


@pytest.mark.meaning
def test_search_by_meaning_says_honestly_what_it_does_not_know(asked: Town) -> None:
    embedder = load_embedder()
    if embedder is None:
        pytest.skip("no wheel of meaning is installed")
    engine = asked.engine
    shelf = Shelf(asked.db, embedder)
    engine.worker = InboxWorker(
        asked.db, asked.blobs, engine.channels, engine.messenger, shelf.decide
    )
    user = asked.user("ประชาชน")
    assert "ยังไม่มีคำตอบ" in words(asked.says(user, "ทีมฟุตบอลไหนชนะเมื่อคืน"))
    assert "ข้อมูลจาก" in words(asked.says(user, "เงินคนแก่ออกวันไหน"))


def test_a_changed_entry_is_answered_anew(asked: Town, frozen) -> None:
    user = asked.user("ประชาชน")
    assert "ภายในเดือนเมษายน" in words(asked.says(user, "จ่ายภาษีที่ดินที่ไหน"))
    frozen.shift(60)
    changed = replace(TAX, answer="ชำระได้ที่กองคลัง ขยายเวลาถึงเดือนมิถุนายน")
    asked.knows(asked.offices.makham, changed)
    assert "มิถุนายน" in words(asked.says(user, "จ่ายภาษีที่ดินที่ไหน"))


def test_a_greeting_gets_the_menu(asked: Town) -> None:
    answer = asked.says(asked.user("ประชาชน"), "สวัสดีค่ะ")
    labels = [one["label"] for one in actions(answer)]
    assert "แจ้งเบาะแสทุจริต" in labels


@pytest.mark.parametrize("text", ["😀😀😀", "…", "   ", "ก" * 10000, "า่า่า่ ้้ เเเ", "\u200b\u200d"])
def test_odd_texts_get_an_answer(asked: Town, text: str) -> None:
    user = asked.user("ประชาชน")
    asked.line.user_sends_text("makham", user, "สวัสดี")
    event = asked.line.user_sends_text("makham", user, "x")
    event["message"]["text"] = text
    asked.happens(event)
    assert len(asked.line.messages_to(user)) == 1


def test_asking_for_a_person_gives_the_offices_telephone(asked: Town) -> None:
    answer = words(asked.says(asked.user("ประชาชน"), "ขอคุยกับเจ้าหน้าที่หน่อยครับ"))
    assert "0-0000-0100" in answer
