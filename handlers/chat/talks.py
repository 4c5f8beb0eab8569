"""A citizen asks for a person; while one is asked for or answers, the machine keeps quiet."""

from __future__ import annotations

from uuid import UUID

from domain import question_words as words
from domain.first_look import wants_a_person
from domain.ids import read_receipt_code
from domain.states import TalkState
from domain.taps import Move, read_move
from domain.workdays import next_opening
from handlers.chat.language import own_words
from handlers.chat.memory import lay_aside
from handlers.chat.staff import keep_file
from handlers.chat.turn import SILENCE, Answer, FileTrouble, Turn
from models.contact import Contact, ContactKind, find_contact, meet
from models.notice import tell
from models.office import ways_of
from models.policy import calendar_of
from models.question_rules import officers_told
from models.stored_file import get_stored_file
from models.talk import (
    Talk,
    ask_for_talk,
    end_talk,
    hear,
    heard_count,
    is_quiet,
    live_talk,
    take_back,
    was_told_lately,
)

_DOORS = frozenset({Move.MENU, Move.ASK, Move.COMPLAINT, Move.CORRUPTION, Move.TRACK})
_TYPED_DOORS = frozenset({"เมนู", *(one.label for one in words.DOORS if one is not words.HUMAN)})


def wants_the_system(turn: Turn) -> bool:
    inbound = turn.inbound
    if inbound.type == "postback":
        return read_move(inbound.postback_data) is Move.SYSTEM
    return inbound.text.strip() == words.BACK_TO_SYSTEM.label


def ask_for_a_person(turn: Turn) -> Answer:
    """Begin to wait for a person, and tell those who answer."""
    asker = meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
    contact = turn.agency.contact_text or words.OFFICE_FALLBACK
    talk = live_talk(turn.session, asker)
    if talk is not None:
        if talk.state is TalkState.TALKING:
            return Answer([words.you_are_talking()])
        return Answer([words.still_called(contact)])
    told_lately = was_told_lately(turn.session, asker, turn.now)
    talk = ask_for_talk(turn.session, asker, turn.now)
    ways = ways_of(turn.session, turn.agency_id)
    calendar = calendar_of(turn.session, turn.agency_id)
    opens = next_opening(turn.now, ways.opens_at, ways.closes_at, calendar)
    # Out of hours, and for who asked within the hour, the hourly message says it.
    told = opens is None and not told_lately and _tell_officers(turn, talk, asker)
    lay_aside(turn)
    name, off_hours = turn.agency.name, own_words(turn, "off_hours")
    called = words.person_is_called(name, contact, told=told, opens=opens, off_hours=off_hours)
    return Answer([called])


def _tell_officers(turn: Turn, talk: Talk, asker: Contact) -> bool:
    told = [one for one in officers_told(turn.session, turn.agency_id) if one.contact is not asker]
    for one in told:
        tell(turn.session, one.contact, [words.somebody_waits()], "talk_news", turn.now)
    if told:
        talk.told_at = turn.now
    return bool(told)


def talk_of(turn: Turn) -> Talk | None:
    """The talk in which the sender stands."""
    contact = find_contact(turn.session, turn.agency_id, turn.inbound.user_id)
    return None if contact is None else live_talk(turn.session, contact)


def heard(turn: Turn, talk: Talk) -> Answer | None:
    """What comes in while a person is asked for or answers; None when it is for the machine."""
    if wants_the_system(turn):
        end_talk(turn.session, talk, turn.now)
        return back(turn)
    if turn.inbound.type == "postback":
        return _tapped(turn, talk)
    return _said(turn, talk)


def back(turn: Turn) -> Answer:
    """The machine speaks again. A report that was under way asks before it goes on."""
    lay_aside(turn)
    return Answer([words.back_with_the_system()])


def ended_of_itself(turn: Turn, talk: Talk) -> Answer | None:
    """A talk that has run its time ends when somebody writes, if the clock has not come first."""
    if not is_quiet(talk, turn.now):
        return None
    taken = talk.state is TalkState.TALKING
    end_talk(turn.session, talk, turn.now)
    contact = turn.agency.contact_text or words.OFFICE_FALLBACK
    nobody_came = own_words(turn, "nobody_came")
    return Answer([words.ended_by_the_clock(contact, taken=taken, nobody_came=nobody_came)])


def _tapped(turn: Turn, talk: Talk) -> Answer | None:
    move = read_move(turn.inbound.postback_data)
    if move is Move.HUMAN:
        return ask_for_a_person(turn)
    if talk.state is TalkState.TALKING:
        return Answer([words.you_are_talking()])
    if move in _DOORS:
        end_talk(turn.session, talk, turn.now)
    return None


def _said(turn: Turn, talk: Talk) -> Answer | None:
    inbound = turn.inbound
    waiting = talk.state is TalkState.WAITING
    if waiting and inbound.message_type == "text":
        if wants_a_person(inbound.text):
            return ask_for_a_person(turn)
        if read_receipt_code(inbound.text) is not None:
            return None  # a key to a report is for the machine, not for an officer to read
        if inbound.text.strip() in _TYPED_DOORS:
            end_talk(turn.session, talk, turn.now)
            return None
    if inbound.is_media:
        return _sent(turn, talk)
    text = inbound.place if inbound.message_type == "location" else inbound.text
    if not text.strip():
        return SILENCE  # a sticker
    hear(turn.session, talk, text.strip(), inbound.message_id, turn.now)
    return _acknowledged(turn, talk)


def _sent(turn: Turn, talk: Talk) -> Answer:
    file = turn.file()
    if isinstance(file, FileTrouble):
        return Answer([words.file_not_kept(file.reason)])
    message = hear(turn.session, talk, "", turn.inbound.message_id, turn.now)
    stored = get_stored_file(turn.session, turn.agency_id, UUID(keep_file(turn, file)))
    if stored is not None:
        stored.talk_message_id = message.id
    return _acknowledged(turn, talk)


def _acknowledged(turn: Turn, talk: Talk) -> Answer:
    """Once, and only while nobody has come: a person's answer says that it was read."""
    first = heard_count(turn.session, talk) == 1
    if talk.state is TalkState.WAITING and first:
        return Answer([words.heard()])
    return SILENCE


def unsent(turn: Turn) -> bool:
    """A message of a talk was taken back."""
    return take_back(turn.session, turn.agency_id, turn.inbound.message_id)


def left(turn: Turn, contact: Contact) -> None:
    """Who blocks the account has nothing more to say, and can be told nothing."""
    talk = live_talk(turn.session, contact)
    if talk is not None:
        end_talk(turn.session, talk, turn.now)
