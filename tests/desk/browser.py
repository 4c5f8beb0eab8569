"""A test client that fills in forms as a browser would."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.person import Person


class Browser:
    """A test client that fills in forms as a browser would: with the token of the page it saw."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def enter(self, person: Person) -> Browser:
        """Signed in, without the cost of the form."""
        with self.client.session_transaction() as session:
            session["_user_id"] = f"{person.agency_id}:{person.id}:{person.session_key}"
            session["_fresh"] = True
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
