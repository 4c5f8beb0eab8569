"""The id of each agency's LINE account, asked for by the clock and used by invitations."""

from __future__ import annotations

from datetime import timedelta

from models.agency import Agency
from tests.offices import NOON
from tests.town import Town


def ids(town: Town) -> list[str | None]:
    with town.db.reading() as session:
        return [
            session.get_one(Agency, office.agency_id).basic_id
            for office in (town.offices.makham, town.offices.bangphra)
        ]


def set_first(town: Town, basic_id: str | None) -> None:
    with town.db.writing() as session:
        session.get_one(Agency, town.offices.makham.agency_id).basic_id = basic_id


def test_unknown_ids_are_asked_for_hourly_and_all_of_them_once_a_day(town: Town) -> None:
    assert town.tick(NOON)["accounts"]["changed"] == 2
    first, second = known = ids(town)
    assert first
    assert first.startswith("@")
    assert first != second
    asked = len(town.line.requests("info"))
    assert town.tick(NOON + timedelta(hours=1))["accounts"]["changed"] == 0
    assert len(town.line.requests("info")) == asked
    set_first(town, "@premium")
    town.tick(NOON + timedelta(hours=2))
    assert ids(town) == ["@premium", second]
    assert town.tick(NOON + timedelta(hours=16))["accounts"]["changed"] == 1  # four in the morning
    assert ids(town) == known


def test_an_account_that_line_does_not_know_stays_unknown_and_stops_nobody(town: Town) -> None:
    town.line.world.channels[town.offices.makham.slug].channel_token = "another"
    assert town.tick(NOON)["accounts"]["changed"] == 1
    assert [one is None for one in ids(town)] == [True, False]
