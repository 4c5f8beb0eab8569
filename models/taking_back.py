"""LINE's ``unsend`` after a report was filed: what the message said is taken out of the case.

That something was taken back stays on the case, for officers may have read it already. Of an
anonymous report no message is remembered, so nothing of it can be taken back this way.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from models import vault
from models.complaint import (
    Complaint,
    ComplaintEntry,
    EntryKind,
    FiledMessage,
    add_entry,
    is_reporter,
    message_hash,
)
from models.complaint_text import refresh_sketch
from models.stored_file import forget_file, get_stored_file

ENTRY = "entry"


def take_back(
    session: Session, agency_id: int, message_id: str, line_id: str, now: datetime
) -> bool:
    """Remove what a message of ``line_id`` became. False where it became nothing, was taken back
    before, or belongs to somebody else's report."""
    hashed = message_hash(session, agency_id, message_id)
    found = session.scalars(
        select(FiledMessage)
        .where(FiledMessage.agency_id == agency_id, FiledMessage.message_hash == hashed)
        .order_by(FiledMessage.id)
    ).all()
    # One message is one case's; if ever it were two, each leaves its own mark.
    cases: dict[UUID, Complaint] = {}
    for filed in found:
        complaint = session.scalar(
            select(Complaint)
            .where(Complaint.agency_id == agency_id, Complaint.id == filed.complaint_id)
            .with_for_update()
        )
        if complaint is None or not is_reporter(session, complaint, line_id):
            continue
        cases[complaint.id] = complaint
        _remove(session, complaint, filed)
    for complaint in cases.values():
        add_entry(session, complaint, EntryKind.TAKEN_BACK, now)
        refresh_sketch(session, complaint)
    return bool(cases)


def _remove(session: Session, complaint: Complaint, filed: FiledMessage) -> None:
    part, entry_id = filed.part, filed.entry_id
    same = FiledMessage.part == part
    if part == ENTRY:
        same = same & (FiledMessage.entry_id == entry_id)
        _empty(session, complaint, entry_id)
    elif not _remove_answer(session, complaint, part):
        _remove_file(session, complaint, part)
    _forget(session, complaint, same)


def _empty(session: Session, complaint: Complaint, entry_id: UUID | None) -> None:
    entry = session.get(ComplaintEntry, (complaint.agency_id, entry_id)) if entry_id else None
    if entry is not None:
        entry.text = None


def _remove_answer(session: Session, complaint: Complaint, key: str) -> bool:
    """False where no answer goes by this name. An answer that was written in several messages
    goes whole: what each of them added cannot be told any more."""
    agency_id = complaint.agency_id
    content = vault.open_json(session, agency_id, "complaint", complaint.content)
    if key not in content:
        return False
    del content[key]
    complaint.content = vault.seal_json(session, agency_id, "complaint", content)
    return True


def _remove_file(session: Session, complaint: Complaint, part: str) -> None:
    try:
        file_id = UUID(part)
    except ValueError:
        return  # an answer that went with another of its messages
    stored = get_stored_file(session, complaint.agency_id, file_id)
    if stored is not None and stored.complaint_id == complaint.id:
        forget_file(session, stored)


def _forget(session: Session, complaint: Complaint, which: ColumnElement[bool]) -> None:
    session.flush()
    session.execute(
        delete(FiledMessage).where(
            FiledMessage.agency_id == complaint.agency_id,
            FiledMessage.complaint_id == complaint.id,
            which,
        )
    )
