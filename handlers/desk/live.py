"""Pieces of a page that are drawn anew while it is open (`static/live.js`).

Polled, not streamed: an open stream would hold one of the web server's threads for each officer
who leaves a page open, and a proxy between them may cut it. What is unchanged costs an empty 204.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, render_template, request

_MARK = "X-Live-Mark"


def piece(template: str, **data: Any) -> Response:
    """A piece of a page, or 204 where the page that asks has just this one.

    Call it with the database session closed: a template gets plain data.
    """
    html = render_template(f"desk/{template}", **data)
    mark = hashlib.sha256(html.encode()).hexdigest()[:16]
    unchanged = request.headers.get("X-Live", "") == mark
    response = Response(status=204) if unchanged else Response(html)
    response.headers[_MARK] = mark
    return response
