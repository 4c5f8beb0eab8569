"""A citizen's rights over their data (PDPA), in the words that people use and the words we answer.

Asked for in so many words or not at all: "delete the data of my house registration" is a question
to the office, so a message counts only when nothing else is in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.calendar import english_date, long_date
from domain.messages import Choice, Text

PREFIX = "e:"  # of the two buttons' postbacks
_ASKED_LIFE = timedelta(days=1)  # an old button must not erase what was told since


class Right(StrEnum):
    SEE = "see"
    ERASE = "erase"


class Tapped(StrEnum):
    ERASE = "erase"
    KEEP = "keep"


# Possessive (`*+`): the choices below overlap, and a message must not make us try them all.
_ME = r"(?:ของ)?(?:ฉัน|ดิฉัน|ผม|กระผม|หนู|เรา|ข้าพเจ้า|ตัวเอง|ตนเอง)"
_PLEASE = (
    r"(?:รบกวน|ช่วย|กรุณา|โปรด|ขอให้|ขออนุญาต|ขอ|อยากให้|อยากขอ|อยากจะ|อยาก|ต้องการให้|ต้องการ|ให้|จะ"
    r"|ฉัน|ดิฉัน|ผม|หนู|เรา|คุณ|ทางหน่วยงาน|หน่วยงาน|ระบบ|ท่าน)*+"
)
_END = (
    r"(?:ทั้งหมด|ทุกอย่าง|ออกจากระบบ|ออกไป|ออก|ทิ้ง|ให้|ด้วย|หน่อย|ได้ไหม|ได้มั้ย|ได้มัย|ที|นะ|ไหม|มั้ย"
    r"|หรือเปล่า|หรือไม่)*+"
)
_OWN = r"(?:ส่วนตัว|ส่วนบุคคล)"
_TALK = r"ประวัติ(?:การ)?(?:แชท|แชต|สนทนา|พูดคุย|คุย)"
_DATA = rf"(?:ข้อมูล{_OWN}?|{_TALK}|บัญชี)"
_KEEP = r"(?:มี|เก็บ|รู้|ถือ|บันทึก)"
_WHAT = r"(?:อะไรบ้าง|อะไร|ใดบ้าง|ใด|ไว้บ้าง|ไว้|อยู่บ้าง|อยู่|บ้าง|เกี่ยวกับ)*+"

_ERASE_TH = re.compile(
    rf"{_PLEASE}(?:"
    rf"(?:ลบ|ทำลาย)(?:{_DATA}(?:ทั้งหมด)?{_ME}|ข้อมูล{_OWN}|ข้อมูล|{_TALK})"
    rf"|เอา{_DATA}{_ME}ออก(?:จากระบบ)?"
    rf"|(?:ถอน|ยกเลิก|เพิกถอน)(?:การให้)?ความยินยอม"
    rf"){_END}"
)
_SEE_TH = re.compile(
    rf"{_PLEASE}(?:"
    rf"{_KEEP}{_DATA}{_WHAT}{_ME}{_WHAT}"
    rf"|(?:ดู|เข้าถึง|ตรวจสอบ|ตรวจ|รู้|ทราบ)(?:ว่า{_PLEASE}{_KEEP})?{_DATA}{_WHAT}{_ME}{_WHAT}"
    rf"|(?:ดู|เข้าถึง)ข้อมูล{_OWN}"
    rf"|{_DATA}{_ME}(?:มี)?{_WHAT}"
    rf"){_END}"
)
_DATA_EN = r"(?:my (?:personal |own )?(?:data|information|info|details|records?))"
_ASK_EN = (
    r"(?:(?:please|pls|hi|hello|can you|could you|i want (?:you )?to|i would like (?:you )?to) )*"
)
_ERASE_EN = re.compile(
    rf"{_ASK_EN}(?:(?:delete|erase|remove|wipe|forget) (?:all )?(?:of )?(?:{_DATA_EN}|me))"
    r"(?: please| now)?"
)
_SEE_EN = re.compile(
    rf"{_ASK_EN}(?:(?:show|see|give|get|access|view)(?: me)? (?:all )?(?:of )?{_DATA_EN}"
    rf"|{_DATA_EN}"
    r"|what (?:data |information |info |personal data |personal information )?"
    r"(?:do|did|have) you (?:hold|have|keep|kept|store|stored|know|collect|got|collected)"
    r" (?:about|on|of) me)(?: please)?"
)
_NOISE = re.compile(r"[\s\u200b.,!?…ๆ\"'“”‘’()]+")
_POLITE = re.compile(r"(?:ค่ะ|คะ|ค่า|ครับผม|ครับ|คับ|จ้ะ|จ้า|จ๊ะ|นะ)+$")
_GREETING = re.compile(r"^(?:สวัสดี|ดี)(?:ค่ะ|คะ|ครับ)?")
_LONGEST = 120


def asked_right(text: str) -> Right | None:
    """The right that a whole message asks for; None for anything else."""
    if len(text) > _LONGEST:
        return None
    english = " ".join(_NOISE.sub(" ", text.casefold()).split())
    if _ERASE_EN.fullmatch(english):
        return Right.ERASE
    if _SEE_EN.fullmatch(english):
        return Right.SEE
    thai = _POLITE.sub("", _NOISE.sub("", text))
    for one in (thai, _GREETING.sub("", thai)):
        if _ERASE_TH.fullmatch(one):
            return Right.ERASE
        if _SEE_TH.fullmatch(one):
            return Right.SEE
    return None


def is_english(text: str) -> bool:
    return not any("\u0e00" <= mark <= "\u0e7f" for mark in text)


def button_data(tapped: Tapped, english: bool, now: datetime) -> str:
    return f"{PREFIX}{tapped.value}:{'en' if english else 'th'}:{int(now.timestamp())}"


def read_button(data: str, now: datetime) -> tuple[Tapped | None, bool]:
    """What was tapped, and whether in English; None for a forged button, or one of another day."""
    _, _, rest = data.partition(PREFIX)
    word, _, rest = rest.partition(":")
    language, _, asked = rest.partition(":")
    english = language == "en"
    if word not in set(Tapped) or not (asked.isascii() and asked.isdigit() and len(asked) <= 12):
        return None, english
    age = now.timestamp() - int(asked)
    if not -60 <= age <= _ASKED_LIFE.total_seconds():
        return None, english
    return Tapped(word), english


@dataclass(frozen=True)
class HeldCase:
    kind: str  # of `models.complaint.ComplaintKind`
    named: bool  # else confidential
    day: date


@dataclass(frozen=True)
class Held:
    """What is kept of one person."""

    contact: bool = False
    consent: tuple[str, date] | None = None  # version, day
    cases: tuple[HeldCase, ...] = ()
    questions: int = 0  # that wait for an answer
    draft: bool = False
    talks: int = 0
    staff: bool = False

    @property
    def nothing(self) -> bool:
        return self == Held()


_KINDS = {
    "corruption": ("เบาะแสทุจริต", "corruption report"),
    "service": ("เรื่องแจ้งปัญหา เดือดร้อน", "report of a problem"),
    "general": ("เรื่องร้องเรียนอื่น", "complaint"),
    "suggestion": ("ข้อเสนอแนะ", "suggestion"),
    "request": ("คำขอให้ดำเนินการ", "request"),
}
_MOST_CASES = 20

ASK_TO_ERASE, ASK_TO_SEE = "ลบข้อมูลของฉัน", "มีข้อมูลอะไรของฉันบ้าง"
_ERASE_LABEL, _KEEP_LABEL = ("ลบข้อมูล", "Delete my data"), ("ไม่ลบ", "Keep my data")


def buttons(english: bool, now: datetime) -> tuple[Choice, Choice]:
    erase, keep = _ERASE_LABEL[english], _KEEP_LABEL[english]
    return (
        Choice(label=erase, say=erase, data=button_data(Tapped.ERASE, english, now)),
        Choice(label=keep, say=keep, data=button_data(Tapped.KEEP, english, now)),
    )


def what_is_held(held: Held, english: bool) -> Text:
    """A plain list, and what cannot be in it."""
    lines = _listed_in_english(held) if english else _listed_in_thai(held)
    offer = Choice(label=_ERASE_LABEL[english], say="Delete my data" if english else ASK_TO_ERASE)
    return Text(text="\n".join(lines), choices=() if held.nothing else (offer,))


def _listed_in_thai(held: Held) -> list[str]:
    unlisted = (
        "ไม่รวมเรื่องที่แจ้งแบบไม่เปิดเผยตัวตน เพราะระบบไม่ได้โยงเรื่องนั้นกับท่าน จึงไม่ทราบว่ามีหรือไม่ "
        "ดูเรื่องนั้นได้ด้วยรหัสติดตามเรื่อง 16 หลักเท่านั้นค่ะ"
    )
    if held.nothing:
        return ["ระบบไม่มีข้อมูลใดที่โยงถึงท่านค่ะ", "", unlisted]
    lines = ["ข้อมูลของท่านที่ระบบเก็บไว้", ""]
    if held.contact:
        lines.append("• บัญชี LINE ของท่าน เก็บแบบเข้ารหัส ไม่ได้บันทึกวันเวลาที่ติดต่อ")
    if held.consent is not None:
        version, day = held.consent
        lines.append(f"• ความยินยอมตามประกาศฉบับ {version} เมื่อ {long_date(day)}")
    if held.cases:
        lines.append(f"• เรื่องที่แจ้งไว้ {len(held.cases)} เรื่อง (แสดงรหัสติดตามไม่ได้ เพราะระบบไม่ได้เก็บรหัส)")
        for case in held.cases[:_MOST_CASES]:
            how = "เปิดเผยชื่อ" if case.named else "ปกปิดชื่อ"
            lines.append(f"   - {_KINDS[case.kind][0]} แจ้งเมื่อ {long_date(case.day)} ({how})")
    if held.questions:
        lines.append(f"• คำถามที่รอคำตอบ {held.questions} คำถาม")
    if held.talks:
        lines.append(f"• บทสนทนากับเจ้าหน้าที่ {held.talks} ครั้ง เก็บแบบเข้ารหัส")
    if held.draft:
        lines.append("• เรื่องที่กรอกค้างไว้และยังไม่ได้ส่ง 1 เรื่อง")
    if held.staff:
        lines.append("• การเชื่อมบัญชีนี้กับรายชื่อเจ้าหน้าที่ของหน่วยงาน")
    return [*lines, "", unlisted]


def _listed_in_english(held: Held) -> list[str]:
    unlisted = (
        "Anonymous reports are not in this list: nothing links them to you, so we cannot know of "
        "them. The 16-digit tracking code is the only way to see one."
    )
    if held.nothing:
        return ["We hold nothing that is linked to you.", "", unlisted]
    lines = ["What we hold about you", ""]
    if held.contact:
        lines.append("• Your LINE account, encrypted; not when you wrote to us")
    if held.consent is not None:
        version, day = held.consent
        lines.append(f"• Your consent to notice {version} on {english_date(day)}")
    if held.cases:
        lines.append(
            f"• Reports that you filed: {len(held.cases)} "
            "(we do not keep their tracking codes, so we cannot show them)"
        )
        for case in held.cases[:_MOST_CASES]:
            how = "named" if case.named else "confidential"
            lines.append(f"   - {_KINDS[case.kind][1]}, {english_date(case.day)} ({how})")
    if held.questions:
        lines.append(f"• Questions that wait for an answer: {held.questions}")
    if held.talks:
        lines.append(f"• Conversations with officers, encrypted: {held.talks}")
    if held.draft:
        lines.append("• One report that you began and have not sent")
    if held.staff:
        lines.append("• A link between this account and the agency's list of staff")
    return [*lines, "", unlisted]


def before_erasing(english: bool, now: datetime) -> Text:
    if english:
        words = (
            "We will delete your LINE account, name, contact details, consent, unfinished report, "
            "conversations with officers, and whatever waits to be sent to you.\n"
            "The law has us keep the reports themselves as the agency's record, without who wrote "
            "them; we can no longer notify you about them."
        )
    else:
        words = (
            "ระบบจะลบบัญชี LINE ชื่อ ช่องทางติดต่อ ความยินยอม เรื่องที่กรอกค้างไว้ บทสนทนากับเจ้าหน้าที่ "
            "และข้อความที่รอส่งถึงท่าน\n"
            "ส่วนตัวเรื่องที่แจ้งไว้แล้วต้องเก็บเป็นเอกสารราชการตามกฎหมาย โดยจะไม่มีชื่อผู้แจ้ง "
            "และระบบจะแจ้งผลถึงท่านไม่ได้อีก\n\nต้องการลบไหมคะ"
        )
    return Text(text=words, choices=buttons(english, now))


def erased(english: bool, staff: bool) -> Text:
    if english:
        words = (
            "Your data has been deleted. If you kept a tracking code, it still shows the progress "
            "of that report. You can also delete this chat on your phone."
        )
        if staff:
            words += (
                "\nThis account is linked to a member of staff. Only an administrator can remove "
                "that link; your data as a citizen has been deleted."
            )
        return Text(text=words)
    words = (
        "ลบข้อมูลของท่านแล้วค่ะ หากท่านจดรหัสติดตามเรื่องไว้ ยังใช้ดูความคืบหน้าได้ และท่านลบแชตนี้ในโทรศัพท์ของท่านได้ด้วย"
    )
    if staff:
        words += (
            "\nบัญชีนี้เชื่อมกับรายชื่อเจ้าหน้าที่ การเชื่อมนี้ลบได้โดยผู้ดูแลระบบของหน่วยงานเท่านั้น "
            "ระบบจึงลบเฉพาะข้อมูลที่ท่านให้ไว้ในฐานะประชาชนค่ะ"
        )
    return Text(text=words)


def nothing_to_erase(english: bool) -> Text:
    if english:
        return Text(text="There is nothing linked to you, so there was nothing to delete.")
    return Text(text="ระบบไม่มีข้อมูลใดที่โยงถึงท่าน จึงไม่มีอะไรต้องลบค่ะ")


def not_erased(english: bool) -> Text:
    return Text(text="Nothing was deleted." if english else "ไม่ได้ลบข้อมูลใดค่ะ")


def old_button(english: bool) -> Text:
    if english:
        return Text(text="This button has expired. To delete your data, type: delete my data")
    return Text(text=f"ปุ่มนี้หมดอายุแล้ว หากต้องการลบข้อมูล พิมพ์ “{ASK_TO_ERASE}” อีกครั้งค่ะ")


def after_the_report(right: Right, english: bool, choices: Sequence[Choice]) -> Text:
    """Asked in the middle of a report, where a word could be taken for an answer."""
    if english:
        again = "delete my data" if right is Right.ERASE else "what do you hold about me"
        words = (
            "You are in the middle of a report, and this was not taken as an answer. Send or "
            f"cancel the report first, then type: {again}"
        )
    else:
        again = ASK_TO_ERASE if right is Right.ERASE else ASK_TO_SEE
        words = (
            "ท่านกำลังกรอกเรื่องค้างไว้ ข้อความนี้จึงยังไม่ได้บันทึกเป็นคำตอบ "
            f"เมื่อส่งหรือยกเลิกเรื่องนี้แล้ว พิมพ์ “{again}” ได้ทันทีค่ะ"
        )
    return Text(text=words, choices=tuple(choices))


TAKEN_OUT = "ผู้ร้องขอลบข้อมูลส่วนตัวแล้ว"  # on the case, for officers
