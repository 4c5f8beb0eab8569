"""What the account says in Thai, in one place: short, plain, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.ids import show_receipt_code
from domain.messages import Choice, Fact, Menu, Message, Slip, Text
from domain.taps import Move, move_data


def button(label: str, move: Move) -> Choice:
    return Choice(label=label, data=move_data(move), say=label)


BACK = button("ย้อนกลับ", Move.BACK)
SKIP = button("ข้าม", Move.SKIP)
CANCEL = button("ยกเลิก", Move.CANCEL)
NEXT = button("ไม่มีแล้ว ไปต่อ", Move.NEXT)
CONTINUE = button("ทำต่อ", Move.CONTINUE)
ASK = button("ถามข้อมูล", Move.ASK)
COMPLAIN = button("แจ้งเรื่องร้องเรียน", Move.COMPLAINT)
CORRUPTION = button("แจ้งเบาะแสทุจริต", Move.CORRUPTION)
TRACK = button("ติดตามเรื่อง", Move.TRACK)
HUMAN = button("ติดต่อเจ้าหน้าที่", Move.HUMAN)
DOORS = (ASK, COMPLAIN, CORRUPTION, TRACK, HUMAN)

_TYPED = {
    "ย้อนกลับ": Move.BACK,
    "ย้อน": Move.BACK,
    "กลับ": Move.BACK,
    "ข้าม": Move.SKIP,
    "ยกเลิก": Move.CANCEL,
    "เลิก": Move.CANCEL,
    "ทำต่อ": Move.CONTINUE,
    "ไปต่อ": Move.NEXT,
    "ไม่มีแล้ว": Move.NEXT,
    "ไม่มีแล้ว ไปต่อ": Move.NEXT,
    "ยืนยัน": Move.CONFIRM,
    "ส่งเรื่อง": Move.CONFIRM,
    "แก้ไข": Move.EDIT,
    "ยินยอม": Move.AGREE,
    "เปิดเผยชื่อ": Move.NAMED,
    "ปกปิดชื่อ": Move.CONFIDENTIAL,
    "ไม่เปิดเผยตัวตน": Move.ANONYMOUS,
    "cancel": Move.CANCEL,
    "back": Move.BACK,
    "skip": Move.SKIP,
}


def typed_move(text: str) -> Move | None:
    """A button's words, typed by hand (there are no quick replies on a computer)."""
    return _TYPED.get(" ".join(text.split()).casefold())


def means_none(text: str) -> bool:
    """ "No, nothing", as people answer when asked for evidence."""
    bare = text.strip().removesuffix("ค่ะ").removesuffix("ครับ").removesuffix("คะ").strip()
    return bare in {"ไม่มี", "ไม่มีหลักฐาน", "ไม่มีรูป", "หมดแล้ว", "แค่นี้", "no", "none"}


def plain(text: str, choices: Sequence[Choice] = ()) -> Text:
    return Text(text=text, choices=tuple(choices))


def welcome(agency: str) -> Menu:
    return Menu(
        title=agency,
        text="สวัสดีค่ะ พิมพ์คำถามได้เลย หรือเลือกเรื่องที่ต้องการด้านล่างนี้",
        choices=DOORS,
    )


def welcome_back(kind: str) -> Text:
    subject = "เบาะแสทุจริต" if kind == "corruption" else "เรื่องร้องเรียน"
    return plain(
        f"ท่านยังกรอก{subject}ค้างไว้ ข้อความเมื่อสักครู่ยังไม่ได้บันทึกลงในเรื่องนี้\nต้องการทำต่อหรือยกเลิกคะ",
        (CONTINUE, CANCEL),
    )


def opening(kind: str) -> Text:
    if kind == "corruption":
        return plain(
            "ท่านเลือกได้ว่าจะเปิดเผยชื่อ ปกปิดชื่อ หรือไม่เปิดเผยตัวตนเลย โดยเลือกในขั้นตอนสุดท้ายก่อนส่ง\n"
            "หากเลือกไม่เปิดเผยตัวตน ระบบจะไม่เก็บสิ่งใดที่โยงเรื่องนี้ถึงบัญชี LINE ของท่าน"
        )
    return plain("ขอข้อมูลสั้น ๆ ไม่กี่ข้อ ท่านย้อนกลับหรือยกเลิกได้ทุกเมื่อ")


_ASKS = {
    "corruption": {
        "what": "เกิดอะไรขึ้น เล่าให้ฟังได้เลยค่ะ",
        "where": "เกิดที่ไหน พิมพ์ชื่อสถานที่ หรือส่งตำแหน่งก็ได้ค่ะ",
        "when": "เกิดเมื่อไร บอกโดยประมาณก็ได้ค่ะ",
        "who": "ใครเกี่ยวข้องบ้าง บอกชื่อ ตำแหน่ง หรือกองที่สังกัด เท่าที่ทราบค่ะ",
        "evidence": (
            "มีหลักฐานไหม ส่งรูปหรือไฟล์ได้หลายรายการ ระบบลบข้อมูลแฝงในรูปให้ "
            "แต่ไฟล์ PDF และ Word อาจยังมีชื่อผู้สร้างติดอยู่"
        ),
    },
    "service": {
        "what": "ต้องการแจ้งเรื่องอะไร เล่าให้ฟังได้เลยค่ะ",
        "where": "อยู่ที่ไหน พิมพ์ชื่อสถานที่ หรือส่งตำแหน่งก็ได้ค่ะ",
        "evidence": "มีรูปหรือไฟล์ประกอบไหม ส่งได้หลายรายการค่ะ",
    },
}
_PLACE = Choice(label="ส่งตำแหน่ง", opens="location")
_CAMERA = Choice(label="ถ่ายรูป", opens="camera")
_ROLL = Choice(label="เลือกรูป", opens="camera_roll")

MODES = {
    "named": "เปิดเผยชื่อ",
    "confidential": "ปกปิดชื่อ",
    "anonymous": "ไม่เปิดเผยตัวตน",
}


def question(
    state: str,
    *,
    kind: str,
    answers: Mapping[str, str],
    files: int,
    mode: str,
    name: str,
    phone: str,
    first: bool,
) -> Message:
    """What is asked in a state of the guided report."""
    back = () if first else (BACK,)
    if state in ("what", "where", "when", "who"):
        known = answers.get(state)
        text = _ASKS[kind][state]
        if known:
            text += f"\n\nคำตอบเดิม: {_short(known)}\n(กด “ข้าม” เพื่อใช้คำตอบเดิม)"
        skip = () if state == "what" and not known else (SKIP,)
        place = (_PLACE,) if state == "where" else ()
        return plain(text, (*place, *skip, *back, CANCEL))
    if state == "evidence":
        text = _ASKS[kind][state]
        if files:
            text = f"ได้รับไว้แล้ว {files} รายการ ส่งเพิ่มได้อีก หรือกดไปต่อค่ะ"
        return plain(text, (NEXT, _CAMERA, _ROLL, *back, CANCEL))
    if state == "confirm":
        return _summary(kind, answers, files, mode, name, phone)
    return _FIXED[state]


_FIXED: dict[str, Message] = {
    "identity": Text(
        text=(
            "ต้องการให้เจ้าหน้าที่รู้จักท่านอย่างไร\n\n"
            "• เปิดเผยชื่อ: เจ้าหน้าที่เห็นชื่อและติดต่อท่านได้\n"
            "• ปกปิดชื่อ: ระบบแจ้งผลถึงท่านได้ แต่เจ้าหน้าที่ไม่เห็นว่าเป็นใคร\n"
            "• ไม่เปิดเผยตัวตน: ไม่มีข้อมูลใดโยงถึงท่าน ติดตามเรื่องได้ด้วยรหัสที่จะได้รับเท่านั้น"
        ),
        choices=(
            button("ไม่เปิดเผยตัวตน", Move.ANONYMOUS),
            button("ปกปิดชื่อ", Move.CONFIDENTIAL),
            button("เปิดเผยชื่อ", Move.NAMED),
            BACK,
            CANCEL,
        ),
    ),
    "consent": Text(
        text=(
            "เราจะเก็บข้อมูลติดต่อของท่านไว้แบบเข้ารหัส ใช้เพื่อดำเนินการและแจ้งผลเรื่องนี้เท่านั้น "
            "และท่านขอให้ลบได้ทุกเมื่อ\nยินยอมไหมคะ"
        ),
        choices=(button("ยินยอม", Move.AGREE), BACK, CANCEL),
    ),
    "name": Text(text="ขอทราบชื่อและนามสกุลค่ะ", choices=(BACK, CANCEL)),
    "phone": Text(text="ขอเบอร์โทรศัพท์ หรือช่องทางติดต่อกลับค่ะ", choices=(SKIP, BACK, CANCEL)),
    "track": Text(text="พิมพ์รหัสติดตามเรื่อง 16 หลักได้เลยค่ะ", choices=(CANCEL,)),
    "idle": Text(text="พิมพ์คำถามได้เลยค่ะ", choices=DOORS),
}
_FACT_NAMES = (("what", "เรื่อง"), ("where", "สถานที่"), ("when", "เวลา"), ("who", "ผู้เกี่ยวข้อง"))


def _summary(
    kind: str, answers: Mapping[str, str], files: int, mode: str, name: str, phone: str
) -> Slip:
    asked = _ASKS[kind]
    facts = [
        Fact(name=thai, value=_short(answers.get(key) or "ไม่ระบุ"))
        for key, thai in _FACT_NAMES
        if key in asked
    ]
    facts.append(Fact(name="หลักฐาน", value=f"{files} รายการ" if files else "ไม่มี"))
    facts.append(Fact(name="ตัวตน", value=MODES[mode]))
    if mode == "named":
        facts.append(Fact(name="ผู้แจ้ง", value=_short(f"{name} {phone}".strip())))
    return Slip(
        title="ตรวจสอบก่อนส่ง",
        facts=tuple(facts),
        note="กด “ยืนยัน” เพื่อส่งเรื่อง หลังจากนั้นจะแก้ไขไม่ได้",
        choices=(
            button("ยืนยัน", Move.CONFIRM),
            button("แก้ไข", Move.EDIT),
            BACK,
            CANCEL,
        ),
    )


def _short(text: str, limit: int = 200) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def receipt(code: str, *, anonymous: bool, corruption: bool) -> Slip:
    notes = ["เจ้าหน้าที่จะตอบครั้งแรกภายใน 15 วัน พิมพ์รหัสนี้ในแชตเมื่อใดก็ได้เพื่อดูความคืบหน้า"]
    if corruption:
        notes.append("เรื่องนี้เปิดอ่านได้เฉพาะเจ้าหน้าที่ผู้รับผิดชอบเรื่องทุจริตที่ได้รับแต่งตั้งเท่านั้น")
    if anonymous:
        notes.append(
            "รหัสนี้แสดงครั้งเดียวและขอใหม่ไม่ได้ กรุณาจดหรือบันทึกภาพหน้าจอไว้ "
            "แล้วลบข้อความในแชตนี้ถ้ากังวลว่ามีผู้อื่นเปิดดูโทรศัพท์"
        )
    return Slip(
        title="รับเรื่องแล้ว",
        code=show_receipt_code(code),
        facts=(),
        note="\n".join(notes),
        choices=(TRACK, ASK),
    )


def cancelled() -> Text:
    return plain("ยกเลิกแล้ว ข้อมูลที่กรอกไว้ถูกลบทั้งหมดค่ะ", DOORS)


def _prefixed(words: str, message: Message) -> Message:
    if isinstance(message, Text):
        return message.model_copy(update={"text": f"{words}\n\n{message.text}"})
    if isinstance(message, Slip):
        return message.model_copy(update={"note": f"{words}\n{message.note}"})
    return message


def not_an_answer(again: Message) -> Message:
    return _prefixed("ขออภัย ข้อความนี้ใช้ตอบข้อนี้ไม่ได้ค่ะ", again)


def cannot_skip(again: Message) -> Message:
    return _prefixed("ข้อนี้ข้ามไม่ได้ค่ะ", again)


def note_added(again: Message) -> Message:
    return _prefixed("เพิ่มข้อความลงในเรื่องแล้วค่ะ", again)


def file_kept(count: int, again: Message) -> Message:
    return _prefixed(f"ได้รับไฟล์รายการที่ {count} แล้วค่ะ", again)


def enough_files(most: int, again: Message) -> Message:
    return _prefixed(f"รับได้ไม่เกิน {most} รายการ รายการนี้จึงไม่ได้เก็บไว้ค่ะ", again)


def not_a_code() -> Text:
    return plain("รหัสติดตามเรื่องเป็นตัวเลข 16 หลัก ลองพิมพ์อีกครั้งค่ะ", (CANCEL,))


def mistyped_code() -> Text:
    return plain("รหัสนี้มีตัวเลขผิดอย่างน้อยหนึ่งหลัก ลองตรวจแล้วพิมพ์อีกครั้งค่ะ", (CANCEL,))


def unknown_code() -> Text:
    return plain("ไม่พบเรื่องที่ตรงกับรหัสนี้ กรุณาตรวจรหัสอีกครั้งค่ะ", (TRACK, HUMAN))
