"""What a message is taken for where nothing is under way: the chat acts on it, and the desk's
try-it box shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.ids import read_receipt_code
from domain.rights_words import asked_right
from domain.routing import Intent, route
from domain.taps import Move
from domain.wording import typed_door

# Below this the sorter is unsure, and a question is the cheapest thing to take a message for:
# its answer comes with the doors to everything else.
_SURE = 0.5


class Taken(StrEnum):
    """What the chat does with a message."""

    RIGHT = "right"  # what is held of me; erase it
    MY_WORK = "my_work"
    PERSON = "person"
    CODE = "code"  # of a case
    NOTHING = "nothing"  # no letter and no digit
    DOOR = "door"  # of the menu, typed
    CORRUPTION = "corruption"
    COMPLAINT = "complaint"
    REQUEST = "request"
    STATUS = "status"
    SMALL_TALK = "small_talk"
    QUESTION = "question"
    UNSURE_COMPLAINT = "unsure_complaint"  # a question, with that door kept open
    UNSURE_REQUEST = "unsure_request"


SEARCHED = frozenset({Taken.QUESTION, Taken.UNSURE_COMPLAINT, Taken.UNSURE_REQUEST})
ANSWERED_BEFORE_THE_DOOR = frozenset({Taken.COMPLAINT, Taken.REQUEST})


@dataclass(frozen=True)
class Look:
    taken: Taken
    confidence: float = 1.0
    code: str = ""
    door: Move | None = None


# Whole messages only: "งานของฉันหาย" is something else.
_ASKS_FOR_WORK = re.compile(
    r"(ขอ|ขอดู|ดู|เปิด|แสดง|เช็ค|เช็ก)?\s*"
    r"(งาน\s*(ของ)?\s*(ฉัน|ผม|ดิฉัน|เรา|หนู|กอง|กองเรา)|รายการงาน(ของฉัน)?|งาน\s*(ที่)?\s*(ค้าง|รอ|ต้องทำ|ต้องรายงาน)"
    r"(อยู่)?|รายการ(ที่)?(ค้าง|ต้องรายงาน)|my\s*(work|tasks?))\s*"
    r"(หน่อย|ด้วย|นะ|ครับ|คับ|ค่ะ|คะ|จ้า|\s)*",
    re.IGNORECASE,
)
# "มีงานอะไรค้างบ้าง", "เดือนนี้กองเรามีมาตรการที่ต้องรายงานไหม": of work, never of "ภาษีค้าง".
_ASKS_WHAT_IS_LEFT = re.compile(
    r"((วัน|ตอน|สัปดาห์|อาทิตย์|เดือน|ช่วง)นี้)?\s*(ฉัน|ผม|ดิฉัน|หนู|เรา|กอง|กองเรา|กองผม|กองฉัน)?\s*"
    r"(ยัง)?\s*(มี|เหลือ)?\s*(งาน|มาตรการ|รายการ|รายงาน)\s*(อะไร|ไหน)?\s*(ที่)?\s*(ยัง)?\s*"
    r"(ค้าง|เหลือ|ต้องทำ|ต้องส่ง|ต้องรายงาน|รอรายงาน|ครบกำหนด|ใกล้ครบกำหนด|เกินกำหนด)\s*(อยู่)?\s*(อะไร)?\s*"
    r"(บ้าง|ไหม|มั้ย|มั๊ย|ป่าว|หรือเปล่า|รึเปล่า|หรือไม่)\s*"
    r"(หน่อย|ด้วย|นะ|ครับ|คับ|ค่ะ|คะ|จ้า|\s)*"
)
# And here: in the middle of a report "เจ้าหน้าที่กองช่าง" is an answer.
_WANTS_A_PERSON = re.compile(
    r"(ขอ|อยาก|อยากจะ|ต้องการ|ช่วย)*\s*(คุย|พูด|พูดคุย|ติดต่อ|สนทนา)\s*(กับ)?\s*"
    r"(เจ้าหน้าที่|พนักงาน|แอดมิน|คน|คนจริง|คนจริงๆ)\s*"
    r"(หน่อย|ได้ไหม|ได้มั้ย|โดยตรง|จริงๆ|นะ|ครับ|ค่ะ|คะ|คับ|จ้า|\s)*"
)


def asks_for_work(text: str) -> bool:
    asked = text.strip()
    return any(one.fullmatch(asked) for one in (_ASKS_FOR_WORK, _ASKS_WHAT_IS_LEFT))


def wants_a_person(text: str) -> bool:
    """Whether a message says this and nothing else, whatever is under way."""
    return _WANTS_A_PERSON.fullmatch(text.strip()) is not None


def look_at(text: str) -> Look:
    """What a message is, once it is neither a right that is asked for nor a call for a person."""
    code = read_receipt_code(text)
    if code is not None:
        return Look(Taken.CODE, code=code)
    if not any(mark.isalnum() for mark in text):
        return Look(Taken.NOTHING)
    door = typed_door(text)
    if door is not None:
        return Look(Taken.DOOR, door=door)
    routing = route(text)
    return Look(_taken(routing.intent, routing.confidence), routing.confidence)


def _taken(intent: Intent, confidence: float) -> Taken:
    if intent is Intent.CORRUPTION:
        return Taken.CORRUPTION
    unsure = confidence < _SURE
    match intent:
        case Intent.COMPLAINT:
            return Taken.UNSURE_COMPLAINT if unsure else Taken.COMPLAINT
        case Intent.REQUEST:
            return Taken.UNSURE_REQUEST if unsure else Taken.REQUEST
        case Intent.STATUS if not unsure:
            return Taken.STATUS
        case Intent.HUMAN if not unsure:
            return Taken.PERSON
        case Intent.SMALL_TALK if not unsure:
            return Taken.SMALL_TALK
    return Taken.QUESTION


def look_from_outside(text: str) -> Look:
    """What a stranger's first message is taken for."""
    text = text.strip()
    if asked_right(text) is not None:
        return Look(Taken.RIGHT)
    if asks_for_work(text):
        return Look(Taken.MY_WORK)
    if wants_a_person(text):
        return Look(Taken.PERSON)
    return look_at(text)
