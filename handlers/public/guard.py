"""Every public request passes here: which agency, which language, did our own page send it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, g, request

from handlers import protection
from handlers.context import services
from handlers.public.blueprint import public
from handlers.uploads import MOST_BYTES_OF_A_REQUEST, HoldInMemory
from models.agency import find_agency

_MOST_BYTES_OF_A_FORM = 512 * 1024  # two hundred ticked divisions and five long texts
TAKES_FILES = frozenset({"public.check_report", "public.add_to_case"})
PICTURES = frozenset({"public.weekly_picture", "public.weekly_preview"})
KEPT = PICTURES | {"public.calendar_feed"}  # a calendar that asks again names what it has
_FOUND, _NOT_CHANGED = 200, 304

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


@dataclass(frozen=True)
class PublicAgency:
    """What the public's pages need of an agency."""

    id: int
    slug: str
    name: str
    contact: str


@public.url_value_preprocessor
def _take_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.slug = (values or {}).pop("slug", None)


def this_agency() -> PublicAgency | None:
    """The agency that the address names, looked up once a request."""
    if "public_agency" not in g:
        g.public_agency = None
        slug = g.get("slug")
        if slug:
            with services().db.reading() as session:
                found = find_agency(session, slug)
                if found is not None:
                    g.public_agency = PublicAgency(
                        found.id, found.slug, found.name, found.contact_text
                    )
    agency = g.public_agency
    return agency if isinstance(agency, PublicAgency) else None


def agency() -> PublicAgency:
    found = this_agency()
    if found is None:
        abort(404)
    return found


def language() -> str:
    """In the address of every page and form, and so known without reading a form."""
    return "en" if request.args.get("lang") == "en" else "th"


@public.before_request
def guard() -> None:
    endpoint = request.endpoint
    if endpoint == "public.static":
        return
    agency()
    files = endpoint in TAKES_FILES
    request.max_content_length = MOST_BYTES_OF_A_REQUEST if files else _MOST_BYTES_OF_A_FORM
    request.form_data_parser_class = HoldInMemory
    protection.check_token()


@public.after_request
def harden(response: Response) -> Response:
    # Where somebody stands is asked for by our own button alone.
    response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
    keep = request.endpoint == "public.static" or (
        request.endpoint in KEPT and response.status_code in (_FOUND, _NOT_CHANGED)
    )
    return protection.harden(response, _POLICY, keep=keep)
