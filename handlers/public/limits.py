"""How often one address may send, and how many wrong codes it may try. In memory alone.

An address stands nowhere in clear, not even in memory: it is hashed with a key that is made when
the process starts and ends with it. Mobile networks put many people behind one address, so the
numbers are those of a busy village, not of one person.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import time
from typing import Any

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse

from handlers.public.blueprint import public

ORDINARY = "120 per 10 minutes"
LIMITS = {
    "public.check_report": "60 per 10 minutes",  # with its files the dearest request of all
    "public.send_report": "20 per 10 minutes",
    "public.add_to_case": "30 per 10 minutes",
    "public.open_case": "60 per 10 minutes",
}
WRONG_CODES = "10 per 10 minutes"
_EXTENSION = "prongsai-public-limits"


def limit(app: Flask) -> None:
    key = secrets.token_bytes(32)
    limiter = Limiter(lambda: address_key(key), app=app, storage_uri="memory://")
    limiter.limit(_limit_of_this_page, methods=["POST"])(public)
    app.extensions[_EXTENSION] = (limiter, key)


def _limit_of_this_page() -> str:
    return LIMITS.get(request.endpoint or "", ORDINARY)


def address_key(key: bytes) -> str:
    """Whom a request counts for: the address behind our proxy, or its /64 where it is IPv6 (a
    household has all of one)."""
    found = request.remote_addr or ""
    try:
        parsed = ipaddress.ip_address(found)
    except ValueError:
        parsed = None
    if isinstance(parsed, ipaddress.IPv6Address):
        found = str(ipaddress.ip_network((parsed, 64), strict=False))
    return hashlib.blake2b(found.encode(), key=key, digest_size=16).hexdigest()


def _mine() -> tuple[Limiter, bytes]:
    limiter, key = current_app.extensions[_EXTENSION]
    return limiter, key


def reset_at(breached: Any) -> float:
    """When the window of a breached limit ends, in seconds since 1970."""
    limiter, key = _mine()
    item: RateLimitItem = breached.limit
    where = (address_key(key), breached.scope_for(request.endpoint or "", None))
    return float(limiter.limiter.get_window_stats(item, *where).reset_time)


def _guesses(agency_id: int) -> tuple[RateLimitItem, str, str]:
    _, key = _mine()
    return parse(WRONG_CODES), address_key(key), f"wrong codes {agency_id}"


def seconds_until_next_guess(agency_id: int) -> int:
    """0 while another code may be tried."""
    limiter, _ = _mine()
    item, *where = _guesses(agency_id)
    if limiter.limiter.test(item, *where):
        return 0
    reset = limiter.limiter.get_window_stats(item, *where).reset_time
    return max(1, math.ceil(reset - time.time()))


def note_wrong_code(agency_id: int) -> None:
    limiter, _ = _mine()
    item, *where = _guesses(agency_id)
    limiter.limiter.hit(item, *where)


def note_wrong_picture() -> int:
    """Count a picture that there is not; the seconds to wait once it were too many, else 0."""
    limiter, key = _mine()
    item, *where = parse(ORDINARY), address_key(key), "wrong pictures"
    if limiter.limiter.hit(item, *where):
        return 0
    reset = limiter.limiter.get_window_stats(item, *where).reset_time
    return max(1, math.ceil(reset - time.time()))
