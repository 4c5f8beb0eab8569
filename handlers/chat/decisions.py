"""A head grants or declines a wish to postpone, with a tap."""

from __future__ import annotations

from domain import answer_words as words
from domain import wording
from domain.first_look import wants_a_person
from domain.ids import read_receipt_code
from domain.messages import Choice, Text
from domain.routing import Intent, route
from domain.taps import Move, read_move
from handlers.chat.memory import Memory, decline_next, recall, stop_declining
from handlers.chat.staff import staff_member
from handlers.chat.turn import Answer, Turn
from models.agency import hold_agency
from models.answer_notices import tell_of_decision
from models.decision_tap import Verdict, make_decision_tap, read_decision_tap
from models.measure import Obligation
from models.person import Person
from models.postponement import Why, WishIsOver, decline, grant, hold_wish, may_decide, over
from models.progress import ProgressReport

_LONGEST_REASON = 1000
# As with notes (`handlers.chat.notes`): a reason goes verbatim to who asked, whom it may be about.
_CORRUPTION_AT = 0.7
_HOLDS_A_CODE_AT = 0.99  # sixteen digits somewhere in the text


def tapped(turn: Turn) -> Answer:
    """A button under a wish. The one who taps is authorised, each time anew."""
    tap = read_decision_tap(turn.session, turn.agency_id, turn.inbound.postback_data, turn.now)
    if tap is None:
        return _say(words.DEAD_BUTTON)
    person = staff_member(turn)
    if person is None:
        return _say(words.NOT_LINKED)
    held = hold_wish(turn.session, turn.agency_id, tap.report_id)
    if held is None:
        return _say(words.DEAD_BUTTON)
    obligation, report = held
    if not may_decide(turn.session, person, obligation, report):
        return _say(_NOT_YOURS)
    why = over(turn.session, obligation, report)
    if why is not None:
        return _over(turn, why)
    if tap.verdict is Verdict.DECLINE:
        return _ask_why(turn, obligation, report)
    return _decide(turn, person, obligation, report, tap.verdict, "")


_NOT_YOURS = (
    "ท่านพิจารณาคำขอนี้ไม่ได้ค่ะ ผู้พิจารณาคือหัวหน้าของส่วนราชการหรือผู้บังคับบัญชาที่สูงกว่าผู้ขอ "
    "หากท่านเพิ่งเปลี่ยนตำแหน่ง กรุณาแจ้งผู้ดูแลระบบ"
)


def typed(turn: Turn, memory: Memory) -> Answer | None:
    """The reason of who declines; None when this event is something else."""
    inbound, declining = turn.inbound, memory.declining
    if declining is None:
        return None
    if inbound.type == "postback":
        if read_move(inbound.postback_data) is not None:
            stop_declining(turn)  # a door was opened: what is typed next belongs there
        return None
    if inbound.message_type != "text" or not any(mark.isalnum() for mark in inbound.text):
        return None
    if not memory.is_free:
        return None  # what is typed belongs to the guided report
    text = inbound.text.strip()
    if _is_something_else(text):
        stop_declining(turn)
        return None
    person = staff_member(turn)
    # First, as the round of reminders does: a digest may ride on this reply.
    hold_agency(turn.session, turn.agency_id)
    held = hold_wish(turn.session, turn.agency_id, declining.report_id)
    if person is None or held is None:
        stop_declining(turn)
        return None
    obligation, report = held
    if not may_decide(turn.session, person, obligation, report):
        stop_declining(turn)
        return _say(_NOT_YOURS)
    why = over(turn.session, obligation, report)
    if why is None and _must_not_be_passed_on(text):
        return Answer([words.not_taken_as_a_reason(_skip(turn, report), wording.DOORS)])
    stop_declining(turn)
    if wording.typed_move(text) is Move.CANCEL:
        return _say("ยกเลิกแล้วค่ะ ยังไม่ได้บันทึกผลการพิจารณา กดปุ่มใต้คำขอเพื่อพิจารณาใหม่ได้")
    reason = "" if text == words.NO_REASON else text[:_LONGEST_REASON]
    return _decide(turn, person, obligation, report, Verdict.DECLINE, reason)


def _is_something_else(text: str) -> bool:
    """A key to a case, or a door of the menu: handled as if nothing waited."""
    return (
        read_receipt_code(text) is not None
        or wording.typed_door(text) is not None
        or wants_a_person(text)
    )


def _must_not_be_passed_on(text: str) -> bool:
    routing = route(text)
    if routing.intent is Intent.CORRUPTION:
        return routing.confidence >= _CORRUPTION_AT
    return routing.intent is Intent.STATUS and routing.confidence >= _HOLDS_A_CODE_AT


def _ask_why(turn: Turn, obligation: Obligation, report: ProgressReport) -> Answer:
    skip = _skip(turn, report)
    if not recall(turn).is_free:
        return Answer([words.no_reason_for_now(_measure(obligation), skip)])
    decline_next(turn, report.id)
    return Answer([words.ask_for_a_reason(_measure(obligation), skip)])


def _skip(turn: Turn, report: ProgressReport) -> Choice:
    skip = make_decision_tap(
        turn.session, turn.agency_id, report.id, Verdict.DECLINE_SILENTLY, turn.now
    )
    return Choice(label=words.NO_REASON, data=skip, say=words.NO_REASON)


def _decide(
    turn: Turn,
    person: Person,
    obligation: Obligation,
    report: ProgressReport,
    verdict: Verdict,
    reason: str,
) -> Answer:
    try:
        if verdict is Verdict.GRANT:
            grant(turn.session, obligation, report, person, turn.now)
            said = words.granted(_measure(obligation), obligation.due_on)
        else:
            decline(turn.session, obligation, report, person, reason, turn.now)
            said = words.declined(_measure(obligation), obligation.due_on)
    except WishIsOver as error:
        return _over(turn, error.why)
    stop_declining(turn)
    tell_of_decision(turn.session, obligation, report, person, turn.now, turn.now)
    return Answer([said])


def _over(turn: Turn, why: Why) -> Answer:
    if why is not Why.PASSED:
        stop_declining(turn)
    return _say(words.wish_is_over(why.value))


def _measure(obligation: Obligation) -> str:
    return words.named(obligation.measure.code, obligation.measure.title)


def _say(text: str) -> Answer:
    return Answer([Text(text=text)])
