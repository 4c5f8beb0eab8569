"""Those who did not rate the outcome of their case are asked once more, and then left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.calendar import bangkok_day
from domain.states import ComplaintState
from models.complaint import Complaint, IdentityMode, Reporter
from models.complaint_reporter import ComplaintRating, note_rating_asked
from models.contact import find_contact
from models.outbox import OutboxMessage
from tests.chat.citizens import files_a_case, now
from tests.offices import Office
from tests.town import Town, actions, words

WEDNESDAY = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)
MONDAY = WEDNESDAY + timedelta(days=5)


def closed(
    town: Town, user: str, office: Office | None = None, mode: IdentityMode = IdentityMode.NAMED
) -> Complaint:
    """A case that is closed, its reporter asked for a rating today."""
    case = files_a_case(town, user, office, mode=mode)
    with town.db.writing() as session:
        row = session.get_one(Complaint, (case.agency_id, case.id))
        row.state = ComplaintState.CLOSED
        note_rating_asked(session, row, bangkok_day(now()))
    return case


def rating(town: Town, case: Complaint) -> ComplaintRating:
    with town.db.reading() as session:
        found = session.get_one(ComplaintRating, (case.agency_id, case.id))
        session.expunge_all()
        return found


def pushed(town: Town) -> list[str]:
    return [one.body["to"] for one in town.line.requests(endpoint="push")]


def strikes(town: Town, frozen, at: datetime) -> dict[str, object]:
    frozen.move_to(at)
    return town.tick(at)["ratings"]


def test_each_office_asks_its_own_reporter_once_more_after_three_days(town: Town, frozen) -> None:
    here, there = town.offices.makham, town.offices.bangphra
    user, other = town.user("ผู้ร้อง"), town.user("คนบางพระ", there)
    closed(town, user)
    closed(town, other, there)
    assert strikes(town, frozen, WEDNESDAY + timedelta(days=1))["asked"] == 0
    assert strikes(town, frozen, MONDAY)["asked"] == 2
    assert sorted(pushed(town)) == sorted([user, other])
    asked = town.line.messages_to(other, there.slug)
    assert "15 มีนาคม 2566 ปิดแล้ว" in words(asked)
    assert [one["label"][0] for one in actions(asked)] == ["5", "4", "3", "2", "1"]
    assert "ถนน" not in words(asked)
    assert town.line.messages_to(user, there.slug) == []
    assert here.slug != there.slug


def test_the_stars_that_are_tapped_are_kept(town: Town, frozen) -> None:
    user = town.user("ผู้ร้อง")
    case = closed(town, user)
    strikes(town, frozen, MONDAY)
    asked = town.line.messages_to(user)
    assert "4" in words(town.choose(user, asked, "4"))
    assert rating(town, case).stars == 4


def test_nobody_is_asked_a_third_time(town: Town, frozen) -> None:
    user = town.user("ผู้ร้อง")
    case = closed(town, user)
    for days in (0, 1, 2, 3, 4, 14, 28):
        for hours in (0, 0, 1):
            strikes(town, frozen, MONDAY + timedelta(days=days, hours=hours))
    assert pushed(town) == [user]
    assert rating(town, case).asks == 2


def test_whoever_rated_is_left_alone(town: Town, frozen) -> None:
    case = closed(town, town.user("ผู้ร้อง"))
    with town.db.writing() as session:
        session.get_one(ComplaintRating, (case.agency_id, case.id)).stars = 5
    assert strikes(town, frozen, MONDAY)["asked"] == 0


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(MONDAY - timedelta(days=1), id="on a Sunday"),
        pytest.param(MONDAY + timedelta(hours=6), id="in the evening"),
        pytest.param(datetime(2023, 4, 6, 5, 0, tzinfo=UTC), id="on a holiday"),
    ],
)
def test_only_in_working_hours(town: Town, frozen, at: datetime) -> None:
    closed(town, town.user("ผู้ร้อง"))
    assert strikes(town, frozen, at) == {"ran": False, "reason": "not due"}


def test_who_cannot_be_reached_is_passed_over_and_not_looked_at_again(town: Town, frozen) -> None:
    blocked = town.user("คนที่บล็อก")
    cases = [
        closed(town, blocked),
        closed(town, town.user("ผู้แจ้ง"), mode=IdentityMode.ANONYMOUS),
        closed(town, town.user("ผู้ลบข้อมูล"), mode=IdentityMode.CONFIDENTIAL),
    ]
    town.happens(town.line.user_blocks("makham", blocked))
    with town.db.writing() as session:
        row = session.get_one(Complaint, (cases[2].agency_id, cases[2].id))
        session.get_one(Reporter, (row.agency_id, row.reporter_id)).contact_id = None
    done = strikes(town, frozen, MONDAY)
    assert (done["asked"], done["skipped"]) == (0, 3)
    assert pushed(town) == []
    later = strikes(town, frozen, MONDAY + timedelta(days=7))
    assert (later["asked"], later["skipped"]) == (0, 0)
    with town.db.reading() as session:
        assert (
            session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "rating")).all() == []
        )


def test_who_asked_for_english_is_asked_in_english(town: Town, frozen) -> None:
    user = town.user("Resident")
    case = closed(town, user)
    with town.db.writing() as session:
        contact = find_contact(session, case.agency_id, user)
        assert contact is not None
        contact.language = "en"
    strikes(town, frozen, MONDAY)
    assert "has been closed" in words(town.line.messages_to(user))
