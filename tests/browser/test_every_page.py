"""Every page of the desk that a role can reach by its links, looked at by a real browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from models.answer_template import put_template
from models.database import Database
from models.person import Person
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.desks import Desk
from tests.browser.looking import faults_of
from tests.browser.walking import DESKTOP, PEOPLE, Walk, reachable_pages
from tests.browser.worlds import lengthen, open_office
from tests.desk.factors import give_authenticator
from tests.desk.world import World, ask
from tests.offices import NOON, PASSWORD, Offices

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Eye:
    """Looks at a page at both widths."""

    axe: bool = True

    def __call__(self, page: Page, address: str, endpoint: str, new: bool) -> list[str]:
        thoroughly = new and self.axe
        faults = [f"390 px: {one}" for one in faults_of(page, thoroughly=thoroughly)]
        if new:
            page.set_viewport_size(DESKTOP)
            faults += [f"1280 px: {one}" for one in faults_of(page, thoroughly=thoroughly)]
        return faults


def faults_of_walks(
    desk: Desk, chromium: Chromium, people: dict[str, Person], also: Sequence[str], eye: Eye
) -> tuple[list[str], set[str]]:
    """What is wrong with the pages that these people reach, and which pages those are."""
    seen: set[str] = set()
    faults: list[str] = []
    for name in PEOPLE:
        context = chromium.new_context(locale="th-TH", timezone_id="Asia/Bangkok")
        desk.enter_as(context, people[name])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        walk = Walk(desk, page, seen, eye)
        walk.walk("/desk/", *(also if name == "admin" else ()))
        faults += [f"{name} {one}" for one in walk.faults]
        context.close()
    return faults, seen


def test_every_page_is_well_for_everybody_who_can_open_it(
    desk: Desk, chromium: Chromium, db: Database, offices: Offices, world: World
) -> None:
    for _ in range(2):  # two who ask the same are a group
        ask(db, offices.makham, "เผาขยะหลังบ้านได้ไหม")
    with db.writing() as session:
        admin = session.merge(offices.makham.people["admin"])
        put_template(session, admin, None, "รับเรื่องแล้ว", "รับเรื่อง {เลขเรื่อง} แล้ว", NOON)
    # Some pages are reached by a button, and none by a link of everybody's.
    also = (f"/desk/complaints/{world.general}/print", "/desk/confirm")
    faults, seen = faults_of_walks(desk, chromium, offices.makham.people, also, Eye())
    assert faults == []
    assert reachable_pages(desk) - seen == set()


def test_no_page_is_broken_by_names_and_texts_as_long_as_they_can_be(
    desk: Desk, chromium: Chromium, db: Database, offices: Offices, world: World
) -> None:
    lengthen(db, offices.makham, world)
    also = (f"/desk/complaints/{world.general}/print", f"/desk/complaints/{world.general}/links")
    people = offices.makham.people
    faults, seen = faults_of_walks(desk, chromium, people, also, Eye(axe=False))
    assert faults == []
    assert reachable_pages(desk) - seen <= {"desk.confirm_identity"}


def test_every_page_of_an_office_on_its_first_day_is_well(
    desk: Desk, chromium: Chromium, db: Database
) -> None:
    people = open_office(db).people
    faults, seen = faults_of_walks(desk, chromium, people, ("/desk/confirm",), Eye())
    assert faults == []
    assert {"desk.complaints", "desk.measures", "desk.heat_map", "desk.knowledge"} <= seen


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
        '<p style="width: 600px; color: #ddd">สีจางเกินไป \ue123</p><input>'
        '<div class="sheet-box" style="overflow: auto"><p style="width: 700px">กว้าง</p></div>'
        "</main></html>"
    )
    faults = " ".join(faults_of(page))
    page.close()
    for one in (
        "no glyph",
        "scrolls sideways",
        "cut off: div.sheet-box",
        "color-contrast",
        "label",
    ):
        assert one in faults
