"""From an upload to a draft: the file goes to a place of its own, is read there, and is gone.

The reading is a thread's (`plan_thread`); a request waits for it a few seconds, and no longer.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import abort
from werkzeug.datastructures import FileStorage

from documents.blocks import BadDocument
from domain.plan import ReadMeasure
from domain.schedules.types import Schedule
from handlers.context import now, services
from handlers.desk.plan_thread import PlanReader, Work
from handlers.desk.viewer import this_person
from models.database import Database
from models.plan_draft import DraftIsClosed, begin_draft, erase_draft, get_draft

MOST_BYTES = 20 * 1024 * 1024
WAIT_SECONDS = 3.0  # what is read by then needs no page of its own
MOST_AT_ONCE = 3  # readings in one process: each takes a processor, and a PDF much memory
_PIECE = 256 * 1024
_FOLDER = "prongsai-plan-"
_FORGOTTEN_SECONDS = 3600  # no reading lasts that long: its process was killed
_slots = threading.BoundedSemaphore(MOST_AT_ONCE)


class FileTooLarge(Exception):
    """More than `MOST_BYTES`."""


class TooManyReadings(Exception):
    """This process reads `MOST_AT_ONCE` documents already; nothing was begun."""


@dataclass(frozen=True)
class Begun:
    draft_id: UUID
    ready: bool  # or it is being read still


def reread(measure: ReadMeasure, year: int) -> ReadMeasure:
    """The same measure with its phrases read for another fiscal year."""
    from documents.plans import reread as read_again  # documents' readers are heavy: on first use

    return read_again(measure, year)


def read_phrase(phrase: str, year: int) -> Schedule:
    from domain.schedules import read_schedule

    return read_schedule(phrase, year)


def draft_from_upload(upload: FileStorage, year: int | None, wait: float) -> Begun:
    """Have an uploaded plan read into a draft, and wait for it ``wait`` seconds.

    Raises, where that is known by then, `documents.blocks.BadDocument`, whose text is for the
    officer, and `DraftIsClosed`; besides `FileTooLarge` and `TooManyReadings`. Nothing is left.
    """
    db = services().db
    reader, agency_id, draft_id = _begin(db, upload, year)
    if not reader.ended_within(wait):
        return Begun(draft_id, ready=False)
    if reader.error is not None:
        _erase(db, agency_id, draft_id)
        if isinstance(reader.error, BadDocument | DraftIsClosed):
            raise reader.error
        abort(500)  # the reader wrote it down, without the words of the document
    return Begun(draft_id, ready=True)


def _begin(db: Database, upload: FileStorage, year: int | None) -> tuple[PlanReader, int, UUID]:
    with ExitStack() as slot, ExitStack() as folder:
        if not _slots.acquire(blocking=False):
            raise TooManyReadings
        slot.callback(_slots.release)
        path = Path(folder.enter_context(_own_folder())) / "plan"
        sha256 = _save(upload, path)
        name = (upload.filename or "").replace("\0", "").replace("\\", "/").rpartition("/")[2]
        with db.writing() as session:
            person = this_person(session)
            draft = begin_draft(session, person, source_name=name, source_sha256=sha256, now=now())
            agency_id, person_id, draft_id = person.agency_id, person.id, draft.id
        work = Work(db, now, agency_id, person_id, draft_id, path, name, sha256, year)
        # From here on they are the reader's to give back.
        held, place = slot.pop_all(), folder.pop_all()
        reader = PlanReader(work, folder=place, slot=held)
        try:
            reader.start()
        except RuntimeError:  # the system gives us no more threads
            place.close()
            held.close()
            _erase(db, agency_id, draft_id)
            raise
    return reader, agency_id, draft_id


def _own_folder() -> tempfile.TemporaryDirectory[str]:
    """A new folder. What a killed process left behind goes: nobody else would remove it."""
    for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _FORGOTTEN_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=_FOLDER)


def _save(upload: FileStorage, path: Path) -> str:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        while piece := upload.stream.read(_PIECE):
            size += len(piece)
            if size > MOST_BYTES:
                raise FileTooLarge
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _erase(db: Database, agency_id: int, draft_id: UUID) -> None:
    with db.writing() as session:
        left = get_draft(session, agency_id, draft_id)
        if left is not None:
            erase_draft(session, left)
