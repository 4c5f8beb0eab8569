"""ตั้งค่า: the index of what an agency decides for itself, and its hours and promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

from flask import flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import ValidationError

from domain.agency_texts import TEXTS
from domain.calendar import bangkok_day
from domain.consent import CONSENT_VERSION
from domain.office import EARLIEST, LATEST, MOST_DAYS, OfficeWays
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import stripped
from handlers.desk.pages import render
from handlers.desk.settings_fields import number, whole
from handlers.desk.viewer import this_person
from models import audit, policy
from models.agency import hold_agency
from models.office import mark_of_ways, set_ways, texts_of, ways_of
from models.person import Person

CHANGED = (
    "ยังไม่ได้บันทึก เพราะมีผู้อื่นเปลี่ยนการตั้งค่านี้เมื่อสักครู่ ค่าล่าสุดแสดงอยู่ในหน้านี้ กรุณาตรวจ แล้วบันทึกอีกครั้งหากยังต้องการ"
)
NOT_SAVED = "ยังไม่ได้บันทึก กรุณาแก้ไขช่องที่มีข้อความสีแดง"


@dataclass(frozen=True)
class Part:
    endpoint: str
    title: str
    about: str
    now: str


@desk.get("/settings")
def settings() -> tuple[str, int]:
    today = bangkok_day(now())
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        own = len(texts_of(session, agency_id))
        ways = ways_of(session, agency_id)
        off = sum(1 for one in policy.off_days(session, agency_id) if one.day >= today)
        early = ", ".join(str(days) for days in policy.policy_of(session, agency_id).early)
    parts = [
        Part(
            "desk.agency_texts",
            "ข้อความของหน่วยงาน",
            "คำทักทาย ใบรับเรื่อง ข้อความนอกเวลาทำการ ช่องทางติดต่อ",
            f"ใช้ข้อความของหน่วยงานเอง {own} จาก {len(TEXTS) - 1} รายการ"
            if own
            else "ใช้ข้อความที่มากับระบบ",
        ),
        Part(
            "desk.office",
            "เวลาทำการและกำหนดตอบเรื่อง",
            "เวลาที่ระบบแจ้งเตือนเจ้าหน้าที่ และจำนวนวันที่สัญญากับผู้ร้อง",
            f"{ways.hours} · ตอบภายใน {ways.answer_days} วัน แจ้งผลภายใน {ways.outcome_days} วัน",
        ),
        Part(
            "desk.reminders",
            "การเตือนและวันหยุด",
            "เตือนมาตรการเมื่อใด แจ้งใคร วันหยุดของหน่วยงาน โควตาที่กันไว้",
            f"เตือนล่วงหน้า {early} วัน · วันหยุดของหน่วยงานที่จะถึง {off} วัน",
        ),
        Part(
            "desk.retention",
            "ระยะเวลาเก็บรักษา",
            "ลบเรื่องและคำถามเก่าเมื่อครบเวลา",
            _kept(ways),
        ),
    ]
    return render(
        "settings.html", section="desk.settings", parts=parts, notice_version=CONSENT_VERSION
    )


def _kept(ways: OfficeWays) -> str:
    complaints, questions = ways.keep_complaints_months, ways.keep_questions_months
    return f"เรื่อง: {kept_for(complaints)} · คำถาม: {kept_for(questions)}"


def kept_for(months: int | None) -> str:
    """ไม่ลบ, 18 เดือน, 2 ปี"""
    if months is None:
        return "ไม่ลบ"
    return f"{months // 12} ปี" if months % 12 == 0 else f"{months} เดือน"


def time_of(text: str | None) -> time | None:
    """8:30, 08.30 or 08:30."""
    hour, mark, minute = (text or "").strip().replace(".", ":").partition(":")
    if not mark or not hour.isdecimal() or not minute.isdecimal() or len(minute) != 2:
        return None
    if len(hour) > 2 or int(hour) > 23 or int(minute) > 59:
        return None
    return time(int(hour), int(minute))


class OfficeForm(FlaskForm):  # type: ignore[misc]
    opens_at = StringField("เปิดทำการ", filters=[stripped], description="เช่น 08:30")
    closes_at = StringField("ปิดทำการ", filters=[stripped], description="เช่น 16:30")
    answer_days = StringField(
        "ตอบผู้ร้องครั้งแรกภายในกี่วัน",
        filters=[stripped],
        validators=[whole(1, MOST_DAYS)],
        description="ตามพระราชกฤษฎีกาว่าด้วยหลักเกณฑ์และวิธีการบริหารกิจการบ้านเมืองที่ดี มาตรา 38 คือ 15 วัน",
    )
    outcome_days = StringField(
        "แจ้งผลภายในกี่วัน", filters=[stripped], validators=[whole(1, MOST_DAYS)]
    )

    def validate_opens_at(self, field: StringField) -> None:
        self._within(field)

    def validate_closes_at(self, field: StringField) -> None:
        self._within(field)
        opens, closes = time_of(self.opens_at.data), time_of(field.data)
        if opens and closes and closes <= opens:
            raise ValidationError("เวลาปิดต้องหลังเวลาเปิด")

    def _within(self, field: StringField) -> None:
        at = time_of(field.data)
        if at is None:
            raise ValidationError("กรุณากรอกเวลาแบบ 08:30")
        if not EARLIEST <= at <= LATEST:
            raise ValidationError(f"กรุณากรอกเวลา {EARLIEST:%H:%M} ถึง {LATEST:%H:%M}")

    def validate_outcome_days(self, field: StringField) -> None:
        answer, outcome = number(self.answer_days.data), number(field.data)
        if answer is not None and outcome is not None and outcome < answer:
            raise ValidationError(f"ต้องไม่น้อยกว่าวันตอบครั้งแรก คือ {answer} วันขึ้นไป")

    def onto(self, ways: OfficeWays) -> OfficeWays:
        return replace(
            ways,
            opens_at=time_of(self.opens_at.data) or ways.opens_at,
            closes_at=time_of(self.closes_at.data) or ways.closes_at,
            answer_days=number(self.answer_days.data) or ways.answer_days,
            outcome_days=number(self.outcome_days.data) or ways.outcome_days,
        )


@desk.get("/settings/office")
def office() -> tuple[str, int]:
    return _show_office(None)


def _show_office(
    form: OfficeForm | None, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    with services().db.reading() as session:
        ways = ways_of(session, this_person(session).agency_id)
    form = form or OfficeForm(
        formdata=None,
        data={
            "opens_at": f"{ways.opens_at:%H:%M}",
            "closes_at": f"{ways.closes_at:%H:%M}",
            "answer_days": str(ways.answer_days),
            "outcome_days": str(ways.outcome_days),
        },
    )
    return render(
        "settings_office.html",
        section="desk.settings",
        form=form,
        ways=ways,
        seen=mark_of_ways(ways),
        warning=warning,
        status=status,
    )


@desk.post("/settings/office")
def set_office() -> tuple[str, int] | Response:
    form = OfficeForm()
    if not form.validate_on_submit():
        return _show_office(form, warning=NOT_SAVED, status=422)
    with services().db.writing() as session:
        admin = this_person(session)
        hold(session, admin)
        before = ways_of(session, admin.agency_id)
        after = form.onto(before)
        changed = mark_of_ways(before) != request.form.get("seen", "")
        if not changed and after != before:
            set_ways(session, admin.agency_id, after)
            detail = {
                "hours": after.hours,
                "answer_days": str(after.answer_days),
                "outcome_days": str(after.outcome_days),
            }
            audit.record_deed(session, admin, "office.changed", "office", now(), detail)
    if changed:
        return _show_office(form, warning=CHANGED, status=409)
    flash("บันทึกแล้ว กำหนดวันใหม่ใช้กับเรื่องที่รับตั้งแต่นี้ไป เรื่องเดิมยังเป็นไปตามที่แจ้งผู้ร้องไว้", "success")
    return redirect(url_for("desk.office"))


def hold(session: Session, admin: Person) -> None:
    """Of two admins who save at once, the second finds what the first did."""
    hold_agency(session, admin.agency_id)
