"""One piece of a case's evidence on a page of its own: pictures shown, the rest to download."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import abort
from werkzeug.wrappers import Response

from domain.pictures import PictureSize, shown_size
from handlers.context import services
from handlers.desk.blueprint import desk
from handlers.desk.case_door import needs_fresh, readable
from handlers.desk.files import FileLink, bytes_of, link_to
from handlers.desk.freshness import ask_again
from handlers.desk.pages import FileIsGone, render
from handlers.desk.viewer import this_person
from models.complaint import receipt_marker
from models.stored_file import files_of_complaint


@dataclass(frozen=True)
class EvidencePage:
    case_id: UUID
    marker: str
    file: FileLink
    number: int
    count: int
    previous: UUID | None
    following: UUID | None
    size: PictureSize | None  # of a picture that is shown
    gone: bool


@desk.get("/complaints/<uuid:complaint_id>/files/<uuid:file_id>")
def case_file(complaint_id: UUID, file_id: UUID) -> tuple[str, int] | Response:
    """Writes no line itself: what is looked at is the picture or the download, and each of those
    does. The bytes are read here for the picture's size, so that nothing jumps on the page."""
    with services().db.reading() as session:
        person = this_person(session)
        found = readable(session, person, complaint_id)
        if needs_fresh(found):
            return ask_again()
        files = files_of_complaint(session, found.agency_id, found.id)
        at = next((place for place, one in enumerate(files) if one.id == file_id), None)
        if at is None:
            abort(404)
        stored, link = files[at], link_to(files[at])
        agency_id, blob, media_type = stored.agency_id, stored.blob, stored.media_type
        marker = receipt_marker(found)
        ids = [one.id for one in files]
    size, gone = None, False
    if link.is_picture:
        try:
            size = shown_size(bytes_of(agency_id, blob), media_type)
        except FileIsGone:
            gone = True
    page = EvidencePage(
        case_id=complaint_id,
        marker=marker,
        file=link,
        number=at + 1,
        count=len(ids),
        previous=ids[at - 1] if at else None,
        following=ids[at + 1] if at + 1 < len(ids) else None,
        size=size,
        gone=gone,
    )
    return render("complaint_file.html", section="desk.complaints", page=page)
