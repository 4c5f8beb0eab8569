"""Two at the same moment: one code for two phones, and admins who send each other away."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

from flask import Flask
from sqlalchemy import select

from models.contact import ContactKind, meet
from models.database import Database
from models.invitation import accept_invitation, invite
from models.person import Person, Role, add_person
from tests.desk.browser import Browser
from tests.desk.test_people_person import seen
from tests.offices import NOON, Offices

T = TypeVar("T")


def together(*deeds: Callable[[], T]) -> list[T]:
    gate = Barrier(len(deeds))

    def do(deed: Callable[[], T]) -> T:
        gate.wait(10)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [one.result(30) for one in [pool.submit(do, deed) for deed in deeds]]


def test_of_two_phones_with_one_code_one_is_linked(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id

    code = ""

    def accept(line_id: str) -> bool:
        with db.writing() as session:
            contact = meet(session, agency_id, ContactKind.USER, line_id)
            return accept_invitation(session, agency_id, code, contact, NOON) is not None

    for turn in range(5):
        with db.writing() as session:
            code = invite(session, session.merge(offices.makham.people["works"]), NOON)
        linked = together(partial(accept, f"U-one-{turn}"), partial(accept, f"U-two-{turn}"))
        assert sorted(linked) == [False, True]


def test_two_admins_who_send_each_other_away_at_once_do_not_leave_the_office_without_one(
    app: Flask, db: Database, offices: Offices
) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        session.expire_on_commit = False
        second = add_person(
            session, agency_id, username="second", name="ผู้ดูแลระบบคนที่สอง", role=Role.ADMIN
        )
    first = offices.makham.people["admin"]

    def send_away(admin: Person, other: Person) -> Callable[[], int]:
        browser = Browser(app).enter(admin)
        url = f"/desk/people/{other.id}"
        data = {"seen": seen(browser, url), "csrf_token": browser.token()}
        return lambda: browser.client.post(f"{url}/leave", data=data).status_code

    statuses = together(send_away(first, second), send_away(second, first))
    # The one who came second was nobody any more: 403, or sent to sign in (302, as success is).
    assert set(statuses) <= {302, 403}
    with db.reading() as session:
        query = select(Person.username).where(
            Person.agency_id == agency_id, Person.role == Role.ADMIN, Person.active
        )
        assert len(session.scalars(query).all()) == 1
