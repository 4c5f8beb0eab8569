"""What the account says about a division's answers: to who answers, and to those above them."""

from __future__ import annotations

from datetime import date

from domain.calendar import short_date
from domain.limits import shorten
from domain.messages import Choice, Fact, Slip, Text
from domain.reminders import Level

_QUOTED = 800  # of what a division wrote; the desk shows all of it
_TITLE = 120
NOT_LINKED = "บัญชี LINE ของท่านยังไม่ได้เชื่อมกับระบบ กรุณาขอรหัสเชิญจากผู้ดูแลระบบ แล้วพิมพ์รหัสนั้นในแชตส่วนตัวนี้ค่ะ"
DEAD_BUTTON = "ปุ่มนี้ใช้ไม่ได้แล้ว กรุณาใช้ปุ่มในข้อความล่าสุดค่ะ"
_NO_HEAD = "\nแจ้งท่านเพราะยังไม่มีหัวหน้าส่วนราชการที่รับแจ้งได้"
GRANT, DECLINE = "อนุมัติให้เลื่อน", "ไม่อนุมัติ"
NO_REASON = "ไม่ระบุเหตุผล"


def post_of(level: Level, division: str) -> str:
    """หัวหน้ากองคลัง, ปลัด, นายก"""
    if level is Level.CLERK:
        return "ปลัด"
    return "นายก" if level is Level.MAYOR else f"หัวหน้า{division}"


def who_is_told(level: Level | None, division: str, *, wish: bool) -> str:
    """Said to the one who reported a problem, or wishes to postpone."""
    if level is None:
        return "ขณะนี้ไม่มีผู้บังคับบัญชาที่ระบบแจ้งได้ เรื่องนี้จะแสดงที่หน้าแรกของเว็บเจ้าหน้าที่ให้ผู้ดูแลระบบเห็นค่ะ"
    post = post_of(level, division)
    if wish:
        return f"ระบบจะแจ้ง{post}ให้พิจารณา และแจ้งผลให้ท่านทราบค่ะ"
    return f"ระบบจะแจ้ง{post}ให้ทราบปัญหานี้ค่ะ"


def named(code: str | None, title: str) -> str:
    return shorten(f"{code or ''} {title}".strip(), _TITLE)


def problem_slip(
    *, measure: str, division: str, due: date, by: str, said: str, files: int, others: bool
) -> Slip:
    """``others``: told to those above because no head of the division can be told."""
    facts = [
        Fact(name="มาตรการ", value=measure),
        Fact(name="ส่วนราชการ", value=division),
        Fact(name="กำหนดรายงาน", value=short_date(due)),
        Fact(name="ผู้แจ้ง", value=by),
        Fact(name="ปัญหาและสิ่งที่ขอให้ช่วย", value=shorten(said, _QUOTED) or "ผู้แจ้งไม่ได้พิมพ์รายละเอียด"),
    ]
    if files:
        facts.append(Fact(name="หลักฐาน", value=f"{files} ไฟล์ เปิดดูได้ที่เว็บเจ้าหน้าที่"))
    note = "กรุณาติดต่อผู้แจ้งเพื่อช่วยแก้ปัญหา เมื่อทำได้แล้วให้กองรายงานผลตามปกติค่ะ"
    if others:
        note += _NO_HEAD
    return Slip(title="มีส่วนราชการแจ้งว่าติดปัญหา", facts=tuple(facts), note=note)


def wish_slip(
    *,
    measure: str,
    division: str,
    due: date,
    wished: date | None,
    by: str,
    said: str,
    others: bool,
    buttons: tuple[Choice, ...],
) -> Slip:
    """``buttons``: those of the decision; none where the recipient decides on the desk.
    ``others``: as in `problem_slip`."""
    note = "กดปุ่มด้านล่างเพื่อพิจารณา" if buttons else "พิจารณาได้ที่เว็บเจ้าหน้าที่ หน้ามาตรการ"
    note += " กำหนดเดิมยังใช้อยู่จนกว่าจะอนุมัติค่ะ"
    if others:
        note += _NO_HEAD
    return Slip(
        title="มีคำขอเลื่อนกำหนดรายงาน",
        facts=(
            Fact(name="มาตรการ", value=measure),
            Fact(name="ส่วนราชการ", value=division),
            Fact(name="กำหนดเดิม", value=short_date(due)),
            Fact(name="ขอเลื่อนเป็น", value=short_date(wished) if wished else "ไม่ได้ระบุ"),
            Fact(name="ผู้ขอ", value=by),
            Fact(name="เหตุผล", value=shorten(said, _QUOTED) or "ผู้ขอไม่ได้พิมพ์เหตุผล"),
        ),
        note=note,
        buttons=buttons,
    )


def decided_slip(
    *, measure: str, granted: bool, due: date, by: str, reason: str, buttons: tuple[Choice, ...]
) -> Slip:
    """Told to the one who wished. ``due``: the day that holds now."""
    facts = [
        Fact(name="มาตรการ", value=measure),
        Fact(name="กำหนดใหม่" if granted else "กำหนดเดิมที่ยังใช้อยู่", value=short_date(due)),
        Fact(name="ผู้พิจารณา", value=by),
    ]
    if not granted:
        facts.append(Fact(name="เหตุผล", value=shorten(reason, _QUOTED) or "ไม่ได้ระบุ"))
    return Slip(
        title="อนุมัติให้เลื่อนกำหนดแล้ว" if granted else "ไม่อนุมัติให้เลื่อนกำหนด",
        facts=tuple(facts),
        note="ระบบจะเตือนตามกำหนดใหม่ค่ะ"
        if granted
        else "กรุณารายงานผลตามกำหนดเดิม กดปุ่มด้านล่าง หรือพิมพ์ “งานของฉัน” ได้ทุกเมื่อค่ะ",
        buttons=() if granted else buttons,
    )


def ask_for_a_reason(measure: str, skip: Choice) -> Text:
    return Text(
        text=f"ไม่อนุมัติให้เลื่อน “{measure}”\n"
        "กรุณาพิมพ์เหตุผลในข้อความถัดไป หรือกด “ไม่ระบุเหตุผล” "
        "ระบบยังไม่บันทึกจนกว่าจะพิมพ์หรือกดค่ะ เปลี่ยนใจให้พิมพ์ “ยกเลิก”",
        choices=(skip,),
    )


def no_reason_for_now(measure: str, skip: Choice) -> Text:
    """A guided report is under way: what is typed next belongs to it."""
    return Text(
        text=f"ไม่อนุมัติให้เลื่อน “{measure}” ยังไม่ได้บันทึกค่ะ\n"
        "ท่านกำลังแจ้งเรื่องค้างอยู่ในแชตนี้ ข้อความที่พิมพ์จะเป็นของเรื่องนั้น กด “ไม่ระบุเหตุผล” เพื่อบันทึกเลย "
        "หรือแจ้งเรื่องให้เสร็จก่อน แล้วกด “ไม่อนุมัติ” ใหม่เพื่อพิมพ์เหตุผล",
        choices=(skip,),
    )


def not_taken_as_a_reason(skip: Choice, doors: tuple[Choice, ...]) -> Text:
    """The words are not repeated: others may look over the reader's shoulder."""
    return Text(
        text="ไม่ได้นำข้อความนี้ไปเป็นเหตุผล เพราะเหตุผลจะส่งถึงผู้ขอเลื่อน "
        "และข้อความนี้อาจเป็นเรื่องทุจริตหรือมีรหัสติดตามเรื่อง ยังไม่ได้บันทึกอะไรและยังไม่ได้พิจารณาคำขอค่ะ\n"
        "พิมพ์เหตุผลใหม่ หรือกด “ไม่ระบุเหตุผล” หากต้องการแจ้งหรือติดตามเรื่อง กดเลือกด้านล่าง",
        choices=(skip, *doors),
    )


def granted(measure: str, due: date) -> Text:
    return Text(text=f"บันทึกแล้ว: อนุมัติให้เลื่อน “{measure}” เป็น {short_date(due)} ระบบจะแจ้งผู้ขอให้ทราบค่ะ")


def declined(measure: str, due: date) -> Text:
    return Text(
        text=f"บันทึกแล้ว: ไม่อนุมัติให้เลื่อน “{measure}” กำหนดเดิม {short_date(due)} ยังใช้อยู่ "
        "ระบบจะแจ้งผู้ขอให้ทราบค่ะ"
    )


_OVER = {
    "granted": "คำขอนี้อนุมัติไปแล้วค่ะ",
    "declined": "คำขอนี้มีผู้ไม่อนุมัติไปแล้วค่ะ",
    "cancelled": "งานนี้ถูกยกเลิกแล้ว จึงไม่ต้องพิจารณาค่ะ",
    "answered": "ส่วนราชการรายงานผลงานนี้แล้ว จึงไม่ต้องพิจารณาคำขอเลื่อนค่ะ",
    "newer": "ส่วนราชการส่งรายงานใหม่หลังจากคำขอนี้ จึงพิจารณาคำขอนี้ไม่ได้แล้ว กรุณาดูรายงานล่าสุดค่ะ",
    "passed": "วันที่ขอเลื่อนผ่านไปแล้ว จึงอนุมัติไม่ได้ กด “ไม่อนุมัติ” แล้วให้ผู้ขอเลือกวันใหม่ค่ะ",
}


def wish_is_over(why: str) -> str:
    """Why a wish is not decided; ``why`` as `models.postponement.Why` says it."""
    return _OVER[why]
