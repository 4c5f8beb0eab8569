"""Addresses that people type."""

from __future__ import annotations

import pytest

from domain.addresses import LONGEST_EMAIL, chat_link, read_email

pytestmark = pytest.mark.any_engine


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("saraban@example.go.th", "saraban@example.go.th"),
        (" Saraban_01@Mail.Example.GO.TH\n", "saraban_01@mail.example.go.th"),
        ("a.b-c+d%e@x-1.co", "a.b-c+d%e@x-1.co"),
        ("1@2.th", "1@2.th"),
    ],
)
def test_an_address_is_read_in_small_letters(typed: str, address: str) -> None:
    assert read_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        *("", "@", "a", "a@", "@b.th", "a@b", "a@b.", "a@.th", "a@b..th", "a@b.1", "a@-b.th"),
        *("a@b-.th", ".a@b.th", "a.@b.th", "a..b@b.th", "a b@b.th", "a@b@c.th", "a@[127.0.0.1]"),
        *("a@b.th,c@d.th", "a@b.th;c@d.th", "<a@b.th>", '"a b"@c.th', "a@b.th\r\nBcc: c@d.th"),
        *("ก@b.th", "a@เทศบาล.th", "a@b.ไทย", "a@b\u2024th", "a\0@b.th", "٣@b.th", "a@b.th\u212a"),
        *("a" * 65 + "@b.th", "a@" + "b" * 64 + ".th", "a@" + "b." * LONGEST_EMAIL + "th"),
    ],
)
def test_what_is_no_plain_address_is_refused(typed: str) -> None:
    assert read_email(typed) is None


def test_a_chat_link_keeps_whatever_is_typed_in_its_place() -> None:
    assert chat_link("@123abcde", "PS-ABCDE-FGHJK") == (
        "https://line.me/R/oaMessage/%40123abcde/?PS-ABCDE-FGHJK"
    )
    assert chat_link("@ก/?", "ก &#/?") == (
        "https://line.me/R/oaMessage/%40%E0%B8%81%2F%3F/?%E0%B8%81%20%26%23%2F%3F"
    )
