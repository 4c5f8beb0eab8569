"""Evidence: a download, or a picture within a page of ours; only to whom its owner may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from domain import file_types as ft
from domain.keyring import CannotOpen
from domain.pictures import shown_size
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.case_door import needs_fresh
from handlers.desk.freshness import ask_again
from handlers.desk.pages import FileIsGone
from handlers.desk.permissions import Permission, may, may_see_obligation
from handlers.desk.viewer import this_person
from models import audit
from models.complaint import Complaint
from models.complaint_access import NotAllowed
from models.complaint_work import find_for_work
from models.measure import get_obligation
from models.person import Person
from models.progress import get_report
from models.stored_file import StoredFile, get_stored_file

# What a browser is told, with the name's ending and what it is called; the rest are just bytes.
_KNOWN = {
    "image/jpeg": ("jpg", "รูปภาพ"),
    "image/png": ("png", "รูปภาพ"),
    "image/gif": ("gif", "รูปภาพ"),
    "image/webp": ("webp", "รูปภาพ"),
    "application/pdf": ("pdf", "เอกสาร PDF"),
    "video/mp4": ("mp4", "วิดีโอ"),
    "audio/mp4": ("m4a", "เสียง"),
    "audio/x-m4a": ("m4a", "เสียง"),
    "audio/mpeg": ("mp3", "เสียง"),
    "audio/aac": ("aac", "เสียง"),
    "audio/ogg": ("ogg", "เสียง"),
    "audio/wav": ("wav", "เสียง"),
    "video/quicktime": ("mov", "วิดีโอ"),
    ft.DOCX.media_type: ("docx", "เอกสาร Word"),
    ft.XLSX.media_type: ("xlsx", "ตาราง Excel"),
    ft.PPTX.media_type: ("pptx", "สไลด์ PowerPoint"),
    ft.TEXT_UTF8.media_type: ("txt", "ข้อความ"),
    ft.TEXT_THAI.media_type: ("txt", "ข้อความ"),
}
_UNKNOWN = ("bin", "ไฟล์")


@dataclass(frozen=True)
class FileLink:
    id: UUID
    label: str
    size: str
    is_picture: bool = False


def link_to(stored: StoredFile) -> FileLink:
    ending, label = _KNOWN.get(stored.media_type, _UNKNOWN)
    shown = stored.media_type.startswith("image/") and stored.media_type in _KNOWN
    return FileLink(stored.id, f"{label} ({ending})", _size(stored.size), shown)


def _size(count: int) -> str:
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024)):,} KB"
    return f"{count / 1024 / 1024:,.1f} MB"


Asked = tuple[str, int] | AnyResponse  # what `ask_again` answers


@dataclass(frozen=True)
class Opened:
    """A file whose opening is on the record."""

    content: bytes
    media_type: str


@desk.get("/files/<uuid:file_id>")
def file(file_id: UUID) -> Response | Asked:
    opened = _open(file_id)
    if opened is None:
        return ask_again()
    known = opened.media_type in _KNOWN
    ending, _ = _KNOWN.get(opened.media_type, _UNKNOWN)
    response = Response(
        opened.content, content_type=opened.media_type if known else "application/octet-stream"
    )
    name = f"evidence-{file_id.hex[:8]}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@desk.get("/files/<uuid:file_id>/picture")
def picture(file_id: UUID) -> Response | Asked:
    """A picture for a page of ours: only what `domain.files` wrote anew when it came in, and what
    is the picture that it says it is."""
    opened = _open(file_id)
    if opened is None:
        return ask_again()
    if shown_size(opened.content, opened.media_type) is None:
        abort(404)
    response = Response(opened.content, content_type=opened.media_type)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _open(file_id: UUID) -> Opened | None:
    """None where the password is to be given again first."""
    with services().db.writing() as session:  # the opening is logged
        person = this_person(session)
        stored = get_stored_file(session, person.agency_id, file_id)
        if stored is None or not _may_open(session, person, stored):
            abort(404)
        if _needs_fresh(session, stored):
            return None
        audit.record_deed(
            session, person, "file.opened", f"file:{stored.id}", now(), _owner(stored)
        )
        agency_id, blob, media_type = stored.agency_id, stored.blob, stored.media_type
    return Opened(bytes_of(agency_id, blob), media_type)


def bytes_of(agency_id: int, blob: str) -> bytes:
    try:
        return services().blobs.get(agency_id, blob)
    except (FileNotFoundError, CannotOpen) as error:
        raise FileIsGone from error


def _needs_fresh(session: Session, stored: StoredFile) -> bool:
    if stored.complaint_id is None:
        return False
    return needs_fresh(session.get_one(Complaint, (stored.agency_id, stored.complaint_id)))


def _may_open(session: Session, person: Person, stored: StoredFile) -> bool:
    """A draft's file belongs to nobody here yet."""
    if stored.complaint_id is not None:
        try:
            find_for_work(session, person, stored.complaint_id)
        except NotAllowed:
            return False
        return True
    if stored.progress_report_id is not None:
        report = get_report(session, stored.agency_id, stored.progress_report_id)
        if report is None:
            return False
        obligation = get_obligation(session, stored.agency_id, report.obligation_id)
        return obligation is not None and may_see_obligation(session, person, obligation)
    return stored.talk_message_id is not None and may(person.role, Permission.TALKS)


def _owner(stored: StoredFile) -> dict[str, str]:
    if stored.complaint_id is not None:
        return {"complaint": str(stored.complaint_id)}
    if stored.talk_message_id is not None:
        return {"talk_message": str(stored.talk_message_id)}
    return {"progress_report": str(stored.progress_report_id)}
