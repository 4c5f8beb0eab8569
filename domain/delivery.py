"""How a message goes to LINE, and what LINE's answer means. Pure; the facts are in LINE's
documentation ("Retry failed API requests", "Reply message", "Rate limits").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.states import OutboxState

GIVE_UP_AFTER = timedelta(hours=23)  # LINE remembers a retry key for 24 hours
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=30)
_BAD_TOKEN_PAUSE = timedelta(minutes=10)


class Way(StrEnum):
    REPLY = "reply"  # free, once, within about a minute of the event
    PUSH = "push"  # counts against the month's quota; safe to repeat under one retry key


class Throttle(StrEnum):
    """The four causes of a 429, told apart by LINE's words."""

    QUOTA = "monthly_quota"
    RATE = "rate"
    CONCURRENCY = "concurrency"
    SAME_USER = "same_user"


@dataclass(frozen=True)
class Standing:
    """What is known of a message when it is to be sent, or was just tried."""

    has_token: bool
    token_until: datetime | None
    worth_quota: bool
    must_arrive: bool
    ambiguous: bool  # an earlier attempt may have arrived
    attempts: int  # this one included
    created_at: datetime
    first_push_at: datetime | None


@dataclass(frozen=True)
class Answer:
    """What came back. ``status`` None: nothing did; ``reached`` False: LINE cannot have got it."""

    status: int | None
    message: str = ""
    request_id: str | None = None
    accepted_request_id: str | None = None
    reached: bool = True


@dataclass(frozen=True)
class Final:
    state: OutboxState
    outcome: str


@dataclass(frozen=True)
class Later:
    pause: timedelta
    outcome: str
    ambiguous: bool = False
    token_is_gone: bool = False


def choose_way(standing: Standing, now: datetime) -> Way | Final:
    """Reply while the token lives; push what is worth quota; let go of the rest."""
    if standing.first_push_at is None and standing.has_token:
        if standing.token_until is not None and now < standing.token_until:
            return Way.REPLY
        if standing.ambiguous and not standing.must_arrive:
            # The reply may have arrived. To push it too would say it twice.
            return Final(OutboxState.UNKNOWN, "reply_cut_off")
    if not standing.worth_quota:
        return Final(OutboxState.DROPPED, "reply_token_expired")
    # From the first push, not from the beginning: what was held for quota has yet to be tried.
    started = standing.first_push_at
    if started is not None and now - started >= GIVE_UP_AFTER:
        if standing.ambiguous:
            return Final(OutboxState.UNKNOWN, "retry_key_expired")
        return Final(OutboxState.REFUSED, "gave_up")
    return Way.PUSH


def throttle_of(message: str) -> Throttle:
    """Which of the four a 429 is; what is not recognised is taken for the rate limit."""
    words = message.casefold()
    if "monthly limit" in words:
        return Throttle.QUOTA
    if "concurren" in words:
        return Throttle.CONCURRENCY
    if "same user" in words or "one user" in words or "to the user" in words:
        return Throttle.SAME_USER
    return Throttle.RATE


def judge(way: Way, standing: Standing, answer: Answer) -> Final | Later:
    """What to record for an answer, and whether to try again."""
    status = answer.status
    if status is None:
        outcome = "no_answer" if answer.reached else "not_reached"
        return Later(back_off(standing.attempts), outcome, ambiguous=answer.reached)
    if 200 <= status < 300:
        return Final(OutboxState.SENT, "accepted")
    if status == 409 and way is Way.PUSH:
        return Final(OutboxState.SENT, "accepted_before")
    if status == 429:
        return _throttled(throttle_of(answer.message), standing)
    if status >= 500:
        return Later(back_off(standing.attempts), f"line_error_{status}", ambiguous=True)
    if status == 400 and way is Way.REPLY and "reply token" in answer.message.casefold():
        if standing.ambiguous:
            # The token works once: the attempt that was cut off has used it.
            return Final(OutboxState.SENT, "arrived_before")
        return Later(timedelta(), "reply_token_refused", token_is_gone=True)
    if status in (401, 403):
        # The channel's token is wrong or withdrawn; an officer can mend it, so nothing is lost.
        return Later(_BAD_TOKEN_PAUSE, f"not_authorised_{status}")
    if status == 400 and way is Way.PUSH and "failed to send messages" in answer.message.casefold():
        # LINE's words for who is no friend (any more), and for a group that the account is not in.
        return Final(OutboxState.REFUSED, "recipient_not_reached")
    return Final(OutboxState.REFUSED, f"refused_{status}")


def _throttled(cause: Throttle, standing: Standing) -> Final | Later:
    outcome = f"throttled_{cause.value}"
    if cause is Throttle.QUOTA:
        if standing.ambiguous and not standing.must_arrive:
            # Next month's attempt would go under a new retry key, and might say it twice.
            return Final(OutboxState.UNKNOWN, outcome)
        return Final(OutboxState.HELD, outcome)
    pause = back_off(standing.attempts)
    if cause is Throttle.SAME_USER:
        pause = max(pause, timedelta(minutes=1))
    return Later(pause, outcome)


def back_off(attempts: int) -> timedelta:
    """2 s, 4 s, 8 s … up to half an hour."""
    doublings: int = 2 ** min(max(attempts - 1, 0), 20)
    return min(_FIRST_PAUSE * doublings, _LONGEST_PAUSE)
