"""Which part of the chat answers an event."""

from __future__ import annotations

from domain import wording
from domain.dialogue import State
from domain.ids import read_receipt_code, receipt_code_is_sound
from domain.routing import Intent, route
from domain.taps import CHOOSE, TOKEN, Move, read_move
from handlers.chat import questions, reports, staff
from handlers.chat.memory import Memory, recall
from handlers.chat.turn import IGNORED, SILENCE, Answer, Turn
from models import conversation
from models.contact import ContactKind, find_contact, meet


def answer(turn: Turn) -> Answer:
    """Answer one event. Raises `NeedsFile` or `NeedsSearch` before anything is kept."""
    inbound = turn.inbound
    if not inbound.active or inbound.is_console_check or not inbound.chat_id:
        return IGNORED
    match inbound.type:
        case "message" | "postback":
            return _in_group(turn) if inbound.in_group else _in_person(turn)
        case "unsend":
            return _unsent(turn)
        case "follow":
            return _followed(turn)
        case "unfollow":
            return _left(turn)
        case "join":
            return _joined(turn)
        case "leave":
            return _left(turn)
        case _:
            return IGNORED


def _in_person(turn: Turn) -> Answer:
    inbound = turn.inbound
    if not inbound.user_id:
        return IGNORED
    if inbound.type == "postback" and inbound.postback_data.startswith(TOKEN):
        return staff.tapped(turn)
    if inbound.type == "postback" and inbound.postback_data.startswith(CHOOSE):
        return questions.chosen(turn)
    if inbound.message_type == "text" and staff.looks_like_invitation(inbound.text):
        return staff.link(turn)
    memory = recall(turn)
    if memory.follow_up is not None and memory.dialogue.state is State.IDLE:
        followed = staff.follow_up(turn, memory, memory.follow_up)
        if followed is not None:
            return followed
        memory = recall(turn)
    talked = reports.talk(turn, memory)
    return talked if talked is not None else _freely(turn)


def _freely(turn: Turn) -> Answer:
    """Nothing is under way: a question, a greeting, a door of the menu, a photo out of nowhere."""
    inbound = turn.inbound
    if inbound.type == "postback":
        return _door(turn, read_move(inbound.postback_data))
    if inbound.message_type != "text":
        return Answer(
            [
                wording.plain(
                    "ได้รับแล้วค่ะ แต่ยังไม่ทราบว่าเกี่ยวกับเรื่องใด จึงไม่ได้เก็บไว้ "
                    "หากต้องการแจ้งเรื่องพร้อมหลักฐาน เลือกด้านล่างค่ะ",
                    wording.DOORS,
                )
            ]
        )
    text = inbound.text.strip()
    code = read_receipt_code(text)
    if code is not None:
        if not receipt_code_is_sound(code):
            return Answer([wording.mistyped_code()])
        return Answer([reports.status_of(turn, code)])
    if not any(mark.isalnum() for mark in text):
        return _welcome(turn)
    typed = _TYPED_DOORS.get(text)
    if typed is not None:
        return _door(turn, typed)
    return _by_intent(turn, text)


_TYPED_DOORS = {
    "ถามข้อมูล": Move.ASK,
    "แจ้งเรื่องร้องเรียน": Move.COMPLAINT,
    "แจ้งเบาะแสทุจริต": Move.CORRUPTION,
    "ติดตามเรื่อง": Move.TRACK,
    "ติดต่อเจ้าหน้าที่": Move.HUMAN,
    "เมนู": Move.MENU,
}


# Below this the sorter is unsure, and a question is the cheapest thing to take a message for:
# its answer comes with the doors to everything else.
_SURE = 0.5


def _by_intent(turn: Turn, text: str) -> Answer:
    routing = route(text)
    if routing.intent is Intent.CORRUPTION:
        return questions.offer(turn, text, Move.CORRUPTION)
    if routing.confidence < _SURE:
        return questions.answer_question(turn, text)
    match routing.intent:
        case Intent.COMPLAINT | Intent.REQUEST:
            return questions.offer(turn, text, Move.COMPLAINT)
        case Intent.STATUS:
            return reports.open_door(turn, Memory(), Move.TRACK)
        case Intent.HUMAN:
            return _human(turn)
        case Intent.SMALL_TALK:
            return _welcome(turn)
        case _:
            return questions.answer_question(turn, text)


def _door(turn: Turn, move: Move | None) -> Answer:
    if move in (Move.COMPLAINT, Move.CORRUPTION, Move.TRACK):
        return reports.open_door(turn, Memory(), move)
    if move is Move.HUMAN:
        return _human(turn)
    if move is Move.ASK:
        return Answer([wording.plain("พิมพ์คำถามได้เลยค่ะ เช่น “จ่ายภาษีที่ดินได้ถึงเมื่อไร”")])
    return _welcome(turn)


def _welcome(turn: Turn) -> Answer:
    return Answer([wording.welcome(turn.agency.name)])


def _human(turn: Turn) -> Answer:
    contact = turn.agency.contact_text or "ติดต่อได้ที่สำนักงานในวันและเวลาราชการ"
    return Answer([wording.plain(f"ติดต่อเจ้าหน้าที่ {turn.agency.name}\n{contact}", wording.DOORS)])


def _unsent(turn: Turn) -> Answer:
    """A message was taken back: a draft forgets what it said."""
    if turn.inbound.in_group or not turn.inbound.user_id:
        return IGNORED
    return reports.talk(turn, recall(turn)) or SILENCE


def _followed(turn: Turn) -> Answer:
    contact = meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
    contact.reachable = True
    return _welcome(turn)


def _left(turn: Turn) -> Answer:
    """Blocked by a user, or sent out of a group: nothing may be sent there any more."""
    contact = find_contact(turn.session, turn.agency_id, turn.inbound.chat_id)
    if contact is not None:
        contact.reachable = False
        contact.division_id = None
    conversation.wipe(turn.session, turn.key)
    return SILENCE


def _joined(turn: Turn) -> Answer:
    kind = ContactKind.GROUP if turn.inbound.in_group else ContactKind.USER
    contact = meet(turn.session, turn.agency_id, kind, turn.inbound.chat_id)
    contact.reachable = True
    return Answer(
        [
            wording.plain(
                "สวัสดีค่ะ หากต้องการให้แจ้งเตือนงานของกองในกลุ่มนี้ ให้หัวหน้ากองพิมพ์รหัสเชิญของตนในกลุ่มนี้\n"
                "เรื่องร้องเรียนและเบาะแสทุจริต กรุณาแจ้งในแชตส่วนตัวเท่านั้นค่ะ"
            )
        ]
    )


def _in_group(turn: Turn) -> Answer:
    """In a group only staff are answered, and only where they mean us."""
    inbound = turn.inbound
    if inbound.type == "postback":
        if inbound.postback_data.startswith(TOKEN):
            return staff.tapped(turn)
        memory = recall(turn)
        if memory.follow_up is not None:
            return staff.follow_up(turn, memory, memory.follow_up) or SILENCE
        return SILENCE
    if inbound.message_type == "text" and staff.looks_like_invitation(inbound.text):
        return staff.link(turn)
    memory = recall(turn)
    if memory.follow_up is not None:
        return staff.follow_up(turn, memory, memory.follow_up) or SILENCE
    if inbound.mentions_us:
        return Answer(
            [
                wording.plain(
                    "ในกลุ่มนี้ใช้แจ้งเตือนและรายงานผลงานของกองเท่านั้น ถามข้อมูลหรือแจ้งเรื่อง กรุณาพิมพ์ในแชตส่วนตัวค่ะ"
                )
            ]
        )
    return SILENCE
