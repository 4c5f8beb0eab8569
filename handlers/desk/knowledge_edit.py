"""One entry of the knowledge base: typed, looked at as LINE shows it, changed, taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields import TextAreaField

from domain import question_words
from domain.calendar import BUDDHIST_ERA, bangkok_day
from domain.knowledge import ArticleRow, is_expired
from domain.messages import Text
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.days import read_day
from handlers.desk.forms import MISTAKE, options, stripped
from handlers.desk.knowledge_words import FIELD_OF, FIELDS, say_fault, say_fields
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models.agency import Agency
from models.division import divisions_of
from models.knowledge import Article, BadArticle
from models.knowledge_desk import (
    Use,
    add_article,
    categories_of,
    change_article,
    changed_since,
    get_article,
    hold_article,
    is_spoken_of,
    mark_of,
    remove_article,
    uses_of,
)
from models.person import Person
from models.question_rules import EVERYWHERE, divisions_answered, may_edit_article

_NOBODY = "ทั้งหน่วยงาน (ไม่ระบุส่วนราชการ)"
_OVER = "วันนี้ผ่านไปแล้ว หากไม่ใช้รายการนี้แล้ว ให้กด “ลบหรือเลิกใช้” ด้านล่าง"
_OVER_NEW = "วันนี้ผ่านไปแล้ว กรุณากรอกวันนี้หรือวันข้างหน้า หรือเว้นว่างหากไม่มีกำหนด"
_GONE = "ยังไม่ได้บันทึก เพราะมีผู้ลบรายการนี้ไปแล้วระหว่างที่ท่านแก้อยู่ ข้อความของท่านยังอยู่ หากยังต้องการ กด “เพิ่มรายการ”"


class ArticleForm(FlaskForm):  # type: ignore[misc]
    """What is wrong with the words, `domain.knowledge.fault_of` says: the same for a file."""

    seen = HiddenField(id="article-seen")
    question = TextAreaField(
        "คำถาม", filters=[stripped], description="ผู้ถามเห็นข้อความนี้เมื่อบอทเสนอให้เลือก"
    )
    answer = TextAreaField(
        "คำตอบ", filters=[stripped], description="ไม่เกิน 3,000 ตัวอักษร ส่งใน LINE เป็นข้อความเดียว"
    )
    paraphrases = TextAreaField(
        "คำถามแบบอื่น",
        filters=[stripped],
        description="บรรทัดละหนึ่งแบบ ตามที่ชาวบ้านถามจริง ช่วยให้บอทหาเจอ ผู้ถามไม่เห็น",
    )
    category = StringField("หมวด", filters=[stripped])
    link = StringField("ลิงก์", filters=[stripped], description="ขึ้นต้นด้วย https:// เว้นว่างได้")
    division = SelectField("ส่วนราชการที่ให้คำตอบ", choices=[], validate_choice=False)
    valid_until = StringField(
        "ใช้ได้ถึงวันที่",
        filters=[stripped],
        description="วัน/เดือน/ปี พ.ศ. เช่น 31/12/2569 บอทเลิกใช้ตั้งแต่วันถัดไป เว้นว่างหากไม่มีกำหนด",
    )


@dataclass(frozen=True)
class Shown:
    """An entry as plain data, for a template that runs after the session is closed."""

    id: UUID
    key: str
    mark: str
    changed: datetime
    values: dict[str, str]
    until: date | None
    expired: bool
    use: Use
    spoken_of: bool
    editable: bool


@dataclass(frozen=True)
class Page:
    agency: str
    categories: list[str]
    divisions: list[tuple[str, str]]  # from which this person may choose
    names: dict[UUID, str]


def _page(session: Session, person: Person, current: UUID | None) -> Page:
    everywhere = person.role in EVERYWHERE
    own = set(divisions_answered(session, person))
    found = divisions_of(session, person.agency_id)
    offered = [
        (str(one.id), one.name)
        for one in found
        if one.id == current or (one.active and (everywhere or one.id in own))
    ]
    return Page(
        session.get_one(Agency, person.agency_id).name,
        categories_of(session, person.agency_id),
        [("", _NOBODY), *offered] if everywhere else offered,
        {one.id: one.name for one in found},
    )


def _typed_day(day: date | None) -> str:
    return f"{day.day}/{day.month}/{day.year + BUDDHIST_ERA}" if day else ""


def _shown(session: Session, person: Person, article: Article) -> Shown:
    uses = uses_of(session, person.agency_id, [article.id])
    return Shown(
        article.id,
        article.key,
        mark_of(article),
        article.updated_at,
        {
            "question": article.question,
            "answer": article.answer,
            "paraphrases": "\n".join(article.paraphrases),
            "category": article.category,
            "link": article.link,
            "division": str(article.division_id or ""),
            "valid_until": _typed_day(article.valid_until),
        },
        article.valid_until,
        is_expired(article.valid_until, bangkok_day(now())),
        uses.get(article.id, Use()),
        is_spoken_of(session, article),
        may_edit_article(session, person, article.division_id),
    )


def _bubble(values: dict[str, str], page: Page, changed: datetime) -> Text:
    """The message that the chat would send: its own words, made by the same function."""
    names = {str(key): name for key, name in page.names.items()}
    source = names.get(values["division"], page.agency)
    return question_words.answer(
        values["answer"], values["link"], source, bangkok_day(changed), rating="preview"
    )


def _show(
    form: ArticleForm,
    page: Page,
    shown: Shown | None,
    *,
    warning: str = "",
    status: int = 200,
    changes: list[tuple[str, str]] | None = None,
    preview: Text | None = None,
) -> tuple[str, int]:
    form.division.choices = options(*page.divisions)
    return render(
        "article.html",
        section="desk.knowledge",
        form=form,
        shown=shown,
        categories=page.categories,
        division=dict(page.divisions).get(shown.values["division"], "") if shown else "",
        agency=page.agency,
        warning=warning,
        changes=changes or [],
        preview=preview,
        status=status,
    )


def _fill(form: ArticleForm, shown: Shown) -> None:
    form.seen.data = shown.mark
    for name, value in shown.values.items():
        form[name].data = value


def _values(form: ArticleForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in FIELDS if name != "division_id"}


def _row(form: ArticleForm, key: str) -> ArticleRow:
    return ArticleRow(
        key=key,
        question=form.question.data,
        answer=form.answer.data.replace("\r\n", "\n"),
        paraphrases=form.paraphrases.data.splitlines(),
        category=form.category.data,
        link=form.link.data,
        valid_until=read_day(form.valid_until.data) if form.valid_until.data else None,
    )


def _complain(field: Any, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


def _may_be(form: ArticleForm, page: Page, before: Article | None) -> bool:
    """What the form alone knows: the day as it was typed, the division that may be chosen."""
    right = True
    for name, sentence in (("question", "กรุณากรอกคำถาม"), ("answer", "กรุณากรอกคำตอบ")):
        if not form[name].data:  # all that lacks at once, not the first of it
            _complain(form[name], sentence)
            right = False
    text = form.valid_until.data
    day = read_day(text) if text else None
    if text and day is None:
        _complain(form.valid_until, "อ่านวันที่ไม่ได้ กรุณากรอกเป็น วัน/เดือน/ปี พ.ศ. เช่น 31/12/2569")
        right = False
    elif is_expired(day, bangkok_day(now())) and (before is None or before.valid_until != day):
        # What is new, or out of use already, has no such button to press.
        fresh = before is None or is_expired(before.valid_until, bangkok_day(now()))
        _complain(form.valid_until, _OVER_NEW if fresh else _OVER)
        right = False
    if (form.division.data or "") not in dict(page.divisions):
        _complain(form.division, "กรุณาเลือกส่วนราชการที่ท่านดูแล")
        right = False
    link = form.link.data
    if link and not link.startswith("https://") and (before is None or before.link != link):
        _complain(form.link, "ลิงก์ต้องขึ้นต้นด้วย https://")
        right = False
    return right


def _division(form: ArticleForm) -> UUID | None:
    return UUID(form.division.data) if form.division.data else None


@desk.get("/knowledge/new")
def new_article() -> tuple[str, int]:
    with services().db.reading() as session:
        page = _page(session, this_person(session), None)
    return _show(ArticleForm(formdata=None), page, None)


@desk.post("/knowledge/new")
def add_new_article() -> tuple[str, int] | Response:
    form = ArticleForm()
    form.validate()
    with services().db.reading() as session:
        page = _page(session, this_person(session), None)
    if _previewed():
        return _show(form, page, None, preview=_bubble(_values(form), page, now()))
    if not _may_be(form, page, None):
        return _show(form, page, None, warning=MISTAKE, status=422)
    try:
        with services().db.writing() as session:
            person = this_person(session)
            if not may_edit_article(session, person, _division(form)):
                abort(403)
            article_id = add_article(session, person, _row(form, ""), _division(form), now()).id
    except BadArticle as bad:
        _complain(form[FIELD_OF[bad.fault.code]], say_fault(bad.fault))
        return _show(form, page, None, warning=MISTAKE, status=422)
    flash("เพิ่มรายการแล้ว บอทใช้ตอบได้ตั้งแต่คำถามถัดไป", "success")
    return redirect(url_for("desk.article", article_id=article_id))


def _previewed() -> bool:
    return request.form.get("deed") == "preview"


@desk.get("/knowledge/<uuid:article_id>")
def article(article_id: UUID) -> tuple[str, int]:
    with services().db.reading() as session:
        person = this_person(session)
        found = get_article(session, person.agency_id, article_id)
        if found is None:
            abort(404)
        page = _page(session, person, found.division_id)
        shown = _shown(session, person, found)
    form = ArticleForm(formdata=None)
    _fill(form, shown)
    return _show(form, page, shown, preview=_bubble(shown.values, page, shown.changed))


Answer = Callable[[], "tuple[str, int] | Response"]  # drawn once the session is closed


@desk.post("/knowledge/<uuid:article_id>")
def change_one_article(article_id: UUID) -> tuple[str, int] | Response:
    form = ArticleForm()
    form.validate()
    try:
        with services().db.writing() as session:
            then = _change(session, this_person(session), article_id, form)
    except BadArticle as bad:
        _complain(form[FIELD_OF[bad.fault.code]], say_fault(bad.fault))
        with services().db.reading() as session:
            then = _again(session, this_person(session), article_id, form)
    return then()


def _change(session: Session, person: Person, article_id: UUID, form: ArticleForm) -> Answer:
    found = hold_article(session, person.agency_id, article_id)
    if found is None:
        return _gone(session, person, form)
    if not may_edit_article(session, person, found.division_id):
        abort(403)
    page = _page(session, person, found.division_id)
    shown = _shown(session, person, found)
    if _previewed():
        return partial(_show, form, page, shown, preview=_bubble(_values(form), page, now()))
    theirs = changed_since(found, form.seen.data or "")
    if theirs:
        return partial(_second, form, page, shown, theirs)
    if not _may_be(form, page, found):
        return partial(_show, form, page, shown, warning=MISTAKE, status=422)
    mine = change_article(session, person, found, _row(form, found.key), _division(form), now())
    said = f"บันทึกแล้ว แก้ไข: {say_fields(mine)}" if mine else "ไม่มีอะไรเปลี่ยน"
    flash(said, "success")
    return partial(redirect, url_for("desk.article", article_id=article_id))


def _again(session: Session, person: Person, article_id: UUID, form: ArticleForm) -> Answer:
    found = get_article(session, person.agency_id, article_id)
    if found is None:
        return _gone(session, person, form)
    page = _page(session, person, found.division_id)
    shown = _shown(session, person, found)
    return partial(_show, form, page, shown, warning=MISTAKE, status=422)


def article_to_edit(session: Session, person: Person, article_id: UUID) -> Article:
    """Held; 404 where there is none, 403 to whom it is not for to change."""
    found = hold_article(session, person.agency_id, article_id)
    if found is None:
        abort(404)
    if not may_edit_article(session, person, found.division_id):
        abort(403)
    return found


def _gone(session: Session, person: Person, form: ArticleForm) -> Answer:
    """Somebody took it out: what was typed may become an entry of its own."""
    if not _values(form)["question"]:
        abort(404)
    page = _page(session, person, None)
    return partial(_show, form, page, None, warning=_GONE, status=409)


def _second(form: ArticleForm, page: Page, shown: Shown, theirs: list[str]) -> tuple[str, int]:
    """Somebody else changed it: the second sees what is there now beside what they typed."""
    names = [name.removesuffix("_id") for name in theirs]
    said = {**shown.values, "division": dict(page.divisions).get(shown.values["division"], "")}
    changes = [(FIELDS[name], said[name] or "(ว่าง)") for name in names]
    form.seen.data = shown.mark
    warning = (
        "ยังไม่ได้บันทึก เพราะมีผู้อื่นแก้รายการนี้ไประหว่างที่ท่านแก้อยู่ ดูสิ่งที่เปลี่ยนด้านล่าง "
        "ข้อความของท่านยังอยู่ในแบบฟอร์ม กด “บันทึก” อีกครั้งหากต้องการใช้ข้อความของท่าน"
    )
    return _show(form, page, shown, warning=warning, status=409, changes=changes)


@desk.post("/knowledge/<uuid:article_id>/remove")
def remove_one_article(article_id: UUID) -> tuple[str, int] | Response:
    seen = request.form.get("seen", "")
    with services().db.writing() as session:
        person = this_person(session)
        found = article_to_edit(session, person, article_id)
        theirs = changed_since(found, seen)
        if theirs:
            page = _page(session, person, found.division_id)
            shown = _shown(session, person, found)
        else:
            gone = remove_article(session, person, found, now())
    if theirs:
        form = ArticleForm(formdata=None)
        _fill(form, shown)
        warning = f"ยังไม่ได้ลบ เพราะมีผู้อื่นแก้รายการนี้ไปก่อน ({say_fields(theirs)}) กรุณาอ่านอีกครั้งแล้วค่อยลบ"
        return _show(form, page, shown, warning=warning, status=409)
    flash(
        "ลบรายการแล้ว บอทจะไม่ใช้ตอบอีก"
        if gone
        else "เลิกใช้รายการแล้ว บอทจะไม่ใช้ตอบอีก รายการยังอยู่ในกลุ่ม “หมดอายุแล้ว” เพราะเคยใช้ตอบประชาชน",
        "success",
    )
    return redirect(url_for("desk.knowledge"))
