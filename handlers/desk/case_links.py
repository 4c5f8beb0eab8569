"""A case beside others: reports of the same thing, and the measures of the plan it bears on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.states import ComplaintState, IllegalMove
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.case_door import is_shut, needs_fresh, readable, working_on
from handlers.desk.case_forms import MergeForm
from handlers.desk.complaint_case import read_seen
from handlers.desk.complaint_list import shorten
from handlers.desk.freshness import ask_again
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models import complaint_work as work
from models.complaint import Complaint, ComplaintKind, first_report, receipt_marker
from models.complaint_access import NotAllowed, hands_out, log_opening
from models.complaint_measures import (
    MeasureName,
    link_measure,
    measures_of,
    measures_to_link,
    unlink_measure,
)
from models.complaint_merge import CannotMerge, find_by_marker, likely_same, merge, unmerge
from models.complaint_work import ChangedMeanwhile
from models.person import Person

_SHOWN_OF_TEXT = 160
_SHOWN_OF_OTHER = 600


@dataclass(frozen=True)
class Candidate:
    id: UUID
    marker: str
    received_on: date
    state: ComplaintState
    beginning: str
    percent: int


@dataclass(frozen=True)
class Other:
    """The case that this one would be joined to, for a look before it is."""

    marker: str
    kind: ComplaintKind
    state: ComplaintState
    received_on: date
    beginning: str
    came_later: bool


class Unsure(Exception):
    """It could be done; the officer has not yet seen with what. Nothing of it is kept."""


@dataclass(frozen=True)
class Links:
    id: UUID
    marker: str
    seen: str
    joined_to: str  # the marker of the first
    joined: bool
    likely: list[Candidate]
    linked: list[MeasureName]
    measures: list[MeasureName]


def _must_hand_out(person: Person) -> None:
    if not hands_out(person):
        abort(403)


def _links(session: Session, person: Person, complaint: Complaint) -> Links:
    """Opens the case, which is logged."""
    opened = log_opening(session, person, complaint, now())
    first = first_report(session, complaint)
    # To whoever may not read the first one it stands for itself.
    joined = first.id != complaint.id and bool(work.visible_among(session, person, [first.id]))
    last = opened.entries[-1].entry.number if opened.entries else 0
    likely = [] if joined else likely_same(session, person, complaint, opened.content)
    linked = measures_of(session, complaint)
    taken = {one.id for one in linked}
    return Links(
        id=complaint.id,
        marker=receipt_marker(complaint),
        seen=f"{complaint.state.value}.{last}.{work.last_deed(session, complaint)}",
        joined_to=receipt_marker(first) if joined else "",
        joined=joined,
        likely=[
            Candidate(
                one.id,
                one.id.hex[:6].upper(),
                one.received_on,
                one.state,
                shorten(one.beginning, _SHOWN_OF_TEXT),
                one.percent,
            )
            for one in likely
        ],
        linked=linked,
        measures=[
            one for one in measures_to_link(session, complaint.agency_id) if one.id not in taken
        ],
    )


@desk.get("/complaints/<uuid:complaint_id>/links")
def case_links(complaint_id: UUID) -> tuple[str, int] | Response:
    with services().db.writing() as session:
        person = this_person(session)
        _must_hand_out(person)
        found = readable(session, person, complaint_id)
        if needs_fresh(found):
            return ask_again()
        links = _links(session, person, found)
    form = MergeForm(formdata=None)
    form.marker.data = request.args.get("first", "")[:6]
    return _show(links, form)


def _show(
    links: Links,
    form: MergeForm,
    *,
    warning: str = "",
    status: int = 200,
    other: Other | None = None,
) -> tuple[str, int]:
    form.seen.data = links.seen
    return render(
        "complaint_links.html",
        section="desk.complaints",
        links=links,
        form=form,
        warning=warning,
        other=other,
        status=status,
    )


_WHY_NOT = {
    "itself": "นี่คือเรื่องเดียวกัน กรุณากรอกเลขของอีกเรื่อง",
    "cycle": "เรื่องนั้นรวมอยู่กับเรื่องนี้แล้ว จึงรวมย้อนกลับไม่ได้",
    "joined": "เรื่องนี้รวมกับเรื่องอื่นแล้ว กรุณายกเลิกการรวมก่อน",
    "ended": "รวมได้เฉพาะเรื่องที่ยังไม่ปิดและไม่ได้ถอน",
    "kinds": "เบาะแสทุจริตรวมกับเรื่องประเภทอื่นไม่ได้",
    "unknown": "ไม่พบเรื่องนี้ กรุณาตรวจเลข 6 ตัวบนหน้าเรื่องนั้น",
    "not_now": "เรื่องนี้รวมกับเรื่องอื่นไม่ได้ในขณะนี้",
    "many": "มีมากกว่าหนึ่งเรื่องที่ใช้เลขนี้ กรุณาเปิดเรื่องนั้น แล้วรวมจากหน้าเรื่องนั้นแทน",
}


@desk.post("/complaints/<uuid:complaint_id>/merge")
def merge_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    if is_shut(complaint_id):
        return ask_again()
    form = MergeForm()
    if not form.validate():
        return _again(complaint_id, form, "", 422)
    seen = read_seen(form.seen.data or "")
    try:
        with services().db.writing() as session:
            person = this_person(session)
            _must_hand_out(person)
            later, first = _both(session, person, complaint_id, form.marker.data)
            work.check_unchanged(session, later, seen)
            _must_know_what_it_repeats(session, person, later)
            joined_to = merge(session, later, first, person, now())
            if not work.visible_among(session, person, [joined_to.id]):
                raise CannotMerge("unknown")
            marker = receipt_marker(joined_to)
            if "sure" not in request.form:
                raise Unsure
    except Unsure:
        return _again(complaint_id, form, "", 200, form.marker.data)
    except NotAllowed:
        abort(404)
    except ChangedMeanwhile:
        warning = "ยังไม่ได้รวม เพราะมีผู้อื่นแก้ไขเรื่องนี้ กรุณาเปิดดูเรื่องอีกครั้ง แล้วรวมใหม่หากยังต้องการ"
        return _again(complaint_id, form, warning, 409)
    except CannotMerge as error:
        form.marker.errors = [_WHY_NOT[error.why]]
        return _again(complaint_id, form, "", 422)
    flash(f"รวมเรื่องนี้เข้ากับเรื่อง {marker} แล้ว ผู้ร้องทั้งสองรายจะได้รับคำตอบเดียวกัน", "success")
    return redirect(url_for("desk.complaint", complaint_id=complaint_id))


def _must_know_what_it_repeats(session: Session, person: Person, later: Complaint) -> None:
    if not work.visible_among(session, person, [first_report(session, later).id]):
        raise CannotMerge("not_now")


def _both(
    session: Session, person: Person, complaint_id: UUID, marker: str
) -> tuple[Complaint, Complaint]:
    """Both held, in the one order of locks: two officers who join two cases wait in line."""
    found = find_by_marker(session, person, marker)
    if len(found) != 1:
        work.find_for_work(session, person, complaint_id)
        raise CannotMerge("many" if found else "unknown")
    other = found[0].id
    held = work.find_together(session, person, {complaint_id, other})
    return held[complaint_id], held[other]


def _again(
    complaint_id: UUID, form: MergeForm, warning: str, status: int, look_at: str | None = None
) -> tuple[str, int] | Response:
    other = None
    with services().db.writing() as session:
        person = this_person(session)
        _must_hand_out(person)
        found = readable(session, person, complaint_id)
        links = _links(session, person, found)
        if look_at is not None:
            other = _other(session, person, found, look_at)
    return _show(links, form, warning=warning, status=status, other=other)


def _other(session: Session, person: Person, complaint: Complaint, marker: str) -> Other | None:
    """Opens it, which is logged."""
    found = find_by_marker(session, person, marker)
    if len(found) != 1:
        return None
    opened = log_opening(session, person, found[0], now())
    return Other(
        receipt_marker(found[0]),
        found[0].kind,
        found[0].state,
        found[0].received_on,
        shorten(opened.content.get("what", ""), _SHOWN_OF_OTHER),
        found[0].received_on > complaint.received_on,
    )


@desk.post("/complaints/<uuid:complaint_id>/unmerge")
def unmerge_complaint(complaint_id: UUID) -> Response:
    if is_shut(complaint_id):  # the page asks
        return redirect(url_for("desk.case_links", complaint_id=complaint_id))
    with working_on(complaint_id, hands_out) as (session, held, person):
        try:
            done = unmerge(session, held, person, now())
        except IllegalMove:
            flash("ยังไม่ได้ยกเลิก เพราะเนื้อหาของเรื่องนี้ลบไปแล้วตามระยะเวลาเก็บ", "warning")
            return redirect(url_for("desk.complaint", complaint_id=complaint_id))
    _say(done, "ยกเลิกการรวมแล้ว เรื่องนี้ดำเนินการแยกต่างหาก", "เรื่องนี้ไม่ได้รวมกับเรื่องใดอยู่แล้ว")
    return redirect(url_for("desk.complaint", complaint_id=complaint_id))


def _say(done: bool, words: str, otherwise: str) -> None:
    flash(words if done else otherwise, "success" if done else "warning")


@desk.post("/complaints/<uuid:complaint_id>/measures/link")
def link_case_measure(complaint_id: UUID) -> Response:
    otherwise = "ยังไม่ได้เชื่อม เพราะเชื่อมไว้แล้ว ไม่พบมาตรการนี้ หรือเชื่อมครบ 20 รายการแล้ว"
    return _change_link(complaint_id, link_measure, "เชื่อมกับมาตรการแล้ว", otherwise)


@desk.post("/complaints/<uuid:complaint_id>/measures/unlink")
def unlink_case_measure(complaint_id: UUID) -> Response:
    otherwise = "ไม่ได้เชื่อมกับมาตรการนี้อยู่แล้ว"
    return _change_link(complaint_id, unlink_measure, "เลิกเชื่อมกับมาตรการแล้ว", otherwise)


_Verb = Callable[[Session, Complaint, UUID, Person, datetime], bool]


def _change_link(complaint_id: UUID, verb: _Verb, words: str, otherwise: str) -> Response:
    try:
        wanted = UUID(request.form.get("measure", ""))
    except ValueError:
        abort(400)
    if not is_shut(complaint_id):  # the page asks
        with working_on(complaint_id, hands_out) as (session, held, person):
            done = verb(session, held, wanted, person, now())
        _say(done, words, otherwise)
    return redirect(url_for("desk.case_links", complaint_id=complaint_id))
