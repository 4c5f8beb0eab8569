"""One measure of a draft, corrected in place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.calendar import long_date
from domain.divisions import EVERY_DIVISION
from domain.plan import Column, FoundSchedule, ReadMeasure
from domain.plan_dates import typed_day
from domain.schedules.types import Kind, Schedule
from domain.states import PlanDraftState
from handlers.context import services
from handlers.desk.blueprint import desk
from handlers.desk.forms import MISTAKE
from handlers.desk.pages import render
from handlers.desk.plan_draft import (
    PAGE,
    SeenName,
    SeenSchedule,
    Told,
    closed,
    find_draft,
    hold_for_change,
    seen_name,
    seen_schedule,
    told,
)
from handlers.desk.plan_forms import RowForm
from handlers.desk.plan_reader import read_phrase
from models.plan_draft import (
    DraftIsClosed,
    DraftRow,
    PlanDraft,
    RowChanged,
    add_row,
    get_row,
    remove_row,
    replace_row,
    row_count,
)
from models.plan_names import EVERY, Names, names_in

_ALL_DAYS = 60
_CHANGED = "ยังไม่ได้บันทึก เพราะมีผู้อื่นแก้มาตรการนี้ระหว่างที่ท่านเปิดอยู่ กรุณาดูข้อมูลล่าสุด แล้วแก้อีกครั้ง"
_ADDED_MEANWHILE = (
    "ยังไม่ได้เพิ่ม เพราะมีการเพิ่มมาตรการอื่นระหว่างที่ท่านเปิดหน้านี้ (อาจเป็นการกดปุ่มซ้ำ) "
    "กรุณาดูท้ายรายการว่ามีมาตรการนี้แล้วหรือยัง หากยังไม่มี ให้กดเพิ่มอีกครั้ง"
)


@dataclass(frozen=True)
class Box:
    """Something to tick."""

    value: str
    label: str
    ticked: bool


@dataclass(frozen=True)
class RowPage:
    draft_id: UUID
    number: int
    fiscal_year: int | None
    measure: ReadMeasure
    names: list[SeenName]
    divisions: list[Box]
    unknown: list[Box]
    schedules: list[SeenSchedule]
    ticks: list[bool]
    flags: list[Told]
    edited: bool
    new: bool = False  # nothing of it is in the draft yet


def _boxes(measure: ReadMeasure, names: Names) -> tuple[list[Box], list[Box]]:
    meanings = [names.meaning(one) for one in measure.divisions]
    every = any(one.every for one in meanings)
    meant = names.meant(measure.divisions)
    divisions = [Box(EVERY, EVERY_DIVISION, every)]
    divisions += [Box(str(one.id), one.name, not every and one.id in meant) for one in names.known]
    unknown = [Box(str(at), one.printed, True) for at, one in enumerate(meanings) if one.asked]
    return divisions, unknown


def _page(session: Session, draft_id: UUID, number: int) -> tuple[RowPage | None, DraftRow | None]:
    draft = find_draft(session, draft_id)
    if draft.state is not PlanDraftState.READY:
        return None, None
    row = get_row(session, draft, number)
    if row is None:
        abort(404)
    return _row_page(draft, row.measure, names_in(session, draft), edited=row.edited), row


def _row_page(
    draft: PlanDraft, measure: ReadMeasure, names: Names, *, edited: bool = False, new: bool = False
) -> RowPage:
    divisions, unknown = _boxes(measure, names)
    return RowPage(
        draft_id=draft.id,
        number=measure.number,
        fiscal_year=draft.fiscal_year,
        measure=measure,
        names=[seen_name(names.meaning(one), names) for one in measure.divisions],
        divisions=divisions,
        unknown=unknown,
        schedules=[seen_schedule(one, _ALL_DAYS) for one in measure.schedules],
        ticks=[not one.habit for one in measure.schedules],
        flags=told(measure.flags),
        edited=edited,
        new=new,
    )


def _as_sent(page: RowPage) -> RowPage:
    """What somebody ticked, when their form is shown to them again."""
    chosen, kept, used = (set(request.form.getlist(one)) for one in ("division", "keep", "use"))
    return replace(
        page,
        divisions=[replace(one, ticked=one.value in chosen) for one in page.divisions],
        unknown=[replace(one, ticked=one.value in kept) for one in page.unknown],
        ticks=[str(at) in used for at in range(len(page.ticks))],
    )


def _show(
    draft_id: UUID,
    number: int,
    form: RowForm | None = None,
    *,
    warning: str = "",
    status: int = 200,
) -> tuple[str, int]:
    with services().db.reading() as session:
        page, row = _page(session, draft_id, number)
    if page is None or row is None:
        return closed(draft_id)
    if form is None:
        form = RowForm(formdata=None, data={"code": row.measure.code, "title": row.measure.title})
        form.seen.data = str(row.version)
    else:
        page = _as_sent(page)
    return render(
        "plan_row.html",
        section="desk.plans",
        page=page,
        form=form,
        back=_back(draft_id, number),
        warning=warning,
        status=status,
    )


def _back(draft_id: UUID, number: int | None = None) -> str:
    """To where in the list the officer came from."""
    return url_for(
        "desk.plan_draft",
        draft_id=draft_id,
        page=request.values.get("page") or None,
        show=request.values.get("show") or None,
        _anchor=None if number is None else f"row-{number}",
    )


@desk.get("/plans/<uuid:draft_id>/measures/<int(max=999999):number>")
def plan_row(draft_id: UUID, number: int) -> tuple[str, int]:
    return _show(draft_id, number)


class Unreadable(ValueError):
    """A line of dates tells no day; the text says what to do."""


def _typed(text: str, year: int | None) -> list[FoundSchedule]:
    """What an officer typed, a deadline a line: a day, or words that are read like a document's."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        day = typed_day(line)
        if day is not None:
            reading = Schedule(long_date(day), Kind.DUE, start=day, end=day, due_dates=(day,))
        elif year is None:
            raise Unreadable(
                f"อ่าน “{line}” ไม่ได้จนกว่าจะเลือกปีงบประมาณของแผน หรือพิมพ์เป็นวัน เช่น 31/3/2566"
            )
        else:
            reading = read_phrase(line, year)
        if not reading.due_dates:
            raise Unreadable(f"ไม่พบวันที่ใน “{line}” กรุณาพิมพ์เป็นวัน เช่น 31/3/2566")
        found.append(FoundSchedule(Column.SCHEDULE, reading))
    return found


def _filled_in(form: RowForm, measure: ReadMeasure, names: Names, year: int | None) -> ReadMeasure:
    """The measure as the form has it. Raises `Unreadable`."""
    used = set(request.form.getlist("use"))
    schedules = [
        replace(one, habit=str(at) not in used) for at, one in enumerate(measure.schedules)
    ]
    return replace(
        measure,
        code=form.code.data or None,
        title=form.title.data,
        divisions=_divisions(measure, names),
        schedules=(*schedules, *_typed(form.dates.data, year)),
    )


def _divisions(measure: ReadMeasure, names: Names) -> tuple[str, ...]:
    """As printed where nothing was changed; else the names of what was ticked."""
    chosen, kept = set(request.form.getlist("division")), set(request.form.getlist("keep"))
    divisions, unknown = _boxes(measure, names)
    if not chosen <= {one.value for one in divisions}:
        abort(400)
    if chosen == {one.value for one in divisions if one.ticked} and len(kept) == len(unknown):
        return measure.divisions
    left = [one.label for one in unknown if one.value in kept]
    ticked = [one.label for one in divisions if one.value in chosen]
    return ((EVERY_DIVISION,) if EVERY in chosen else tuple(ticked)) + tuple(left)


def _version(text: str | None) -> int:
    if not text or not text.isascii() or not text.isdigit():
        abort(400)
    return int(text[:9])


@desk.post("/plans/<uuid:draft_id>/measures/<int(max=999999):number>")
def correct_plan_row(draft_id: UUID, number: int) -> tuple[str, int] | Response:
    form = RowForm()
    valid = form.validate()
    try:
        with services().db.writing() as session:
            draft = hold_for_change(session, draft_id)
            row = get_row(session, draft, number)
            if row is None:
                raise RowChanged
            if valid:
                names = names_in(session, draft)
                corrected = _filled_in(form, row.measure, names, draft.fiscal_year)
                replace_row(session, draft, corrected, _version(form.seen.data))
    except DraftIsClosed:
        return closed(draft_id)
    except RowChanged:
        return _show(draft_id, number, warning=_CHANGED, status=409)
    except Unreadable as error:
        form.dates.errors = [str(error)]
        return _show(draft_id, number, form, warning=MISTAKE, status=422)
    if not valid:
        return _show(draft_id, number, form, warning=MISTAKE, status=422)
    flash(f"บันทึกมาตรการที่ {number} แล้ว", "success")
    return redirect(_back(draft_id, number))


@desk.post("/plans/<uuid:draft_id>/measures/<int(max=999999):number>/remove")
def remove_plan_row(draft_id: UUID, number: int) -> tuple[str, int] | Response:
    try:
        with services().db.writing() as session:
            draft = hold_for_change(session, draft_id)
            remove_row(session, draft, number, _version(request.form.get("seen")))
    except DraftIsClosed:
        return closed(draft_id)
    except RowChanged:
        return _show(draft_id, number, warning=_CHANGED, status=409)
    flash(f"ตัดมาตรการที่ {number} ออกจากร่างแล้ว", "success")
    return redirect(_back(draft_id))


def _show_new(
    draft_id: UUID, form: RowForm | None = None, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    with services().db.reading() as session:
        draft = find_draft(session, draft_id)
        ready = draft.state is PlanDraftState.READY
        last, names = draft.last_number, names_in(session, draft)
        page = _row_page(draft, _next(draft), names, new=True)
    if not ready:
        return closed(draft_id)
    if form is None:
        form = RowForm(formdata=None)
    else:
        page = _as_sent(page)
    form.seen.data = str(last)
    return render(
        "plan_row.html",
        section="desk.plans",
        page=page,
        form=form,
        back=_back(draft_id),
        warning=warning,
        status=status,
    )


def _next(draft: PlanDraft) -> ReadMeasure:
    return ReadMeasure(draft.last_number + 1, "")


@desk.get("/plans/<uuid:draft_id>/measures/new")
def new_plan_row(draft_id: UUID) -> tuple[str, int]:
    return _show_new(draft_id)


@desk.post("/plans/<uuid:draft_id>/measures")
def add_plan_row(draft_id: UUID) -> tuple[str, int] | Response:
    """A measure that the reader missed. A form that is sent twice adds it once."""
    form = RowForm()
    valid = form.validate()
    try:
        with services().db.writing() as session:
            draft = hold_for_change(session, draft_id)
            if valid:
                if _version(form.seen.data) != draft.last_number:
                    raise RowChanged
                names = names_in(session, draft)
                measure = _filled_in(form, _next(draft), names, draft.fiscal_year)
                number = add_row(session, draft, measure)
                last_page = -(-row_count(session, draft) // PAGE)
    except DraftIsClosed:
        return closed(draft_id)
    except RowChanged:
        return _show_new(draft_id, form, warning=_ADDED_MEANWHILE, status=409)
    except Unreadable as error:
        form.dates.errors = [str(error)]
        return _show_new(draft_id, form, warning=MISTAKE, status=422)
    if not valid:
        return _show_new(draft_id, form, warning=MISTAKE, status=422)
    flash(f"เพิ่มมาตรการที่ {number} แล้ว", "success")
    page = last_page if last_page > 1 else None
    return redirect(
        url_for("desk.plan_draft", draft_id=draft_id, page=page, _anchor=f"row-{number}")
    )
