"""CSV files, as Excel and other programs write them."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.blocks import TableRow
from documents.opening import open_document
from documents.opening.tidying import tidy
from tests.documents.formats.making import blocks_of, refusal_of, rows_of, written

HEADER = ("ลำดับ", "มาตรการ", "ผู้รับผิดชอบ")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874"])
def test_every_delimiter_in_every_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = io.StringIO()
    rows = [HEADER, ("๑", "ก, ข; ค | ง", "กองคลัง"), ("๒", 'ว่า "ดี"\nมาก', "กองช่าง")]
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = written(tmp_path / "แผน.csv", text.getvalue().encode(encoding))
    assert rows_of(path) == rows
    with open_document(path) as document:
        assert (document.format, document.total) == ("csv", 3)


def test_the_numbers_are_those_of_the_rows_in_excel(tmp_path: Path) -> None:
    path = written(tmp_path / "แผน.csv", 'ก,ข,ค\r\n,,\r\n\r\n"๑\n๒",,\r\nท้าย,x,\r\n')
    assert blocks_of(path) == [
        TableRow(1, ("ก", "ข", "ค"), 1),
        TableRow(4, ("๑\n๒",), 1),
        TableRow(5, ("ท้าย", "x"), 1),
    ]


def test_a_hint_for_excel_names_the_delimiter_and_is_no_row(tmp_path: Path) -> None:
    path = written(tmp_path / "แผน.csv", "sep=;\nก,ข;ค\nง,จ;ฉ\n")
    assert rows_of(path) == [("ก,ข", "ค"), ("ง,จ", "ฉ")]


def test_csv_is_known_by_its_content_whatever_it_is_called(tmp_path: Path) -> None:
    path = written(tmp_path / "upload", "ก,ข,ค\n๑,๒,๓\n๔,๕,๖\n")
    assert len(rows_of(path)) == 3
    letter = written(tmp_path / "letter.csv.txt", "เรียน นายก, ปลัด\nตามที่ กองคลัง, กองช่าง, และ\n")
    with open_document(letter) as document:
        assert document.format == "txt"


def test_the_name_of_an_upload_counts_where_its_path_does_not_tell(tmp_path: Path) -> None:
    path = written(tmp_path / "upload", "ก,ข\n๑,๒\n")
    assert blocks_of(path, "แผน.csv") == [TableRow(1, ("ก", "ข"), 1), TableRow(2, ("๑", "๒"), 1)]


def test_null_bytes_are_dropped(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path / "แผน.csv", "ก\0,ข\n๑,๒\0\n" + "ค,ง\n" * 40))[0] == ("ก", "ข")


def test_a_field_without_end_is_refused_in_little_memory(tmp_path: Path) -> None:
    assert refusal_of(written(tmp_path / "a.csv", 'ก,ข\n"' + "ก\n" * 200_000)) == "cell_too_long"
    assert refusal_of(written(tmp_path / "b.csv", "ก,ข\n" + "ก" * 2_000_000)) == "cell_too_long"


CELLS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "Sm"), exclude_characters='<&*"'),
    max_size=20,
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_what_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO()
    marked = [(f"ก{a.strip()}ฮ", f"ก{b.strip()}ฮ", f"ก{c.strip()}ฮ") for a, b, c in rows]
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([HEADER, *marked])
    with tempfile.TemporaryDirectory() as folder:
        found = rows_of(written(Path(folder) / "แผน.csv", text.getvalue()))
    assert found == [HEADER, *(tuple(tidy(cell) for cell in row) for row in marked)]
