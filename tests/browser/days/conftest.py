"""People who come to the desk, each with a browser of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Response, expect

from models.person import Person
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.days.walking import Somebody
from tests.browser.desks import Desk
from tests.desk.browser import Browser
from tests.desk.world import World
from tests.offices import Offices

WIDE = {"width": 1280, "height": 900}


class Comes(Protocol):
    """Somebody comes to the desk, by their post; ``name`` "": nobody yet, at its door."""

    def __call__(
        self, name: str = "", *, wide: bool = False, fresh: bool = True, office: str = "makham"
    ) -> Somebody: ...


@pytest.fixture
def comes(desk: Desk, chromium: Chromium, offices: Offices, world: World) -> Iterator[Comes]:
    """Script errors and broken pages of anybody fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 500:
            errors.append(f"{answer.status} {answer.url}")

    def enter(
        name: str = "", *, wide: bool = False, fresh: bool = True, office: str = "makham"
    ) -> Somebody:
        context = chromium.new_context(
            viewport=WIDE if wide else PHONE,
            locale="th-TH",
            timezone_id="Asia/Bangkok",
            accept_downloads=True,
        )
        contexts.append(context)
        if name:
            _sign_in(context, desk, getattr(offices, office).people[name], fresh=fresh)
        page: Page = context.new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("response", note)
        return Somebody(page, desk.base)

    yield enter
    for context in contexts:
        context.close()
    assert errors == []


def _sign_in(context: BrowserContext, desk: Desk, person: Person, *, fresh: bool) -> None:
    """Without the cost of the forms; they are walked once, in `test_officer.py`."""
    inside = Browser(desk.app).enter(person, fresh=fresh)
    cookie = inside.client.get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": "session", "value": cookie.value, "url": desk.base}])
