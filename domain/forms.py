"""Which questions a report of each kind asks, and which state each answer leads to: a table."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from domain.dialogue import Kind, State


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
    SAME = "same"
    DIFFERENT = "different"
    CORRUPTION = "corruption"
    COMPLAINT = "complaint"
    SERVICE = "service"
    REQUEST = "request"
    SUGGESTION = "suggestion"
    GENERAL = "general"
    TRACK = "track"


FORMS: dict[Kind, tuple[State, ...]] = {
    Kind.CORRUPTION: (
        State.WHAT,
        State.WHERE,
        State.WHEN,
        State.WHO,
        State.HIDE,
        State.EVIDENCE,
        State.IDENTITY,
    ),
    Kind.SERVICE: (State.WHAT, State.WHERE, State.EVIDENCE, State.IDENTITY),
    Kind.REQUEST: (State.WHAT, State.WHERE, State.EVIDENCE, State.IDENTITY),
    Kind.SUGGESTION: (State.WHAT, State.EVIDENCE, State.IDENTITY),
    Kind.GENERAL: (
        State.WHAT,
        State.WHERE,
        State.WHEN,
        State.HIDE,
        State.EVIDENCE,
        State.IDENTITY,
    ),
}
JOINABLE = frozenset({Kind.SERVICE, Kind.GENERAL})  # `models.complaint_likeness` says why
WRITTEN = frozenset({State.WHAT, State.WHERE, State.WHEN, State.WHO})  # answered with words
AT_A_DOOR = frozenset({State.IDLE, State.OFFERED, State.KIND, State.TRACK})
KIND_OF = {
    Trigger.CORRUPTION: Kind.CORRUPTION,
    Trigger.SERVICE: Kind.SERVICE,
    Trigger.REQUEST: Kind.REQUEST,
    Trigger.SUGGESTION: Kind.SUGGESTION,
    Trigger.GENERAL: Kind.GENERAL,
}
DOORS = frozenset({*KIND_OF, Trigger.COMPLAINT, Trigger.TRACK})


def target(kind: Kind, state: State, trigger: Trigger, mode: str = "") -> State | None:
    """The state that a trigger leads to; None where it leads nowhere."""
    if state in AT_A_DOOR:
        return _through_a_door(state, trigger)
    if trigger is Trigger.CANCEL:
        return State.IDLE
    if state is State.ADD:
        return State.IDLE if trigger is Trigger.NEXT else None
    form = FORMS[kind]
    if state in form and state is not State.IDENTITY:
        place = form.index(state)
        if trigger is Trigger.BACK and place:
            return form[place - 1]
        forward = {Trigger.SKIP}
        forward |= {Trigger.TEXT} if state in WRITTEN else {Trigger.NEXT}
        return form[place + 1] if trigger in forward else None
    return _after_the_form(form, state, trigger, mode)


def _through_a_door(state: State, trigger: Trigger) -> State | None:
    if trigger in KIND_OF:
        return State.WHAT
    if trigger is Trigger.COMPLAINT:
        return State.KIND
    if trigger is Trigger.TRACK:
        return State.TRACK
    if trigger is Trigger.CANCEL and state in (State.KIND, State.TRACK):
        return State.IDLE
    if trigger is Trigger.TEXT:
        return {State.KIND: State.WHERE, State.TRACK: State.IDLE}.get(state)
    return None


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
        (State.JOIN, Trigger.SAME): State.CONFIRM,
        (State.JOIN, Trigger.DIFFERENT): State.CONFIRM,
        (State.JOIN, Trigger.BACK): State.IDENTITY,
        (State.CONFIRM, Trigger.CONFIRM): State.IDLE,
        (State.CONFIRM, Trigger.EDIT): form[0],
        (State.CONFIRM, Trigger.BACK): State.IDENTITY,
    }
    return moves.get((state, trigger))


def transitions() -> Iterator[tuple[Kind, State, Trigger, State]]:
    """Every legal move, for the diagram in the documentation and for tests.

    Before a joinable report is confirmed, the same is looked for: what leads to `CONFIRM` may lead
    to `JOIN`.
    """
    for kind in Kind:
        for state in State:
            if state is State.JOIN and kind not in JOINABLE:
                continue
            for trigger in Trigger:
                if KIND_OF.get(trigger, kind) is not kind:
                    continue
                reached = {target(kind, state, trigger, mode) for mode in ("named", "confidential")}
                for new in sorted(one for one in reached if one is not None):
                    yield kind, state, trigger, new
                    if new is State.CONFIRM and state is not State.JOIN and kind in JOINABLE:
                        yield kind, state, trigger, State.JOIN
