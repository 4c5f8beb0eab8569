"""Citizens with a case, for tests of what becomes of it and of them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from domain.calendar import bangkok_day
from models import vault
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintEntry,
    ComplaintKind,
    EntryKind,
    FiledMessage,
    IdentityMode,
    find_by_receipt,
)
from models.complaint_filing import NewComplaint, file_complaint
from models.contact import Contact, ContactKind, find_contact, give_consent, meet
from models.stored_file import describe, get_stored_file
from tests.offices import Office
from tests.town import Json, Town

CONTENT = {"what": "ถนนหน้าบ้านเป็นหลุม", "where": "หมู่ 3"}


def now() -> datetime:
    return datetime.now(UTC)


def photo(colour: str = "teal") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(held, "JPEG")
    return held.getvalue()


def files_a_case(
    town: Town,
    user: str,
    office: Office | None = None,
    *,
    mode: IdentityMode = IdentityMode.NAMED,
    kind: ComplaintKind = ComplaintKind.SERVICE,
    content: dict[str, str] | None = None,
    sources: Mapping[str, str] | None = None,
    files: Sequence[str] = (),
) -> Complaint:
    """A report of ``user``, filed as the chat files it; the case, detached."""
    office = office or town.offices.makham
    at = now()
    with town.db.writing() as session:
        session.expire_on_commit = False
        contact = None
        if mode is not IdentityMode.ANONYMOUS:
            contact = meet(session, office.agency_id, ContactKind.USER, user)
            give_consent(contact, "2026-1", bangkok_day(at))
        new = NewComplaint(
            kind=kind,
            identity_mode=mode,
            channel=ComplaintChannel.LINE,
            content=dict(content or CONTENT),
            files=files,
            name="ชาวบ้าน หมู่สาม" if mode is IdentityMode.NAMED else "",
            phone="0-0000-0199" if mode is IdentityMode.NAMED else "",
            sources=sources or {},
            consent_version="2026-1",
        )
        code = file_complaint(session, office.agency_id, new, contact, at)
        complaint = find_by_receipt(session, office.agency_id, code)
        assert complaint is not None
        return complaint


def keeps_a_file(town: Town, office: Office | None = None) -> tuple[str, str]:
    """A drafted file: its id, and its name on the disk."""
    office = office or town.offices.makham
    today = bangkok_day(now())
    blob = town.blobs.put(office.agency_id, photo(), today)
    with town.db.writing() as session:
        stored = describe(
            session, office.agency_id, media_type="image/jpeg", size=99, blob=blob, today=today
        )
        return str(stored.id), blob


def on_disk(town: Town) -> set[str]:
    return {path.name for path in town.blobs._folder.rglob("*") if path.is_file()}


def content_of(town: Town, complaint: Complaint) -> dict[str, str]:
    with town.db.reading() as session:
        row = session.get_one(Complaint, (complaint.agency_id, complaint.id))
        opened: dict[str, str] = vault.open_json(session, row.agency_id, "complaint", row.content)
        return opened


def entries_of(town: Town, complaint: Complaint) -> list[tuple[EntryKind, str | None]]:
    with town.db.reading() as session:
        rows = session.scalars(
            select(ComplaintEntry)
            .where(ComplaintEntry.complaint_id == complaint.id)
            .order_by(ComplaintEntry.number)
        )
        return [
            (
                row.kind,
                None
                if row.text is None
                else vault.open_text(session, row.agency_id, "complaint", row.text),
            )
            for row in rows
        ]


def filed_messages(town: Town) -> int:
    with town.db.reading() as session:
        return len(session.scalars(select(FiledMessage)).all())


def file_is_known(town: Town, file_id: str, office: Office | None = None) -> bool:
    office = office or town.offices.makham
    with town.db.reading() as session:
        return get_stored_file(session, office.agency_id, UUID(file_id)) is not None


def contact_of(town: Town, user: str, office: Office | None = None) -> Contact | None:
    office = office or town.offices.makham
    with town.db.reading() as session:
        found = find_contact(session, office.agency_id, user)
        session.expunge_all()
        return found


def unsends(town: Town, event: Json, office: Office | None = None, **changes: Any) -> Json:
    """A message is taken back; the webhook's event, after it was handled."""
    back = town.line.user_unsends(event["message"]["id"])
    back.update(changes)
    town.happens(back, office)
    return back
