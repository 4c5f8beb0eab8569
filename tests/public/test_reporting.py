from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import event, select

from domain.consent import CONSENT_VERSION
from domain.states import ComplaintState
from models import vault
from models.complaint import (
    ComplaintChannel,
    ComplaintJoin,
    ComplaintKind,
    IdentityMode,
    Reporter,
    move_complaint,
)
from models.complaint_access import access_complaint
from models.database import Database
from models.stored_file import BlobFolder, StoredFile, files_of_complaint
from tests.offices import NOON, Offices
from tests.public.kept import by_code, complaints, drafts, everything, the_only
from tests.public.visitor import Visitor, photo

SERVICE, GENERAL = ComplaintKind.SERVICE, ComplaintKind.GENERAL
HOLE = "ถนนหน้าโรงเรียนเป็นหลุมลึก รถล้มบ่อยมาก"


def test_an_anonymous_corruption_report_is_filed_and_its_code_opens_it(
    visitor: Visitor, db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    visitor.begins().fills_in(
        where="กองช่าง", when="เมื่อวาน", who="ไม่ทราบชื่อ", files=[("a.jpg", photo())]
    )
    assert "ตรวจสอบก่อนส่ง" in visitor.text
    assert complaints(db) == []
    code = visitor.confirms()
    for told in ("แสดงครั้งเดียว", "30\u00a0มีนาคม\u00a02566", "14\u00a0เมษายน\u00a02566"):
        assert told in visitor.text
    complaint, content = the_only(db)
    assert (complaint.kind, complaint.channel) == (
        ComplaintKind.CORRUPTION,
        ComplaintChannel.WEB,
    )
    assert complaint.identity_mode is IdentityMode.ANONYMOUS
    assert (complaint.reporter_id, complaint.received_at) == (None, None)
    assert complaint.received_on == date(2023, 3, 15)
    assert content == {
        "what": "มีการเรียกเงินค่าตรวจแบบ",
        "where": "กองช่าง",
        "when": "เมื่อวาน",
        "who": "ไม่ทราบชื่อ",
    }
    with db.reading() as session:
        [stored] = files_of_complaint(session, complaint.agency_id, complaint.id)
        opened = blobs.get(complaint.agency_id, stored.blob)
    assert Image.open(io.BytesIO(opened)).getexif() == {}
    assert by_code(db, offices.makham, code).id == complaint.id
    assert drafts(db) == []


def test_of_an_anonymous_report_nothing_leads_to_an_address_or_a_name(
    app: Flask, db: Database, blobs: BlobFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    address = "198.51.100.23"
    visitor = Visitor(app, address=address)
    # Typed by mistake before choosing to stay anonymous.
    visitor.begins().fills_in(name="นายลืม ลบชื่อ", phone="099-999-9999", files=[("x.jpg", photo())])
    code = visitor.confirms()
    visitor.opens(code).send("/track/add", text="เพิ่มเติม")
    kept = everything(db, blobs)
    with db.reading() as session:
        assert session.scalars(select(Reporter)).all() == []
    for secret in (address, "นายลืม ลบชื่อ", "099-999-9999", code, code.replace(" ", ""), "x.jpg"):
        assert secret.encode() not in kept
    printed = capfd.readouterr()
    assert address not in printed.out + printed.err


def test_a_named_report_keeps_name_and_consent_sealed(visitor: Visitor, db: Database) -> None:
    visitor.begins(SERVICE).fills_in(HOLE, mode="named", where="หมู่ 4")
    assert "นางสาวสมมติ ใจดี" in visitor.text
    visitor.confirms()
    assert "เจ้าหน้าที่อาจติดต่อท่าน" in visitor.text
    with db.reading() as session:
        [reporter] = session.scalars(select(Reporter)).all()
        assert reporter.identity is not None
        assert vault.open_json(session, reporter.agency_id, "reporter", reporter.identity) == {
            "name": "นางสาวสมมติ ใจดี",
            "phone": "000-111-2222",
        }
        assert (reporter.consent_version, reporter.consented_on) == (
            CONSENT_VERSION,
            date(2023, 3, 15),
        )


def test_a_confidential_reporter_is_sealed_and_no_officer_reads_who_it_is(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    visitor.begins(GENERAL)
    assert "เว็บนี้ไม่มี LINE ของท่าน ระบบจึงแจ้งผลให้เองไม่ได้" in visitor.text
    visitor.fills_in("เจ้าหน้าที่พูดไม่สุภาพ", mode="confidential").confirms()
    complaint, _ = the_only(db)
    with db.writing() as session:
        [reporter] = session.scalars(select(Reporter)).all()
        assert reporter.identity is not None
        assert reporter.consent_version == CONSENT_VERSION
        for person in ("admin", "officer", "integrity"):
            viewer = session.merge(offices.makham.people[person])
            assert access_complaint(session, viewer, complaint.id, NOON).identity is None


def test_both_ways_of_hiding_are_explained_before_anything_is_asked(visitor: Visitor) -> None:
    visitor.get("/report")
    page = visitor.text
    assert page.index("ท่านแจ้งได้สามแบบ") < page.index("<form")
    assert page.index("หากไม่เปิดเผยตัวตน") < page.index("<form")
    assert 'value="corruption"' in page[page.index('class="apart"') :]
    assert 'value="corruption"' not in page[: page.index('class="apart"')]


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (ComplaintKind.CORRUPTION, {"what", "where", "when", "who", "person"}),
        (SERVICE, {"what", "where", "coordinates"}),
        (ComplaintKind.REQUEST, {"what", "where", "coordinates"}),
        (ComplaintKind.SUGGESTION, {"what"}),
        (GENERAL, {"what", "where", "when", "coordinates"}),
    ],
)
def test_every_kind_asks_for_what_line_asks(
    visitor: Visitor, db: Database, kind: ComplaintKind, asked: set[str]
) -> None:
    names = visitor.begins(kind).form("/report/check").names
    everywhere = {"what", "where", "when", "who", "coordinates", "person"}
    assert names & everywhere == asked
    visitor.fills_in("เรื่องหนึ่ง").confirms()
    assert the_only(db)[0].kind is kind


def test_what_is_wrong_is_said_beside_its_field_and_the_rest_stays(
    visitor: Visitor, db: Database
) -> None:
    visitor.begins(GENERAL)
    answer = visitor.send("/report/check", what="  ", where="ที่ตลาด", mode="named", name="")
    assert answer.status_code == 422
    for name in ("what", "name", "agreed"):
        assert f'href="#{name}"' in visitor.text
        assert f'id="{name}-error"' in visitor.text
    assert 'value="ที่ตลาด"' in visitor.text
    assert complaints(db) == []


def test_a_name_is_not_kept_before_consent(visitor: Visitor, db: Database) -> None:
    visitor.begins(GENERAL).fills_in("เรื่อง", mode="named", name="นายรอ ยินยอม", agreed="")
    assert "นายรอ ยินยอม" in visitor.text
    [kept] = drafts(db)
    assert (kept["draft"]["name"], kept["draft"]["phone"]) == ("", "")


def test_back_keeps_what_was_typed_and_attached(visitor: Visitor, db: Database) -> None:
    visitor.begins().fills_in(where="กองช่าง", files=[("a.jpg", photo())])
    visitor.send("/report/edit")
    assert "มีการเรียกเงินค่าตรวจแบบ" in visitor.text
    assert 'value="กองช่าง"' in visitor.text
    assert "ได้รับไว้แล้ว 1 ไฟล์" in visitor.text
    assert 'value="anonymous" required' in visitor.text
    visitor.send("/report/check", what="แก้แล้ว")
    visitor.confirms()
    complaint, content = the_only(db)
    assert content["what"] == "แก้แล้ว"
    with db.reading() as session:
        assert len(files_of_complaint(session, complaint.agency_id, complaint.id)) == 1


def test_cancelling_leaves_nothing(visitor: Visitor, db: Database) -> None:
    visitor.begins().fills_in(files=[("a.jpg", photo())])
    page, form = visitor.text, visitor.form("/report/send")
    assert page
    visitor.send("/report/cancel")
    assert "ไม่มีอะไรถูกส่ง" in visitor.text
    assert drafts(db) == []
    with db.reading() as session:
        assert session.scalars(select(StoredFile)).all() == []
    assert visitor.post(form.action, form.fields).status_code == 410
    assert complaints(db) == []


def test_a_second_tap_shows_the_receipt_of_the_first(visitor: Visitor, db: Database) -> None:
    visitor.begins().fills_in()
    form = visitor.form("/report/send")
    codes = set()
    for _ in range(2):
        visitor.post(form.action, form.fields)
        codes.add(visitor.code)
    assert len(codes) == 1
    assert len(complaints(db)) == 1


def test_two_taps_of_one_moment_file_one_report(app: Flask, db: Database) -> None:
    visitor = Visitor(app).begins().fills_in()
    form = visitor.form("/report/send")
    start = threading.Barrier(4)

    def tap(_number: int) -> str:
        finger = copy(visitor)
        finger.client = app.test_client()
        finger.client._cookies = dict(visitor.client._cookies or {})
        start.wait()
        finger.post(form.action, form.fields)
        return finger.code

    with ThreadPoolExecutor(4) as fingers:
        codes = set(fingers.map(tap, range(4)))
    assert len(codes) == 1
    assert len(complaints(db)) == 1


def test_a_tap_that_comes_while_the_first_is_filed_finds_its_receipt(
    app: Flask, visitor: Visitor, db: Database
) -> None:
    visitor.begins().fills_in()
    form = visitor.form("/report/send")
    first = copy(visitor)
    first.client = app.test_client()
    first.client._cookies = dict(visitor.client._cookies or {})
    sent = threading.Event()

    def tap_before_it_is_read(*told: Any) -> None:
        if "conversation" in told[2] and not sent.is_set():
            sent.set()
            with ThreadPoolExecutor(1) as finger:
                finger.submit(first.post, form.action, form.fields).result()

    event.listen(db.engine, "before_cursor_execute", tap_before_it_is_read)
    visitor.post(form.action, form.fields)
    assert sent.is_set()
    assert visitor.code == first.code
    assert len(complaints(db)) == 1


def test_the_receipt_is_not_shown_again_later(
    visitor: Visitor, frozen: time_machine.Traveller
) -> None:
    visitor.begins().fills_in()
    form = visitor.form("/report/send")
    visitor.post(form.action, form.fields)
    frozen.shift(timedelta(minutes=3))
    assert visitor.post(form.action, form.fields).status_code == 410
    assert "ไม่อยู่แล้ว" in visitor.text


def test_a_draft_ends_after_a_day(visitor: Visitor, frozen: time_machine.Traveller) -> None:
    visitor.begins().fills_in()
    frozen.shift(timedelta(hours=25))
    assert visitor.send("/report/send").status_code == 410


def test_the_same_thing_reported_again_is_offered_to_be_joined(
    app: Flask, visitor: Visitor, db: Database, offices: Offices
) -> None:
    first = by_code(db, offices.makham, visitor.begins(SERVICE).fills_in(HOLE).confirms())
    other = Visitor(app)
    other.begins(SERVICE).fills_in(HOLE + " ช่วยด้วย")
    assert "มีผู้แจ้งเรื่องคล้ายกันไว้แล้ว" in other.text
    assert other.send("/report/send").status_code == 422  # one or the other
    code = other.confirms(join="same")
    with db.reading() as session:
        [joined] = session.scalars(select(ComplaintJoin)).all()
        assert joined.first_id == first.id
    third = Visitor(app)
    third.begins(SERVICE).fills_in(HOLE).confirms(join="other")
    with db.reading() as session:
        assert len(session.scalars(select(ComplaintJoin)).all()) == 1
    assert "เรื่องนี้ร่วมกับเรื่องที่มีผู้แจ้งไว้ก่อน" in other.opens(code).text


def test_what_was_closed_meanwhile_is_not_joined(
    app: Flask, visitor: Visitor, db: Database, offices: Offices
) -> None:
    first = by_code(db, offices.makham, visitor.begins(SERVICE).fills_in(HOLE).confirms())
    other = Visitor(app)
    other.begins(SERVICE).fills_in(HOLE)
    with db.writing() as session:
        officer = session.merge(offices.makham.people["officer"])
        move_complaint(session, session.merge(first), ComplaintState.CLOSED, officer, NOON)
    other.confirms(join="same")
    with db.reading() as session:
        assert session.scalars(select(ComplaintJoin)).all() == []
    assert len(complaints(db)) == 2


def test_corruption_and_other_agencies_reports_are_never_offered(
    app: Flask, visitor: Visitor
) -> None:
    visitor.begins().fills_in(HOLE).confirms()
    visitor.begins().fills_in(HOLE)
    assert "คล้ายกัน" not in visitor.text
    visitor.begins(SERVICE).fills_in(HOLE).confirms()
    theirs = Visitor(app, "bangphra")
    theirs.begins(SERVICE).fills_in(HOLE)
    assert "คล้ายกัน" not in theirs.text


def test_english_is_carried_to_the_receipt(visitor: Visitor) -> None:
    visitor.begins(lang="?lang=en").fills_in("Somebody asked for money")
    assert 'lang="en"' in visitor.text
    assert "Check before sending" in visitor.text
    visitor.confirms()
    assert "Tracking code" in visitor.text
    assert "30\u00a0March\u00a02023" in visitor.text
    assert "?lang=en" in visitor.text
