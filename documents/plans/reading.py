"""A document opened as a plan: its head at once, its measures one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from documents.blocks import BadDocument
from documents.opening import Document, open_document
from documents.plans.head import head_of_sheet, read_head
from documents.plans.joining import Joiner
from documents.plans.measures import build
from domain.plan import PlanFlag, PlanHead, ReadMeasure

_SHEETS = frozenset({"xlsx", "csv"})
_NO_MEASURES = (
    "ไม่พบตารางมาตรการในเอกสารนี้ โปรดใช้เอกสารที่มีตารางซึ่งมีหัวตาราง เช่น “มาตรการ” “ผู้รับผิดชอบ” "
    "และ “ระยะเวลาดำเนินการ” หรือกรอกลงแบบฟอร์ม Excel ของระบบ"
)
_TROUBLES = {
    "merged": "ช่อง {cell} ในตารางถูกผสานเข้าด้วยกัน ระบบจึงไม่แน่ใจว่าข้อความเป็นของแถวใด "
    "โปรดยกเลิกการผสานเซลล์ ใส่ข้อความให้ครบทุกแถว แล้วส่งใหม่",
    "formula": "ช่อง {cell} เป็นสูตรคำนวณ ระบบอ่านค่าที่แน่นอนไม่ได้ "
    "โปรดคัดลอกตารางแล้ววางแบบ “ค่าเท่านั้น” จากนั้นส่งใหม่",
    "error": "ช่อง {cell} แสดงข้อผิดพลาดของ Excel (เช่น #REF!) โปรดแก้ไขหรือลบข้อความในช่องนั้น แล้วส่งใหม่",
}


@dataclass
class PlanReading:
    """``head`` is known at once; `measures` may be walked more than once."""

    head: PlanHead
    document: Document

    @property
    def total(self) -> int | None:
        """Rows or lines of the document, for a progress bar."""
        return self.document.total

    def measures(self) -> Iterator[ReadMeasure]:
        """The measures in the order of the document.

        Raises `BadDocument` when there is none, or when the rows of measures in a sheet hold merged
        cells or formulas; the caller stores nothing before the last measure came.
        """
        joiner = Joiner(self.head.fiscal_year)
        number = 0
        for number, raw in enumerate(joiner.measures(self.document.blocks()), start=1):
            self._refuse_troubles(joiner)
            yield build(raw, number, self.head.fiscal_year)
        self._refuse_troubles(joiner)
        if not number:
            raise BadDocument("no_measures", _NO_MEASURES)

    def _refuse_troubles(self, joiner: Joiner) -> None:
        # What is merged above the rows of measures is decoration, below them a signature; so is a
        # sheet without a table of measures.
        for trouble in self.document.troubles:
            header_row = joiner.headers.get(trouble.table)
            if header_row is None:
                continue
            if header_row < trouble.row <= joiner.reached.get(trouble.table, 0):
                raise BadDocument(trouble.code, _TROUBLES[trouble.code].format(cell=trouble.cell))


@contextmanager
def read_plan(
    path: Path, name: str | None = None, fiscal_year: int | None = None
) -> Iterator[PlanReading]:
    """Open a plan. ``fiscal_year`` (พ.ศ.) stands in for one that the document does not name.

    Raises `BadDocument`: encrypted, scanned, empty, too long, a macro file, no table of measures.
    """
    with open_document(path, name) as document:
        blocks = document.blocks()
        head = head_of_sheet(blocks) if document.format in _SHEETS else read_head(blocks)
        if head.fiscal_year is None and fiscal_year is not None:
            flags = tuple(flag for flag in head.flags if flag != PlanFlag.YEAR_MISSING)
            head = replace(head, fiscal_year=fiscal_year, flags=flags)
        yield PlanReading(head, document)
