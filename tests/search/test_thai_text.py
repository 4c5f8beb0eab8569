import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.digits import thai_digits
from domain.thai_text import (
    char_ngrams,
    graphemes,
    normalise,
    strip_tones,
    words,
)

# Any code point at all, lone surrogates too, and Thai letters in any order.
anything = st.text(st.characters(exclude_categories=()), max_size=60) | st.text(
    "กขเแโใไะาำัิีึืุู่้๊๋์็ํๆฯ๑๒ ab\u200b\u200d\ud800", max_size=40
)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("นํ้าประปา", "น้ำประปา"),
        ("น้ําประปา", "น้ำประปา"),
        ("ท่ีดิน", "ที่ดิน"),
        ("เเจ้ง", "แจ้ง"),
        ("ปี ๒๕๖๖", "ปี 2566"),
        ("ขยะ\u200bล้น", "ขยะล้น"),
        ("มากกกกก", "มาก"),
        ("  LINE\n\tOA ", "line oa"),
        ("ก\ud800ข", "ก ข"),
    ],
)
def test_what_people_type_is_brought_to_one_spelling(typed: str, clean: str) -> None:
    assert normalise(typed) == clean


@given(anything)
def test_nothing_makes_the_text_functions_raise(text: str) -> None:
    clean = normalise(text)
    assert normalise(clean) == clean
    for word in words(text):
        assert word.strip()
    char_ngrams(strip_tones(text))
    thai_digits(text)
    assert 0 <= graphemes(text) <= len(text)


@given(anything)
def test_words_lose_no_letter_of_a_normalised_text(text: str) -> None:
    clean = normalise(text)
    assert "".join("".join(words(clean)).split()) == "".join(clean.split())


@pytest.mark.parametrize("unit", ["ก", "๕", "่", "ตากลม", "มา", "a1", "😀", "เ", "ฮ์", "\ud800"])
def test_ten_thousand_characters_of_anything_are_split(unit: str) -> None:
    text = (unit * 10_000)[:10_000]
    assert isinstance(words(normalise(text)), list)
    assert isinstance(words(text), list)


def test_digits_of_official_documents_are_thai() -> None:
    assert thai_digits("ข้อ 12/2566") == "ข้อ ๑๒/๒๕๖๖"


def test_a_reader_sees_one_character_where_marks_are_stacked() -> None:
    assert graphemes("ที่นี่") == 2
    assert graphemes("👍🏽") == 1
