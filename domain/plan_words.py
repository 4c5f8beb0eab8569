"""What the reader of plans says of its readings, in plain Thai sentences for an officer."""

from __future__ import annotations

from collections.abc import Mapping

from domain.plan import Column, PlanFlag, ReadMeasure
from domain.schedules.types import Kind, ScheduleFlag

# Of two sentences the first is for a flag that carries a detail, the second for one without.
_PLAN: Mapping[PlanFlag, str | tuple[str, str]] = {
    PlanFlag.CODE_REPAIRED: (
        "แก้รหัสที่พิมพ์ว่า “{detail}” ให้แล้ว กรุณาตรวจว่าถูกต้อง",
        "แก้รหัสที่พิมพ์ไม่ชัดให้แล้ว กรุณาตรวจว่าถูกต้อง",
    ),
    PlanFlag.CODE_UNCLEAR: (
        "อ่านรหัสที่พิมพ์ว่า “{detail}” ไม่ออก กรุณากรอกรหัสเอง",
        "อ่านรหัสไม่ออก กรุณากรอกรหัสเอง",
    ),
    PlanFlag.INSTRUMENT_MISMATCH: (
        "เครื่องมือประเมินในเอกสารไม่ตรงกับรหัส ตามเกณฑ์ ITA คือ {detail} ระบบเก็บไว้ตามที่พิมพ์",
        "เครื่องมือประเมินในเอกสารไม่ตรงกับรหัส ระบบเก็บไว้ตามที่พิมพ์",
    ),
    PlanFlag.INDICATOR_MISMATCH: (
        "ชื่อตัวชี้วัดในเอกสารไม่ตรงกับเกณฑ์ ITA ซึ่งคือ “{detail}” ระบบเก็บไว้ตามที่พิมพ์",
        "ชื่อตัวชี้วัดในเอกสารไม่ตรงกับเกณฑ์ ITA ระบบเก็บไว้ตามที่พิมพ์",
    ),
    PlanFlag.INDICATOR_INHERITED: "ใช้ตัวชี้วัดของแถวก่อนหน้า",
    PlanFlag.DIVISIONS_OPEN: "รายชื่อผู้รับผิดชอบลงท้ายว่า “เป็นต้น” อาจมีส่วนราชการอื่นด้วย กรุณาตรวจ",
    PlanFlag.DIVISIONS_MISSING: "เอกสารไม่ได้บอกผู้รับผิดชอบ กรุณาเลือกส่วนราชการ",
    PlanFlag.DIVISION_UNCLEAR: (
        "ไม่แน่ใจว่า “{detail}” เป็นชื่อส่วนราชการหรือไม่",
        "มีชื่อผู้รับผิดชอบที่ไม่แน่ใจว่าเป็นส่วนราชการหรือไม่",
    ),
    PlanFlag.SCHEDULE_MISSING: "เอกสารไม่ได้บอกกำหนดเวลา",
    PlanFlag.SCHEDULE_VAGUE: "กำหนดเวลาในเอกสารไม่ได้บอกวันที่ชัดเจน กรุณากรอกวันเอง",
    PlanFlag.ROWS_JOINED: "ต่อแถวที่ถูกตัดข้ามหน้าให้เป็นมาตรการเดียวแล้ว",
    PlanFlag.RESULT_BEFORE_YEAR: "ผลการดำเนินการมีวันที่ก่อนปีงบประมาณของแผน กรุณาตรวจ",
    PlanFlag.YEAR_MISSING: "เอกสารไม่ได้บอกปีงบประมาณ กรุณาเลือกปี",
    PlanFlag.AGENCY_MISSING: "เอกสารไม่ได้บอกชื่อหน่วยงาน",
    PlanFlag.SCORES_DISAGREE: (
        "คะแนนรวมในเอกสารไม่ตรงกับที่คำนวณจากตัวชี้วัด ซึ่งได้ {detail}",
        "คะแนนรวมในเอกสารไม่ตรงกับที่คำนวณจากตัวชี้วัด",
    ),
    PlanFlag.INDICATOR_NAME_REPAIRED: (
        "แก้ชื่อตัวชี้วัดที่พิมพ์ว่า “{detail}” ให้แล้ว",
        "แก้ชื่อตัวชี้วัดที่พิมพ์ไม่ชัดให้แล้ว",
    ),
}

_SCHEDULE: Mapping[ScheduleFlag, str | tuple[str, str]] = {
    ScheduleFlag.YEAR_INHERITED: "เดือนแรกไม่ได้บอกปี จึงใช้ปีเดียวกับเดือนหลัง",
    ScheduleFlag.FISCAL_YEAR_ASSUMED: "ไม่ได้บอกปี จึงถือว่าอยู่ในปีงบประมาณของแผน",
    ScheduleFlag.ANCHOR_ASSUMED: "ไม่ได้บอกว่าเริ่มเดือนใด จึงนับตั้งแต่เดือนตุลาคม",
    ScheduleFlag.ROUND_BEFORE: "วันที่นี้เป็นวันปิดรอบของปีก่อนหน้า กรุณาตรวจ",
    ScheduleFlag.OUTSIDE_FISCAL_YEAR: "วันที่อยู่นอกปีงบประมาณของแผน กรุณาตรวจ",
    ScheduleFlag.IMPOSSIBLE_DATE: (
        "ไม่มีวันที่ “{detail}” ในปฏิทิน กรุณากรอกวันเอง",
        "วันที่ที่พิมพ์ไม่มีในปฏิทิน กรุณากรอกวันเอง",
    ),
    ScheduleFlag.PAST: "ข้อความเล่าถึงสิ่งที่ทำไปแล้ว จึงไม่นับเป็นกำหนด",
    ScheduleFlag.ON_EVENT: "ทำเมื่อมีเหตุการณ์เกิดขึ้น จึงไม่มีวันกำหนดล่วงหน้า",
    ScheduleFlag.ASK: "บอกวันที่แน่นอนไม่ได้ กรุณากรอกวันเอง",
    ScheduleFlag.APPROXIMATE: "บอกเวลาโดยประมาณ ระบบใช้วันที่มักหมายถึงกัน กรุณาตรวจ",
    ScheduleFlag.WORKING_DAY: "เลื่อนเป็นวันทำการตามปฏิทินวันหยุดราชการแล้ว",
}


def explain_flag(flag: str) -> str:
    """A flag, ``code`` or ``code:detail``, as one sentence. An unknown one stays as it is."""
    code, _, detail = flag.partition(":")
    said = _sentences(code)
    if said is None:
        return flag
    if isinstance(said, str):
        return said
    with_detail, without = said
    return with_detail.replace("{detail}", detail.strip()) if detail.strip() else without


def _sentences(code: str) -> str | tuple[str, str] | None:
    for sentences in (_PLAN, _SCHEDULE):
        for member, said in sentences.items():
            if member.value == code:
                return said
    return None


_KINDS: Mapping[Kind, str] = {
    Kind.WINDOW: "ช่วงเวลา",
    Kind.DUE: "วันกำหนด",
    Kind.RECURRENCE: "ทำเป็นรอบ",
    Kind.EVENT: "ทำเมื่อมีเหตุ",
    Kind.VAGUE: "ไม่ได้บอกวัน",
    Kind.NONE: "ไม่ใช่กำหนดเวลา",
}


def kind_word(kind: Kind) -> str:
    return _KINDS[kind]


_COLUMNS: Mapping[Column, str] = {
    Column.TITLE: "ชื่อมาตรการ",
    Column.STEPS: "ขั้นตอน",
    Column.SCHEDULE: "ระยะเวลาดำเนินการ",
    Column.MONITORING: "การกำกับติดตาม",
    Column.RESULT: "ผลการดำเนินการ",
    Column.SUCCESS: "ตัวชี้วัดความสำเร็จ",
    Column.RECOMMENDATION: "ข้อเสนอแนะ",
}


def column_word(column: Column) -> str:
    return _COLUMNS[column]


# What only tells how something was read; the others want a person's eye.
_MERELY_TOLD = frozenset[str](
    {
        PlanFlag.INDICATOR_INHERITED,
        PlanFlag.INDICATOR_NAME_REPAIRED,
        PlanFlag.ROWS_JOINED,
        PlanFlag.YEAR_MISSING,  # asked once, of the whole plan
        PlanFlag.AGENCY_MISSING,
        ScheduleFlag.YEAR_INHERITED,
        ScheduleFlag.FISCAL_YEAR_ASSUMED,
        ScheduleFlag.ANCHOR_ASSUMED,
        ScheduleFlag.PAST,
        ScheduleFlag.ON_EVENT,
        ScheduleFlag.WORKING_DAY,
    }
)


def wants_a_look(flag: str) -> bool:
    return flag.partition(":")[0] not in _MERELY_TOLD


def needs_look(measure: ReadMeasure) -> bool:
    """True where a reading is unsure, or a measure would be imported without a date."""
    flags = [*measure.flags]
    for one in measure.schedules:
        if not one.habit:
            flags.extend(one.reading.flags)
    return not measure.deadlines or not measure.divisions or any(map(wants_a_look, flags))
