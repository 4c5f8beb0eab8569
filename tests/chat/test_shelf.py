"""The agencies' search indexes: as many as fit, and each as its agency's entries are now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers import shelf as shelves
from handlers.shelf import Shelf
from models.agency import add_agency
from models.database import Database
from models.knowledge import ArticleRow, put_article


def test_however_many_agencies_ask_only_so_many_indexes_are_kept(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "_MOST_INDEXES", 3)
    now = datetime.now(UTC)
    ids = []
    with db.writing() as session:
        for number in range(6):
            agency = add_agency(
                session,
                slug=f"office-{number}",
                name="อบต.",
                channel_secret="s",
                channel_token="t",
                now=now,
            )
            put_article(session, agency.id, ArticleRow("hours", "เปิดกี่โมง", f"{number} โมง"), now)
            ids.append(agency.id)
    shelf = Shelf(db, None)
    for agency_id in ids:
        assert shelf.index(agency_id) is not None
    assert list(shelf._indexes) == ids[-3:]
    kept = shelf.index(ids[-1])
    assert shelf.index(ids[-1]) is kept  # built once
    shelf.index(ids[0])  # back again; who was not asked for longest goes
    assert list(shelf._indexes) == [ids[4], ids[5], ids[0]]
