"""What a button sends back (LINE's postback data, at most 300 characters).

``c:`` moves the conversation and is the same for everyone; ``t:``, ``q:``, ``d:`` and ``l:`` carry
a sealed token, ``k:`` a verb and a sealed case, ``e:`` what somebody wants done with their own
data.
"""

from __future__ import annotations

from enum import StrEnum

MOVE = "c:"
TOKEN = "t:"  # noqa: S105 (a prefix, not a secret)
CHOOSE = "a:"
CASE = "k:"  # what the holder of a receipt code does with the case
USEFUL = "u:"  # was an answer useful
LINK = "l:"  # link or unlink an account or a group
ANSWER = "q:"  # an officer answers a question; a sealed token follows
DECIDE = "d:"  # a wish to postpone is granted or declined; a sealed token follows
NOTE = "n:"  # which report waiting words belong to; a mark of those words and a number follow


class Move(StrEnum):
    """Moves in a conversation; also the doors of the menu."""

    BACK = "back"
    SKIP = "skip"
    CANCEL = "cancel"
    CONTINUE = "continue"
    NEXT = "next"
    CONFIRM = "confirm"
    EDIT = "edit"
    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"
    AGREE = "agree"
    SERVICE = "service"
    REQUEST = "request"
    SUGGESTION = "suggestion"
    GENERAL = "general"
    SAME = "same"  # as somebody else reported
    DIFFERENT = "different"
    ENGLISH = "english"
    THAI = "thai"
    MENU = "menu"
    ASK = "ask"
    CORRUPTION = "corruption"
    COMPLAINT = "complaint"
    TRACK = "track"
    HUMAN = "human"
    SYSTEM = "system"  # away from the person, back to the machine
    NONE_OF_THESE = "none"


def move_data(move: Move) -> str:
    return MOVE + move.value


def read_move(data: str) -> Move | None:
    """The move in a postback's data; None for anything else, forged data included."""
    if not data.startswith(MOVE):
        return None
    try:
        return Move(data[len(MOVE) :])
    except ValueError:
        return None
