"""What is asked in each state of a guided report, and the summary to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.dialogue import Draft, State
from domain.messages import Choice, Fact, Message, Slip, Text
from domain.taps import Move
from domain.wording import button, choices, choose_kind, plain, words_of
from domain.wording.words import Words

_LISTED = 8  # names offered as quick replies; LINE shows 13 at most, and others stand beside them


@dataclass(frozen=True)
class Hiding:
    """Names for the question of who must not see a report."""

    hidden: Sequence[str] = ()
    readers: Sequence[str] = ()  # who could read it now
    offered: Sequence[str] = ()


def question(state: State, draft: Draft, language: str, *, first: bool, hiding: Hiding) -> Message:
    words = words_of(language)
    back = () if first else (Move.BACK,)
    match state:
        case State.KIND:
            return choose_kind(words)
        case State.WHAT | State.WHERE | State.WHEN | State.WHO:
            return _written(state, draft, words, back)
        case State.HIDE:
            return _hide(hiding, words)
        case State.EVIDENCE:
            text = words.asks[draft.kind.value][state.value]
            if draft.files:
                text = words.received_so_far.format(count=len(draft.files))
            return plain(
                text, (*choices(words, Move.NEXT), *_pictures(words), *_exits(words, back))
            )
        case State.IDENTITY:
            modes = (Move.ANONYMOUS, Move.CONFIDENTIAL, Move.NAMED)
            return plain(words.identity, choices(words, *modes, Move.BACK, Move.CANCEL))
        case State.CONSENT:
            return plain(words.consent, choices(words, Move.AGREE, Move.BACK, Move.CANCEL))
        case State.NAME:
            return plain(words.name, choices(words, Move.BACK, Move.CANCEL))
        case State.PHONE:
            return plain(words.phone, choices(words, Move.SKIP, Move.BACK, Move.CANCEL))
        case State.CONFIRM | State.JOIN:
            return _summary(draft, words, hiding)
        case State.ADD:
            return adding(draft, words)
        case State.TRACK:
            return plain(words.track, choices(words, Move.CANCEL))
        case State.IDLE | State.OFFERED:
            return plain(words.idle)


def _exits(words: Words, back: tuple[Move, ...]) -> tuple[Choice, ...]:
    return choices(words, *back, Move.CANCEL)


def _pictures(words: Words) -> tuple[Choice, ...]:
    return (
        Choice(label=words.labels.camera, opens="camera"),
        Choice(label=words.labels.roll, opens="camera_roll"),
    )


def _written(state: State, draft: Draft, words: Words, back: tuple[Move, ...]) -> Message:
    known = draft.answers.get(state.value)
    text = words.asks[draft.kind.value][state.value]
    if known:
        text += "\n\n" + words.previous.format(answer=short(known))
    skip = () if state is State.WHAT and not known else (Move.SKIP,)
    place = (Choice(label=words.labels.place, opens="location"),) if state is State.WHERE else ()
    return plain(text, (*place, *choices(words, *skip), *_exits(words, back)))


def _hide(hiding: Hiding, words: Words) -> Message:
    lines = [words.hide]
    if hiding.readers:
        lines.append(words.hide_known.format(names=", ".join(hiding.readers)))
    else:
        lines.append(words.hide_nobody_left)
    if hiding.hidden:
        lines.append(words.hide_list.format(names=", ".join(hiding.hidden)))
    # Typed for the person, so that a name works the same from a keyboard.
    names = tuple(Choice(label=name, say=name) for name in hiding.offered[:_LISTED])
    return plain(
        "\n\n".join(lines), (*choices(words, Move.NEXT), *names, *_exits(words, (Move.BACK,)))
    )


def adding(draft: Draft, words: Words) -> Text:
    """What may be added to a case, and how it is sent."""
    opening = {"ask": words.asking, "comment": words.commenting}.get(draft.purpose, words.adding)
    if not draft.case:
        return plain(words.adding_anonymously, (*_pictures(words), *choices(words, Move.CANCEL)))
    send = button(words.labels.send, Move.NEXT)
    pictures = () if draft.purpose == "comment" else _pictures(words)
    return plain(opening, (send, *pictures, *choices(words, Move.CANCEL)))


def _summary(draft: Draft, words: Words, hiding: Hiding) -> Slip:
    asked = words.asks[draft.kind.value]
    names = words.facts
    facts = [Fact(name=names.kind, value=words.kinds[draft.kind.value])]
    for key, name in (
        ("what", names.what),
        ("where", names.where),
        ("when", names.when),
        ("who", names.who),
    ):
        if key in asked:
            facts.append(Fact(name=name, value=short(draft.answers.get(key) or names.not_said)))
    if draft.answers.get("more"):
        facts.append(Fact(name=names.more, value=short(draft.answers["more"])))
    count = len(draft.files)
    facts.append(
        Fact(name=names.evidence, value=names.items.format(count=count) if count else names.none)
    )
    if hiding.hidden:
        facts.append(Fact(name=names.hidden, value=short(", ".join(hiding.hidden))))
    facts.append(Fact(name=names.identity, value=words.modes[draft.mode]))
    if draft.mode == "named":
        facts.append(Fact(name=names.reporter, value=short(f"{draft.name} {draft.phone}".strip())))
    return Slip(
        title=words.summary_title,
        facts=tuple(facts),
        note=words.summary_note,
        choices=choices(words, Move.CONFIRM, Move.EDIT, Move.BACK, Move.CANCEL),
    )


def short(text: str, limit: int = 200) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
