"""What a mail server's answer means: the whole table, and whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery import (
    GIVE_UP_AFTER,
    MAIL_NOT_SET_UP,
    Final,
    Later,
    MailAnswer,
    MailStep,
    Standing,
    Way,
    choose_mail,
    judge_mail,
)
from domain.states import OutboxState

NOW = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)
NEW = Standing(
    has_token=False,
    token_until=None,
    worth_quota=True,
    must_arrive=False,
    ambiguous=False,
    attempts=1,
    created_at=NOW - timedelta(days=40),
    first_push_at=None,
)
TRIED = replace(NEW, first_push_at=NOW - timedelta(hours=22))
OLD = replace(NEW, first_push_at=NOW - GIVE_UP_AFTER)
MINUTE, HALF_HOUR = timedelta(minutes=1), timedelta(minutes=30)


@pytest.mark.parametrize(
    ("standing", "set_up", "expected"),
    [
        (NEW, True, Way.EMAIL),
        (TRIED, True, Way.EMAIL),
        (OLD, True, Final(OutboxState.REFUSED, "mail_gave_up")),
        (replace(OLD, ambiguous=True), True, Final(OutboxState.UNKNOWN, "mail_gave_up")),
        (NEW, False, Later(timedelta(hours=1), MAIL_NOT_SET_UP)),
        (OLD, False, Later(timedelta(hours=1), MAIL_NOT_SET_UP)),
    ],
)
def test_a_mail_goes_waits_or_is_given_up(
    standing: Standing, set_up: bool, expected: Way | Final | Later
) -> None:
    assert choose_mail(standing, NOW, set_up=set_up) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (MailAnswer(MailStep.WORDS, 250), Final(OutboxState.SENT, "mail_accepted")),
        (MailAnswer(MailStep.DOOR, None), Later(MINUTE, "mail_not_reached")),
        (MailAnswer(MailStep.RECIPIENT, None), Later(MINUTE, "mail_not_reached")),
        (
            MailAnswer(MailStep.WORDS, None, may_have_arrived=True),
            Later(MINUTE, "mail_no_answer", ambiguous=True),
        ),
        (MailAnswer(MailStep.DOOR, 421), Later(MINUTE, "mail_later_421")),
        (MailAnswer(MailStep.RECIPIENT, 450), Later(MINUTE, "mail_later_450")),
        (MailAnswer(MailStep.WORDS, 452), Later(MINUTE, "mail_later_452")),
        (MailAnswer(MailStep.DOOR, 554), Later(HALF_HOUR, "mail_not_allowed_554")),
        (MailAnswer(MailStep.LOGIN, 535), Later(HALF_HOUR, "mail_not_allowed_535")),
        (MailAnswer(MailStep.SENDER, 550), Later(HALF_HOUR, "mail_not_allowed_550")),
        (MailAnswer(MailStep.RECIPIENT, 530), Later(HALF_HOUR, "mail_not_allowed_530")),
        (
            MailAnswer(MailStep.RECIPIENT, 554, policy=True),
            Later(HALF_HOUR, "mail_not_allowed_554"),
        ),
        (
            MailAnswer(MailStep.RECIPIENT, 550),
            Final(OutboxState.REFUSED, "mail_refused_550"),
        ),
        (MailAnswer(MailStep.WORDS, 552), Final(OutboxState.REFUSED, "mail_refused_552")),
    ],
)
def test_the_meaning_of_a_mail_server_s_answer(answer: MailAnswer, expected: Final | Later) -> None:
    assert judge_mail(NEW, answer) == expected


def test_a_mail_that_may_have_arrived_is_not_repeated_for_ever() -> None:
    silence = MailAnswer(MailStep.WORDS, None, may_have_arrived=True)
    again = replace(NEW, ambiguous=True, attempts=4)
    assert isinstance(judge_mail(again, silence), Later)
    unknown = Final(OutboxState.UNKNOWN, "mail_no_answer")
    assert judge_mail(replace(again, attempts=5), silence) == unknown
    assert isinstance(judge_mail(replace(NEW, attempts=5), silence), Later)


def test_pauses_grow_from_a_minute_to_half_an_hour() -> None:
    later = MailAnswer(MailStep.RECIPIENT, 450)
    pauses = [judge_mail(replace(NEW, attempts=one), later) for one in range(1, 8)]
    assert [one.pause.total_seconds() / 60 for one in pauses if isinstance(one, Later)] == [
        *(1, 2, 4, 8, 16, 30, 30)
    ]


@given(
    st.sampled_from(MailStep),
    st.one_of(st.none(), st.integers(200, 599)),
    st.booleans(),
    st.booleans(),
    st.integers(1, 60),
)
def test_whatever_a_server_says_only_its_yes_is_a_yes_and_only_silence_is_ambiguous(
    step: MailStep, status: int | None, policy: bool, arrived: bool, attempts: int
) -> None:
    arrived = arrived and status is None
    verdict = judge_mail(replace(NEW, attempts=attempts), MailAnswer(step, status, policy, arrived))
    yes = step is MailStep.WORDS and status is not None and status < 300
    if isinstance(verdict, Final):
        assert (verdict.state is OutboxState.SENT) == yes
        assert verdict.state in (OutboxState.SENT, OutboxState.REFUSED)
        assert len(verdict.outcome) <= 60
    else:
        assert not yes
        assert MINUTE <= verdict.pause <= HALF_HOUR
        assert verdict.ambiguous == arrived
