"""In whose hands a case is, and who may read it there."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from models.complaint import Complaint, ComplaintKind
from models.complaint_access import readers_of, visible_to
from models.complaint_filing import HiddenFrom, hide
from models.complaint_hands import ComplaintAssignment, assignee_of, hand_over
from models.database import Database
from models.duty import add_duty
from models.person import Person
from models.stored_file import BlobFolder
from tests.desk.cases import deeds, hand_to, page, stored, who
from tests.desk.world import World, complain, furnish
from tests.offices import NOON, Office, Offices


def holder(db: Database, office: Office, case: object) -> str | None:
    with db.reading() as session:
        row = session.scalars(
            select(ComplaintAssignment).where(ComplaintAssignment.complaint_id == case)
        ).one_or_none()
        return (
            None
            if row is None
            else session.get_one(Person, (office.agency_id, row.person_id)).username
        )


def test_one_tap_takes_a_case_and_the_timeline_says_so(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = page(world.general)
    browser = who(app, offices.makham, "officer")
    answer = browser.post(f"{url}/take", {"seen": browser.seen(url, "take")})
    assert answer.headers["Location"] == url
    shown = browser.get(url).text
    assert "รับเรื่องไว้ดำเนินการเอง" in shown
    assert "รับเรื่องนี้เอง" not in shown
    assert holder(db, offices.makham, world.general) == "officer"
    assert "complaint.taken" in deeds(db, offices.makham, world.general)


def test_a_case_is_given_only_to_who_may_read_it(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham = offices.makham
    url = page(world.general)
    browser = who(app, makham, "officer")
    for name in ("finance", "finance_head", "clerk", "auditor"):
        data = {"seen": browser.seen(url, "assign"), "person": str(makham.people[name].id)}
        assert browser.post(f"{url}/assign", data).status_code == 409, name
    for wrong in (str(offices.bangphra.people["officer"].id), "nonsense"):
        data = {"seen": browser.seen(url, "assign"), "person": wrong}
        assert browser.post(f"{url}/assign", data).status_code == 409
    data = {"seen": browser.seen(url, "assign"), "person": str(makham.people["integrity"].id)}
    assert browser.post(f"{url}/assign", data).status_code == 302
    assert holder(db, makham, world.general) == "integrity"
    browser.post(f"{url}/assign", {"seen": browser.seen(url, "assign"), "person": ""})
    assert holder(db, makham, world.general) is None


def test_a_case_of_corruption_stays_among_integrity_officers(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham, url = offices.makham, page(world.corruption)
    browser = who(app, makham, "integrity")
    shown = browser.get(url).text
    assert "ส่งให้ส่วนราชการ" not in shown
    data = {"seen": browser.seen(url, "assign"), "division": str(makham.divisions["works"].id)}
    assert browser.post(f"{url}/hand", data).status_code == 409
    for name in ("admin", "officer"):
        data = {"seen": browser.seen(url, "assign"), "person": str(makham.people[name].id)}
        assert browser.post(f"{url}/assign", data).status_code == 409
    assert stored(db, world.corruption).division_id is None


def test_a_division_reads_what_was_handed_to_it_and_nothing_else(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham = offices.makham
    other = complain(db, makham, what="ไฟทางดับ")
    officer = who(app, makham, "officer")
    url = page(world.general)
    data = {"seen": officer.seen(url, "hand"), "division": str(makham.divisions["finance"].id)}
    assert officer.post(f"{url}/hand", data).status_code == 302
    for name in ("finance", "finance_head"):
        browser = who(app, makham, name)
        assert "ถนนเป็นหลุม" in browser.get(url).text
        assert browser.get(page(other)).status_code == 404
        assert browser.get(f"/desk/files/{world.general_file}").status_code == 200
        log = browser.get("/desk/complaints").text
        assert "ถนนเป็นหลุม" in log
        assert "ไฟทางดับ" not in log
    assert who(app, makham, "works").get(url).status_code == 404
    assert who(app, makham, "clerk").get(url).status_code == 403
    hand_to(db, makham, world.general, "works")
    assert who(app, makham, "finance").get(url).status_code == 404
    assert "ถนนเป็นหลุม" in who(app, makham, "works").get(url).text


def test_who_serves_a_division_besides_their_own_reads_what_it_got(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham = offices.makham
    hand_to(db, makham, world.general, "works")
    finance = makham.people["finance"]
    assert who(app, makham, "finance").get(page(world.general)).status_code == 404
    with db.writing() as session:
        person = session.merge(finance)
        add_duty(session, person, makham.divisions["works"].id, is_head=False)
    assert who(app, makham, "finance").get(page(world.general)).status_code == 200


@pytest.mark.parametrize("by", ["own", "duty", "person"])
def test_what_is_kept_from_a_division_is_never_shown_to_its_people(
    app: Flask, db: Database, offices: Offices, world: World, by: str
) -> None:
    """Also not where it was handed to another division that they serve."""
    makham = offices.makham
    works, finance = makham.divisions["works"].id, makham.divisions["finance"].id
    with db.writing() as session:
        person = session.merge(makham.people["finance"])
        complaint = session.get_one(Complaint, (makham.agency_id, world.general))
        add_duty(session, person, works, is_head=False)
        hidden = {
            "own": HiddenFrom(frozenset({finance})),
            "duty": HiddenFrom(frozenset({works})),
            "person": HiddenFrom(people=frozenset({person.id})),
        }[by]
        hide(session, complaint, hidden)
        complaint.division_id = works if by == "own" else finance
    assert who(app, makham, "finance").get(page(world.general)).status_code == 404
    officer = who(app, makham, "officer")
    if by != "person":
        kept = str(finance if by == "own" else works)
        shown = officer.get(page(world.general)).text
        assert kept not in shown
        data = {"seen": officer.seen(page(world.general), "hand"), "division": kept}
        assert officer.post(f"{page(world.general)}/hand", data).status_code == 409


def test_an_officer_of_two_divisions_is_kept_out_by_either(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham = offices.makham
    with db.writing() as session:
        officer = session.merge(makham.people["officer"])
        add_duty(session, officer, makham.divisions["works"].id, is_head=True)
        complaint = session.get_one(Complaint, (makham.agency_id, world.general))
        hide(session, complaint, HiddenFrom(frozenset({makham.divisions["works"].id})))
    assert who(app, makham, "officer").get(page(world.general)).status_code == 404
    assert who(app, makham, "admin").get(page(world.general)).status_code == 200


def test_taking_a_case_back_takes_it_from_the_division_s_person_too(
    db: Database, offices: Offices, world: World, app: Flask
) -> None:
    makham, url = offices.makham, page(world.general)
    hand_to(db, makham, world.general, "finance")
    finance = who(app, makham, "finance")
    assert finance.post(f"{url}/take", {"seen": finance.seen(url, "take")}).status_code == 302
    assert holder(db, makham, world.general) == "finance"
    hand_to(db, makham, world.general, None)
    assert holder(db, makham, world.general) is None


def test_staff_propose_and_heads_answer(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham, url = offices.makham, page(world.general)
    hand_to(db, makham, world.general, "finance")
    staff, head = who(app, makham, "finance"), who(app, makham, "finance_head")
    shown = staff.get(url).text
    assert "บันทึกคำตอบ" not in shown
    assert "บันทึกสถานะ" not in shown
    for verb, data in (
        ("answer", {"answer": "ตอบเอง"}),
        ("move", {"new_state": "in_review"}),
        ("assign", {"person": str(makham.people["finance"].id)}),
    ):
        answer = staff.post(f"{url}/{verb}", {"seen": head.seen(url, "answer"), **data})
        assert answer.status_code == 403, verb
    assert staff.post(f"{url}/note", {"note": "จะซ่อมสัปดาห์หน้า", "proposes": "y"}).status_code == 302
    page_of_head = head.get(url).text
    assert "เสนอร่างคำตอบ" in page_of_head
    assert "proposal=2" in page_of_head
    filled = head.get(f"{url}?proposal=2").text
    assert ">\r\nจะซ่อมสัปดาห์หน้า</textarea>" in filled.replace("&#13;&#10;", "\r\n")
    data = {"seen": head.seen(url, "answer"), "answer": "จะซ่อมสัปดาห์หน้า"}
    assert head.post(f"{url}/answer", data).status_code == 302
    assert head.post(f"{url}/hand", {"division": ""}).status_code == 403
    assert stored(db, world.general).answered_on is not None


def test_who_may_read_is_the_same_asked_of_a_case_and_of_a_person(
    db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    """`readers_of` and `visible_to` are two ways to one answer."""
    for office in (offices.makham, offices.bangphra):
        furnish(db, blobs, office)
        with db.writing() as session:
            add_duty(
                session,
                session.merge(office.people["finance"]),
                office.divisions["works"].id,
                is_head=True,
            )
            rows = session.scalars(
                select(Complaint).where(Complaint.agency_id == office.agency_id)
            ).all()
            for number, one in enumerate(rows):
                if one.kind is not ComplaintKind.CORRUPTION:
                    one.division_id = office.divisions["works" if number % 2 else "finance"].id
                if number % 3 == 0:
                    hide(session, one, HiddenFrom(frozenset({office.divisions["works"].id})))
                if number % 3 == 1:
                    hide(session, one, HiddenFrom(people=frozenset({office.people["officer"].id})))
    with db.reading() as session:
        everybody = [
            session.merge(one, load=True)
            for office in (offices.makham, offices.bangphra)
            for one in office.people.values()
        ]
        for complaint in session.scalars(select(Complaint)).all():
            may = {
                one.id
                for one in everybody
                if session.scalar(
                    select(Complaint.id).where(visible_to(one), Complaint.id == complaint.id)
                )
            }
            assert may == {one.id for one in readers_of(session, complaint)}


def test_handing_over_within_another_agency_is_impossible(
    app: Flask, offices: Offices, world: World
) -> None:
    officer = who(app, offices.makham, "officer")
    url = page(world.general)
    theirs = str(offices.bangphra.divisions["works"].id)
    data = {"seen": officer.seen(url, "hand"), "division": theirs}
    assert officer.post(f"{url}/hand", data).status_code == 409


def test_the_verbs_are_not_asked_twice(db: Database, offices: Offices, world: World) -> None:
    makham = offices.makham
    with db.writing() as session:
        complaint = session.get_one(Complaint, (makham.agency_id, world.general))
        officer = session.merge(makham.people["officer"])
        works = session.merge(makham.divisions["works"])
        assert hand_over(session, complaint, works, officer, NOON)
        assert not hand_over(session, complaint, works, officer, NOON)
        assert assignee_of(session, complaint) is None
