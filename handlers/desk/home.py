"""The first page: what waits for this viewer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from flask import Response, url_for
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.states import ObligationState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.live import piece
from handlers.desk.pages import render
from handlers.desk.permissions import (
    Permission,
    decide_limit,
    division_limit,
    may,
    review_limit,
)
from handlers.desk.quota import quota_warning
from handlers.desk.viewer import this_person
from models import waiting
from models.agency import Agency
from models.case_waiting import cases_waiting, cases_without_reader
from models.person import Person
from models.progress import ReportStatus
from models.question_rules import waiting_count
from models.sealed_identity import requests_to_decide
from models.talk import waiting_talks_count


@dataclass(frozen=True)
class Tile:
    count: int
    label: str
    unit: str
    url: str
    alarming: bool = False


@dataclass(frozen=True)
class Day:
    """What waits for one viewer."""

    tiles: list[Tile]
    short: str  # of the month's LINE quota
    unread: int  # cases that nobody can read; for admins
    today: date


@desk.get("/")
def home() -> tuple[str, int]:
    return render("home.html", section="desk.home", day=_day())


@desk.get("/live")
def home_live() -> Response:
    return piece("home_tiles.html", day=_day())


def _day() -> Day:
    today = bangkok_day(now())
    tiles: list[Tile] = []
    short, unread = "", 0
    with services().db.reading() as session:
        person = this_person(session)
        agency_id, role = person.agency_id, person.role
        if may(role, Permission.COMPLAINTS):
            count = waiting.new_complaints(session, person)
            tiles.append(
                Tile(count, "เรื่องร้องเรียนใหม่", "เรื่อง", url_for("desk.complaints", status="received"))
            )
            tiles.extend(_cases(session, person, today))
        if may(role, Permission.PEOPLE):
            unread = cases_without_reader(session, agency_id)
        if may(role, Permission.MEASURES):
            tiles.extend(_late_measures(session, person, today))
        if may(role, Permission.REVIEW):
            answered = waiting.obligations_by_year(
                session, agency_id, ObligationState.ANSWERED, within=review_limit(session, person)
            )
            tiles.extend(
                Tile(
                    count,
                    f"รายงานผลปี {year} ที่รอตรวจรับ",
                    "รายการ",
                    url_for("desk.measures", year=year, show="answered"),
                )
                for year, count in answered.items()
            )
        tiles.extend(_unsettled(session, person))
        if may(role, Permission.QUESTIONS):
            count = waiting_count(session, person)
            tiles.append(Tile(count, "คำถามที่รอคำตอบ", "คำถาม", url_for("desk.questions")))
        if may(role, Permission.TALKS):
            count = waiting_talks_count(session, agency_id)
            label = "ผู้รอคุยกับเจ้าหน้าที่"
            tiles.append(Tile(count, label, "ราย", url_for("desk.talks"), alarming=count > 0))
        if may(role, Permission.DELIVERY):
            agency = session.get_one(Agency, agency_id)
            short = quota_warning(session, agency, today)
            count = waiting.failed_deliveries(session, agency_id)
            label = "ข้อความที่รับหรือส่งไม่สำเร็จ"
            tiles.append(Tile(count, label, "รายการ", url_for("desk.delivery"), count > 0))
    return Day(tiles, short, unread, today)


def _cases(session: Session, person: Person, today: date) -> list[Tile]:
    found = cases_waiting(session, person, today)
    mine = url_for("desk.complaints", assignee="me", sort="due")
    tiles = [
        Tile(found.mine, "เรื่องของฉัน", "เรื่อง", mine),
        Tile(found.mine_due, "เรื่องของฉันที่ใกล้หรือเกินกำหนด", "เรื่อง", mine, found.mine_due > 0),
    ]
    if found.unassigned is not None:
        none = url_for("desk.complaints", assignee="none", sort="due")
        tiles.append(
            Tile(found.unassigned, "เรื่องที่ยังไม่มีผู้รับผิดชอบ", "เรื่อง", none, found.unassigned > 0)
        )
    late = url_for("desk.complaints", overdue="1")
    tiles.append(Tile(found.late, "เรื่องที่เกินกำหนด", "เรื่อง", late, found.late > 0))
    for asked in requests_to_decide(session, person, now()):
        url = url_for("desk.case_identity", complaint_id=asked.complaint_id)
        tiles.append(Tile(1, "คำขอเปิดดูตัวตนที่รอท่านพิจารณา", "คำขอ", url, alarming=True))
    return tiles


def _late_measures(session: Session, person: Person, today: date) -> list[Tile]:
    late = waiting.obligations_by_year(
        session,
        person.agency_id,
        ObligationState.OPEN,
        within=division_limit(session, person),
        due_before=today,
    )
    return [
        Tile(
            count,
            f"มาตรการปี {year} ที่เกินกำหนดรายงาน" if year else "มาตรการที่เกินกำหนดรายงาน",
            "รายการ",
            url_for("desk.measures", year=year or None, show="late" if year else None),
            alarming=count > 0,
        )
        for year, count in (late or {0: 0}).items()
    ]


_UNSETTLED = {
    ReportStatus.POSTPONE: ("คำขอเลื่อนกำหนดปี {year} ที่รอพิจารณา", "postpone"),
    ReportStatus.PROBLEM: ("มาตรการปี {year} ที่ส่วนราชการติดปัญหา", "problem"),
}


def _unsettled(session: Session, person: Person) -> list[Tile]:
    """What divisions ask of this person; of an office without a head, an admin sees it here."""
    found = waiting.unsettled(session, person.agency_id, decide_limit(session, person))
    counted = Counter((one.status, one.year) for one in found)
    return [
        Tile(
            count,
            _UNSETTLED[status][0].format(year=year),
            "รายการ",
            url_for("desk.measures", year=year, show=_UNSETTLED[status][1]),
            alarming=True,
        )
        for (status, year), count in counted.items()
    ]
