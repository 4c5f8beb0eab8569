"""One member of staff on the desk: codes, LINE, e-mail, further divisions, leaving, coming back."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select

from models.agency import Agency
from models.audit import AuditEntry, verify
from models.contact import Contact, ContactKind, meet
from models.database import Database
from models.duty import duties_of, email_of, serves, set_email
from models.invitation import accept_invitation, invite
from models.person import Person
from tests.desk.browser import Browser
from tests.models.making import clear_text_in
from tests.offices import NOON, Office, Offices

CODE = re.compile(r"PS-[A-Z2-9]{5}-[A-Z2-9]{5}")
MAIL = "works@example.go.th"


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def url_of(office: Office, person: str) -> str:
    return f"/desk/people/{office.people[person].id}"


def seen(browser: Browser, url: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', browser.get(url).text)
    assert found
    return found.group(1)


def send(browser: Browser, url: str, deed: str, mark: str = "", **data: str):
    return browser.post(f"{url}/{deed}", {"seen": mark or seen(browser, url), **data})


def person_of(db: Database, office: Office, name: str) -> Person:
    with db.reading() as session:
        found = session.get_one(Person, (office.agency_id, office.people[name].id))
        session.expunge(found)
        return found


def linked(db: Database, office: Office, name: str) -> Contact:
    with db.writing() as session:
        contact = meet(session, office.agency_id, ContactKind.USER, f"U-of-{name}")
        session.get_one(Person, (office.agency_id, office.people[name].id)).contact_id = contact.id
        return contact


def log(db: Database, office: Office) -> list[tuple[str, dict[str, str]]]:
    with db.reading() as session:
        assert verify(session, office.agency_id) is None
        query = select(AuditEntry).where(AuditEntry.agency_id == office.agency_id)
        rows = session.scalars(query.order_by(AuditEntry.number)).all()
        return [(one.action, one.detail) for one in rows]


def test_a_code_is_shown_once_and_links(admin: Browser, db: Database, offices: Offices) -> None:
    url = url_of(offices.makham, "works")
    mark = seen(admin, url)
    page = send(admin, url, "invite", mark)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    [code] = set(CODE.findall(page.text))
    assert "22 มี.ค. 2566" in page.text
    assert "<img" not in page.text  # the account's id is not known yet
    assert "เพิ่มเพื่อนบัญชี LINE ทางการ" in page.text
    again = admin.get(url).text
    assert code not in again
    assert "ออกรหัสเชิญไว้แล้ว" in again
    # Sent again, as by going back, it ends no code and makes none.
    assert send(admin, url, "invite", mark).status_code == 409
    assert clear_text_in(db, [code]) == []
    with db.writing() as session:
        agency_id = offices.makham.agency_id
        contact = meet(session, agency_id, ContactKind.USER, "U-of-works")
        person = accept_invitation(session, agency_id, code, contact, NOON)
        assert person is not None
        assert person.username == "works"
    assert log(db, offices.makham) == [("person.invited", {})]


def test_the_picture_opens_the_chat_with_the_code_typed(
    admin: Browser, db: Database, offices: Offices
) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    with db.writing() as session:
        session.get_one(Agency, offices.makham.agency_id).basic_id = "@123abcde"
    page = send(admin, url_of(offices.makham, "finance_head"), "invite").text
    [code] = set(CODE.findall(page))
    link = f"https://line.me/R/oaMessage/%40123abcde/?{code}"
    assert link in page
    picture = re.search(r'src="(data:image/svg\+xml[^"]*)"', page)
    assert picture
    assert read_qr(zxingcpp, unquote(picture.group(1))) == link
    assert "เชื่อมกลุ่ม LINE ของส่วนราชการได้ด้วย" in page


def read_qr(reader, svg: str) -> str:
    """Draw segno's strokes (``M x y h n``, a unit a module) and read them as a camera would."""
    side = int(re.search(r"width='?\"?(\d+)", svg).group(1))
    canvas = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(canvas)
    scale = 6
    x = y = 0.0
    path = re.search(r" d=['\"]([^'\"]+)", svg).group(1)
    for verb, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(one) for one in numbers.split()]
        if verb == "h":
            box = (x * scale, (y - 0.5) * scale, (x + values[0]) * scale - 1, (y + 0.5) * scale - 1)
            pen.rectangle(box, fill=0)
            x += values[0]
        elif verb == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    [found] = reader.read_barcodes(canvas)
    return str(found.text)


def test_the_desk_revokes_a_link(admin: Browser, db: Database, offices: Offices) -> None:
    office = offices.makham
    linked(db, office, "works")
    url = url_of(office, "works")
    assert send(admin, url, "unlink").status_code == 302
    assert person_of(db, office, "works").contact_id is None
    refused = send(admin, url, "unlink")
    assert refused.status_code == 422
    assert "ยังไม่ได้เชื่อมบัญชี LINE" in refused.text
    assert log(db, office) == [("person.unlinked", {})]


def test_two_admins_at_once_get_one_deed_and_one_clear_sentence(
    admin: Browser, db: Database, offices: Offices
) -> None:
    office = offices.makham
    linked(db, office, "works")
    url = url_of(office, "works")
    mark = seen(admin, url)
    assert send(admin, url, "email", mark, email=MAIL).status_code == 302
    for deed in ("unlink", "invite", "leave", "email", "duties", "return"):
        late = send(admin, url, deed, mark)
        assert late.status_code == 409, deed
        assert "มีผู้ดูแลระบบอีกคนแก้ไข" in late.text
    assert person_of(db, office, "works").contact_id is not None
    assert [action for action, _ in log(db, office)] == ["person.email_set"]


def test_an_address_is_set_read_sealed_and_removed(
    admin: Browser, db: Database, offices: Offices
) -> None:
    office, url = offices.makham, url_of(offices.makham, "works")
    assert send(admin, url, "email", email=" Works@Example.go.th ").status_code == 302
    assert MAIL in admin.get(url).text
    assert clear_text_in(db, [MAIL, MAIL.upper(), "works@"]) == []
    assert send(admin, url, "email", email="").status_code == 302
    with db.reading() as session:
        assert email_of(session, person_of(db, office, "works")) == ""
    assert log(db, office) == [("person.email_set", {}), ("person.email_removed", {})]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("works", "อีเมลไม่ถูกต้อง"),
        ("a@b", "อีเมลไม่ถูกต้อง"),
        ("a@example.go.th\nBcc: b@example.com", "อีเมลไม่ถูกต้อง"),
        ("a@example.go.th, b@example.go.th", "อีเมลไม่ถูกต้อง"),
        ("head@example.go.th", "เป็นของเจ้าหน้าที่อีกคนแล้ว"),
        ("", "ยังไม่ได้กรอกอีเมล"),
    ],
)
def test_a_bad_address_is_refused_with_a_sentence_and_stays_in_the_field(
    admin: Browser, db: Database, offices: Offices, typed: str, sentence: str
) -> None:
    with db.writing() as session:
        head = session.merge(offices.makham.people["finance_head"])
        set_email(session, head, "head@example.go.th")
        # The other office may write to the same address.
        theirs = session.merge(offices.bangphra.people["works"])
        set_email(session, theirs, "a@example.go.th")
    answer = send(admin, url_of(offices.makham, "works"), "email", email=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed.partition("\n")[0] in answer.text
    assert log(db, offices.makham) == []


def test_one_person_serves_two_divisions_and_then_one_again(
    admin: Browser, db: Database, offices: Offices
) -> None:
    office, url = offices.makham, url_of(offices.makham, "finance")
    works = office.divisions["works"].id
    assert send(admin, url, "duties", division=str(works), post="head").status_code == 302
    with db.reading() as session:
        person = session.get_one(Person, (office.agency_id, office.people["finance"].id))
        assert duties_of(session, person) == {office.divisions["finance"].id: False, works: True}
        assert serves(session, person, works)
    assert send(admin, url, f"duties/{works}/remove").status_code == 302
    assert send(admin, url, f"duties/{works}/remove").status_code == 422
    own, theirs = office.divisions["finance"].id, offices.bangphra.divisions["works"].id
    for bad in (str(own), str(theirs), "", "x"):
        assert send(admin, url, "duties", division=bad, post="staff").status_code == 422
    detail = {"division": str(works)}
    assert log(db, office) == [("duty.added", detail | {"post": "head"}), ("duty.removed", detail)]


def test_who_leaves_is_signed_out_unlinked_and_can_come_back(
    app: Flask, admin: Browser, db: Database, offices: Offices
) -> None:
    office, url = offices.makham, url_of(offices.makham, "works")
    linked(db, office, "works")
    with db.writing() as session:
        person = session.merge(office.people["works"])
        set_email(session, person, MAIL)
        code = invite(session, person, NOON)
    theirs = Browser(app).enter(person_of(db, office, "works"))
    assert theirs.get("/desk/measures").status_code == 200
    assert send(admin, url, "leave").status_code == 302
    assert theirs.get("/desk/measures").status_code == 302
    gone = person_of(db, office, "works")
    assert (gone.active, gone.contact_id) == (False, None)
    with db.writing() as session:
        assert email_of(session, session.merge(gone)) == ""
        contact = meet(session, office.agency_id, ContactKind.USER, "U-of-a-finder")
        assert accept_invitation(session, office.agency_id, code, contact, NOON) is None
        # The address is free for whoever comes after.
        set_email(session, session.merge(office.people["finance"]), MAIL)
    for deed, data in (("invite", {}), ("email", {"email": "x@example.go.th"}), ("leave", {})):
        assert send(admin, url, deed, **data).status_code == 422
    assert send(admin, url, "return").status_code == 302
    assert person_of(db, office, "works").active
    assert theirs.get("/desk/measures").status_code == 302  # the old sign-in stays ended
    with db.writing() as session:
        contact = meet(session, office.agency_id, ContactKind.USER, "U-of-a-finder")
        assert accept_invitation(session, office.agency_id, code, contact, NOON) is None
    assert [action for action, _ in log(db, office)] == ["person.given_up", "person.returned"]


def test_nobody_sends_themselves_away(admin: Browser, db: Database, offices: Offices) -> None:
    url = url_of(offices.makham, "admin")
    assert "/leave" not in admin.get(url).text
    assert send(admin, url, "leave").status_code == 422
    assert person_of(db, offices.makham, "admin").active


def test_a_code_runs_out_and_the_page_says_no_more_of_it(
    admin: Browser, offices: Offices, frozen
) -> None:
    url = url_of(offices.makham, "works")
    send(admin, url, "invite")
    assert "ออกรหัสเชิญไว้แล้ว" in admin.get(url).text
    frozen.shift(timedelta(days=7))
    assert "ออกรหัสเชิญไว้แล้ว" not in admin.get(url).text


def test_people_of_the_other_agency_are_not_found(admin: Browser, offices: Offices) -> None:
    url = url_of(offices.bangphra, "works")
    assert admin.get(url).status_code == 404
    for deed in ("invite", "unlink", "email", "duties", "leave", "return"):
        assert send(admin, url, deed, "00").status_code == 404
