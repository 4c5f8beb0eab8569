"""A row of the log as a row of a file: what its reader could open, in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from domain.calendar import BUDDHIST_ERA
from handlers.desk.case_view import reporter_name
from handlers.desk.words import word
from models.complaint import receipt_marker
from models.complaint_log import LogEntry

TITLE = "เรื่องร้องเรียน"
_COLUMNS = {
    "เรื่อง": 10,
    "ประเภท": 18,
    "สถานะ": 16,
    "วันที่รับ": 12,
    "ช่องทาง": 14,
    "ผู้ร้อง": 28,
    "โทรศัพท์": 16,
    "เกิดอะไรขึ้น": 60,
    "ที่ไหน": 30,
    "เมื่อไร": 20,
    "เกี่ยวข้องกับใคร": 30,
    "ส่วนราชการ": 24,
    "ผู้รับผิดชอบ": 24,
    "กำหนดที่กำลังนับ": 14,
    "ตอบครั้งแรก": 12,
    "จบเรื่อง": 12,
    "คะแนน": 8,
}
HEAD = tuple(_COLUMNS)
WIDTHS = tuple(_COLUMNS.values())


def sheet_row(entry: LogEntry, divisions: Mapping[UUID, str]) -> list[str | int | None]:
    complaint, content = entry.opened.complaint, entry.opened.content
    return [
        receipt_marker(complaint),
        word(complaint.kind),
        word(complaint.state),
        _day(complaint.received_on),
        word(complaint.channel),
        reporter_name(entry.opened),
        (entry.opened.identity or {}).get("phone", ""),
        *(content.get(key, "") for key in ("what", "where", "when", "who")),
        divisions.get(complaint.division_id, "") if complaint.division_id else "",
        entry.assignee,
        _day(complaint.due_on),
        _day(complaint.answered_on),
        _day(complaint.ended_on),
        complaint.stars,
    ]


def _day(day: date | None) -> str:
    """15/03/2566, as text: a spreadsheet that knows no พ.ศ. would make it a day far ahead."""
    return f"{day:%d/%m}/{day.year + BUDDHIST_ERA}" if day else ""
