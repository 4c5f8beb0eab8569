"""What admins change of a round by hand: its day, its division, whether there is one at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, url_for
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields import TextAreaField
from wtforms.validators import ValidationError

from domain.calendar import bangkok_day, short_date
from domain.states import IllegalMove, ObligationState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.days import read_day
from handlers.desk.forms import LONGEST_REASON, MISTAKE, at_most, filled, options, stripped
from handlers.desk.measures import Due, due_of
from handlers.desk.pages import render
from handlers.desk.permissions import may_see_obligation
from handlers.desk.round_notices import tell_of_change
from handlers.desk.viewer import this_person
from models import obligation_changes as changing
from models.division import Division, divisions_of, get_division
from models.measure import Obligation, get_obligation
from models.measure_review import ObligationChanged
from models.obligation_changes import (
    BadDay,
    Deed,
    RoundIsThere,
    SameDivision,
    WishWaits,
)
from models.person import Person


def _reason(form: str) -> TextAreaField:
    return TextAreaField(
        "เหตุผล",
        id=f"{form}-reason",
        filters=[stripped],
        validators=[filled("กรุณากรอกเหตุผล"), at_most(LONGEST_REASON)],
        description="แสดงในประวัติของงวดนี้ และในข้อความที่แจ้งส่วนราชการ",
    )


def _tell(form: str) -> BooleanField:
    label = "แจ้งส่วนราชการที่เกี่ยวข้องทาง LINE หรืออีเมลทันที (ใช้โควตาข้อความ)"
    return BooleanField(label, id=f"{form}-tell", default=True)


def _day(label: str, form: str) -> StringField:
    return StringField(label, id=f"{form}-day", filters=[stripped], description="เช่น 31/3/2569")


class _DayForm(FlaskForm):  # type: ignore[misc]
    def validate_day(self, one: StringField) -> None:
        if not one.data:
            raise ValidationError("กรุณากรอกวันที่")
        if read_day(one.data) is None:
            raise ValidationError("อ่านวันที่ไม่ได้ กรุณากรอกวัน เดือน ปี เช่น 31/3/2569")

    @property
    def picked(self) -> date:
        found = read_day(self.day.data or "")
        if found is None:
            raise ValueError("asked before it was validated")
        return found


class _DivisionForm(FlaskForm):  # type: ignore[misc]
    def validate_division(self, one: SelectField) -> None:
        if one.data not in [choice.value for choice in one.choices]:
            raise ValidationError("กรุณาเลือกส่วนราชการ")


class MoveDueForm(_DayForm):
    seen = HiddenField(id="due-seen")
    day = _day("วันครบกำหนดใหม่", "due")
    reason = _reason("due")
    tell = _tell("due")


class HandOverForm(_DivisionForm):
    seen = HiddenField(id="division-seen")
    division = SelectField(
        "ส่วนราชการใหม่", id="division-division", choices=[], validate_choice=False
    )
    following = BooleanField(
        "รวมทุกงวดที่ยังไม่รายงานของมาตรการนี้ ซึ่งครบกำหนดตั้งแต่วันนี้ไป", id="division-following"
    )
    reason = _reason("division")
    tell = _tell("division")


class CancelForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="cancel-seen")
    reason = _reason("cancel")
    tell = _tell("cancel")


class ReopenForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="reopen-seen")
    reason = _reason("reopen")
    tell = _tell("reopen")


class RoundForm(_DayForm, _DivisionForm):
    seen = HiddenField(id="round-seen")
    division = SelectField("ส่วนราชการ", id="round-division", choices=[], validate_choice=False)
    day = _day("วันครบกำหนด", "round")
    reason = _reason("round")
    tell = _tell("round")


@dataclass(frozen=True)
class ChangeView:
    id: UUID
    number: int
    code: str | None
    title: str
    due: Due
    first: date
    last: date
    seen: str
    is_open: bool
    is_cancelled: bool
    may_hand_over: bool
    divisions: list[tuple[str, str]]
    own: str


def _view(session: Session, obligation_id: UUID) -> ChangeView:
    person = this_person(session)
    found = get_obligation(session, person.agency_id, obligation_id)
    if found is None or not may_see_obligation(session, person, found):
        abort(404)
    first, last = changing.days_of(session, found, bangkok_day(now()))
    return ChangeView(
        id=found.id,
        number=found.measure.number,
        code=found.measure.code,
        title=found.measure.title,
        due=due_of(found, now()),
        first=first,
        last=last,
        seen=changing.mark_of(session, found),
        is_open=found.state is ObligationState.OPEN,
        is_cancelled=found.state is ObligationState.CANCELLED,
        may_hand_over=found.state in changing.REASSIGNABLE,
        divisions=[
            (str(one.id), one.name) for one in divisions_of(session, person.agency_id) if one.active
        ],
        own=str(found.division_id),
    )


@dataclass
class Forms:
    """The forms of the page: empty, but for one that came back with a mistake."""

    due: MoveDueForm = field(default_factory=lambda: MoveDueForm(formdata=None))
    division: HandOverForm = field(default_factory=lambda: HandOverForm(formdata=None))
    cancel: CancelForm = field(default_factory=lambda: CancelForm(formdata=None))
    reopen: ReopenForm = field(default_factory=lambda: ReopenForm(formdata=None))
    round: RoundForm = field(default_factory=lambda: RoundForm(formdata=None))

    def offer(self, view: ChangeView) -> None:
        nobody = ("", "กรุณาเลือก")
        others = [one for one in view.divisions if one[0] != view.own]
        self.division.division.choices = options(nobody, *others)
        self.round.division.choices = options(nobody, *view.divisions)

    def mark(self, seen: str) -> None:
        for form in (self.due, self.division, self.cancel, self.reopen, self.round):
            form.seen.data = seen


def _show(
    view: ChangeView, forms: Forms, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    forms.offer(view)
    forms.mark(view.seen)
    return render(
        "obligation_change.html",
        section="desk.measures",
        view=view,
        forms=forms,
        warning=warning,
        status=status,
    )


@desk.get("/measures/<uuid:obligation_id>/change")
def change_obligation(obligation_id: UUID) -> tuple[str, int]:
    with services().db.reading() as session:
        view = _view(session, obligation_id)
    return _show(view, Forms())


_CHANGED = (
    "ยังไม่ได้บันทึก เพราะมีผู้แก้ไข รายงาน หรือตรวจงวดนี้ระหว่างที่ท่านเปิดอยู่ "
    "สิ่งที่ท่านพิมพ์ยังอยู่ กรุณาดูข้อมูลล่าสุด แล้วกดบันทึกอีกครั้งหากยังต้องการ"
)
_ILLEGAL = "ยังไม่ได้บันทึก เพราะสถานะของงวดนี้ตอนนี้ทำเช่นนั้นไม่ได้"
_WISH = (
    "ยังไม่ได้บันทึก เพราะส่วนราชการขอเลื่อนกำหนดไว้และยังไม่มีผู้พิจารณา กรุณาอนุมัติหรือไม่อนุมัติคำขอในหน้างวดรายงานก่อน"
)
_SAME_DIVISION = "ยังไม่ได้บันทึก เพราะงวดนี้เป็นของส่วนราชการที่เลือกอยู่แล้ว"


def _there(error: RoundIsThere) -> str:
    day = short_date(error.day)
    if error.cancelled:
        return (
            f"ยังไม่ได้บันทึก เพราะส่วนราชการนี้มีงวดของมาตรการนี้ วันที่ {day} อยู่แล้วและถูกยกเลิกไว้ "
            "กรุณาเลือกดูสถานะ “ยกเลิก” ในหน้ามาตรการ แล้วเปิดงวดนั้นอีกครั้งแทน"
        )
    return f"ยังไม่ได้บันทึก เพราะส่วนราชการนี้มีงวดของมาตรการนี้ วันที่ {day} (ตามแผน) อยู่แล้ว"


def _bad_day(error: BadDay) -> str:
    if error.same:
        return "ยังไม่ได้บันทึก เพราะวันที่กรอกเป็นวันครบกำหนดเดิม"
    between = f"{short_date(error.first)} ถึง {short_date(error.last)}"
    return f"ยังไม่ได้บันทึก เพราะวันที่กรอกไม่อยู่ในช่วงของแผนนี้ ({between})"


@dataclass(frozen=True)
class Done:
    """What a deed did, and whom it concerns."""

    rounds: Sequence[Obligation]
    divisions: Sequence[tuple[UUID, str]]
    said: str
    show: UUID


def _done_here(held: Obligation, said: str) -> Done:
    """It concerned this round alone, and the division whose it is."""
    return Done([held], [(held.division_id, held.division.name)], said, held.id)


Work = Callable[[Session, Obligation, Person], Done]


def _do(
    obligation_id: UUID, form: FlaskForm, forms: Forms, deed: Deed, work: Work
) -> tuple[str, int] | Response:
    with services().db.reading() as session:
        forms.offer(_view(session, obligation_id))
    warning, status = MISTAKE, 422
    if form.validate():
        try:
            return _write(obligation_id, form, deed, work)
        except ObligationChanged:
            warning, status = _CHANGED, 409
        except IllegalMove:
            warning, status = _ILLEGAL, 409
        except WishWaits:
            warning, status = _WISH, 409
        except RoundIsThere as error:
            warning, status = _there(error), 409
        except IntegrityError:  # two officers in one moment: the other was first
            warning, status = _CHANGED, 409
        except SameDivision:
            warning = _SAME_DIVISION
        except BadDay as error:
            warning = _bad_day(error)
    with services().db.reading() as session:
        view = _view(session, obligation_id)
    return _show(view, forms, warning=warning, status=status)


def _write(obligation_id: UUID, form: FlaskForm, deed: Deed, work: Work) -> Response:
    with services().db.writing() as session:
        person = this_person(session)
        held = changing.hold_as_seen(session, person.agency_id, obligation_id, form.seen.data or "")
        if held is None or not may_see_obligation(session, person, held):
            abort(404)
        done = work(session, held, person)
        told = 0
        if form.tell.data:
            told = tell_of_change(
                session, deed, done.rounds, done.divisions, form.reason.data, now()
            )
    said = done.said
    if form.tell.data:
        said += f" แจ้งแล้ว {told} คน" if told else " แต่ยังไม่มีผู้ใดในส่วนราชการที่แจ้งทาง LINE หรืออีเมลได้"
    flash(said, "success")
    return redirect(url_for("desk.obligation", obligation_id=done.show))


def _division(session: Session, agency_id: int, value: str) -> Division:
    division = get_division(session, agency_id, UUID(value))
    if division is None or not division.active:
        raise ObligationChanged
    return division


@desk.post("/measures/<uuid:obligation_id>/due")
def move_due(obligation_id: UUID) -> tuple[str, int] | Response:
    form = MoveDueForm()

    def work(session: Session, held: Obligation, person: Person) -> Done:
        changing.move_due(session, held, person, form.picked, form.reason.data, now())
        said = f"เปลี่ยนวันครบกำหนดเป็น {short_date(held.due_on)} แล้ว ระบบจะเตือนตามกำหนดใหม่"
        return _done_here(held, said)

    return _do(obligation_id, form, Forms(due=form), Deed.MOVED, work)


@desk.post("/measures/<uuid:obligation_id>/division")
def hand_over_obligation(obligation_id: UUID) -> tuple[str, int] | Response:
    form = HandOverForm()

    def work(session: Session, held: Obligation, person: Person) -> Done:
        old = (held.division_id, held.division.name)
        division = _division(session, held.agency_id, form.division.data)
        rounds = changing.reassign(
            session,
            held,
            division,
            person,
            form.reason.data,
            now(),
            following=form.following.data,
        )
        said = f"ให้{division.name}เป็นผู้รายงานแทนแล้ว {len(rounds)} งวด"
        return Done(rounds, [old, (division.id, division.name)], said, held.id)

    return _do(obligation_id, form, Forms(division=form), Deed.REASSIGNED, work)


@desk.post("/measures/<uuid:obligation_id>/cancel")
def cancel_obligation(obligation_id: UUID) -> tuple[str, int] | Response:
    form = CancelForm()

    def work(session: Session, held: Obligation, person: Person) -> Done:
        changing.cancel_round(session, held, person, form.reason.data, now())
        return _done_here(held, "ยกเลิกงวดรายงานแล้ว ระบบจะไม่เตือนงวดนี้อีก")

    return _do(obligation_id, form, Forms(cancel=form), Deed.CANCELLED, work)


@desk.post("/measures/<uuid:obligation_id>/reopen")
def reopen_obligation(obligation_id: UUID) -> tuple[str, int] | Response:
    form = ReopenForm()

    def work(session: Session, held: Obligation, person: Person) -> Done:
        changing.reopen_round(session, held, person, form.reason.data, now())
        return _done_here(held, "เปิดงวดรายงานอีกครั้งแล้ว ระบบจะเตือนตามกำหนด")

    return _do(obligation_id, form, Forms(reopen=form), Deed.REOPENED, work)


@desk.post("/measures/<uuid:obligation_id>/round")
def add_round(obligation_id: UUID) -> tuple[str, int] | Response:
    form = RoundForm()

    def work(session: Session, held: Obligation, person: Person) -> Done:
        division = _division(session, held.agency_id, form.division.data)
        added = changing.add_round(
            session, held, division, form.picked, person, form.reason.data, now()
        )
        session.refresh(added, ["measure", "division"])
        said = f"เพิ่มงวดรายงานของ{division.name} วันที่ {short_date(added.due_on)} แล้ว"
        return Done([added], [(division.id, division.name)], said, added.id)

    return _do(obligation_id, form, Forms(round=form), Deed.ADDED, work)
