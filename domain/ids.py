"""Identifiers: time-ordered ones for queues, random ones where order would tell too much."""

from __future__ import annotations

import os
import secrets
import threading
import time
import uuid
from datetime import UTC, datetime

from domain.digits import arabic_digits

# H. M. Damm (2004): a quasigroup of order 10 that finds every single wrong digit and every
# swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
RECEIPT_DIGITS = 16


_order = threading.Lock()
_last_tick = 0


def time_ordered_id() -> uuid.UUID:
    """A UUID version 7 (RFC 9562, method 3): milliseconds, a 12-bit fraction, 62 random bits.

    Two made one after the other in one process always sort that way, even on a clock that stands.
    """
    global _last_tick
    with _order:
        tick = max(time.time_ns() * 4096 // 1_000_000, _last_tick + 1)
        _last_tick = tick
    value = (tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64
    value |= 0x2 << 62 | int.from_bytes(os.urandom(8), "big") >> 2
    return uuid.UUID(int=value)


def time_of_id(made: uuid.UUID) -> datetime:
    """When a time-ordered id was made, to the second."""
    return datetime.fromtimestamp((made.int >> 80) // 1000, UTC)


def random_id() -> uuid.UUID:
    """A UUID version 4: says nothing of when it was made."""
    return uuid.uuid4()


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def new_receipt_code() -> str:
    """Sixteen digits: fifteen random ones (50 bits) and a check digit."""
    body = f"{secrets.randbelow(10 ** (RECEIPT_DIGITS - 1)):0{RECEIPT_DIGITS - 1}d}"
    return body + str(_damm(body))


def read_receipt_code(text: str) -> str | None:
    """The sixteen digits in what a person typed, with spaces, hyphens or Thai digits; else None."""
    squeezed = arabic_digits(text)
    digits = "".join(mark for mark in squeezed if mark not in " -–—.\t\n\u200b")
    if len(digits) == RECEIPT_DIGITS and digits.isascii() and digits.isdigit():
        return digits
    return None


def receipt_code_is_sound(code: str) -> bool:
    """False when a digit was mistyped or two neighbours were swapped."""
    return _damm(code) == 0


def show_receipt_code(code: str) -> str:
    """Grouped by four, as people read it aloud."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))
