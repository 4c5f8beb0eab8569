"""The knowledge base on the desk: found, added, changed, taken out; by whom, and by two at once."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from domain.states import QuestionState
from models.audit import AuditEntry
from models.database import Database
from models.duty import add_duty
from models.knowledge import Article, knowledge_version, store_question
from tests.desk.browser import Browser
from tests.desk.world import know
from tests.offices import NOON, Office, Offices

TODAY = date(2023, 3, 15)
FORM = {
    "question": "ค่าเก็บขยะเดือนละเท่าไร",
    "answer": "เดือนละ 20 บาทต่อครัวเรือน\n\nจ่ายที่กองคลัง",
    "paraphrases": "ค่าขยะกี่บาท\n\nขยะจ่ายเท่าไหร่|ค่าถังขยะ",
    "category": "ค่าธรรมเนียม",
    "link": "https://www.example.go.th/waste",
    "division": "",
    "valid_until": "31/12/2566",
}


def enter(app: Flask, office: Office, person: str = "officer") -> Browser:
    return Browser(app).enter(office.people[person])


def articles(db: Database, office: Office) -> dict[str, Article]:
    with db.reading() as session:
        rows = session.scalars(select(Article).where(Article.agency_id == office.agency_id)).all()
        session.expunge_all()
        return {one.question: one for one in rows}


def actions(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def rate(db: Database, office: Office, key: str, *verdicts: bool | None, text: str = "x") -> None:
    with db.writing() as session:
        article = session.scalar(
            select(Article).where(Article.agency_id == office.agency_id, Article.key == key)
        )
        for verdict in verdicts:
            question = store_question(
                session, office.agency_id, text, QuestionState.ANSWERED, NOON, article=article
            )
            question.useful = verdict


def version(db: Database, office: Office, today: date = TODAY) -> str:
    with db.reading() as session:
        return knowledge_version(session, office.agency_id, today)


def change(browser: Browser, article: Article, **values: str) -> tuple[int, str]:
    url = f"/desk/knowledge/{article.id}"
    data = {
        "seen": browser.seen(url, "article"),
        "question": article.question,
        "answer": article.answer,
        **values,
    }
    answer = browser.post(url, data)
    return answer.status_code, answer.text


def test_an_entry_is_added_shown_as_line_shows_it_and_the_log_knows(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    officer = enter(app, office)
    before = version(db, office)
    seen = officer.post("/desk/knowledge/new", {**FORM, "deed": "preview"})
    assert "ข้อมูลจากเทศบาลตำบลมะขาม ปรับปรุงเมื่อ 15 มี.ค. 2566" in seen.text
    assert articles(db, office) == {}
    assert officer.post("/desk/knowledge/new", FORM).status_code == 302
    [(question, kept)] = articles(db, office).items()
    assert question == FORM["question"]
    assert kept.paraphrases == ["ค่าขยะกี่บาท", "ขยะจ่ายเท่าไหร่", "ค่าถังขยะ"]
    assert (kept.category, kept.valid_until) == ("ค่าธรรมเนียม", date(2023, 12, 31))
    assert re.fullmatch(r"k-[0-9a-f]{12}", kept.key)
    assert version(db, office) != before
    assert actions(db) == ["article.added"]
    page = officer.get(f"/desk/knowledge/{kept.id}").text
    assert "31/12/2566" in page
    assert "https://www.example.go.th/waste" in page
    assert articles(db, offices.bangphra) == {}


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("question", " ", "กรุณากรอกคำถาม"),
        ("question", "ก" * 301, "ไม่เกิน 300 ตัวอักษร"),
        ("answer", "", "กรุณากรอกคำตอบ"),
        ("answer", "😀" * 1501, "ไม่เกิน 3,000 ตัวอักษร"),
        ("paraphrases", "\n".join(f"แบบ {number}" for number in range(51)), "ไม่เกิน 50 แบบ"),
        ("paraphrases", "ก" * 301, "ไม่เกินแบบละ 300"),
        ("link", "http://x.example", "ขึ้นต้นด้วย https://"),
        ("link", "javascript:alert(1)", "ขึ้นต้นด้วย https://"),
        ("valid_until", "พรุ่งนี้", "อ่านวันที่ไม่ได้"),
        ("valid_until", "14/3/2566", "วันนี้ผ่านไปแล้ว"),
        ("division", "no-such-division", "กรุณาเลือกส่วนราชการ"),
        ("category", "ก" * 101, "หมวดยาวเกิน 100"),
    ],
    ids=[
        *("no_question", "long_question", "no_answer", "long_answer", "many_ways", "long_way"),
        *("http", "script", "no_day", "past", "division", "category"),
    ],
)
def test_what_cannot_be_stored_is_said_beside_its_field_and_nothing_is_lost(
    app: Flask, db: Database, offices: Offices, field: str, text: str, sentence: str
) -> None:
    answer = enter(app, offices.makham).post("/desk/knowledge/new", {**FORM, field: text})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (FORM["answer"] if field != "answer" else FORM["question"]).split("\n")[0] in answer.text
    assert articles(db, offices.makham) == {}


def test_an_empty_form_names_all_that_lacks(app: Flask, db: Database, offices: Offices) -> None:
    empty = {"question": "", "answer": " ", "valid_until": "14/3/2566"}
    answer = enter(app, offices.makham).post("/desk/knowledge/new", {**FORM, **empty})
    assert answer.status_code == 422
    for sentence in ("กรุณากรอกคำถาม", "กรุณากรอกคำตอบ", "วันนี้ผ่านไปแล้ว"):
        assert sentence in answer.text
    assert articles(db, offices.makham) == {}


def test_a_day_that_is_over_points_to_a_button_only_where_there_is_one(
    app: Flask, db: Database, offices: Offices
) -> None:
    officer = enter(app, offices.makham)
    new = officer.post("/desk/knowledge/new", {**FORM, "valid_until": "14/3/2566"})
    assert "เว้นว่างหากไม่มีกำหนด" in new.text
    assert "ลบหรือเลิกใช้" not in new.text
    assert officer.post("/desk/knowledge/new", FORM).status_code == 302
    [kept] = articles(db, offices.makham).values()
    status, text = change(officer, kept, valid_until="14/3/2566")
    assert status == 422
    assert "ให้กด “ลบหรือเลิกใช้” ด้านล่าง" in text
    assert '<h2 id="remove">ลบหรือเลิกใช้</h2>' in text


def test_the_key_stays_and_the_version_changes_with_every_edit_of_one_instant(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    know(db, office)
    officer = enter(app, office)
    [article] = articles(db, office).values()
    seen = {version(db, office)}
    for answer in ("ที่กองคลังชั้น 2", "ที่กองคลังชั้น 3"):  # the clock of the tests stands still
        assert change(officer, article, answer=answer)[0] == 302
        seen.add(version(db, office))
    assert len(seen) == 3
    [kept] = articles(db, office).values()
    assert (kept.key, kept.answer) == ("land-tax", "ที่กองคลังชั้น 3")
    assert change(officer, kept)[0] == 302
    assert actions(db) == ["article.changed"] * 2  # what changes nothing leaves no line


def test_the_second_of_two_officers_is_told_what_changed_and_keeps_what_was_typed(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    know(db, office)
    [article] = articles(db, office).values()
    first, second = enter(app, office), enter(app, office, "admin")
    url = f"/desk/knowledge/{article.id}"
    mark = second.seen(url, "article")
    assert change(first, article, answer="ชำระที่ธนาคารก็ได้")[0] == 302
    data = {"seen": mark, "question": article.question, "answer": "ของคนที่สอง"}
    late = second.post(url, data)
    assert late.status_code == 409
    assert "ชำระที่ธนาคารก็ได้" in late.text
    assert "ของคนที่สอง" in late.text
    [kept] = articles(db, office).values()
    assert kept.answer == "ชำระที่ธนาคารก็ได้"
    found = re.search(r'id="article-seen"[^>]* value="([^"]*)"', late.text)
    assert found
    again = second.post(url, {**data, "seen": found.group(1)})
    assert again.status_code == 302
    first.post(f"{url}/remove", {"seen": first.seen(url, "article")})
    gone = second.post(url, data)
    assert gone.status_code == 409
    assert "ของคนที่สอง" in gone.text
    assert "ลบรายการนี้ไปแล้ว" in gone.text


def test_what_was_never_shown_is_deleted_and_what_was_is_retired(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    shown, never = know(db, office), know(db, office, "road", question="แจ้งซ่อมถนนที่ไหน")
    rate(db, office, "land-tax", None)
    officer = enter(app, office)
    before = version(db, office)
    for article_id, button in ((shown, "เลิกใช้รายการนี้"), (never, "ลบรายการนี้")):
        url = f"/desk/knowledge/{article_id}"
        assert button in officer.get(url).text
        stale = officer.post(f"{url}/remove", {"seen": "x"})
        assert stale.status_code == 409
        assert (
            officer.post(f"{url}/remove", {"seen": officer.seen(url, "article")}).status_code == 302
        )
        assert version(db, office) != before
        before = version(db, office)
    [kept] = articles(db, office).values()
    assert kept.valid_until == TODAY - timedelta(days=1)
    assert actions(db) == ["article.retired", "article.removed"]
    assert "หมดอายุแล้ว" in officer.get("/desk/knowledge?state=expired").text


def test_division_people_read_all_and_change_what_their_divisions_answer_for(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    tax = know(db, office, division="กองคลัง")
    road = know(db, office, "road", division="กองช่าง", question="ซ่อมถนน")
    nobody = know(db, office, "hours", question="เปิดกี่โมง")
    finance = enter(app, office, "finance")
    values = {"seen": "x", "question": "ก", "answer": "ข"}
    for article_id, code in ((tax, 409), (road, 403), (nobody, 403)):
        assert finance.get(f"/desk/knowledge/{article_id}").status_code == 200
        assert finance.post(f"/desk/knowledge/{article_id}", values).status_code == code
        assert finance.post(f"/desk/knowledge/{article_id}/remove").status_code == code
    works = str(office.divisions["works"].id)
    own = str(office.divisions["finance"].id)
    assert finance.post("/desk/knowledge/new", {**FORM, "division": works}).status_code == 422
    assert finance.post("/desk/knowledge/new", {**FORM, "division": own}).status_code == 302
    with db.writing() as session:
        person = session.merge(office.people["finance"])
        add_duty(session, person, office.divisions["works"].id, is_head=False)
    assert finance.post(f"/desk/knowledge/{road}", values).status_code == 409
    theirs = know(db, offices.bangphra)
    assert enter(app, office, "admin").get(f"/desk/knowledge/{theirs}").status_code == 404


def test_the_filters_live_in_the_address_and_nonsense_is_said(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    know(db, office, division="กองคลัง", category="ภาษี", paraphrases=["จ่ายค่าที่ 100% ตรงไหน"])
    know(db, office, "old", question="ของเก่า", valid_until=date(2023, 3, 14))
    know(db, office, "soon", question="ใกล้หมด", valid_until=date(2023, 4, 14))
    know(db, office, "later", question="อีกนาน", valid_until=date(2023, 4, 15))
    know(db, offices.bangphra, "theirs", question="ของที่อื่น")
    rate(db, office, "land-tax", False, True, True, None)
    officer = enter(app, office)
    every = {"ชำระภาษีที่ดินที่ไหน", "ของเก่า", "ใกล้หมด", "อีกนาน"}
    finance = office.divisions["finance"].id
    for query, expected in {
        "": every,
        "?q=จ่ายค่าที่": {"ชำระภาษีที่ดินที่ไหน"},
        "?q=100%25": {"ชำระภาษีที่ดินที่ไหน"},
        "?q=_": set(),
        "?category=ภาษี": {"ชำระภาษีที่ดินที่ไหน"},
        "?category=-": {"ของเก่า", "ใกล้หมด", "อีกนาน"},
        f"?division={finance}": {"ชำระภาษีที่ดินที่ไหน"},
        "?division=-&state=valid": {"ใกล้หมด", "อีกนาน"},
        "?state=expired": {"ของเก่า"},
        "?state=soon": {"ใกล้หมด"},
        "?state=useless": {"ชำระภาษีที่ดินที่ไหน"},
        "?page=99": every,
    }.items():
        page = officer.get(f"/desk/knowledge{query}")
        assert page.status_code == 200
        assert {one for one in (*every, "ของที่อื่น") if f"<strong>{one}" in page.text} == expected
        assert "อ่านไม่ได้" not in page.text
    assert "ได้คำตอบ 67%" in officer.get("/desk/knowledge").text
    for query in ("?state=maybe", "?division=5", "?page=-1", "?page=x", "?page=0", "?q=%00"):
        page = officer.get(f"/desk/knowledge{query}")
        assert page.status_code == 200
        assert ("อ่านไม่ได้" in page.text) == (query != "?q=%00")


def test_many_entries_are_paged(app: Flask, db: Database, offices: Offices) -> None:
    for number in range(60):
        know(db, offices.makham, f"k{number}", question=f"คำถามที่ {number:02}.")
    officer = enter(app, offices.makham)
    pages = [officer.get(f"/desk/knowledge?page={page}").text for page in (1, 2)]
    assert [page.count("<strong>คำถามที่") for page in pages] == [50, 10]
    assert "พบ 60 รายการ" in pages[0]
    assert "หน้า 2 จาก 2" in pages[1]


def test_what_people_found_wanting_is_listed_with_what_they_asked(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    know(db, office, division="กองคลัง")
    know(db, office, "road", division="กองช่าง", question="ซ่อมถนน")
    know(db, office, "good", question="ไม่มีใครว่า")
    rate(db, office, "land-tax", False, text="ภาษีป้ายจ่ายที่ไหน")
    rate(db, office, "land-tax", True, None, text="ไม่ควรแสดง")
    rate(db, office, "road", False, False, text="ไฟดับแจ้งใคร")
    rate(db, office, "good", True)
    page = enter(app, office).get("/desk/knowledge/useless").text
    assert page.index("ซ่อมถนน") < page.index("ชำระภาษีที่ดิน")
    assert "ภาษีป้ายจ่ายที่ไหน" in page
    assert "ไม่ควรแสดง" not in page
    assert "ไม่มีใครว่า" not in page
    page = enter(app, office, "finance").get("/desk/knowledge/useless").text
    assert "ซ่อมถนน" not in page
    assert "ชำระภาษีที่ดิน" in page
