"""What an office may look like to a page: as long as names can be, new and empty, or very full."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.agency import Agency, add_agency, channel_of
from models.answer_template import put_template
from models.complaint import Complaint
from models.complaint_hands import assign
from models.complaint_work import answer_complaint, note_complaint
from models.database import Database
from models.division import Division, add_division
from models.knowledge import Article
from models.lexicon import LexiconEntry
from models.measure import Measure, Plan
from models.person import Person, Post, Role, add_person
from models.policy import OffDay
from models.progress import ProgressReport, add_to_report
from models.question_work import LONGEST_KEPT_QUESTION
from models.saved_view import SavedView
from models.talk import Talk, hear
from tests.desk.world import World, ask, complain
from tests.offices import NOON, Office, password_hash

T = TypeVar("T")
# As offices write: one word after another with no space between them.
_THAI = "องค์การบริหารส่วนตำบลหนองบัวใต้และศูนย์พัฒนาเด็กเล็กกับกลุ่มส่งเสริมคุณภาพชีวิตผู้สูงอายุ"
_ADDRESS = "https://www.example.go.th/" + "documents-of-the-year-2566/" * 6


def long(length: int, mark: str = "") -> str:
    """A Thai text of a length, with nothing in it where a line should break."""
    return (mark + _THAI * (length // len(_THAI) + 1))[:length]


def lengthen(db: Database, office: Office, world: World) -> None:
    """Every name and text of an office made as long as its column or its form takes."""
    agency_id = office.agency_id
    for number in range(2):
        ask(db, office, long(LONGEST_KEPT_QUESTION, f"{number}"))
    story = complain(db, office, what=f"{long(2500)} {_ADDRESS} {long(2400)}")
    with db.writing() as session:
        session.get_one(Agency, agency_id).name = long(200)
        session.get_one(Agency, agency_id).contact_text = f"{long(400)} {_ADDRESS}"
        for number, person in enumerate(_all(session, Person, agency_id)):
            person.name = long(200, f"{number}")
        for number, division in enumerate(_all(session, Division, agency_id)):
            # A plan that is being read still calls it by its old name.
            division.aliases = [division.name, *(long(200, f"{number}{n}") for n in range(3))]
            division.name = long(200, f"{number}")
        for plan in _all(session, Plan, agency_id):
            plan.title = long(300)
        for measure in _all(session, Measure, agency_id):
            measure.title, measure.steps = long(600), long(2000)
            measure.indicator, measure.responsible = long(600), long(300)
        for report in _all(session, ProgressReport, agency_id):
            add_to_report(session, report, note=long(3000))
        for article in _all(session, Article, agency_id):
            article.question, article.answer = long(300), f"{long(2500)}"
            article.category, article.link = long(100), _ADDRESS
        for word in _all(session, LexiconEntry, agency_id):
            word.everyday, word.official = long(60), long(120)
        for view in _all(session, SavedView, agency_id):
            view.name = long(100)
        for talk in _all(session, Talk, agency_id):
            hear(session, talk, long(1000), "2", NOON)
        session.add(OffDay(agency_id=agency_id, day=NOON.date(), name=long(200)))
        officer = session.get_one(Person, (agency_id, office.people["officer"].id))
        put_template(session, officer, None, long(100), long(2000), NOON)
        for one in (story, world.general):
            complaint = session.get_one(Complaint, (agency_id, one))
            assign(session, complaint, officer, officer, NOON)
            note_complaint(session, complaint, officer, long(3000), NOON)
            answer_complaint(session, complaint, officer, f"{long(1500)} {_ADDRESS}", NOON)


def _all(session: Session, noun: type[T], agency_id: int) -> list[T]:
    return list(session.scalars(select(noun).filter_by(agency_id=agency_id)))


def open_office(db: Database) -> Office:
    """An office on its first day: its people and one division, and nothing else."""
    with db.writing() as session:
        session.expire_on_commit = False
        agency = add_agency(
            session,
            slug="first-day",
            name="อบต.วันแรก",
            channel_secret="invented for tests",
            channel_token="invented for tests",
            now=NOON,
        )
        division = add_division(session, agency.id, "กองคลัง")
        people = {}
        for key, role in (
            ("admin", Role.ADMIN),
            ("integrity", Role.INTEGRITY_OFFICER),
            ("officer", Role.OFFICER),
            ("finance_head", Role.DIVISION_HEAD),
            ("finance", Role.DIVISION_STAFF),
            ("clerk", Role.EXECUTIVE),
            ("auditor", Role.AUDITOR),
        ):
            people[key] = add_person(
                session,
                agency.id,
                username=key.replace("_", "-"),
                name=f"เจ้าหน้าที่ {key}",
                role=role,
                post=Post.CLERK if role is Role.EXECUTIVE else None,
                division_id=division.id if key.startswith("finance") else None,
            )
            people[key].password_hash = password_hash()
        channel = channel_of(session, agency)
        return Office(
            agency.id, agency.slug, channel, agency.webhook_path, {"finance": division}, people
        )
