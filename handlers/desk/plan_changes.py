"""What an import would change, and the import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.calendar import short_date
from domain.states import PlanDraftState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.complaint_list import shorten
from handlers.desk.pages import render
from handlers.desk.plan_draft import closed, find_draft, hold_for_change, show_draft
from handlers.desk.viewer import this_person
from models.division import division_names
from models.plan_changes import FieldChange, MeasureChange, PlanChanges, Round
from models.plan_draft import DraftIsClosed
from models.plan_import import PlanMoved
from models.plan_review import (
    NamesAsked,
    NothingToImport,
    YearMissing,
    draft_changes,
    import_draft,
)

_SHOWN = 100  # measures of one kind
_LONGEST = 160

_FIELDS = {
    "number": "ลำดับ",
    "code": "รหัส",
    "title": "ชื่อ",
    "indicator": "ตัวชี้วัด",
    "instrument": "เครื่องมือประเมิน",
    "responsible": "ผู้รับผิดชอบที่พิมพ์",
    "schedule_text": "ระยะเวลาที่พิมพ์",
    "steps": "ขั้นตอน",
    "result": "ผลการดำเนินการ",
    "success": "ตัวชี้วัดความสำเร็จ",
    "recommendation": "ข้อเสนอแนะ",
}
_NAMES_ASKED = "ยังนำเข้าไม่ได้ เพราะมีชื่อผู้รับผิดชอบที่ระบบไม่รู้จัก กรุณาเลือกส่วนราชการให้ครบก่อน"
_YEAR_MISSING = "ยังนำเข้าไม่ได้ เพราะยังไม่ได้เลือกปีงบประมาณของแผน"
_NOTHING = "ยังนำเข้าไม่ได้ เพราะร่างนี้ไม่มีมาตรการ"
_MOVED = (
    "ยังไม่ได้นำเข้า เพราะร่างหรือแผนจริงเปลี่ยนไประหว่างที่ท่านเปิดหน้านี้ กรุณาดูสิ่งที่จะเปลี่ยนด้านล่างอีกครั้ง แล้วกดนำเข้า"
)


@dataclass(frozen=True)
class FieldLine:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class RoundsLine:
    label: str
    look: str
    rounds: list[str]


@dataclass(frozen=True)
class ChangeView:
    number: int
    code: str | None
    title: str
    fields: list[FieldLine]
    rounds: list[RoundsLine]
    returned: bool


@dataclass(frozen=True)
class Section:
    heading: str
    hint: str
    count: int
    lines: list[ChangeView]

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


def _field(change: FieldChange) -> FieldLine:
    old, new = change.old, change.new
    if change.field not in ("number", "code", "title"):
        old, new = shorten(old, _LONGEST), shorten(new, _LONGEST)
    return FieldLine(_FIELDS[change.field], old, new)


def _rounds(rounds: Iterable[Round], names: dict[UUID, str]) -> list[str]:
    """A day and whom it concerns; all of them together are not spelt out."""
    by_day: dict[str, list[str]] = {}
    for one in rounds:
        by_day.setdefault(short_date(one.due_on), []).append(names.get(one.division_id, "–"))
    return [
        f"{day}: " + ("ทุกส่วนราชการ" if len(who) == len(names) > 1 else " · ".join(sorted(who)))
        for day, who in by_day.items()
    ]


def _change(change: MeasureChange, names: dict[UUID, str], *, new: bool = False) -> ChangeView:
    told = (
        ("กำหนดรายงาน" if new else "เพิ่มกำหนด", "tag-good", change.added),
        ("เปิดกำหนดที่เคยยกเลิก", "tag-good", change.reopened),
        ("ยกเลิกกำหนด", "tag-late", change.cancelled),
        ("คงไว้เพราะรายงานหรือแก้ด้วยมือแล้ว", "tag-busy", change.kept),
    )
    return ChangeView(
        number=change.number,
        code=change.code,
        title=change.title,
        fields=[_field(one) for one in change.fields],
        rounds=[RoundsLine(label, look, _rounds(one, names)) for label, look, one in told if one],
        returned=change.returned,
    )


def _sections(changes: PlanChanges, names: dict[UUID, str]) -> list[Section]:
    told = (
        (
            "มาตรการที่ไม่มีในไฟล์แล้ว",
            "จะนำออกจากแผน กำหนดที่ยังไม่มีรายงานจะยกเลิก ที่รายงานหรือแก้ด้วยมือแล้วจะคงไว้",
            changes.gone,
        ),
        ("มาตรการที่เปลี่ยน", "ข้อความหรือกำหนดรายงานต่างจากในแผน", changes.changed),
        (
            "ไม่เปลี่ยน แต่มีกำหนดที่คงไว้",
            "กำหนดเหล่านี้ต่างจากในไฟล์ แต่มีรายงานหรือผู้ดูแลระบบแก้ไว้แล้ว จึงคงไว้ตามเดิม",
            changes.kept_only,
        ),
        ("มาตรการใหม่", "จะเพิ่มลงในแผน", changes.new),
    )
    return [
        Section(
            heading,
            hint,
            len(found),
            [_change(one, names, new=found is changes.new) for one in found[:_SHOWN]],
        )
        for heading, hint, found in told
        if found
    ]


def _names(session: Session, agency_id: int) -> dict[UUID, str]:
    return division_names(session, agency_id)


def _show(draft_id: UUID, *, warning: str = "", status: int = 200) -> tuple[str, int]:
    try:
        with services().db.reading() as session:
            draft = find_draft(session, draft_id)
            if draft.state is not PlanDraftState.READY:
                raise DraftIsClosed
            source = draft.source_name
            changes = draft_changes(session, draft)
            sections = _sections(changes, _names(session, draft.agency_id))
    except DraftIsClosed:
        return closed(draft_id)
    except (NamesAsked, YearMissing, NothingToImport) as error:
        return _not_ready(draft_id, error)
    title = changes.title
    return render(
        "plan_changes.html",
        section="desk.plans",
        draft_id=draft_id,
        source=source,
        changes=changes,
        title=title if title is not None and title.old else None,
        cancelled=changes.count(lambda one: one.cancelled),
        kept=changes.count(lambda one: one.kept),
        added=changes.count(lambda one: one.added) + changes.count(lambda one: one.reopened),
        sections=sections,
        warning=warning,
        status=status,
    )


def _not_ready(draft_id: UUID, error: Exception) -> tuple[str, int]:
    said = {NamesAsked: _NAMES_ASKED, YearMissing: _YEAR_MISSING}.get(type(error), _NOTHING)
    return show_draft(draft_id, warning=said, status=422)


@desk.get("/plans/<uuid:draft_id>/changes")
def plan_changes(draft_id: UUID) -> tuple[str, int]:
    return _show(draft_id)


@desk.post("/plans/<uuid:draft_id>/import")
def import_plan(draft_id: UUID) -> tuple[str, int] | Response:
    try:
        with services().db.writing() as session:
            draft = hold_for_change(session, draft_id)
            person = this_person(session)
            mark = request.form.get("seen", "")
            changes = import_draft(session, draft, person, mark, now())
    except DraftIsClosed:
        return closed(draft_id)
    except (NamesAsked, YearMissing, NothingToImport) as error:
        return _not_ready(draft_id, error)
    except PlanMoved:
        return _show(draft_id, warning=_MOVED, status=409)
    flash(_said(changes), "success")
    return redirect(url_for("desk.measures", year=changes.fiscal_year))


def _said(changes: PlanChanges) -> str:
    counts = [
        ("มาตรการใหม่", len(changes.new)),
        ("เปลี่ยน", len(changes.changed)),
        ("นำออก", len(changes.gone)),
        ("ไม่เปลี่ยน", changes.unchanged),
        ("คงกำหนดที่รายงานหรือแก้ไว้แล้ว", changes.count(lambda one: one.kept)),
    ]
    told = " · ".join(f"{label} {count:,}" for label, count in counts if count)
    return f"นำเข้าแผนปีงบประมาณ {changes.fiscal_year} แล้ว: {told}"
