"""A case beside others: repeated reports, measures of the plan, templates of answers."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from models.complaint import Complaint, ComplaintJoin, ComplaintKind, IdentityMode
from models.complaint_hidden import HiddenFrom, hidden_from, hide
from models.complaint_measures import complaints_of_measure
from models.complaint_reporter import answers_to_reporter
from models.database import Database
from models.measure import Measure
from tests.desk.browser import Browser
from tests.desk.cases import deeds, hand_to, marker, page, stored, who
from tests.desk.world import World, complain
from tests.offices import Offices


def merge(browser: Browser, later: UUID, first: UUID | str) -> int:
    url = page(later)
    mark = first if isinstance(first, str) else marker(first)
    data = {"seen": browser.seen(f"{url}/links", "merge"), "marker": mark, "sure": "y"}
    return browser.post(f"{url}/merge", data).status_code


def joined_to(db: Database, case: UUID) -> UUID | None:
    with db.reading() as session:
        query = select(ComplaintJoin.first_id).where(ComplaintJoin.complaint_id == case)
        return session.scalar(query)


def test_likely_repeats_are_offered_and_joined_and_parted(
    app: Flask, db: Database, offices: Offices
) -> None:
    makham = offices.makham
    first = complain(db, makham, what="ไฟทางหน้าโรงเรียนวัดใหม่ดับสามดวง", days_ago=2)
    later = complain(db, makham, what="ไฟทางหน้าโรงเรียนวัดใหม่ดับ")
    complain(db, makham, what="ท่อระบายน้ำตลาดเหม็น")
    officer = who(app, makham, "officer")
    shown = officer.get(f"{page(later)}/links").text
    assert marker(first) in shown
    assert "ท่อระบายน้ำ" not in shown
    assert merge(officer, later, first) == 302
    assert joined_to(db, later) == first
    assert stored(db, later).due_on is None
    answer = {"seen": officer.seen(page(first), "answer"), "answer": "เปลี่ยนหลอดแล้ว"}
    officer.post(f"{page(first)}/answer", answer)
    with db.reading() as session:
        complaint = session.get_one(Complaint, (makham.agency_id, later))
        assert [text for _, text in answers_to_reporter(session, complaint)] == ["เปลี่ยนหลอดแล้ว"]
    assert marker(first) in officer.get(f"{page(later)}/links").text
    assert officer.post(f"{page(later)}/unmerge").status_code == 302
    assert joined_to(db, later) is None
    assert stored(db, later).due_on is not None
    assert deeds(db, makham, later)[-1] == "complaint.unmerged"
    assert "complaint.merged_with" in deeds(db, makham, first)


def test_what_the_officer_may_not_read_cannot_be_joined_or_found(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    officer = who(app, offices.makham, "officer")
    theirs = complain(db, offices.bangphra)
    for other in (world.corruption, theirs, world.general, "ZZZZZZ", "", "1"):
        assert merge(officer, world.general, other) == 422
    shown = officer.get(f"{page(world.general)}/links").text
    assert marker(world.corruption) not in shown


def test_a_mistyped_mark_is_seen_before_two_reporters_share_an_answer(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    officer = who(app, offices.makham, "officer")
    later = complain(db, offices.makham, ComplaintKind.REQUEST, what="ขอรถดูดส้วม")
    url = page(later)
    data = {"seen": officer.seen(f"{url}/links", "merge"), "marker": marker(world.general)}
    look = officer.post(f"{url}/merge", data)
    assert look.status_code == 200
    assert "ถนนเป็นหลุม" in look.text
    assert joined_to(db, later) is None
    sure = {**data, "sure": "y", "seen": officer.seen(f"{url}/links", "merge")}
    assert officer.post(f"{url}/merge", sure).status_code == 302
    assert joined_to(db, later) == world.general


def test_corruption_is_joined_with_corruption_alone(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    integrity = who(app, offices.makham, "integrity")
    assert merge(integrity, world.corruption, world.general) == 422
    assert merge(integrity, world.general, world.corruption) == 422
    assert marker(world.general) not in integrity.get(f"{page(world.corruption)}/links").text
    other = complain(db, offices.makham, ComplaintKind.CORRUPTION, IdentityMode.ANONYMOUS)
    assert merge(integrity, other, world.corruption) == 302


def test_whom_the_later_one_is_kept_from_is_kept_from_the_first_too(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham = offices.makham
    later = complain(db, makham)
    finance = makham.divisions["finance"].id
    with db.writing() as session:
        complaint = session.get_one(Complaint, (makham.agency_id, later))
        hide(session, complaint, HiddenFrom(frozenset({finance})))
    hand_to(db, makham, world.general, "finance")
    assert who(app, makham, "finance").get(page(world.general)).status_code == 200
    assert merge(who(app, makham, "officer"), later, world.general) == 302
    assert who(app, makham, "finance").get(page(world.general)).status_code == 404
    with db.reading() as session:
        first = session.get_one(Complaint, (makham.agency_id, world.general))
        assert hidden_from(session, first).divisions == {finance}
        assert first.division_id is None
    officer = who(app, makham, "officer")
    officer.post(f"{page(later)}/unmerge")
    assert who(app, makham, "finance").get(page(world.general)).status_code == 404


def test_chains_collapse_and_cycles_are_refused(app: Flask, db: Database, offices: Offices) -> None:
    makham = offices.makham
    a, b, c = (complain(db, makham, what=f"เรื่องที่ {one}") for one in "กขค")
    officer = who(app, makham, "officer")
    assert merge(officer, a, b) == 302
    assert merge(officer, b, a) == 422
    assert merge(officer, b, c) == 302
    assert (joined_to(db, a), joined_to(db, b), joined_to(db, c)) == (c, c, None)
    assert merge(officer, c, a) == 422


def test_a_join_that_was_overtaken_is_told(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham, other = offices.makham, complain(db, offices.makham)
    officer, admin = who(app, makham, "officer"), who(app, makham, "admin")
    url = page(other)
    stale = officer.seen(f"{url}/links", "merge")
    admin.post(f"{url}/note", {"note": "ไม่ซ้ำ"})
    data = {"seen": stale, "marker": marker(world.general), "sure": "y"}
    answer = officer.post(f"{url}/merge", data)
    assert answer.status_code == 409
    assert marker(world.general) in answer.text
    assert joined_to(db, other) is None


def measures(db: Database, agency_id: int) -> list[UUID]:
    with db.reading() as session:
        query = select(Measure.id).where(Measure.agency_id == agency_id).order_by(Measure.number)
        return list(session.scalars(query))


def test_a_case_is_linked_to_measures_of_its_own_agency(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham = offices.makham
    officer, url = who(app, makham, "officer"), page(world.general)
    [first, *_] = measures(db, makham.agency_id)
    assert officer.post(f"{url}/measures/link", {"measure": str(first)}).status_code == 302
    assert "คู่มือการให้บริการประชาชน" in officer.get(url).text
    [theirs, *_] = measures(db, offices.bangphra.agency_id)
    officer.post(f"{url}/measures/link", {"measure": str(theirs)})
    assert officer.post(f"{url}/measures/link", {"measure": "x"}).status_code == 400
    integrity = who(app, makham, "integrity")
    integrity.post(f"{page(world.corruption)}/measures/link", {"measure": str(first)})
    with db.reading() as session:
        for name, count in (("integrity", 2), ("officer", 1), ("finance", 0), ("auditor", 0)):
            viewer = session.merge(makham.people[name])
            linked = complaints_of_measure(session, viewer, first)
            assert (linked.count, len(linked.shown)) == (count, count), name
        stranger = session.merge(offices.bangphra.people["integrity"])
        assert complaints_of_measure(session, stranger, first).count == 0
    officer.post(f"{url}/measures/unlink", {"measure": str(first)})
    assert "มาตรการที่เกี่ยวข้อง" not in officer.get(url).text


def add(browser: Browser, title: str, text: str) -> tuple[int, str]:
    answer = browser.post("/desk/answer-templates/new", {"title": title, "text": text})
    return answer.status_code, answer.text


def test_a_template_is_filled_in_below_what_was_typed(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    officer, url = who(app, offices.makham, "officer"), page(world.general)
    words = "เรียนผู้ร้อง {หน่วยงาน} รับเรื่อง {เลขเรื่อง} เมื่อ {วันที่รับ} จะแจ้งผลภายใน {กำหนดแจ้งผล} {ส่วนราชการ}"
    assert add(officer, "รับเรื่องแล้ว", words)[0] == 302
    shown = officer.get(url).text
    template = shown.partition('id="template"')[2].partition('value="')[2].partition('"')[0]
    data = {"template": template, "answer": "พิมพ์ไว้ก่อน", "seen": ""}
    filled = officer.post(f"{url}/fill", data).text
    box = filled.partition("<textarea")[2].partition("</textarea>")[0]
    box = filled.partition('name="answer"')[2].partition("</textarea>")[0]
    assert "พิมพ์ไว้ก่อน" in box
    assert f"รับเรื่อง {marker(world.general)} เมื่อ 15 มีนาคม 2566" in box
    assert "จะแจ้งผลภายใน 14 เมษายน 2566 ........" in box
    assert "complaint.answered" not in deeds(db, offices.makham, world.general)
    assert "เมื่อ 15 มีนาคม 2566" in officer.get(f"{url}?template={template}").text
    assert officer.get(f"{url}?template=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        ("ก", "สวัสดี {ชื่อผู้ร้อง}", "ไม่รู้จัก {ชื่อผู้ร้อง}"),
        ("", "สวัสดี", "กรุณากรอกชื่อ"),
        ("ก", " ", "กรุณากรอกข้อความ"),
        ("ก" * 101, "สวัสดี", "ยาวเกินไป"),
    ],
    ids=["place", "untitled", "empty", "long"],
)
def test_a_template_with_a_mistake_is_not_kept(
    app: Flask, offices: Offices, title: str, text: str, said: str
) -> None:
    officer = who(app, offices.makham, "officer")
    status, shown = add(officer, title, text)
    assert status == 422
    assert said in shown
    assert "ยังไม่มีแบบคำตอบ" in officer.get("/desk/answer-templates").text


def test_templates_are_an_office_s_own_and_the_second_editor_is_told(
    app: Flask, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, admin = who(app, offices.makham, "officer"), who(app, offices.makham, "admin")
    add(officer, "หนึ่ง", "ข้อความแรก")
    assert "หนึ่ง" not in who(app, offices.bangphra, "officer").get("/desk/answer-templates").text
    assert add(officer, "หนึ่ง", "ซ้ำ")[0] == 422
    shown = officer.get("/desk/answer-templates").text
    url = shown.partition('href="/desk/answer-templates/')[2]
    url = shown[shown.index("/desk/answer-templates/", shown.index("ข้อความแรก")) :]
    url = url.partition('"')[0]
    stale = officer.seen(url, "template")
    data = {"seen": admin.seen(url, "template"), "title": "หนึ่ง", "text": "ของผู้ดูแล"}
    assert admin.post(url, data).status_code in (302, 409)
    answer = officer.post(url, {"seen": "old", "title": "หนึ่ง", "text": "ของเจ้าหน้าที่"})
    assert answer.status_code == 409
    assert "ของเจ้าหน้าที่" in answer.text
    assert "ของผู้ดูแล" in answer.text
    assert stale
    assert who(app, offices.bangphra, "officer").get(url).status_code == 404
    monkeypatch.setattr("models.answer_template.MOST_TEMPLATES", 1)
    assert add(officer, "สอง", "เกิน")[0] == 422
    current = officer.seen(url, "template")
    assert officer.post(f"{url}/remove", {"seen": current}).status_code == 302
    assert "ยังไม่มีแบบคำตอบ" in officer.get("/desk/answer-templates").text
