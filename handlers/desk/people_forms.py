"""The forms of the page of staff. Flask-WTF ships no types, hence the one kind of exception."""

from __future__ import annotations

import re
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from handlers.desk.forms import at_most, filled, options, stripped, words_of
from models.person import OF_A_DIVISION, Post, Role

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}", re.ASCII)
_ROLES = (
    *OF_A_DIVISION,
    *(Role.EXECUTIVE, Role.OFFICER, Role.INTEGRITY_OFFICER, Role.AUDITOR, Role.ADMIN),
)


def _lower(value: str | None) -> str:
    return stripped(value).lower()


def id_of(text: str) -> UUID | None:
    """The id that a field carries; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


class ChangeForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        "ชื่อที่แสดง",
        filters=[stripped],
        validators=[filled("กรุณากรอกชื่อที่แสดง"), at_most(200)],
        description="ชื่อ-นามสกุล หรือชื่อตำแหน่ง เช่น นักวิชาการเงินและบัญชี",
    )
    role = SelectField("บทบาท", choices=options(*words_of(_ROLES)))
    division = SelectField("ส่วนราชการ", choices=[], validate_choice=False)
    post = SelectField(
        "เป็นปลัดหรือนายกหรือไม่",
        choices=options(("", "ไม่ใช่ปลัดหรือนายก"), *words_of(Post)),
    )

    def validate_division(self, field: SelectField) -> None:
        known = {one.value for one in field.choices}
        bound = self.role.data in OF_A_DIVISION
        if field.data not in known or (bound and not field.data):
            raise ValidationError("กรุณาเลือกส่วนราชการของเจ้าหน้าที่ผู้นี้")
        if field.data and not bound:
            raise ValidationError(
                "บทบาทนี้ไม่สังกัดส่วนราชการ เลือก “ไม่สังกัด” แล้วเพิ่มส่วนราชการที่ดูแลได้ในหน้าของเจ้าหน้าที่ผู้นี้"
            )

    def validate_post(self, field: SelectField) -> None:
        if field.data and self.role.data in OF_A_DIVISION:
            raise ValidationError("ปลัดและนายกไม่ใช่บทบาทของส่วนราชการ กรุณาเลือกบทบาท “ผู้บริหาร”")


class PersonForm(ChangeForm):
    username = StringField(
        "ชื่อผู้ใช้",
        filters=[_lower],
        description="อักษรอังกฤษตัวเล็ก ตัวเลข จุด หรือขีด 2-60 ตัว ใช้เข้าสู่ระบบเว็บเจ้าหน้าที่ เปลี่ยนภายหลังไม่ได้",
    )

    def validate_username(self, field: StringField) -> None:
        if not _USERNAME.fullmatch(field.data):
            raise ValidationError(
                "ชื่อผู้ใช้ต้องเป็นอักษรอังกฤษตัวเล็ก ตัวเลข จุด หรือขีด อย่างน้อย 2 ตัว และขึ้นต้นด้วยอักษรหรือตัวเลข"
            )
