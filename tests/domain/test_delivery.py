"""How a message goes to LINE, and what LINE's answer means: the whole table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.delivery import (
    GIVE_UP_AFTER,
    Answer,
    Final,
    Later,
    Standing,
    Throttle,
    Way,
    back_off,
    choose_way,
    judge,
    throttle_of,
)
from domain.states import OutboxState

NOW = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)
FRESH = Standing(
    has_token=True,
    token_until=NOW + timedelta(seconds=50),
    worth_quota=True,
    must_arrive=False,
    ambiguous=False,
    attempts=1,
    created_at=NOW,
    first_push_at=None,
)
CHEAP = replace(FRESH, worth_quota=False)
SPENT = replace(FRESH, token_until=NOW - timedelta(seconds=1))
PUSHED = replace(SPENT, first_push_at=NOW - timedelta(hours=1), attempts=4)
DUE = {"must_arrive": True}
OLD = NOW - GIVE_UP_AFTER


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        pytest.param(FRESH, Way.REPLY, id="while the token lives it is a reply"),
        pytest.param(CHEAP, Way.REPLY, id="also where a push would cost too much"),
        pytest.param(
            replace(FRESH, ambiguous=True),
            Way.REPLY,
            id="a reply that was cut off is a reply again",
        ),
        pytest.param(SPENT, Way.PUSH, id="after the token a push"),
        pytest.param(
            replace(FRESH, token_until=NOW),
            Way.PUSH,
            id="to the second: the token's end is its end",
        ),
        pytest.param(
            replace(FRESH, has_token=False, token_until=None), Way.PUSH, id="without a token a push"
        ),
        pytest.param(
            replace(CHEAP, has_token=False, token_until=None),
            Final(OutboxState.DROPPED, "reply_token_expired"),
            id="what is not worth quota is let go",
        ),
        pytest.param(
            replace(SPENT, ambiguous=True),
            Final(OutboxState.UNKNOWN, "reply_cut_off"),
            id="a reply that may have arrived is not pushed",
        ),
        pytest.param(replace(SPENT, ambiguous=True, **DUE), Way.PUSH, id="unless it must arrive"),
        pytest.param(PUSHED, Way.PUSH, id="a push is a push again"),
        pytest.param(
            replace(PUSHED, ambiguous=True), Way.PUSH, id="also where it may have arrived"
        ),
        pytest.param(
            replace(FRESH, first_push_at=NOW), Way.PUSH, id="what was pushed is not replied after"
        ),
        pytest.param(
            replace(PUSHED, first_push_at=OLD),
            Final(OutboxState.REFUSED, "gave_up"),
            id="after 23 hours of trying we give up",
        ),
        pytest.param(
            replace(PUSHED, first_push_at=OLD + timedelta(seconds=1)), Way.PUSH, id="not before"
        ),
        pytest.param(
            replace(PUSHED, first_push_at=OLD, ambiguous=True, **DUE),
            Final(OutboxState.UNKNOWN, "retry_key_expired"),
            id="and say so where it may have arrived",
        ),
        pytest.param(
            replace(SPENT, created_at=NOW - timedelta(days=20)),
            Way.PUSH,
            id="what was held for weeks and never tried is tried",
        ),
    ],
)
def test_the_way_of_a_message(standing: Standing, expected: Way | Final) -> None:
    assert choose_way(standing, NOW) == expected


REFUSED_TOKEN = '{"message":"Invalid reply token"}'
TWO_SECONDS = timedelta(seconds=2)
ACCEPTED = Final(OutboxState.SENT, "accepted")


@pytest.mark.parametrize(
    ("way", "standing", "answer", "expected"),
    [
        (Way.REPLY, FRESH, Answer(200), ACCEPTED),
        (Way.PUSH, PUSHED, Answer(200), ACCEPTED),
        (Way.PUSH, PUSHED, Answer(202), ACCEPTED),
        (Way.PUSH, PUSHED, Answer(409), Final(OutboxState.SENT, "accepted_before")),
        (Way.REPLY, FRESH, Answer(409), Final(OutboxState.REFUSED, "refused_409")),
        (Way.PUSH, PUSHED, Answer(400), Final(OutboxState.REFUSED, "refused_400")),
        (Way.REPLY, FRESH, Answer(400, "bad flex"), Final(OutboxState.REFUSED, "refused_400")),
        (Way.PUSH, PUSHED, Answer(404), Final(OutboxState.REFUSED, "refused_404")),
        (Way.PUSH, PUSHED, Answer(410), Final(OutboxState.REFUSED, "refused_410")),
        (Way.PUSH, PUSHED, Answer(413), Final(OutboxState.REFUSED, "refused_413")),
        (Way.PUSH, PUSHED, Answer(302), Final(OutboxState.REFUSED, "refused_302")),
        # A reply token works once, for about a minute.
        (
            Way.REPLY,
            FRESH,
            Answer(400, REFUSED_TOKEN),
            Later(timedelta(), "reply_token_refused", token_is_gone=True),
        ),
        (
            Way.REPLY,
            replace(FRESH, ambiguous=True),
            Answer(400, REFUSED_TOKEN),
            Final(OutboxState.SENT, "arrived_before"),
        ),
        (Way.PUSH, PUSHED, Answer(400, REFUSED_TOKEN), Final(OutboxState.REFUSED, "refused_400")),
        # LINE's own trouble, and none of ours.
        (
            Way.REPLY,
            FRESH,
            Answer(500),
            Later(TWO_SECONDS, "line_error_500", ambiguous=True),
        ),
        (
            Way.PUSH,
            replace(PUSHED, attempts=3),
            Answer(503),
            Later(timedelta(seconds=8), "line_error_503", ambiguous=True),
        ),
        (Way.PUSH, FRESH, Answer(None), Later(TWO_SECONDS, "no_answer", ambiguous=True)),
        (Way.REPLY, FRESH, Answer(None), Later(TWO_SECONDS, "no_answer", ambiguous=True)),
        (Way.PUSH, FRESH, Answer(None, reached=False), Later(TWO_SECONDS, "not_reached")),
        (Way.REPLY, FRESH, Answer(None, reached=False), Later(TWO_SECONDS, "not_reached")),
        # An officer can mend the channel's token.
        (Way.PUSH, PUSHED, Answer(401), Later(timedelta(minutes=10), "not_authorised_401")),
        (Way.REPLY, FRESH, Answer(403), Later(timedelta(minutes=10), "not_authorised_403")),
        # The four causes of a 429.
        (Way.PUSH, FRESH, Answer(429, "rate"), Later(TWO_SECONDS, "throttled_rate")),
        (
            Way.PUSH,
            FRESH,
            Answer(429, "Too many concurrent requests."),
            Later(TWO_SECONDS, "throttled_concurrency"),
        ),
        (
            Way.PUSH,
            FRESH,
            Answer(429, "You have sent too many messages to the same user."),
            Later(timedelta(minutes=1), "throttled_same_user"),
        ),
        (
            Way.PUSH,
            replace(PUSHED, attempts=30),
            Answer(429, "You have sent too many messages to the same user."),
            Later(timedelta(minutes=30), "throttled_same_user"),
        ),
        (
            Way.PUSH,
            PUSHED,
            Answer(429, "You have reached your monthly limit."),
            Final(OutboxState.HELD, "throttled_monthly_quota"),
        ),
        (
            Way.PUSH,
            replace(PUSHED, ambiguous=True, must_arrive=True),
            Answer(429, "You have reached your monthly limit."),
            Final(OutboxState.HELD, "throttled_monthly_quota"),
        ),
        (
            Way.PUSH,
            replace(PUSHED, ambiguous=True),
            Answer(429, "You have reached your monthly limit."),
            Final(OutboxState.UNKNOWN, "throttled_monthly_quota"),
        ),
    ],
)
def test_the_meaning_of_an_answer(
    way: Way, standing: Standing, answer: Answer, expected: Final | Later
) -> None:
    assert judge(way, standing, answer) == expected


@pytest.mark.parametrize("way", Way)
def test_every_status_is_judged_and_only_line_s_own_trouble_is_ambiguous(way: Way) -> None:
    for status in range(200, 600):
        verdict = judge(way, FRESH, Answer(status))
        if isinstance(verdict, Later):
            assert status >= 500 or status in (401, 403, 429)
            assert verdict.ambiguous == (status >= 500)
            assert verdict.pause >= TWO_SECONDS
        else:
            accepted = status < 300 or (status == 409 and way is Way.PUSH)
            assert (verdict.state is OutboxState.SENT) == accepted


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("You have reached your monthly limit.", Throttle.QUOTA),
        ('{"message":"You have reached your monthly limit."}', Throttle.QUOTA),
        ("The API rate limit has been exceeded. Try again later.", Throttle.RATE),
        ("Concurrent requests limit exceeded", Throttle.CONCURRENCY),
        ("Too many messages to the same user", Throttle.SAME_USER),
        ("something new of August 2027", Throttle.RATE),
        ("", Throttle.RATE),
    ],
)
def test_the_causes_of_a_429_are_told_apart_by_line_s_words(message: str, cause: Throttle) -> None:
    assert throttle_of(message) is cause


def test_pauses_double_and_stop_growing_at_half_an_hour() -> None:
    pauses = [back_off(attempts).total_seconds() for attempts in range(1, 13)]
    assert pauses[:5] == [2, 4, 8, 16, 32]
    assert pauses[-2:] == [1800, 1800]
    assert back_off(0) == TWO_SECONDS
    assert back_off(10_000) == timedelta(minutes=30)
