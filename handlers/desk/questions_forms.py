"""The forms of one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.fields import TextAreaField
from wtforms.validators import ValidationError

from domain.limits import utf16_units
from handlers.desk.forms import at_most, filled, stripped
from models.question_work import (
    LONGEST_ANSWER,
    LONGEST_KEPT_QUESTION,
    LONGEST_REASON,
    names_somebody,
)

_TIDY = "ทุกคนจะเห็นคำถามนี้ กรุณาลบชื่อ เบอร์โทร และเรื่องส่วนตัวของผู้ถามออกก่อน"
_NUMBER = "มีตัวเลขที่อาจเป็นเบอร์โทรหรือเลขประจำตัว กรุณาลบออกก่อนเก็บ"


def fits_line(_form: object, field: TextAreaField) -> None:
    """LINE counts some signs twice, pictures of faces among them."""
    if utf16_units(field.data) > LONGEST_ANSWER:
        raise ValidationError(f"ยาวเกินไป เขียนได้ไม่เกิน {LONGEST_ANSWER:,} ตัวอักษร")


def _asked() -> Any:
    return TextAreaField(
        "คำถามที่จะแสดงในคลังคำตอบ",
        filters=[stripped],
        validators=[at_most(LONGEST_KEPT_QUESTION)],
        description=_TIDY,
    )


def check_asked(text: str) -> None:
    """Whether everybody may read it so; raises `ValidationError`."""
    if not text:
        raise ValidationError("กรุณากรอกคำถามที่จะแสดงในคลังคำตอบ")
    if len(text) > LONGEST_KEPT_QUESTION:
        raise ValidationError(f"ยาวเกินไป เขียนได้ไม่เกิน {LONGEST_KEPT_QUESTION:,} ตัวอักษร")
    if names_somebody(text):
        raise ValidationError(_NUMBER)


class AnswerQuestionForm(FlaskForm):  # type: ignore[misc]
    answer = TextAreaField(
        "คำตอบ",
        filters=[stripped],
        validators=[filled("กรุณากรอกคำตอบ"), fits_line],
    )
    keep = BooleanField("เก็บเป็นคลังคำตอบด้วย ระบบจะตอบคำถามแบบนี้เองในครั้งต่อไป")
    # Looked at only where it is kept: a long story may be answered and not kept.
    asked = TextAreaField("คำถามที่จะแสดงในคลังคำตอบ", filters=[stripped], description=_TIDY)

    def validate_asked(self, field: TextAreaField) -> None:
        if not self.keep.data:
            return
        check_asked(field.data)


class KeepForm(FlaskForm):  # type: ignore[misc]
    asked = _asked()

    def validate_asked(self, field: TextAreaField) -> None:
        check_asked(field.data)


class HandOverForm(FlaskForm):  # type: ignore[misc]
    division = SelectField("ส่งต่อให้", choices=[])


class CloseForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField(
        "เหตุผลที่ปิดโดยไม่ตอบ",
        filters=[stripped],
        validators=[filled("กรุณากรอกเหตุผล"), at_most(LONGEST_REASON)],
        description="เจ้าหน้าที่เท่านั้นที่เห็น ผู้ถามจะไม่ได้รับข้อความใด หากต้องการบอกผู้ถาม ให้ใช้ช่อง “ตอบ” แทน",
    )


@dataclass
class QuestionForms:
    """The page's forms; the one that was sent keeps what was typed into it."""

    answer: AnswerQuestionForm
    keep: KeepForm
    hand_over: HandOverForm
    close: CloseForm


def empty_forms() -> QuestionForms:
    # formdata=None: a form beside the one that was sent must not read its fields.
    return QuestionForms(
        AnswerQuestionForm(formdata=None),
        KeepForm(formdata=None, prefix="keep-"),
        HandOverForm(formdata=None),
        CloseForm(formdata=None),
    )
