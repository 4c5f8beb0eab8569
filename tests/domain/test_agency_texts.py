"""An agency's own words: whatever is stored, something can be said; what is saved, fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agency_texts import BY_KEY, TEXTS, BadText, checked, kind_of_receipt, spoken
from domain.limits import utf16_units

KEYS = st.sampled_from(sorted(BY_KEY))


@given(KEYS, st.none() | st.text(), st.text(), st.text())
def test_whatever_is_stored_something_is_said_and_it_is_never_endless(
    key: str, own: str | None, agency: str, hours: str
) -> None:
    said = spoken(key, own, agency=agency, hours=hours)
    assert utf16_units(said) <= 2 * BY_KEY[key].most


@given(KEYS, st.text(alphabet="{}ag\n \x00\ud800ก.!0", max_size=60))
def test_whatever_is_saved_has_known_placeholders_alone_and_no_control_letters(
    key: str, typed: str
) -> None:
    words = BY_KEY[key]
    try:
        kept = checked(words, typed)
    except BadText:
        return
    assert checked(words, kept) == kept
    assert "\x00" not in kept
    assert kept.encode() is not None  # raises for a lone surrogate
    filled = spoken(key, kept, agency="เทศบาล", hours="08:30–16:30 น.")
    assert "{" not in filled
    assert utf16_units(kept) <= words.most


def test_a_name_with_braces_is_said_as_it_is() -> None:
    said = spoken("greeting", "ที่{agency}", agency="อบต.{hours}", hours="x")
    assert said == "ที่อบต.{hours}"


def test_thai_and_english_names_of_places_say_the_same() -> None:
    for text in ("{agency} {hours}", "{หน่วยงาน} {เวลาทำการ}"):
        assert checked(BY_KEY["greeting"], text) == text
        assert spoken("greeting", text, agency="อบต.", hours="8 โมง") == "อบต. 8 โมง"


@pytest.mark.parametrize(
    ("kind", "anonymous", "key"),
    [
        ("corruption", True, "receipt_anonymous"),
        ("request", True, "receipt_anonymous"),
        ("request", False, "receipt_request"),
        ("corruption", False, "receipt"),
        ("suggestion", False, "receipt"),
    ],
)
def test_each_receipt_has_its_opening(kind: str, anonymous: bool, key: str) -> None:
    assert kind_of_receipt(kind, anonymous=anonymous) == key
    assert key in {one.key for one in TEXTS}
