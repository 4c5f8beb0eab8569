"""Rendering: the frame around every page, its language, and what went wrong."""

from __future__ import annotations

import math
import time
from datetime import date
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from handlers.public import words
from handlers.public.blueprint import public
from handlers.public.guard import language, this_agency
from handlers.public.limits import reset_at
from handlers.uploads import show_size


def t(key: str, **values: object) -> str:
    """A phrase in the language of the page."""
    return words.say(key, language(), **values)


def address(endpoint: str, lang: str | None = None, **values: Any) -> str:
    """A page of this agency, in the language of this one."""
    found = this_agency()
    lang = lang or language()
    if endpoint != "static":
        values |= {"slug": found.slug if found else ""}
        if lang == "en":
            values |= {"lang": "en"}
    return url_for(f"public.{endpoint}", **values)


def render(template: str, *, status: int = 200, **data: Any) -> Response:
    """A page in the public's frame. Call it with the database session closed."""
    page = render_template(
        f"public/{template}",
        t=t,
        address=address,
        agency=this_agency(),
        lang=language(),
        show_size=show_size,
        **data,
    )
    return make_response(page, status)


@public.app_template_filter("public_day")
def public_day(day: date) -> str:
    return words.day_words(day, language())


@public.app_template_filter("media")
def media(media_type: str) -> str:
    return t(words.media_word(media_type))


_BY_CODE = {404: "not_found", 405: "not_found", 413: "too_large", 429: "too_fast"}


@public.errorhandler(HTTPException)
def say_trouble(error: HTTPException) -> Response:
    code = error.code or 500
    if isinstance(error, InternalServerError) or code >= 500:
        # The database may be what broke: this page asks nothing of it.
        lang = language()
        told = {key: words.say(f"trouble.broken.{key}", lang) for key in ("title", "text")}
        return make_response(render_template("public/broken.html", lang=lang, **told), code)
    if isinstance(error, RateLimitExceeded):
        return too_fast(_seconds_to_wait(error))
    which = "csrf" if isinstance(error, CSRFError) else _BY_CODE.get(code, "bad_request")
    if this_agency() is None:
        which = "no_agency"
    return render("trouble.html", which=which, status=code)


def _seconds_to_wait(error: RateLimitExceeded) -> int:
    found = error.limit
    if found is None:
        return 60
    return max(1, math.ceil(reset_at(found) - time.time()))


def too_fast(seconds: int) -> Response:
    """Says when to come back, in words and in the header."""
    minutes = math.ceil(seconds / 60)
    wait = t("wait.seconds", count=seconds) if seconds <= 90 else t("wait.minutes", count=minutes)
    response = render("trouble.html", which="too_fast", wait=wait, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


@public.route(
    "/<slug>/<path:_rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], endpoint="no_page"
)
def no_page(_rest: str) -> Response:
    """So that an unknown address under /a/ gets a page of ours, and not the app's."""
    raise NotFound


@public.route("/", endpoint="no_agency")
def no_agency() -> Response:
    raise NotFound


def form_text(name: str) -> str:
    """One field as it was typed. PostgreSQL takes no NUL in a text, and UTF-8 no lone surrogate."""
    text = request.form.get(name, "").replace("\0", "").replace("\r\n", "\n")
    return text.encode("utf-8", "replace").decode().strip()
