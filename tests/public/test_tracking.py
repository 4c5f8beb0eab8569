from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from domain.states import ComplaintState
from models.complaint import Complaint, ComplaintKind, EntryKind, move_complaint
from models.complaint_reporter import ComplaintRating, case_of
from models.complaint_work import answer_complaint
from models.database import Database
from models.stored_file import files_of_complaint
from tests.offices import NOON, Offices
from tests.public.kept import by_code
from tests.public.visitor import Visitor, photo

SERVICE = ComplaintKind.SERVICE


@pytest.fixture
def code(visitor: Visitor) -> str:
    return visitor.begins(SERVICE).fills_in("ไฟถนนดับทั้งซอย").confirms()


def close(db: Database, offices: Offices, complaint: Complaint, answer: str = "") -> None:
    with db.writing() as session:
        officer = session.merge(offices.makham.people["officer"])
        held = session.merge(complaint)
        if answer:
            answer_complaint(session, held, officer, answer, NOON)
        move_complaint(session, held, ComplaintState.CLOSED, officer, NOON, "เหตุผลภายใน")


def kinds(db: Database, complaint: Complaint) -> list[EntryKind]:
    with db.reading() as session:
        lines = case_of(session, session.merge(complaint, load=True)).lines
        return [line.kind for line in lines]


def test_the_code_opens_the_case_and_says_by_when_there_is_an_answer(
    visitor: Visitor, code: str
) -> None:
    visitor.opens(code)
    assert "รับเรื่องแล้ว" in visitor.text
    assert "30\u00a0มีนาคม\u00a02566" in visitor.text
    assert "ไฟถนนดับ" not in visitor.text  # what was reported is not shown to whoever finds a code


def test_answers_are_read_and_reasons_among_officers_are_not(
    visitor: Visitor, db: Database, offices: Offices, code: str
) -> None:
    close(db, offices, by_code(db, offices.makham, code), "ซ่อมแล้วเมื่อเช้า")
    visitor.opens(code)
    assert "ซ่อมแล้วเมื่อเช้า" in visitor.text
    assert "เหตุผลภายใน" not in visitor.text


@pytest.mark.parametrize("typed", ["with spaces", "without", "thai digits"])
def test_a_code_is_read_however_it_is_typed(visitor: Visitor, code: str, typed: str) -> None:
    thai = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    ways = {"with spaces": code, "without": code.replace(" ", ""), "thai digits": code}
    text = ways[typed].translate(thai) if typed == "thai digits" else ways[typed]
    assert "เรื่องของท่าน" in visitor.opens(text).text


def test_a_wrong_digit_is_told_apart_from_an_unknown_code(visitor: Visitor, code: str) -> None:
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    visitor.opens(wrong)
    assert visitor.page.status_code == 422
    assert "มีตัวเลขผิดอย่างน้อยหนึ่งหลัก" in visitor.text
    visitor.opens("0000 0000 0000 0000")
    assert visitor.page.status_code == 404
    assert "ไม่พบเรื่อง" in visitor.text
    visitor.opens("12345")
    assert "เป็นตัวเลข 16 หลัก" in visitor.text


def test_a_code_of_one_agency_opens_nothing_at_the_other(app: Flask, code: str) -> None:
    theirs = Visitor(app, "bangphra").opens(code)
    assert theirs.page.status_code == 404
    assert "ไม่พบเรื่อง" in theirs.text


def test_a_ticket_of_one_agency_opens_nothing_at_the_other(
    app: Flask, visitor: Visitor, code: str
) -> None:
    ticket = visitor.opens(code).form("/track/add").value("ticket")
    theirs = Visitor(app, "bangphra")
    mine = theirs.begins(SERVICE).fills_in("ของที่นี่").confirms()
    theirs.opens(mine)
    assert theirs.send("/track/add", text="แอบเพิ่ม", ticket=ticket).status_code == 403


def test_words_evidence_and_questions_are_added(
    visitor: Visitor, db: Database, offices: Offices, code: str
) -> None:
    visitor.opens(code).send("/track/add", text="ยังดับอยู่", files=[("a.jpg", photo())])
    assert "ส่งข้อมูลเพิ่มแล้ว" in visitor.text
    assert "ยังดับอยู่" in visitor.text
    visitor.send("/track/add", text="จะซ่อมเมื่อไร", asks="yes")
    assert "ส่งคำถามแล้ว" in visitor.text
    complaint = by_code(db, offices.makham, code)
    assert kinds(db, complaint) == [EntryKind.ADDED, EntryKind.ASKED]
    with db.reading() as session:
        assert len(files_of_complaint(session, complaint.agency_id, complaint.id)) == 1


def test_nothing_is_not_added(visitor: Visitor, code: str) -> None:
    visitor.opens(code).send("/track/add", text="  ")
    assert visitor.page.status_code == 422
    assert "ไม่มีทั้งข้อความและไฟล์" in visitor.text


def test_a_refused_file_keeps_the_words_and_the_other_files(
    visitor: Visitor, db: Database, offices: Offices, code: str
) -> None:
    visitor.opens(code).send(
        "/track/add", text="มีรูปเพิ่ม", files=[("a.jpg", photo()), ("x.exe", b"MZ" + bytes(99))]
    )
    assert visitor.page.status_code == 422
    assert "ไฟล์ “x.exe” เป็นชนิดที่รับไม่ได้" in visitor.text
    complaint = by_code(db, offices.makham, code)
    assert kinds(db, complaint) == []
    visitor.send("/track/add")  # as it stands
    assert kinds(db, complaint) == [EntryKind.ADDED]
    assert "มีรูปเพิ่ม" in visitor.text
    with db.reading() as session:
        assert len(files_of_complaint(session, complaint.agency_id, complaint.id)) == 1


def test_files_kept_for_one_case_do_not_go_to_another(
    visitor: Visitor, db: Database, offices: Offices, code: str
) -> None:
    other = visitor.begins(SERVICE).fills_in("ท่อน้ำแตก").confirms()
    visitor.opens(code).send(
        "/track/add", text="x", files=[("a.jpg", photo()), ("x.exe", b"MZ" + bytes(99))]
    )
    kept = visitor.form("/track/add").value("kept")
    visitor.opens(other).send("/track/add", text="y", kept=kept)
    complaint = by_code(db, offices.makham, other)
    with db.reading() as session:
        assert files_of_complaint(session, complaint.agency_id, complaint.id) == []


def test_the_same_page_sent_twice_adds_once(
    visitor: Visitor, db: Database, offices: Offices, code: str
) -> None:
    visitor.opens(code)
    form = visitor.form("/track/add")
    fields = [(name, text) for name, text in form.fields if name != "text"]
    for _ in range(2):
        visitor.post(form.action, [*fields, ("text", "ครั้งเดียว")])
    assert kinds(db, by_code(db, offices.makham, code)) == [EntryKind.ADDED]


def test_withdrawing_asks_first_and_can_be_undone(
    visitor: Visitor, db: Database, offices: Offices, code: str
) -> None:
    visitor.opens(code).send("/track/withdraw")
    assert "ต้องการถอนเรื่องนี้ใช่ไหม" in visitor.text
    assert by_code(db, offices.makham, code).state is ComplaintState.RECEIVED
    visitor.send("/track/show")
    assert "เรื่องของท่าน" in visitor.text
    visitor.send("/track/withdraw")
    visitor.send("/track/withdraw", sure="yes")
    assert "ถอนเรื่องแล้ว" in visitor.text
    assert by_code(db, offices.makham, code).state is ComplaintState.WITHDRAWN
    visitor.send("/track/reopen", text="เปลี่ยนใจ")
    assert "เจ้าหน้าที่จะตรวจสอบอีกครั้ง" in visitor.text
    assert by_code(db, offices.makham, code).state is ComplaintState.IN_REVIEW


def test_a_closed_case_is_rated_with_a_comment(
    visitor: Visitor, db: Database, offices: Offices, code: str
) -> None:
    complaint = by_code(db, offices.makham, code)
    close(db, offices, complaint)
    visitor.opens(code).send("/track/rate", text="")
    assert "กรุณาเลือกคะแนน" in visitor.text
    visitor.send("/track/rate", stars="4", text="ช้าไปนิด")
    assert "บันทึกคะแนนแล้ว" in visitor.text
    assert "4 ดี" in visitor.text
    assert "ช้าไปนิด" in visitor.text
    with db.reading() as session:
        rating = session.get(ComplaintRating, (complaint.agency_id, complaint.id))
        assert rating is not None
        assert rating.stars == 4


@pytest.mark.parametrize("stars", ["0", "6", "-1", "five", "๕"])
def test_a_rating_beyond_one_to_five_is_none(
    visitor: Visitor, db: Database, offices: Offices, code: str, stars: str
) -> None:
    close(db, offices, by_code(db, offices.makham, code))
    visitor.opens(code).send("/track/rate", stars=stars)
    assert visitor.page.status_code == 422


def test_what_is_no_longer_possible_is_said_and_what_was_typed_stays(
    visitor: Visitor, db: Database, offices: Offices, code: str
) -> None:
    visitor.opens(code)
    form = visitor.form("/track/add")
    close(db, offices, by_code(db, offices.makham, code))
    fields = [(name, text) for name, text in form.fields if name != "text"]
    answer = visitor.post(form.action, [*fields, ("text", "สายไปแล้ว")])
    assert answer.status_code == 409
    assert "สถานะของเรื่องเปลี่ยนไปแล้ว" in visitor.text
    assert "ปิดเรื่องแล้ว" in visitor.text
    assert "สายไปแล้ว" in visitor.text
    assert kinds(db, by_code(db, offices.makham, code)) == [EntryKind.MOVED]


def test_a_ticket_ends_after_half_an_hour_and_the_words_are_not_lost(
    visitor: Visitor, code: str, frozen: time_machine.Traveller
) -> None:
    visitor.opens(code)
    frozen.shift(timedelta(minutes=31))
    answer = visitor.send("/track/add", text="พิมพ์ไว้ยาวมาก")
    assert answer.status_code == 403
    assert "เปิดไว้นานเกิน 30 นาที" in visitor.text
    assert "พิมพ์ไว้ยาวมาก" in visitor.text
    assert "เรื่องของท่าน" in visitor.opens(code).text


def test_using_the_page_keeps_it_open(
    visitor: Visitor, code: str, frozen: time_machine.Traveller
) -> None:
    visitor.opens(code)
    for number in range(3):
        frozen.shift(timedelta(minutes=20))
        visitor.send("/track/add", text=f"ครั้งที่ {number}")
        assert visitor.page.status_code == 200


@pytest.mark.parametrize("ticket", ["", "AAAA", "ก", "x" * 300, "-_-_"])
@pytest.mark.parametrize("action", ["add", "withdraw", "reopen", "rate", "show"])
def test_a_forged_ticket_opens_nothing(
    visitor: Visitor, code: str, action: str, ticket: str
) -> None:
    form = visitor.opens(code).form("/track/add")
    fields = [("csrf_token", form.value("csrf_token")), ("ticket", ticket), ("text", "x")]
    answer = visitor.post(f"{visitor.base}/track/{action}", [*fields, ("stars", "5")])
    assert answer.status_code == 403
    assert "กรุณากรอกรหัสอีกครั้ง" in visitor.text


def test_after_ten_wrong_codes_an_address_waits_and_is_told_how_long(
    app: Flask, visitor: Visitor, code: str, frozen: time_machine.Traveller
) -> None:
    for _ in range(10):
        visitor.opens("0000 0000 0000 0000")
        assert visitor.page.status_code == 404
    visitor.opens(code)
    assert visitor.page.status_code == 429
    assert "กรุณาลองใหม่ในอีก 10 นาที" in visitor.text
    assert int(visitor.page.headers["Retry-After"]) <= 600
    # Others, and the same address at another agency, go on.
    assert "เรื่องของท่าน" in Visitor(app, address="203.0.113.8").opens(code).text
    elsewhere = Visitor(app, "bangphra", address=visitor.address)
    assert elsewhere.opens("0000 0000 0000 0000").page.status_code == 404
    frozen.shift(timedelta(minutes=11))
    assert "เรื่องของท่าน" in visitor.opens(code).text


def test_english_is_carried_through_tracking(visitor: Visitor, code: str) -> None:
    visitor.get("/track?lang=en")
    visitor.send("/track", code=code)
    assert "Your report" in visitor.text
    visitor.send("/track/add", text="still dark")
    assert "What you added was sent." in visitor.text
    visitor.send("/track/withdraw")
    assert "Do you want to withdraw this report?" in visitor.text
