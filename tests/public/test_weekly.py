"""The address from which LINE's phones fetch the executives' picture."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from models.agency import Agency
from models.database import Database
from models.division import Division
from models.weekly import figures_of, keep_week
from tests.offices import NOON, Office, Offices
from tests.public.visitor import Visitor


def told(db: Database, office: Office) -> str:
    """A week's key."""
    with db.writing() as session:
        agency = session.get_one(Agency, office.agency_id)
        return keep_week(session, agency.id, figures_of(session, agency, NOON.date()), NOON).key


def test_who_has_the_key_sees_the_picture_and_may_keep_it(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    key = told(db, offices.makham)
    large, small = (visitor.get(f"/weekly/{where}{key}.png") for where in ("", "small/"))
    for page in (large, small):
        assert (page.status_code, page.mimetype) == (200, "image/png")
        assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in page.headers
    assert Image.open(io.BytesIO(large.data)).width == 1040
    assert len(small.data) < len(large.data)


def test_it_shows_what_was_told_and_not_what_is_true_now(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    key = told(db, offices.makham)
    before = visitor.get(f"/weekly/{key}.png").data
    with db.writing() as session:
        session.get_one(Agency, offices.makham.agency_id).name = "ชื่อใหม่"
        for division in offices.makham.divisions.values():
            found = session.get_one(Division, (division.agency_id, division.id))
            found.name = f"{found.name} (ใหม่)"
    assert visitor.get(f"/weekly/{key}.png").data == before


@pytest.mark.parametrize("where", ["", "small/"])
def test_another_agencys_key_and_an_unknown_one_find_nothing(
    app: Flask, visitor: Visitor, db: Database, offices: Offices, where: str
) -> None:
    key = told(db, offices.makham)
    other = Visitor(app, "bangphra")
    for page in (
        other.get(f"/weekly/{where}{key}.png"),
        *(visitor.get(f"/weekly/{where}{one}.png") for one in ("x", "x" * 44, "ก", "%00", "..")),
        visitor.get(f"/weekly/{where}{key[:-1]}.png"),
        visitor.get(f"/weekly/{where}{key}"),
        Visitor(app, "nobody").get(f"/weekly/{where}{key}.png"),
    ):
        assert page.status_code == 404
        assert page.headers["Cache-Control"] == "no-store"


def test_who_guesses_keys_is_slowed_down_and_who_knows_one_is_not(
    visitor: Visitor, db: Database, offices: Offices
) -> None:
    key = told(db, offices.makham)
    found = [visitor.get(f"/weekly/guess{number}.png").status_code for number in range(121)]
    assert found == [404] * 120 + [429]
    assert int(visitor.page.headers["Retry-After"]) > 0
    assert visitor.get(f"/weekly/{key}.png").status_code == 200
