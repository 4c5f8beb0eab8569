"""When this agency reminds: its policy, what that means on real days, and its off-days."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from flask import flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from domain.calendar import bangkok_day, short_date
from domain.reminder_examples import Told, due_date_in_a_break, plain_due_date, told_days
from domain.reminders import MOST_EARLY, MOST_LATE, BadPolicy, Level, Policy
from domain.workdays import OfficeCalendar, public_holidays
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.days import read_day
from handlers.desk.forms import at_most, filled, options, stripped
from handlers.desk.pages import render
from handlers.desk.settings_fields import MOST_NUMBER, number, numbers, whole
from handlers.desk.viewer import this_person
from models import audit, policy
from models.agency import hold_agency
from models.reminder import look_again

WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
_MOST_STAGES = 6
_LONGEST_RANGE = 31  # days
_UNREADABLE = "อ่านวันที่ไม่ได้ กรุณากรอกเป็น วัน/เดือน/ปี พ.ศ. เช่น 30/9/2566"
_FURTHEST = 730  # days
_A_YEAR = timedelta(days=365)
_CHANGED = (
    "ยังไม่ได้บันทึก เพราะมีผู้อื่นเปลี่ยนกำหนดการเตือนเมื่อสักครู่ ตัวอย่างด้านล่างเป็นกำหนดล่าสุด "
    "กรุณาตรวจ แล้วบันทึกอีกครั้งหากยังต้องการตามที่กรอกไว้"
)
_WHO = {
    Level.DIVISION: "เจ้าหน้าที่และกลุ่ม LINE ของส่วนราชการ",
    Level.HEAD: "หัวหน้าส่วนราชการ",
    Level.CLERK: "ปลัด",
    Level.MAYOR: "นายก",
}


def _days(label: str, most: int, description: str = "") -> StringField:
    return StringField(
        label, filters=[stripped], validators=[whole(1, most)], description=description
    )


class PolicyForm(FlaskForm):  # type: ignore[misc]
    early = StringField(
        "เตือนล่วงหน้า กี่วันก่อนครบกำหนด",
        filters=[stripped],
        validators=[at_most(60)],
        description="คั่นด้วยจุลภาค เช่น 14, 3, 0 (0 คือเตือนในวันครบกำหนด)",
    )
    repeat = _days("เกินกำหนดแล้วเตือนซ้ำทุกกี่วัน", MOST_EARLY)
    head_after = _days("แจ้งหัวหน้า เมื่อเกินกำหนดกี่วัน", MOST_LATE)
    clerk_after = _days("แจ้งปลัด เมื่อเกินกำหนดกี่วัน", MOST_LATE)
    mayor_after = _days("แจ้งนายก เมื่อเกินกำหนดกี่วัน", MOST_LATE)
    weekly_on = SelectField(
        "วันส่งสรุปรายสัปดาห์ถึงปลัดและนายก",
        choices=options(*((str(at), f"วัน{name}") for at, name in enumerate(WEEKDAYS[:5]))),
        validate_choice=False,
        description="ถ้าเป็นวันหยุด ระบบส่งในวันทำการถัดไปของสัปดาห์นั้น",
    )
    reserve = StringField(
        "กันโควตา LINE ไว้ตอบผู้ร้องเรียน กี่ข้อความต่อเดือน",
        filters=[stripped],
        validators=[whole(0, MOST_NUMBER)],
        description="การเตือนจะไม่ใช้ข้อความส่วนนี้ เพื่อให้ผู้ร้องเรียนได้รับคำตอบเสมอ",
    )

    def validate_early(self, field: StringField) -> None:
        found = numbers(field.data)
        if not found or not all(days <= MOST_EARLY for days in found):
            raise ValidationError(f"กรุณากรอกตัวเลข 0 ถึง {MOST_EARLY} อย่างน้อยหนึ่งตัว คั่นด้วยจุลภาค")
        if len(set(found)) > _MOST_STAGES:
            raise ValidationError(f"เตือนล่วงหน้าได้ไม่เกิน {_MOST_STAGES} ครั้ง กรุณาลดจำนวนลง")

    def validate_clerk_after(self, field: StringField) -> None:
        self._not_before(field, self.head_after, "ปลัดต้องได้รับแจ้งไม่ก่อนหัวหน้าส่วนราชการ")

    def validate_mayor_after(self, field: StringField) -> None:
        self._not_before(field, self.clerk_after, "นายกต้องได้รับแจ้งไม่ก่อนปลัด")

    def _not_before(self, field: StringField, lower: StringField, message: str) -> None:
        mine, theirs = number(field.data), number(lower.data)
        if mine is not None and theirs is not None and mine < theirs:
            raise ValidationError(f"{message} กรุณากรอกตั้งแต่ {theirs} วันขึ้นไป")

    def validate_weekly_on(self, field: SelectField) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError("กรุณาเลือกวัน")

    def policy(self) -> Policy:
        return Policy(
            early=tuple(numbers(self.early.data) or ()),
            repeat=number(self.repeat.data) or 0,
            joins={
                Level.HEAD: number(self.head_after.data) or 0,
                Level.CLERK: number(self.clerk_after.data) or 0,
                Level.MAYOR: number(self.mayor_after.data) or 0,
            },
        )

    def detail(self) -> dict[str, str]:
        """What the audit log keeps of it."""
        early = ", ".join(str(days) for days in numbers(self.early.data) or ())
        rest = (self.repeat, self.head_after, self.clerk_after, self.mayor_after, self.reserve)
        kept = {one.name: str(number(one.data)) for one in rest}
        return {"early": early, **kept, "weekly_on": WEEKDAYS[int(self.weekly_on.data)]}


class OffDayForm(FlaskForm):  # type: ignore[misc]
    """Days as they are typed, in พ.ศ."""

    first = StringField("วันแรก", filters=[stripped], description="วัน/เดือน/ปี พ.ศ.")
    last = StringField("วันสุดท้าย", filters=[stripped], description="เว้นว่างได้ หากหยุดวันเดียว")
    name = StringField(
        "ชื่อวันหยุด",
        filters=[stripped],
        validators=[filled("กรุณากรอกชื่อวันหยุด"), at_most(100)],
        description="เช่น วันหยุดตามประกาศจังหวัด",
    )

    def validate_first(self, field: StringField) -> None:
        day, today = read_day(field.data or ""), bangkok_day(now())
        if day is None:
            raise ValidationError(_UNREADABLE if field.data else "กรุณากรอกวันที่ เช่น 30/9/2566")
        if not today <= day <= today + timedelta(days=_FURTHEST):
            raise ValidationError("กรุณากรอกวันตั้งแต่วันนี้ไป ไม่เกิน 2 ปีข้างหน้า")

    def validate_last(self, field: StringField) -> None:
        first, last = read_day(self.first.data or ""), read_day(field.data or "")
        if field.data and last is None:
            raise ValidationError(f"{_UNREADABLE} หรือเว้นว่าง")
        if first and last and not 0 <= (last - first).days < _LONGEST_RANGE:
            raise ValidationError(f"วันสุดท้ายต้องไม่ก่อนวันแรก และรวมไม่เกิน {_LONGEST_RANGE} วัน")

    def days(self) -> list[date]:
        first = read_day(self.first.data or "")
        last = read_day(self.last.data or "") or first
        if first is None or last is None:
            return []
        return [first + timedelta(days=at) for at in range((last - first).days + 1)]


@dataclass(frozen=True)
class Line:
    when: str
    who: str
    why: str
    moved: str


@dataclass(frozen=True)
class Example:
    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Named:
    """A day of rest."""

    day: date
    words: str
    name: str


@desk.get("/reminders")
def reminders() -> tuple[str, int]:
    with services().db.reading() as session:
        form = _filled_in(session, this_person(session).agency_id)
    return _show(form, OffDayForm(formdata=None))


def _filled_in(session: Session, agency_id: int) -> PolicyForm:
    chosen = policy.policy_of(session, agency_id)
    return PolicyForm(
        formdata=None,
        data={
            "early": ", ".join(str(days) for days in chosen.early),
            "repeat": str(chosen.repeat),
            "head_after": str(chosen.joins[Level.HEAD]),
            "clerk_after": str(chosen.joins[Level.CLERK]),
            "mayor_after": str(chosen.joins[Level.MAYOR]),
            "weekly_on": str(policy.weekly_day(session, agency_id)),
            "reserve": str(policy.quota_reserve(session, agency_id)),
        },
    )


def _show(
    form: PolicyForm | None, off_form: OffDayForm, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    today = bangkok_day(now())
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        form = form or _filled_in(session, agency_id)
        chosen = policy.policy_of(session, agency_id)
        calendar = policy.calendar_of(session, agency_id)
        seen = _mark(session, agency_id)
        own = [
            Named(one.day, with_weekday(one.day), one.name)
            for one in policy.off_days(session, agency_id)
            if one.day >= today
        ]
    holidays = [
        Named(day, with_weekday(day), name) for day, name in public_holidays(today, today + _A_YEAR)
    ]
    return render(
        "reminders.html",
        section="desk.settings",
        form=form,
        off_form=off_form,
        examples=_examples(chosen, today, calendar),
        repeat=chosen.repeat,
        own=own,
        holidays=holidays,
        today=today,
        seen=seen,
        warning=warning,
        status=status,
    )


def _mark(session: Session, agency_id: int) -> str:
    """What the form carries, to notice that somebody else changed the policy meanwhile."""
    stands = (
        policy.policy_of(session, agency_id),
        policy.weekly_day(session, agency_id),
        policy.quota_reserve(session, agency_id),
    )
    return hashlib.blake2b(repr(stands).encode(), digest_size=12).hexdigest()


def with_weekday(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {short_date(day)}"


def _examples(chosen: Policy, today: date, calendar: OfficeCalendar) -> list[Example]:
    plain = plain_due_date(chosen, today, calendar)
    found = [Example(f"ครบกำหนด{_on(plain)} ในสัปดาห์ทำการปกติ", _lines(chosen, plain, calendar))]
    within = due_date_in_a_break(today, calendar)
    if within is not None:
        first, last = calendar.before(within), calendar.on_or_after(within)
        title = (
            f"ครบกำหนด{_on(within)} ในช่วงหยุดยาว "
            f"(หยุดหลังวันที่ {short_date(first)} เปิดทำการ {short_date(last)})"
        )
        found.append(Example(title, _lines(chosen, within, calendar)))
    return found


def _on(day: date) -> str:
    return f"วัน{with_weekday(day)}"


def _lines(chosen: Policy, due_on: date, calendar: OfficeCalendar) -> list[Line]:
    return [
        Line(with_weekday(one.day), _WHO[one.level], _why(one.offset), _moved(one))
        for one in told_days(chosen, due_on, calendar)
    ]


def _why(offset: int) -> str:
    if offset == 0:
        return "ครบกำหนด"
    return f"เกินกำหนด {offset} วัน" if offset > 0 else f"ก่อนครบกำหนด {-offset} วัน"


def _moved(one: Told) -> str:
    if not one.moved:
        return ""
    direction = "เตือนก่อนวันหยุด" if one.day < one.meant else "เลื่อนเป็นวันทำการถัดไป"
    return f"{short_date(one.meant)} เป็นวันหยุด {direction}"


@desk.post("/reminders")
def set_reminders() -> tuple[str, int] | Response:
    form = PolicyForm()
    if not form.validate_on_submit():
        return _show(
            form,
            OffDayForm(formdata=None),
            warning="ยังไม่ได้บันทึก กรุณาแก้ไขช่องที่มีข้อความสีแดง",
            status=422,
        )
    try:
        with services().db.writing() as session:
            person = this_person(session)
            hold_agency(session, person.agency_id)
            changed = _mark(session, person.agency_id) != request.form.get("seen", "")
            if not changed:
                policy.set_policy(
                    session,
                    person.agency_id,
                    form.policy(),
                    weekly_on=int(form.weekly_on.data),
                    reserve=number(form.reserve.data) or 0,
                )
                look_again(session, person.agency_id, bangkok_day(now()))
                audit.record_deed(session, person, "policy.changed", "policy", now(), form.detail())
    except BadPolicy:
        # The form asks for all that the rule does; should the rule ever ask for more:
        text = "ยังไม่ได้บันทึก จำนวนวันที่กรอกใช้ด้วยกันไม่ได้ กรุณาตรวจอีกครั้ง"
        return _show(form, OffDayForm(formdata=None), warning=text, status=422)
    if changed:
        return _show(form, OffDayForm(formdata=None), warning=_CHANGED, status=409)
    flash("บันทึกแล้ว มาตรการที่ยังไม่รายงานจะเตือนตามกำหนดใหม่ตั้งแต่วันทำการนี้", "success")
    return redirect(url_for("desk.reminders"))


@desk.post("/reminders/off-days")
def add_off_days() -> tuple[str, int] | Response:
    form = OffDayForm()
    if not form.validate_on_submit():
        return _show(None, form, warning="ยังไม่ได้เพิ่มวันหยุด กรุณาแก้ไขช่องที่มีข้อความสีแดง", status=422)
    with services().db.writing() as session:
        person = this_person(session)
        calendar = policy.calendar_of(session, person.agency_id)
        days = [day for day in form.days() if calendar.is_workday(day)]
        for day in days:
            policy.put_off_day(session, person.agency_id, day, form.name.data)
        if days:
            look_again(session, person.agency_id, bangkok_day(now()))
            detail = {"first": days[0].isoformat(), "last": days[-1].isoformat()}
            audit.record_deed(session, person, "off_day.added", f"off_day:{days[0]}", now(), detail)
    if not days:
        flash("ไม่ได้เพิ่ม เพราะวันที่เลือกเป็นวันหยุดอยู่แล้ว", "warning")
    else:
        flash(f"เพิ่มวันหยุดแล้ว {len(days)} วัน ระบบจะไม่เตือนในวันดังกล่าว", "success")
    return redirect(url_for("desk.reminders") + "#off-days")


@desk.post("/reminders/off-days/remove")
def remove_off_day() -> Response:
    day = read_day(request.form.get("day", ""))
    removed = False
    if day is not None:
        with services().db.writing() as session:
            person = this_person(session)
            removed = policy.remove_off_day(session, person.agency_id, day)
            if removed:
                look_again(session, person.agency_id, bangkok_day(now()))
                audit.record_deed(
                    session, person, "off_day.removed", f"off_day:{day}", now(), {"first": str(day)}
                )
    if removed:
        flash("ลบวันหยุดแล้ว ระบบจะเตือนในวันนั้นตามปกติ", "success")
    else:
        flash("ไม่พบวันหยุดนี้ อาจมีผู้อื่นลบไปแล้ว", "warning")
    return redirect(url_for("desk.reminders") + "#off-days")
