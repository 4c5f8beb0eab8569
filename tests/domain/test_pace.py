"""Floods and guessed codes: rules that hold for any pace of any person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.pace import (
    FREE_GUESSES,
    WINDOW,
    Flow,
    Guesses,
    Paces,
    Verdict,
    arrives,
    guessed_wrong,
    wait_left,
)

START = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
gaps = st.lists(st.floats(0, 90).map(lambda seconds: timedelta(seconds=seconds)), max_size=150)


def write(pauses: list[timedelta], *, light: bool = False) -> tuple[Flow, list[Verdict]]:
    flow, now, verdicts = Flow(), START, []
    for pause in pauses:
        now += pause
        flow, verdict = arrives(flow, now, light=light)
        verdicts.append(verdict)
    return flow, verdicts


def test_twenty_messages_in_a_minute_pass_and_the_next_is_told_once() -> None:
    _, verdicts = write([SECOND] * 30)
    assert verdicts == [Verdict.PASS] * 20 + [Verdict.TELL] + [Verdict.QUIET] * 9


def test_an_album_at_once_passes() -> None:
    _, verdicts = write([timedelta()] * 40, light=True)
    assert set(verdicts) == {Verdict.PASS}


def test_after_a_minutes_rest_one_is_heard_again() -> None:
    flow, _ = write([SECOND] * 25)
    assert arrives(flow, START + timedelta(seconds=25) + WINDOW)[1] is Verdict.PASS


@given(gaps)
def test_whoever_writes_at_most_twenty_a_minute_is_never_told(pauses: list[timedelta]) -> None:
    _, verdicts = write([max(pause, timedelta(seconds=3.1)) for pause in pauses])
    assert set(verdicts) <= {Verdict.PASS}


@given(gaps, st.booleans())
def test_one_is_told_before_any_silence_and_only_once_a_flood(
    pauses: list[timedelta], light: bool
) -> None:
    _, verdicts = write(pauses, light=light)
    muted = False
    for verdict in verdicts:
        assert (verdict is Verdict.QUIET) == (muted and verdict is not Verdict.PASS)
        muted = verdict is not Verdict.PASS


@given(st.lists(st.floats(-500, 500), max_size=200))
def test_what_is_remembered_stays_small_in_any_order_of_times(seconds: list[float]) -> None:
    flow = Flow()
    for offset in seconds:
        flow, _ = arrives(flow, START + timedelta(seconds=offset))
    assert len(flow.recent) <= 61


@given(st.lists(st.floats(0, 3600), min_size=1, max_size=60))
def test_nobody_waits_before_the_tenth_wrong_code_and_never_shorter_than_before(
    pauses: list[float],
) -> None:
    guesses, now, longest = Guesses(), START, timedelta()
    for number, pause in enumerate(pauses, start=1):
        now += timedelta(seconds=pause)
        guesses = guessed_wrong(guesses, now)
        left = wait_left(guesses, now)
        assert (left is None) == (number < FREE_GUESSES)
        if left is not None:
            assert left >= longest
            longest = left
            now += left
            assert wait_left(guesses, now) is None


def test_waits_double_and_are_forgotten_after_a_quiet_day() -> None:
    guesses, now, waits = Guesses(), START, []
    for _ in range(FREE_GUESSES + 2):
        guesses = guessed_wrong(guesses, now)
        left = wait_left(guesses, now)
        if left is not None:
            waits.append(left / timedelta(minutes=1))
            now += left
    assert waits == [5, 10, 20]
    assert guessed_wrong(guesses, now + timedelta(days=2)).wrong == 1


def test_an_event_that_is_tried_again_counts_once() -> None:
    paces = Paces()
    for _ in range(50):
        pace = paces.of(1, "U1", "event", START)
        assert pace.arrives(START) is Verdict.PASS
        assert pace.wait() is None
        assert pace.wrong() is None


def test_people_and_agencies_are_counted_apart() -> None:
    paces = Paces()
    for number in range(FREE_GUESSES):
        paces.of(1, "U1", f"event {number}", START).wrong()
    assert paces.of(1, "U1", "later", START).wait() == timedelta(minutes=5)
    assert paces.of(2, "U1", "later", START).wait() is None
    assert paces.of(1, "U2", "later", START).wait() is None


def test_memory_is_bounded_and_the_longest_silent_go_first() -> None:
    paces = Paces(most_people=3)
    for number in range(10):
        paces.of(1, f"U{number}", "event", START).arrives(START)
    assert len(paces) == 3
    # Looking does not remember anybody.
    paces.of(1, "U99", "event", START).wait()
    assert len(paces) == 3
