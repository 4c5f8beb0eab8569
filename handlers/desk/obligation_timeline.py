"""One obligation's history, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.calendar import bangkok_day, short_date
from domain.reminders import Level
from domain.states import DigestState
from handlers.desk.files import FileLink, link_to
from handlers.desk.words import code_word, review_word
from models.measure_review import OpenedReport
from models.obligation_changes import Change, Deed
from models.obligation_history import Happening, Kind, Reminding
from models.progress import ReportStatus, ReviewOutcome


@dataclass(frozen=True)
class ReviewView:
    outcome: ReviewOutcome
    words: str
    by: str
    at: datetime | None
    note: str


@dataclass(frozen=True)
class ReportView:
    number: int
    status: ReportStatus
    percent: int | None
    summary: str
    postpone_to: date | None
    channel: str
    files: list[FileLink]
    review: ReviewView | None


@dataclass(frozen=True)
class Moment:
    """A line of the timeline."""

    kind: str
    at: datetime
    day_only: bool  # its hour is not known
    title: str
    by: str = ""
    detail: str = ""
    reason: str = ""
    report: ReportView | None = None

    @property
    def day(self) -> date:
        return bangkok_day(self.at)


def moment_of(one: Happening) -> Moment:
    if one.report is not None:
        report = _report_view(one.report)
        return Moment(Kind.REPORT, one.at, False, "", one.by, report=report)
    if one.change is not None:
        title, detail = _change(one.change)
        return Moment(Kind.CHANGE, one.at, False, title, one.by, detail, one.reason)
    if one.reminding is not None:
        return Moment(
            Kind.REMINDER, one.at, True, _stage(one.reminding.stage), "", _told(one.reminding)
        )
    if one.kind is Kind.REVIEW:
        return Moment(Kind.REVIEW, one.at, False, _REVIEWS[one.action], one.by)
    return Moment(Kind.MADE, one.at, False, "สร้างงวดรายงาน")


_REVIEWS = {
    "obligation.accepted": "ยอมรับรายงาน",
    "obligation.returned": "ส่งรายงานกลับให้แก้",
    "postponement.granted": "อนุมัติให้เลื่อนกำหนด",
    "postponement.declined": "ไม่อนุมัติคำขอเลื่อน",
}
_CHANGES = {
    Deed.MOVED: "เปลี่ยนวันครบกำหนด",
    Deed.ADDED: "เพิ่มงวดรายงาน",
    Deed.CANCELLED: "ยกเลิกงวดรายงาน",
    Deed.REOPENED: "เปิดงวดรายงานอีกครั้ง",
    Deed.REASSIGNED: "เปลี่ยนส่วนราชการที่รายงาน",
}


def _change(change: Change) -> tuple[str, str]:
    facts = change.facts
    parts = []
    if "due_from" in facts:
        parts.append(f"จาก {_day(facts['due_from'])} เป็น {_day(facts['due_to'])}")
    if "from_division" in facts:
        parts.append(f"จาก {facts['from_division']} เป็น {facts['to_division']}")
    return _CHANGES[change.deed], " ".join(parts)


def _day(text: str) -> str:
    return short_date(date.fromisoformat(text))


def _stage(stage: str) -> str:
    """``due-14``, ``due-0`` or ``late+7``."""
    if stage.startswith("late+"):
        return f"เตือนว่าเกินกำหนด {stage.removeprefix('late+')} วัน"
    days = stage.removeprefix("due-")
    return "เตือนว่าครบกำหนดวันนี้" if days == "0" else f"เตือนล่วงหน้า {days} วัน"


_LEVELS: Mapping[Level | None, str] = {
    Level.DIVISION: "เจ้าหน้าที่และกลุ่ม LINE ของส่วนราชการ",
    Level.HEAD: "หัวหน้าส่วนราชการ",
    Level.CLERK: "ปลัด",
    Level.MAYOR: "นายก",
    None: "ผู้ที่พ้นหน้าที่แล้ว",
}
_FATES = {
    DigestState.QUEUED: "กำลังส่ง",
    DigestState.WAITING: "รอส่งพร้อมข้อความถัดไป",
    DigestState.SENT: "ส่งแล้ว",
    DigestState.OVER: "ไม่ได้ส่ง เพราะมีข้อความใหม่กว่าหรือไม่ต้องแจ้งแล้ว",
}


def _told(one: Reminding) -> str:
    told = [f"{_LEVELS[level]} {one.told[level]} ราย" for level in _LEVELS if level in one.told]
    fates = [words for state, words in _FATES.items() if state in one.states]
    return f"ถึง {', '.join(told)} · {' / '.join(fates)}"


def _report_view(opened: OpenedReport) -> ReportView:
    report = opened.report
    return ReportView(
        number=report.number,
        status=report.status,
        percent=report.percent,
        summary=opened.summary,
        postpone_to=report.postpone_to,
        channel=code_word(report.channel),
        files=[link_to(stored) for stored in opened.files],
        review=_review_view(opened),
    )


def _review_view(opened: OpenedReport) -> ReviewView | None:
    report = opened.report
    if report.review is None:
        return None
    by = opened.reviewer.name if opened.reviewer else "ไม่ทราบชื่อ"
    words = review_word(report.status, report.review)
    return ReviewView(report.review, words, by, report.reviewed_at, opened.review_note)
