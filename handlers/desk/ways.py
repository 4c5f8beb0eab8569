"""Where somebody goes once they are in: to the page they asked for, or to what they had written."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from handlers.desk.kept import Kept, open_kept
from handlers.desk.pages import render
from handlers.desk.viewer import Viewer

_GONE = (
    "ข้อความที่ค้างไว้เปิดไม่ได้แล้ว เพราะเกิน 1 ชั่วโมง หรือเป็นของเจ้าหน้าที่คนอื่น ยังไม่มีสิ่งใดถูกบันทึก กรุณาทำรายการใหม่"
)


def safe_next(target: str) -> str | None:
    """``target`` where it is a page of the desk; anything else is dropped."""
    if not target.isprintable() or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path.startswith("/desk/"):
        return None
    return target


def go_on(
    viewer: Viewer, wanted: str | None, sealed: str, *, why: str = ""
) -> tuple[str, int] | Response:
    if not sealed:
        return redirect(wanted or url_for("desk.home"))
    kept = open_kept(sealed, viewer)
    if kept is None:
        flash(_GONE, "warning")
        return redirect(wanted or url_for("desk.home"))
    return show_kept(kept, why=why)


def show_kept(kept: Kept, *, why: str = "", status: int = 200) -> tuple[str, int]:
    """What somebody wrote, and a button that sends it where it was going."""
    return render("kept.html", kept_text=kept, why=why, status=status)
