"""What the tests of a case's page have in common."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Flask
from PIL import Image
from sqlalchemy import select

from models.audit import AuditEntry, verify
from models.complaint import Complaint
from models.complaint_hands import hand_over
from models.database import Database
from tests.desk.browser import Browser
from tests.offices import NOON, Office


def page(case: UUID) -> str:
    return f"/desk/complaints/{case}"


def who(app: Flask, office: Office, name: str, *, fresh: bool = True) -> Browser:
    return Browser(app).enter(office.people[name], fresh=fresh)


def marker(case: UUID) -> str:
    return case.hex[:6].upper()


def stored(db: Database, case: UUID) -> Complaint:
    with db.reading() as session:
        found = session.scalars(select(Complaint).where(Complaint.id == case)).one()
        session.expunge_all()
        return found


def deeds(db: Database, office: Office, case: UUID) -> list[str]:
    with db.reading() as session:
        assert verify(session, office.agency_id) is None
        query = select(AuditEntry.action).where(
            AuditEntry.agency_id == office.agency_id, AuditEntry.subject == f"complaint:{case}"
        )
        return list(session.scalars(query.order_by(AuditEntry.number)))


def hand_to(db: Database, office: Office, case: UUID, division: str | None) -> None:
    with db.writing() as session:
        complaint = session.get_one(Complaint, (office.agency_id, case))
        chosen = session.merge(office.divisions[division]) if division else None
        hand_over(session, complaint, chosen, session.merge(office.people["officer"]), NOON)


def a_picture(width: int = 40, height: int = 30) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, "PNG")
    return buffer.getvalue()
