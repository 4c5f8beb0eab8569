"""Which language somebody is spoken to in: Thai, until they ask for English."""

from __future__ import annotations

from domain import wording
from domain.taps import Move
from domain.wording.words import Words
from handlers.chat.turn import Turn
from models.contact import ContactKind, find_contact, meet
from models.office import text_for


def words_for(turn: Turn) -> Words:
    contact = find_contact(turn.session, turn.agency_id, turn.inbound.user_id)
    return wording.words_of(contact.language if contact is not None else None)


def own_words(turn: Turn, key: str) -> str:
    """What the agency says in its own words (`domain.agency_texts`), in Thai."""
    return text_for(turn.session, turn.agency_id, key, agency=turn.agency.name)


def switch(turn: Turn, move: Move) -> Words:
    """From now on, and for whatever is sent later."""
    words = wording.ENGLISH if move is Move.ENGLISH else wording.THAI
    contact = meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
    contact.language = None if words is wording.THAI else words.language
    turn.session.flush()
    return words
