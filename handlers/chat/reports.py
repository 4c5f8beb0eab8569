"""A citizen's guided report: runs the pure dialogue and does what it decides."""

from __future__ import annotations

from dataclasses import replace

from domain import wording
from domain.calendar import long_date
from domain.conversation import step
from domain.dialogue import (
    DiscardFiles,
    Draft,
    Event,
    FileReport,
    Moved,
    Other,
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
from domain.messages import Fact, Message, Slip
from domain.states import ComplaintState
from domain.taps import Move, read_move
from handlers.chat.memory import Memory, remember
from handlers.chat.staff import keep_file
from handlers.chat.turn import Answer, FileTrouble, Turn
from models.complaint import (
    ComplaintChannel,
    ComplaintKind,
    IdentityMode,
    NewComplaint,
    answers_to_reporter,
    file_complaint,
    find_by_receipt,
)
from models.contact import ContactKind, give_consent, meet
from models.stored_file import discard_drafted

CONSENT_VERSION = "2026-1"

STATE_WORDS = {
    ComplaintState.RECEIVED: "รับเรื่องแล้ว รอเจ้าหน้าที่ตรวจสอบ",
    ComplaintState.IN_REVIEW: "เจ้าหน้าที่กำลังตรวจสอบ",
    ComplaintState.ANSWERED: "ตอบแล้ว",
    ComplaintState.CLOSED: "ปิดเรื่องแล้ว",
    ComplaintState.WITHDRAWN: "ผู้แจ้งถอนเรื่องแล้ว",
}


def talk(turn: Turn, memory: Memory) -> Answer | None:
    """Take the event into the dialogue; None when it is nothing for a guided report."""
    event = _event(turn, memory)
    outcome = step(memory.dialogue, event, turn.now)
    passed_on = any(isinstance(effect, PassOn) for effect in outcome.effects)
    messages: list[Message] = []
    must_arrive = False
    for effect in outcome.effects:
        match effect:
            case Say(message):
                messages.append(message)
            case DiscardFiles(files):
                discard_drafted(turn.session, turn.agency_id, files)
            case FileReport(draft):
                messages.append(_file(turn, draft))
                must_arrive = True
            case Track(code):
                messages.append(status_of(turn, code))
            case PassOn():
                pass
    remember(turn, replace(memory, dialogue=outcome.dialogue))
    return None if passed_on else Answer(messages, must_arrive=must_arrive)


def _event(turn: Turn, memory: Memory) -> Event:
    inbound = turn.inbound
    if inbound.type == "unsend":
        return Unsent(inbound.message_id)
    if inbound.type == "postback":
        move = read_move(inbound.postback_data)
        return Other() if move is None else Moved(move)
    if inbound.message_type == "text":
        return Said(inbound.text, inbound.message_id)
    if inbound.message_type == "location":
        return Placed(inbound.place, inbound.message_id) if inbound.place else Other()
    if inbound.is_media and memory.dialogue.state is not State.IDLE:
        file = turn.file()
        if isinstance(file, FileTrouble):
            return Unusable(file.reason)
        stored = keep_file(turn, file)
        return Sent(stored, inbound.set_id, inbound.set_total, inbound.message_id)
    return Other()


def open_door(turn: Turn, memory: Memory, move: Move) -> Answer:
    """Begin a guided report or the tracking of one, as if its button had been tapped."""
    outcome = step(memory.dialogue, Moved(move), turn.now)
    remember(turn, replace(memory, dialogue=outcome.dialogue))
    return Answer([effect.message for effect in outcome.effects if isinstance(effect, Say)])


def _file(turn: Turn, draft: Draft) -> Slip:
    mode = IdentityMode(draft.mode)
    contact = None
    if mode is not IdentityMode.ANONYMOUS:
        contact = meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
        give_consent(contact, CONSENT_VERSION, turn.today)
    new = NewComplaint(
        kind=ComplaintKind(draft.kind.value),
        identity_mode=mode,
        channel=ComplaintChannel.LINE,
        content=draft.answers,
        files=draft.files,
        name=draft.name if mode is IdentityMode.NAMED else "",
        phone=draft.phone if mode is IdentityMode.NAMED else "",
    )
    code = file_complaint(turn.session, turn.agency_id, new, contact, turn.now)
    return wording.receipt(
        code,
        anonymous=mode is IdentityMode.ANONYMOUS,
        corruption=new.kind is ComplaintKind.CORRUPTION,
    )


def status_of(turn: Turn, code: str) -> Message:
    """What whoever holds a receipt code may know."""
    complaint = find_by_receipt(turn.session, turn.agency_id, code)
    if complaint is None:
        return wording.unknown_code()
    facts = [
        Fact(name="สถานะ", value=STATE_WORDS[complaint.state]),
        Fact(name="รับเรื่องเมื่อ", value=long_date(complaint.received_on)),
    ]
    answers = answers_to_reporter(turn.session, complaint)
    facts.extend(Fact(name=f"คำตอบ {long_date(day)}", value=text) for day, text in answers[-3:])
    note = "" if answers else "ยังไม่มีคำตอบ เจ้าหน้าที่จะตอบครั้งแรกภายใน 15 วันนับจากวันรับเรื่อง"
    return Slip(title="ความคืบหน้าของเรื่อง", facts=tuple(facts), note=note, choices=wording.DOORS)
