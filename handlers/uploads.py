"""Evidence out of a web form: held in memory, cleaned, sealed. Nothing unsealed touches the disk.

Werkzeug would write what is larger than half a megabyte to a temporary file, place and time of a
photo included. `HoldInMemory` keeps it in memory instead, and what is too large is read and
dropped: the rest of the form arrives whole, so that it can be shown again.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import FormDataParser

from domain.file_types import MEGABYTE
from domain.files import CleanFile, RefusalReason, RefusedFile, clean_file
from models.stored_file import BlobFolder, describe

MOST_FILES = 10
MOST_MEGABYTES = 25  # of one file
MOST_TOGETHER_MEGABYTES = 50  # of one request: sixteen threads hold as much in memory
MOST_BYTES_OF_A_REQUEST = 220 * MEGABYTE  # read and dropped beyond the above; then cut off

TOO_MANY, TOO_MUCH, BUSY = "too_many", "too_much", "busy"

# Decoding a photo takes a core and up to 240 MB, and the webhook's threads are the same ones.
_turns = threading.BoundedSemaphore(2)
_PATIENCE = 20.0  # seconds


class _Held(io.BytesIO):
    """One file's bytes, as far as there is room for them."""

    def __init__(self, room: _Room) -> None:
        super().__init__()
        self._room = room
        self.refused = ""

    def write(self, data: Any, /) -> int:
        if not self.refused:
            self.refused = self._room.take(len(data), self.tell() + len(data))
            if self.refused:
                self._room.give_back(self.tell())
                self.seek(0)
                self.truncate()
        return len(data) if self.refused else super().write(data)


class _Room:
    """How much one request may bring."""

    def __init__(self) -> None:
        self._left = MOST_TOGETHER_MEGABYTES * MEGABYTE

    def take(self, count: int, so_far: int) -> str:
        if so_far > MOST_MEGABYTES * MEGABYTE:
            return RefusalReason.TOO_LARGE.value
        if count > self._left:
            return TOO_MUCH
        self._left -= count
        return ""

    def give_back(self, count: int) -> None:
        self._left += count

    def open(self, *_args: object, **_kwargs: object) -> _Held:
        return _Held(self)


class HoldInMemory(FormDataParser):
    """For ``request.form_data_parser_class``, before anybody asks for the form."""

    def __init__(self, stream_factory: object = None, **options: Any) -> None:  # noqa: ARG002
        super().__init__(stream_factory=_Room().open, **options)


@dataclass(frozen=True)
class Refusal:
    """One file that was not taken. Its name is for the page that answers, and is kept nowhere."""

    name: str
    reason: str  # a `RefusalReason`'s value, TOO_MANY, TOO_MUCH or BUSY


def clean_uploads(
    uploads: Iterable[FileStorage], most: int
) -> tuple[list[CleanFile], list[Refusal]]:
    """Call it with no session open: cleaning takes seconds."""
    cleaned: list[CleanFile] = []
    refused: list[Refusal] = []
    for upload in uploads:
        if not upload.filename:
            continue  # an empty field of the form
        result = TOO_MANY if len(cleaned) >= most else _clean(upload)
        if isinstance(result, CleanFile):
            cleaned.append(result)
        else:
            refused.append(Refusal(_name(upload.filename), result))
    return cleaned, refused


def _name(given: str) -> str:
    return "".join(mark for mark in given if mark.isprintable())[:80]


def _clean(upload: FileStorage) -> CleanFile | str:
    held = upload.stream
    if isinstance(held, _Held) and held.refused:
        return held.refused
    data = upload.stream.read()
    if len(data) > MOST_MEGABYTES * MEGABYTE:
        return RefusalReason.TOO_LARGE.value
    if not _turns.acquire(timeout=_PATIENCE):
        return BUSY
    try:
        return clean_file(data)
    except RefusedFile as refused:
        return refused.reason.value
    finally:
        _turns.release()


@dataclass(frozen=True)
class Kept:
    """A cleaned file, sealed on disk, that no row speaks of yet."""

    blob: str
    media_type: str
    size: int


def seal_files(
    blobs: BlobFolder, agency_id: int, files: Sequence[CleanFile], today: date
) -> list[Kept]:
    return [
        Kept(blobs.put(agency_id, one.data, today), one.media_type, len(one.data)) for one in files
    ]


def describe_files(
    session: Session, agency_id: int, files: Sequence[Kept], today: date
) -> list[str]:
    """Register them as a draft's; their ids."""
    return [
        str(
            describe(
                session,
                agency_id,
                media_type=one.media_type,
                size=one.size,
                blob=one.blob,
                today=today,
            ).id
        )
        for one in files
    ]


def show_size(count: int) -> str:
    if count < MEGABYTE:
        return f"{max(1, round(count / 1024)):,} KB"
    return f"{count / MEGABYTE:,.1f} MB"
