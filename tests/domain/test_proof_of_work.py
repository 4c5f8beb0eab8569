from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.proof_of_work import (
    LASTS,
    WAIT,
    Challenge,
    Tide,
    has_waited,
    new_challenge,
    read_signed,
    signed,
    solves,
)

NOON = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)
KEY = b"k" * 32


def answer_of(challenge: Challenge) -> str:
    return next(str(n) for n in range(1_000_000) if solves(challenge, str(n)))


def test_an_answer_is_found_and_few_numbers_are_one() -> None:
    challenge = new_challenge(NOON, bits=8)
    right = [n for n in range(4096) if solves(challenge, str(n))]
    assert 2 <= len(right) <= 50  # 16 are to be expected
    assert not any(solves(Challenge("other", 30, NOON, NOON), str(n)) for n in right)


@pytest.mark.parametrize("answer", ["", "๑๒", "1" * 21, "\ud800", "x\0"])
def test_nonsense_answers_nothing(answer: str) -> None:
    assert not solves(Challenge("seed", 18, NOON, NOON), answer)


def test_a_challenge_comes_back_as_it_was_signed() -> None:
    challenge = new_challenge(NOON.replace(microsecond=12345))
    token = signed(challenge, KEY, "1/draft")
    assert read_signed(token, KEY, "1/draft", NOON) == challenge


def test_it_opens_after_a_minute_and_ends_after_a_quarter_of_an_hour() -> None:
    challenge = new_challenge(NOON)
    assert not has_waited(challenge, NOON + WAIT - timedelta(seconds=1))
    assert has_waited(challenge, NOON + WAIT)
    token = signed(challenge, KEY, "x")
    assert read_signed(token, KEY, "x", NOON + LASTS - timedelta(seconds=1))
    assert read_signed(token, KEY, "x", NOON + LASTS) is None


def test_another_key_and_another_purpose_do_not_open_it() -> None:
    token = signed(new_challenge(NOON), KEY, "1/draft")
    assert read_signed(token, b"q" * 32, "1/draft", NOON) is None
    assert read_signed(token, KEY, "2/draft", NOON) is None


@given(st.text(max_size=200))
def test_no_text_passes_for_a_challenge(token: str) -> None:
    assert read_signed(token, KEY, "1/draft", NOON) is None


@given(st.data())
def test_no_letter_of_it_can_be_changed(data: st.DataObject) -> None:
    token = signed(Challenge("seed", 18, NOON, NOON + LASTS), KEY, "1/draft")
    at = data.draw(st.integers(0, len(token.rstrip("=")) - 2))
    other = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda mark: mark != token[at]))
    changed = token[:at] + other + token[at + 1 :]
    assert read_signed(changed, KEY, "1/draft", NOON) is None


def test_the_tide_rises_with_many_and_falls_with_time() -> None:
    tide = Tide(many=3, within=timedelta(minutes=10))
    for minute in (0, 1):
        tide.note(NOON + timedelta(minutes=minute))
    assert not tide.is_high(NOON + timedelta(minutes=2))
    tide.note(NOON + timedelta(minutes=2))
    assert tide.is_high(NOON + timedelta(minutes=9))
    assert not tide.is_high(NOON + timedelta(minutes=10))


def test_slow_and_steady_is_no_flood() -> None:
    tide = Tide(many=3, within=timedelta(minutes=10))
    for number in range(50):
        at = NOON + timedelta(minutes=6 * number)
        tide.note(at)
        assert not tide.is_high(at)
