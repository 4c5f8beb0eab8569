"""Reading a document into its draft, in a thread that knows nothing of the request that began it.

How far it came stands in the database, for whichever process shows the page. What is kept here,
how it ended, is for the request that may still be waiting, and for nobody else.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from documents.blocks import BadDocument
from domain.calendar import bangkok_day, fiscal_year
from domain.plan import PlanFlag, PlanHead, ReadMeasure
from models import audit
from models.database import Database
from models.plan_draft import DraftIsClosed, add_rows, finish_reading
from models.plan_reading import fail_reading, hold_reading, note_progress

if TYPE_CHECKING:
    from documents.plans import PlanReading

_log = structlog.get_logger(__name__)
_BATCH = 200  # measures in one commit: nobody waits long for the database
_BATCH_SECONDS = 1.0  # … and the page has something new to say
DEFECT = (
    "ระบบขัดข้องระหว่างอ่านไฟล์นี้ และได้จดเหตุขัดข้องไว้แล้ว กรุณาส่งไฟล์ใหม่อีกครั้ง หากยังอ่านไม่ได้ กรุณาแจ้งผู้ดูแลระบบ"
)


@dataclass(frozen=True)
class Work:
    """All that a reading needs."""

    db: Database
    clock: Callable[[], datetime]
    agency_id: int
    person_id: UUID
    draft_id: UUID
    path: Path
    name: str
    sha256: str
    year: int | None


class PlanReader(threading.Thread):
    """Reads one document. Closes ``folder``, where the file is, before it says how it went."""

    def __init__(self, work: Work, folder: ExitStack, slot: ExitStack) -> None:
        # A daemon: nobody waits for it at the end of the process, the page says that it stopped.
        super().__init__(name="plan-reader", daemon=True)
        self._work = work
        self._folder = folder
        self._slot = slot
        self._ended = threading.Event()
        self.error: Exception | None = None

    def ended_within(self, seconds: float) -> bool:
        return seconds > 0 and self._ended.wait(seconds)

    def run(self) -> None:
        try:
            self._read_or_say_why_not()
        except Exception as error:  # noqa: BLE001 (the database is away: the page will say "stopped")
            self.error = error
            self._note(error)
        finally:
            self._slot.close()
            self._ended.set()

    def _read_or_say_why_not(self) -> None:
        try:
            with self._folder:
                head, count = self._read()
            self._finish(head, count)
        except BadDocument as error:
            self.error = error
            self._fail(str(error))
        except DraftIsClosed as error:
            self.error = error  # thrown away meanwhile: there is nobody to tell
        except Exception as error:  # noqa: BLE001 (whatever it is, the officer is told something)
            self.error = error
            self._note(error)
            self._fail(DEFECT)

    def _note(self, error: Exception) -> None:
        """Where and of what kind; its text may hold words of the document."""
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        draft = str(self._work.draft_id)
        _log.error("plan_reading_failed", error=type(error).__name__, where=where, draft=draft)

    def _read(self) -> tuple[PlanHead, int]:
        from documents.plans import read_plan  # its readers are heavy: on first use

        work = self._work
        with read_plan(work.path, work.name, work.year) as reading:
            head = reading.head
            if head.fiscal_year is None:
                # No year in it: read as of this one, and asked; saying another reads it again.
                flags = tuple(dict.fromkeys((*head.flags, PlanFlag.YEAR_MISSING)))
                head = replace(head, flags=flags)
                this_year = fiscal_year(bangkok_day(work.clock()))
                reading.head = replace(head, fiscal_year=this_year)
            return head, self._store(reading)

    def _store(self, reading: PlanReading) -> int:
        """A batch a commit, so that a long reading holds nobody up."""
        self._add([], reading.total)
        count, batch, begun = 0, list[ReadMeasure](), time.monotonic()
        for measure in reading.measures():
            batch.append(measure)
            if len(batch) >= _BATCH or time.monotonic() - begun >= _BATCH_SECONDS:
                count += self._add(batch, reading.total)
                batch, begun = [], time.monotonic()
        return count + self._add(batch, reading.total)

    def _add(self, batch: list[ReadMeasure], total: int | None) -> int:
        work = self._work
        line = max((line for one in batch for line in one.source_lines), default=0)
        with work.db.writing() as session:
            draft = hold_reading(session, work.agency_id, work.draft_id)
            note_progress(draft, work.clock(), line, total)
            return add_rows(session, draft, batch)

    def _finish(self, head: PlanHead, count: int) -> None:
        work = self._work
        with work.db.writing() as session:
            finish_reading(session, hold_reading(session, work.agency_id, work.draft_id), head)
            audit.record(
                session,
                work.agency_id,
                action="plan.uploaded",
                subject=f"plan_draft:{work.draft_id}",
                actor=f"person:{work.person_id}",
                now=work.clock(),
                detail={"sha256": work.sha256, "measures": str(count)},
            )

    def _fail(self, sentence: str) -> None:
        work = self._work
        try:
            with work.db.writing() as session:
                draft = hold_reading(session, work.agency_id, work.draft_id)
                fail_reading(session, draft, sentence)
        except DraftIsClosed:
            pass  # thrown away meanwhile
