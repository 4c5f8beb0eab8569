"""Evidence files: sealed on disk under random names, described in one table.

A file belongs to nothing while its report is a draft; then to one complaint, one progress report
or one message of a talk with an officer. The disk keeps no times: every file's clock is set to
the day's midnight.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import start_of_bangkok_day
from domain.keyring import KeyRing
from models.base import WITHOUT_ROW_ORDER, Base, Unordered, within_agency

KEEP_ORPHANS = timedelta(days=15)
_FORGOTTEN = "forgotten blobs"


class StoredFile(Unordered, Base):
    __tablename__ = "stored_file"
    __table_args__ = (
        Index("uq_stored_file_blob", "blob", unique=True),
        Index("ix_stored_file_complaint_id", "agency_id", "complaint_id"),
        Index("ix_stored_file_progress_report_id", "agency_id", "progress_report_id"),
        Index("ix_stored_file_talk_message_id", "agency_id", "talk_message_id"),
        CheckConstraint(
            "(complaint_id IS NULL OR progress_report_id IS NULL) AND (talk_message_id IS NULL OR"
            " (complaint_id IS NULL AND progress_report_id IS NULL))",
            name="one_owner_at_most",
        ),
        within_agency("complaint_id", "complaint"),
        within_agency("progress_report_id", "progress_report"),
        within_agency("talk_message_id", "talk_message"),
        WITHOUT_ROW_ORDER,
    )

    complaint_id: Mapped[UUID | None]
    progress_report_id: Mapped[UUID | None]
    talk_message_id: Mapped[UUID | None]
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes, before sealing
    stored_on: Mapped[date]
    blob: Mapped[str] = mapped_column(String(64))  # a random name in the blob folder

    @property
    def is_unclaimed(self) -> bool:
        """A draft's: nobody has sent it with anything yet."""
        owners = (self.complaint_id, self.progress_report_id, self.talk_message_id)
        return all(owner is None for owner in owners)


class BlobFolder:
    """Sealed bytes in a directory. One object an installation; safe to share between threads."""

    def __init__(self, folder: Path, keys: KeyRing) -> None:
        self._folder = folder
        self._keys = keys

    def put(self, agency_id: int, plain: bytes, today: date) -> str:
        """Write a sealed file and return its random name. On disk before this returns."""
        name = secrets.token_hex(24)
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        sealed = self._keys.seal(plain, f"{agency_id}/blob/{name}")
        temporary = path.with_suffix(".part")
        with temporary.open("wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        midnight = start_of_bangkok_day(today).timestamp()
        os.utime(temporary, (midnight, midnight))
        temporary.rename(path)
        return name

    def get(self, agency_id: int, name: str) -> bytes:
        """Raises `FileNotFoundError` and `domain.keyring.CannotOpen`."""
        return self._keys.open(self._path(name).read_bytes(), f"{agency_id}/blob/{name}")

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def names_older_than(self, day: date) -> list[str]:
        """Every blob whose day lies before ``day``, unfinished ones too."""
        limit = start_of_bangkok_day(day).timestamp()
        return [
            path.name
            for path in self._folder.glob("*/*")
            if path.is_file() and path.stat().st_mtime < limit
        ]

    def _path(self, name: str) -> Path:
        if not name.replace(".part", "").isalnum():
            raise FileNotFoundError(name)
        return self._folder / name[:2] / name


def describe(
    session: Session, agency_id: int, *, media_type: str, size: int, blob: str, today: date
) -> StoredFile:
    """Register a blob as a draft's file."""
    stored = StoredFile(
        agency_id=agency_id, media_type=media_type, size=size, blob=blob, stored_on=today
    )
    session.add(stored)
    session.flush()
    return stored


def get_stored_file(session: Session, agency_id: int, file_id: UUID) -> StoredFile | None:
    """Its owner decides who may read it: ask for that owner's permission before its bytes."""
    return session.get(StoredFile, (agency_id, file_id))


def drafted_files(session: Session, agency_id: int, ids: Sequence[str]) -> list[StoredFile]:
    """The files a draft speaks of, in its order; those that are gone or taken are left out."""
    found = []
    for file_id in ids:
        stored = session.get(StoredFile, (agency_id, UUID(file_id)))
        if stored and stored.is_unclaimed:
            found.append(stored)
    return found


def files_of_complaint(session: Session, agency_id: int, complaint_id: UUID) -> list[StoredFile]:
    return _files(session, agency_id, StoredFile.complaint_id == complaint_id)


def files_of_report(session: Session, agency_id: int, report_id: UUID) -> list[StoredFile]:
    return _files(session, agency_id, StoredFile.progress_report_id == report_id)


def files_of_messages(
    session: Session, agency_id: int, message_ids: Sequence[UUID]
) -> list[StoredFile]:
    """What was sent in a talk; each says with which message."""
    return _files(session, agency_id, StoredFile.talk_message_id.in_(message_ids))


def _files(session: Session, agency_id: int, whose: ColumnElement[bool]) -> list[StoredFile]:
    query = select(StoredFile).where(StoredFile.agency_id == agency_id, whose)
    return list(session.scalars(query.order_by(StoredFile.id)))


def discard_drafted(session: Session, agency_id: int, ids: Sequence[str]) -> None:
    """Forget a thrown-away draft's files."""
    for stored in drafted_files(session, agency_id, ids):
        forget_file(session, stored)
    session.flush()


def forget_file(session: Session, stored: StoredFile) -> None:
    """Delete a file. Its bytes go after the commit, and not before: `drop_forgotten`."""
    session.info.setdefault(_FORGOTTEN, []).append(stored.blob)
    session.delete(stored)


def drop_forgotten(session: Session, blobs: BlobFolder) -> None:
    """Delete the bytes of files that a committed session has forgotten. Where nobody calls this,
    or the process ends before it, the daily sweep does the same."""
    for blob in session.info.pop(_FORGOTTEN, []):
        blobs.delete(blob)


def sweep_orphans(session: Session, blobs: BlobFolder, now: datetime) -> int:
    """Delete what no report claimed in time, and bytes on disk that no row speaks of."""
    limit = (now - KEEP_ORPHANS).date()
    orphans = session.scalars(
        select(StoredFile).where(
            StoredFile.complaint_id.is_(None),
            StoredFile.progress_report_id.is_(None),
            StoredFile.talk_message_id.is_(None),
            StoredFile.stored_on < limit,
        )
    )
    for stored in orphans:
        session.delete(stored)
    session.flush()
    removed = 0
    # A day's grace: a blob is written just before the row that speaks of it.
    for name in blobs.names_older_than((now - timedelta(days=1)).date()):
        if session.scalar(select(StoredFile.id).where(StoredFile.blob == name)) is None:
            blobs.delete(name)
            removed += 1
    return removed
