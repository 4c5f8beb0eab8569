"""Whatever stands in a table: reading never fails, and loses no words of a row of content."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.blocks import Paragraph, TableRow
from documents.plans.columns import Extra, header_of
from documents.plans.head import read_head
from documents.plans.joining import Joiner, RawMeasure
from documents.plans.measures import build
from documents.plans.text import squeeze
from domain.plan import Column
from tests.documents.plans.paper import HEADER

PIECES = (
    *(
        "ตัวชี้วัดที่ ๓ ",
        "เครื่องมือการประเมิน IIT ",
        "I๑๓ ",
        "1๑๔ ",
        "O35",
        "ประเด็นที่ ๒ ",
        "๑. ",
        "๒) ",
        "(๓) ",
    ),
    *("จัดทำคู่มือ", "ประชุม", "กองคลัง ", "สำนักปลัด\n", "และ", "ภายในเดือนมีนาคม ", "ทุกไตรมาส", "ตลอดปี "),
    *(
        "มาตรการ",
        "ผู้รับผิดชอบ",
        "ลงชื่อ",
        "หมายเหตุ",
        "-",
        "…",
        "☐ ",
        "\n",
        " ",
        "เป็นต้น",
        "๙๙",
        "ด้านการบริการ",
    ),
)
cells = st.one_of(
    st.just(""),
    st.lists(st.sampled_from(PIECES), max_size=5).map("".join),
    st.text(max_size=12),
)
tables = st.lists(
    st.tuples(st.integers(1, 2), st.lists(cells, min_size=5, max_size=5)), max_size=10
)


def read(rows: list[tuple[int, list[str]]]) -> tuple[Joiner, list[RawMeasure]]:
    blocks = [TableRow(1, HEADER, 1)]
    blocks += [TableRow(at, tuple(row), table) for at, (table, row) in enumerate(rows, 2)]
    joiner = Joiner(2570)
    return joiner, list(joiner.measures(blocks))


@given(tables)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_rows_are_read_without_failing(rows: list[tuple[int, list[str]]]) -> None:
    for number, raw in enumerate(read(rows)[1], start=1):
        measure = build(raw, number, 2570)
        assert measure.source_lines
        assert all(measure.divisions)
        assert all(measure.steps)


words = st.lists(
    st.sampled_from(("จัดทำคู่มือ", "ประชุมชี้แจง", "ตรวจรับพัสดุ", "อบรมพนักงาน", "สรุปงาน")),
    min_size=1,
    max_size=4,
).map(" ".join)
numbered = st.lists(words, min_size=1, max_size=4).map(
    lambda items: " ".join(f"{at}. {text}" for at, text in enumerate(items, 1))
)
sparse = st.one_of(st.just(""), words, numbered)


@given(
    st.lists(st.tuples(st.integers(1, 3), words, sparse, sparse), min_size=1, max_size=8),
)
@settings(deadline=None)
def test_no_words_of_a_row_of_content_are_lost(rows: list[tuple[int, str, str, str]]) -> None:
    table = 1
    printed: list[tuple[int, list[str]]] = []
    for step, title, steps, result in rows:
        table += step == 3
        shown = "" if step == 2 else title
        printed.append((table, [shown, steps, "กองคลัง" if step == 1 else "", "", result]))
    _, found = read(printed)
    measures = [build(raw, number, 2570) for number, raw in enumerate(found, 1)]
    kept = squeeze(" ".join(" ".join((one.title, *one.steps, one.result)) for one in measures))
    for _, row in printed:
        for cell in row[:2] + row[4:]:
            for piece in re.split(r"[0-9]\. |\s", cell):
                assert squeeze(piece) in kept
    lines = [line for one in measures for line in one.source_lines]
    assert lines == sorted(set(lines))
    content = [at for at, (_, row) in enumerate(printed, 2) if any(row)]
    assert lines == content


@given(st.lists(cells, max_size=7))
def test_any_row_is_a_header_or_none(row: list[str]) -> None:
    header = header_of(row)
    if header is not None:
        assert len(header.roles) == len(row)
        assert header.has(Column.TITLE)
        assert set(header.roles) & {*Column, Extra.DIVISIONS} > {Column.TITLE}


@given(
    st.lists(st.one_of(st.text(max_size=40), st.lists(cells, min_size=1, max_size=4)), max_size=12)
)
@settings(deadline=None)
def test_any_document_has_a_head(parts: list[str | list[str]]) -> None:
    blocks = [
        Paragraph(at, part) if isinstance(part, str) else TableRow(at, tuple(part), 1)
        for at, part in enumerate(parts, 1)
    ]
    head = read_head(blocks)
    assert head.fiscal_year is None or 2400 < head.fiscal_year < 2700
    assert ("agency_missing" in head.flags) == (head.agency is None)
    assert ("year_missing" in head.flags) == (head.fiscal_year is None)
