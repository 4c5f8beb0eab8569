"""A test client that fills in forms as a browser would."""

from __future__ import annotations

import re
import time

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.person import Person

_OWN_SCRIPT = re.compile(r'<script src="/desk/static/[a-z_]+\.js" defer></script>')


def without_own_script(page: str) -> str:
    """A page less the script of our own that it links: no other may be left."""
    return _OWN_SCRIPT.sub("", page)


class Browser:
    """A test client that fills in forms as a browser would: with the token of the page it saw."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def enter(self, person: Person, *, fresh: bool = True) -> Browser:
        """Signed in with both factors, without the cost of the forms; ``fresh``: just now."""
        with self.client.session_transaction() as session:
            session["_user_id"] = f"{person.agency_id}:{person.id}:{person.session_key}"
            session["_fresh"] = True
            session["fs_paa"] = time.time() - (0 if fresh else 3600)
            session["second_factor"] = True
        return self

    def get(self, url: str) -> TestResponse:
        return self.client.get(url)

    def token(self, url: str = "/desk/sign-in") -> str:
        page = self.client.get(url, follow_redirects=True).get_data(as_text=True)
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
        assert found, f"no form on {url}"
        return found.group(1)

    def post(self, url: str, data: dict[str, str] | None = None, page: str = "") -> TestResponse:
        token = self.token(page) if page else self.token()
        return self.client.post(url, data={"csrf_token": token, **(data or {})})

    def seen(self, url: str, form: str) -> str:
        """The hidden mark of what a page showed, in the form with this name."""
        found = re.search(rf'id="{form}-seen"[^>]* value="([^"]*)"', self.get(url).text)
        assert found, f"no {form} form on {url}"
        return found.group(1)
