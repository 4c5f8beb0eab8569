"""A text that could not be taken, because the session had ended meanwhile, is not lost.

Nothing is stored: what a form carried is sealed with the key ring and given back to the browser, as
a hidden field of the page that asks to sign in. It travels with each step, is opened once somebody
is in, and shown to them with a button that sends it where it was going. Nothing is sent without
that click.

It opens for an hour, on the desk alone, and never for anybody else than whoever wrote it, where the
old session still tells who that was. Files, passwords and tokens are not kept.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.exceptions import HTTPException

from domain.keyring import CannotOpen
from handlers.context import services
from handlers.desk.permissions import ROUTES, Open, may
from handlers.desk.viewer import Viewer

FIELD = "kept"
GOOD_FOR = 60 * 60  # seconds
MOST_BYTES = 100_000
_MOST_FIELDS = 500
_MOST_BYTES_READ = 256 * 1024  # of a stranger's request; a known writer's may bring photos
_CONTEXT = "desk/kept"
_OWN = ("same-origin", "none")
# What these carry is a secret, or a deed that nobody wrote a text for.
_NEVER = frozenset(
    {
        *("desk.sign_out", "desk.confirm_identity", "desk.change_password", "desk.second_factor"),
        *("desk.make_recovery_codes", "desk.end_my_sessions", "desk.nothing_here"),
    }
)


@dataclass(frozen=True)
class Kept:
    """What somebody wrote, and where it was going."""

    to: str
    endpoint: str
    fields: list[tuple[str, str]]
    files_lost: bool

    @property
    def written(self) -> list[str]:
        """What of it a person wrote, and not the page."""
        return [value for _, value in self.fields if _is_written(value)]


def _is_written(value: str) -> bool:
    return any(mark.isspace() or ord(mark) > 0x7F for mark in value.strip())


def keep() -> str:
    """What the present request's form carries, sealed; "" where there is nothing to keep."""
    endpoint = request.endpoint or ""
    needed = ROUTES.get(endpoint)
    if request.method != "POST" or endpoint in _NEVER or needed in (None, Open.PUBLIC):
        return ""
    if not sent_by_our_page():
        return ""
    writer = _writer()
    if not writer and (request.content_length or _MOST_BYTES_READ) >= _MOST_BYTES_READ:
        return ""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", FIELD) and "password" not in name
    ]
    if not fields or len(fields) > _MOST_FIELDS:
        return ""
    plain = json.dumps(
        {
            "to": request.full_path.rstrip("?"),
            "fields": fields,
            "by": writer,
            "at": time.time(),
            "files": any(one.filename for one in request.files.values()),
        }
    ).encode()
    if len(plain) > MOST_BYTES:
        return ""
    return base64.urlsafe_b64encode(services().db.keys.seal(plain, _CONTEXT)).decode()


def sent_by_our_page() -> bool:
    """What the browser says of where a form was sent from. One that another site has sent is not
    kept: it would come to stand on our page, with a button below it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN
    origin = request.headers.get("Origin", "null")  # our pages send no Referer, and so "null"
    return origin in ("null", request.host_url.rstrip("/"))


def _writer() -> str:
    """Of whom the browser's session speaks, even when it has ended: its signature still holds."""
    interface = current_app.session_interface
    if not isinstance(interface, SecureCookieSessionInterface):
        return ""
    serializer = interface.get_signing_serializer(current_app)
    cookie = request.cookies.get(interface.get_cookie_name(current_app))
    if serializer is None or cookie is None:
        return ""
    try:
        user_id = serializer.loads(cookie).get("_user_id", "")
    except (BadSignature, AttributeError):
        return ""
    return ":".join(str(user_id).split(":")[:2])  # the agency and the person; the key has changed


def writer() -> tuple[int, UUID] | None:
    """The agency and the person of whom the browser's session speaks."""
    agency, _, person = _writer().partition(":")
    try:
        return int(agency), UUID(person)
    except ValueError:
        return None


def carried() -> str:
    """The sealed text that the present form carries, to be handed on to the next page."""
    sealed = request.form.get(FIELD, "") if request.method == "POST" else ""
    return sealed if len(sealed) < 2 * MOST_BYTES else ""


def open_kept(sealed: str, viewer: Viewer) -> Kept | None:
    """What was kept, for whoever is in now; None where it is forged, too old, somebody else's, or
    goes where they may not."""
    try:
        plain = services().db.keys.open(base64.urlsafe_b64decode(sealed.encode()), _CONTEXT)
        found = json.loads(plain)
    except (CannotOpen, ValueError, binascii.Error):
        return None
    if not 0 <= time.time() - found["at"] < GOOD_FOR:
        return None
    if found["by"] and found["by"] != f"{viewer.agency_id}:{viewer.person_id}":
        return None
    endpoint = _endpoint_of(found["to"])
    needed = ROUTES.get(endpoint)
    if needed is None or needed is Open.PUBLIC or endpoint in _NEVER:
        return None
    if not isinstance(needed, Open) and not may(viewer.role, needed):
        return None
    fields = [(str(name), str(value)) for name, value in found["fields"]]
    return Kept(found["to"], endpoint, fields, bool(found["files"]))


def _endpoint_of(address: str) -> str:
    """Which of our pages an address that takes forms is; "" for none."""
    path = address.partition("?")[0]
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return ""
    return str(endpoint)
