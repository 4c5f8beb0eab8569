"""Text files: paragraphs, rows between tabs, and the marks that a reader of scans leaves."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from documents.blocks import Paragraph, TableRow
from documents.opening import open_document
from tests.documents.formats.making import blocks_of, rows_of, texts_of, written

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"


def test_lines_with_tabs_are_rows_and_keep_the_numbers_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "แผน.txt", "\n\nเรื่อง แผน\n\nก\tข\n๑\t๒\n\nค\tง\nจบ\nจ\tฉ")
    assert blocks_of(path) == [
        Paragraph(3, "เรื่อง แผน"),
        TableRow(5, ("ก", "ข"), 1),
        TableRow(6, ("๑", "๒"), 1),
        TableRow(8, ("ค", "ง"), 2),
        Paragraph(9, "จบ"),
        TableRow(10, ("จ", "ฉ"), 3),
    ]


def test_a_document_says_what_it_is_and_can_be_read_twice(tmp_path: Path) -> None:
    path = written(tmp_path / "แผน.txt", "เรื่อง แผน\nก\tข\n")
    with open_document(path) as document:
        assert (document.format, document.total, document.troubles) == ("txt", 2, ())
        assert list(document.blocks()) == list(document.blocks())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874", "tis-620"])
def test_thai_is_read_in_every_encoding_that_offices_use(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "แผน.txt", "ผู้รับผิดชอบ\tกองคลัง\r\nน้ำใจ\tฤๅษี ๒๕๖๖".encode(encoding))
    assert rows_of(path) == [("ผู้รับผิดชอบ", "กองคลัง"), ("น้ำใจ", "ฤๅษี ๒๕๖๖")]


def test_one_broken_letter_does_not_turn_a_utf8_file_into_gibberish(tmp_path: Path) -> None:
    path = written(
        tmp_path / "แผน.txt", "สำนักปลัด".encode() * 20 + b"\xe0\xb8\n" + "กองช่าง".encode()
    )
    assert texts_of(path)[-1] == "กองช่าง"


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("<p>๑. จัดทำ</p><p>๒. ประชุม</p>", "๑. จัดทำ\n๒. ประชุม"),
        ("ก<br>ข<br/>ค", "ก\nข\nค"),
        ('<ol style="list-style-type: none"><li>๑</li><li>๒</li></ol>', "๑\n๒"),
        ('ที่ <a href="http://www.example.go.th">www.example.go.th</a>', "ที่ www.example.go.th"),
        ('<input type="checkbox"/> ดีมาก <input type="checkbox"/> ดี', "☐ ดีมาก ☐ ดี"),
        ("<b>หนา</b> <span class='x'>เอียง</span>", "หนา เอียง"),
        ("Dos&Don't และ Q&A", "Dos&Don't และ Q&A"),
        ("Q&Region &amp; R&amp;D", "Q&Region & R&D"),
        ("&lt;p&gt; คือย่อหน้า", "<p> คือย่อหน้า"),
        ("คะแนน a < b และ c > d", "คะแนน a < b และ c > d"),
        ("<10 วัน> <ชื่อ> <x@example.com>", "<10 วัน> <ชื่อ> <x@example.com>"),
        ("### มาตรการ", "มาตรการ"),
        ("(๖) **ตัวชี้วัด** ได้", "(๖) ตัวชี้วัด ได้"),
        ("ข้อ ๕ ดังนี้**", "ข้อ ๕ ดังนี้"),
        ("#สายด่วน", "#สายด่วน"),
        ("น้\u200bำ\u00a0ใส\ufeff", "น้ำ ใส"),
        ("นํ้าใจ สํานัก เเผน", "น้ำใจ สำนัก แผน"),
        ("ส\uf70aง เป\uf712น ทำให\uf70b", "ส่ง เป็น ทำให้"),
    ],
)
def test_markup_goes_and_the_words_stay(tmp_path: Path, printed: str, read: str) -> None:
    path = written(tmp_path / "แผน.txt", f"{printed}\tท้าย\nหน้า\n{printed}")
    row, _, paragraph = blocks_of(path)
    assert isinstance(row, TableRow)
    assert isinstance(paragraph, Paragraph)
    assert (row.cells[0], paragraph.text) == (read, read)


def test_rules_between_header_and_body_are_dropped_and_dashes_kept(tmp_path: Path) -> None:
    path = written(
        tmp_path / "แผน.txt", "ก\tข\n------\t---\n:---:\t---:\n-----|----\n๑\t-\n-\t-\n----\nจบ\n"
    )
    assert rows_of(path) == [("ก", "ข"), ("๑", "-"), ("-", "-")]
    assert len({block.table for block in blocks_of(path) if isinstance(block, TableRow)}) == 1
    assert texts_of(path) == ["จบ"]


def test_long_runs_of_half_written_markup_cost_no_time(tmp_path: Path) -> None:
    for piece in ("<p ", "<!--", "&#", "**", "<a href='", "ก ", "ํ่", "<input "):
        path = written(tmp_path / "แผน.txt", "\n".join([piece * (40_000 // len(piece))] * 5))
        started = time.process_time()
        open_document(path).close()
        assert time.process_time() - started < 2


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the official reports are not on this machine")
def test_the_official_reports_are_read_whole_and_without_marks() -> None:
    tables = {}
    for path in sorted(SEEDS.glob("*.txt")):
        with open_document(path) as document:
            assert document.format == "txt"
            blocks = list(document.blocks())
        rows = [block for block in blocks if isinstance(block, TableRow)]
        tables[path.name[:3]] = (len(rows), len({row.table for row in rows}))
        printed = path.read_text(encoding="utf-8").split("\n")
        for block in blocks:
            for text in block.cells if isinstance(block, TableRow) else (block.text,):
                assert "<" not in text
                assert "**" not in text
                assert text == text.strip()
                start = text.split("\n")[0].removeprefix("☐ ")[:10]
                assert start in printed[block.number - 1].replace("**", "").replace("\u00a0", " ")
    assert tables == {
        "000": (18, 6),
        "001": (11, 3),
        "002": (80, 35),
        "003": (18, 4),
        "004": (39, 10),
    }
