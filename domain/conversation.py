"""The guided report: a pure state machine, ``step(dialogue, event, now, directory) -> Outcome``.

What it decides is data (`Outcome.effects`); the caller does it. `domain.forms` is its table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain import wording
from domain.adding import add_words, moved_while_adding, said_while_adding
from domain.dialogue import (
    Dialogue,
    Directory,
    DiscardFiles,
    Draft,
    Effect,
    Event,
    FileReport,
    Kind,
    LookForSame,
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
from domain.forms import AT_A_DOOR, DOORS, FORMS, JOINABLE, KIND_OF, WRITTEN, Trigger, target
from domain.hiding import accused, hiding_of, toggle
from domain.ids import read_receipt_code, receipt_code_is_sound
from domain.likeness import COORDINATES
from domain.messages import Message
from domain.taps import Move
from domain.wording import asking, words_of
from domain.wording.words import Words

AWAY = timedelta(hours=1)
MOST_FILES = 10
MOST_CHARACTERS = 5000
_ELSEWHERE = frozenset({Move.ASK, Move.MENU})  # what they open is typed into
_CHOICES = {Move.NAMED, Move.CONFIDENTIAL, Move.ANONYMOUS}
_FORGOTTEN = frozenset({State.OFFERED, State.KIND, State.TRACK})  # nothing was written there
_NOBODY = Directory()


def step(
    dialogue: Dialogue, event: Event, now: datetime, directory: Directory = _NOBODY
) -> Outcome:
    """One event of one conversation. Never raises for anything a person can send."""
    away = dialogue.touched is not None and now - dialogue.touched > AWAY
    awake = replace(dialogue, touched=now)
    if dialogue.state is State.IDLE or not away or isinstance(event, Unsent):
        return _Step(awake, directory).take(event)
    if _asks_to_go_on(event):
        return _Step(awake, directory).take(event)
    if dialogue.state in _FORGOTTEN:
        return _Step(_left(awake), directory).take(event)
    effects: list[Effect] = [DiscardFiles((event.file_id,))] if isinstance(event, Sent) else []
    # What was just sent may not have been meant as an answer to a question of yesterday.
    return Outcome(awake, (*effects, Say(_welcome_back(awake))))


def offer(dialogue: Dialogue, kind: Kind, said: Said, now: datetime) -> Outcome:
    """A message sounded like a report: its door is shown, and the words wait behind it."""
    draft = Draft(kind=kind, answers={"what": said.text.strip()[:MOST_CHARACTERS]})
    if said.message_id:
        draft = replace(draft, sources={said.message_id: "what"})
    shown = Dialogue(State.OFFERED, draft, now, dialogue.language)
    return Outcome(shown, (Say(wording.offered(kind.value, words_of(dialogue.language))),))


@dataclass(frozen=True)
class Found:
    """Another's report that this one may repeat."""

    id: str
    day: date
    state: str
    metres: float | None


def compared(dialogue: Dialogue, found: Found | None, directory: Directory = _NOBODY) -> Outcome:
    """Goes on after `LookForSame`."""
    draft = replace(dialogue.draft, compared=True, joins=found.id if found else "")
    if found is None:
        there = replace(dialogue, state=State.CONFIRM, draft=draft)
        return Outcome(there, (Say(prompt(there, directory)),))
    words = words_of(dialogue.language)
    message = wording.found_same(found.day, found.metres, found.state, words)
    return Outcome(replace(dialogue, state=State.JOIN, draft=draft), (Say(message),))


def prompt(dialogue: Dialogue, directory: Directory = _NOBODY) -> Message:
    """The question of the state in which a dialogue stands."""
    return asking.question(
        dialogue.state,
        dialogue.draft,
        dialogue.language,
        first=dialogue.state is FORMS[dialogue.draft.kind][0],
        hiding=hiding_of(dialogue.draft, directory),
    )


def _asks_to_go_on(event: Event) -> bool:
    move = event.move if isinstance(event, Moved) else None
    if isinstance(event, Said):
        move = wording.typed_move(event.text)
    return move in (Move.CONTINUE, Move.CANCEL)


def _left(dialogue: Dialogue) -> Dialogue:
    """The same conversation with nothing under way."""
    return Dialogue(touched=dialogue.touched, language=dialogue.language)


def _welcome_back(dialogue: Dialogue) -> Message:
    kind = "add" if dialogue.state is State.ADD else dialogue.draft.kind.value
    return wording.welcome_back(kind, words_of(dialogue.language))


class _Step:
    """One event, taken where the dialogue stands."""

    def __init__(self, dialogue: Dialogue, directory: Directory) -> None:
        self.dialogue = dialogue
        self.directory = directory

    @property
    def state(self) -> State:
        return self.dialogue.state

    @property
    def draft(self) -> Draft:
        return self.dialogue.draft

    @property
    def words(self) -> Words:
        return words_of(self.dialogue.language)

    def take(self, event: Event) -> Outcome:
        match event:
            case Moved(move):
                return self._moved(move)
            case Said(text, message_id):
                typed = wording.typed_move(text)
                if typed is not None and self.state is not State.IDLE:
                    return self._moved(typed)
                return self._said(text, message_id)
            case Sent():
                return self._sent(event)
            case Placed(text, message_id, coordinates):
                if self.state is State.WHERE:
                    return self._said(text, message_id, coordinates)
                if self.state is State.ADD:
                    return self._said(text, message_id)
                return self._again()
            case Unsent(message_id):
                return self._unsent(message_id)
            case Unusable():
                return self._unusable(event)
            case Other():
                return self._again()

    def _prompt(self) -> Message:
        return prompt(self.dialogue, self.directory)

    def _say(self, *messages: Message) -> Outcome:
        return Outcome(self.dialogue, tuple(Say(one) for one in messages))

    def _pass_on(self) -> Outcome:
        """An offer that was not taken up is forgotten with what it held."""
        left = _left(self.dialogue) if self.state is State.OFFERED else self.dialogue
        return Outcome(left, (PassOn(),))

    def _again(self) -> Outcome:
        """What came is no answer here: ask the same once more, or let the caller speak."""
        if self.state in (State.IDLE, State.OFFERED):
            return self._pass_on()
        return self._say(wording.before(self.words.not_an_answer, self._prompt()))

    def _moved(self, move: Move) -> Outcome:
        state = self.state
        if move is Move.CONTINUE and state not in (State.IDLE, State.OFFERED):
            return self._say(self._prompt())
        if move in _ELSEWHERE and state in (State.TRACK, State.KIND):
            return Outcome(_left(self.dialogue), (PassOn(),))
        if move in _ELSEWHERE and state not in AT_A_DOOR:
            # "Type your question" would make the question an answer of the report.
            return self._say(_welcome_back(self.dialogue))
        if move.value not in set(Trigger):
            return self._pass_on()
        trigger = Trigger(move.value)
        if trigger in DOORS:
            return self._through(trigger) if state in AT_A_DOOR else self._amid(trigger)
        if state is State.ADD and trigger in (Trigger.NEXT, Trigger.CONFIRM):
            return moved_while_adding(self.dialogue)
        if trigger is Trigger.SKIP and state is State.WHAT and not self.draft.answers.get("what"):
            return self._say(wording.before(self.words.cannot_skip, self._prompt()))
        new = target(self.draft.kind, state, trigger, self.draft.mode)
        if new is None:
            return self._again()
        return self._enter(trigger, new)

    def _amid(self, _door: Trigger) -> Outcome:
        """A door was tapped in the middle of a draft, which stays."""
        return self._say(_welcome_back(self.dialogue))

    def _through(self, door: Trigger) -> Outcome:
        offered = self.draft if self.state is State.OFFERED else None
        if door is Trigger.COMPLAINT and offered and offered.kind is not Kind.CORRUPTION:
            return self._begin(offered.kind, offered)
        if door in KIND_OF:
            return self._begin(KIND_OF[door], offered)
        new = target(Kind.SERVICE, self.state, door)
        if new is None:
            return self._again()
        there = replace(_left(self.dialogue), state=new)
        return Outcome(there, (Say(prompt(there, self.directory)),))

    def _begin(self, kind: Kind, offered: Draft | None) -> Outcome:
        draft = replace(offered, kind=kind) if offered else Draft(kind=kind)
        state = FORMS[kind][1] if offered else State.WHAT
        begun = replace(self.dialogue, state=state, draft=draft)
        opening = wording.opening(kind.value, self.words)
        return Outcome(begun, (Say(opening), Say(prompt(begun, self.directory))))

    def _enter(self, trigger: Trigger, new: State) -> Outcome:
        draft = self.draft
        if new is State.IDLE:
            if trigger is Trigger.CONFIRM:
                return Outcome(_left(self.dialogue), (FileReport(draft),))
            effects: list[Effect] = [DiscardFiles(draft.files)] if draft.files else []
            said = Say(wording.cancelled(self.words))
            return Outcome(_left(self.dialogue), (*effects, said))
        if trigger.value in {one.value for one in _CHOICES}:
            draft = replace(draft, mode=trigger.value, name="", phone="")
        if trigger is Trigger.DIFFERENT:
            draft = replace(draft, joins="")
        if trigger is Trigger.EDIT:
            draft = replace(draft, compared=False, joins="")
        if new is State.HIDE and trigger is not Trigger.BACK:
            draft = accused(draft, self.directory)
        entered = replace(self.dialogue, state=new, draft=draft)
        if new is State.CONFIRM and draft.kind in JOINABLE and not draft.compared:
            return Outcome(entered, (LookForSame(draft),))
        return Outcome(entered, (Say(prompt(entered, self.directory)),))

    def _said(self, text: str, message_id: str = "", coordinates: str = "") -> Outcome:
        text = text.strip()
        if self.state is State.TRACK:
            return self._tracked(text)
        if self.state in (State.IDLE, State.OFFERED):
            return self._pass_on()
        if not any(mark.isalnum() for mark in text):
            return self._again()  # emoji alone say nothing that an officer could follow up
        text = text[:MOST_CHARACTERS]
        if self.state is State.ADD:
            return said_while_adding(self.dialogue, text, message_id)
        if self.state is State.HIDE:
            return self._hide(text)
        if self.state is State.EVIDENCE:
            return self._beside_the_evidence(text, message_id)
        draft = self._answered(text, message_id, coordinates)
        new = None if draft is None else target(draft.kind, self.state, Trigger.TEXT, draft.mode)
        if draft is None or new is None:
            return self._again()
        return _Step(replace(self.dialogue, draft=draft), self.directory)._enter(Trigger.TEXT, new)

    def _answered(self, text: str, message_id: str, coordinates: str) -> Draft | None:
        draft, state = self.draft, self.state
        if state is State.KIND:
            # Who tells the story at once is not made to choose from a list first.
            draft, state = replace(draft, kind=Kind.SERVICE), State.WHAT
        if state in WRITTEN:
            answers = {**draft.answers, state.value: text}
            if state is State.WHERE:
                answers.pop(COORDINATES, None)
                answers |= {COORDINATES: coordinates} if coordinates else {}
            sources = _sources(draft, message_id, state.value)
            return replace(draft, answers=answers, sources=sources)
        if state is State.NAME:
            return replace(draft, name=text[:200])
        if state is State.PHONE:
            return replace(draft, phone=text[:60])
        return None

    def _hide(self, text: str) -> Outcome:
        if wording.means_none(text):
            return self._moved(Move.NEXT)
        draft = toggle(self.draft, text, self.directory)
        if draft is None:
            return self._say(wording.before(self.words.hide_unknown, self._prompt()))
        kept = replace(self.dialogue, draft=draft)
        return Outcome(kept, (Say(prompt(kept, self.directory)),))

    def _beside_the_evidence(self, text: str, message_id: str) -> Outcome:
        if wording.means_none(text):
            return self._moved(Move.NEXT)
        kept = replace(self.dialogue, draft=add_words(self.draft, text, message_id))
        again = prompt(kept, self.directory)
        return Outcome(kept, (Say(wording.before(self.words.note_added, again)),))

    def _tracked(self, text: str) -> Outcome:
        code = read_receipt_code(text)
        if code is None:
            return self._say(wording.not_a_code(self.words))
        if not receipt_code_is_sound(code):
            return self._say(wording.mistyped_code(self.words))
        return Outcome(_left(self.dialogue), (Track(code),))

    def _unsent(self, message_id: str) -> Outcome:
        """Take back what a message said. LINE gives no way to answer, so it is done in silence; an
        answer that is gone is the question that stands when the person goes on."""
        draft = self.draft
        taken = draft.sources.get(message_id)
        if taken is None:
            return Outcome(self.dialogue, ())
        sources = {key: what for key, what in draft.sources.items() if key != message_id}
        if taken in draft.files:
            files = tuple(one for one in draft.files if one != taken)
            kept = replace(draft, files=files, sources=sources)
            return Outcome(replace(self.dialogue, draft=kept), (DiscardFiles((taken,)),))
        if self.state is State.OFFERED:
            return Outcome(_left(self.dialogue), ())
        gone = {taken, COORDINATES} if taken == State.WHERE.value else {taken}
        answers = {key: text for key, text in draft.answers.items() if key not in gone}
        kept = replace(draft, answers=answers, sources=sources)
        back = State(taken) if taken in set(WRITTEN) else self.state
        return Outcome(replace(self.dialogue, state=back, draft=kept), ())

    def _sent(self, sent: Sent) -> Outcome:
        if self.state is State.KIND:  # who shows the thing at once is asked what it is
            begun = replace(self.dialogue, state=State.WHAT, draft=Draft(kind=Kind.SERVICE))
            return _Step(begun, self.directory)._sent(sent)
        draft = self.draft
        discard = DiscardFiles((sent.file_id,))
        if self.state in (State.IDLE, State.OFFERED):
            return Outcome(_left(self.dialogue), (discard, PassOn()))
        comments = self.state is State.ADD and draft.purpose == "comment"  # words alone
        if comments or self.state not in (State.ADD, *FORMS[draft.kind]):
            return Outcome(self.dialogue, (discard, *self._again().effects))
        if len(draft.files) >= MOST_FILES:
            full = self.words.enough_files.format(most=MOST_FILES)
            refused = self._unusable(Unusable(full, sent.set_id, sent.set_total))
            return Outcome(refused.dialogue, (discard, *refused.effects))
        sets = _one_more(draft.sets, sent.set_id)
        came = sets.get(sent.set_id or "", 1)
        # A photo sent early is kept, and the question that stands is asked again.
        draft = replace(
            draft,
            files=(*draft.files, sent.file_id),
            sets=sets,
            sources=_sources(draft, sent.message_id, sent.file_id),
        )
        kept = replace(self.dialogue, draft=draft)
        if sent.set_id is not None and came < sent.set_total:
            return Outcome(kept, ())  # LINE sends a set in pieces; one answer for all of them
        told = self.words.file_kept.format(count=len(draft.files))
        if draft.lost.get(sent.set_id or ""):
            told = self._set_is_here(draft, sent.set_id or "", sent.set_total)
        return Outcome(kept, (Say(wording.before(told, prompt(kept, self.directory))),))

    def _unusable(self, file: Unusable) -> Outcome:
        """Why a file was not kept. Of an image set that is said once, and at its end how many
        of it are here."""
        if self.state in (State.IDLE, State.OFFERED):
            return self._pass_on()
        reason = wording.plain(file.reason)
        if file.set_id is None or file.set_total < 2:
            return self._say(reason, self._prompt())
        draft = self.draft
        sets, lost = _one_more(draft.sets, file.set_id), _one_more(draft.lost, file.set_id)
        draft = replace(draft, sets=sets, lost=lost)
        kept = replace(self.dialogue, draft=draft)
        said = [Say(reason)] if lost[file.set_id] == 1 else []
        if sets[file.set_id] >= file.set_total:
            told = self._set_is_here(draft, file.set_id, file.set_total)
            said.append(Say(wording.before(told, prompt(kept, self.directory))))
        return Outcome(kept, tuple(said))

    def _set_is_here(self, draft: Draft, set_id: str, total: int) -> str:
        return self.words.set_kept.format(count=total - draft.lost[set_id], total=total)


def _one_more(counts: dict[str, int], set_id: str | None) -> dict[str, int]:
    return counts if set_id is None else {**counts, set_id: counts.get(set_id, 0) + 1}


def _sources(draft: Draft, message_id: str, what: str) -> dict[str, str]:
    """Which message says what. An answer given anew is the later message's alone."""
    kept = {key: told for key, told in draft.sources.items() if told != what}
    return {**kept, message_id: what} if message_id else kept
