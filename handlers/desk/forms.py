"""The desk's forms. Flask-WTF ships no types, hence the one kind of exception below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields import TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from domain.states import ComplaintState
from handlers.desk.words import word

LONGEST_TEXT = 5000
LONGEST_REASON = 1000

# Above a form that came back, one of whose fields says what is wrong with it.
MISTAKE = "ยังไม่ได้บันทึก กรุณาแก้ช่องที่มีข้อความสีแดง"


def stripped(value: str | None) -> str:
    # PostgreSQL takes no NUL in a text.
    return (value or "").replace("\0", "").strip()


def options(*pairs: tuple[str, str]) -> list[SelectChoice]:
    """What a field offers: of each its value and what people read."""
    return [SelectChoice(value, label) for value, label in pairs]


def words_of(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, word(one)) for one in members]


def _needed(message: str) -> InputRequired:
    return InputRequired(message)


def filled(message: str) -> Callable[[object, StringField], None]:
    """Not only spaces (filters run before this, `InputRequired` looks at what came in)."""

    def check(_form: object, field: StringField) -> None:
        if not field.data:
            raise ValidationError(message)

    return check


def at_most(count: int) -> Length:
    return Length(max=count, message=f"ยาวเกินไป เขียนได้ไม่เกิน {count:,} ตัวอักษร")


class SignInForm(FlaskForm):  # type: ignore[misc]
    agency = StringField("รหัสหน่วยงาน", filters=[stripped], validators=[Length(max=40)])
    username = StringField(
        "ชื่อผู้ใช้",
        filters=[stripped],
        validators=[filled("กรุณากรอกชื่อผู้ใช้"), Length(max=60, message="ชื่อผู้ใช้ยาวเกินไป")],
    )
    password = PasswordField(
        "รหัสผ่าน",
        validators=[_needed("กรุณากรอกรหัสผ่าน"), Length(max=200, message="รหัสผ่านยาวเกินไป")],
    )


class MoveForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="move-seen")
    # Which moves are legal is for the verb to say, when it holds the complaint.
    new_state = SelectField("เปลี่ยนสถานะเป็น", choices=[], validate_choice=False)
    reason = TextAreaField(
        "เหตุผล",
        filters=[stripped],
        validators=[at_most(LONGEST_REASON)],
        description="เจ้าหน้าที่เท่านั้นที่เห็น ต้องกรอกเมื่อปิดเรื่องหรือผู้ร้องถอนเรื่อง",
    )

    silently = BooleanField("ปิดโดยไม่มีคำตอบ ผู้ร้องจะเห็นเพียงว่าปิดเรื่องแล้ว")

    def validate_new_state(self, field: SelectField) -> None:
        if field.data not in [state.value for state in ComplaintState]:
            raise ValidationError("กรุณาเลือกสถานะ")

    def validate_reason(self, field: TextAreaField) -> None:
        ends = (ComplaintState.CLOSED.value, ComplaintState.WITHDRAWN.value)
        if self.new_state.data in ends and not field.data:
            raise ValidationError("กรุณากรอกเหตุผล")


class AnswerForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="answer-seen")
    answer = TextAreaField(
        "คำตอบถึงผู้ร้อง",
        filters=[stripped],
        validators=[filled("กรุณากรอกคำตอบ"), at_most(LONGEST_TEXT)],
    )
    final = BooleanField("เป็นคำตอบสุดท้าย เปลี่ยนสถานะเป็น “ตอบแล้ว” ด้วย", default=True)


class NoteForm(FlaskForm):  # type: ignore[misc]
    note = TextAreaField(
        "บันทึกภายใน",
        filters=[stripped],
        validators=[filled("กรุณากรอกบันทึก"), at_most(LONGEST_TEXT)],
        description="เจ้าหน้าที่เท่านั้นที่เห็น ผู้ร้องไม่เห็น",
    )


class ProposalForm(FlaskForm):  # type: ignore[misc]
    note = TextAreaField(
        "ร่างคำตอบถึงผู้ร้อง",
        id="proposal",
        filters=[stripped],
        validators=[filled("กรุณากรอกร่างคำตอบ"), at_most(LONGEST_TEXT)],
        description="หัวหน้าส่วนราชการหรือเจ้าหน้าที่รับเรื่องตรวจก่อน จึงส่งถึงผู้ร้อง",
    )


class AcceptForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="accept-seen")


class ReturnForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="return-seen")
    reason = TextAreaField(
        "เหตุผลที่ส่งกลับ",
        filters=[stripped],
        validators=[filled("กรุณากรอกเหตุผล"), at_most(LONGEST_REASON)],
        description="ส่วนราชการเจ้าของเรื่องจะเห็นเหตุผลนี้ในระบบ และผู้รายงานจะได้รับทาง LINE หากเชื่อมบัญชีไว้",
    )


class GrantForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="grant-seen")


class DeclineForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField(id="decline-seen")
    reason = TextAreaField(
        "เหตุผลที่ไม่อนุมัติ",
        id="decline-reason",
        filters=[stripped],
        validators=[filled("กรุณากรอกเหตุผล"), at_most(LONGEST_REASON)],
        description="ผู้ขอจะได้รับเหตุผลนี้ทาง LINE หรืออีเมลที่ลงทะเบียนไว้",
    )
