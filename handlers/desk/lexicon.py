"""Everyday words: the agency's own, to add and remove, and the list that ships, to look into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms import StringField

from domain.search.lexicon import Lexicon
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import stripped
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models import lexicon as words
from models.lexicon import BadWord
from models.person import names_of

_SHOWN_BUILT_IN = 50
_LONGEST_SEARCH = 100


class WordForm(FlaskForm):  # type: ignore[misc]
    """Whether the two will do, the verb says: in one sentence, the same wherever they come from."""

    everyday = StringField(
        "คำที่ชาวบ้านใช้",
        filters=[stripped],
        description="เช่น คำท้องถิ่น คำย่อ หรือชื่อเรียกเล่น คำที่สั้นกว่า 4 ตัวอักษรมีผลเมื่อพิมพ์เป็นคำแยกเท่านั้น",
    )
    official = StringField(
        "คำทางการ", filters=[stripped], description="คำที่ใช้ในคลังคำตอบ เช่น ภาษีที่ดินและสิ่งปลูกสร้าง"
    )


@dataclass(frozen=True)
class Row:
    id: UUID
    everyday: str
    official: str
    by: str
    at: datetime


@desk.get("/lexicon")
def lexicon() -> tuple[str, int]:
    return _show(WordForm(formdata=None))


def _show(form: WordForm, *, warning: str = "", status: int = 200) -> tuple[str, int]:
    sought = stripped(request.args.get("q", ""))[:_LONGEST_SEARCH]
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        entries = words.words_of(session, agency_id)
        names = names_of(session, agency_id, {one.added_by for one in entries})
        own = [
            Row(one.id, one.everyday, one.official, names.get(one.added_by, ""), one.added_at)
            for one in entries
        ]
    found = Lexicon.load().listed(sought)
    return render(
        "lexicon.html",
        section="desk.lexicon",
        form=form,
        own=own,
        sought=sought,
        built_in=found[:_SHOWN_BUILT_IN],
        found=len(found),
        warning=warning,
        status=status,
    )


@desk.post("/lexicon")
def add_word() -> tuple[str, int] | Response:
    form = WordForm()
    try:
        with services().db.writing() as session:
            entry = words.add_word(
                session, this_person(session), form.everyday.data, form.official.data, now()
            )
            done = f"เพิ่มแล้ว เมื่อมีผู้พิมพ์ “{entry.everyday}” ระบบจะค้นด้วย “{entry.official}”"
    except BadWord as bad:
        return _show(form, warning=f"ยังไม่ได้เพิ่ม {bad}", status=422)
    except IntegrityError:  # on PostgreSQL somebody else added it at the same moment
        return _show(form, warning="ยังไม่ได้เพิ่ม เพราะมีผู้เพิ่มคำนี้ในเวลาเดียวกัน", status=409)
    flash(done, "success")
    return redirect(url_for("desk.lexicon"))


@desk.post("/lexicon/<uuid:entry_id>/remove")
def remove_word(entry_id: UUID) -> Response:
    with services().db.writing() as session:
        removed = words.remove_word(session, this_person(session), entry_id, now())
    if removed:
        flash("ลบคำแล้ว ระบบจะไม่ใช้คำนี้ค้นอีก", "success")
    else:
        flash("ไม่พบคำนี้ อาจมีผู้อื่นลบไปแล้ว", "warning")
    return redirect(url_for("desk.lexicon"))
