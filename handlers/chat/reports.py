"""A citizen's guided report: runs the pure dialogue and does what it decides."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain import wording
from domain.agency_texts import kind_of_receipt
from domain.case_times import first_answer_by, outcome_by
from domain.consent import CONSENT_VERSION
from domain.conversation import Found, compared, offer, prompt, step
from domain.dialogue import (
    AddToCase,
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
    Reader,
    Said,
    Say,
    Sent,
    State,
    Track,
    Unsent,
    Unusable,
)
from domain.forms import AT_A_DOOR, FORMS
from domain.hiding import ids_of
from domain.ids import read_receipt_code, receipt_code_is_sound
from domain.likeness import coordinates_in
from domain.messages import Message, Slip
from domain.routing import Intent, route
from domain.taps import Move, read_move
from handlers.chat import cases
from handlers.chat.language import own_words, switch, words_for
from handlers.chat.memory import Memory, recall, remember
from handlers.chat.staff import keep_file
from handlers.chat.turn import Answer, FileTrouble, Turn
from models.complaint import ComplaintChannel, ComplaintKind, IdentityMode
from models.complaint_access import readers
from models.complaint_filing import HiddenFrom, NewComplaint, file_complaint, joinable
from models.complaint_likeness import find_similar
from models.contact import ContactKind, give_consent, meet
from models.division import known_divisions
from models.office import ways_of
from models.stored_file import discard_drafted

_KIND_OF = {Intent.COMPLAINT: Kind.SERVICE, Intent.REQUEST: Kind.REQUEST}


def talk(turn: Turn, memory: Memory) -> Answer | None:
    """Take the event into the dialogue; None when it is nothing for a guided report."""
    dialogue = replace(memory.dialogue, language=words_for(turn).language)
    event = _event(turn, dialogue)
    if isinstance(event, Moved) and event.move in (Move.ENGLISH, Move.THAI):
        return _switched(turn, memory, event.move)
    corrupt = _sounds_corrupt(dialogue, event)
    if corrupt is not None:
        return _do(turn, memory, offer(dialogue, Kind.CORRUPTION, corrupt, turn.now))
    if _is_a_wrong_code(dialogue, event):
        turn.guesses.wrong()
    return _do(turn, memory, step(dialogue, event, turn.now, _directory(turn, dialogue)))


def _is_a_wrong_code(dialogue: Dialogue, event: Event) -> bool:
    if dialogue.state not in (State.TRACK, State.ADD) or not isinstance(event, Said):
        return False
    code = read_receipt_code(event.text)
    return code is not None and not receipt_code_is_sound(code)


def _do(turn: Turn, memory: Memory, outcome: Outcome) -> Answer | None:
    """Does what the dialogue decided, and remembers where it stands."""
    messages: list[Message] = []
    must_arrive = False
    passed_on = False
    dialogue = outcome.dialogue
    waiting: list[Effect] = list(outcome.effects)
    while waiting:
        effect = waiting.pop(0)
        match effect:
            case Say(message):
                messages.append(message)
            case DiscardFiles(files):
                discard_drafted(turn.session, turn.agency_id, files)
            case LookForSame(draft):
                found = compared(dialogue, _same(turn, draft), _directory(turn, dialogue))
                dialogue = found.dialogue
                waiting += found.effects
            case FileReport(draft):
                messages.append(_file(turn, draft))
                must_arrive = True
            case AddToCase(draft, code):
                added = cases.add(turn, draft, code)
                messages.append(added or wording.unknown_code(words_for(turn)))
                if added is None:
                    dialogue = replace(memory.dialogue, touched=turn.now)
            case Track(code):
                messages.append(cases.by_code(turn, code))
            case PassOn():
                passed_on = True
    remember(turn, replace(memory, dialogue=dialogue))
    return None if passed_on else Answer(messages, must_arrive=must_arrive)


def _event(turn: Turn, dialogue: Dialogue) -> Event:
    inbound = turn.inbound
    if inbound.type == "unsend":
        return Unsent(inbound.message_id)
    if inbound.type == "postback":
        move = read_move(inbound.postback_data)
        return Other() if move is None else Moved(move)
    if inbound.message_type == "text":
        typed = wording.typed_door(inbound.text)
        return Said(inbound.text, inbound.message_id) if typed is None else Moved(typed)
    if inbound.message_type == "location":
        if not inbound.place:
            return Other()
        return Placed(inbound.place, inbound.message_id, coordinates_in(inbound.place))
    if inbound.is_media and dialogue.state not in (State.IDLE, State.OFFERED):
        file = turn.file()
        if isinstance(file, FileTrouble):
            return Unusable(file.reason, inbound.set_id, inbound.set_total)
        stored = keep_file(turn, file)
        return Sent(stored, inbound.set_id, inbound.set_total, inbound.message_id)
    return Other()


def _switched(turn: Turn, memory: Memory, move: Move) -> Answer:
    words = switch(turn, move)
    dialogue = replace(memory.dialogue, language=words.language, touched=turn.now)
    if dialogue.state in (State.IDLE, State.OFFERED):
        idle = Dialogue(touched=turn.now, language=words.language)
        remember(turn, replace(memory, dialogue=idle))
        return Answer([wording.plain(words.language_set), wording.welcome(turn.agency.name, words)])
    remember(turn, replace(memory, dialogue=dialogue))
    return Answer([wording.plain(words.language_set), prompt(dialogue, _directory(turn, dialogue))])


def _sounds_corrupt(dialogue: Dialogue, event: Event) -> Said | None:
    """Told before a kind was chosen: corruption must not slip into the officers' common log."""
    if dialogue.state is not State.KIND or not isinstance(event, Said):
        return None
    if wording.typed_move(event.text) is not None:
        return None
    return event if route(event.text).intent is Intent.CORRUPTION else None


def _directory(turn: Turn, dialogue: Dialogue) -> Directory:
    """Only where the form asks for it: two queries for a turn."""
    kind = dialogue.draft.kind
    if dialogue.state in AT_A_DOOR or State.HIDE not in FORMS[kind]:
        return Directory()
    known = known_divisions(turn.session, turn.agency_id)
    may_read = readers(turn.session, turn.agency_id, ComplaintKind(kind.value), HiddenFrom())
    return Directory(
        tuple(known), tuple(Reader(one.id, one.name, one.division_id) for one in may_read)
    )


def open_door(turn: Turn, memory: Memory, move: Move) -> Answer:
    """Begin a guided report or the tracking of one, as if its button had been tapped."""
    dialogue = replace(memory.dialogue, language=words_for(turn).language)
    return _do(turn, memory, step(dialogue, Moved(move), turn.now)) or Answer()


def offer_door(turn: Turn, intent: Intent) -> Answer:
    """What was typed sounds like a report: its words wait until the door is taken."""
    kind = _KIND_OF.get(intent, Kind.CORRUPTION)
    said = Said(turn.inbound.text, turn.inbound.message_id)
    dialogue = Dialogue(language=words_for(turn).language)
    return _do(turn, recall(turn), offer(dialogue, kind, said, turn.now)) or Answer()


def keep_behind_the_door(turn: Turn, intent: Intent) -> None:
    """It may have been a report: its words wait, in case the door that is shown is taken."""
    offer_door(turn, intent)


def _same(turn: Turn, draft: Draft) -> Found | None:
    kind = ComplaintKind(draft.kind.value)
    found = find_similar(turn.session, turn.agency_id, kind, draft.answers, turn.now)
    if found is None:
        return None
    return Found(found.complaint_id.hex, found.received_on, found.state.value, found.metres)


def _file(turn: Turn, draft: Draft) -> Slip:
    mode = IdentityMode(draft.mode)
    contact = None
    if mode is not IdentityMode.ANONYMOUS:
        contact = meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
        give_consent(contact, CONSENT_VERSION, turn.today)
    divisions, people = ids_of(draft.hidden)
    wanted = UUID(draft.joins) if draft.joins else None
    first = joinable(turn.session, turn.agency_id, wanted)
    named = mode is IdentityMode.NAMED
    new = NewComplaint(
        kind=ComplaintKind(draft.kind.value),
        identity_mode=mode,
        channel=ComplaintChannel.LINE,
        content=draft.answers,
        files=draft.files,
        name=draft.name if named else "",
        phone=draft.phone if named else "",
        hidden_from=HiddenFrom(divisions, people),
        joins=first.id if first is not None else None,
        sources=draft.sources,
        consent_version=CONSENT_VERSION if contact is not None else None,
    )
    code = file_complaint(turn.session, turn.agency_id, new, contact, turn.now)
    ways = ways_of(turn.session, turn.agency_id)
    return wording.receipt(
        code,
        kind=draft.kind.value,
        anonymous=mode is IdentityMode.ANONYMOUS,
        joined=first is not None,
        answer_by=first_answer_by(turn.today, ways),
        outcome_by=outcome_by(turn.today, ways),
        words=words_for(turn),
        opening=_opening(turn, draft.kind.value, anonymous=mode is IdentityMode.ANONYMOUS),
    )


def _opening(turn: Turn, kind: str, *, anonymous: bool) -> str:
    """The agency's own words are Thai; who asked for English is spared them."""
    if words_for(turn) is not wording.THAI:
        return ""
    return own_words(turn, kind_of_receipt(kind, anonymous=anonymous))
