"""What is kept in the outbox, and what buttons send back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.messages import (
    Choice,
    Digest,
    DigestTicket,
    DueItem,
    Fact,
    Menu,
    Message,
    Slip,
    Text,
    from_json,
    to_json,
)
from domain.taps import Move, move_data, read_move

words = st.text(max_size=20)
choices = st.lists(
    st.builds(
        Choice,
        label=words,
        data=st.none() | words,
        say=st.none() | words,
        opens=st.sampled_from([None, "camera", "camera_roll", "location", "date"]),
    ),
    max_size=3,
).map(tuple)
facts = st.lists(st.builds(Fact, name=words, value=words), max_size=3).map(tuple)
items = st.builds(
    DueItem,
    title=words,
    code=st.none() | words,
    division=words,
    due=words,
    lateness=words,
    late=st.booleans(),
    choices=choices,
)
digests = st.builds(
    Digest,
    heading=words,
    items=st.lists(items, max_size=3).map(tuple),
    more=st.integers(0, 500),
)
messages = st.one_of(
    st.builds(Text, text=words, choices=choices),
    st.builds(Menu, title=words, text=words, choices=choices),
    st.builds(
        Slip,
        title=words,
        code=st.none() | words,
        facts=facts,
        note=words,
        choices=choices,
        buttons=choices,
    ),
    digests,
    st.builds(DigestTicket, digest_id=words, frozen=st.none() | digests),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(messages, max_size=5))
def test_every_message_survives_its_journey_through_the_outbox(said: list[Message]) -> None:
    assert from_json(to_json(said)) == said


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b'[{"type":"poem","text":"x"}]',
        b'[{"text":"x"}]',
        b'[{"type":"text","text":"x","colour":"red"}]',
        b'[{"type":"text"}]',
    ],
)
def test_what_is_no_list_of_messages_is_refused(raw: bytes) -> None:
    with pytest.raises(ValidationError):
        from_json(raw)


def test_a_message_cannot_be_changed_after_it_was_made() -> None:
    with pytest.raises(ValidationError):
        Text(text="a").text = "b"  # type: ignore[misc]


@pytest.mark.parametrize("move", Move)
def test_every_move_survives_its_journey_through_a_button(move: Move) -> None:
    assert read_move(move_data(move)) is move
    assert len(move_data(move)) <= 300


@pytest.mark.parametrize(
    "data", ["", "c:", "c", "c:fly", "C:back", "t:back", "back", " c:back", "c:back "]
)
def test_forged_moves_are_none(data: str) -> None:
    assert read_move(data) is None


@given(st.text(st.characters(), max_size=30))
def test_reading_a_move_never_raises(data: str) -> None:
    assert read_move(data) is None or data == move_data(read_move(data) or Move.BACK)
    assert read_move("c:" + data) is None or data in set(Move)
