"""Files that come with a form: what is said of those that were not taken."""

from __future__ import annotations

from collections.abc import Iterable

from domain.file_types import RefusalReason
from handlers.uploads import (
    BUSY,
    MOST_FILES,
    MOST_MEGABYTES,
    MOST_TOGETHER_MEGABYTES,
    TOO_MANY,
    TOO_MUCH,
    Refusal,
)

LIMITS = (MOST_FILES, MOST_MEGABYTES, MOST_TOGETHER_MEGABYTES)  # for the hint below the field

_REFUSALS = {
    RefusalReason.TOO_LARGE.value: f"ใหญ่เกินไป รับไฟล์ละไม่เกิน {MOST_MEGABYTES} MB",
    RefusalReason.EMPTY.value: "ว่างเปล่า",
    RefusalReason.FORBIDDEN_KIND.value: (
        "เป็นชนิดที่รับไม่ได้ รับเฉพาะรูป วิดีโอ เสียง PDF Word Excel และ PowerPoint"
    ),
    RefusalReason.DAMAGED.value: "เปิดไม่ได้ อาจเสียหาย",
    RefusalReason.TOO_MANY_PIXELS.value: "มีขนาดภาพใหญ่เกินไป กรุณาย่อก่อน",
    TOO_MANY: f"ไม่ได้รับ เพราะเกิน {MOST_FILES} ไฟล์แล้ว",
    TOO_MUCH: f"ไม่ได้รับ เพราะส่งรวมกันเกิน {MOST_TOGETHER_MEGABYTES} MB กรุณาส่งแยกต่างหาก",
    BUSY: "ยังไม่ได้รับ เพราะมีผู้ส่งไฟล์พร้อมกันจำนวนมาก กรุณาส่งอีกครั้ง",
}


def sentences_of(refused: Iterable[Refusal]) -> list[str]:
    return [f"ไฟล์ “{one.name}” {_REFUSALS[one.reason]}" for one in refused]
