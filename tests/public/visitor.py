"""Somebody with a browser and no script: fills in the forms of the page that they see."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from models.complaint import ComplaintKind

CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
Upload = tuple[str, bytes]


@dataclass
class Form:
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def value(self, name: str) -> str:
        return dict(self.fields)[name]


class _Reader(HTMLParser):
    """The forms of a page, with what is in them already."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name")
        if tag == "form":
            self.forms.append(Form(found.get("action") or ""))
        if not self.forms or not name:
            return
        self.forms[-1].names.add(name)
        kind = found.get("type", "text")
        if tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "input" and (kind not in ("checkbox", "radio", "file") or "checked" in found):
            self.forms[-1].fields.append((name, found.get("value") or ""))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            # A browser drops the line break right after the tag.
            self.forms[-1].fields.append((self._area, self._text.removeprefix("\n")))
            self._area = None


class Visitor:
    def __init__(self, app: Flask, slug: str = "makham", address: str = "203.0.113.7") -> None:
        self.client = app.test_client()
        self.base = f"/a/{slug}"
        self.address = address
        self.page: TestResponse = self.get("/")

    def get(self, path: str) -> TestResponse:
        self.page = self.client.get(self.base + path, environ_base={"REMOTE_ADDR": self.address})
        return self.page

    @property
    def text(self) -> str:
        return self.page.get_data(as_text=True)

    def form(self, action: str) -> Form:
        reader = _Reader()
        reader.feed(self.text)
        found = [one for one in reader.forms if one.action.partition("?")[0].endswith(action)]
        assert found, f"no form to {action} in {[one.action for one in reader.forms]}"
        return found[0]

    def send(
        self,
        action: str,
        *,
        files: Sequence[Upload] = (),
        many: Sequence[tuple[str, str]] = (),
        **typed: str,
    ) -> TestResponse:
        """Fill in a form of this page and send it, as it stands, with what is typed here."""
        form = self.form(action)
        fields = [(name, text) for name, text in form.fields if name not in typed]
        return self.post(form.action, [*fields, *typed.items(), *many], files)

    def post(
        self, url: str, fields: Sequence[tuple[str, str]], files: Sequence[Upload] = ()
    ) -> TestResponse:
        data: dict[str, list[object]] = {}
        for name, text in fields:
            data.setdefault(name, []).append(text)
        for name, content in files:
            data.setdefault("files", []).append((io.BytesIO(content), name))
        kind = "multipart/form-data" if "/check" in url or "/add" in url else None
        self.page = self.client.post(
            url, data=data, content_type=kind, environ_base={"REMOTE_ADDR": self.address}
        )
        return self.page

    # What people do, a page at a time.

    def begins(self, kind: ComplaintKind = ComplaintKind.CORRUPTION, lang: str = "") -> Visitor:
        self.get("/report" + lang)
        self.send("/report/form", kind=kind.value)
        return self

    def fills_in(
        self,
        what: str = "มีการเรียกเงินค่าตรวจแบบ",
        mode: str = "anonymous",
        *,
        files: Sequence[Upload] = (),
        many: Sequence[tuple[str, str]] = (),
        **typed: str,
    ) -> Visitor:
        if mode != "anonymous":
            typed = {"name": "นางสาวสมมติ ใจดี", "phone": "000-111-2222", "agreed": "yes", **typed}
        self.send("/report/check", files=files, many=many, what=what, mode=mode, **typed)
        return self

    def confirms(self, **typed: str) -> str:
        """Send it; the receipt code."""
        self.send("/report/send", **typed)
        return self.code

    @property
    def code(self) -> str:
        found = CODE.search(self.text)
        assert found, self.text
        return found.group()

    def reports(self, kind: ComplaintKind = ComplaintKind.CORRUPTION, **typed: str) -> str:
        return self.begins(kind).fills_in(**typed).confirms()

    def opens(self, code: str) -> Visitor:
        self.get("/track")
        self.send("/track", code=code)
        return self


def photo(size: tuple[int, int] = (40, 30)) -> bytes:
    """With a place in its metadata, as phones make them."""
    picture = Image.new("RGB", size, (200, 120, 40))
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    raw = io.BytesIO()
    picture.save(raw, "JPEG", exif=exif)
    return raw.getvalue()
