"""Every page of the desk that a role can reach by its links, looked at by a real browser."""

from __future__ import annotations

import re
from collections import deque

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from handlers.desk.permissions import ROUTES
from models.answer_template import put_template
from models.database import Database
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.desks import Desk
from tests.browser.looking import faults_of
from tests.desk.factors import give_authenticator
from tests.desk.world import World, ask
from tests.offices import NOON, PASSWORD, Offices

pytestmark = pytest.mark.browser
DESKTOP = {"width": 1280, "height": 900}
# In this order of people: who comes later looks thoroughly at what the ones before could not see.
PEOPLE = ("admin", "integrity", "officer", "finance_head", "finance", "clerk", "auditor")
_AGAIN = 2  # pages of one kind that are looked at: the first, and another one


class Walk:
    """Follows the links of one person's pages, a few of each kind, and notes what is wrong."""

    def __init__(self, desk: Desk, page: Page, thoroughly_seen: set[str]) -> None:
        self.desk = desk
        self.page = page
        self.seen: dict[str, int] = {}
        self.faults: list[str] = []
        self._thoroughly_seen = thoroughly_seen
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
            if self.seen.get(endpoint, 0) >= _AGAIN:
                continue
            self.seen[endpoint] = self.seen.get(endpoint, 0) + 1
            for link in self._look(address, endpoint):
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def _look(self, address: str, endpoint: str) -> list[str]:
        self._errors.clear()
        self.page.set_viewport_size(PHONE)
        answer = self.page.goto(self.desk.base + address)
        assert answer is not None
        if answer.status != 200:
            self.faults.append(f"{address}: {answer.status}")
            return []
        thoroughly = endpoint not in self._thoroughly_seen
        self._thoroughly_seen.add(endpoint)
        faults = [f"script: {one}" for one in self._errors]
        faults += [f"390 px: {one}" for one in faults_of(self.page, thoroughly=thoroughly)]
        if thoroughly:
            self.page.set_viewport_size(DESKTOP)
            faults += [f"1280 px: {one}" for one in faults_of(self.page)]
        self.faults += [f"{address}: {one}" for one in faults]
        links: list[str] = self.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(one => one.getAttribute('href'))"
        )
        return [one for one in links if self._is_a_page(one)]

    def _is_a_page(self, link: str) -> bool:
        endpoint = self.desk.endpoint(link) if link.startswith("/desk/") else None
        return endpoint is not None and not re.search(_NO_PAGE, endpoint)


_NO_PAGE = r"static|sign_out|desk\.file$|picture|plan_template$|export|csv|nothing_here"
# Reached by no link: a letter's, a form's answer, a piece of a page, a download.
_WITHOUT_A_LINK = r"answer_link|_live$|measures_counts|nothing_here|static|sign_in|invitation"


def test_every_page_is_well_for_everybody_who_can_open_it(
    desk: Desk, chromium: Chromium, db: Database, offices: Offices, world: World
) -> None:
    thoroughly_seen: set[str] = set()
    for _ in range(2):  # two who ask the same are a group
        ask(db, offices.makham, "เผาขยะหลังบ้านได้ไหม")
    with db.writing() as session:
        admin = session.merge(offices.makham.people["admin"])
        put_template(session, admin, None, "รับเรื่องแล้ว", "รับเรื่อง {เลขเรื่อง} แล้ว", NOON)
    faults: list[str] = []
    for name in PEOPLE:
        context = chromium.new_context(locale="th-TH", timezone_id="Asia/Bangkok")
        desk.enter(context, offices, name)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        walk = Walk(desk, page, thoroughly_seen)
        # Some pages are reached by a button, and none by a link of everybody's.
        more = (f"/desk/complaints/{world.general}/print", "/desk/confirm")
        walk.walk("/desk/", *(more if name == "admin" else ()))
        faults += [f"{name} {one}" for one in walk.faults]
        context.close()
    assert faults == []
    pages = {
        rule.endpoint
        for rule in desk.app.url_map.iter_rules()
        if rule.endpoint in ROUTES and "GET" in (rule.methods or ())
    }
    reachable = {one for one in pages if not re.search(f"{_NO_PAGE}|{_WITHOUT_A_LINK}", one)}
    assert reachable - thoroughly_seen == set()


def test_the_way_in_is_well(desk: Desk, chromium: Chromium, db: Database, offices: Offices) -> None:
    give_authenticator(db, offices.makham.people["works"])
    for name, then in (("officer", "setup"), ("works", "code")):
        page = chromium.new_page(viewport=PHONE, locale="th-TH")
        page.set_default_timeout(PATIENCE)
        faults: list[str] = []
        for path in ("invitation", "sign-in"):
            page.goto(f"{desk.base}/desk/{path}")
            faults += faults_of(page)
        page.locator('input[name="agency"]').fill("makham")
        page.locator('input[name="username"]').fill(name)
        page.locator('input[name="password"]').fill(PASSWORD)
        page.locator('input[name="password"]').press("Enter")
        page.wait_for_url(f"**/desk/sign-in/{then}")
        faults += faults_of(page)
        if then == "code":
            page.goto(f"{desk.base}/desk/sign-in/recovery")
            faults += faults_of(page)
        page.close()
        assert faults == []


def test_a_page_that_is_not_well_is_noticed(chromium: Chromium) -> None:
    page = chromium.new_page(viewport=PHONE)
    page.set_content(
        '<!doctype html><html lang="th"><title>x</title><main><h1>หน้า</h1>'
        '<p style="width: 600px; color: #ddd">สีจางเกินไป \ue123</p><input></main></html>'
    )
    faults = " ".join(faults_of(page))
    page.close()
    for one in ("no glyph", "scrolls sideways", "color-contrast", "label"):
        assert one in faults
