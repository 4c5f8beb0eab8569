"""The menu's doors, tapped wherever the guided report stands."""

from __future__ import annotations

from domain.dialogue import PassOn, State
from domain.taps import Move
from tests.domain.talking import WALKS, Talk, in_every_state


@in_every_state
def test_what_needs_no_answer_is_left_to_the_caller(state: State) -> None:
    for move in (Move.HUMAN, Move.NONE_OF_THESE):
        talk = Talk().each(WALKS[state])
        before = talk.dialogue
        talk(move)
        assert (talk.dialogue, talk.effects) == (before, (PassOn(),))


@in_every_state
def test_a_door_that_is_typed_into_never_makes_a_question_an_answer(state: State) -> None:
    for move in (Move.MENU, Move.ASK):
        talk = Talk().each(WALKS[state])
        before = talk.dialogue
        talk(move)
        if state in (State.TRACK, State.KIND):  # nothing was written there: it ends
            assert (talk.dialogue.state, talk.effects) == (State.IDLE, (PassOn(),))
        elif state is State.IDLE:
            assert (talk.dialogue, talk.effects) == (before, (PassOn(),))
        else:
            assert talk.dialogue == before
            assert talk.offered == {Move.CONTINUE, Move.CANCEL}
