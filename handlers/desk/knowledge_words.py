"""What the pages of the knowledge base call things, and what they say is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from domain.knowledge import Fault

FIELDS: Mapping[str, str] = {
    "question": "คำถาม",
    "answer": "คำตอบ",
    "paraphrases": "คำถามแบบอื่น",
    "category": "หมวด",
    "link": "ลิงก์",
    "division": "ส่วนราชการ",
    "division_id": "ส่วนราชการ",
    "valid_until": "ใช้ได้ถึง",
}
_FAULTS: Mapping[str, str] = {
    "no_key": "ไม่มีรหัส",
    "no_question": "กรุณากรอกคำถาม",
    "no_answer": "กรุณากรอกคำตอบ",
    "long_key": "รหัสยาวเกิน {} ตัวอักษร",
    "long_question": "คำถามยาวเกินไป เขียนได้ไม่เกิน {} ตัวอักษร",
    "long_answer": "คำตอบยาวเกินไป LINE แสดงได้ไม่เกิน {} ตัวอักษร (รูปหน้ายิ้มนับเป็นสอง)",
    "long_category": "หมวดยาวเกิน {} ตัวอักษร",
    "long_link": "ลิงก์ยาวเกิน {} ตัวอักษร",
    "many_paraphrases": "คำถามแบบอื่นมีได้ไม่เกิน {} แบบ",
    "long_paraphrase": "คำถามแบบอื่นต้องยาวไม่เกินแบบละ {} ตัวอักษร",
    "bad_link": "ลิงก์ต้องขึ้นต้นด้วย https://",
    "no_division": "ไม่พบส่วนราชการชื่อ “{}”",
    "bad_day": "อ่านวันที่ “{}” ไม่ได้ กรุณากรอกเป็น วัน/เดือน/ปี พ.ศ. เช่น 31/12/2569",
    "twice": "รหัสนี้ซ้ำกับแถวที่ {}",
    "formula": "ช่อง {} เป็นสูตร กรุณาพิมพ์เป็นข้อความ",
    "merged": "ช่อง {} ถูกผสานเซลล์ กรุณาแยกเซลล์",
    "error": "ช่อง {} มีค่าผิดพลาด กรุณาพิมพ์เป็นข้อความ",
}
# Under which field of the form a fault is shown.
FIELD_OF: Mapping[str, str] = {
    "no_question": "question",
    "long_question": "question",
    "no_answer": "answer",
    "long_answer": "answer",
    "long_category": "category",
    "long_link": "link",
    "bad_link": "link",
    "many_paraphrases": "paraphrases",
    "long_paraphrase": "paraphrases",
}


def say_fault(fault: Fault) -> str:
    about = f"{int(fault.about):,}" if fault.about.isdigit() else fault.about
    return _FAULTS[fault.code].format(about)


def say_fields(names: list[str]) -> str:
    return ", ".join(FIELDS[name] for name in names)
