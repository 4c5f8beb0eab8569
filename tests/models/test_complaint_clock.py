"""A case's clock says the right thing after whatever happened to the case."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.office import OfficeWays
from domain.states import ComplaintState, IllegalMove
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintKind,
    IdentityMode,
    find_by_receipt,
    first_report,
)
from models.complaint_clock import ENDED, RUNNING
from models.complaint_filing import NewComplaint, file_complaint
from models.complaint_hands import extend
from models.complaint_merge import CannotMerge, merge, unmerge
from models.complaint_reporter import rate_complaint, reopen_complaint, withdraw_complaint
from models.complaint_work import answer_complaint, change_state
from models.database import Database
from models.office import OfficePolicy
from models.person import Person
from tests.offices import NOON, Office, Offices

TODAY = bangkok_day(NOON)


def filed(
    session: Session, office: Office, at: datetime = NOON, mode: IdentityMode = IdentityMode.NAMED
) -> Complaint:
    new = NewComplaint(ComplaintKind.GENERAL, mode, ComplaintChannel.WEB, {"what": "ถนนเป็นหลุม"})
    code = file_complaint(session, office.agency_id, new, None, at)
    found = find_by_receipt(session, office.agency_id, code)
    assert found
    return found


def dates(complaint: Complaint) -> tuple[date | None, ...]:
    return complaint.answer_by, complaint.outcome_by, complaint.due_on, complaint.ended_on


@pytest.mark.parametrize("mode", list(IdentityMode), ids=lambda one: one.value)
def test_filing_promises_by_the_agency_s_own_days(
    db: Database, offices: Offices, mode: IdentityMode
) -> None:
    with db.writing() as session:
        ways = OfficeWays()
        session.add(
            OfficePolicy(
                agency_id=offices.bangphra.agency_id,
                opens_at=ways.opens_at,
                closes_at=ways.closes_at,
                answer_days=7,
                outcome_days=20,
            )
        )
        session.flush()
        here = filed(session, offices.makham, mode=mode)
        there = filed(session, offices.bangphra, mode=mode)
        assert dates(here) == (date(2023, 3, 30), date(2023, 4, 14), date(2023, 3, 30), None)
        assert dates(there) == (date(2023, 3, 22), date(2023, 4, 4), date(2023, 3, 22), None)


def test_the_first_answer_keeps_the_first_promise_and_the_outcome_s_runs(
    db: Database, offices: Offices
) -> None:
    officer = offices.makham.people["officer"]
    with db.writing() as session:
        one = filed(session, offices.makham)
        answer_complaint(session, one, officer, "รับแล้ว", NOON + timedelta(days=2))
        answer_complaint(session, one, officer, "ไปดูแล้ว", NOON + timedelta(days=5))
        assert one.answered_on == TODAY + timedelta(days=2)
        assert one.due_on == one.outcome_by == TODAY + timedelta(days=30)


def test_reopening_promises_the_outcome_anew_and_forgets_the_stars(
    db: Database, offices: Offices
) -> None:
    officer = offices.makham.people["officer"]
    with db.writing() as session:
        one = filed(session, offices.makham)
        answer_complaint(session, one, officer, "รับแล้ว", NOON)
        change_state(session, one, ComplaintState.CLOSED, officer, NOON + timedelta(days=40), "จบ")
        assert (one.due_on, one.ended_on) == (None, TODAY + timedelta(days=40))
        rate_complaint(session, one, 2, NOON + timedelta(days=41))
        assert one.stars == 2
        reopen_complaint(session, one, NOON + timedelta(days=50))
        after = (one.stars, one.ended_on, one.due_on)
        assert after == (None, None, TODAY + timedelta(days=80))
        assert one.due_on == one.outcome_by == TODAY + timedelta(days=80)
        assert one.answered_on == TODAY


def test_reopening_what_nobody_answered_promises_an_answer_anew(
    db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        one = filed(session, offices.makham)
        withdraw_complaint(session, one, NOON + timedelta(days=3))
        assert (one.due_on, one.ended_on) == (None, TODAY + timedelta(days=3))
        reopen_complaint(session, one, NOON + timedelta(days=100))
        assert one.due_on == one.answer_by == TODAY + timedelta(days=115)


def test_an_extension_goes_to_a_later_day_only(db: Database, offices: Offices) -> None:
    officer = offices.makham.people["officer"]
    with db.writing() as session:
        one = filed(session, offices.makham)
        for days in (-1, 0, 30, 366):
            with pytest.raises(ValueError, match="later day"):
                extend(session, one, TODAY + timedelta(days=days), "รออะไหล่", officer, NOON)
        extend(session, one, TODAY + timedelta(days=45), "รออะไหล่", officer, NOON)
        assert one.due_on == one.answer_by  # still unanswered: that promise stands
        answer_complaint(session, one, officer, "รออะไหล่", NOON)
        assert one.due_on == TODAY + timedelta(days=45)
        change_state(session, one, ComplaintState.CLOSED, officer, NOON, "จบ")
        with pytest.raises(IllegalMove):
            extend(session, one, TODAY + timedelta(days=60), "x", officer, NOON)


def test_what_repeats_owes_nothing_and_ends_with_the_first(db: Database, offices: Offices) -> None:
    officer = offices.makham.people["officer"]
    with db.writing() as session:
        first, later = filed(session, offices.makham), filed(session, offices.makham)
        merge(session, later, first, officer, NOON)
        assert later.due_on is None
        answer_complaint(session, first, officer, "รับแล้ว", NOON)
        assert later.answered_on == TODAY
        change_state(session, first, ComplaintState.CLOSED, officer, NOON, "จบ")
        assert later.ended_on == first.ended_on == TODAY
        change_state(session, first, ComplaintState.IN_REVIEW, officer, NOON)
        assert later.ended_on is None
        assert unmerge(session, later, officer, NOON)
        assert later.due_on == later.outcome_by


DEEDS = ("answer", "review", "answered", "closed", "withdraw", "reopen", "extend", "merge", "part")
_MOVES = {
    "review": ComplaintState.IN_REVIEW,
    "answered": ComplaintState.ANSWERED,
    "closed": ComplaintState.CLOSED,
}


# The fixtures are the same for every example: each is rolled back.
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 1), st.integers(0, 20)), max_size=10)
)
@example([("merge", 0, 0), ("answer", 0, 0), ("extend", 0, 1)])
def test_after_any_deeds_the_clock_says_what_is_owed(
    db: Database, offices: Offices, deeds: list[tuple[str, int, int]]
) -> None:
    officer = offices.makham.people["officer"]
    with db.writing() as session:
        pair = (filed(session, offices.makham), filed(session, offices.makham))
        at = NOON
        for deed, which, days in deeds:
            at += timedelta(days=days)
            with contextlib.suppress(IllegalMove, ValueError, CannotMerge):
                do(session, deed, pair[which], pair[1 - which], officer, at)
            for case in pair:
                check(session, case, bangkok_day(at))
        session.rollback()


def do(
    session: Session, deed: str, one: Complaint, other: Complaint, officer: Person, at: datetime
) -> None:
    if deed == "answer":
        answer_complaint(session, one, officer, "รับแล้ว", at)
    elif deed == "withdraw":
        withdraw_complaint(session, one, at)
    elif deed == "reopen":
        reopen_complaint(session, one, at)
    elif deed == "extend":
        extend(session, one, bangkok_day(at) + timedelta(days=60), "x", officer, at)
    elif deed == "merge":
        merge(session, one, other, officer, at)
    elif deed == "part":
        unmerge(session, one, officer, at)
    else:
        change_state(session, one, _MOVES[deed], officer, at, "x")


def check(session: Session, case: Complaint, today: date) -> None:
    first = first_report(session, case)
    own_end = case.state in ENDED
    if first is not case:
        assert case.due_on is None
        assert own_end or case.ended_on == first.ended_on
    elif case.state not in RUNNING:
        assert case.due_on is None
    else:
        assert case.due_on == (case.answer_by if case.answered_on is None else case.outcome_by)
        assert case.due_on is not None
    if own_end or first is case:
        assert (case.ended_on is not None) is own_end
    assert case.ended_on is None or case.ended_on <= today


def test_no_cycles_chains_or_mixed_kinds(db: Database, offices: Offices) -> None:
    officer = offices.makham.people["officer"]
    with db.writing() as session:
        a, b, c = (filed(session, offices.makham) for _ in range(3))
        with pytest.raises(CannotMerge):
            merge(session, a, a, officer, NOON)
        merge(session, a, b, officer, NOON)
        with pytest.raises(CannotMerge):
            merge(session, b, a, officer, NOON)
        assert merge(session, b, c, officer, NOON) is c
        with pytest.raises(CannotMerge):
            merge(session, c, a, officer, NOON)
        assert a.due_on is b.due_on is None
        assert c.due_on is not None
