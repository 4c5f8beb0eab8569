"""When anonymous reports come in floods, sending one takes a little work or a little patience.

Counted in memory: how many came to an agency lately, and which challenges were used. No address.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flask import current_app

from domain.proof_of_work import (
    LASTS,
    Challenge,
    Tide,
    has_waited,
    new_challenge,
    read_signed,
    signed,
    solves,
)
from handlers.context import now, services
from handlers.once import Once

_EXTENSION = "prongsai-public-floods"
MANY = 20
WITHIN = timedelta(minutes=10)


class Answered(StrEnum):
    NOT_NEEDED = "not_needed"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class Work:
    """What the summary asks for on a day of floods."""

    seed: str
    bits: int
    ticket: str
    seconds: int  # until waiting is enough


class _Floods:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tides: dict[int, Tide] = {}
        self.used: Once[bool] = Once(LASTS)


def _floods() -> _Floods:
    found = current_app.extensions.setdefault(_EXTENSION, _Floods())
    if not isinstance(found, _Floods):
        raise TypeError("another extension took the name")
    return found


def note_sent(agency_id: int) -> None:
    floods = _floods()
    with floods.lock:
        tide = floods.tides.setdefault(agency_id, Tide(MANY, WITHIN))
        tide.note(now())


def is_high(agency_id: int) -> bool:
    floods = _floods()
    with floods.lock:
        tide = floods.tides.get(agency_id)
        return tide is not None and tide.is_high(now())


def _key() -> bytes:
    return services().db.keys.derive("proof of work")


def _bound(agency_id: int, token: str) -> str:
    return f"{agency_id}/{token}"


def work_for(agency_id: int, token: str, ticket: str = "") -> Work | None:
    """None on an ordinary day. ``ticket``: one that was given before, and goes on waiting."""
    if not is_high(agency_id):
        return None
    challenge = _read(agency_id, token, ticket)
    if challenge is None:
        challenge = new_challenge(now())
        ticket = signed(challenge, _key(), _bound(agency_id, token))
    seconds = max(0, math.ceil((challenge.opens - now()).total_seconds()))
    return Work(challenge.seed, challenge.bits, ticket, seconds)


def _read(agency_id: int, token: str, ticket: str) -> Challenge | None:
    if not ticket:
        return None
    challenge = read_signed(ticket, _key(), _bound(agency_id, token), now())
    if challenge is None or _floods().used.get(challenge.seed, now()):
        return None
    return challenge


def answered(agency_id: int, token: str, ticket: str, answer: str) -> Answered:
    """Whether a report may be sent. A challenge answers once."""
    if not is_high(agency_id):
        return Answered.NOT_NEEDED
    challenge = _read(agency_id, token, ticket)
    if challenge is None or not (solves(challenge, answer) or has_waited(challenge, now())):
        return Answered.NO
    return Answered.YES if _floods().used.put(challenge.seed, True, now()) else Answered.NO
