"""What is held of a citizen, and deleting it: asked for in the chat, answered there for nothing."""

from __future__ import annotations

from dataclasses import replace

from domain import rights_words as words
from domain import wording
from domain.conversation import AWAY
from domain.dialogue import Dialogue, State
from domain.messages import Message
from domain.rights_words import Right, Tapped
from domain.taps import Move
from handlers.chat.memory import Memory, recall, remember
from handlers.chat.turn import Answer, Turn
from models.erasure import erase, held_of
from models.stored_file import discard_drafted

_NOTHING_WRITTEN = frozenset({State.IDLE, State.OFFERED, State.KIND, State.TRACK})


def asked_for(turn: Turn) -> Answer | None:
    """Answer a message that asks for a right; None for any other."""
    if turn.inbound.message_type != "text":
        return None
    right = words.asked_right(turn.inbound.text)
    if right is None:
        return None
    memory = recall(turn)
    english = words.is_english(turn.inbound.text)
    if _is_writing(turn, memory):
        language = wording.ENGLISH if english else wording.THAI
        choices = wording.choices(language, Move.CONTINUE, Move.CANCEL)
        return _say(words.after_the_report(right, english, choices))
    if right is Right.SEE:
        return _say(words.what_is_held(_held(turn, memory), english))
    if _held(turn, memory).nothing:
        return _say(words.nothing_to_erase(english))
    return _say(words.before_erasing(english, turn.now))


def tapped(turn: Turn) -> Answer:
    """One of the two buttons under the explanation."""
    choice, english = words.read_button(turn.inbound.postback_data, turn.now)
    if choice is None:
        return _say(words.old_button(english))
    if choice is Tapped.KEEP:
        return _say(words.not_erased(english))
    memory = recall(turn)
    if _held(turn, memory).nothing:
        return _say(words.nothing_to_erase(english))
    forget_draft(turn)
    staff = erase(turn.session, turn.agency_id, turn.inbound.user_id, turn.now)
    return _say(words.erased(english, staff))


def forget_draft(turn: Turn) -> None:
    """Wipe an unfinished report and its files; what a member of staff is answering stays."""
    memory = recall(turn)
    discard_drafted(turn.session, turn.agency_id, memory.dialogue.draft.files)
    remember(turn, replace(memory, dialogue=Dialogue()))


def _held(turn: Turn, memory: Memory) -> words.Held:
    draft = memory.dialogue.state not in _NOTHING_WRITTEN
    return held_of(turn.session, turn.agency_id, turn.inbound.user_id, draft=draft)


def _is_writing(turn: Turn, memory: Memory) -> bool:
    """In the middle of a report, and not one that was left lying."""
    dialogue = memory.dialogue
    if dialogue.state in _NOTHING_WRITTEN:
        return False
    return dialogue.touched is None or turn.now - dialogue.touched <= AWAY


def _say(message: Message) -> Answer:
    return Answer([message])
