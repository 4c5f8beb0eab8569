"""Templates of answers as a case's page offers them: picked without a script, filled in, changed
by the officer and sent as any other answer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from domain.answer_template import fill
from domain.calendar import long_date
from handlers.desk.words import word
from models.agency import Agency
from models.answer_template import get_template, templates_of
from models.complaint import Complaint, receipt_marker
from models.division import get_division
from models.person import Person


def template_choices(session: Session, person: Person) -> list[tuple[str, str]]:
    return [(str(one.id), one.title) for one in templates_of(session, person.agency_id)]


def filled_template(session: Session, complaint: Complaint, picked: str, typed: str) -> str:
    """What the answer's box holds: what was typed, and below it the template that was picked."""
    try:
        wanted = UUID(picked)
    except ValueError:
        return typed
    template = get_template(session, complaint.agency_id, wanted)
    if template is None:
        return typed
    words = fill(template.text, values_of(session, complaint))
    return f"{typed.rstrip()}\n\n{words}" if typed.strip() else words


def values_of(session: Session, complaint: Complaint) -> dict[str, str]:
    division = complaint.division_id
    handed = get_division(session, complaint.agency_id, division) if division else None
    return {
        "เลขเรื่อง": receipt_marker(complaint),
        "วันที่รับ": long_date(complaint.received_on),
        "หน่วยงาน": session.get_one(Agency, complaint.agency_id).name,
        "ประเภทเรื่อง": word(complaint.kind),
        "กำหนดแจ้งผล": long_date(complaint.outcome_by) if complaint.outcome_by else "",
        "ส่วนราชการ": handed.name if handed else "",
    }
