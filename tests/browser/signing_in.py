"""Signing in to the desk of the example town through its real pages, codes included."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from bot.demo import town as example
from tests.served import eventually


def code_of(page: Page, base_url: str, username: str) -> str:
    """What the played authenticator shows, once it shows one that was not used yet."""

    def look() -> str | None:
        shown = page.request.get(f"{base_url}/simulator/authenticator").text()
        found = re.search(rf'data-account="{re.escape(username)}" data-code="(\d{{6}})"', shown)
        return found.group(1) if found else None

    return eventually(look, f"a code of {username}")


def sign_in(
    page: Page,
    base_url: str,
    username: str,
    *,
    password: str = example.PASSWORD,
    lands_on: str = r"/desk/$",
) -> None:
    """Both pages, for whom both are asked. ``lands_on``: where the desk leads then."""
    if "/desk/sign-in" not in page.url:  # else the page that led there is gone on to
        page.goto(f"{base_url}/desk/sign-in")
    page.locator('input[name="username"]').fill(username)
    page.locator('input[name="password"]').fill(password)
    page.locator('input[name="password"]').press("Enter")
    page.wait_for_load_state()
    if page.url.endswith("/desk/sign-in/code"):
        page.locator('input[name="code"]').fill(code_of(page, base_url, username))
        page.locator('input[name="code"]').press("Enter")
    expect(page).to_have_url(re.compile(lands_on))
