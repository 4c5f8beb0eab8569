"""A draft's page while it is no preview: being read, cut off, unreadable, imported, thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, after_this_request, url_for
from sqlalchemy.orm import Session

from domain.states import PlanDraftState
from handlers.desk.pages import render
from models.plan_draft import PlanDraft, row_count
from models.plan_reading import percent_read

_LOOK_AGAIN_SECONDS = 2
CLOSED = "ยังไม่ได้บันทึก เพราะร่างแผนนี้ถูกนำเข้าหรือทิ้งไปแล้ว อาจทำในอีกหน้าต่างหนึ่งหรือโดยผู้อื่น"
STILL_READING = "ยังไม่ได้บันทึก เพราะระบบยังอ่านไฟล์นี้ไม่เสร็จ"
NOT_READ = "ยังไม่ได้บันทึก เพราะระบบอ่านไฟล์นี้ไม่ได้"
JUST_READ = "ยังไม่ได้บันทึก เพราะเมื่อครู่ระบบยังอ่านไฟล์นี้ไม่เสร็จ ตอนนี้อ่านเสร็จแล้ว กรุณาทำอีกครั้ง"
_REFUSALS = {PlanDraftState.READING: STILL_READING, PlanDraftState.FAILED: NOT_READ}


@dataclass(frozen=True)
class Unready:
    draft_id: UUID
    state: PlanDraftState
    stopped: bool
    year: int | None
    source: str
    percent: int | None
    count: int  # measures that are there so far
    trouble: str | None


def unready(session: Session, draft: PlanDraft, now: datetime) -> Unready:
    reading = draft.state is PlanDraftState.READING
    return Unready(
        draft_id=draft.id,
        state=draft.state,
        stopped=draft.stopped(now),
        year=draft.fiscal_year,
        source=draft.source_name,
        percent=percent_read(draft),
        count=row_count(session, draft) if reading else 0,
        trouble=draft.trouble,
    )


def show_unready(view: Unready, *, refused: bool) -> tuple[str, int]:
    """``refused``: something was asked of the draft that only a preview can do."""
    reading = view.state is PlanDraftState.READING and not view.stopped
    if reading:
        _look_again(view.draft_id)
    in_reading = view.state in (PlanDraftState.READING, PlanDraftState.FAILED)
    return render(
        "plan_reading.html" if in_reading else "plan_closed.html",
        section="desk.plans",
        view=view,
        reading=reading,
        warning=_REFUSALS.get(view.state, CLOSED) if refused else "",
        status=409 if refused else 200,
    )


def _look_again(draft_id: UUID) -> None:
    """The browser's own refresh: the desk has no script. To the page itself, never a form again."""

    @after_this_request
    def refresh(response: Response) -> Response:
        url = url_for("desk.plan_draft", draft_id=draft_id)
        response.headers["Refresh"] = f"{_LOOK_AGAIN_SECONDS}; url={url}"
        return response
