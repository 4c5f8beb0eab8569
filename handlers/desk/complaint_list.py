"""The log of complaints, a page at a time."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort, request

from domain.states import ComplaintState
from handlers.context import services
from handlers.desk import words
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models.complaint import ComplaintChannel, ComplaintKind, IdentityMode, receipt_marker
from models.complaint_log import OpenedComplaint, complaint_log

PAGE = 30
_SHOWN_OF_TEXT = 80


@dataclass(frozen=True)
class LogRow:
    id: UUID
    marker: str
    kind: ComplaintKind
    state: ComplaintState
    received_on: date
    channel: ComplaintChannel
    reporter: str
    beginning: str


@desk.get("/complaints")
def complaints() -> tuple[str, int]:
    before = _read_place(request.args["before"]) if "before" in request.args else None
    with services().db.reading() as session:
        found = complaint_log(session, this_person(session), PAGE + 1, before)
        rows = [_row(opened) for opened in found[:PAGE]]
    older = f"{rows[-1].received_on}_{rows[-1].id}" if len(found) > PAGE else None
    return render(
        "complaints.html",
        section="desk.complaints",
        rows=rows,
        older=older,
        first_page=before is None,
    )


def _read_place(text: str) -> tuple[date, UUID]:
    day, _, last = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(last)
    except ValueError:
        abort(404)


def _row(opened: OpenedComplaint) -> LogRow:
    complaint = opened.complaint
    return LogRow(
        id=complaint.id,
        marker=receipt_marker(complaint),
        kind=complaint.kind,
        state=complaint.state,
        received_on=complaint.received_on,
        channel=complaint.channel,
        reporter=reporter_name(opened),
        beginning=shorten(opened.content.get("what", ""), _SHOWN_OF_TEXT),
    )


def reporter_name(opened: OpenedComplaint) -> str:
    mode = opened.complaint.identity_mode
    if mode is IdentityMode.NAMED:
        return (opened.identity or {}).get("name") or "ไม่ได้ให้ชื่อไว้"
    return words.word(mode)


def shorten(text: str, length: int) -> str:
    """The beginning of a text on one line, never cut between a consonant and its vowels."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    while length > 1 and unicodedata.category(line[length]) == "Mn":
        length -= 1
    return line[:length].rstrip("เแโใไ ") + "…"
