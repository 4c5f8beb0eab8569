"""The agency's own words: seen as a bubble before they are said, and given back to ours."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.agency_texts import (
    BY_KEY,
    CONTACT,
    PLACEHOLDERS,
    TEXTS,
    THAI_NAMES,
    AgencyWords,
    BadText,
    Fault,
    checked,
    in_thai,
    spoken,
)
from domain.consent import CONSENT_VERSION
from domain.limits import utf16_units
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.settings import CHANGED, hold
from handlers.desk.viewer import this_person
from models import audit
from models.agency import Agency
from models.office import AgencyText, put_text, reset_text, texts_of, ways_of
from models.person import get_person


@dataclass(frozen=True)
class Row:
    words: AgencyWords
    text: str
    own: bool


@dataclass(frozen=True)
class View:
    words: AgencyWords
    text: str  # as it is kept now
    own: bool
    by: str
    at: datetime | None
    seen: str
    agency: str
    hours: str

    def spoken(self, text: str) -> str:
        return spoken(self.words.key, text, agency=self.agency, hours=self.hours)


def _mark(text: str, *, own: bool) -> str:
    return hashlib.blake2b(f"{own}\n{text}".encode(), digest_size=12).hexdigest()


@desk.get("/settings/texts")
def agency_texts() -> tuple[str, int]:
    with services().db.reading() as session:
        agency = session.get_one(Agency, this_person(session).agency_id)
        own = texts_of(session, agency.id)
        own |= {CONTACT: agency.contact_text} if agency.contact_text else {}
    rows = [Row(one, in_thai(own.get(one.key, one.default)), one.key in own) for one in TEXTS]
    return render(
        "settings_texts.html", section="desk.settings", rows=rows, notice_version=CONSENT_VERSION
    )


@desk.get("/settings/texts/<key>")
def agency_text(key: str) -> tuple[str, int]:
    return _show(key)


def _view(session: Session, key: str) -> View:
    words = BY_KEY.get(key)
    if words is None:
        abort(404)
    agency = session.get_one(Agency, this_person(session).agency_id)
    row = session.get(AgencyText, (agency.id, key))
    by = get_person(session, agency.id, row.set_by) if row else None
    if key == CONTACT:
        own, text = bool(agency.contact_text), agency.contact_text
    else:
        own, text = row is not None, words.default if row is None else row.text
    return View(
        words=words,
        text=text,
        own=own,
        by=by.name if by else "",
        at=row.set_at if row else None,
        seen=_mark(text, own=own),
        agency=agency.name,
        hours=ways_of(session, agency.id).hours,
    )


def _show(
    key: str, typed: str | None = None, *, error: str = "", warning: str = "", status: int = 200
) -> tuple[str, int]:
    with services().db.reading() as session:
        view = _view(session, key)
    text = in_thai(view.text) if typed is None else typed
    return render(
        "settings_text.html",
        section="desk.settings",
        view=view,
        text=text,
        preview=view.spoken(text) if not error else view.spoken(view.text),
        previewed=typed is not None and not error,
        used=utf16_units(text),
        placeholders=[(THAI_NAMES[one], PLACEHOLDERS[one]) for one in view.words.placeholders],
        error=error,
        warning=warning,
        status=status,
    )


def _told(error: BadText, words: AgencyWords) -> str:
    match error.fault:
        case Fault.EMPTY:
            return "กรุณากรอกข้อความ หรือกด “ใช้ข้อความที่มากับระบบ”"
        case Fault.LONG:
            return f"ยาวเกินไป เขียนได้ไม่เกิน {words.most:,} ตัวอักษร กรุณาตัดให้สั้นลง"
        case Fault.PLACEHOLDER:
            allowed = " ".join("{" + THAI_NAMES[one] + "}" for one in words.placeholders) or "ไม่มี"
            return f"ใช้ {{{error.which[:30]}}} ไม่ได้ ช่องเติมที่ใช้ได้คือ {allowed}"
        case Fault.BRACES:
            return "มีเครื่องหมายปีกกา { หรือ } ไม่ครบคู่ กรุณาใส่ให้ครบหรือลบออก"


@desk.post("/settings/texts/<key>")
def set_agency_text(key: str) -> tuple[str, int] | Response:
    words = BY_KEY.get(key)
    if words is None:
        abort(404)
    typed = request.form.get("text", "")
    try:
        text = checked(words, typed)
    except BadText as error:
        shown = typed.replace("\0", "").encode("utf-8", "replace").decode()
        warning = "ยังไม่ได้บันทึก กรุณาแก้ไขข้อความ"
        return _show(key, shown, error=_told(error, words), warning=warning, status=422)
    if request.form.get("deed") == "preview":
        return _show(key, text)
    with services().db.writing() as session:
        admin = this_person(session)
        hold(session, admin)
        view = _view(session, key)
        changed = view.seen != request.form.get("seen", "")
        if not changed and (in_thai(text) != in_thai(view.text) or not view.own):
            if key == CONTACT:
                session.get_one(Agency, admin.agency_id).contact_text = text
            else:
                put_text(session, admin.agency_id, key, text, admin.id, now())
            # What it says is the agency's; the log keeps that it changed, and into how much.
            detail = {"text": words.title, "letters": str(len(text))}
            audit.record_deed(session, admin, "text.changed", f"text:{key}", now(), detail)
    if changed:
        return _show(key, text, warning=CHANGED, status=409)
    flash("บันทึกข้อความแล้ว ใช้ตั้งแต่ข้อความถัดไป", "success")
    return redirect(url_for("desk.agency_text", key=key))


@desk.post("/settings/texts/<key>/reset")
def reset_agency_text(key: str) -> tuple[str, int] | Response:
    words = BY_KEY.get(key)
    if words is None or key == CONTACT:
        abort(404)
    with services().db.writing() as session:
        admin = this_person(session)
        hold(session, admin)
        changed = _view(session, key).seen != request.form.get("seen", "")
        if not changed and reset_text(session, admin.agency_id, key):
            audit.record_deed(
                session, admin, "text.reset", f"text:{key}", now(), {"text": words.title}
            )
    if changed:
        return _show(key, warning=CHANGED, status=409)
    flash("กลับไปใช้ข้อความที่มากับระบบแล้ว", "success")
    return redirect(url_for("desk.agency_text", key=key))
