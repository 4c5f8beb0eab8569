"""Somebody writes faster than a person reads: told so once, then silence until they rest."""

from __future__ import annotations

from domain import wording
from domain.pace import Verdict
from domain.taps import ANSWER, TOKEN
from handlers.chat.language import words_for
from handlers.chat.turn import SILENCE, Answer, Turn

_TOO_FAST = "ส่งเร็วเกินไปค่ะ ข้อความนี้และข้อความถัดไปจะยังไม่ถูกบันทึก รอสักครู่ประมาณ 1 นาที แล้วพิมพ์ใหม่นะคะ"
_TOO_FAST_ENGLISH = (
    "That was too fast. This message and the next ones are not taken in. "
    "Please wait about a minute, then type again."
)
_LIGHT = (TOKEN, ANSWER)  # an officer works through a list


def too_fast(turn: Turn) -> Answer | None:
    """None while the pace is a person's. What is answered here is neither read nor kept."""
    inbound = turn.inbound
    light = inbound.is_media or inbound.postback_data.startswith(_LIGHT)
    verdict = turn.pace.arrives(inbound.happened_at, light=light)
    if verdict is Verdict.PASS:
        return None
    if verdict is Verdict.QUIET:
        return SILENCE
    english = words_for(turn) is wording.ENGLISH
    return Answer([wording.plain(_TOO_FAST_ENGLISH if english else _TOO_FAST)])
