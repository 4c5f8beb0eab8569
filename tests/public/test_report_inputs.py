from __future__ import annotations

import json
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from handlers import uploads
from handlers.public.drafts import Draft, DraftFile
from models.complaint import ComplaintExclusion, ComplaintKind
from models.complaint_log import complaint_log
from models.database import Database
from models.division import add_division
from models.stored_file import StoredFile, files_of_complaint
from tests.offices import Offices
from tests.public.kept import complaints, drafts, the_only
from tests.public.visitor import Visitor, photo

SERVICE = ComplaintKind.SERVICE
PROGRAM = ("setup.exe", b"MZ" + bytes(600))


def count_files(db: Database) -> int:
    complaint, _ = the_only(db)
    with db.reading() as session:
        return len(files_of_complaint(session, complaint.agency_id, complaint.id))


def test_a_refused_file_leaves_the_rest_of_the_form_filled(visitor: Visitor, db: Database) -> None:
    answer = (
        visitor.begins()
        .fills_in(where="กองช่าง", files=[("a.jpg", photo()), PROGRAM, ("b.jpg", photo())])
        .page
    )
    assert answer.status_code == 422
    assert visitor.text.count("ไฟล์ “setup.exe” เป็นชนิดที่รับไม่ได้") == 2  # above, and at the field
    assert "มีการเรียกเงินค่าตรวจแบบ" in visitor.text
    assert 'value="กองช่าง"' in visitor.text
    assert "ได้รับไว้แล้ว 2 ไฟล์" in visitor.text
    visitor.send("/report/check")
    visitor.confirms()
    assert count_files(db) == 2


def test_a_huge_file_is_named_and_the_rest_stays(
    visitor: Visitor, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_MEGABYTES", 1)
    huge = ("long.mp4", bytes(2 * 1024 * 1024))
    visitor.begins().fills_in(files=[huge, ("a.jpg", photo())])
    assert "ไฟล์ “long.mp4” ใหญ่เกินไป" in visitor.text
    assert "มีการเรียกเงินค่าตรวจแบบ" in visitor.text
    visitor.send("/report/check")
    visitor.confirms()
    assert count_files(db) == 1


def test_too_much_together_takes_what_there_is_room_for(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_TOGETHER_MEGABYTES", 1)
    large = ("a.mp4", bytes(900 * 1024))
    again = ("b.mp4", bytes(900 * 1024))
    visitor.begins().fills_in(files=[large, again, ("c.jpg", photo())])
    assert "ไม่ได้รับไฟล์ “b.mp4” เพราะส่งรวมกันเกิน" in visitor.text
    assert "ได้รับไว้แล้ว 1 ไฟล์" in visitor.text


def test_what_nobody_would_send_is_cut_off_with_a_page_in_thai(
    visitor: Visitor, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.public.guard.MOST_BYTES_OF_A_REQUEST", 100_000)
    visitor.begins()
    answer = visitor.send(
        "/report/check", what="x", mode="anonymous", files=[("a", bytes(200_000))]
    )
    assert answer.status_code == 413
    assert "ไฟล์ใหญ่เกินไป" in visitor.text
    assert drafts(db) == []


def test_ten_files_and_no_more(visitor: Visitor, db: Database) -> None:
    visitor.begins().fills_in(files=[(f"{n}.jpg", photo()) for n in range(12)])
    assert visitor.text.count("เพราะเกิน 10 ไฟล์แล้ว") == 4
    visitor.send("/report/check", files=[("late.jpg", photo())])
    assert "ไม่ได้รับไฟล์ “late.jpg”" in visitor.text
    visitor.send("/report/check")
    visitor.confirms()
    assert count_files(db) == 10


def test_a_file_can_be_taken_out_again(visitor: Visitor, db: Database) -> None:
    visitor.begins()
    visitor.send("/report/check", attach="yes", what="x", files=[("a.jpg", photo())])
    assert visitor.page.status_code == 200
    [draft] = drafts(db)
    [kept] = draft["draft"]["files"]
    visitor.fills_in(many=[("drop", kept["id"])])
    visitor.confirms()
    assert count_files(db) == 0
    with db.reading() as session:
        assert session.scalars(select(StoredFile)).all() == []


def test_files_of_somebody_elses_draft_are_not_taken_along(app: Flask, db: Database) -> None:
    one, other = Visitor(app), Visitor(app)
    one.begins().fills_in(files=[("a.jpg", photo())])
    theirs = one.form("/report/send").value("draft")
    elsewhere = Visitor(app, "bangphra")
    elsewhere.begins()
    elsewhere.send("/report/check", what="x", mode="anonymous", draft=theirs)
    assert "1 ไฟล์" not in elsewhere.text
    other.begins()
    other.send("/report/check", what="x", mode="anonymous", draft="guessed")
    assert "1 ไฟล์" not in other.text


def test_a_report_is_kept_from_a_division_and_from_an_officer(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    office = offices.makham
    works = str(office.divisions["works"].id)
    visitor.begins().fills_in(many=[("division", works)])
    assert "กองช่าง" in visitor.text
    visitor.confirms()
    assert "คนและส่วนราชการที่ท่านระบุ" in visitor.text
    with db.reading() as session:
        [kept] = session.scalars(select(ComplaintExclusion)).all()
        assert kept.division_id == UUID(works)


def test_divisions_that_the_words_name_are_hidden_from_until_unticked(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    works = str(offices.makham.divisions["works"].id)
    visitor.begins().fills_in("คนของกองช่างเรียกรับเงิน")
    assert "ระบบเลือกส่วนราชการที่มีชื่อในเรื่องให้ด้วย" in visitor.text
    visitor.send("/report/edit")
    form = visitor.form("/report/check")
    assert ("division", works) in form.fields
    fields = [one for one in form.fields if one != ("division", works)]
    visitor.post(form.action, fields)
    assert "ระบบเลือกส่วนราชการ" not in visitor.text
    visitor.confirms()
    visitor.begins().fills_in("คนของกองช่างเรียกรับเงินอีกแล้ว").confirms()
    with db.reading() as session:
        [kept] = session.scalars(select(ComplaintExclusion)).all()
        assert str(kept.division_id) == works


def test_a_broken_road_is_hidden_from_nobody_whoever_it_names(
    visitor: Visitor, db: Database
) -> None:
    visitor.begins(SERVICE).fills_in("ขอให้กองช่างมาซ่อมถนน").confirms()
    with db.reading() as session:
        assert session.scalars(select(ComplaintExclusion)).all() == []


def test_corruption_told_at_another_door_is_offered_its_own(visitor: Visitor, db: Database) -> None:
    visitor.begins(SERVICE).fills_in("เจ้าหน้าที่เรียกรับสินบนค่าใบอนุญาต", where="ที่ตลาด")
    assert "เรื่องนี้อาจเป็นเบาะแสทุจริต" in visitor.text
    form = visitor.form("/report/edit")
    visitor.post(form.action, [*form.fields, ("kind", "corruption")])
    assert "เจ้าหน้าที่เรียกรับสินบน" in visitor.text
    assert "ใครเกี่ยวข้องบ้าง" in visitor.text
    visitor.send("/report/check")
    assert "อาจเป็นเบาะแสทุจริต" not in visitor.text
    visitor.confirms()
    complaint, content = the_only(db)
    assert complaint.kind is ComplaintKind.CORRUPTION
    assert content["where"] == "ที่ตลาด"
    visitor.begins(SERVICE).fills_in("ไฟถนนดับ")
    assert "อาจเป็นเบาะแสทุจริต" not in visitor.text


def test_when_nobody_would_be_left_to_read_it_the_page_says_so_and_where_to_turn(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    only = str(offices.makham.people["integrity"].id)
    visitor.begins().fills_in(many=[("person", only)])
    assert visitor.page.status_code == 422
    for told in ("ไม่เหลือใครในหน่วยงานนี้ที่เปิดอ่านเรื่องนี้ได้", "1205", "1206"):
        assert told in visitor.text
    assert complaints(db) == []


def test_where_nobody_reads_corruption_reports_none_is_taken(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    visitor.begins().fills_in()
    with db.writing() as session:
        session.merge(offices.makham.people["integrity"]).active = False
    assert visitor.send("/report/send").status_code == 409
    assert "1205" in visitor.text
    assert drafts(db) == []
    visitor.begins()
    assert "ไม่มีใครในหน่วยงานนี้ที่เปิดอ่านเรื่องนี้ได้" in visitor.text
    assert "1206" in visitor.text
    visitor.begins(SERVICE).fills_in("ไฟดับ").confirms()


def test_ids_that_were_not_offered_are_left_out(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    theirs = offices.bangphra
    forged = [
        ("division", str(theirs.divisions["works"].id)),
        ("person", str(theirs.people["integrity"].id)),
        ("person", str(offices.makham.people["officer"].id)),  # reads no corruption reports
        ("division", "not an id"),
        ("person", "'; DROP TABLE complaint"),
    ]
    visitor.begins().fills_in(many=forged).confirms()
    with db.reading() as session:
        assert session.scalars(select(ComplaintExclusion)).all() == []


@pytest.mark.parametrize("kind", ["", "bribery", "CORRUPTION", "service\0"])
def test_a_kind_that_does_not_exist_is_refused(visitor: Visitor, db: Database, kind: str) -> None:
    visitor.get("/report")
    assert visitor.send("/report/form", kind=kind).status_code == 422
    visitor.begins()
    answer = visitor.send("/report/check", kind=kind, what="x", mode="anonymous")
    assert answer.status_code == 422
    assert drafts(db) == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("12.60001,102.10002", True),
        ("91,10", False),
        ("1,181", False),
        ("nan,nan", False),
        ("12.6,102.1,3", False),
        ("<script>", False),
        ("๑๒.๖,๑๐๒.๑", False),
    ],
)
def test_a_place_is_taken_only_as_our_script_writes_it(
    visitor: Visitor, db: Database, sent: str, kept: bool
) -> None:
    visitor.begins(SERVICE).fills_in("ไฟดับ", coordinates=sent).confirms()
    assert the_only(db)[1].get("coordinates") == (sent if kept else None)


def test_a_corruption_report_takes_no_place_even_when_one_is_sent(
    visitor: Visitor, db: Database
) -> None:
    visitor.begins().fills_in(coordinates="12.6,102.1").confirms()
    assert "coordinates" not in the_only(db)[1]


@pytest.mark.parametrize(
    "words",
    [
        "ຖະໜົນເພ ແລະ ไฟดับ",
        "လမ်းပျက်နေသည်",
        "الطريق مكسور",
        "道路が壊れている 👩‍👩‍👧‍👦",
        "<b>ตัวหนา</b> & “อัญประกาศ”",
        "ก่\u0e4d้ำ" + "\u200b" * 5 + "จบ",
        "{{ 7 * 7 }} {name}",
    ],
)
def test_any_script_comes_through_as_it_was_typed(
    visitor: Visitor, db: Database, words: str
) -> None:
    visitor.begins(SERVICE).fills_in(words)
    assert "<b>ตัวหนา" not in visitor.text
    visitor.confirms()
    assert the_only(db)[1]["what"] == words


def test_nul_and_broken_letters_do_no_harm(visitor: Visitor, db: Database) -> None:
    visitor.begins(SERVICE).fills_in("ไฟ\0ดับ\r\nสองวัน").confirms()
    assert the_only(db)[1]["what"] == "ไฟดับ\nสองวัน"


def test_too_long_is_said_and_nothing_is_cut(visitor: Visitor, db: Database) -> None:
    long = "ก" * 5001
    assert visitor.begins(SERVICE).fills_in(long).page.status_code == 422
    assert "เขียนได้ไม่เกิน 5,000 ตัวอักษร" in visitor.text
    assert long in visitor.text
    visitor.send("/report/check", what=long[1:])
    visitor.confirms()
    assert len(the_only(db)[1]["what"]) == 5000


def test_two_hundred_divisions_with_long_names_can_all_be_ticked(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        for number in range(200):
            name = f"กองส่งเสริมคุณภาพชีวิตและสิ่งแวดล้อมชุมชนที่ {number} " + "ยาว" * 50
            add_division(session, offices.makham.agency_id, name[:200])
    visitor.begins()
    page = visitor.text
    ids = [one.partition('"')[0] for one in page.split('name="division" value="')[1:]]
    assert len(ids) == 203
    visitor.fills_in(many=[("division", one) for one in ids]).confirms()
    with db.reading() as session:
        assert len(session.scalars(select(ComplaintExclusion)).all()) == 203
        # The integrity officer belongs to no division.
        integrity = session.merge(offices.makham.people["integrity"], load=True)
        assert len(complaint_log(session, integrity, 5)) == 1


def test_an_agency_that_is_not_there_answers_in_thai(app: Flask) -> None:
    client = app.test_client()
    for url in ("/a/nowhere/", "/a/nowhere/report", "/a/nowhere/x/y", "/a/", "/a/makham/what"):
        answer = client.get(url)
        assert answer.status_code == 404
        assert "ไม่พบ" in answer.get_data(as_text=True)


def test_a_draft_survives_the_way_through_json() -> None:
    draft = Draft(
        SERVICE,
        {"what": "x"},
        files=(DraftFile("1", "image/jpeg", 3),),
        divisions=("a",),
        mode="named",
    )
    assert Draft.from_json(json.loads(json.dumps(draft.to_json()))) == draft
