"""A case that was filed: how it stands, and what its reporter does with it from LINE."""

from __future__ import annotations

from dataclasses import replace

from domain import wording
from domain.adding import MORE, begin_adding
from domain.dialogue import Draft, Outcome, Say, State
from domain.ids import receipt_code_is_sound
from domain.messages import Choice, Fact, Message, Slip
from domain.states import IllegalMove
from domain.wording.asking import short
from domain.wording.words import Words
from handlers.chat.language import words_for
from handlers.chat.memory import recall, remember
from handlers.chat.turn import Answer, Turn
from models.case_token import case_data, open_token, read_case_data, token_for_code
from models.complaint import Complaint, EntryKind, find_by_receipt
from models.complaint_locking import hold_complaint
from models.complaint_reporter import (
    CaseLine,
    ReporterCase,
    ReporterVerb,
    add_to_complaint,
    case_of,
    comment_on_outcome,
    rate_complaint,
    reopen_complaint,
    withdraw_complaint,
)
from models.stored_file import discard_drafted

_WRITES = frozenset({"withdraw!", "reopen!", "rate1", "rate2", "rate3", "rate4", "rate5"})
_SHOWN = 6  # lines of what happened: a card has room for no more


def by_code(turn: Turn, code: str) -> Message:
    """What whoever holds a receipt code may know and do. Wrong ones are counted."""
    words = words_for(turn)
    waiting = turn.guesses.wait()
    if waiting is not None:
        minutes = max(1, round(waiting.total_seconds() / 60))
        return wording.plain(words.too_many_codes.format(minutes=minutes))
    if not receipt_code_is_sound(code):
        turn.guesses.wrong()
        return wording.mistyped_code(words)
    complaint = find_by_receipt(turn.session, turn.agency_id, code)
    if complaint is None:
        turn.guesses.wrong()
        return wording.unknown_code(words)
    return _card(turn, complaint, token_for_code(turn.session, turn.agency_id, code), words)


def _card(turn: Turn, complaint: Complaint, token: str, words: Words) -> Slip:
    case = case_of(turn.session, complaint)
    facts = [
        Fact(name=words.facts.kind, value=words.kinds[case.kind.value]),
        Fact(name=words.facts.state, value=words.states[case.state.value]),
        Fact(name=words.facts.received, value=wording.show_date(words, case.received_on)),
    ]
    told = [line for line in case.lines if line.kind is not EntryKind.MOVED]
    facts += [_fact(line, words) for line in told[-_SHOWN:]]
    notes = []
    if case.joined:
        notes.append(words.case_joined)
    if not any(line.kind is EntryKind.ANSWER for line in told):
        first = wording.show_date(words, case.answer_by)
        notes.append(words.case_no_answer.format(first=first))
    return Slip(
        title=words.case_title,
        facts=tuple(facts),
        note="\n".join(notes),
        buttons=_buttons(case, token, words),
        choices=wording.doors(words),
    )


def _fact(line: CaseLine, words: Words) -> Fact:
    names = words.facts
    what = {
        EntryKind.ANSWER: names.answer,
        EntryKind.ADDED: names.you_added,
        EntryKind.ASKED: names.you_asked,
        EntryKind.RATED: names.you_rated,
        EntryKind.TAKEN_BACK: names.taken_back,
    }[line.kind]
    value = line.text or wording.show_date(words, line.day)
    # What officers answered is shown whole; of one's own words the beginning will do.
    shown = value if line.kind is EntryKind.ANSWER else short(value)
    return Fact(name=f"{what} {wording.show_date(words, line.day)}", value=shown)


def _buttons(case: ReporterCase, token: str, words: Words) -> tuple[Choice, ...]:
    label = words.labels
    named = {
        ReporterVerb.RATE: label.rate,
        ReporterVerb.ADD: label.add,
        ReporterVerb.ASK: label.question,
        ReporterVerb.REOPEN: label.reopen,
        ReporterVerb.WITHDRAW: label.withdraw,
    }
    return tuple(_tap(text, verb.value, token) for verb, text in named.items() if verb in case.may)


def _tap(label: str, verb: str, token: str) -> Choice:
    return Choice(label=label, say=label, data=case_data(verb, token))


def tapped(turn: Turn) -> Answer:
    """A button of a case's card."""
    words = words_for(turn)
    data = turn.inbound.postback_data
    read = read_case_data(turn.session, turn.agency_id, data, turn.inbound.user_id)
    if read is None:
        return Answer([wording.plain(words.button_is_dead, wording.doors(words))])
    verb, complaint, token = read
    if verb in _WRITES:
        # As it is now, whatever an officer did since it was read.
        complaint = hold_complaint(turn.session, turn.agency_id, complaint.id) or complaint
    try:
        return _tapped(turn, verb, complaint, token, words)
    except IllegalMove:
        return Answer([_refused(case_of(turn.session, complaint), token, words)])


def _tapped(turn: Turn, verb: str, complaint: Complaint, token: str, words: Words) -> Answer:
    label = words.labels
    match verb:
        case "show":
            return Answer([_card(turn, complaint, token, words)])
        case "add" | "ask" | "comment":
            return _begin(turn, verb, complaint, token, words)
        case "withdraw":
            sure = (_tap(label.withdraw_now, "withdraw!", token), _tap(label.keep, "keep", token))
            return _say(words.withdraw_sure, *sure)
        case "withdraw!":
            withdraw_complaint(turn.session, complaint, turn.now)
            return _say(words.withdrawn)
        case "keep":
            return _say(words.kept)
        case "reopen":
            return _say(words.reopen_sure, _tap(label.reopen_now, "reopen!", token))
        case "reopen!":
            reopen_complaint(turn.session, complaint, turn.now)
            return _say(words.reopened, _tap(label.add, "add", token))
        case "rate":
            return Answer([rating_question(token, words)])
        case "rate1" | "rate2" | "rate3" | "rate4" | "rate5":
            return _rate(turn, complaint, int(verb[-1]), token, words)
        case _:
            return _say(words.button_is_dead)


def rating_question(token: str, words: Words) -> Message:
    stars = reversed(list(enumerate(words.labels.stars, start=1)))
    taps = tuple(_tap(label, f"rate{number}", token) for number, label in stars)
    return wording.plain(words.rate_ask, taps)


def _rate(turn: Turn, complaint: Complaint, stars: int, token: str, words: Words) -> Answer:
    comment = _tap(words.labels.comment, "comment", token)
    if not rate_complaint(turn.session, complaint, stars, turn.now):
        return _say(words.rated_already, comment)
    return _say(words.rated.format(stars=stars), comment)


def _say(text: str, *choices: Choice) -> Answer:
    return Answer([wording.plain(text, choices)])


def _refused(case: ReporterCase, token: str, words: Words) -> Message:
    if ReporterVerb.REOPEN in case.may:
        reopen = _tap(words.labels.reopen, "reopen", token)
        return wording.plain(words.case_takes_nothing, (reopen,))
    if ReporterVerb.RATE not in case.may:
        return wording.plain(words.rate_closed, wording.doors(words))
    return wording.plain(words.button_is_dead, wording.doors(words))


def _begin(turn: Turn, purpose: str, complaint: Complaint, token: str, words: Words) -> Answer:
    """Words and files that follow go to this case. Of an anonymous one nothing is remembered."""
    case = case_of(turn.session, complaint)
    verb = {"add": ReporterVerb.ADD, "ask": ReporterVerb.ASK}.get(purpose, ReporterVerb.RATE)
    if verb not in case.may:
        return Answer([_refused(case, token, words)])
    memory = recall(turn)
    if memory.dialogue.state not in (State.IDLE, State.OFFERED, State.TRACK, State.ADD):
        under_way = wording.welcome_back(memory.dialogue.draft.kind.value, words)
        return Answer([under_way])
    discard_drafted(turn.session, turn.agency_id, memory.dialogue.draft.files)
    dialogue = replace(memory.dialogue, language=words.language)
    outcome = begin_adding(dialogue, purpose, "" if case.anonymous else token, turn.now)
    remember(turn, replace(memory, dialogue=outcome.dialogue))
    return Answer(_messages(outcome))


def _messages(outcome: Outcome) -> list[Message]:
    return [effect.message for effect in outcome.effects if isinstance(effect, Say)]


def add(turn: Turn, draft: Draft, code: str | None) -> Message | None:
    """What was gathered goes to its case. None where the code leads to none: it stays gathered."""
    words = words_for(turn)
    complaint = _case_of(turn, draft, code)
    if complaint is None:
        return None
    complaint = hold_complaint(turn.session, turn.agency_id, complaint.id) or complaint
    text = draft.answers.get(MORE, "")
    sources = {
        message: "entry" if part == MORE else part for message, part in draft.sources.items()
    }
    try:
        if draft.purpose == "comment":
            comment_on_outcome(turn.session, complaint, text, turn.now)
        else:
            add_to_complaint(
                turn.session,
                complaint,
                text,
                draft.files,
                turn.now,
                asks=draft.purpose == "ask",
                sources=sources,
            )
    except IllegalMove:
        discard_drafted(turn.session, turn.agency_id, draft.files)
        return wording.plain(words.case_takes_nothing, wording.doors(words))
    return wording.plain(words.sent, wording.doors(words))


def _case_of(turn: Turn, draft: Draft, code: str | None) -> Complaint | None:
    if code is None:
        return open_token(turn.session, turn.agency_id, draft.case, turn.inbound.user_id)
    if turn.guesses.wait() is not None:
        return None
    complaint = find_by_receipt(turn.session, turn.agency_id, code)
    if complaint is None:
        turn.guesses.wrong()
    return complaint
