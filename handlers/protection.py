"""What the rooms with forms share: CSRF tokens, and headers that let nothing out."""

from __future__ import annotations

from flask import Flask, Response, current_app
from flask_wtf.csrf import CSRFProtect


def protect_forms(app: Flask) -> None:
    """Give an app the means to check tokens; each room's guard does the checking."""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # LINE's webhook, in the same app, has a signature.
        WTF_CSRF_CHECK_DEFAULT=False,
        # People may write for longer than an hour; the token ends with the session.
        WTF_CSRF_TIME_LIMIT=None,
        # Our own pages send no Referer (no-referrer), so that there is none to compare.
        WTF_CSRF_SSL_STRICT=False,
    )
    if "csrf" not in app.extensions:
        CSRFProtect(app)


def check_token() -> None:
    """Raises `flask_wtf.csrf.CSRFError` for a form that no page of ours sent."""
    csrf = current_app.extensions["csrf"]
    if not isinstance(csrf, CSRFProtect):
        raise TypeError("the app was made without CSRF protection")
    csrf.protect()


def harden(response: Response, policy: str, *, keep: bool = False) -> Response:
    """``keep``: the browser may keep it (our own styles and scripts)."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if not keep:
        headers["Cache-Control"] = "no-store"
    return response
