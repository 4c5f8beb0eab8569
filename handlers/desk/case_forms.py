"""The forms of a case's page that are not the move, the answer and the note."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields import TextAreaField
from wtforms.validators import Length, ValidationError

from handlers.desk.days import BAD_DAY, read_day
from handlers.desk.forms import LONGEST_REASON, at_most, filled, stripped


class TakeForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="take-seen")


class AssignForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="assign-seen")
    # Whom it may go to is for the verb to say, when it holds the complaint.
    person = SelectField("ผู้รับผิดชอบ", choices=[], validate_choice=False)


class HandForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="hand-seen")
    division = SelectField(
        "ส่งให้ส่วนราชการ",
        choices=[],
        validate_choice=False,
        description="หัวหน้าและเจ้าหน้าที่ของส่วนราชการนั้นจะเปิดอ่านเรื่องนี้ได้",
    )


class ExtendForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="extend-seen")
    until = StringField(
        "ขยายกำหนดแจ้งผลถึงวันที่",
        filters=[stripped],
        description="วัน/เดือน/ปี พ.ศ. เช่น 15/3/2566",
    )
    extend_reason = TextAreaField(
        "เหตุผลที่ต้องใช้เวลาเพิ่ม",
        filters=[stripped],
        validators=[filled("กรุณากรอกเหตุผล"), at_most(LONGEST_REASON)],
    )
    tell = BooleanField("แจ้งผู้ร้องด้วยว่าต้องใช้เวลาเพิ่ม พร้อมเหตุผลข้างต้น")

    def validate_until(self, field: StringField) -> None:
        if read_day(field.data or "") is None:
            raise ValidationError(BAD_DAY)

    @property
    def day(self) -> date | None:
        return read_day(self.until.data or "")


class MergeForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="merge-seen")
    marker = StringField(
        "เลขเรื่องแรก",
        filters=[stripped],
        validators=[filled("กรุณากรอกเลขเรื่อง"), at_most(40)],
        description="เลข 6 ตัวบนหน้าเรื่องนั้น เช่น 3F2A9C",
    )


class MeasureForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="measure-seen")
    measure = SelectField("มาตรการในแผน", choices=[], validate_choice=False)


class AskIdentityForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField(
        "เหตุผลที่จำเป็นต้องทราบตัวตน",
        filters=[stripped],
        validators=[
            filled("กรุณากรอกเหตุผล"),
            Length(min=10, message="กรุณาเขียนเหตุผลให้ผู้พิจารณาเข้าใจ อย่างน้อย 10 ตัวอักษร"),
            at_most(LONGEST_REASON),
        ],
        description="ผู้พิจารณาจะอ่านเหตุผลนี้ เหตุผลถูกเก็บเข้ารหัสไว้กับเรื่อง",
    )


class TemplateForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="template-seen")
    title = StringField(
        "ชื่อแบบคำตอบ",
        filters=[stripped],
        validators=[filled("กรุณากรอกชื่อ"), at_most(100)],
        description="ใช้เลือกในหน้าเรื่อง เช่น “รับเรื่องแล้ว กำลังตรวจสอบ”",
    )
    text = TextAreaField(
        "ข้อความ",
        filters=[stripped],
        validators=[filled("กรุณากรอกข้อความ"), at_most(5000)],
    )
