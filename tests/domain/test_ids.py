"""Identifiers: receipt codes that find their typing errors, and ids in the order of time."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import (
    new_receipt_code,
    random_id,
    read_receipt_code,
    receipt_code_is_sound,
    show_receipt_code,
    time_ordered_id,
)

CODES = ["0" * 16, *(new_receipt_code() for _ in range(20))]


def test_a_new_code_has_sixteen_digits_and_is_sound() -> None:
    for _ in range(500):
        code = new_receipt_code()
        assert read_receipt_code(code) == code
        assert receipt_code_is_sound(code)


def test_a_thousand_codes_are_a_thousand_codes() -> None:
    assert len({new_receipt_code() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("code", CODES, ids=range(len(CODES)))  # random: no names of theirs
def test_every_single_wrong_digit_is_found(code: str) -> None:
    assert receipt_code_is_sound(code)
    for place in range(16):
        for digit in "0123456789":
            wrong = code[:place] + digit + code[place + 1 :]
            assert receipt_code_is_sound(wrong) == (wrong == code)


@pytest.mark.parametrize("code", CODES, ids=range(len(CODES)))  # random: no names of theirs
def test_every_swap_of_neighbours_is_found(code: str) -> None:
    for place in range(15):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert receipt_code_is_sound(swapped) == (swapped == code)


@pytest.mark.parametrize(
    "typed",
    [
        "1234 5678 9012 3456",
        "1234-5678-9012-3456",
        "1234–5678—9012.3456",
        "๑๒๓๔ ๕๖๗๘ ๙๐๑๒ ๓๔๕๖",
        " 1234567890123456\n",
        "12\u200b34567890123456",
        "1234 ๕๖๗๘ 9012 3456",
    ],
)
def test_codes_are_read_as_people_write_them(typed: str) -> None:
    assert read_receipt_code(typed) == "1234567890123456"


@pytest.mark.parametrize(
    "typed", ["", "123", "1" * 15, "1" * 17, "a" * 16, "รหัส 1234567890123456", "²" * 16, "１" * 16]
)
def test_what_is_no_code_is_not_read_as_one(typed: str) -> None:
    assert read_receipt_code(typed) is None


@given(st.text(max_size=30))
def test_reading_never_raises_and_gives_sixteen_digits_or_nothing(text: str) -> None:
    code = read_receipt_code(text)
    assert code is None or (len(code) == 16 and isinstance(receipt_code_is_sound(code), bool))


def test_a_shown_code_is_grouped_by_four_and_read_again() -> None:
    assert show_receipt_code("1234567890123456") == "1234 5678 9012 3456"
    for code in CODES:
        assert read_receipt_code(show_receipt_code(code)) == code


def test_ids_sort_in_the_order_of_their_making_even_while_the_clock_stands() -> None:
    with time_machine.travel(time.time(), tick=False):
        made = [time_ordered_id() for _ in range(5000)]
    assert made == sorted(set(made))


def test_ids_sort_on_also_when_the_clock_is_set_back() -> None:
    before = time_ordered_id()
    with time_machine.travel(time.time() - 3600, tick=False):
        assert time_ordered_id() > before


def test_ids_made_in_many_threads_are_never_the_same_and_each_thread_s_are_in_order() -> None:
    made: list[list[uuid.UUID]] = []

    def make() -> None:
        made.append([time_ordered_id() for _ in range(500)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(ids == sorted(ids) for ids in made)
    assert len({one for ids in made for one in ids}) == 2000


def test_ids_are_what_the_rfc_says() -> None:
    ordered = time_ordered_id()
    assert (ordered.version, ordered.variant) == (7, uuid.RFC_4122)
    assert abs((ordered.int >> 80) / 1000 - time.time()) < 3600
    assert random_id().version == 4
