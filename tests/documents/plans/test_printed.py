"""Plans printed to PDF: pages cut rows, cells wrap, and yet the same measures are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from domain.plan import ReadMeasure
from tests.documents.formats.making import html_table, printed_pdf
from tests.documents.plans.paper import HEADER, MUNICIPALITY, Row, plain, read_file

_WORDS = (
    *("ประชุมคณะทำงานเพื่อทบทวนแนวทางของปีก่อน", "จัดทำคู่มือและแจ้งเวียนให้ทุกคนทราบ"),
    *("เผยแพร่ผ่านเว็บไซต์และป้ายประกาศของหน่วยงาน", "ติดตามผลและสรุปรายงานต่อผู้บริหาร"),
)


def long_plan(measures: int, mark: str) -> list[Row]:
    rows = []
    for at in range(1, measures + 1):
        steps = "\n".join(f"{step}. {_WORDS[(at + step) % 4]}" for step in range(1, 2 + at % 5))
        rows.append(
            (
                f"{mark.format(at)}{_WORDS[at % 4]} เรื่องที่ {at} ของแผน",
                *(steps, ("กองคลัง", "กองช่าง")[at % 2]),
                *(("ภายในเดือนมีนาคม", "ทุกไตรมาส")[at % 2], f"ผลของเรื่องที่ {at}"),
            )
        )
    return rows


def as_printed(found: Sequence[ReadMeasure]) -> list[ReadMeasure]:
    """Without what a page may change: lines, and that rows were joined."""
    return [
        replace(
            one,
            source_lines=(),
            result="".join(one.result.split()),
            steps=tuple("".join(step.split()) for step in one.steps),
            title="".join(one.title.split()),
            flags=tuple(flag for flag in one.flags if flag != "rows_joined"),
        )
        for one in found
    ]


@pytest.mark.parametrize("mark", ["{}. ", ""])
def test_a_plan_of_many_pages_is_read_as_its_text_would_be(tmp_path: Path, mark: str) -> None:
    rows = long_plan(24, mark)
    text = tmp_path / "แผน.txt"
    text.write_text(plain(MUNICIPALITY, [HEADER, *rows]), encoding="utf-8")
    html = html_table([[cell.replace("\n", "<br>") for cell in row] for row in rows], HEADER)
    printed = printed_pdf(tmp_path / "แผน.pdf", f"<p>{MUNICIPALITY}</p>{html}")
    head, expected = read_file(text)
    printed_head, found = read_file(printed)
    assert len(expected) == 24
    assert (printed_head.agency, printed_head.fiscal_year) == (head.agency, head.fiscal_year)
    assert as_printed(found) == as_printed(expected)
    assert any("rows_joined" in one.flags for one in found)
