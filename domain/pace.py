"""How fast somebody may write, and how often somebody may guess a receipt code.

The rules are pure. What they need to remember is held by `Paces`, in the memory of one process
and nowhere else: a table of who typed codes would link people to reports that must not be linked.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(seconds=60)
_WORDS, _LIGHT = 3, 1  # what a message weighs
_MOST_WEIGHT = 20 * _WORDS  # in a window: twenty messages of words, or sixty photos
_CALM_WEIGHT = _MOST_WEIGHT // 2

FREE_GUESSES = 10  # the tenth wrong code begins the first wait
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=24)
_FORGET_GUESSES = timedelta(hours=24)  # after the latest wrong code, and its wait


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 (a verdict, not a secret)
    TELL = "tell"  # too fast: say so, this once
    QUIET = "quiet"  # still too fast: it was said


@dataclass(frozen=True)
class Flow:
    """The last minute of one person's messages."""

    recent: tuple[tuple[datetime, int], ...] = ()  # when, how heavy
    muted: bool = False


def arrives(flow: Flow, at: datetime, *, light: bool = False) -> tuple[Flow, Verdict]:
    """One more message, ``at`` the time it was sent: what waited for us is no flood.

    Photos and taps are light: an album comes at once, and an officer answers a long list.
    """
    if flow.recent:
        at = max(at, flow.recent[-1][0])  # LINE may bring an older one later
    recent = [one for one in flow.recent if one[0] > at - WINDOW]
    recent.append((at, _LIGHT if light else _WORDS))
    # More than so many are too many whatever they weigh.
    recent = recent[-(_MOST_WEIGHT + 1) :]
    weight = sum(one[1] for one in recent)
    muted = weight > (_CALM_WEIGHT if flow.muted else _MOST_WEIGHT)
    flow_now = Flow(tuple(recent), muted)
    if not muted:
        return flow_now, Verdict.PASS
    return flow_now, Verdict.QUIET if flow.muted else Verdict.TELL


@dataclass(frozen=True)
class Guesses:
    """One person's wrong receipt codes."""

    wrong: int = 0
    latest: datetime | None = None
    until: datetime | None = None  # no code is looked up before


def guessed_wrong(guesses: Guesses, now: datetime) -> Guesses:
    """One more wrong code. From the tenth on each begins a wait, twice as long as the last."""
    guesses = _remembered(guesses, now)
    wrong = guesses.wrong + 1
    over = wrong - FREE_GUESSES
    if over < 0:
        return Guesses(wrong, now, guesses.until)
    pause = min(_FIRST_WAIT * 2 ** min(over, 20), _LONGEST_WAIT)
    return Guesses(wrong, now, now + pause)


def _remembered(guesses: Guesses, now: datetime) -> Guesses:
    last = max((one for one in (guesses.latest, guesses.until) if one is not None), default=now)
    return Guesses() if now - last >= _FORGET_GUESSES else guesses


def wait_left(guesses: Guesses, now: datetime) -> timedelta | None:
    """How long no code is looked up yet; None when one may be typed."""
    if guesses.until is None or guesses.until <= now:
        return None
    return guesses.until - now


@dataclass
class _Person:
    flow: Flow = field(default_factory=Flow)
    guesses: Guesses = field(default_factory=Guesses)
    # An event that is tried again (a file is being prepared, the database was busy) counts once.
    counted: str = ""
    verdict: Verdict = Verdict.PASS
    guessed: str = ""


class Paces:
    """The paces of those who wrote lately, safe to share between threads. One a process.

    Bounded: when too many people write, those who have been silent longest are forgotten. The
    key of its hashes lives as long as the process, so that not even a dump of the memory names
    anybody without LINE's id to compare.
    """

    def __init__(self, most_people: int = 20_000) -> None:
        self._most = most_people
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._people: OrderedDict[bytes, _Person] = OrderedDict()

    def of(self, agency_id: int, user: str, event_id: str, now: datetime) -> Pace:
        return Pace(self, self._hashed(agency_id, user), event_id, now)

    def __len__(self) -> int:
        return len(self._people)

    def _hashed(self, agency_id: int, user: str) -> bytes:
        words = f"{agency_id}/{user}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(words, key=self._key, digest_size=16).digest()

    def _person(self, who: bytes) -> _Person:
        """Call it with the lock held, and only to remember something."""
        person = self._people.setdefault(who, _Person())
        self._people.move_to_end(who)
        while len(self._people) > self._most:
            self._people.popitem(last=False)
        return person

    def arrives(self, who: bytes, event_id: str, at: datetime, *, light: bool) -> Verdict:
        with self._lock:
            person = self._person(who)
            if person.counted != event_id:
                person.flow, person.verdict = arrives(person.flow, at, light=light)
                person.counted = event_id
            return person.verdict

    def wrong(self, who: bytes, event_id: str, now: datetime) -> None:
        with self._lock:
            person = self._person(who)
            if person.guessed != event_id:
                person.guesses = guessed_wrong(person.guesses, now)
                person.guessed = event_id

    def wait(self, who: bytes, event_id: str, now: datetime) -> timedelta | None:
        with self._lock:
            person = self._people.get(who)
            if person is None:
                return None
            if person.guessed == event_id:
                # This event's own guess began the wait: tried again, it is answered as before.
                return None
            return wait_left(person.guesses, now)

    def wait_begun(self, who: bytes, now: datetime) -> timedelta | None:
        with self._lock:
            person = self._people.get(who)
            return None if person is None else wait_left(person.guesses, now)


@dataclass(frozen=True)
class Pace:
    """One person's pace, as one event sees it."""

    paces: Paces
    who: bytes
    event_id: str
    now: datetime

    def arrives(self, at: datetime, *, light: bool = False) -> Verdict:
        return self.paces.arrives(self.who, self.event_id, at, light=light)

    def wait(self) -> timedelta | None:
        """How long this person may type no receipt code yet. Ask before looking a code up."""
        return self.paces.wait(self.who, self.event_id, self.now)

    def wrong(self) -> timedelta | None:
        """A code was wrong. The wait that begins with it, if it was one too many."""
        self.paces.wrong(self.who, self.event_id, self.now)
        return self.paces.wait_begun(self.who, self.now)


def nobody() -> Pace:
    """A pace of its own for a turn that has none: whatever it counts is forgotten with it."""
    return Paces(1).of(0, "", "", datetime(1970, 1, 1, tzinfo=UTC))
