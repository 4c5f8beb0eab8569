"""Many entries at once: a file that is shown before it changes anything, and the whole to keep."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from documents.blocks import BadDocument
from domain.calendar import bangkok_day
from domain.keyring import CannotOpen
from domain.limits import shorten
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.days import read_day
from handlers.desk.knowledge_words import say_fault, say_fields
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models import vault
from models.knowledge import knowledge_version
from models.knowledge_files import Compared, Fate, compare, hold_entries, import_rows, rows_of
from models.person import Person

if TYPE_CHECKING:
    from documents.knowledge import ReadFile

MEGABYTES = 5
_MOST_BYTES = MEGABYTES * 1024 * 1024
_SHOWN = 200  # of each fate
_PURPOSE = "knowledge file"
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CHANGED = "ยังไม่ได้นำเข้า เพราะมีผู้แก้คลังคำตอบระหว่างที่ท่านดูอยู่ ด้านล่างคือผลใหม่ กรุณาตรวจอีกครั้ง"
_LOST = "ยังไม่ได้นำเข้า เพราะไฟล์ที่พักไว้หมดเวลาหรือนำเข้าไปแล้ว กรุณาเลือกไฟล์ใหม่"
_NOTHING = "ยังไม่ได้นำเข้า เพราะไม่มีแถวใหม่หรือแถวที่เปลี่ยน"


class KnowledgeFileForm(FlaskForm):  # type: ignore[misc]
    file = FileField("ไฟล์คลังคำตอบ", validators=[FileRequired("กรุณาเลือกไฟล์")])


@dataclass(frozen=True)
class Held:
    """A file between its preview and its import: sealed on disk under a random name, which only
    the page of the one who sent it carries. What nobody imports, the daily sweep takes away."""

    blob: str
    suffix: str
    version: str  # of the entries that it was compared with


@dataclass(frozen=True)
class Line:
    number: int
    key: str
    question: str
    detail: str


@dataclass(frozen=True)
class Preview:
    token: str
    counts: Counter[Fate]
    lines: dict[str, list[Line]]

    @property
    def work(self) -> int:
        return self.counts[Fate.NEW] + self.counts[Fate.CHANGED]


def _read(content: bytes, suffix: str) -> ReadFile:
    """Takes seconds: never with a session open. Raises `BadDocument`."""
    from documents.knowledge import read_knowledge  # documents' readers are heavy: on first use

    with tempfile.TemporaryDirectory(prefix="prongsai-knowledge-") as folder:
        path = Path(folder) / f"file{suffix}"
        path.write_bytes(content)
        return read_knowledge(path, read_day)


def _suffix(name: str, content: bytes) -> str:
    """What it is, whatever it is called. Raises `BadDocument`."""
    from documents.knowledge import NoWorkbook

    if content.startswith(b"PK"):  # what Excel saves is a zip; all else is read as text
        return ".xlsx"
    called = name.lower().endswith((".xlsx", ".xlsm", ".xls"))
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16 has zeros in it
    if called or content.startswith(b"%PDF") or (b"\0" in content[:4096] and not wide):
        raise NoWorkbook
    return ".csv"


def _compared(session: Session, person: Person, read: ReadFile) -> list[Compared]:
    rows = [(one.number, one.row, one.fault) for one in read.rows]
    return compare(session, person.agency_id, rows, read.settle)


def _line(one: Compared) -> Line:
    detail = ""
    if one.fault is not None:
        detail = say_fault(one.fault)
    elif one.changes:
        detail = f"เปลี่ยน {say_fields(list(one.changes))}"
    return Line(one.number, one.row.key[:60], shorten(one.row.question, 120), detail)


def _preview(token: str, compared: list[Compared]) -> Preview:
    lines = {
        fate.value: [_line(one) for one in compared if one.fate is fate][:_SHOWN]
        for fate in (Fate.BAD, Fate.NEW, Fate.CHANGED)
    }
    return Preview(token, Counter(one.fate for one in compared), lines)


def _token(session: Session, person: Person, held: Held) -> str:
    content = [str(person.id), held.blob, held.suffix, held.version]
    sealed = vault.seal_json(session, person.agency_id, _PURPOSE, content)
    return base64.urlsafe_b64encode(sealed).decode()


def _held(session: Session, person: Person, token: str) -> Held | None:
    """None for what is forged, somebody else's or another agency's."""
    try:
        sealed = base64.urlsafe_b64decode(token.encode("ascii"))
        owner, blob, suffix, version = vault.open_json(session, person.agency_id, _PURPOSE, sealed)
    except (CannotOpen, ValueError, binascii.Error):
        return None
    return Held(blob, suffix, version) if owner == str(person.id) else None


def _show(
    form: KnowledgeFileForm,
    preview: Preview | None = None,
    *,
    warning: str = "",
    status: int = 200,
) -> tuple[str, int]:
    return render(
        "knowledge_file.html",
        section="desk.knowledge",
        form=form,
        preview=preview,
        shown=_SHOWN,
        megabytes=MEGABYTES,
        warning=warning,
        status=status,
    )


@desk.get("/knowledge/import")
def knowledge_file() -> tuple[str, int]:
    return _show(KnowledgeFileForm(formdata=None))


@desk.post("/knowledge/import")
def preview_knowledge() -> tuple[str, int]:
    form = KnowledgeFileForm()
    if not form.validate():
        return _show(form, warning="ยังไม่ได้อ่านไฟล์ กรุณาแก้ช่องที่มีข้อความสีแดง", status=422)
    content = form.file.data.stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        return _show(form, warning=f"ไฟล์ใหญ่เกินไป ต้องไม่เกิน {MEGABYTES} MB", status=422)
    try:
        suffix = _suffix(form.file.data.filename or "", content)
        read = _read(content, suffix)
    except BadDocument as bad:
        return _show(form, warning=f"ยังไม่ได้นำเข้า {bad}", status=422)
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
    blob = services().blobs.put(agency_id, content, bangkok_day(now()))
    with services().db.reading() as session:
        person = this_person(session)
        compared = _compared(session, person, read)
        version = knowledge_version(session, agency_id, bangkok_day(now()))
        token = _token(session, person, Held(blob, suffix, version))
    return _show(form, _preview(token, compared))


@desk.post("/knowledge/import/confirm")
def import_knowledge() -> tuple[str, int] | AnyResponse:
    form = KnowledgeFileForm(formdata=None)
    token = request.form.get("token", "")
    with services().db.reading() as session:
        person = this_person(session)
        held = _held(session, person, token)
        agency_id = person.agency_id
    if held is None:
        return _show(form, warning=_LOST, status=422)
    try:
        content = services().blobs.get(agency_id, held.blob)
    except (FileNotFoundError, CannotOpen):
        return _show(form, warning=_LOST, status=409)
    read = _read(content, held.suffix)
    with services().db.writing() as session:
        person = this_person(session)
        hold_entries(session, agency_id)
        compared = _compared(session, person, read)
        version = knowledge_version(session, agency_id, bangkok_day(now()))
        fresh = version == held.version
        if fresh:
            done = import_rows(session, agency_id, compared, person, now())
        else:
            token = _token(session, person, Held(held.blob, held.suffix, version))
    if not fresh:
        return _show(form, _preview(token, compared), warning=_CHANGED, status=409)
    if not done:
        return _show(form, _preview(token, compared), warning=_NOTHING, status=422)
    services().blobs.delete(held.blob)
    bad = sum(one.fate is Fate.BAD for one in compared)
    said = f"นำเข้าแล้ว {done:,} รายการ" + (f" ข้ามแถวที่มีปัญหา {bad:,} แถว" if bad else "")
    flash(said, "success")
    return redirect(url_for("desk.knowledge"))


@desk.get("/knowledge/export.<any(csv, xlsx):kind>")
def export_knowledge(kind: str) -> Response:
    from documents.knowledge import write_csv, write_xlsx

    with services().db.reading() as session:
        rows = rows_of(session, this_person(session).agency_id)
    content = write_csv(rows) if kind == "csv" else write_xlsx(rows)
    response = Response(content, content_type=_TYPES[kind])
    name = f"knowledge-{bangkok_day(now()).isoformat()}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
