"""What is kept, read past the web."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models import vault
from models.complaint import Complaint, find_by_receipt
from models.conversation import Conversation
from models.database import Database
from models.stored_file import BlobFolder
from tests.offices import Office


def complaints(db: Database) -> list[tuple[Complaint, dict[str, str]]]:
    with db.reading() as session:
        rows = session.scalars(select(Complaint)).all()
        session.expunge_all()
        return [
            (row, vault.open_json(session, row.agency_id, "complaint", row.content)) for row in rows
        ]


def the_only(db: Database) -> tuple[Complaint, dict[str, str]]:
    [found] = complaints(db)
    return found


def by_code(db: Database, office: Office, code: str) -> Complaint:
    with db.reading() as session:
        found = find_by_receipt(session, office.agency_id, code.replace(" ", ""))
        assert found
        session.expunge_all()
        return found


def drafts(db: Database) -> list[Any]:
    with db.reading() as session:
        rows = session.scalars(select(Conversation)).all()
        return [
            vault.open_json(session, row.agency_id, "conversation", row.content) for row in rows
        ]


def everything(db: Database, blobs: BlobFolder) -> bytes:
    """Every byte that is kept: the database's rows and the blobs."""
    held = []
    with db.engine.connect() as connection:
        for table in Complaint.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                held.extend(
                    value if isinstance(value, bytes) else str(value).encode() for value in row
                )
    for path in blobs._folder.rglob("*"):
        if path.is_file():
            held.append(path.read_bytes())
    return b"\n".join(held)
