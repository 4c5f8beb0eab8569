"""Which part of the chat answers an event."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from domain import rights_words, wording
from domain.first_look import Taken, asks_for_work, look_at, wants_a_person
from domain.routing import Intent
from domain.taps import ANSWER, CASE, CHOOSE, DECIDE, LINK, NOTE, TOKEN, USEFUL, Move, read_move
from handlers.chat import (
    cases,
    decisions,
    greeting,
    linking,
    my_work,
    notes,
    pacing,
    question_answers,
    questions,
    reports,
    riding,
    rights,
    staff,
    talks,
)
from handlers.chat.language import words_for
from handlers.chat.memory import recall
from handlers.chat.turn import IGNORED, SILENCE, Answer, Turn
from models import conversation
from models.contact import ContactKind, find_contact, meet, reach_again
from models.taking_back import take_back


def answer(turn: Turn) -> Answer:
    """Answer one event. Raises `NeedsFile` or `NeedsSearch` before anything is kept."""
    inbound = turn.inbound
    if not inbound.active or inbound.is_console_check or not inbound.chat_id:
        return IGNORED
    match inbound.type:
        case "message" | "postback":
            if inbound.in_group:
                return _in_group(turn)
            rides = riding.may_ride(turn)
            answered = _in_person(turn)
            return riding.with_digest(turn, answered) if rides else answered
        case "unsend":
            return _unsent(turn)
        case "follow":
            return greeting.followed(turn)
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
    too_fast = pacing.too_fast(turn)
    if too_fast is not None:
        return too_fast
    reach_again(turn.session, turn.agency_id, inbound.user_id)
    if inbound.type == "postback" and inbound.postback_data.startswith(rights_words.PREFIX):
        return rights.tapped(turn)
    if inbound.type == "postback" and inbound.postback_data.startswith(TOKEN):
        return staff.tapped(turn)
    if inbound.type == "postback" and inbound.postback_data.startswith(NOTE):
        return notes.tapped(turn, _without_notes)
    if inbound.type == "postback" and inbound.postback_data.startswith(DECIDE):
        return decisions.tapped(turn)
    if inbound.type == "postback" and inbound.postback_data.startswith(CHOOSE):
        return questions.chosen(turn)
    if inbound.type == "postback" and inbound.postback_data.startswith(USEFUL):
        return questions.rated(turn)
    if inbound.type == "postback" and inbound.postback_data.startswith(LINK):
        return linking.tapped(turn)
    if inbound.type == "postback" and inbound.postback_data.startswith(ANSWER):
        return question_answers.tapped(turn)
    if inbound.type == "postback" and inbound.postback_data.startswith(CASE):
        return cases.tapped(turn)
    if inbound.message_type == "text" and linking.looks_like_invitation(inbound.text):
        return linking.link(turn)
    if inbound.message_type == "text" and linking.wants_to_unlink(inbound.text):
        return linking.ask_to_unlink(turn)
    right = rights.asked_for(turn)
    if right is not None:
        return right
    if inbound.message_type == "text" and asks_for_work(inbound.text) and _may_ask_for_work(turn):
        return my_work.show(turn)
    for typed in (question_answers.typed, decisions.typed, staff.typed):
        answered = typed(turn, recall(turn))
        if answered is not None:
            return answered
    return _with_a_person(turn)


def _may_ask_for_work(turn: Turn) -> bool:
    """In the middle of a citizen's report these words are an answer."""
    return recall(turn).is_free or staff.staff_member(turn) is not None


def _with_a_person(turn: Turn) -> Answer:
    """Somebody who asked for a person is left to that person."""
    talk = talks.talk_of(turn)
    if talk is None:
        if talks.wants_the_system(turn):
            return talks.back(turn)
        if turn.inbound.message_type == "text" and wants_a_person(turn.inbound.text):
            return talks.ask_for_a_person(turn)
        return _with_the_system(turn)
    ended = talks.ended_of_itself(turn, talk)
    if ended is not None:
        rest = _with_the_system(turn)
        return replace(rest, messages=[*ended.messages, *rest.messages])
    heard = talks.heard(turn, talk)
    return heard if heard is not None else _with_the_system(turn)


def _with_the_system(turn: Turn) -> Answer:
    noted = notes.heard(turn, recall(turn))
    return noted if noted is not None else _without_notes(turn)


def _without_notes(turn: Turn) -> Answer:
    talked = reports.talk(turn, recall(turn))
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
    return _by_look(turn, inbound.text.strip())


def _by_look(turn: Turn, text: str) -> Answer:
    look = look_at(text)
    match look.taken:
        case Taken.CODE:
            return Answer([cases.by_code(turn, look.code)])
        case Taken.DOOR:
            return _door(turn, look.door)
        case Taken.CORRUPTION:
            return reports.offer_door(turn, Intent.CORRUPTION)
        case Taken.UNSURE_COMPLAINT | Taken.UNSURE_REQUEST:
            answered = questions.answer_question(turn, text)
            reports.keep_behind_the_door(turn, _INTENTS[look.taken])
            return answered
        case Taken.COMPLAINT | Taken.REQUEST:
            door = partial(reports.offer_door, turn, _INTENTS[look.taken])
            return questions.before_the_door(turn, text, door)
        case Taken.STATUS:
            return reports.open_door(turn, recall(turn), Move.TRACK)
        case Taken.PERSON:
            return talks.ask_for_a_person(turn)
        case Taken.NOTHING | Taken.SMALL_TALK:
            return _welcome(turn)
        case _:
            return questions.answer_question(turn, text)


_INTENTS = {
    Taken.COMPLAINT: Intent.COMPLAINT,
    Taken.UNSURE_COMPLAINT: Intent.COMPLAINT,
    Taken.REQUEST: Intent.REQUEST,
    Taken.UNSURE_REQUEST: Intent.REQUEST,
}


def _door(turn: Turn, move: Move | None) -> Answer:
    if move in (Move.COMPLAINT, Move.CORRUPTION, Move.TRACK):
        return reports.open_door(turn, recall(turn), move)
    if move is Move.HUMAN:
        return talks.ask_for_a_person(turn)
    if move is Move.ASK:
        return Answer([wording.plain("พิมพ์คำถามได้เลยค่ะ เช่น “จ่ายภาษีที่ดินได้ถึงเมื่อไร”")])
    return _welcome(turn)


def _welcome(turn: Turn) -> Answer:
    return Answer([wording.welcome(turn.agency.name, words_for(turn))])


def _unsent(turn: Turn) -> Answer:
    """A message was taken back: drafts, talks and filed cases forget what it said."""
    if not turn.inbound.user_id:
        return IGNORED
    if turn.inbound.in_group:
        return SILENCE if notes.unsent(turn) else IGNORED
    if notes.unsent(turn) or talks.unsent(turn):
        return SILENCE
    inbound = turn.inbound
    take_back(turn.session, turn.agency_id, inbound.message_id, inbound.user_id, turn.now)
    return reports.talk(turn, recall(turn)) or SILENCE


def _left(turn: Turn) -> Answer:
    """Blocked by a user, or sent out of a group: nothing may be sent there any more."""
    contact = find_contact(turn.session, turn.agency_id, turn.inbound.chat_id)
    if contact is not None:
        contact.reachable = False
        contact.division_id = None
        talks.left(turn, contact)
    rights.forget_draft(turn)
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
        if inbound.postback_data.startswith(LINK):
            return linking.tapped(turn)
        if inbound.postback_data.startswith(NOTE):
            return notes.tapped(turn, _without_notes)
        return notes.heard(turn, recall(turn)) or SILENCE
    if inbound.message_type == "text" and linking.looks_like_invitation(inbound.text):
        return linking.link(turn)
    if inbound.message_type == "text" and linking.wants_to_unlink(inbound.text):
        return linking.ask_to_unlink(turn)
    if inbound.message_type == "text" and asks_for_work(inbound.text):
        return my_work.show(turn)
    noted = staff.typed(turn, recall(turn)) or notes.heard(turn, recall(turn))
    if noted is not None:
        return noted
    if inbound.mentions_us:
        return Answer(
            [
                wording.plain(
                    "ในกลุ่มนี้ใช้แจ้งเตือนและรายงานผลงานของกองเท่านั้น พิมพ์ “งานของฉัน” เพื่อดูงานที่รอรายงาน "
                    "ถามข้อมูลหรือแจ้งเรื่อง กรุณาพิมพ์ในแชตส่วนตัวค่ะ"
                )
            ]
        )
    return SILENCE
