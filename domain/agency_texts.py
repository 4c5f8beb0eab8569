"""Which words an agency may put in place of ours, and what they must hold to.

What the law or the work needs (a case's code, its deadline, the notice on privacy and its version,
when the office opens) is never part of these: it is said by us, after them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.limits import cut_to_units, utf16_units

CONTACT = "contact"  # kept with the agency itself: many pages and messages show it
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029]")


class Fault(StrEnum):
    EMPTY = "empty"
    LONG = "long"
    PLACEHOLDER = "placeholder"  # one that is not known here
    BRACES = "braces"


class BadText(ValueError):
    """``which``: the placeholder at fault."""

    def __init__(self, fault: Fault, which: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.which = which


@dataclass(frozen=True)
class AgencyWords:
    """``ours`` says, to officers, what we add after the text. ``most`` counts as LINE does."""

    key: str
    title: str
    where: str
    default: str
    ours: str = ""
    placeholders: tuple[str, ...] = ()
    most: int = 300
    may_be_empty: bool = False


PLACEHOLDERS = {"agency": "ชื่อหน่วยงาน", "hours": "เวลาทำการ เช่น 08:30–16:30 น."}
# As people write them, the same words as in answer templates. The English names are read as well:
# texts were written with them.
THAI_NAMES: Mapping[str, str] = {"agency": "หน่วยงาน", "hours": "เวลาทำการ"}
_ENGLISH = {thai: name for name, thai in THAI_NAMES.items()}

_CODE = "รหัสติดตามเรื่อง กำหนดวันตอบ และคำอธิบายวิธีติดตาม"

TEXTS: tuple[AgencyWords, ...] = (
    AgencyWords(
        "greeting",
        "คำทักทายผู้ที่เพิ่มเพื่อนครั้งแรก",
        "LINE เมื่อมีผู้เพิ่มบัญชีของหน่วยงานเป็นเพื่อน",
        "สวัสดีค่ะ นี่คือบัญชี LINE ทางการของ{หน่วยงาน} "
        "ใช้ถามข้อมูล แจ้งเรื่องร้องเรียน แจ้งเบาะแสทุจริตโดยไม่ต้องบอกชื่อก็ได้ ติดตามเรื่อง "
        "และคุยกับเจ้าหน้าที่ได้ในแชตนี้ค่ะ",
        ours="ประกาศความเป็นส่วนตัวพร้อมเลขฉบับ วิธีดูและลบข้อมูลของตนเอง และบรรทัดภาษาอังกฤษ",
        placeholders=("agency", "hours"),
        most=1000,
    ),
    AgencyWords(
        "greeting_again",
        "คำทักทายผู้ที่กลับมา",
        "LINE เมื่อมีผู้เลิกบล็อกหรือเพิ่มเพื่อนอีกครั้ง",
        "ยินดีต้อนรับกลับมาค่ะ พิมพ์คำถามได้เลย หรือเลือกเรื่องที่ต้องการด้านล่างนี้",
        ours="ปุ่มเมนู",
        placeholders=("agency", "hours"),
    ),
    AgencyWords(
        "receipt",
        "ข้อความขึ้นต้นใบรับเรื่องร้องเรียน",
        "LINE และเว็บ เมื่อรับเรื่องร้องเรียนหรือข้อเสนอแนะที่เปิดเผยหรือปกปิดชื่อ",
        "ขอบคุณที่แจ้งเรื่องค่ะ",
        ours=_CODE,
        placeholders=("agency", "hours"),
        may_be_empty=True,
    ),
    AgencyWords(
        "receipt_anonymous",
        "ข้อความขึ้นต้นใบรับเรื่องที่ไม่เปิดเผยตัวตน",
        "LINE และเว็บ เมื่อรับเรื่องที่ผู้แจ้งไม่เปิดเผยตัวตน",
        "ขอบคุณที่แจ้งเรื่องค่ะ",
        ours=_CODE + " และคำเตือนว่ารหัสแสดงครั้งเดียว",
        placeholders=("agency", "hours"),
        may_be_empty=True,
    ),
    AgencyWords(
        "receipt_request",
        "ข้อความขึ้นต้นใบรับคำขอรับบริการ",
        "LINE และเว็บ เมื่อรับคำขอรับบริการ",
        "ขอบคุณที่แจ้งเรื่องค่ะ",
        ours=_CODE,
        placeholders=("agency", "hours"),
        may_be_empty=True,
    ),
    AgencyWords(
        "off_hours",
        "เมื่อมีผู้ขอคุยกับเจ้าหน้าที่นอกเวลาทำการ",
        "LINE เมื่อกด “ติดต่อเจ้าหน้าที่” นอกเวลาทำการหรือในวันหยุด",
        "ขณะนี้อยู่นอกเวลาทำการ เจ้าหน้าที่จะเห็นข้อความของท่านเมื่อเปิดทำการ",
        ours="วันและเวลาที่เปิดทำการ การเก็บและลบข้อความ ช่องทางติดต่อ และปุ่ม",
        placeholders=("agency", "hours"),
    ),
    AgencyWords(
        "nobody_came",
        "เมื่อไม่มีเจ้าหน้าที่มารับการสนทนา",
        "LINE เมื่อมีผู้ขอคุย แต่ไม่มีเจ้าหน้าที่รับภายในวันทำการ",
        "ขออภัยค่ะ ยังไม่มีเจ้าหน้าที่มารับเรื่องภายในวันทำการที่ผ่านมา คำขอคุยจึงจบลง",
        ours="ช่องทางติดต่อของหน่วยงาน และปุ่มเมนู",
        placeholders=("agency", "hours"),
    ),
    AgencyWords(
        CONTACT,
        "ช่องทางติดต่อหน่วยงาน",
        "ประกาศความเป็นส่วนตัว หน้าเว็บประชาชน และเมื่อมีผู้ขอคุยกับเจ้าหน้าที่",
        "",
        ours="ชื่อหน่วยงาน",
        may_be_empty=True,
    ),
)
BY_KEY: Mapping[str, AgencyWords] = {one.key: one for one in TEXTS}


def checked(words: AgencyWords, typed: str) -> str:
    """The text as it is kept. Raises `BadText`."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text).encode("utf-8", "replace").decode().strip()
    if not text and not words.may_be_empty:
        raise BadText(Fault.EMPTY)
    if utf16_units(text) > words.most:
        raise BadText(Fault.LONG)
    for name in _named(text):
        if _ENGLISH.get(name, name) not in words.placeholders:
            raise BadText(Fault.PLACEHOLDER, name)
    return text


def _named(text: str) -> list[str]:
    """The placeholders in a text; plain names alone, nothing that Python's format would run."""
    rest = text
    names = re.findall(r"\{([^{}]*)\}", text)
    for name in names:
        rest = rest.replace("{" + name + "}", "")
    if "{" in rest or "}" in rest:
        raise BadText(Fault.BRACES)
    return names


def spoken(key: str, own: str | None, **values: str) -> str:
    """What is said: the agency's words, else ours. Never fails: what is not known stays as typed,
    and what grew too long with a long name is cut."""
    words = BY_KEY[key]
    text = words.default if own is None else own
    # In one go: a value with braces in it is not read again.
    known = "|".join((*words.placeholders, *(THAI_NAMES[one] for one in words.placeholders)))
    if known:

        def value(found: re.Match[str]) -> str:
            return values.get(_ENGLISH.get(found[1], found[1]), "")

        text = re.sub(rf"\{{({known})\}}", value, text)
    return cut_to_units(text.strip(), 2 * words.most)


def in_thai(text: str) -> str:
    """The same text with its placeholders under their Thai names, as it is shown to be changed."""
    known = "|".join(THAI_NAMES)
    return re.sub(rf"\{{({known})\}}", lambda found: "{" + THAI_NAMES[found[1]] + "}", text)


def kind_of_receipt(kind: str, *, anonymous: bool) -> str:
    """The key of what a receipt begins with. Who is anonymous gets the text of the anonymous."""
    if anonymous:
        return "receipt_anonymous"
    return "receipt_request" if kind == "request" else "receipt"
