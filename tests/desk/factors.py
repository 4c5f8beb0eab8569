"""An authenticator in the tests' hands, and the whole way in through the real forms."""

from __future__ import annotations

import json
import re
import time

from werkzeug.test import TestResponse

from models import second_factor
from models.database import Database
from models.person import Person
from tests.desk.browser import Browser
from tests.offices import PASSWORD

CODES = re.compile(r"[A-Z2-9]{5}-[A-Z2-9]{5}")  # recovery codes on a page


class Authenticator:
    """What shows the codes of one person."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    @classmethod
    def from_page(cls, page: str) -> Authenticator:
        """Set up by typing the key that a page shows."""
        key = re.search(r"คีย์ <strong[^>]*>([A-Z2-7-]+)</strong>", page)
        assert key
        found = {"key": key.group(1).replace("-", ""), "type": "totp", "v": 1}
        return cls(json.dumps(found))

    def code(self, steps: int = 0) -> str:
        """The code of this moment, or of ``steps`` half minutes later."""
        return second_factor.code_at(self.secret, int(time.time()) // second_factor.STEP + steps)

    def wrong(self) -> str:
        """A code that nothing near this moment shows."""
        near = {self.code(step) for step in range(-3, 4)}
        return next(code for code in map("{:06d}".format, range(20)) if code not in near)


def give_authenticator(db: Database, person: Person) -> Authenticator:
    secret = second_factor.new_secret()
    with db.writing() as session:
        second_factor.set_second_factor(session, session.merge(person), secret)
    return Authenticator(secret)


def give_password(
    browser: Browser,
    username: str,
    password: str = PASSWORD,
    agency: str = "makham",
    page: str = "/desk/sign-in",
) -> TestResponse:
    data = {"agency": agency, "username": username, "password": password}
    return browser.post(page, data, page=page)


def give_code(browser: Browser, code: str, page: str = "/desk/sign-in/code") -> TestResponse:
    return browser.post(page, {"code": code}, page=page)


def come_in(
    browser: Browser, username: str, authenticator: Authenticator, page: str = "/desk/sign-in"
) -> TestResponse:
    """Both pages of the sign-in."""
    answer = give_password(browser, username, page=page)
    assert answer.headers["Location"] == "/desk/sign-in/code"
    return give_code(browser, authenticator.code())
