"""Questions on the desk: answered, handed on, closed, kept; and what people said of the answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from domain.messages import Text
from domain.states import QuestionState
from models import outbox, vault
from models.audit import AuditEntry
from models.contact import ContactKind, find_contact, meet
from models.database import Database
from models.division import answerers_of, name_answerer
from models.knowledge import ArticleRow, Question, find_article, put_article, store_question
from models.outbox import OutboxMessage
from models.question_work import key_of, reason_of
from tests.desk.browser import Browser
from tests.desk.world import ask
from tests.offices import NOON, Offices

TEXT = "ใบเสร็จภาษีหายทำอย่างไร"
ANSWER = "ติดต่อกองคลังพร้อมบัตรประชาชน ออกใบแทนให้ในวันเดียว"


@pytest.fixture
def question(db: Database, offices: Offices) -> UUID:
    return ask(db, offices.makham, TEXT)


def enter(app: Flask, offices: Offices, person: str) -> Browser:
    return Browser(app).enter(offices.makham.people[person])


def now(db: Database, question_id: UUID, offices: Offices) -> Question:
    with db.reading() as session:
        found = session.get_one(Question, (offices.makham.agency_id, question_id))
        session.expunge_all()
        return found


def pushed(db: Database) -> list[tuple[str, list[Any]]]:
    """Kind and messages of what waits to be sent."""
    with db.reading() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        return [
            (
                one.kind,
                outbox.spoken.from_json(
                    vault.open_bytes(session, one.agency_id, "outbox", one.body or b"")
                ),
            )
            for one in rows
        ]


def actions_logged(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action)))


def test_an_answer_goes_to_the_asker_and_the_asker_is_forgotten(
    app: Flask, db: Database, offices: Offices, question: UUID
) -> None:
    officer = enter(app, offices, "finance")
    page = officer.get(f"/desk/questions/{question}").text
    assert TEXT in page
    assert "ส่งคำตอบนี้ถึงผู้ถามทาง LINE" in page
    done = officer.post(f"/desk/questions/{question}/answer", {"answer": ANSWER})
    assert done.headers["Location"] == "/desk/questions"
    assert "ส่งคำตอบถึงผู้ถามทาง LINE แล้ว" in officer.get("/desk/questions").text
    [(kind, [message])] = pushed(db)
    assert kind == "question_answer"
    assert isinstance(message, Text)
    assert ANSWER in message.text
    assert TEXT in message.text
    assert "กองคลัง" in message.text
    stored = now(db, question, offices)
    assert stored.state is QuestionState.ANSWERED
    assert stored.contact_id is None
    assert "question.answered" in actions_logged(db)


def test_with_one_tick_it_is_kept_for_everybody(
    app: Flask, db: Database, offices: Offices, question: UUID
) -> None:
    officer = enter(app, offices, "officer")
    data = {"answer": ANSWER, "keep": "y", "asked": TEXT}
    assert officer.post(f"/desk/questions/{question}/answer", data).status_code == 302
    with db.reading() as session:
        kept = find_article(session, offices.makham.agency_id, key_of(now(db, question, offices)))
    assert kept is not None
    assert (kept.question, kept.answer) == (TEXT, ANSWER)
    page = officer.get(f"/desk/questions/{question}").text
    assert "อยู่ในคลังคำตอบแล้ว" in page


def test_what_was_answered_can_be_kept_later_and_only_once(
    app: Flask, db: Database, offices: Offices, question: UUID
) -> None:
    officer = enter(app, offices, "officer")
    url = f"/desk/questions/{question}"
    kept = {"keep-asked": "ทำใบเสร็จภาษีหาย ขอใหม่ได้ไหม"}
    assert officer.post(f"{url}/keep", kept).status_code == 409
    officer.post(f"{url}/answer", {"answer": ANSWER})
    assert "เก็บเป็นคลังคำตอบ" in officer.get(url).text
    assert officer.post(f"{url}/keep", kept).status_code == 302
    assert officer.post(f"{url}/keep", kept).status_code == 302
    assert "อยู่ในคลังคำตอบแล้ว" in officer.get("/desk/questions").text
    assert actions_logged(db).count("article.kept") == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"answer": "   "}, "กรุณากรอกคำตอบ"),
        ({"answer": "ก" * 3001}, "ไม่เกิน 3,000 ตัวอักษร"),
        ({"answer": ANSWER, "keep": "y", "asked": ""}, "กรุณากรอกคำถามที่จะแสดง"),
        ({"answer": ANSWER, "keep": "y", "asked": "โทร 08-0000-0000"}, "อาจเป็นเบอร์โทร"),
        ({"answer": ANSWER, "keep": "y", "asked": "ก" * 301}, "ไม่เกิน 300 ตัวอักษร"),
    ],
)
def test_a_bad_answer_is_sent_back_with_what_to_mend(
    app: Flask,
    db: Database,
    offices: Offices,
    question: UUID,
    data: dict[str, str],
    sentence: str,
) -> None:
    answer = enter(app, offices, "officer").post(f"/desk/questions/{question}/answer", data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert data["answer"].strip() in answer.text
    assert now(db, question, offices).state is QuestionState.WAITING
    assert pushed(db) == []


def test_the_second_of_two_officers_keeps_what_was_typed(
    app: Flask, db: Database, offices: Offices, question: UUID
) -> None:
    url = f"/desk/questions/{question}/answer"
    enter(app, offices, "finance").post(url, {"answer": ANSWER})
    late = enter(app, offices, "officer").post(url, {"answer": "มาช้าไป"})
    assert late.status_code == 409
    assert "มีผู้ตอบหรือปิดไปแล้ว" in late.text
    assert "มาช้าไป" in late.text
    assert ANSWER in late.text
    assert len(pushed(db)) == 1


def test_where_there_is_nobody_to_send_to_the_page_says_so(
    app: Flask, db: Database, offices: Offices, question: UUID
) -> None:
    with db.writing() as session:
        contact = find_contact(session, offices.makham.agency_id, f"U-of-who-asks-{TEXT}")
        assert contact is not None
        contact.reachable = False
    officer = enter(app, offices, "officer")
    assert "ไม่มีแชตของผู้ถาม" in officer.get(f"/desk/questions/{question}").text
    officer.post(f"/desk/questions/{question}/answer", {"answer": ANSWER})
    assert "แต่ไม่ได้ส่ง" in officer.get("/desk/questions").text
    assert pushed(db) == []


def test_a_question_is_handed_to_another_division_and_told_anew(
    app: Flask, db: Database, offices: Offices, question: UUID
) -> None:
    with db.writing() as session:
        row = session.get_one(Question, (offices.makham.agency_id, question))
        row.told_on = NOON.date()
    works = offices.makham.divisions["works"]
    finance = enter(app, offices, "finance")
    url = f"/desk/questions/{question}"
    assert finance.post(f"{url}/hand-over", {"division": str(works.id)}).status_code == 302
    assert finance.get(url).status_code == 404
    assert enter(app, offices, "works").get(url).status_code == 200
    stored = now(db, question, offices)
    assert (stored.division_id, stored.told_on) == (works.id, None)
    foreign = str(offices.bangphra.divisions["works"].id)
    answer = enter(app, offices, "officer").post(f"{url}/hand-over", {"division": foreign})
    assert answer.status_code == 422


def test_a_question_is_closed_with_a_reason_and_nobody_is_told(
    app: Flask, db: Database, offices: Offices, question: UUID
) -> None:
    officer = enter(app, offices, "officer")
    url = f"/desk/questions/{question}"
    assert "กรุณากรอกเหตุผล" in officer.post(f"{url}/close", {"reason": " "}).text
    assert officer.post(f"{url}/close", {"reason": "ถามซ้ำ"}).status_code == 302
    assert officer.post(f"{url}/close", {"reason": "อีกครั้ง"}).status_code == 409
    assert "ถามซ้ำ" in officer.get(url).text
    stored = now(db, question, offices)
    assert (stored.state, stored.contact_id) == (QuestionState.CLOSED, None)
    with db.reading() as session:
        assert reason_of(session, stored) == "ถามซ้ำ"
    assert pushed(db) == []


def test_division_people_see_their_own_questions_and_officers_all(
    app: Flask, db: Database, offices: Offices, question: UUID
) -> None:
    ask(db, offices.makham, "ของกองช่าง", "works")
    ask(db, offices.makham, "ยังไม่รู้ว่าของใคร", None)
    ask(db, offices.bangphra, "ของที่อื่น")
    expected = {
        "admin": {TEXT, "ของกองช่าง", "ยังไม่รู้ว่าของใคร"},
        "officer": {TEXT, "ของกองช่าง", "ยังไม่รู้ว่าของใคร"},
        "finance": {TEXT},
        "finance_head": {TEXT},
        "works": {"ของกองช่าง"},
    }
    for person, theirs in expected.items():
        page = enter(app, offices, person).get("/desk/questions").text
        seen = {one for one in (*expected["admin"], "ของที่อื่น") if one in page}
        assert seen == theirs
        assert f">{len(theirs)} <small>คำถาม" in enter(app, offices, person).get("/desk/").text


def test_a_named_answerer_of_another_division_sees_its_questions(
    app: Flask, db: Database, offices: Offices, question: UUID
) -> None:
    works = enter(app, offices, "works")
    assert works.get(f"/desk/questions/{question}").status_code == 404
    with db.writing() as session:
        office = offices.makham
        name_answerer(
            session, office.agency_id, office.divisions["finance"].id, office.people["works"].id
        )
    assert works.get(f"/desk/questions/{question}").status_code == 200
    assert TEXT in works.get("/desk/questions").text


def test_the_page_counts_what_people_said_of_each_answer(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        for key, division in (("tax", "กองคลัง"), ("road", "กองช่าง")):
            row = ArticleRow(key, f"คำถามของ{division}", "คำตอบ", division=division)
            article = put_article(session, office.agency_id, row, NOON)
            for useful in (False, False, True, None):
                question = store_question(
                    session, office.agency_id, "x", QuestionState.ANSWERED, NOON, article=article
                )
                question.useful = useful
    for person, seen in (("officer", 2), ("finance", 1)):
        page = enter(app, offices, person).get("/desk/questions").text
        assert page.count("คำถามของกอง") == seen
        assert page.count("2 คน") == seen
        assert page.count("1 คน") == seen


# Who answers


def test_an_admin_names_who_answers_for_a_division(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    admin = enter(app, offices, "admin")
    finance, person = office.divisions["finance"].id, office.people["finance"].id
    data = {"division": str(finance), "person": str(person)}
    assert admin.post("/desk/answerers", data).status_code == 302
    page = admin.get("/desk/answerers").text
    assert "ผู้ตอบคำถามคือ เจ้าหน้าที่กองคลัง" in page
    assert "ยังไม่ได้เชื่อมบัญชี LINE" in page
    with db.writing() as session:
        contact = meet(session, office.agency_id, ContactKind.USER, "U-of-finance")
        session.merge(office.people["finance"]).contact_id = contact.id
    assert "ยังไม่ได้เชื่อมบัญชี LINE" not in admin.get("/desk/answerers").text
    admin.post("/desk/answerers", {"division": str(finance), "person": ""})
    with db.reading() as session:
        assert answerers_of(session, office.agency_id) == {}
    assert actions_logged(db).count("answerer.named") == 2


def test_nobody_from_elsewhere_and_nobody_without_the_right_is_named(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    admin = enter(app, offices, "admin")
    finance = str(office.divisions["finance"].id)
    foreign = str(offices.bangphra.people["finance"].id)
    auditor = str(office.people["auditor"].id)
    assert (
        admin.post("/desk/answerers", {"division": finance, "person": foreign}).status_code == 404
    )
    admin.post("/desk/answerers", {"division": finance, "person": auditor})
    assert "กรุณาเลือกผู้อื่น" in admin.get("/desk/answerers").text
    with db.reading() as session:
        assert answerers_of(session, office.agency_id) == {}
