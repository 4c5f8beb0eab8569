"""LINE's two ways of counting: UTF-16 units for texts, grapheme clusters for labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.limits import clusters, cut_to_units, shorten, utf16_units

# Written by hand, after UAX 29.
THAI = {
    "กำ": ["กำ"],
    "น้ำ": ["น้ำ"],
    "ที่นี่": ["ที่", "นี่"],
    "เก็บ": ["เ", "ก็", "บ"],
    "ผู้ใหญ่": ["ผู้", "ใ", "ห", "ญ่"],
    "แจ้งเรื่อง": ["แ", "จ้", "ง", "เ", "รื่", "อ", "ง"],
}
FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize("word", THAI)
def test_thai_vowels_and_tone_marks_stay_with_their_consonant(word: str) -> None:
    assert clusters(word) == THAI[word]


def test_a_joined_emoji_and_its_variations_are_one() -> None:
    assert clusters(FAMILY) == [FAMILY]
    assert clusters("❤️") == ["❤️"]


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("abc", 3), ("น้ำ", 3), ("😀", 2), (FAMILY, 8), ("\ud800", 1)]
)
def test_units_are_counted_as_utf_16_does(text: str, units: int) -> None:
    assert utf16_units(text) == units


@given(st.text(st.characters(), max_size=60))
def test_clusters_are_the_text_again(text: str) -> None:
    assert "".join(clusters(text)) == text


@given(st.text(max_size=60), st.integers(1, 30))
def test_a_shortened_label_is_never_too_long_and_says_that_it_was_cut(text: str, most: int) -> None:
    short = shorten(text, most)
    whole = " ".join(text.split())
    assert len(clusters(short)) <= most
    assert short == whole or short.endswith("…")


@given(st.text(alphabet="กำน้ ที่😀" + FAMILY, max_size=60), st.integers(1, 30))
def test_a_text_is_cut_to_its_units_and_never_within_a_cluster(text: str, most: int) -> None:
    cut = cut_to_units(text, most)
    assert utf16_units(cut) <= most
    if cut != text:
        kept = clusters(cut.removesuffix("…"))
        assert kept == clusters(text)[: len(kept)]


def test_what_fits_is_left_as_it_is() -> None:
    assert cut_to_units("ก" * 5000, 5000) == "ก" * 5000
    assert cut_to_units("ก" * 5001, 5000) == "ก" * 4999 + "…"
    assert cut_to_units("😀" * 2501, 5000) == "😀" * 2499 + "…"
    assert shorten("ติดต่อเจ้าหน้าที่", 20) == "ติดต่อเจ้าหน้าที่"
    assert shorten("น้ำน้ำน้ำ", 2) == "น้ำ…"
