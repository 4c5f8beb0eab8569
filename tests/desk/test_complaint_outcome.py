"""Closing a case asks its reporters what they think; the case's page shows who else reported it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from domain.states import ComplaintState
from models.complaint import (
    ComplaintChannel,
    ComplaintKind,
    IdentityMode,
    find_by_receipt,
    move_complaint,
)
from models.complaint_filing import HiddenFrom, NewComplaint, file_complaint, hide
from models.complaint_reporter import (
    ComplaintRating,
    add_to_complaint,
    comment_on_outcome,
    rate_complaint,
    withdraw_complaint,
)
from models.contact import ContactKind, meet
from models.database import Database
from models.outbox import OutboxMessage
from models.stored_file import BlobFolder
from tests.desk.browser import Browser
from tests.desk.test_notices import ANSWER, STORY, answer, page_of, report
from tests.desk.world import attach, complain
from tests.offices import NOON, Offices
from tests.town import Town, actions, words


def close(town: Town, code: str, by: str = "officer") -> None:
    url = page_of(town, code)
    browser = Browser(town.client.application).enter(town.offices.makham.people[by])
    data = {"seen": browser.seen(url, "move"), "new_state": "closed", "reason": "ซ่อมเสร็จ"}
    data["silently"] = "y"
    assert browser.post(f"{url}/move", data).status_code == 302
    town.engine.drain()


def join(town: Town, first: str, citizen: str, mode: IdentityMode = IdentityMode.NAMED) -> str:
    office = town.offices.makham
    with town.db.writing() as session:
        found = find_by_receipt(session, office.agency_id, first)
        assert found
        contact = meet(session, office.agency_id, ContactKind.USER, citizen)
        new = NewComplaint(
            ComplaintKind.GENERAL,
            mode,
            ComplaintChannel.LINE,
            {"what": "หลุมเดียวกัน"},
            name="นายอีกคน หนึ่ง",
            joins=found.id,
        )
        return file_complaint(session, office.agency_id, new, contact, NOON)


@pytest.mark.parametrize("mode", [IdentityMode.NAMED, IdentityMode.CONFIDENTIAL])
def test_closing_a_case_asks_its_reporter_once_what_they_think(
    town: Town, mode: IdentityMode
) -> None:
    citizen, bystander = town.user("ประชาชน"), town.user("คนอื่น")
    code = report(town, citizen, mode)
    report(town, bystander, mode)
    close(town, code)
    [notice] = town.line.messages_to(citizen)
    rates = [one for one in actions(notice) if one["label"][0].isdigit()]
    assert [one["label"] for one in rates] == ["5 ดีมาก", "4 ดี", "3 พอใช้", "2 ไม่ดี", "1 แย่มาก"]
    data = [one["data"] for one in rates]
    assert [one.split(":")[:2] for one in data] == [["k", f"rate{n}"] for n in range(5, 0, -1)]
    assert all(len(one) <= 300 for one in data)
    for secret in (STORY, code, "ซ่อมเสร็จ", "ทุจริต", "ร้องเรียน"):
        assert secret not in str(notice), secret
    assert town.line.messages_to(bystander) == []
    with town.db.reading() as session:
        found = find_by_receipt(session, town.offices.makham.agency_id, code)
        assert found
        rating = session.get(ComplaintRating, (found.agency_id, found.id))
        assert rating is not None
        assert (rating.asks, rating.stars) == (1, None)
        assert session.scalars(select(OutboxMessage)).one().kind == "outcome"


def test_joined_reporters_are_told_of_answers_and_asked_too(town: Town) -> None:
    first, second, third = town.user("หนึ่ง"), town.user("สอง"), town.user("สาม")
    code = report(town, first, IdentityMode.NAMED)
    join(town, code, second)
    join(town, code, third, IdentityMode.ANONYMOUS)
    answer(town, code)
    assert "มีคำตอบจากเจ้าหน้าที่แล้ว" in words(town.line.messages_to(second))
    close(town, code)
    for citizen in (first, second):
        assert "ดำเนินการเสร็จแล้ว" in words(town.line.messages_to(citizen))
    tokens = {
        str([one["data"] for one in actions(town.line.messages_to(citizen)[-1:])])
        for citizen in (first, second)
    }
    assert len(tokens) == 2  # each rates their own
    assert town.line.messages_to(third) == []


def test_who_withdrew_their_own_report_hears_no_more_of_it(town: Town) -> None:
    first, second = town.user("หนึ่ง"), town.user("สอง")
    code = report(town, first, IdentityMode.NAMED)
    joined = join(town, code, second)
    with town.db.writing() as session:
        found = find_by_receipt(session, town.offices.makham.agency_id, joined)
        assert found
        withdraw_complaint(session, found, NOON)
    close(town, code)
    assert town.line.messages_to(second) == []


def test_of_an_anonymous_case_nobody_is_asked(town: Town) -> None:
    citizen = town.user("ประชาชน")
    close(town, report(town, citizen, IdentityMode.ANONYMOUS))
    assert town.line.messages_to(citizen) == []


def test_a_button_of_the_notice_rates_the_case(town: Town) -> None:
    citizen = town.user("ประชาชน")
    code = report(town, citizen, IdentityMode.CONFIDENTIAL)
    close(town, code)
    town.choose(citizen, town.line.messages_to(citizen), "4 ดี")
    with town.db.reading() as session:
        found = find_by_receipt(session, town.offices.makham.agency_id, code)
        assert found
        rating = session.get(ComplaintRating, (found.agency_id, found.id))
        assert rating is not None
        assert rating.stars == 4


def test_who_asked_for_english_is_asked_in_english(town: Town) -> None:
    citizen = town.user("resident")
    code = report(town, citizen, IdentityMode.NAMED)
    with town.db.writing() as session:
        meet(session, town.offices.makham.agency_id, ContactKind.USER, citizen).language = "en"
    close(town, code)
    text = words(town.line.messages_to(citizen))
    assert "The officers have finished" in text
    assert "ดีมาก" not in text


def test_other_moves_ask_nobody(town: Town) -> None:
    citizen = town.user("ประชาชน")
    code = report(town, citizen, IdentityMode.NAMED)
    url = page_of(town, code)
    browser = Browser(town.client.application).enter(town.offices.makham.people["officer"])
    browser.post(f"{url}/move", {"seen": browser.seen(url, "move"), "new_state": "in_review"})
    town.engine.drain()
    assert town.line.messages_to(citizen) == []


def test_the_page_shows_who_else_reported_it_as_far_as_the_viewer_may_read(
    town: Town,
) -> None:
    people = town.offices.makham.people
    code = report(town, town.user("หนึ่ง"), IdentityMode.NAMED)
    readable, kept = (join(town, code, town.user(name)) for name in ("สอง", "สาม"))
    with town.db.writing() as session:
        hidden = find_by_receipt(session, town.offices.makham.agency_id, kept)
        assert hidden
        hide(session, hidden, HiddenFrom(people=frozenset({people["officer"].id})))
        hidden_id = hidden.id
    officer = Browser(town.client.application).enter(people["officer"])
    page = officer.get(page_of(town, code)).text
    assert "มีผู้แจ้งเรื่องเดียวกันอีก 2 ราย" in page
    assert page.count("หลุมเดียวกัน") == 1
    assert "อีก 1 ราย ไม่ได้แสดงในหน้านี้" in page
    assert str(hidden_id) not in page
    admin = Browser(town.client.application).enter(people["admin"])
    assert admin.get(page_of(town, code)).text.count("หลุมเดียวกัน") == 2
    of_joined = officer.get(page_of(town, readable)).text
    assert "เรื่องแรก" in of_joined
    assert page_of(town, code) in of_joined


def test_the_page_shows_everything_that_was_sent_and_that_it_is_restricted(
    app: Flask, db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    office = offices.makham
    new = NewComplaint(
        ComplaintKind.SERVICE,
        IdentityMode.ANONYMOUS,
        ComplaintChannel.WEB,
        {"what": STORY, "coordinates": "12.60001,102.10002", "more": "ดูรูปที่สอง", "x": "อื่น ๆ"},
        files=[str(attach(db, blobs, office, "audio/ogg"))],
        hidden_from=HiddenFrom(divisions=frozenset({office.divisions["works"].id})),
    )
    with db.writing() as session:
        code = file_complaint(session, office.agency_id, new, None, NOON)
        found = find_by_receipt(session, office.agency_id, code)
        assert found
        add_to_complaint(session, found, "จะซ่อมเมื่อไร", [], NOON, asks=True)
        officer = session.merge(office.people["officer"])
        move_complaint(session, found, ComplaintState.CLOSED, officer, NOON)
        rate_complaint(session, found, 2, NOON)
        comment_on_outcome(session, found, "ช้ามาก", NOON)
        complaint_id = found.id
    page = Browser(app).enter(office.people["officer"]).get(f"/desk/complaints/{complaint_id}").text
    for told in (
        *(STORY, "12.60001,102.10002", "ดูรูปที่สอง", "อื่น ๆ", "เสียง (ogg)"),
        *("ผู้ร้องสอบถาม", "จะซ่อมเมื่อไร", "2 จาก 5", "2 ไม่ดี", "ช้ามาก"),
        "ผู้ร้องหรือระบบจำกัดผู้ที่เห็นเรื่องนี้",
    ):
        assert told in page, told
    assert "maps" not in page
    assert "กองช่าง" not in page  # from whom it is kept is not written there


def test_an_ordinary_case_says_nothing_of_all_that(
    app: Flask, db: Database, offices: Offices
) -> None:
    url = f"/desk/complaints/{complain(db, offices.makham)}"
    page = Browser(app).enter(offices.makham.people["officer"]).get(url).text
    for absent in ("ขอจำกัดผู้ที่เห็น", "เรื่องเดียวกัน", "คะแนนจากผู้ร้อง", ANSWER):
        assert absent not in page
