"""Reports that came by telephone, post, in person or over Facebook, entered by an officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import current_app, request
from flask_wtf import FlaskForm
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields import TextAreaField
from wtforms.validators import ValidationError

from domain.calendar import BANGKOK, BUDDHIST_ERA, bangkok_day
from domain.case_times import first_answer_by, outcome_by
from domain.consent import CONSENT_VERSION
from domain.ids import show_receipt_code
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.days import BAD_DAY, read_day
from handlers.desk.evidence import LIMITS, sentences_of
from handlers.desk.forms import LONGEST_TEXT, MISTAKE, at_most, filled, options, stripped, words_of
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from handlers.once import Once
from handlers.uploads import MOST_FILES, Kept, Refusal, clean_uploads, describe_files, seal_files
from models.complaint import (
    ComplaintChannel,
    ComplaintKind,
    IdentityMode,
    find_by_receipt,
    receipt_marker,
)
from models.complaint_access import log_deed, readers
from models.complaint_filing import HiddenFrom, NewComplaint, file_complaint
from models.complaint_web import files_of_token, files_token, new_draft_token
from models.office import ways_of
from models.person import Person

CHANNELS = (
    ComplaintChannel.PHONE,
    ComplaintChannel.WALK_IN,
    ComplaintChannel.POST,
    ComplaintChannel.FACEBOOK,
)
# The next office day is soon enough to enter a letter; older papers belong to another system.
_OLDEST = timedelta(days=730)
_EXTENSION = "prongsai-entered"


class IntakeForm(FlaskForm):  # type: ignore[misc]
    deed = HiddenField()
    kept = HiddenField()
    channel = SelectField("รับเรื่องทางใด", choices=options(*words_of(CHANNELS)))
    kind = SelectField(
        "ประเภทเรื่อง",
        choices=options(("", "เลือกประเภท"), *words_of(ComplaintKind)),
        description="เบาะแสทุจริตบันทึกได้ทุกคนที่รับเรื่อง แต่หลังบันทึกจะเปิดอ่านได้เฉพาะเจ้าหน้าที่จริยธรรม",
    )
    received = StringField(
        "วันที่รับเรื่อง",
        filters=[stripped],
        description="วัน/เดือน/ปี พ.ศ. เช่น 15/3/2566 กำหนดตอบนับจากวันนี้",
    )
    what = TextAreaField(
        "เรื่อง",
        filters=[stripped],
        validators=[filled("กรุณากรอกเรื่องที่แจ้ง"), at_most(LONGEST_TEXT)],
    )
    where = StringField("สถานที่ (ถ้ามี)", filters=[stripped], validators=[at_most(1000)])
    when = StringField("เกิดขึ้นเมื่อไร (ถ้ามี)", filters=[stripped], validators=[at_most(500)])
    who = StringField("ผู้เกี่ยวข้อง (ถ้ามี)", filters=[stripped], validators=[at_most(2000)])
    mode = RadioField(
        "ตัวตนผู้ร้อง",
        choices=options(
            (IdentityMode.NAMED.value, "เปิดเผยชื่อ เจ้าหน้าที่เห็นชื่อและติดต่อกลับได้"),
            (IdentityMode.ANONYMOUS.value, "ไม่ประสงค์ออกนาม ไม่บันทึกชื่อและเบอร์"),
        ),
        validate_choice=False,
    )
    name = StringField("ชื่อและนามสกุลผู้ร้อง", filters=[stripped], validators=[at_most(200)])
    phone = StringField("เบอร์โทรศัพท์หรือช่องทางติดต่อ", filters=[stripped], validators=[at_most(60)])
    agreed = BooleanField(
        f"แจ้งผู้ร้องแล้วว่าเก็บข้อมูลอะไรไว้ทำอะไร และผู้ร้องยินยอม (ประกาศฉบับที่ {CONSENT_VERSION})"
    )

    def validate_kind(self, field: SelectField) -> None:
        if field.data not in set(ComplaintKind):
            raise ValidationError("กรุณาเลือกประเภทเรื่อง")

    def validate_received(self, field: StringField) -> None:
        day, today = read_day(field.data), bangkok_day(now())
        if day is None:
            raise ValidationError(BAD_DAY)
        if day > today:
            raise ValidationError("วันที่รับเรื่องต้องไม่เกินวันนี้")
        if day < today - _OLDEST:
            raise ValidationError("วันที่รับเรื่องเก่าเกินสองปี กรุณาตรวจปี พ.ศ.")

    def validate_mode(self, field: RadioField) -> None:
        if field.data not in (IdentityMode.NAMED.value, IdentityMode.ANONYMOUS.value):
            raise ValidationError("กรุณาเลือกว่าผู้ร้องเปิดเผยชื่อหรือไม่")

    def validate_name(self, field: StringField) -> None:
        if self.mode.data == IdentityMode.NAMED.value and not field.data:
            raise ValidationError("กรุณากรอกชื่อผู้ร้อง หรือเลือกไม่ประสงค์ออกนาม")


@dataclass(frozen=True)
class Entered:
    """What is handed to the reporter, on paper or by word of mouth."""

    id: UUID
    marker: str
    code: str
    kind: ComplaintKind
    anonymous: bool
    received_on: date
    first_answer: date
    outcome: date
    readable: bool  # by the officer who entered it

    @property
    def shown_code(self) -> str:
        return show_receipt_code(self.code)


class EnteredAlready(Exception):
    """Another request of the same moment did it; nothing of this one is kept."""


def _entered() -> Once[Entered]:
    """A second tap on the button shows the receipt of the first: nothing else ever can."""
    found = current_app.extensions.setdefault(_EXTENSION, Once(timedelta(minutes=2)))
    if not isinstance(found, Once):
        raise TypeError("another extension took the name")
    return found


def _show(
    form: IntakeForm, *, refused: list[Refusal] | None = None, kept: int = 0, status: int = 200
) -> tuple[str, int]:
    return render(
        "complaint_new.html",
        section="desk.complaints",
        form=form,
        refused=sentences_of(refused or []),
        kept=kept,
        limits=LIMITS,
        warning=MISTAKE if status == 422 else "",
        status=status,
    )


@desk.get("/complaints/new")
def new_complaint() -> tuple[str, int]:
    form = IntakeForm(formdata=None)
    form.deed.data = new_draft_token()
    today = bangkok_day(now())
    form.received.data = f"{today.day}/{today.month}/{today.year + BUDDHIST_ERA}"
    return _show(form)


@desk.post("/complaints/new")
def enter_complaint() -> tuple[str, int]:
    form = IntakeForm()
    with services().db.reading() as session:
        person = this_person(session)
        agency_id, person_id = person.agency_id, person.id
        owner = f"desk/{person_id}"
        before = files_of_token(session, agency_id, owner, form.kept.data or "")
    name = f"{agency_id}/{person_id}/{form.deed.data or new_draft_token()}"
    again = _entered().get(name, now())
    if again is not None:
        return _receipt(again)
    cleaned, refused = clean_uploads(request.files.getlist("files"), MOST_FILES - len(before))
    today = bangkok_day(now())
    sealed = seal_files(services().blobs, agency_id, cleaned, today)
    valid = form.validate() and _can_be_read(agency_id, form)
    if not valid or refused:
        with services().db.writing() as session:
            ids = [*before, *describe_files(session, agency_id, sealed, today)]
            form.kept.data = files_token(session, agency_id, owner, ids) if ids else ""
        return _show(form, refused=refused, kept=len(ids), status=422)
    try:
        with services().db.writing() as session:
            entered = _enter(session, this_person(session), form, before, sealed)
            if not _entered().put(name, entered, now()):
                raise EnteredAlready
    except EnteredAlready:
        entered = _entered().get(name, now()) or entered
    except SQLAlchemyError:
        _entered().drop(name)  # the receipt of what was not kept
        raise
    return _receipt(entered)


def _can_be_read(agency_id: int, form: IntakeForm) -> bool:
    with services().db.reading() as session:
        if readers(session, agency_id, ComplaintKind(form.kind.data), HiddenFrom()):
            return True
    form.kind.errors = [
        *form.kind.errors,
        "ขณะนี้ไม่มีเจ้าหน้าที่จริยธรรมที่เข้าระบบได้ จึงไม่มีใครเปิดอ่านเรื่องนี้ได้ ให้แนะนำผู้ร้องแจ้ง "
        "สำนักงาน ป.ป.ช. สายด่วน 1205 หรือสำนักงาน ป.ป.ท. สายด่วน 1206",
    ]
    return False


def _enter(
    session: Session, person: Person, form: IntakeForm, before: list[str], sealed: list[Kept]
) -> Entered:
    today = bangkok_day(now())
    received_on = read_day(form.received.data) or today
    mode = IdentityMode(form.mode.data)
    named = mode is IdentityMode.NAMED
    said = {key: form[key].data for key in ("what", "where", "when", "who") if form[key].data}
    new = NewComplaint(
        kind=ComplaintKind(form.kind.data),
        identity_mode=mode,
        channel=ComplaintChannel(form.channel.data),
        content=said,
        files=[*before, *describe_files(session, person.agency_id, sealed, today)],
        name=form.name.data if named else "",
        phone=form.phone.data if named else "",
        consent_version=CONSENT_VERSION if named and form.agreed.data else None,
    )
    # Of an earlier day only the day is known.
    noon = datetime.combine(received_on, time(12), BANGKOK)
    at = now() if received_on == today else noon
    code = file_complaint(session, person.agency_id, new, None, at)
    filed = find_by_receipt(session, person.agency_id, code)
    if filed is None:
        raise LookupError("a complaint that was just filed is not there")
    if received_on != today:
        filed.received_at = None
    log_deed(session, filed, person, "complaint.entered", now(), {"channel": new.channel.value})
    who = readers(session, person.agency_id, new.kind, HiddenFrom())
    ways = ways_of(session, person.agency_id)
    return Entered(
        id=filed.id,
        marker=receipt_marker(filed),
        code=code,
        kind=new.kind,
        anonymous=not named,
        received_on=received_on,
        first_answer=first_answer_by(received_on, ways),
        outcome=outcome_by(received_on, ways),
        readable=any(one.id == person.id for one in who),
    )


def _receipt(entered: Entered) -> tuple[str, int]:
    return render("complaint_entered.html", section="desk.complaints", entered=entered)
