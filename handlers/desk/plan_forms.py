"""The forms of plans that are uploaded, copied and corrected."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields import TextAreaField
from wtforms.validators import Length, ValidationError

from domain.calendar import bangkok_day, fiscal_year
from handlers.context import now
from handlers.desk.forms import LONGEST_TEXT, at_most, filled, options, stripped

_YEARS_AHEAD, _YEARS_BACK = 2, 8
NO_YEAR = ""


def years_offered(*more: int | None) -> list[int]:
    """Fiscal years to choose from, the newest first."""
    this = fiscal_year(bangkok_day(now()))
    span = range(this - _YEARS_BACK, this + _YEARS_AHEAD + 1)
    return sorted({*span, *(one for one in more if one is not None)}, reverse=True)


def _year_choices(*more: int | None) -> list[tuple[str, str]]:
    return [(str(one), f"ปีงบประมาณ {one}") for one in years_offered(*more)]


class UploadForm(FlaskForm):  # type: ignore[misc]
    file = FileField("ไฟล์แผน", validators=[FileRequired("กรุณาเลือกไฟล์")])
    year = SelectField("ปีงบประมาณ", choices=[])

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.year.choices = options((NO_YEAR, "อ่านจากเอกสาร"), *_year_choices())

    @property
    def fiscal_year(self) -> int | None:
        return int(self.year.data) if self.year.data else None


class YearForm(FlaskForm):  # type: ignore[misc]
    year = SelectField("ปีงบประมาณ", choices=[], validate_choice=False)
    title = StringField("ชื่อแผน", filters=[stripped], validators=[at_most(300)])

    def offer(self, current: int | None) -> None:
        asked = [] if current is not None else [(NO_YEAR, "กรุณาเลือกปี")]
        self.year.choices = options(*asked, *_year_choices(current))

    def validate_year(self, field: SelectField) -> None:
        if field.data not in [str(one) for one in years_offered()]:
            raise ValidationError("กรุณาเลือกปีงบประมาณ")


class CopyForm(FlaskForm):  # type: ignore[misc]
    from_year = HiddenField()


class RowForm(FlaskForm):  # type: ignore[misc]
    """A measure's words. Divisions and days are boxes to tick, made from what was read."""

    seen = HiddenField(id="row-seen")
    code = StringField(
        "รหัส",
        filters=[stripped],
        validators=[Length(max=10, message="รหัสยาวเกินไป")],
        description="เช่น I30, E10, O29 เว้นว่างได้หากไม่มี",
    )
    title = TextAreaField(
        "ชื่อมาตรการ",
        filters=[stripped],
        validators=[filled("กรุณากรอกชื่อมาตรการ"), at_most(LONGEST_TEXT)],
    )
    dates = TextAreaField(
        "เพิ่มกำหนดรายงาน",
        filters=[stripped],
        validators=[at_most(1000)],
        description="บรรทัดละหนึ่งกำหนด พิมพ์เป็นวัน เช่น 31/3/2566 หรือเป็นข้อความ เช่น ทุกไตรมาส",
    )
