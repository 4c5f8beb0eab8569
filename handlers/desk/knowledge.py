"""The knowledge base: the list of entries, and those that people found wanting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.knowledge import is_expired
from domain.limits import shorten
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import stripped
from handlers.desk.pages import render
from handlers.desk.permissions import Permission, may
from handlers.desk.viewer import this_person
from models.division import division_names
from models.knowledge import Article
from models.knowledge_desk import (
    SOON,
    Standing,
    Use,
    Wanted,
    categories_of,
    count_articles,
    list_articles,
    useless_articles,
    uses_of,
)
from models.person import Person
from models.question_rules import EVERYWHERE, divisions_answered

PAGE = 50
NONE = "-"  # of a filter: those without one
_LONGEST_SEARCH = 100
_MOST_PAGES = 10_000
_BEGINNING = 160
_JUDGED, _QUESTIONS_OF_ONE = 50, 5


@dataclass(frozen=True)
class Row:
    id: UUID
    question: str
    beginning: str
    category: str
    division: str
    changed: datetime
    valid_until: date | None
    expired: bool
    soon: bool
    use: Use
    editable: bool


@dataclass(frozen=True)
class Read:
    """The filters as they came in the address, and what could not be read of them."""

    wanted: Wanted
    values: dict[str, str]
    page: int
    trouble: bool


@desk.get("/knowledge")
def knowledge() -> tuple[str, int]:
    today = bangkok_day(now())
    with services().db.reading() as session:
        person = this_person(session)
        agency_id = person.agency_id
        divisions = division_names(session, agency_id)
        asked = _read_filters(divisions)
        total = count_articles(session, agency_id, asked.wanted, today)
        pages = max(1, -(-total // PAGE))
        page = min(asked.page, pages)
        found = list_articles(
            session, agency_id, asked.wanted, today, limit=PAGE, skip=(page - 1) * PAGE
        )
        rows = _rows(session, person, found, divisions, today)
        everywhere = replace(asked.wanted, standing=None)
        tabs = [
            (value, label, count_articles(session, agency_id, wanted, today))
            for value, label, wanted in (
                ("", "ทั้งหมด", everywhere),
                *((one.value, _TABS[one], replace(everywhere, standing=one)) for one in Standing),
            )
        ]
        categories = categories_of(session, agency_id)
        own = divisions_answered(session, person)
        may_add = person.role in EVERYWHERE or bool(own)
        may_import = may(person.role, Permission.KNOWLEDGE_FILE)
    return render(
        "knowledge.html",
        section="desk.knowledge",
        rows=rows,
        total=total,
        page=page,
        pages=pages,
        values=asked.values,
        filtered=any(asked.values.values()),
        tabs=tabs,
        categories=categories,
        divisions=[(str(key), name) for key, name in divisions.items()],
        may_add=may_add,
        may_import=may_import,
        warning="ตัวกรองบางอย่างในที่อยู่เว็บอ่านไม่ได้ จึงแสดงโดยไม่ใช้ตัวกรองนั้น" if asked.trouble else "",
    )


_TABS = {
    Standing.VALID: "ใช้อยู่",
    Standing.SOON: f"หมดอายุใน {SOON.days} วัน",
    Standing.EXPIRED: "หมดอายุแล้ว",
    Standing.USELESS: "มีคนบอกว่าไม่ตรง",
}


def _read_filters(divisions: dict[UUID, str]) -> Read:
    said = {name: stripped(request.args.get(name, "")) for name in ("q", "category", "division")}
    said["state"] = stripped(request.args.get("state", ""))
    text = said["q"][:_LONGEST_SEARCH]
    values = {"q": text, "category": said["category"], "division": "", "state": ""}
    wanted = Wanted(text=text)
    trouble = False
    if said["category"]:
        category = "" if said["category"] == NONE else said["category"]
        wanted = replace(wanted, category=category)
    if said["division"] == NONE:
        wanted, values["division"] = replace(wanted, no_division=True), NONE
    elif said["division"]:
        chosen = next((key for key in divisions if str(key) == said["division"]), None)
        trouble = chosen is None
        wanted, values["division"] = replace(wanted, division_id=chosen), str(chosen or "")
    if said["state"] in set(Standing):
        wanted, values["state"] = replace(wanted, standing=Standing(said["state"])), said["state"]
    elif said["state"]:
        trouble = True
    page = request.args.get("page", "1")
    right = page.isascii() and page.isdigit() and 0 < int(page[:6]) <= _MOST_PAGES
    return Read(wanted, values, int(page[:6]) if right else 1, trouble or not right)


def _rows(
    session: Session,
    person: Person,
    found: list[Article],
    divisions: dict[UUID, str],
    today: date,
) -> list[Row]:
    uses = uses_of(session, person.agency_id, [one.id for one in found])
    own = set(divisions_answered(session, person))
    everywhere = person.role in EVERYWHERE
    return [
        Row(
            one.id,
            one.question,
            shorten(one.answer, _BEGINNING),
            one.category,
            divisions.get(one.division_id, "") if one.division_id else "",
            one.updated_at,
            one.valid_until,
            is_expired(one.valid_until, today),
            one.valid_until is not None and today <= one.valid_until <= today + SOON,
            uses.get(one.id, Use()),
            everywhere or one.division_id in own,
        )
        for one in found
    ]


@dataclass(frozen=True)
class Wanting:
    id: UUID
    question: str
    use: Use
    expired: bool
    asked: list[tuple[date, str]]


@desk.get("/knowledge/useless")
def useless_answers() -> tuple[str, int]:
    today = bangkok_day(now())
    with services().db.reading() as session:
        person = this_person(session)
        rows = [
            Wanting(
                one.article.id,
                one.article.question,
                one.use,
                is_expired(one.article.valid_until, today),
                list(one.asked),
            )
            for one in useless_articles(session, person, limit=_JUDGED, questions=_QUESTIONS_OF_ONE)
        ]
    return render(
        "knowledge_useless.html", section="desk.knowledge", rows=rows, full=len(rows) == _JUDGED
    )
