"""Who stands above a division, and what deciding a wish does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.reminders import Level
from domain.states import ObligationState
from models.contact import ContactKind, meet
from models.database import Database
from models.decision_tap import Verdict, make_decision_tap, read_decision_tap
from models.duty import add_duty, set_email, staff_of
from models.measure import Obligation, Plan, get_obligation
from models.person import Person, Post, Role, add_person
from models.postponement import (
    Why,
    WishIsOver,
    decline,
    grant,
    hold_wish,
    latest_day,
    may_decide,
    superiors,
)
from models.progress import ProgressReport, ReportStatus, finish_report, report_progress
from models.reminder import DigestRow, Reminder
from models.tap import make_tap
from tests.offices import NOON, Office, Offices

TODAY = date(2023, 3, 15)


def reach(session: Session, office: Office, *people: str) -> None:
    for key in people:
        person = session.merge(office.people[key])
        contact = meet(session, office.agency_id, ContactKind.USER, f"U-of-{key}")
        person.contact_id = contact.id
    session.flush()


def told(
    session: Session, office: Office, asker: str = "finance"
) -> tuple[Level | None, list[str]]:
    above = superiors(
        staff_of(session, office.agency_id),
        office.divisions["finance"].id,
        office.people[asker].id,
    )
    return above.level, [one.person.username for one in above.members]


def budget(session: Session, office: Office) -> Obligation:
    return session.scalars(
        select(Obligation).where(
            Obligation.agency_id == office.agency_id, Obligation.due_on == date(2023, 3, 31)
        )
    ).one()


def wish(
    session: Session, office: Office, day: date = date(2023, 4, 28), by: str = "finance"
) -> tuple[Obligation, ProgressReport]:
    found = budget(session, office)
    person = session.merge(office.people[by])
    status = ReportStatus.POSTPONE
    report = report_progress(
        session, found, person, status, channel="line", now=NOON, postpone_to=day
    )
    return found, report


def test_it_climbs_past_whoever_cannot_be_told_and_past_who_asks(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        assert told(session, office) == (None, [])
        reach(session, office, "finance", "works")
        assert told(session, office) == (None, [])
        reach(session, office, "clerk")
        assert told(session, office) == (Level.CLERK, ["clerk"])
        set_email(session, session.merge(office.people["finance_head"]), "head@example.go.th")
        assert told(session, office) == (Level.HEAD, ["finance-head"])
        assert told(session, office, "finance_head") == (Level.CLERK, ["clerk"])
        assert told(session, office, "clerk") == (None, [])
        assert told(session, office, "admin") == (Level.HEAD, ["finance-head"])
        works = session.merge(office.people["works"])
        add_duty(session, works, office.divisions["finance"].id, is_head=True)
        assert told(session, office) == (Level.HEAD, ["works", "finance-head"])
        session.merge(office.people["finance_head"]).active = False
        works.active = False
        assert told(session, office) == (Level.CLERK, ["clerk"])


def test_only_those_above_and_admins_decide(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        mayor = add_person(
            session,
            office.agency_id,
            username="mayor",
            name="นายก",
            role=Role.EXECUTIVE,
            post=Post.MAYOR,
        )

        def who_decides(found: Obligation, report: ProgressReport) -> set[str]:
            people = session.scalars(select(Person)).all()
            return {
                one.username
                for one in people
                if may_decide(session, one, found, report)
                if one.agency_id == office.agency_id or pytest.fail("the other agency")
            }

        found, report = wish(session, office)
        everybody = {"admin", "finance-head", "clerk", "mayor"}
        assert who_decides(found, report) == everybody
        found, report = wish(session, office, by="finance_head")
        assert who_decides(found, report) == everybody - {"finance-head"}
        found, report = wish(session, office, by="clerk")
        assert who_decides(found, report) == {"admin", "mayor"}
        mayor.active = False
        assert who_decides(found, report) == {"admin"}


def test_granting_moves_the_day_and_forgets_what_was_said(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        found, report = wish(session, office)
        contact = meet(session, office.agency_id, ContactKind.USER, "U-of-finance")
        digest = DigestRow(
            agency_id=office.agency_id, contact_id=contact.id, day=TODAY, created_at=NOON
        )
        session.add(digest)
        session.flush()
        session.add(
            Reminder(
                agency_id=office.agency_id,
                obligation_id=found.id,
                contact_id=contact.id,
                digest_id=digest.id,
                stage="due-14",
            )
        )
        session.flush()
        grant(session, found, report, session.merge(office.people["admin"]), NOON)
        assert (found.due_on, found.planned_on) == (date(2023, 4, 28), date(2023, 3, 31))
        # A fortnight before falls into Songkran: it is told ahead of that break.
        assert found.remind_on == date(2023, 4, 12)
        assert session.scalars(select(Reminder)).all() == []
        for decide in (grant, lambda *all_: decline(*all_[:4], "ไม่", NOON)):
            with pytest.raises(WishIsOver) as over:
                decide(session, found, report, session.merge(office.people["clerk"]), NOON)
            assert over.value.why is Why.GRANTED


@pytest.mark.parametrize(
    ("state", "why"),
    [(ObligationState.CANCELLED, Why.CANCELLED), (ObligationState.ANSWERED, Why.ANSWERED)],
)
def test_a_wish_about_what_is_closed_is_over(
    db: Database, offices: Offices, state: ObligationState, why: Why
) -> None:
    office = offices.makham
    with db.writing() as session:
        found, report = wish(session, office)
        found.state = state
        with pytest.raises(WishIsOver) as over:
            decline(session, found, report, session.merge(office.people["admin"]), "", NOON)
        assert over.value.why is why


def test_an_older_wish_is_over_and_a_day_that_has_passed_is_not_granted(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        found, first = wish(session, office, date(2023, 4, 3))
        admin = session.merge(office.people["admin"])
        with pytest.raises(WishIsOver) as over:
            grant(session, found, first, admin, NOON + timedelta(days=30))
        assert over.value.why is Why.PASSED
        wish(session, office)
        with pytest.raises(WishIsOver) as over:
            grant(session, found, first, admin, NOON)
        assert over.value.why is Why.NEWER


def test_no_wish_is_held_that_is_none_or_another_agencys(db: Database, offices: Offices) -> None:
    with db.writing() as session:
        _, report = wish(session, offices.makham)
        done = report_progress(
            session,
            budget(session, offices.bangphra),
            session.merge(offices.bangphra.people["finance"]),
            ReportStatus.DONE,
            channel="line",
            now=NOON,
        )
        assert hold_wish(session, offices.makham.agency_id, report.id) is not None
        assert hold_wish(session, offices.bangphra.agency_id, report.id) is None
        assert hold_wish(session, offices.bangphra.agency_id, done.id) is None


def test_a_wish_reaches_to_the_end_of_the_next_fiscal_year(db: Database, offices: Offices) -> None:
    with db.reading() as session:
        found = budget(session, offices.makham)
        assert latest_day(session, found, TODAY) == date(2024, 9, 30)
        # What is older than that can still be postponed within this year.
        assert latest_day(session, found, date(2026, 1, 5)) == date(2026, 9, 30)
        assert session.get(Plan, (found.agency_id, found.measure.plan_id))


def test_a_decisions_token_opens_in_its_own_agency_and_in_its_own_place(
    db: Database, offices: Offices
) -> None:
    ours, theirs = offices.makham.agency_id, offices.bangphra.agency_id
    with db.writing() as session:
        found, report = wish(session, offices.makham)
        for verdict in Verdict:
            data = make_decision_tap(session, ours, report.id, verdict, NOON)
            assert len(data) < 300
            read = read_decision_tap(session, ours, data, NOON)
            assert read is not None
            assert (read.report_id, read.verdict) == (report.id, verdict)
            assert read_decision_tap(session, theirs, data, NOON) is None
            assert read_decision_tap(session, ours, data, NOON + timedelta(days=367)) is None
        report_tap = make_tap(session, ours, found.id, ReportStatus.DONE, NOON)
        assert read_decision_tap(session, ours, "d:" + report_tap[2:], NOON) is None
        assert read_decision_tap(session, ours, "t:" + data[2:], NOON) is None


def test_a_report_is_ready_when_its_words_are_over(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        found = budget(session, office)
        person = session.merge(office.people["finance"])
        later, status = NOON + timedelta(minutes=30), ReportStatus.PROBLEM
        by_line = report_progress(
            session, found, person, status, channel="line", now=NOON, ready_at=later
        )
        assert by_line.ready_at == later
        finish_report(session, by_line, NOON)
        finish_report(session, by_line, later)
        assert by_line.ready_at == NOON
        on_the_desk = report_progress(session, found, person, status, channel="desk", now=NOON)
        assert on_the_desk.ready_at == NOON
        assert get_obligation(session, office.agency_id, found.id) is found
