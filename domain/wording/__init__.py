"""What the account says to citizens: short, plain, and what to do next. Thai unless asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.calendar import english_date, long_date
from domain.ids import show_receipt_code
from domain.messages import Choice, Fact, Menu, Message, Slip, Text
from domain.taps import Move, move_data
from domain.wording.english import ENGLISH
from domain.wording.thai import THAI
from domain.wording.typed import means_none, typed_door, typed_move
from domain.wording.words import Words

__all__ = ["ENGLISH", "THAI", "Words", "means_none", "typed_door", "typed_move"]


def words_of(language: str | None) -> Words:
    return ENGLISH if language == ENGLISH.language else THAI


def button(label: str, move: Move) -> Choice:
    return Choice(label=label, data=move_data(move), say=label)


def buttons(words: Words) -> dict[Move, Choice]:
    """Every move that has a button of its own."""
    label = words.labels
    return {
        move: button(text, move)
        for move, text in {
            Move.BACK: label.back,
            Move.SKIP: label.skip,
            Move.CANCEL: label.cancel,
            Move.NEXT: label.next,
            Move.CONTINUE: label.resume,
            Move.CONFIRM: label.confirm,
            Move.EDIT: label.edit,
            Move.AGREE: label.agree,
            Move.NAMED: label.named,
            Move.CONFIDENTIAL: label.confidential,
            Move.ANONYMOUS: label.anonymous,
            Move.SAME: label.same,
            Move.DIFFERENT: label.different,
            Move.ASK: label.ask,
            Move.COMPLAINT: label.complain,
            Move.CORRUPTION: label.corruption,
            Move.TRACK: label.track,
            Move.HUMAN: label.human,
            Move.SERVICE: label.service,
            Move.REQUEST: label.request,
            Move.SUGGESTION: label.suggestion,
            Move.GENERAL: label.general,
        }.items()
    } | {
        Move.ENGLISH: button(THAI.labels.other_language, Move.ENGLISH),
        Move.THAI: button(ENGLISH.labels.other_language, Move.THAI),
    }


_THAI = buttons(THAI)
_ENGLISH = buttons(ENGLISH)
CANCEL = _THAI[Move.CANCEL]
ASK = _THAI[Move.ASK]
COMPLAIN = _THAI[Move.COMPLAINT]
CORRUPTION = _THAI[Move.CORRUPTION]
TRACK = _THAI[Move.TRACK]
HUMAN = _THAI[Move.HUMAN]
DOORS = (ASK, COMPLAIN, CORRUPTION, TRACK, HUMAN)
_DOOR_MOVES = (Move.ASK, Move.COMPLAINT, Move.CORRUPTION, Move.TRACK, Move.HUMAN)


def choices(words: Words, *moves: Move) -> tuple[Choice, ...]:
    known = _ENGLISH if words is ENGLISH else _THAI
    return tuple(known[move] for move in moves)


def doors(words: Words) -> tuple[Choice, ...]:
    return choices(words, *_DOOR_MOVES)


def plain(text: str, offered: Sequence[Choice] = ()) -> Text:
    return Text(text=text, choices=tuple(offered))


def show_date(words: Words, day: date) -> str:
    return english_date(day) if words is ENGLISH else long_date(day)


def welcome(agency: str, words: Words = THAI) -> Menu:
    other = Move.THAI if words is ENGLISH else Move.ENGLISH
    return Menu(title=agency, text=words.welcome, choices=(*doors(words), *choices(words, other)))


def choose_kind(words: Words) -> Text:
    kinds = (Move.SERVICE, Move.REQUEST, Move.GENERAL, Move.SUGGESTION, Move.CORRUPTION)
    return plain(words.choose_kind, choices(words, *kinds, Move.CANCEL))


def welcome_back(kind: str, words: Words = THAI) -> Text:
    return plain(
        words.welcome_back.format(subject=words.subjects[kind]),
        choices(words, Move.CONTINUE, Move.CANCEL),
    )


def opening(kind: str, words: Words = THAI) -> Text:
    return plain(words.opening_corruption if kind == "corruption" else words.opening)


def offered(kind: str, words: Words = THAI) -> Text:
    """A message sounded like a report: the door to it."""
    corruption = kind == "corruption"
    door = Move.CORRUPTION if corruption else Move.COMPLAINT
    return plain(
        words.offered_corruption if corruption else words.offered,
        choices(words, door, Move.ASK, Move.HUMAN),
    )


def receipt(
    code: str,
    *,
    kind: str,
    anonymous: bool,
    joined: bool,
    answer_by: date,
    outcome_by: date,
    words: Words = THAI,
    opening: str = "",
) -> Slip:
    """What was filed, what happens next, and by when. ``opening``: the agency's own words."""
    notes = [
        *([opening] if opening else []),
        words.receipt_next.format(
            first=show_date(words, answer_by),
            outcome=show_date(words, outcome_by),
        ),
        words.receipt_code,
    ]
    if joined:
        notes.append(words.receipt_joined)
    if kind == "corruption":
        notes.append(words.receipt_corruption)
    if anonymous:
        notes.append(words.receipt_anonymous)
    return Slip(
        title=words.receipt_title,
        code=show_receipt_code(code),
        code_name=words.facts.code,
        facts=(Fact(name=words.facts.kind, value=words.kinds[kind]),),
        note="\n".join(notes),
        choices=choices(words, Move.TRACK, Move.ASK),
    )


def found_same(day: date, metres: float | None, state: str, words: Words) -> Text:
    """Somebody reported the same: join it?"""
    shown = show_date(words, day)
    first = words.found_same.format(day=shown)
    if metres is not None:
        first = words.found_same_near.format(day=shown, metres=max(10, round(metres, -1)))
    first = first.replace(".0 ", " ")
    return plain(
        f"{first}\n{words.found_same_state.format(state=words.states[state])}",
        choices(words, Move.SAME, Move.DIFFERENT, Move.BACK, Move.CANCEL),
    )


def cancelled(words: Words = THAI) -> Text:
    return plain(words.cancelled, doors(words))


def before(first: str, message: Message) -> Message:
    """A message with something said before it."""
    if isinstance(message, Text):
        return message.model_copy(update={"text": f"{first}\n\n{message.text}"})
    if isinstance(message, Slip):
        return message.model_copy(update={"note": f"{first}\n{message.note}"})
    return message


def not_a_code(words: Words = THAI) -> Text:
    return plain(words.not_a_code, choices(words, Move.CANCEL))


def mistyped_code(words: Words = THAI) -> Text:
    return plain(words.mistyped_code, choices(words, Move.CANCEL))


def unknown_code(words: Words = THAI) -> Text:
    return plain(words.unknown_code, choices(words, Move.TRACK, Move.HUMAN))
