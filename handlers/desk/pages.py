"""Rendering: the frame around every page, the menu that its viewer may use, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    NotFound,
)

from domain.calendar import long_date, short_date, short_instant
from handlers.desk import words
from handlers.desk.blueprint import desk
from handlers.desk.permissions import Permission, may
from handlers.desk.viewer import signed_in


@dataclass(frozen=True)
class MenuItem:
    endpoint: str
    label: str
    permission: Permission


# A heading, and what stands under it; the first pages need none.
MENU: tuple[tuple[str, tuple[MenuItem, ...]], ...] = (
    (
        "",
        (
            MenuItem("desk.home", "หน้าแรก", Permission.HOME),
            MenuItem("desk.complaints", "เรื่องร้องเรียน", Permission.COMPLAINTS),
        ),
    ),
    (
        "งานตามแผน",
        (
            MenuItem("desk.measures", "มาตรการ", Permission.MEASURES),
            MenuItem("desk.plans", "แผนมาตรการ", Permission.PLANS),
            MenuItem("desk.weekly", "สรุปรายสัปดาห์", Permission.WEEKLY),
        ),
    ),
    (
        "ถามตอบ",
        (
            MenuItem("desk.questions", "คำถามรอคำตอบ", Permission.QUESTIONS),
            MenuItem("desk.talks", "คุยกับประชาชน", Permission.TALKS),
            MenuItem("desk.knowledge", "คลังคำตอบ", Permission.KNOWLEDGE),
            MenuItem("desk.lexicon", "คำที่ชาวบ้านใช้", Permission.LEXICON),
            MenuItem("desk.answerers", "ผู้ตอบคำถาม", Permission.ANSWERERS),
        ),
    ),
    (
        "หน่วยงาน",
        (
            MenuItem("desk.people", "บุคลากร", Permission.STAFF),
            MenuItem("desk.divisions", "ส่วนราชการ", Permission.PEOPLE),
            MenuItem("desk.settings", "ตั้งค่า", Permission.SETTINGS),
            MenuItem("desk.delivery", "การรับส่งข้อความ", Permission.DELIVERY),
            MenuItem("desk.audit_log", "บันทึกการใช้งาน", Permission.AUDIT),
        ),
    ),
)


def render(template: str, *, section: str = "", status: int = 200, **data: Any) -> tuple[str, int]:
    """A page in the desk's frame. ``section`` is the endpoint to mark in the menu.

    Call it with the database session closed: a template gets plain data.
    """
    viewer = signed_in()
    menu = [
        (heading, found)
        for heading, items in MENU
        if (found := [one for one in items if viewer and may(viewer.role, one.permission)])
    ]
    page = render_template(f"desk/{template}", viewer=viewer, menu=menu, section=section, **data)
    return page, status


@desk.app_template_filter("thai_day")
def thai_day(day: date | None) -> str:
    return short_date(day) if day else "–"


@desk.app_template_filter("long_thai_day")
def long_thai_day(day: date | None) -> str:
    return long_date(day) if day else "–"


@desk.app_template_filter("thai_instant")
def thai_instant(instant: datetime | None) -> str:
    # The last mark never stands alone on a line.
    return short_instant(instant).replace(" น.", "\u00a0น.") if instant else "–"


@desk.app_template_filter("word")
def word(value: Any) -> str:
    return words.word(value)


@dataclass(frozen=True)
class Trouble:
    title: str
    text: str


_CSRF = Trouble(
    "ยังไม่ได้บันทึก",
    "หน้านี้เปิดทิ้งไว้นานเกินไป หรือไม่ได้ส่งมาจากระบบนี้โดยตรง กรุณากลับไปหน้าเดิม โหลดหน้าใหม่ แล้วลองอีกครั้ง",
)
_NOT_FOUND = Trouble(
    "ไม่พบหน้าที่ต้องการ",
    "ที่อยู่อาจไม่ถูกต้อง ข้อมูลอาจถูกลบไปแล้ว หรือท่านไม่มีสิทธิ์ดูข้อมูลนี้",
)
_BY_CODE = {
    400: Trouble("ข้อมูลที่ส่งมาไม่ถูกต้อง", "กรุณากลับไปหน้าเดิม ตรวจข้อมูล แล้วลองอีกครั้ง"),
    403: Trouble(
        "ท่านไม่มีสิทธิ์ดูหน้านี้",
        "หน้านี้เปิดได้เฉพาะผู้ที่ได้รับมอบหมาย หากจำเป็นต้องใช้ในการทำงาน กรุณาติดต่อผู้ดูแลระบบของหน่วยงาน",
    ),
    404: _NOT_FOUND,
    405: _NOT_FOUND,
    413: Trouble("ข้อความยาวเกินไป", "กรุณากลับไปหน้าเดิม ลดความยาวของข้อความ แล้วลองอีกครั้ง"),
}
_FILE_TOO_LARGE = Trouble(
    "ไฟล์ใหญ่เกินไป",
    "ไฟล์แผนต้องมีขนาดไม่เกิน 20 MB กรุณากลับไปหน้าเดิม ลดขนาดไฟล์ (เช่น ลบรูปภาพออก) แล้วส่งใหม่",
)
_BROKEN = Trouble(
    "ระบบขัดข้องชั่วคราว",
    "ระบบได้จดเหตุขัดข้องไว้แล้ว กรุณาลองใหม่ในอีกสักครู่ หากยังเป็นอยู่ กรุณาแจ้งผู้ดูแลระบบ",
)


@desk.errorhandler(HTTPException)
def say_trouble(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    if isinstance(error, InternalServerError) or code >= 500:
        # The database may be what broke: this page asks nothing of it.
        broken = render_template("desk/broken.html", trouble=_BROKEN)
        return broken, code
    if isinstance(error, CSRFError):
        trouble = _CSRF
    elif isinstance(error, FileIsGone):
        trouble = Trouble("เปิดไฟล์นี้ไม่ได้", "ไฟล์อาจเสียหายหรือถูกลบไปแล้ว กรุณาแจ้งผู้ดูแลระบบ")
    elif code == 413 and request.endpoint == "desk.preview_knowledge":
        trouble = Trouble("ไฟล์ใหญ่เกินไป", "ไฟล์คลังคำตอบต้องมีขนาดไม่เกิน 5 MB กรุณาแบ่งเป็นหลายไฟล์แล้วส่งใหม่")
    elif code == 413 and request.endpoint == "desk.upload_plan":
        trouble = _FILE_TOO_LARGE
    else:
        trouble = _BY_CODE.get(code, _BY_CODE[400])
    return render("trouble.html", trouble=trouble, status=code)


class FileIsGone(NotFound):
    """Its row is there; its bytes are not, or cannot be opened."""


@desk.route(
    "/<path:_rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], endpoint="nothing_here"
)
def nothing_here(_rest: str) -> tuple[str, int]:
    """So that an unknown address under /desk/ gets the desk's own page, and not the app's."""
    raise NotFound
