"""Small invented documents: a town that is nowhere, and the plans it might write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from documents.plans import read_plan
from domain.plan import PlanHead, ReadMeasure

HEADER = ("มาตรการ", "วิธีการดำเนินการ", "ผู้รับผิดชอบ", "ระยะเวลาดำเนินการ", "ผลการดำเนินงาน")
MUNICIPALITY = "มาตรการส่งเสริมคุณธรรมและความโปร่งใสของเทศบาลตำบลทุ่งสมมุติ ประจำปีงบประมาณ พ.ศ. 2570"
SUBDISTRICT = "แผนปฏิบัติการป้องกันการทุจริตขององค์การบริหารส่วนตำบลดอนสมมุติ ประจำปีงบประมาณ พ.ศ. ๒๕๗๑"

Row = Sequence[str]
Part = str | Sequence[Row]  # a paragraph, or a table


def plain(*parts: Part) -> str:
    """A text file: paragraphs on lines, tables with tabs; `<br>` for newlines within a cell."""
    lines: list[str] = []
    for part in parts:
        if isinstance(part, str):
            lines += [*part.split("\n"), ""]
        else:
            lines += ["\t".join(cell.replace("\n", "<br>") for cell in row) for row in part]
            lines.append("")
    return "\n".join(lines)


def read_text(*parts: Part, fiscal_year: int | None = None) -> tuple[PlanHead, list[ReadMeasure]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "แผน.txt"
        path.write_text(plain(*parts), encoding="utf-8")
        return read_file(path, fiscal_year)


def read_file(path: Path, fiscal_year: int | None = None) -> tuple[PlanHead, list[ReadMeasure]]:
    with read_plan(path, path.name, fiscal_year) as reading:
        return reading.head, list(reading.measures())


def measures_of(*rows: Row, header: Row = HEADER, title: str = MUNICIPALITY) -> list[ReadMeasure]:
    """What is read from one table under a title."""
    return read_text(title, [header, *rows])[1]


def head_of(*paragraphs: Part) -> PlanHead:
    """What is read around a table of one measure."""
    return read_text(*paragraphs, [HEADER, ROW])[0]


ROW = ("๑. จัดทำคู่มือบริการ", "ทบทวนคู่มือเดิม", "สำนักปลัด", "ภายในเดือนมีนาคม", "อยู่ระหว่างดำเนินการ")


def row(title: str, divisions: str = "กองคลัง", when: str = "ภายในเดือนมีนาคม") -> Row:
    return (title, "ประชุมผู้เกี่ยวข้อง", divisions, when, "")


def flag_names(measure: ReadMeasure) -> set[str]:
    return {flag.partition(":")[0] for flag in measure.flags}
