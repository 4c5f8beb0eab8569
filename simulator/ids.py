"""Identifiers in the shapes LINE gives them."""

from __future__ import annotations

import itertools
import secrets
import time
import uuid

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_message_numbers = itertools.count(590_000_000_000_000_000 + secrets.randbelow(10**15))


def now() -> float:
    """Seconds since 1970 by the wall clock, so that tests can freeze it."""
    return time.time()


def now_ms() -> int:
    """Milliseconds since 1970: the unit of a webhook event's `timestamp`."""
    return int(now() * 1000)


def ulid() -> str:
    """26 characters of Crockford's base 32: 48 bits of milliseconds, 80 bits of chance."""
    number = (now_ms() << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


def user_id() -> str:
    """`U` and 32 hexadecimal digits."""
    return "U" + secrets.token_hex(16)


def group_id() -> str:
    """`C` and 32 hexadecimal digits."""
    return "C" + secrets.token_hex(16)


def reply_token() -> str:
    """32 hexadecimal digits."""
    return secrets.token_hex(16)


def opaque_token() -> str:
    """A quote token or a mark-as-read token: opaque, safe in a URL."""
    return secrets.token_urlsafe(48)


def message_id() -> str:
    """18 digits, growing."""
    return str(next(_message_numbers))


def request_id() -> str:
    """The value of `x-line-request-id`."""
    return str(uuid.uuid4())


def rich_menu_id() -> str:
    """`richmenu-` and 32 hexadecimal digits."""
    return "richmenu-" + secrets.token_hex(16)
