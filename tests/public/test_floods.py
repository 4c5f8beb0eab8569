from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from domain.proof_of_work import Challenge, solves
from handlers.public import floods
from models.complaint import ComplaintKind
from models.database import Database
from tests.offices import NOON
from tests.public.kept import complaints
from tests.public.visitor import Visitor


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "MANY", 3)


@pytest.fixture
def high(app: Flask) -> Visitor:
    """Somebody who has an anonymous report ready on a day when many came."""
    for number in range(3):
        Visitor(app, address=f"203.0.113.{number}").reports()
    return Visitor(app).begins().fills_in()


def solve(visitor: Visitor) -> str:
    """What the page's script would find."""
    found = re.search(r'data-seed="(\w+)" data-bits="(\d+)"', visitor.text)
    assert found, "the page asks for no work"
    challenge = Challenge(found[1], int(found[2]), NOON, NOON)
    assert challenge.bits == 18
    return next(str(n) for n in range(10_000_000) if solves(challenge, str(n)))


def test_on_an_ordinary_day_nobody_sees_it(app: Flask, db: Database) -> None:
    for number in range(3):
        visitor = Visitor(app).begins().fills_in()
        assert "data-work" not in visitor.text
        assert "work.js" not in visitor.text
        visitor.confirms()
        assert len(complaints(db)) == number + 1


def test_in_a_flood_a_report_takes_some_work(high: Visitor, db: Database) -> None:
    assert "work.js" in high.text
    answer = solve(high)
    high.confirms(answer=answer)
    assert len(complaints(db)) == 4


def test_without_work_the_report_waits_and_nothing_of_it_is_lost(
    high: Visitor, db: Database, frozen: time_machine.Traveller
) -> None:
    assert "กรุณารอ 60 วินาที" in high.text
    high.send("/report/send")
    assert len(complaints(db)) == 3
    frozen.shift(timedelta(seconds=40))
    high.send("/report/send", answer="12345")
    assert "กรุณารอ 20 วินาที" in high.text  # the same wait goes on
    frozen.shift(timedelta(seconds=20))
    high.confirms()
    assert len(complaints(db)) == 4


def test_a_challenge_is_for_one_report_alone(app: Flask, high: Visitor, db: Database) -> None:
    answer = solve(high)
    ticket = high.form("/report/send").value("ticket")
    other = Visitor(app).begins().fills_in("อีกเรื่องหนึ่ง")
    other.send("/report/send", ticket=ticket, answer=answer)
    assert "ตรวจสอบก่อนส่ง" in other.text
    assert len(complaints(db)) == 3


def test_a_challenge_ends(high: Visitor, db: Database, frozen: time_machine.Traveller) -> None:
    answer = solve(high)
    frozen.shift(timedelta(minutes=9))
    with high.client.application.app_context():
        for _ in range(3):
            floods.note_sent(complaints(db)[0][0].agency_id)
    frozen.shift(timedelta(minutes=7))
    high.send("/report/send", answer=answer)
    assert "ตรวจสอบก่อนส่ง" in high.text
    assert len(complaints(db)) == 3


@pytest.mark.parametrize("ticket", ["", "AAAA", "ก", "x" * 400])
def test_a_forged_challenge_answers_nothing(high: Visitor, db: Database, ticket: str) -> None:
    high.send("/report/send", ticket=ticket, answer="1")
    assert "ตรวจสอบก่อนส่ง" in high.text
    assert len(complaints(db)) == 3


def test_named_reports_and_other_agencies_go_on(app: Flask, high: Visitor, db: Database) -> None:
    named = Visitor(app).begins(ComplaintKind.GENERAL).fills_in("เรื่อง", mode="named")
    assert "data-work" not in named.text
    named.confirms()
    Visitor(app, "bangphra").reports()
    assert len(complaints(db)) == 5


def test_the_tide_falls(high: Visitor, db: Database, frozen: time_machine.Traveller) -> None:
    frozen.shift(timedelta(minutes=11))
    high.confirms(ticket="", answer="")
    assert len(complaints(db)) == 4
