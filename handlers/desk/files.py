"""Evidence: always a download, never shown by us, and only to whom its owner may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort
from sqlalchemy.orm import Session

from domain import file_types as ft
from domain.keyring import CannotOpen
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.pages import FileIsGone
from handlers.desk.permissions import Permission, may, may_see_obligation
from handlers.desk.viewer import this_person
from models import audit
from models.complaint_log import NotAllowed
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


def link_to(stored: StoredFile) -> FileLink:
    ending, label = _KNOWN.get(stored.media_type, _UNKNOWN)
    return FileLink(stored.id, f"{label} ({ending})", _size(stored.size))


def _size(count: int) -> str:
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024)):,} KB"
    return f"{count / 1024 / 1024:,.1f} MB"


@desk.get("/files/<uuid:file_id>")
def file(file_id: UUID) -> Response:
    with services().db.writing() as session:  # the opening is logged
        person = this_person(session)
        stored = get_stored_file(session, person.agency_id, file_id)
        if stored is None or not _may_open(session, person, stored):
            abort(404)
        audit.record(
            session,
            person.agency_id,
            action="file.opened",
            subject=f"file:{stored.id}",
            actor=f"person:{person.id}",
            now=now(),
            detail=_owner(stored),
        )
        agency_id, blob, media_type = stored.agency_id, stored.blob, stored.media_type
    try:
        content = services().blobs.get(agency_id, blob)
    except (FileNotFoundError, CannotOpen) as error:
        raise FileIsGone from error
    ending, _ = _KNOWN.get(media_type, _UNKNOWN)
    response = Response(
        content, content_type=media_type if media_type in _KNOWN else "application/octet-stream"
    )
    name = f"evidence-{file_id.hex[:8]}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


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
