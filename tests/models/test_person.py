"""Staff: signing in, being locked out, and linking a LINE account with an invitation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from models.database import Database
from models.invitation import Invitation, accept_invitation, invite
from models.login import sign_in
from models.person import (
    BadPerson,
    Person,
    Role,
    add_person,
    find_person,
    get_person,
    names_of,
    person_of_contact,
    set_password,
)
from tests.models.making import citizen, clear_text_in
from tests.offices import NOON, PASSWORD, Offices

WRONG = "not the pass phrase"


def tries(db: Database, offices: Offices, password: str) -> bool:
    """Sign in at the hour that the clock shows."""
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, " Officer ")
        return sign_in(person, password, datetime.now(UTC))


def test_the_right_pass_phrase_signs_in_and_no_other(db: Database, offices: Offices) -> None:
    assert tries(db, offices, PASSWORD)
    for wrong in (WRONG, "", PASSWORD.upper(), PASSWORD + " ", "ก" * 500):
        assert not tries(db, offices, wrong)


def test_nobody_signs_in_who_does_not_exist_has_left_or_has_no_password(
    db: Database, offices: Offices
) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        assert not sign_in(None, PASSWORD, NOON)
        gone = find_person(session, agency_id, "officer")
        assert gone is not None
        gone.active = False
        assert not sign_in(gone, PASSWORD, NOON)
        bare = add_person(session, agency_id, username="bare", name="ก", role=Role.AUDITOR)
        assert not sign_in(bare, "", NOON)


def test_the_fifth_failure_locks_out_and_each_later_one_for_longer(
    db: Database, offices: Offices
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            assert not tries(db, offices, WRONG)
        assert tries(db, offices, PASSWORD)  # four are forgiven, and forgotten
        for _ in range(5):
            assert not tries(db, offices, WRONG)
        for pause in (30, 60, 120, 240, 480, 900, 900):
            assert not tries(db, offices, PASSWORD), "locked, even for the right one"
            clock.shift(timedelta(seconds=pause - 1))
            assert not tries(db, offices, PASSWORD), "still locked"
            clock.shift(timedelta(seconds=1))
            assert not tries(db, offices, WRONG)
        clock.shift(timedelta(minutes=15))
        assert tries(db, offices, PASSWORD)
        assert not tries(db, offices, WRONG)
        assert tries(db, offices, PASSWORD), "the count began anew"


def test_one_person_s_lock_locks_nobody_else(db: Database, offices: Offices) -> None:
    for _ in range(6):
        assert not tries(db, offices, WRONG)
    with db.writing() as session:
        namesake = find_person(session, offices.bangphra.agency_id, "officer")
        assert sign_in(namesake, PASSWORD, datetime.now(UTC))


def test_a_new_password_signs_out_everywhere_and_a_short_one_is_refused(
    db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, "officer")
        assert person is not None
        before = person.session_key
        with pytest.raises(BadPerson, match="10 characters"):
            set_password(person, "short")
        assert person.session_key == before
        set_password(person, "another long pass phrase")
        assert person.session_key != before
    assert not tries(db, offices, PASSWORD)
    assert tries(db, offices, "another long pass phrase")
    assert clear_text_in(db, ["another long pass phrase"]) == []


def test_people_that_cannot_be_are_refused_with_a_sentence(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    for how in (
        {"username": " ", "name": "ก", "role": Role.OFFICER},
        {"username": "x", "name": " ", "role": Role.OFFICER},
        {"username": "OFFICER ", "name": "ก", "role": Role.OFFICER},
        {"username": "x", "name": "ก", "role": Role.DIVISION_HEAD},
        {"username": "x", "name": "ก", "role": Role.OFFICER, "password": "short"},
    ):
        with pytest.raises(BadPerson), db.writing() as session:
            add_person(session, agency_id, **how)  # type: ignore[arg-type]


def test_an_invitation_links_once(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        person = session.get_one(Person, (agency_id, offices.makham.people["works"].id))
        code = invite(session, person, NOON)
        contact = citizen(session, agency_id)
        typed = code.lower().replace("-", " ")
        linked = accept_invitation(session, agency_id, typed, contact, NOON)
        assert linked is person
        assert person_of_contact(session, contact) is person
        other = citizen(session, agency_id, "Uother")
        assert accept_invitation(session, agency_id, code, other, NOON) is None
        assert person_of_contact(session, other) is None
    assert clear_text_in(db, [code, code.replace("-", "")]) == []


def test_an_invitation_ends_after_seven_days_and_with_the_next_one(
    db: Database, offices: Offices
) -> None:
    agency_id = offices.makham.agency_id
    week = timedelta(days=7)
    with db.writing() as session:
        person = session.get_one(Person, (agency_id, offices.makham.people["works"].id))
        contact = citizen(session, agency_id)
        first = invite(session, person, NOON)
        second = invite(session, person, NOON)
        assert accept_invitation(session, agency_id, first, contact, NOON) is None
        assert accept_invitation(session, agency_id, second, contact, NOON + week) is None
        just = NOON + week - timedelta(seconds=1)
        assert accept_invitation(session, agency_id, second, contact, just) is person


def test_an_invitation_is_worth_nothing_elsewhere_or_for_who_has_left(
    db: Database, offices: Offices
) -> None:
    here, there = offices.makham.agency_id, offices.bangphra.agency_id
    with db.writing() as session:
        person = session.get_one(Person, (here, offices.makham.people["works"].id))
        code = invite(session, person, NOON)
        stranger = citizen(session, there)
        assert accept_invitation(session, there, code, stranger, NOON) is None
        assert (
            accept_invitation(session, here, "PS-AAAAA-AAAAA", citizen(session, here), NOON) is None
        )
        person.active = False
        assert accept_invitation(session, here, code, citizen(session, here), NOON) is None
        assert session.scalars(select(Invitation.used_at)).all() == [None]


def test_a_line_account_stands_for_one_person(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        contact = citizen(session, agency_id)
        for name in ("works", "finance"):
            person = session.get_one(Person, (agency_id, offices.makham.people[name].id))
            accept_invitation(session, agency_id, invite(session, person, NOON), contact, NOON)
            assert person_of_contact(session, contact) is person
        holders = select(Person.username).where(Person.contact_id == contact.id)
        assert session.scalars(holders).all() == ["finance"]
        person.active = False
        session.flush()
        assert person_of_contact(session, contact) is None


def test_people_of_the_other_agency_are_not_found(db: Database, offices: Offices) -> None:
    theirs = offices.bangphra.people["officer"]
    with db.reading() as session:
        assert get_person(session, offices.makham.agency_id, theirs.id) is None
        assert names_of(session, offices.makham.agency_id, [theirs.id]) == {}
        mine = offices.makham.people["officer"]
        assert names_of(session, offices.makham.agency_id, [mine.id]) == {mine.id: mine.name}
