"""Waiting questions that ask the same: one answer for all who asked."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Flask

from domain.grouping import group
from domain.states import QuestionState
from models.contact import ContactKind, find_contact, meet
from models.database import Database
from models.duty import add_duty
from models.knowledge import Question, articles_of
from tests.desk.browser import Browser
from tests.desk.test_questions_desk import actions_logged, now, pushed
from tests.desk.world import ask
from tests.offices import Office, Offices

MARKET = (
    "ตลาดนัดวันพุธย้ายไปไหน",
    "ตลาดนัดวันพุธย้ายไปตรงไหนแล้วคะ",
    "ตลาดนัดวันพุธย้ายไปไหน โทร 081-234-5678",
)
ANSWER = "ย้ายไปลานหน้าโรงเรียนแล้วค่ะ"


def enter(app: Flask, office: Office, person: str = "officer") -> Browser:
    return Browser(app).enter(office.people[person])


def market(db: Database, office: Office, division: str | None = "finance") -> list[UUID]:
    return [ask(db, office, text, division) for text in MARKET]


def link(browser: Browser) -> str:
    found = re.search(
        r"/desk/questions/groups/[0-9a-f-]{36}", browser.get("/desk/questions/groups").text
    )
    assert found
    return found.group(0)


def send(browser: Browser, url: str, ids: list[UUID], **values: object) -> tuple[int, str]:
    data = {
        "csrf_token": browser.token(),
        "offered": [str(one) for one in ids],
        "take": [str(one) for one in ids],
        "answer": ANSWER,
        **values,
    }
    answer = browser.client.post(url, data=data)
    return answer.status_code, answer.text


def test_likeness_groups_what_asks_the_same_and_is_the_same_every_time() -> None:
    texts = [*MARKET[:2], "ค่าน้ำประปาเดือนละเท่าไร", "ใบเสร็จภาษีหายทำอย่างไร", MARKET[2], "😀", "?"]
    assert group(texts) == [[0, 1, 4], [2], [3], [5], [6]]
    assert group(texts) == group(list(texts))
    assert group([]) == []


def test_one_answer_reaches_all_who_asked_and_becomes_an_entry(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    ids = market(db, office)
    ask(db, office, "ใบเสร็จภาษีหายทำอย่างไร")
    ask(db, offices.bangphra, MARKET[0])
    officer = enter(app, office)
    listed = officer.get("/desk/questions/groups").text
    assert "รวมเป็น 2 กลุ่ม" in listed
    assert listed.index("3 คน") < listed.index("ใบเสร็จภาษีหาย")
    url = link(officer)
    page = officer.get(url).text
    assert all(text in page for text in MARKET)
    assert "ใช้เป็นคำถามแบบอื่นไม่ได้" in page
    assert not re.search(r'name="way"[^>]* checked', page)
    ways = [str(one) for one in ids]
    assert send(officer, url, ids, keep="y", asked=MARKET[0], way=ways)[0] == 302
    assert (
        "ส่งคำตอบถึงผู้ถามทาง LINE แล้ว 3 คน และเก็บเป็นคลังคำตอบแล้ว" in officer.get("/desk/questions").text
    )
    assert [kind for kind, _ in pushed(db)] == ["question_answer"] * 3
    for question_id in ids:
        row = now(db, question_id, offices)
        assert (row.state, row.contact_id) == (QuestionState.ANSWERED, None)
    with db.reading() as session:
        [entry] = articles_of(session, office.agency_id)
        # The one with a telephone number was ticked, and is left out all the same.
        assert (entry.question, entry.paraphrases) == (MARKET[0], [MARKET[1]])
        assert articles_of(session, offices.bangphra.agency_id) == []
    assert actions_logged(db).count("question.answered") == 3


def test_a_question_that_is_taken_out_waits_on(app: Flask, db: Database, offices: Offices) -> None:
    ids = market(db, offices.makham)
    officer = enter(app, offices.makham)
    url = link(officer)
    assert send(officer, url, ids[:2])[0] == 302
    assert len(pushed(db)) == 2
    assert now(db, ids[2], offices).state is QuestionState.WAITING
    with db.reading() as session:
        assert articles_of(session, offices.makham.agency_id) == []


def test_the_second_officer_is_told_and_keeps_what_was_typed(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    ids = market(db, office)
    first, second = enter(app, office), enter(app, office, "finance")
    url = link(second)
    assert send(first, url, ids[:2])[0] == 302
    assert send(second, url, ids, answer="มาช้าไป")[0] == 302  # one was left
    assert "ข้าม 2 คำถามที่มีผู้ตอบ" in second.get("/desk/questions").text
    status, text = send(second, url, ids, answer="มาช้ากว่าอีก")
    assert status == 409
    assert "มาช้ากว่าอีก" in text
    assert len(pushed(db)) == 3


def test_nothing_is_sent_that_lacks_something(app: Flask, db: Database, offices: Offices) -> None:
    ids = market(db, offices.makham)
    officer = enter(app, offices.makham)
    url = link(officer)
    for values, sentence in (
        ({"answer": " "}, "กรุณากรอกคำตอบ"),
        ({"take": []}, "เลือกอย่างน้อยหนึ่งคำถาม"),
        ({"keep": "y", "asked": ""}, "กรุณากรอกคำถาม"),
        ({"keep": "y", "asked": MARKET[2]}, "อาจเป็นเบอร์โทร"),
        ({"answer": "😀" * 1501}, "ไม่เกิน 3,000"),
    ):
        status, text = send(officer, url, ids, **{"take": [str(one) for one in ids], **values})
        assert status == 422
        assert sentence in text
        assert MARKET[0] in text
    assert send(officer, url, ids, offered=["ก"])[0] == 400
    assert pushed(db) == []


def test_division_people_group_and_answer_their_own_questions_further_divisions_too(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    ids = market(db, office, "works")
    finance = enter(app, office, "finance")
    assert "ไม่มีคำถามที่รอคำตอบ" in finance.get("/desk/questions/groups").text
    url = f"/desk/questions/groups/{ids[0]}"
    assert finance.get(url).status_code == 404
    assert send(finance, url, ids)[0] == 409
    assert pushed(db) == []
    with db.writing() as session:
        person = session.merge(office.people["finance"])
        add_duty(session, person, office.divisions["works"].id, is_head=False)
    assert finance.get(f"/desk/questions/{ids[0]}").status_code == 200
    assert send(finance, url, ids)[0] == 302
    foreign = enter(app, offices.bangphra, "admin")
    assert foreign.get(url).status_code == 404
    assert send(foreign, url, ids)[0] == 409


def test_who_cannot_be_reached_is_counted_and_not_written_to(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    ids = market(db, office)
    with db.writing() as session:
        gone = find_contact(session, office.agency_id, f"U-of-who-asks-{MARKET[0]}")
        assert gone is not None
        gone.reachable = False
        meet(session, office.agency_id, ContactKind.USER, "U-other")
    officer = enter(app, office)
    url = link(officer)
    assert "ผู้ถามที่ยังส่งถึงได้ 2 คน" in officer.get(url).text
    send(officer, url, ids)
    assert "อีก 1 คำถามบันทึกคำตอบไว้" in officer.get("/desk/questions").text
    assert len(pushed(db)) == 2
    with db.reading() as session:
        states = {session.get_one(Question, (office.agency_id, one)).state for one in ids}
    assert states == {QuestionState.ANSWERED}


def test_who_asked_twice_counts_once_and_is_sent_one_answer(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    ids = market(db, office)
    with db.writing() as session:
        first = session.get_one(Question, (office.agency_id, ids[0]))
        again = session.get_one(Question, (office.agency_id, ids[1]))
        again.contact_id = first.contact_id
    officer = enter(app, office)
    listed = officer.get("/desk/questions/groups").text
    assert "2 คน" in listed
    assert "(3 ข้อ)" in listed
    url = link(officer)
    page = officer.get(url).text
    assert "3 ข้อ จาก 2 คน" in page
    assert "ผู้ถามที่ยังส่งถึงได้ 2 คน" in page
    assert send(officer, url, ids)[0] == 302
    assert "ส่งคำตอบถึงผู้ถามทาง LINE แล้ว 2 คน รวม 3 คำถาม" in officer.get("/desk/questions").text
    assert len(pushed(db)) == 2
    for question_id in ids:
        row = now(db, question_id, offices)
        assert (row.state, row.contact_id) == (QuestionState.ANSWERED, None)
    assert actions_logged(db).count("question.answered") == 3
