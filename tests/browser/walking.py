"""A walk over the desk: one person's links, followed, a few pages of each kind."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from playwright.sync_api import Page

from handlers.desk.permissions import ROUTES
from tests.browser.conftest import PHONE
from tests.browser.desks import Desk

DESKTOP = {"width": 1280, "height": 900}
# In this order of people: who comes later looks thoroughly at what the ones before could not see.
PEOPLE = ("admin", "integrity", "officer", "finance_head", "finance", "clerk", "auditor")
_AGAIN = 2  # pages of one kind that are looked at: the first, and another one
_NO_PAGE = r"static|sign_out|desk\.file$|picture|plan_template$|export|csv|nothing_here"
# Reached by no link: a letter's, a form's answer, a piece of a page, a download.
_WITHOUT_A_LINK = r"answer_link|_live$|measures_counts|nothing_here|static|sign_in|invitation"

# Told of a page that was come to: its address, its endpoint, and whether its kind is new to all.
Look = Callable[[Page, str, str, bool], list[str]]


class Walk:
    """Follows the links of one person's pages, a few of each kind, and notes what is wrong."""

    def __init__(self, desk: Desk, page: Page, seen_before: set[str], look: Look) -> None:
        self.desk = desk
        self.page = page
        self.seen: dict[str, int] = {}
        self.faults: list[str] = []
        self._seen_before = seen_before
        self._look = look
        self._errors: list[str] = []
        page.on("pageerror", lambda error: self._errors.append(str(error)))
        page.on(
            "console",
            lambda said: self._errors.append(said.text) if said.type == "error" else None,
        )

    def walk(self, *beginnings: str) -> None:
        waiting, known = deque(beginnings), set(beginnings)
        while waiting:
            address = waiting.popleft()
            endpoint = self.desk.endpoint(address) or "?"
            if address not in beginnings:
                if self.seen.get(endpoint, 0) >= _AGAIN:
                    continue
                self.seen[endpoint] = self.seen.get(endpoint, 0) + 1
            for link in self._come_to(address, endpoint):
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def _come_to(self, address: str, endpoint: str) -> list[str]:
        self._errors.clear()
        self.page.set_viewport_size(PHONE)
        answer = self.page.goto(self.desk.base + address)
        assert answer is not None
        if answer.status != 200:
            self.faults.append(f"{address}: {answer.status}")
            return []
        new = endpoint not in self._seen_before
        self._seen_before.add(endpoint)
        faults = [f"script: {one}" for one in self._errors]
        faults += self._look(self.page, address, endpoint, new)
        self.faults += [f"{address}: {one}" for one in faults]
        links: list[str] = self.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(one => one.getAttribute('href'))"
        )
        return [one for one in links if self._is_a_page(one)]

    def _is_a_page(self, link: str) -> bool:
        endpoint = self.desk.endpoint(link) if link.startswith("/desk/") else None
        return endpoint is not None and not re.search(_NO_PAGE, endpoint)


def reachable_pages(desk: Desk) -> set[str]:
    """The endpoints of all pages that somebody's links should lead to."""
    return {
        rule.endpoint
        for rule in desk.app.url_map.iter_rules()
        if rule.endpoint in ROUTES
        and "GET" in (rule.methods or ())
        and not re.search(f"{_NO_PAGE}|{_WITHOUT_A_LINK}", rule.endpoint)
    }
