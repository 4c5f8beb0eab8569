"""The try-it box says what the bot then does, keeps nothing, and leads to mending it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from bot.cli.knowledge import read_articles
from bot.demo import town as demo
from domain.thai_text import as_typed
from models.audit import AuditEntry
from models.conversation import Conversation
from models.knowledge import ArticleRow, Question, find_article
from tests.desk.browser import Browser
from tests.desk.world import know, teach
from tests.offices import Offices
from tests.town import Town, words

ROWS = [replace(row, division="") for row in read_articles(demo.KNOWLEDGE)]


@pytest.fixture
def officer(town: Town) -> Browser:
    for office in (town.offices.makham, town.offices.bangphra):
        town.knows(office, *ROWS)
    return Browser(town.client.application).enter(town.offices.makham.people["officer"])


def try_it(officer: Browser, text: str) -> str:
    answer = officer.post("/desk/knowledge/try", {"text": text})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("text", "said", "spoken"),
    [
        ("ชำระภาษีที่ดินและสิ่งปลูกสร้างได้เมื่อไหร่ ที่ไหน", "ตอบทันที", "ภายในเดือนเมษายน"),
        ("ซทฬ", "ส่งให้เจ้าหน้าที่", "ส่งคำถามต่อให้เจ้าหน้าที่แล้ว"),
        ("ปลัดเรียกเงินใต้โต๊ะ 5000 ถึงจะเซ็นให้", "เบาะแสทุจริต ไม่ใช่คำถาม", "เบาะแส"),
        ("ขอคุยกับเจ้าหน้าที่หน่อยครับ", "ขอคุยกับเจ้าหน้าที่ ไม่ใช่คำถาม", "เจ้าหน้าที่"),
        ("สวัสดีค่ะ", "ตอบด้วยเมนู", "แจ้งเบาะแสทุจริต"),
        ("asdfghjkl", "ตอบด้วยเมนู", "แจ้งเบาะแสทุจริต"),
        ("😀😀", "ไม่มีตัวอักษร", "แจ้งเบาะแสทุจริต"),
    ],
    ids=["known", "unknown", "corruption", "person", "greeting", "keys", "faces"],
)
def test_it_says_what_the_bot_then_does(
    town: Town, officer: Browser, text: str, said: str, spoken: str
) -> None:
    assert said in try_it(officer, text)
    assert spoken in words(town.says(town.user("ประชาชน"), text))


def test_the_decision_is_the_chats_own_for_each_of_many_questions(
    town: Town, officer: Browser
) -> None:
    agency_id = town.offices.makham.agency_id
    kinds = {"answer": "ตอบทันที", "suggest": "เสนอให้เลือก", "unknown": "บอกว่ายังไม่มีคำตอบ"}
    for row in ROWS[:12]:
        text = (row.paraphrases or [row.question])[0]
        explained = town.engine.shelf.explain(agency_id, text)
        decision = town.engine.shelf.decide(agency_id, text)
        assert explained is not None
        assert explained.decision == decision
        page = try_it(officer, text)
        if "จะถือเป็นคำถาม" in page:
            assert kinds[decision.kind] in page
            assert f"{decision.hits[0].question}</h3>" in page


def test_it_tells_the_words_the_translation_and_that_it_reads_no_meaning(
    town: Town, officer: Browser
) -> None:
    teach(town.db, town.offices.makham)
    page = try_it(officer, "เบี้ยหลวงปู่ได้เดือนละเท่าไร")
    assert "“เบี้ยหลวงปู่” ค้นด้วย “เบี้ยยังชีพผู้สูงอายุ”" in page
    assert "คำที่ตรงกัน:" in page
    assert "ค้นด้วยถ้อยคำอย่างเดียว" in page


def test_the_verdict_is_in_words_and_the_figures_are_folded_away(officer: Browser) -> None:
    page = try_it(officer, "ชำระภาษีที่ดินและสิ่งปลูกสร้างได้เมื่อไหร่ ที่ไหน")
    result = page[page.index('id="result"') :]
    assert (
        result.index("ตอบทันที") < result.index("บอทมั่นใจว่ารายการแรก") < result.index("จะถือเป็นคำถาม")
    )
    open_to_all = re.sub(r"(?s)<details.*?</details>", "", result)
    assert not re.search(r"\d%", open_to_all)
    assert re.search(r"มั่นใจ \d+%", result)
    assert "คำทักทาย" not in try_it(officer, "asdfghjkl")


def test_a_word_is_shown_as_it_was_typed_not_as_it_is_compared() -> None:
    assert as_typed("เทาไหร", "ค่าขยะ เท่าไหร่ คะ") == "เท่าไหร่"
    assert as_typed("เทาไหร", "เทาไหร") == "เทาไหร"
    assert as_typed("ขยะ", "ค่าขยะ") == "ขยะ"
    assert as_typed("ไมมี", "อย่างอื่น") == "ไมมี"


def test_nothing_that_is_tried_is_kept(town: Town, officer: Browser) -> None:
    tables = (Question, AuditEntry, Conversation)

    def rows() -> list[int]:
        with town.db.reading() as session:
            return [session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]

    before = rows()
    try_it(officer, "นายสมมติ ค่าขยะเท่าไร")
    assert rows() == before
    assert "นายสมมติ" not in officer.get("/desk/knowledge/try").text


def test_one_click_makes_the_question_another_way_of_asking(town: Town, officer: Browser) -> None:
    office = town.offices.makham
    row = ArticleRow("stray", "ขึ้นทะเบียนสุนัขจรจัดอย่างไร", "แจ้งที่สำนักปลัด")
    town.knows(office, row)
    with town.db.reading() as session:
        found = find_article(session, office.agency_id, "stray")
        assert found is not None
        article_id = found.id
    asked = "น้องหมาข้างถนนไม่มีเจ้าของทำไงดี"
    url = f"/desk/knowledge/{article_id}/paraphrase"
    done = officer.post(url, {"text": asked})
    assert done.status_code == 200
    assert "ด้านล่างคือผลใหม่" in done.text
    assert "ขึ้นทะเบียนสุนัขจรจัดอย่างไร</h3>" in done.text
    assert "แจ้งที่สำนักปลัด" in words(town.says(town.user("ประชาชน"), asked))
    assert "อยู่แล้ว" in officer.post(url, {"text": asked}).text
    for text, sentence in (
        ("", "กรุณาพิมพ์"),
        ("โทร 081-234-5678", "เบอร์โทร"),
        ("ก" * 301, "ยาวเกินไป"),
    ):
        bad = officer.post(url, {"text": text})
        assert bad.status_code == 422
        assert sentence in bad.text
    with town.db.reading() as session:
        found = find_article(session, office.agency_id, "stray")
        assert found is not None
        assert found.paraphrases == [asked]


def test_a_desk_without_a_worker_beside_it_answers_by_words(
    app: Flask, offices: Offices, db
) -> None:
    know(db, offices.makham)
    officer = Browser(app).enter(offices.makham.people["officer"])
    assert "ตอบทันที" in try_it(officer, "ชำระภาษีที่ดินที่ไหน")
    bangphra = Browser(app).enter(offices.bangphra.people["officer"])
    assert "ยังไม่มีรายการที่ใช้ได้" in try_it(bangphra, "ชำระภาษีที่ดินที่ไหน")
    foreign = know(db, offices.bangphra)
    answer = officer.post(f"/desk/knowledge/{foreign}/paraphrase", {"text": "ก"})
    assert answer.status_code == 404
    assert officer.post("/desk/knowledge/try", {"text": " "}).status_code == 422
