"""The example town: divisions, staff, knowledge and plan, and who they are in the simulator."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.cli.knowledge import read_articles
from bot.demo.authenticators import hand_out
from bot.demo.plan import FISCAL_YEAR, MEASURES, TITLE
from models.agency import Agency, add_agency, find_agency
from models.contact import ContactKind, meet
from models.division import Division, add_division, name_answerer
from models.duty import add_duty, set_email
from models.knowledge import put_article
from models.measure import put_plan
from models.person import Post, Role, add_person

SLUG = "example"
NAME = "เทศบาลตำบลตัวอย่าง"
PASSWORD = "prongsai-demo"  # noqa: S105 (the demo's, printed at its start, never a real one)
CONTACT = "โทร. 0-0000-0100 วันจันทร์ถึงศุกร์ 08.30-16.30 น. (เว้นวันหยุดราชการ)"
KNOWLEDGE = Path(__file__).with_name("knowledge.csv")

CLERKS_OFFICE = "สำนักปลัดเทศบาล"
FINANCE, WORKS, WELFARE = "กองคลัง", "กองช่าง", "กองสวัสดิการสังคม"
_DIVISIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        CLERKS_OFFICE,
        ("สำนักปลัด", "สำนักปลัดฯ", "สำนักงานปลัด", "สำนักปลัด (งานบริหารงานบุคคล)"),
    ),
    (FINANCE, ()),
    (WORKS, ()),
    ("กองสาธารณสุขและสิ่งแวดล้อม", ("กองสาธารณสุขฯ",)),
    ("กองการศึกษา", ()),
    (WELFARE, ()),
)


def line_user_id(who: str) -> str:
    """A LINE id of the demo's own, the same at every start."""
    return "U" + hashlib.sha256(f"prongsai demo {who}".encode()).hexdigest()[:32]


CITIZEN = line_user_id("citizen")
SECOND_CITIZEN = line_user_id("second citizen")
OFFICER = line_user_id("officer of the clerk's office")
RECEPTION = line_user_id("reception")
FINANCE_OFFICER = line_user_id("officer of finance and welfare")
CLERK = line_user_id("municipal clerk")
HEAD = line_user_id("head of the clerk's office")
GROUP = "C" + line_user_id("group of the clerk's office")[1:]


def found_town(session: Session) -> Agency:
    """The example agency, made when it is not there yet."""
    agency = find_agency(session, SLUG)
    if agency is not None:
        return agency
    now = datetime.now(UTC)
    agency = add_agency(
        session,
        slug=SLUG,
        name=NAME,
        channel_secret=secrets.token_hex(16),
        channel_token=secrets.token_urlsafe(48),
        now=now,
        contact_text=CONTACT,
    )
    divisions = {
        name: add_division(session, agency.id, name, aliases) for name, aliases in _DIVISIONS
    }
    _hire(session, agency, divisions)
    for row in read_articles(KNOWLEDGE):
        put_article(session, agency.id, row, now)
    put_plan(session, agency.id, FISCAL_YEAR, TITLE, MEASURES)
    return agency


# User name, name, role, division, post. Nobody heads the works division: its reminders climb.
_STAFF: tuple[tuple[str, str, Role, str | None, Post | None], ...] = (
    ("admin", "ผู้ดูแลระบบ", Role.ADMIN, None, None),
    ("integrity", "เจ้าหน้าที่รับเรื่องทุจริต", Role.INTEGRITY_OFFICER, None, None),
    ("reception", "เจ้าหน้าที่ศูนย์บริการประชาชน", Role.OFFICER, None, None),
    ("officer", "เจ้าหน้าที่สำนักปลัด", Role.DIVISION_STAFF, CLERKS_OFFICE, None),
    ("head", "หัวหน้าสำนักปลัด", Role.DIVISION_HEAD, CLERKS_OFFICE, None),
    ("clerk", "ปลัดเทศบาล", Role.EXECUTIVE, None, Post.CLERK),
    ("mayor", "นายกเทศมนตรี", Role.EXECUTIVE, None, Post.MAYOR),
    ("finance", "นักวิชาการเงินและบัญชี", Role.DIVISION_STAFF, FINANCE, None),
    ("finance-head", "ผู้อำนวยการกองคลัง", Role.DIVISION_HEAD, FINANCE, None),
    ("works", "นายช่างโยธา", Role.DIVISION_STAFF, WORKS, None),
)


def _hire(session: Session, agency: Agency, divisions: dict[str, Division]) -> None:
    office = divisions[CLERKS_OFFICE].id
    staff = {
        username: add_person(
            session,
            agency.id,
            username=username,
            name=name,
            role=role,
            post=post,
            division_id=None if division is None else divisions[division].id,
            password=PASSWORD,
        )
        for username, name, role, division, post in _STAFF
    }
    hand_out(session, staff.values())
    officer, head = staff["officer"], staff["head"]
    # Who answers what nobody knows yet: this division's officer, and for all others the reception.
    name_answerer(session, agency.id, office, officer.id)
    reception = meet(session, agency.id, ContactKind.USER, RECEPTION)
    staff["reception"].contact_id = reception.id
    officer.contact_id = meet(session, agency.id, ContactKind.USER, OFFICER).id
    head.contact_id = meet(session, agency.id, ContactKind.USER, HEAD).id
    finance = staff["finance"]
    finance.contact_id = meet(session, agency.id, ContactKind.USER, FINANCE_OFFICER).id
    staff["clerk"].contact_id = meet(session, agency.id, ContactKind.USER, CLERK).id
    # A small town: one person for two divisions, and a head who reads e-mail alone.
    add_duty(session, finance, divisions[WELFARE].id, is_head=False)
    set_email(session, staff["finance-head"], "finance-head@example.go.th")
    meet(session, agency.id, ContactKind.GROUP, GROUP).division_id = office
    session.flush()
