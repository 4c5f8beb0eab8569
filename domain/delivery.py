"""How a message goes to LINE or by e-mail, and what the answer means. Pure.

The facts are in LINE's documentation ("Retry failed API requests", "Reply message", "Rate limits")
and in RFC 5321 (replies of a mail server) and RFC 3463 (its enhanced codes).
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
_FIRST_MAIL_PAUSE = timedelta(minutes=1)  # greylisting asks for minutes
_MOST_REPEATS = 5  # of a mail that may have arrived
_UNSET_MAIL_PAUSE = timedelta(hours=1)  # a start with settings does not wait for it

MAIL_NOT_SET_UP = "mail_not_set_up"


class Way(StrEnum):
    REPLY = "reply"  # free, once, within about a minute of the event
    PUSH = "push"  # counts against the month's quota; safe to repeat under one retry key
    EMAIL = "email"  # costs nothing; repeated under one Message-ID


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
    first_push_at: datetime | None  # or the first try by e-mail


@dataclass(frozen=True)
class Answer:
    """What came back. ``status`` None: nothing did; ``reached`` False: LINE cannot have got it."""

    status: int | None
    message: str = ""
    request_id: str | None = None
    accepted_request_id: str | None = None
    reached: bool = True


class MailStep(StrEnum):
    """How far a mail came on its way into a mail server."""

    DOOR = "door"  # connection, greeting, TLS
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    WORDS = "words"


@dataclass(frozen=True)
class MailAnswer:
    """What a mail server said last, and at which step.

    ``status`` None: nothing. ``may_have_arrived``: all of it was sent and nothing came back.
    ``policy``: the server says that the sender is not allowed (an enhanced code 5.7.x).
    """

    step: MailStep
    status: int | None
    policy: bool = False
    may_have_arrived: bool = False


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
    if _tried_for_long(standing, now):
        if standing.ambiguous:
            return Final(OutboxState.UNKNOWN, "retry_key_expired")
        return Final(OutboxState.REFUSED, "gave_up")
    return Way.PUSH


def _tried_for_long(standing: Standing, now: datetime) -> bool:
    """From the first try, not from the beginning: what was held has yet to be tried."""
    started = standing.first_push_at
    return started is not None and now - started >= GIVE_UP_AFTER


def choose_mail(standing: Standing, now: datetime, *, set_up: bool) -> Way | Final | Later:
    """Whether a mail goes out now. Where no mail server is set up it waits, and is not given up."""
    if not set_up:
        return Later(_UNSET_MAIL_PAUSE, MAIL_NOT_SET_UP)
    if _tried_for_long(standing, now):
        if standing.ambiguous:
            return Final(OutboxState.UNKNOWN, "mail_gave_up")
        return Final(OutboxState.REFUSED, "mail_gave_up")
    return Way.EMAIL


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


def judge_mail(standing: Standing, answer: MailAnswer) -> Final | Later:
    """What to record for a mail server's answer, and whether to try again."""
    status, step = answer.status, answer.step
    pause = back_off(standing.attempts, _FIRST_MAIL_PAUSE)
    if status is None and answer.may_have_arrived:
        if standing.ambiguous and standing.attempts >= _MOST_REPEATS:
            # A server that never says yes may have taken every one of them.
            return Final(OutboxState.UNKNOWN, "mail_no_answer")
        return Later(pause, "mail_no_answer", ambiguous=True)
    if status is None:
        return Later(pause, "mail_not_reached")
    if step is MailStep.WORDS and 200 <= status < 300:
        return Final(OutboxState.SENT, "mail_accepted")
    if status < 500:
        return Later(pause, f"mail_later_{status}")
    if step in (MailStep.DOOR, MailStep.LOGIN, MailStep.SENDER) or answer.policy or status == 530:
        # Not the recipient's fault: the office can mend its settings, so nothing is lost.
        return Later(_LONGEST_PAUSE, f"mail_not_allowed_{status}")
    return Final(OutboxState.REFUSED, f"mail_refused_{status}")


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


def back_off(attempts: int, first: timedelta = _FIRST_PAUSE) -> timedelta:
    """2 s, 4 s, 8 s … up to half an hour."""
    doublings: int = 2 ** min(max(attempts - 1, 0), 20)
    return min(first * doublings, _LONGEST_PAUSE)
