"""Somebody at the desk in a real browser: what they click, type and read."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from domain.calendar import bangkok_day
from tests.browser.looking import faults_of
from tests.offices import NOON

Name = str | re.Pattern[str]


class Somebody:
    """One person's page. Every page that they come to must be well."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.main = page.get_by_role("main")

    def opens(self, path: str, status: int = 200) -> None:
        """Types an address of the desk."""
        answer = self.page.goto(f"{self.base}/desk/{path}")
        assert answer is not None
        assert answer.status == status, path
        self.is_well()

    def goes_to(self, name: str) -> None:
        """By the menu: folded away on a phone, at the side of a wide screen."""
        if self.page.url == "about:blank":
            self.opens("")
        fold = self.page.locator("details.fold > summary")
        if fold.is_visible():
            fold.click()
        link = self.page.get_by_role("navigation", name="เมนูหลัก").get_by_role(
            "link", name=name, exact=True
        )
        link.click()
        self.is_well()

    def follows(self, name: Name, within: Locator | None = None) -> None:
        (within or self.main).get_by_role("link", name=name).first.click()
        self.is_well()

    def presses(self, name: Name, within: Locator | None = None) -> None:
        exact = isinstance(name, str)
        (within or self.main).get_by_role("button", name=name, exact=exact).first.click()
        self.is_well()

    def unfolds(self, name: str) -> None:
        self.main.locator("summary", has_text=name).first.click()

    def box(self, label: Name, within: Locator | None = None) -> Locator:
        """What is typed into, chosen from or ticked, by its label."""
        found = (within or self.main).get_by_label(label, exact=isinstance(label, str))
        # A part of the page often bears the same name as the one field in it.
        return found.and_(self.page.locator("input, textarea, select")).first

    def writes(self, label: Name, text: str, within: Locator | None = None) -> None:
        self.box(label, within).fill(text)

    def picks(self, label: Name, choice: str, within: Locator | None = None) -> None:
        self.box(label, within).select_option(label=choice)

    def ticks(self, label: Name, within: Locator | None = None) -> None:
        self.box(label, within).check()

    def part(self, heading: str) -> Locator:
        """The part of the page under this heading."""
        return self.main.get_by_role("region", name=heading)

    def reads(self, *texts: str, within: Locator | None = None) -> None:
        for text in texts:
            expect(within or self.main).to_contain_text(text)

    def does_not_read(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    def takes_file(self, link: Name) -> Path:
        with self.page.expect_download() as taken:
            self.main.get_by_role("link", name=link).first.click()
        return Path(taken.value.path())

    def is_well(self) -> None:
        self.page.wait_for_load_state()
        assert faults_of(self.page, thoroughly=False) == []


def marker(case: object) -> str:
    """The six signs by which officers call a case."""
    return str(case).replace("-", "")[:6].upper()


# A browser drops the cookies of a clock that stands in 2023, so these days are today's: nothing
# that they look at may hang on which day or hour that is.
def today() -> date:
    return bangkok_day(datetime.now(UTC))


def typed(day: date) -> str:
    """A day as people here type it."""
    return f"{day.day}/{day.month}/{day.year + 543}"


def days_since_noon() -> int:
    """How long ago the offices' noon was: what `complain(days_ago=-…)` needs for a new case."""
    return (datetime.now(UTC) - NOON) // timedelta(days=1)
