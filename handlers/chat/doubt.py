"""Which words after a tap are in doubt, and the question that is put about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from domain import answer_words
from domain.dialogue import Kind
from domain.limits import shorten
from domain.messages import Choice, Menu
from domain.percent import bare_percent, percent_in
from domain.routing import Intent, route
from domain.states import ObligationState
from domain.taps import NOTE
from handlers.chat.memory import Memory, Pending
from handlers.chat.staff import STATUS_WORDS
from handlers.chat.turn import Turn
from models.measure import Obligation, get_obligation
from models.progress import ProgressReport, ReportStatus, get_report

# From here on the sorter takes words for a citizen's rather than for a note: officers' notes were
# seen up to 0.80 for a complaint.
SURE = 0.85
# Corruption is asked about before that (plain notes of purchases were seen up to 0.56): a needless
# question costs a tap, and a report that is filed with a measure is read by the division it may be
# about.
_PERHAPS = 0.7
# In a group, from here on words are small talk: officers' notes were seen up to 0.56.
_CHAT = 0.6
_THE_REST_SAYS_SOMETHING = 0.5
_LONGEST_QUOTE = 40
_MOST_QUOTES = 3
NO = "no"
_CITIZENS = frozenset({Intent.QUESTION, Intent.COMPLAINT, Intent.REQUEST})
_POLITE = re.compile(r"ครับผม|นะครับ|นะคะ|ครับ|ค่ะ|(?:คับ|คะ|ค่า|จ้า|จ้ะ|นะ)(?=\s|$)")
_THANKS = re.compile(r"ขอบคุณ(?:มากๆ|มาก)?|ขอบใจ|สวัสดี|รับทราบ|โอเค")
_LABELS = {
    "เสร็จแล้ว": ReportStatus.DONE,
    "กำลังทำ": ReportStatus.IN_PROGRESS,
    "ติดปัญหา": ReportStatus.PROBLEM,
    "ขอเลื่อน": ReportStatus.POSTPONE,
}


def may_be_a_tip(text: str) -> bool:
    routing = route(text)
    return routing.intent is Intent.CORRUPTION and routing.confidence >= _PERHAPS


def waits_alone(text: str, memory: Memory) -> bool:
    """A possible tip, and whatever is typed while a tip is being reported."""
    if not memory.is_free and memory.dialogue.draft.kind is Kind.CORRUPTION:
        return True
    return may_be_a_tip(text)


def sounds_like_a_citizen(text: str, status: ReportStatus) -> bool:
    """A problem and a wish are asked about in words that sound like a complaint or a request, and
    are none; of corruption nothing is taken for a note unasked."""
    routing = route(text)
    if routing.intent is Intent.CORRUPTION:
        return routing.confidence >= _PERHAPS
    if routing.confidence < SURE:
        return False
    if status in (ReportStatus.PROBLEM, ReportStatus.POSTPONE) or has_share(text):
        return False
    return routing.intent in _CITIZENS


def has_share(text: str) -> bool:
    return percent_in(text) is not None or bare_percent(text) is not None


def _without_politeness(text: str) -> str:
    return " ".join(_POLITE.sub(" ", text).split())


def labelled(text: str) -> ReportStatus | None:
    """The button of a digest whose words were typed, with or without a polite ending."""
    return _LABELS.get(_without_politeness(text))


def is_chat(text: str) -> bool:
    """What people say to each other in a group. Politeness alone makes no small talk of a note."""
    if has_share(text) or labelled(text) is not None:
        return False
    bare = _without_politeness(text)
    routing = route(bare)
    if bare and (routing.intent is not Intent.SMALL_TALK or routing.confidence < _CHAT):
        return False
    rest = route(_THANKS.sub(" ", bare))
    return rest.intent is Intent.SMALL_TALK or rest.confidence < _THE_REST_SAYS_SOMETHING


def open_still(obligation: Obligation, report: ProgressReport, texts: Sequence[str]) -> str | None:
    """What to say where a button's words were typed, which press no button."""
    typed = [one for one in map(labelled, texts) if one not in (None, report.status)]
    if not typed or obligation.state is not ObligationState.OPEN:
        return None
    where = "ใต้รายการนี้ในข้อความเตือน หรือพิมพ์ “งานของฉัน” แล้วกดใต้รายการนี้ค่ะ"
    if typed[-1] is ReportStatus.DONE:
        return (
            "เพิ่มข้อความลงในรายงานแล้ว แต่งานนี้ยังเปิดอยู่ การพิมพ์ยังไม่ปิดงาน "
            f"ถ้าทำเสร็จแล้ว กรุณากดปุ่ม “เสร็จแล้ว” {where}"
        )
    return (
        f"เพิ่มข้อความลงในรายงานแล้ว แต่งานนี้ยังบันทึกไว้ว่า “{STATUS_WORDS[report.status]}” "
        f"ถ้าจะเปลี่ยน กรุณากดปุ่มที่ต้องการ{where}"
    )


def question(turn: Turn, memory: Memory, pending: Pending) -> Menu:
    """What is waiting, and about which report it is. A possible tip is not repeated."""
    names = [_name(turn, one) for one in pending.reports]
    what, data = _what(memory, pending), f"{NOTE}{pending.mark}:"
    until = "ยังไม่ได้บันทึกจนกว่าจะกดตอบค่ะ"
    if pending == memory.alone:
        until += " หากส่งข้อความหรือกดปุ่มอื่นก่อน ข้อความนี้จะไม่ถูกเก็บไว้"
    if len(names) == 1:
        text = f"{what} เกี่ยวกับ “{names[0]}” ใช่ไหมคะ\n{until}"
        buttons = [Choice(label="ใช่ เพิ่มในรายงาน", data=data + "0", say="ใช่ เพิ่มในรายงาน")]
        no = "ไม่ใช่"
    else:
        listed = "\n".join(f"{number}. {name}" for number, name in enumerate(names, start=1))
        text = f"{what} เกี่ยวกับงานไหนคะ\n{listed}\n{until}"
        buttons = [
            Choice(label=shorten(f"{number}. {name}", 20), data=f"{data}{number - 1}", say=name)
            for number, name in enumerate(names, start=1)
        ]
        no = "ไม่ใช่ทั้งสอง" if len(names) == 2 else "ไม่ใช่ทั้งหมด"
    buttons.append(Choice(label=no, data=data + NO, say=no))
    return Menu(title="เรื่องนี้เกี่ยวกับงานที่รายงานไว้ใช่ไหมคะ", text=text, choices=tuple(buttons))


def _what(memory: Memory, pending: Pending) -> str:
    if pending == memory.alone:
        return "ข้อความที่ส่งมาล่าสุด"
    texts = [one.text for one in pending.parts if one.text]
    files = len(pending.parts) - len(texts)
    counted = [f"ข้อความ {len(texts)} ข้อความ"] * bool(texts) + [f"ไฟล์ {files} ไฟล์"] * bool(files)
    quotes = [f"“{shorten(one, _LONGEST_QUOTE)}”" for one in texts if not may_be_a_tip(one)]
    what = f"{' และ'.join(counted)}ที่ส่งมา"
    if not quotes or not memory.is_free:  # a citizen's report that is under way is not repeated
        return what
    more = " …" if len(quotes) > _MOST_QUOTES else ""
    return f"{what} ({' '.join(quotes[:_MOST_QUOTES])}{more})"


def _name(turn: Turn, report_id: UUID) -> str:
    report = get_report(turn.session, turn.agency_id, report_id)
    obligation = (
        None
        if report is None
        else get_obligation(turn.session, turn.agency_id, report.obligation_id)
    )
    if obligation is None:
        return "งานที่ไม่มีแล้ว"
    return answer_words.named(obligation.measure.code, obligation.measure.title)
