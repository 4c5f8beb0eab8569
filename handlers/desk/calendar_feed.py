"""The secret addresses of divisions' calendars: shown, made anew, closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.calendar import bangkok_day
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.people_forms import id_of
from handlers.desk.viewer import this_person
from models import audit
from models.agency import Agency
from models.calendar_feed import feed_of, key_of, make_feed, mark_of, revoke_feed
from models.division import Division, active_divisions, get_division
from models.duty import duties_of
from models.person import Person, Role

_CHANGED = "ยังไม่ได้เปลี่ยน เพราะมีผู้อื่นเปลี่ยนที่อยู่ปฏิทินหลังจากท่านเปิดหน้านี้ ด้านล่างคือที่อยู่ล่าสุด"


@dataclass(frozen=True)
class Row:
    division_id: UUID
    division: str
    address: str  # "" while there is none
    opens: str  # the same for a phone's own calendar
    made_on: date | None
    seen: str


def _own(session: Session, person: Person) -> list[Division]:
    """The divisions that a person serves; of admins, all of them."""
    divisions = active_divisions(session, person.agency_id)
    if person.role is Role.ADMIN:
        return divisions
    serves = duties_of(session, person)
    return [one for one in divisions if one.id in serves]


def _row(session: Session, division: Division, slug: str) -> Row:
    feed = feed_of(session, division.agency_id, division.id)
    if feed is None:
        return Row(division.id, division.name, "", "", None, "")
    path = f"{request.host}{request.script_root}/a/{slug}/calendar/{key_of(session, feed)}.ics"
    address, opens = f"{request.scheme}://{path}", f"webcal://{path}"
    return Row(division.id, division.name, address, opens, feed.made_on, mark_of(feed))


@desk.get("/measures/calendar")
def calendar_feeds() -> tuple[str, int]:
    return _show()


def _show(*, warning: str = "", status: int = 200) -> tuple[str, int]:
    with services().db.reading() as session:
        person = this_person(session)
        slug = session.get_one(Agency, person.agency_id).slug
        rows = [_row(session, one, slug) for one in _own(session, person)]
    return render(
        "calendar_feed.html", section="desk.measures", rows=rows, warning=warning, status=status
    )


def _do(
    action: str, done: str, deed: Callable[[Session, Division], object]
) -> tuple[str, int] | Response:
    division_id = id_of(request.form.get("division", ""))
    if division_id is None:
        abort(400)
    with services().db.writing() as session:
        person = this_person(session)
        division = get_division(session, person.agency_id, division_id)
        if division is None or division not in _own(session, person):
            abort(404)
        feed = feed_of(session, person.agency_id, division.id)
        changed = mark_of(feed) != request.form.get("seen", "")
        if not changed:
            deed(session, division)
            audit.record_deed(session, person, action, f"division:{division.id}", now())
    if changed:
        return _show(warning=_CHANGED, status=409)
    flash(done, "success")
    return redirect(url_for("desk.calendar_feeds"))


@desk.post("/measures/calendar")
def make_calendar_feed() -> tuple[str, int] | Response:
    def deed(session: Session, division: Division) -> None:
        make_feed(session, division.agency_id, division.id, bangkok_day(now()))

    done = "สร้างที่อยู่ปฏิทินแล้ว เพิ่มในปฏิทินตามวิธีด้านล่าง"
    return _do("calendar.made", done, deed)


@desk.post("/measures/calendar/revoke")
def revoke_calendar_feed() -> tuple[str, int] | Response:
    def deed(session: Session, division: Division) -> None:
        revoke_feed(session, division.agency_id, division.id)

    return _do("calendar.revoked", "ปิดปฏิทินแล้ว ที่อยู่เดิมใช้ไม่ได้อีก", deed)
