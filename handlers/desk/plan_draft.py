"""A draft of a plan: every reading beside the printed words, and what a person has to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.calendar import bangkok_day, fiscal_year
from domain.divisions import KnownDivision, ranked, squeezed
from domain.plan import FoundSchedule, PlanFlag, ScoreTable
from domain.plan_json import scores_from_json
from domain.plan_words import column_word, explain_flag, kind_word, needs_look, wants_a_look
from domain.schedules.types import Kind
from domain.states import PlanDraftState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import MISTAKE
from handlers.desk.pages import render
from handlers.desk.plan_forms import YearForm
from handlers.desk.plan_reader import reread
from handlers.desk.plan_unready import JUST_READ, Unready, show_unready, unready
from handlers.desk.viewer import this_person
from models import audit
from models.agency import Agency
from models.division import get_division, remember_alias
from models.person import names_of
from models.plan_copy import say_year
from models.plan_draft import (
    DraftIsClosed,
    DraftRow,
    PlanDraft,
    answer_names,
    close_draft,
    get_draft,
    get_row,
    hold_draft,
    rows_after,
)
from models.plan_names import EVERY, NOBODY, Meaning, Names, names_in
from models.plan_review import DraftReview, review_draft

PAGE = 50
_NAMES_ASKED_AT_ONCE = 30
_DAYS_SHOWN = 4
CONFLICT = 409


@dataclass(frozen=True)
class Told:
    """A flag in words; one that wants a look stands out."""

    text: str
    look: bool


def told(flags: tuple[str, ...] | list[str]) -> list[Told]:
    return [Told(explain_flag(one), wants_a_look(one)) for one in dict.fromkeys(flags)]


@dataclass(frozen=True)
class SeenSchedule:
    text: str
    kind: str
    column: str
    days: tuple[date, ...]
    more: int  # days that are not spelt out
    last: date | None
    begins: date | None  # of a window, which is due at its end
    ends: date | None
    habit: bool
    flags: list[Told]


def seen_schedule(found: FoundSchedule, most: int = _DAYS_SHOWN) -> SeenSchedule:
    reading = found.reading
    window = reading.kind is Kind.WINDOW and None not in (reading.start, reading.end)
    return SeenSchedule(
        text=reading.text,
        kind=kind_word(reading.kind),
        column=column_word(found.column),
        days=reading.due_dates[:most],
        more=max(0, len(reading.due_dates) - most),
        last=max(reading.due_dates, default=None),
        begins=reading.start if window else None,
        ends=reading.end if window else None,
        habit=found.habit,
        flags=told(reading.flags),
    )


@dataclass(frozen=True)
class SeenName:
    """A printed name and what it was taken for; ``means`` is empty while it is asked."""

    printed: str
    means: str
    same: bool
    asked: bool


def seen_name(meaning: Meaning, names: Names) -> SeenName:
    means = [names.name_of[one] for one in meaning.ids]
    same = [squeezed(one) for one in means] == [squeezed(meaning.printed)]
    if meaning.every:
        said = "ทุกส่วนราชการ"
        same = squeezed(meaning.printed) == said
    else:
        said = " · ".join(means) or ("" if meaning.asked else "ไม่ใช่ส่วนราชการ")
    return SeenName(meaning.printed, said, same, meaning.asked)


@dataclass(frozen=True)
class RowView:
    number: int
    code: str | None
    title: str
    names: list[SeenName]
    schedules: list[SeenSchedule]
    dated: bool
    flags: list[Told]
    edited: bool
    look: bool


def _row_view(row: DraftRow, names: Names) -> RowView:
    measure = row.measure
    return RowView(
        number=measure.number,
        code=measure.code,
        title=measure.title,
        names=[seen_name(names.meaning(one), names) for one in measure.divisions],
        schedules=[seen_schedule(one) for one in measure.schedules],
        dated=bool(measure.deadlines),
        flags=told(measure.flags),
        edited=row.edited,
        look=not row.edited and needs_look(measure),
    )


@dataclass(frozen=True)
class Asked:
    """A printed name that no division surely has."""

    printed: str
    count: int
    offered: list[KnownDivision]

    @property
    def is_a_name(self) -> bool:
        """In a table whose columns have slipped a day may stand where the names are."""
        return not any(mark.isdigit() for mark in self.printed)


@dataclass
class DraftView:
    id: UUID
    source: str
    fiscal_year: int | None
    title: str
    by: str
    at: datetime
    flags: list[Told]
    scores: list[ScoreTable]
    foreign_agency: str | None
    review: DraftReview
    assumed_year: int
    rows: list[RowView] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    show: str = ""


def find_draft(session: Session, draft_id: UUID) -> PlanDraft:
    draft = get_draft(session, this_person(session).agency_id, draft_id)
    return draft if draft is not None else abort(404)


def hold_for_change(session: Session, draft_id: UUID) -> PlanDraft:
    """404 for what is not this agency's; raises `DraftIsClosed`."""
    draft = find_draft(session, draft_id)
    return hold_draft(session, draft.agency_id, draft.id)


def _page_of(session: Session, draft: PlanDraft, view: DraftView) -> list[DraftRow]:
    numbers = view.review.look if view.show == "look" else None
    total = view.review.total if numbers is None else len(numbers)
    view.pages = max(1, -(-total // PAGE))
    view.page = min(view.page, view.pages)
    begin = (view.page - 1) * PAGE
    if numbers is not None:
        found = (get_row(session, draft, one) for one in numbers[begin : begin + PAGE])
        return [row for row in found if row is not None]
    after = view.review.numbers[begin - 1] if begin else -1
    return rows_after(session, draft, after, PAGE)


def _view(session: Session, draft: PlanDraft) -> DraftView:
    names = names_in(session, draft)
    agency = session.get_one(Agency, draft.agency_id)
    printed = draft.printed_agency
    foreign = printed if printed and squeezed(printed) != squeezed(agency.name) else None
    by = names_of(session, draft.agency_id, {draft.created_by})
    view = DraftView(
        id=draft.id,
        source=draft.source_name,
        fiscal_year=draft.fiscal_year,
        title=draft.title,
        by=by.get(draft.created_by, "ไม่ทราบชื่อ"),
        at=draft.created_at,
        flags=told([one for one in draft.flags if one != PlanFlag.YEAR_MISSING]),
        scores=[scores_from_json(one) for one in draft.scores],
        foreign_agency=foreign,
        review=review_draft(session, draft, names),
        assumed_year=fiscal_year(bangkok_day(now())),
        page=_asked_page(),
        show="look" if request.args.get("show") == "look" else "",
    )
    view.rows = [_row_view(row, names) for row in _page_of(session, draft, view)]
    view.asked = _asked(view.review, names)
    return view


def _asked(review: DraftReview, names: Names) -> list[Asked]:
    """Once a name, however often and with whatever spaces it is printed."""
    spelt: dict[str, str] = {}
    where: dict[str, set[int]] = {}
    for printed, numbers in review.asked.items():
        key = squeezed(printed)
        spelt.setdefault(key, printed)
        where.setdefault(key, set()).update(numbers)
    return [
        Asked(printed, len(where[key]), ranked(printed, names.known))
        for key, printed in list(spelt.items())[:_NAMES_ASKED_AT_ONCE]
    ]


def _asked_page() -> int:
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def show_draft(
    draft_id: UUID, form: YearForm | None = None, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    with services().db.reading() as session:
        draft = find_draft(session, draft_id)
        ready = draft.state is PlanDraftState.READY
        view = _view(session, draft) if ready else unready(session, draft, now())
    if isinstance(view, Unready):
        return show_unready(view, refused=status == CONFLICT)
    if status == CONFLICT:
        warning = warning or JUST_READ
    form = form or YearForm(
        formdata=None, data={"year": str(view.fiscal_year or ""), "title": view.title}
    )
    form.offer(view.fiscal_year)
    return render(
        "plan_draft.html",
        section="desk.plans",
        view=view,
        form=form,
        every=EVERY,
        nobody=NOBODY,
        warning=warning,
        status=status,
    )


def closed(draft_id: UUID) -> tuple[str, int]:
    """What was asked of a draft cannot be done (any more, or yet): the draft as it is, with why."""
    return show_draft(draft_id, status=CONFLICT)


@desk.get("/plans/<uuid:draft_id>")
def plan_draft(draft_id: UUID) -> tuple[str, int]:
    return show_draft(draft_id)


@desk.post("/plans/<uuid:draft_id>/year")
def set_plan_year(draft_id: UUID) -> tuple[str, int] | Response:
    form, count = YearForm(), 0
    valid = form.validate()
    try:
        with services().db.writing() as session:
            draft = hold_for_change(session, draft_id)
            if valid:
                count = say_year(session, draft, int(form.year.data), reread)
                draft.title = form.title.data
    except DraftIsClosed:
        return closed(draft_id)
    if not valid:
        return show_draft(draft_id, form, warning=MISTAKE, status=422)
    said = f"บันทึกแล้ว วันที่ในร่างอ่านตามปีงบประมาณ {form.year.data}"
    if count:
        said += f" เลื่อนวันที่คัดลอกมาตามปีแล้ว {count:,} วัน กรุณาตรวจก่อนนำเข้า"
    flash(said, "success")
    return redirect(url_for("desk.plan_draft", draft_id=draft_id))


@desk.post("/plans/<uuid:draft_id>/names")
def answer_plan_names(draft_id: UUID) -> tuple[str, int] | Response:
    """What the officer said of printed names that no division has."""
    try:
        with services().db.writing() as session:
            draft = hold_for_change(session, draft_id)
            answers = _answers(session, draft)
            answer_names(session, draft, {one: said for one, (said, _) in answers.items()})
            for printed, (said, remember) in answers.items():
                if remember:
                    _remember(session, draft, printed, said)
    except DraftIsClosed:
        return closed(draft_id)
    if not answers:
        flash("ยังไม่ได้เลือกชื่อใด จึงยังไม่มีอะไรเปลี่ยน", "warning")
    else:
        flash(f"บันทึกความหมายของชื่อแล้ว {len(answers)} ชื่อ", "success")
    return redirect(url_for("desk.plan_draft", draft_id=draft_id))


def _answers(session: Session, draft: PlanDraft) -> dict[str, tuple[str, bool]]:
    """Printed name -> answer and whether to remember it. Only for what is asked now."""
    names = names_in(session, draft)
    asked = review_draft(session, draft, names).asked
    allowed = {EVERY, NOBODY, *(str(one.id) for one in names.known)}
    answers: dict[str, tuple[str, bool]] = {}
    for place in range(_NAMES_ASKED_AT_ONCE):
        printed = request.form.get(f"name-{place}")
        said = request.form.get(f"answer-{place}", "")
        # A browser ends lines in its own way.
        known = next((one for one in asked if squeezed(one) == squeezed(printed or "")), None)
        if known is None or not said:
            continue
        if said not in allowed:
            abort(400)
        answers[known] = said, f"remember-{place}" in request.form
    return answers


def _remember(session: Session, draft: PlanDraft, printed: str, said: str) -> None:
    if said in (EVERY, NOBODY):
        return  # true of this plan; of a division it says nothing
    division = get_division(session, draft.agency_id, UUID(said))
    if division is None:
        return
    remember_alias(session, division, printed)
    audit.record_deed(
        session, this_person(session), "division.alias_added", f"division:{division.id}", now()
    )


@desk.post("/plans/<uuid:draft_id>/discard")
def discard_plan(draft_id: UUID) -> tuple[str, int] | Response:
    try:
        with services().db.writing() as session:
            draft = find_draft(session, draft_id)
            close_draft(session, draft, PlanDraftState.DISCARDED)
            audit.record_deed(
                session, this_person(session), "plan.discarded", f"plan_draft:{draft.id}", now()
            )
    except DraftIsClosed:
        return closed(draft_id)
    flash("ทิ้งร่างแผนแล้ว แผนจริงไม่เปลี่ยน", "success")
    return redirect(url_for("desk.plans"))
