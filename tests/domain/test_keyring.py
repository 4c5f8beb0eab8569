"""Sealing, blinding and the key file."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.keyring import CannotOpen, KeyRing, KeyRingError

RING = KeyRing.generate()
OTHER = KeyRing.generate()
SECRET = "เลขบัตร 1-0000-00000-00-0".encode()


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_own_context(plain: bytes, context: str) -> None:
    sealed = RING.seal(plain, context)
    assert RING.open(sealed, context) == plain
    assert len(plain) < 8 or plain not in sealed


@pytest.mark.parametrize("elsewhere", ["2/line", "1/outbox", "1/lin", "", "1/line "])
def test_a_value_moved_to_another_agency_or_column_does_not_open(elsewhere: str) -> None:
    with pytest.raises(CannotOpen):
        RING.open(RING.seal(SECRET, "1/line"), elsewhere)


def test_sealing_twice_gives_two_values() -> None:
    assert RING.seal(SECRET, "a") != RING.seal(SECRET, "a")


def test_every_single_damaged_byte_is_noticed() -> None:
    sealed = RING.seal(b"short", "a")
    for place in range(len(sealed)):
        damaged = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(CannotOpen):
            RING.open(damaged, "a")


@settings(max_examples=200)
@given(st.binary(max_size=80))
def test_bytes_that_nobody_sealed_do_not_open(junk: bytes) -> None:
    for value in (junk, b"\x01" + RING.current.encode() + junk):
        with pytest.raises(CannotOpen):
            RING.open(value, "a")


def test_a_shortened_value_does_not_open() -> None:
    sealed = RING.seal(SECRET, "a")
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            RING.open(sealed[:length], "a")


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old = RING.seal(SECRET, "a")
    turned = replace(RING, current=OTHER.current, keys={**RING.keys, **OTHER.keys})
    new = turned.seal(SECRET, "a")
    assert turned.open(old, "a") == turned.open(new, "a") == SECRET
    with pytest.raises(CannotOpen, match=OTHER.current):
        RING.open(new, "a")
    assert turned.blind("U1", "line") == RING.blind("U1", "line")
    assert turned.derive("audit") == RING.derive("audit")


def test_another_installation_s_ring_opens_and_finds_nothing() -> None:
    with pytest.raises(CannotOpen):
        OTHER.open(RING.seal(SECRET, "a"), "a")
    assert OTHER.blind("U1", "line") != RING.blind("U1", "line")


def test_blinding_is_steady_and_depends_on_value_and_context() -> None:
    seen = {RING.blind(value, context) for value in ("a", "b", "\ud800") for context in ("1", "2")}
    assert len(seen) == 6
    assert RING.blind("a", "1") == RING.blind("a", "1")
    assert len(RING.blind("a", "1")) == 16


def test_keys_for_other_purposes_differ_from_each_other_and_from_the_ring_s() -> None:
    derived = {RING.derive("audit"), RING.derive("session")}
    assert len(derived) == 2
    assert not derived & {RING.lookup_key, *RING.keys.values()}


def test_the_key_file_survives_its_journey() -> None:
    assert KeyRing.from_json(RING.to_json()) == RING


def test_no_key_shows_in_what_is_printed_or_raised(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").warning("%s %r", RING, RING)
    with pytest.raises(CannotOpen) as caught:
        RING.open(RING.seal(SECRET, "a"), "b")
    shown = caplog.text + repr(RING) + str(RING) + repr(caught.value)
    kept = json.loads(RING.to_json())
    for secret in (*kept["keys"].values(), kept["lookup"], repr(RING.lookup_key), repr(SECRET)):
        assert secret not in shown


def _file(**changes: object) -> str:
    return json.dumps({**json.loads(RING.to_json()), **changes})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"current": "x"}',
        _file(current="00000000"),
        _file(current=[]),
        _file(current=None),
        _file(keys=[]),
        _file(keys={RING.current: "AAAA"}),
        _file(keys={RING.current: 5}),
        _file(keys={}),
        _file(lookup="AAAA"),
        _file(lookup=None),
        _file(current="short", keys={"short": json.loads(RING.to_json())["lookup"]}),
        _file(current="กขab", keys={"กขab": json.loads(RING.to_json())["lookup"]}),
    ],
    ids=range(15),  # the keys are random: processes of one run must agree on the names
)
def test_a_malformed_key_file_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(KeyRingError, match="key"):
        KeyRing.from_json(text)
