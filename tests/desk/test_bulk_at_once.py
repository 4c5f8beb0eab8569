"""Several at one stroke, while somebody else works on one of them: both come through."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from models.complaint import Complaint
from models.complaint_hands import assignee_of
from models.complaint_work import find_for_work, note_complaint
from models.database import Database
from tests.desk.browser import Browser
from tests.desk.world import complain
from tests.offices import NOON, Offices
from tests.served import eventually


def somebody_waits(db: Database) -> bool:
    """Whether a session of PostgreSQL waits for another's lock."""
    with db.reading() as session:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(session.scalar(query))


def test_assigning_many_and_noting_one_of_them_do_not_hang_on_each_other(
    app: Flask, db: Database, offices: Offices
) -> None:
    if db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    office = offices.makham
    ones = sorted(complain(db, office) for _ in range(3))
    officer = Browser(app).enter(office.people["officer"])
    form = {
        "csrf_token": officer.token(),
        "complaint": [str(one) for one in ones],
        "to": f"person:{office.people['officer'].id}",
    }
    answers: list[int] = []
    bulk = threading.Thread(
        target=lambda: answers.append(
            officer.client.post("/desk/complaints/assign", data=form).status_code
        )
    )
    with db.writing() as session:
        integrity = session.merge(office.people["integrity"])
        last = find_for_work(session, integrity, ones[-1])
        bulk.start()
        eventually(lambda: somebody_waits(db), "the bulk's wait for the last of them")
        note_complaint(session, last, integrity, "กำลังดูอยู่", NOON)
    bulk.join()
    assert answers == [302]
    assert holders(db, office.agency_id, ones) == ["officer"] * 3


def holders(db: Database, agency_id: int, ones: list[UUID]) -> list[str]:
    with db.reading() as session:
        found = [assignee_of(session, session.get_one(Complaint, (agency_id, one))) for one in ones]
        return [one.username for one in found if one is not None]


@pytest.mark.parametrize("where", ["assign", "views"])
def test_a_form_with_a_thousand_filters_breaks_nothing(
    app: Flask, offices: Offices, where: str
) -> None:
    officer = Browser(app).enter(offices.makham.people["officer"])
    query = "&".join(f"kind={number}" for number in range(400))
    answer = officer.post(f"/desk/complaints/{where}", {"query": query, "name": "งานของฉัน"})
    assert answer.status_code < 500
