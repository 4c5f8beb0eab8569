"""Digests: true at the moment of sending, for who still holds the post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.cards import render
from domain.reminders import Level
from domain.states import ObligationState
from models.contact import Contact, ContactKind, meet
from models.database import Database
from models.digest import SHOWN_AT_MOST, compose
from models.duty import add_duty, staff_of
from models.measure import (
    EVERY_DIVISION,
    MeasureRow,
    Obligation,
    obligations_of,
    put_plan,
)
from models.measure_review import return_report
from models.person import Person
from models.progress import ReportStatus, report_progress
from models.reminder import (
    DigestRow,
    Reminder,
    agencies_to_remind,
    digest_of_day,
    obligations_to_remind,
)
from models.tap import read_tap
from tests.models.making import an_obligation
from tests.offices import NOON, Office, Offices

TODAY = date(2023, 3, 15)


def linked(session: Session, office: Office, post: str) -> Contact:
    """The LINE account of a member of staff."""
    contact = meet(session, office.agency_id, ContactKind.USER, f"U-{office.slug}-{post}")
    person = session.get_one(Person, (office.agency_id, office.people[post].id))
    person.contact_id = contact.id
    session.flush()
    return contact


def digest(
    session: Session, contact: Contact, obligations: Sequence[Obligation], day: date = TODAY
) -> UUID:
    row = DigestRow(agency_id=contact.agency_id, contact_id=contact.id, day=day, created_at=NOON)
    session.add(row)
    session.flush()
    for obligation in obligations:
        session.add(
            Reminder(
                agency_id=contact.agency_id,
                obligation_id=obligation.id,
                contact_id=contact.id,
                digest_id=row.id,
                stage="due-14",
            )
        )
    session.flush()
    return row.id


def test_a_digest_says_what_is_due_with_a_button_for_each_answer(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        contact = linked(session, office, "finance")
        obligation = an_obligation(session, office)
        told = compose(session, office.agency_id, digest(session, contact, [obligation]), NOON)
        assert told is not None
        (item,) = told.items
        assert (item.code, item.division, item.lateness) == ("O11", "กองคลัง", "เหลือ 16 วัน")
        assert (item.late, told.more, item.due) == (False, 0, "31 มี.ค. 2566")
        taps = [
            read_tap(session, office.agency_id, choice.data or "", NOON) for choice in item.choices
        ]
        assert {tap.obligation_id for tap in taps if tap} == {obligation.id}
        assert len({tap.status for tap in taps if tap}) == 4
        assert all(len(choice.data or "") <= 300 for choice in item.choices)
        render([told])


@pytest.mark.parametrize(
    ("days", "words", "late"),
    [(0, "ครบกำหนดวันนี้", False), (1, "เกินกำหนด 1 วัน", True), (-1, "เหลือ 1 วัน", False)],
)
def test_lateness_is_said_as_of_the_digest_s_own_day(
    db: Database, offices: Offices, days: int, words: str, late: bool
) -> None:
    office = offices.makham
    with db.writing() as session:
        obligation = an_obligation(session, office)
        day = obligation.due_on + timedelta(days=days)
        contact = linked(session, office, "finance")
        digest_id = digest(session, contact, [obligation], day)
        told = compose(session, office.agency_id, digest_id, NOON)
        assert told is not None
        assert (told.items[0].lateness, told.items[0].late) == (words, late)
        waited = compose(session, office.agency_id, digest_id, NOON + timedelta(days=1090))
        assert waited is not None
        assert waited.items[0].lateness == f"เกินกำหนด {1090 + days:,} วัน"
        assert ("เกินกำหนดแล้ว 1 รายการ" in told.heading) == late


def test_what_was_answered_meanwhile_falls_out(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        contact = linked(session, office, "finance")
        plan = put_plan(
            session, office.agency_id, 2567, "แผน", [MeasureRow(1, "ก", ["กองคลัง"], [TODAY])]
        )
        (other,) = obligations_of(session, office.agency_id, plan)
        first = an_obligation(session, office)
        digest_id = digest(session, contact, [first, other])
        first.state = ObligationState.ANSWERED
        told = compose(session, office.agency_id, digest_id, NOON)
        assert told is not None
        assert [item.title for item in told.items] == ["ก"]
        other.state = ObligationState.CANCELLED
        assert compose(session, office.agency_id, digest_id, NOON) is None


def test_what_was_sent_back_is_told_again_and_says_so(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        contact = linked(session, office, "finance")
        obligation = an_obligation(session, office)
        digest(session, contact, [obligation])
        people = {post: session.merge(office.people[post]) for post in ("finance", "admin")}
        report_progress(
            session, obligation, people["finance"], ReportStatus.DONE, channel="web", now=NOON
        )
        return_report(session, obligation, people["admin"], "ขาดหลักฐานลับ", NOON)
        tomorrow = TODAY + timedelta(days=1)
        digest_id = digest(session, contact, [obligation], tomorrow)
        told = compose(session, office.agency_id, digest_id, NOON)
        assert told is not None
        assert told.items[0].lateness.endswith("ส่งกลับให้แก้ไข")
        assert "ขาดหลักฐานลับ" not in repr(told)


def test_who_has_left_moved_or_blocked_us_is_told_nothing(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        contact = linked(session, office, "finance")
        person = session.get_one(Person, (office.agency_id, office.people["finance"].id))
        digest_id = digest(session, contact, [an_obligation(session, office)])

        def told() -> bool:
            session.flush()
            return compose(session, office.agency_id, digest_id, NOON) is not None

        assert told()
        person.active = False
        assert not told()
        person.active = True
        person.division_id = office.divisions["works"].id
        assert not told()
        person.division_id = office.divisions["finance"].id
        contact.reachable = False
        assert not told()
        contact.reachable = True
        person.contact_id = None
        assert not told()
        person.contact_id = contact.id
        assert told()


def test_a_group_is_told_while_it_belongs_to_the_division(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        group = meet(session, office.agency_id, ContactKind.GROUP, "C-finance")
        group.division_id = office.divisions["finance"].id
        digest_id = digest(session, group, [an_obligation(session, office)])
        assert compose(session, office.agency_id, digest_id, NOON) is not None
        group.division_id = office.divisions["works"].id
        session.flush()
        assert compose(session, office.agency_id, digest_id, NOON) is None


def test_a_carousel_shows_eleven_the_most_overdue_first_and_counts_the_rest(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        rows = [
            MeasureRow(number, f"มาตรการ {number}", [EVERY_DIVISION], [TODAY - timedelta(number)])
            for number in range(1, 16)
        ]
        plan = put_plan(session, office.agency_id, 2567, "แผน", rows)
        finance = office.divisions["finance"].id
        due = obligations_of(session, office.agency_id, plan, finance)
        contact = linked(session, office, "finance")
        told = compose(session, office.agency_id, digest(session, contact, due), NOON)
        assert told is not None
        assert len(told.items) == SHOWN_AT_MOST - 1  # the last card says what of the rest
        assert told.more == 4
        assert [(one.name, one.value) for one in told.tally] == [("เกินกำหนด", "4 รายการ")]
        assert "15 รายการ" in told.heading
        assert told.items[0].lateness == "เกินกำหนด 15 วัน"
        assert told.items[-1].lateness == "เกินกำหนด 5 วัน"
        (dressed,) = render([told])
        assert len(dressed.to_dict()["contents"]["contents"]) == SHOWN_AT_MOST
        assert len(dressed.to_json().encode()) < 50_000


def test_a_digest_of_the_other_agency_is_not_composed(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        contact = linked(session, office, "finance")
        digest_id = digest(session, contact, [an_obligation(session, office)])
        assert compose(session, offices.bangphra.agency_id, digest_id, NOON) is None


def test_one_is_told_once_a_stage_and_gets_one_digest_a_day(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        contact = linked(session, office, "finance")
        obligation = an_obligation(session, office)
        digest(session, contact, [obligation])
        assert digest_of_day(session, contact, TODAY) is not None
        assert digest_of_day(session, contact, TODAY + timedelta(days=1)) is None
        for again in (
            lambda: digest(session, contact, []),
            lambda: digest(session, contact, [obligation], TODAY + timedelta(days=1)),
        ):
            with pytest.raises(IntegrityError), session.begin_nested():
                again()


def levels(session: Session, office: Office, division: str) -> dict[UUID, tuple[Level, Level]]:
    found = staff_of(session, office.agency_id).recipients(office.divisions[division].id)
    return {one.contact.id: (one.level, one.acts_as) for one in found}


def test_everybody_who_can_be_reached_is_a_recipient_at_the_right_level(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        assert levels(session, office, "finance") == {}
        posts = ("finance", "finance_head", "clerk", "works", "auditor", "officer")
        contacts = {post: linked(session, office, post).id for post in posts}
        linked(session, offices.bangphra, "finance")
        group = meet(session, office.agency_id, ContactKind.GROUP, "C-finance")
        group.division_id = office.divisions["finance"].id
        session.flush()
        assert levels(session, office, "finance") == {
            contacts["finance"]: (Level.DIVISION, Level.DIVISION),
            contacts["finance_head"]: (Level.HEAD, Level.HEAD),
            contacts["clerk"]: (Level.CLERK, Level.CLERK),
            group.id: (Level.DIVISION, Level.DIVISION),
        }
        # Nobody heads the works division: ปลัด is told when its head would have been.
        assert levels(session, office, "works") == {
            contacts["works"]: (Level.DIVISION, Level.DIVISION),
            contacts["clerk"]: (Level.CLERK, Level.HEAD),
        }


def test_one_person_serves_two_divisions_and_can_head_the_second(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        contact = linked(session, office, "finance").id
        person = session.get_one(Person, (office.agency_id, office.people["finance"].id))
        add_duty(session, person, office.divisions["works"].id, is_head=True)
        assert levels(session, office, "finance")[contact] == (Level.DIVISION, Level.DIVISION)
        # The works division's own staff cannot be reached: its head is told at once.
        assert levels(session, office, "works")[contact] == (Level.HEAD, Level.DIVISION)
        assert levels(session, office, "clerk") == {}


def test_what_is_to_be_reminded_is_found_batch_by_batch(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        assert agencies_to_remind(session, TODAY - timedelta(days=90), None) == []
        # 31 December 2022 lies behind; 17 March is fourteen days before the 31st.
        assert len(obligations_to_remind(session, office.agency_id, TODAY, None, None, 9)) == 1
        later = TODAY + timedelta(days=2)
        found = []
        after = None
        while batch := obligations_to_remind(session, office.agency_id, later, None, after, 1):
            found += batch
            after = batch[-1].id
        assert sorted(one.due_on for one in found) == [date(2022, 12, 31), date(2023, 3, 31)]
        assert {one.agency_id for one in found} == {office.agency_id}
        assert agencies_to_remind(session, later, None) == [
            office.agency_id,
            offices.bangphra.agency_id,
        ]
        everything = obligations_to_remind(session, office.agency_id, TODAY, 300, None, 99)
        assert len(everything) == 5
        for one in everything:
            one.state = ObligationState.ANSWERED
        session.flush()
        assert obligations_to_remind(session, office.agency_id, later, None, None, 9) == []
