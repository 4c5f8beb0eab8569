"""Changes of rounds by hand, where two happen in one moment; and what they refuse."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from domain.states import IllegalMove, ObligationState
from models.database import Database
from models.division import get_division
from models.measure import Obligation, get_obligation
from models.measure_review import ObligationChanged
from models.obligation_changes import (
    ObligationChange,
    RoundIsThere,
    SameDivision,
    add_round,
    cancel_round,
    hold_as_seen,
    mark_of,
    move_due,
    reassign,
    reopen_round,
)
from models.progress import ReportStatus, report_progress
from tests.models.making import all_at_once, an_obligation
from tests.offices import NOON, Offices

JUNE = date(2023, 6, 30)
WHY = "เหตุผล"


def the_round(db: Database, offices: Offices) -> UUID:
    with db.reading() as session:
        return an_obligation(session, offices.makham).id


def test_of_two_who_add_the_same_round_in_one_moment_one_does(
    db: Database, offices: Offices
) -> None:
    office, found = offices.makham, the_round(db, offices)

    def add() -> str:
        try:
            with db.writing() as session:
                like = get_obligation(session, office.agency_id, found)
                division = get_division(session, office.agency_id, office.divisions["works"].id)
                assert like
                assert division
                add_round(session, like, division, JUNE, office.people["admin"], WHY, NOON)
        except (RoundIsThere, IntegrityError):
            return "told"
        return "added"

    assert sorted(all_at_once(*[add] * 4)) == ["added", "told", "told", "told"]
    with db.reading() as session:
        of_june = select(func.count()).where(
            Obligation.agency_id == office.agency_id, Obligation.due_on == JUNE
        )
        assert session.scalar(of_june) == 1


def test_of_two_changes_in_one_moment_the_second_finds_it_changed(
    db: Database, offices: Offices
) -> None:
    office, found = offices.makham, the_round(db, offices)
    with db.reading() as session:
        one = get_obligation(session, office.agency_id, found)
        assert one
        seen = mark_of(session, one)

    def move() -> str:
        try:
            with db.writing() as session:
                held = hold_as_seen(session, office.agency_id, found, seen)
                assert held
                move_due(session, held, office.people["admin"], JUNE, WHY, NOON)
        except ObligationChanged:
            return "told"
        return "moved"

    assert sorted(all_at_once(*[move] * 4)) == ["moved", "told", "told", "told"]
    with db.reading() as session:
        rows = select(func.count()).where(ObligationChange.obligation_id == found)
        assert session.scalar(rows) == 1


def test_an_answer_of_the_division_changes_the_mark(db: Database, offices: Offices) -> None:
    office, found = offices.makham, the_round(db, offices)
    marks = []
    for status in (ReportStatus.IN_PROGRESS, ReportStatus.PROBLEM, ReportStatus.DONE):
        with db.writing() as session:
            one = get_obligation(session, office.agency_id, found)
            assert one
            marks.append(mark_of(session, one))
            person = office.people["finance"]
            report_progress(session, one, person, status, channel="line", now=NOON)
            marks.append(mark_of(session, one))
    assert len(set(marks)) == 4  # as it was, and after each answer


def test_a_reported_round_is_handed_over_and_waits_for_its_new_head(
    db: Database, offices: Offices
) -> None:
    office, found = offices.makham, the_round(db, offices)
    with db.writing() as session:
        one = get_obligation(session, office.agency_id, found)
        works = get_division(session, office.agency_id, office.divisions["works"].id)
        assert one
        assert works
        admin = office.people["admin"]
        report_progress(
            session, one, office.people["finance"], ReportStatus.DONE, channel="line", now=NOON
        )
        with pytest.raises(IllegalMove):
            move_due(session, one, admin, JUNE, WHY, NOON)
        for leave in (cancel_round, reopen_round):
            with pytest.raises(IllegalMove):
                leave(session, one, admin, WHY, NOON)
        assert reassign(session, one, works, admin, WHY, NOON) == [one]
        assert (one.state, one.division.name) == (ObligationState.ANSWERED, "กองช่าง")
        with pytest.raises(SameDivision):
            reassign(session, one, works, admin, WHY, NOON)
