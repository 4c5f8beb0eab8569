"""An officer answers a citizen's question in LINE: tap, type, look it over, send."""

from __future__ import annotations

import secrets

from domain import question_words as words
from domain.ids import read_receipt_code
from domain.limits import utf16_units
from domain.messages import Text
from domain.states import QuestionState
from domain.taps import read_move
from handlers.chat.memory import Answering, Memory, answer_next, recall, stop_answering
from handlers.chat.staff import staff_member
from handlers.chat.turn import Answer, Turn
from models.knowledge import BadArticle, Question, text_of
from models.person import Person, get_person
from models.question_rules import may_answer_question
from models.question_tap import (
    MARK_BYTES,
    NO_MARK,
    Deed,
    QuestionTap,
    make_question_tap,
    read_question_tap,
)
from models.question_work import (
    LONGEST_ANSWER,
    LONGEST_KEPT_QUESTION,
    answer_of,
    answer_waiting,
    hold_question,
    keep_as_article,
    names_somebody,
)


def tapped(turn: Turn) -> Answer:
    """A button under a question. The one who taps is authorised, each time anew."""
    tap = read_question_tap(turn.session, turn.agency_id, turn.inbound.postback_data, turn.now)
    if tap is None:
        return Answer([words.button_is_dead()])
    person = staff_member(turn)
    if person is None:
        return Answer([words.not_linked()])
    question = hold_question(turn.session, turn.agency_id, tap.question_id)
    if question is None:
        return Answer([words.button_is_dead()])
    if not may_answer_question(turn.session, person, question):
        return Answer([words.not_yours()])
    return Answer([_do(turn, person, question, tap)])


def _do(turn: Turn, person: Person, question: Question, tap: QuestionTap) -> Text:
    if tap.deed is Deed.KEEP:
        return _keep(turn, person, question)
    if tap.deed is Deed.CANCEL:
        if _answering(turn, question) is not None:
            stop_answering(turn)
        return words.answer_cancelled() if _waits(question) else _taken(turn, question)
    if not _waits(question):
        if _answering(turn, question) is not None:
            stop_answering(turn)
        return _taken(turn, question)
    if tap.deed is Deed.SEND:
        return _send(turn, person, question, tap.mark)
    answer_next(turn, question.id)
    return words.type_the_answer(text_of(turn.session, question), _button(turn, question, "cancel"))


def _waits(question: Question) -> bool:
    return question.state is QuestionState.WAITING


def _answering(turn: Turn, question: Question) -> Answering | None:
    answering = recall(turn).answering
    return answering if answering is not None and answering.question_id == question.id else None


def _taken(turn: Turn, question: Question) -> Text:
    by = question.answered_by
    if question.state is QuestionState.ANSWERED and by is not None and question.answer is not None:
        person = get_person(turn.session, turn.agency_id, by)
        if person is not None:
            return words.answered_by(person.name, question.answered_on)
    return words.no_longer_waiting()


def _button(turn: Turn, question: Question, deed: str, mark: bytes = NO_MARK) -> str:
    return make_question_tap(turn.session, turn.agency_id, question.id, Deed(deed), turn.now, mark)


def _send(turn: Turn, person: Person, question: Question, mark: bytes) -> Text:
    answering = _answering(turn, question)
    if answering is None or not answering.text or answering.mark != mark.hex():
        return words.text_has_changed()
    delivered = answer_waiting(turn.session, question, person, answering.text, turn.now)
    stop_answering(turn)
    return words.answer_sent(delivered=delivered, keep=_button(turn, question, "keep"))


def _keep(turn: Turn, person: Person, question: Question) -> Text:
    if not answer_of(turn.session, question) or question.state is not QuestionState.ANSWERED:
        return words.nothing_to_keep()
    asked = text_of(turn.session, question)
    if names_somebody(asked) or len(asked) > LONGEST_KEPT_QUESTION:
        return words.tidy_before_keeping()
    try:
        made = keep_as_article(turn.session, question, person, turn.now)
    except BadArticle:  # longer than an entry may be
        return words.tidy_before_keeping()
    return words.kept() if made else words.kept_already()


def typed(turn: Turn, memory: Memory) -> Answer | None:
    """Words of an officer who is answering; None when this event is something else."""
    answering, inbound = memory.answering, turn.inbound
    if answering is None:
        return None
    if inbound.type == "postback":
        if read_move(inbound.postback_data) is not None:
            stop_answering(turn)  # a door was opened: what is typed next belongs there
        return None
    if inbound.message_type == "text" and read_receipt_code(inbound.text) is not None:
        stop_answering(turn)  # a key to a case must not reach who asked
        return None
    person = staff_member(turn)
    question = hold_question(turn.session, turn.agency_id, answering.question_id)
    if person is None or question is None:
        stop_answering(turn)
        return None
    if not may_answer_question(turn.session, person, question):
        stop_answering(turn)
        return Answer([words.not_yours()])
    if not _waits(question):
        stop_answering(turn)
        return Answer([_taken(turn, question)])
    cancel = _button(turn, question, "cancel")
    if inbound.is_media:
        return Answer([words.words_only(cancel)])
    if inbound.message_type != "text" or not any(mark.isalnum() for mark in inbound.text):
        return Answer([words.words_only(cancel)])
    return Answer([_said(turn, person, question, answering, inbound.text.strip())])


def _said(turn: Turn, person: Person, question: Question, answering: Answering, text: str) -> Text:
    """What was typed is shown back; a button's own words, typed by hand, are that button."""
    asked, cancel = text_of(turn.session, question), _button(turn, question, "cancel")
    deed = words.typed_deed(text)
    if deed == "cancel":
        stop_answering(turn)
        return words.answer_cancelled()
    if deed == "send" and answering.text:
        return _send(turn, person, question, bytes.fromhex(answering.mark))
    if deed == "again":
        answer_next(turn, question.id)
        return words.type_the_answer(asked, cancel)
    if utf16_units(text) > LONGEST_ANSWER:
        return words.answer_too_long(LONGEST_ANSWER, cancel)
    mark = secrets.token_bytes(MARK_BYTES)
    answer_next(turn, question.id, text, mark.hex())
    return words.check_the_answer(
        asked,
        text,
        send=_button(turn, question, "send", mark),
        again=_button(turn, question, "again"),
        cancel=cancel,
    )
