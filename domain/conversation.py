"""The guided report: a pure state machine, ``step(dialogue, event, now) -> Outcome``.

What it decides is data (`Outcome.effects`); the caller does it. Docs draw `transitions()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain import wording
from domain.dialogue import (
    Dialogue,
    DiscardFiles,
    Draft,
    Effect,
    Event,
    FileReport,
    Kind,
    Moved,
    Other,
    Outcome,
    PassOn,
    Placed,
    Said,
    Say,
    Sent,
    State,
    Track,
    Unsent,
    Unusable,
)
from domain.ids import read_receipt_code, receipt_code_is_sound
from domain.messages import Message
from domain.taps import Move

AWAY = timedelta(hours=1)
MOST_FILES = 10
MOST_CHARACTERS = 5000


class Trigger(StrEnum):
    """What can move the dialogue from one state to another."""

    TEXT = "text"
    NEXT = "next"
    SKIP = "skip"
    BACK = "back"
    CANCEL = "cancel"
    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"
    AGREE = "agree"
    CONFIRM = "confirm"
    EDIT = "edit"
    CORRUPTION = "corruption"
    COMPLAINT = "complaint"
    TRACK = "track"


FORMS: dict[Kind, tuple[State, ...]] = {
    Kind.CORRUPTION: (
        State.WHAT,
        State.WHERE,
        State.WHEN,
        State.WHO,
        State.EVIDENCE,
        State.IDENTITY,
    ),
    Kind.SERVICE: (State.WHAT, State.WHERE, State.EVIDENCE, State.IDENTITY),
}
_WRITTEN = frozenset({State.WHAT, State.WHERE, State.WHEN, State.WHO})  # answered with words
_REPORTS = frozenset({Trigger.CORRUPTION, Trigger.COMPLAINT})
_DOORS = _REPORTS | {Trigger.TRACK}
_CHOICES = {Move.NAMED, Move.CONFIDENTIAL, Move.ANONYMOUS}


def target(kind: Kind, state: State, trigger: Trigger, mode: str = "") -> State | None:
    """The state that a trigger leads to; None where it leads nowhere."""
    if state in (State.IDLE, State.TRACK):
        doors = {
            Trigger.CORRUPTION: State.WHAT,
            Trigger.COMPLAINT: State.WHAT,
            Trigger.TRACK: State.TRACK,
        }
        if state is State.TRACK:
            doors |= {Trigger.TEXT: State.IDLE, Trigger.CANCEL: State.IDLE}
        return doors.get(trigger)
    if trigger is Trigger.CANCEL:
        return State.IDLE
    form = FORMS[kind]
    if state in form and state is not State.IDENTITY:
        place = form.index(state)
        if trigger is Trigger.BACK and place:
            return form[place - 1]
        forward = {Trigger.SKIP}
        forward |= {Trigger.TEXT} if state in _WRITTEN else {Trigger.NEXT}
        return form[place + 1] if trigger in forward else None
    return _after_the_form(form, state, trigger, mode)


def _after_the_form(
    form: tuple[State, ...], state: State, trigger: Trigger, mode: str
) -> State | None:
    moves: dict[tuple[State, Trigger], State] = {
        (State.IDENTITY, Trigger.NAMED): State.CONSENT,
        (State.IDENTITY, Trigger.CONFIDENTIAL): State.CONSENT,
        (State.IDENTITY, Trigger.ANONYMOUS): State.CONFIRM,
        (State.IDENTITY, Trigger.BACK): form[-2],
        (State.CONSENT, Trigger.AGREE): State.NAME if mode == "named" else State.CONFIRM,
        (State.CONSENT, Trigger.BACK): State.IDENTITY,
        (State.NAME, Trigger.TEXT): State.PHONE,
        (State.NAME, Trigger.BACK): State.IDENTITY,
        (State.PHONE, Trigger.TEXT): State.CONFIRM,
        (State.PHONE, Trigger.SKIP): State.CONFIRM,
        (State.PHONE, Trigger.BACK): State.NAME,
        (State.CONFIRM, Trigger.CONFIRM): State.IDLE,
        (State.CONFIRM, Trigger.EDIT): form[0],
        (State.CONFIRM, Trigger.BACK): State.IDENTITY,
    }
    return moves.get((state, trigger))


def transitions() -> Iterator[tuple[Kind, State, Trigger, State]]:
    """Every legal move, for the diagram in the documentation and for tests."""
    for kind in Kind:
        for state in State:
            for trigger in Trigger:
                reached = {target(kind, state, trigger, mode) for mode in ("named", "confidential")}
                for new in sorted(one for one in reached if one is not None):
                    if trigger is Trigger.CORRUPTION and kind is not Kind.CORRUPTION:
                        continue
                    if trigger is Trigger.COMPLAINT and kind is not Kind.SERVICE:
                        continue
                    yield kind, state, trigger, new


def step(dialogue: Dialogue, event: Event, now: datetime) -> Outcome:
    """One event of one conversation. Never raises for anything a person can send."""
    away = dialogue.state is not State.IDLE and _was_away(dialogue, now)
    if away and not isinstance(event, Unsent):
        return _welcome_back(dialogue, event, now)
    return _step(replace(dialogue, touched=now), event)


def _was_away(dialogue: Dialogue, now: datetime) -> bool:
    return dialogue.touched is not None and now - dialogue.touched > AWAY


def _welcome_back(dialogue: Dialogue, event: Event, now: datetime) -> Outcome:
    awake = replace(dialogue, touched=now)
    move = event.move if isinstance(event, Moved) else None
    if isinstance(event, Said):
        move = wording.typed_move(event.text)
    if move in (Move.CONTINUE, Move.CANCEL):
        return _step(awake, event)
    if dialogue.state is State.TRACK:
        return _step(replace(awake, state=State.IDLE), event)
    effects: list[Effect] = []
    if isinstance(event, Sent):
        effects.append(DiscardFiles((event.file_id,)))
    # What was just sent may not have been meant as an answer to a question of yesterday.
    return Outcome(awake, (*effects, Say(wording.welcome_back(dialogue.draft.kind.value))))


def _step(dialogue: Dialogue, event: Event) -> Outcome:
    match event:
        case Moved(move):
            return _moved(dialogue, move)
        case Said(text, message_id):
            typed = wording.typed_move(text)
            if typed is not None and dialogue.state is not State.IDLE:
                return _moved(dialogue, typed)
            return _said(dialogue, text, message_id)
        case Sent():
            return _sent(dialogue, event)
        case Placed(text, message_id):
            if dialogue.state is State.WHERE:
                return _said(dialogue, text, message_id)
            return _again(dialogue)
        case Unsent(message_id):
            return _unsent(dialogue, message_id)
        case Unusable(reason):
            if dialogue.state is State.IDLE:
                return Outcome(dialogue, (PassOn(),))
            return Outcome(dialogue, (Say(wording.plain(reason)), Say(prompt(dialogue))))
        case Other():
            return _again(dialogue)


def _again(dialogue: Dialogue) -> Outcome:
    """What came is no answer here: ask the same once more, or let the caller speak."""
    if dialogue.state is State.IDLE:
        return Outcome(dialogue, (PassOn(),))
    return Outcome(dialogue, (Say(wording.not_an_answer(prompt(dialogue))),))


def _moved(dialogue: Dialogue, move: Move) -> Outcome:
    state, draft = dialogue.state, dialogue.draft
    if state is not State.IDLE and move is Move.CONTINUE:
        return Outcome(dialogue, (Say(prompt(dialogue)),))
    if move.value not in set(Trigger):
        return Outcome(dialogue, (PassOn(),))
    trigger = Trigger(move.value)
    if trigger in _REPORTS and state in (State.IDLE, State.TRACK):
        kind = Kind.CORRUPTION if trigger is Trigger.CORRUPTION else Kind.SERVICE
        begun = replace(dialogue, state=State.WHAT, draft=Draft(kind=kind))
        return Outcome(begun, (Say(wording.opening(kind.value)), Say(prompt(begun))))
    if trigger in _DOORS and state not in (State.IDLE, State.TRACK):
        # A door was tapped in the middle of a draft.
        return Outcome(dialogue, (Say(wording.welcome_back(draft.kind.value)),))
    if move in _CHOICES and state is State.IDENTITY:
        draft = replace(draft, mode=move.value, name="", phone="")
    if trigger is Trigger.SKIP and not _may_skip(dialogue):
        return Outcome(dialogue, (Say(wording.cannot_skip(prompt(dialogue))),))
    new = target(draft.kind, state, trigger, draft.mode)
    if new is None:
        if state is State.IDLE:
            return Outcome(dialogue, (PassOn(),))
        return Outcome(dialogue, (Say(wording.not_an_answer(prompt(dialogue))),))
    return _enter(dialogue, trigger, new, draft)


def _enter(dialogue: Dialogue, trigger: Trigger, new: State, draft: Draft) -> Outcome:
    if new is not State.IDLE:
        entered = replace(dialogue, state=new, draft=draft)
        return Outcome(entered, (Say(prompt(entered)),))
    over = Dialogue(touched=dialogue.touched)
    if trigger is Trigger.CONFIRM:
        return Outcome(over, (FileReport(draft),))
    effects: list[Effect] = [DiscardFiles(draft.files)] if draft.files else []
    return Outcome(over, (*effects, Say(wording.cancelled())))


def _may_skip(dialogue: Dialogue) -> bool:
    return dialogue.state is not State.WHAT or bool(dialogue.draft.answers.get(State.WHAT.value))


def _unsent(dialogue: Dialogue, message_id: str) -> Outcome:
    """Take back what a message said. LINE gives no way to answer, so it is done in silence; an
    answer that is gone is the question that stands when the person goes on."""
    draft = dialogue.draft
    taken = draft.sources.get(message_id)
    if taken is None:
        return Outcome(dialogue, ())
    sources = {key: what for key, what in draft.sources.items() if key != message_id}
    if taken in draft.files:
        files = tuple(one for one in draft.files if one != taken)
        kept = replace(draft, files=files, sources=sources)
        return Outcome(replace(dialogue, draft=kept), (DiscardFiles((taken,)),))
    answers = {key: text for key, text in draft.answers.items() if key != taken}
    kept = replace(draft, answers=answers, sources=sources)
    return Outcome(replace(dialogue, state=State(taken), draft=kept), ())


def _said(dialogue: Dialogue, text: str, message_id: str = "") -> Outcome:
    state, draft = dialogue.state, dialogue.draft
    text = text.strip()
    if state is State.TRACK:
        return _tracked(dialogue, text)
    if state is State.IDLE:
        return Outcome(dialogue, (PassOn(),))
    if not any(mark.isalnum() for mark in text):
        return _again(dialogue)  # emoji alone say nothing that an officer could follow up
    text = text[:MOST_CHARACTERS]
    if state in _WRITTEN:
        draft = replace(
            draft,
            answers={**draft.answers, state.value: text},
            sources=_sources(draft, message_id, state.value),
        )
    elif state is State.NAME:
        draft = replace(draft, name=text[:200])
    elif state is State.PHONE:
        draft = replace(draft, phone=text[:60])
    elif state is State.EVIDENCE:
        if wording.means_none(text):
            return _moved(dialogue, Move.NEXT)
        # Words sent with the evidence belong to the story.
        story = draft.answers.get(State.WHAT.value, "")
        joined = f"{story}\n{text}"[: 2 * MOST_CHARACTERS]
        draft = replace(
            draft,
            answers={**draft.answers, State.WHAT.value: joined},
            sources=_sources(draft, message_id, State.WHAT.value),
        )
        kept = replace(dialogue, draft=draft)
        return Outcome(kept, (Say(wording.note_added(prompt(kept))),))
    new = target(draft.kind, state, Trigger.TEXT, draft.mode)
    if new is None:
        return _again(dialogue)
    entered = replace(dialogue, state=new, draft=draft)
    return Outcome(entered, (Say(prompt(entered)),))


def _sources(draft: Draft, message_id: str, what: str) -> dict[str, str]:
    return {**draft.sources, message_id: what} if message_id else draft.sources


def _tracked(dialogue: Dialogue, text: str) -> Outcome:
    code = read_receipt_code(text)
    if code is None:
        return Outcome(dialogue, (Say(wording.not_a_code()),))
    if not receipt_code_is_sound(code):
        return Outcome(dialogue, (Say(wording.mistyped_code()),))
    return Outcome(Dialogue(touched=dialogue.touched), (Track(code),))


def _sent(dialogue: Dialogue, sent: Sent) -> Outcome:
    draft = dialogue.draft
    discard = DiscardFiles((sent.file_id,))
    if dialogue.state is State.IDLE:
        return Outcome(dialogue, (discard, PassOn()))
    if dialogue.state not in FORMS[draft.kind]:
        return Outcome(dialogue, (discard, *_again(dialogue).effects))
    if len(draft.files) >= MOST_FILES:
        return Outcome(dialogue, (discard, Say(wording.enough_files(MOST_FILES, prompt(dialogue)))))
    sets = dict(draft.sets)
    came = 1
    if sent.set_id is not None:
        came = sets[sent.set_id] = sets.get(sent.set_id, 0) + 1
    # A photo sent early is kept, and the question that stands is asked again.
    draft = replace(
        draft,
        files=(*draft.files, sent.file_id),
        sets=sets,
        sources=_sources(draft, sent.message_id, sent.file_id),
    )
    kept = replace(dialogue, draft=draft)
    if sent.set_id is not None and came < sent.set_total:
        return Outcome(kept, ())  # LINE sends a set in pieces; one answer for all of them
    return Outcome(kept, (Say(wording.file_kept(len(kept.draft.files), prompt(kept))),))


def prompt(dialogue: Dialogue) -> Message:
    """The question of the state in which a dialogue stands."""
    draft = dialogue.draft
    return wording.question(
        dialogue.state.value,
        kind=draft.kind.value,
        answers=draft.answers,
        files=len(draft.files),
        mode=draft.mode,
        name=draft.name,
        phone=draft.phone,
        first=dialogue.state is FORMS[draft.kind][0],
    )
