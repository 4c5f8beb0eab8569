"""A digest that is due rides on the reply to an officer who writes anyway: replies are free."""

from __future__ import annotations

from dataclasses import replace

from domain.dialogue import State
from domain.ids import read_receipt_code
from domain.messages import Digest, DigestTicket
from handlers.chat.memory import recall
from handlers.chat.turn import Answer, Turn
from models.contact import find_contact
from models.person import person_of_contact
from models.reminding import digest_for_a_reply

_MOST_BESIDE = 4  # LINE takes five messages at once


def may_ride(turn: Turn) -> bool:
    """Asked before the event is answered. Never with a tap, whose obligation is locked already; in
    the middle of a guided report or of an answer; or beside a receipt code: one sealed body must
    not hold both what somebody's post is told and what an anonymous report says."""
    inbound = turn.inbound
    if inbound.message_type != "text" or inbound.in_group or not inbound.reply_token:
        return False
    if read_receipt_code(inbound.text) is not None:
        return False
    memory = recall(turn)
    return memory.is_free and not memory.follow_ups and memory.declining is None


def with_digest(turn: Turn, answer: Answer) -> Answer:
    """The answer, and before it what its reader is due. Before: quick replies show only below the
    last message."""
    inbound = turn.inbound
    if not 0 < len(answer.messages) <= _MOST_BESIDE or answer.must_arrive:
        return answer
    if any(isinstance(one, Digest) for one in answer.messages):
        return answer  # their work was asked for, and is in the answer
    contact = find_contact(turn.session, turn.agency_id, inbound.user_id)
    if contact is None or person_of_contact(turn.session, contact) is None:
        return answer
    if recall(turn).dialogue.state is not State.IDLE:
        return answer
    digest = digest_for_a_reply(turn.session, turn.agency_id, contact, turn.now)
    if digest is None:
        return answer
    return replace(answer, messages=[DigestTicket(digest_id=str(digest.id)), *answer.messages])
