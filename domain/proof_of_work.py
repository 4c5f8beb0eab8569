"""A little work before an anonymous report is taken, on days when a flood of them comes.

The sender's machine looks for a number whose SHA-256 hash, together with the challenge's seed,
begins with so many zero bits (A. Back's hashcash, 1997). Whoever has no script waits instead: a
challenge opens by itself after a minute. Pure; a server keeps nothing but which seeds were used.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

BITS = 18  # a quarter of a million hashes: a second or so on a phone
WAIT = timedelta(seconds=60)
LASTS = timedelta(minutes=15)
_LONGEST_ANSWER = 20
_MAC_BYTES = 16


@dataclass(frozen=True)
class Challenge:
    seed: str
    bits: int
    opens: datetime  # from then on having waited is answer enough
    ends: datetime


def new_challenge(now: datetime, bits: int = BITS) -> Challenge:
    # Whole seconds survive the way to the browser and back.
    now = now.replace(microsecond=0)
    return Challenge(secrets.token_hex(12), bits, now + WAIT, now + LASTS)


def solves(challenge: Challenge, answer: str) -> bool:
    if not answer or len(answer) > _LONGEST_ANSWER or not answer.isascii():
        return False
    digest = hashlib.sha256(f"{challenge.seed}:{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - challenge.bits) == 0


def has_waited(challenge: Challenge, now: datetime) -> bool:
    return now >= challenge.opens


def signed(challenge: Challenge, key: bytes, bound_to: str) -> str:
    """For a hidden field. ``bound_to`` is what it is for: it works with nothing else."""
    plain = json.dumps(
        [
            challenge.seed,
            challenge.bits,
            int(challenge.opens.timestamp()),
            int(challenge.ends.timestamp()),
        ]
    ).encode()
    return base64.urlsafe_b64encode(_mac(plain, key, bound_to) + plain).decode()


def read_signed(token: str, key: bytes, bound_to: str, now: datetime) -> Challenge | None:
    """None for what we did not sign, signed for something else, or signed too long ago."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii"))
    except (ValueError, binascii.Error):
        return None
    mac, plain = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(plain, key, bound_to)):
        return None
    seed, bits, opens, ends = json.loads(plain)
    challenge = Challenge(
        seed, bits, datetime.fromtimestamp(opens, UTC), datetime.fromtimestamp(ends, UTC)
    )
    return challenge if now < challenge.ends else None


def _mac(plain: bytes, key: bytes, bound_to: str) -> bytes:
    bound = bound_to.encode("utf-8", "surrogatepass")
    return hmac.digest(key, len(bound).to_bytes(4, "big") + bound + plain, "sha256")[:_MAC_BYTES]


@dataclass
class Tide:
    """How many came lately: high when there were ``many`` within ``within``."""

    many: int = 20
    within: timedelta = timedelta(minutes=10)
    _came: deque[datetime] = field(default_factory=deque)

    def note(self, now: datetime) -> None:
        self._came.append(now)
        while len(self._came) > self.many:
            self._came.popleft()

    def is_high(self, now: datetime) -> bool:
        while self._came and self._came[0] <= now - self.within:
            self._came.popleft()
        return len(self._came) >= self.many
