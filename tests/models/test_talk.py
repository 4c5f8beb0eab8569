"""A talk has one officer at a time, whoever asks for it in the same moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.states import TalkState
from domain.workdays import end_of_next_workday, next_opening
from models.database import Database
from models.question_rules import waiting_count
from models.talk import (
    TakenBySomebody,
    Talk,
    ask_for_talk,
    get_talk,
    is_quiet,
    take,
)
from tests.models.making import all_at_once, citizen
from tests.offices import NOON, Offices


def test_of_officers_who_take_it_at_once_one_gets_it(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        talk_id = ask_for_talk(session, citizen(session, office.agency_id), NOON).id

    def try_to_take(name: str) -> bool:
        try:
            with db.writing() as session:
                talk = get_talk(session, office.agency_id, talk_id, lock=True)
                assert talk is not None
                take(session, talk, session.merge(office.people[name]), None, NOON)
        except TakenBySomebody:
            return False
        return True

    names = ("admin", "officer", "admin", "officer")
    got = all_at_once(*(lambda name=name: try_to_take(name) for name in names))
    assert sorted(got) == [False, False, False, True]
    with db.reading() as session:
        talk = get_talk(session, office.agency_id, talk_id)
        assert talk is not None
        assert talk.state is TalkState.TALKING


@pytest.mark.parametrize(
    ("asked", "ends"),
    [
        ("2023-03-15T10:00", "2023-03-16T16:30"),
        ("2023-03-15T23:59", "2023-03-16T16:30"),
        ("2023-03-17T10:00", "2023-03-20T16:30"),  # a Friday
        ("2023-04-12T10:00", "2023-04-18T16:30"),  # the day before Songkran
    ],
)
def test_waiting_lasts_to_the_end_of_the_next_working_day(asked: str, ends: str) -> None:
    begun, over = (datetime.fromisoformat(f"{one}+07:00") for one in (asked, ends))
    assert end_of_next_workday(begun) == over
    talk = Talk(state=TalkState.WAITING, touched_at=begun)
    assert not is_quiet(talk, over - timedelta(seconds=1))
    assert is_quiet(talk, over)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2023-03-15T08:29", "2023-03-15T08:30"),
        ("2023-03-15T08:30", None),
        ("2023-03-15T16:30", "2023-03-16T08:30"),
        ("2023-03-18T12:00", "2023-03-20T08:30"),
    ],
)
def test_when_the_office_opens(now: str, opens: str | None) -> None:
    found = next_opening(datetime.fromisoformat(f"{now}+07:00").astimezone(UTC))
    assert found == (None if opens is None else datetime.fromisoformat(f"{opens}+07:00"))


def test_nothing_waits_for_who_answers_nothing(db: Database, offices: Offices) -> None:
    with db.reading() as session:
        for person in offices.makham.people.values():
            assert waiting_count(session, person) == 0
