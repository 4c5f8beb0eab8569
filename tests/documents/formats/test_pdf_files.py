"""PDF files as a browser prints them: Thai marks, ruled tables, and columns of text."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.blocks import Paragraph, TableRow
from documents.opening import open_document
from tests.documents.formats.making import (
    PICTURE,
    blocks_of,
    html_table,
    pdf_text,
    printed_pdf,
    rows_of,
    small_pdf,
    texts_of,
)

MARKS = "น้ำใจ ซ้ำ ถ้ำ ค่ำ ปั๊ม ที่ปรึกษา ผู้รับผิดชอบ ปีที่แล้ว เพื่อ กตัญญู ฐานะ ญาติ เป็น สิ้น"


@pytest.mark.parametrize("font", ["Norasi", "Garuda", "Waree", "Loma", "Umpush"])
def test_thai_marks_come_out_as_they_were_typed(tmp_path: Path, font: str) -> None:
    lines = [f"{MARKS} ข้อ {number}" for number in range(1, 4)]
    body = "".join(f"<p>{line}</p>" for line in lines)
    path = printed_pdf(tmp_path / "แผน.pdf", f'<div style="font: 14px {font}">{body}</div>')
    with open_document(path) as document:
        assert (document.format, document.total) == ("pdf", 3)
        assert list(document.blocks()) == [Paragraph(at, line) for at, line in enumerate(lines, 1)]
        assert list(document.blocks()) == list(document.blocks())


def test_wrapped_cells_are_mended_and_their_own_lines_kept(tmp_path: Path) -> None:
    header = ("ตัวชี้วัด", "มาตรการ/แนวทาง", "ผู้รับผิดชอบ", "กำหนดเวลา")
    long = "จัดทำคู่มือการปฏิบัติงานที่เกี่ยวข้องกับการให้บริการและเผยแพร่บนเว็บไซต์ของเทศบาลให้ประชาชนทราบ"
    rows = [
        (f"I{at}", f"๑. {long}<br>๒. ประชุม", "กองการศึกษา<br>กองช่าง", "ภายในเดือนกันยายน ๒๕๖๖")
        for at in range(1, 31)
    ]
    path = printed_pdf(
        tmp_path / "แผน.pdf", f"<p>ก่อนตาราง</p>{html_table(rows, header)}<p>หลังตาราง</p>"
    )
    blocks = blocks_of(path)
    assert blocks[0] == Paragraph(1, "ก่อนตาราง")
    assert isinstance(blocks[-1], Paragraph)
    assert blocks[-1].text == "หลังตาราง"
    found = [block for block in blocks if isinstance(block, TableRow)]
    assert len({row.table for row in found}) > 1  # continued on the next page
    body = [row.cells for row in found if row.cells != header]
    # Whatever page it fell on, each row is whole once its parts are put together.
    whole: dict[str, list[str]] = {}
    for row in body:
        key = row[0] or max(whole, key=lambda name: int(name[1:]))
        texts = whole.setdefault(key, ["", "", ""])
        whole[key] = [f"{a}\n{b}".strip() for a, b in zip(texts, row[1:], strict=True)]
    assert len(whole) == 30
    for texts in whole.values():
        assert texts == [f"๑. {long}\n๒. ประชุม", "กองการศึกษา\nกองช่าง", "ภายในเดือนกันยายน ๒๕๖๖"]


def test_a_merged_cell_gives_its_text_to_every_row_it_covers(tmp_path: Path) -> None:
    rows = html_table([]).replace(
        "<tbody>",
        "<tbody><tr><td rowspan=2>สำนักปลัด</td><td>ก</td></tr><tr><td>ข</td></tr>"
        "<tr><td colspan=2>รวม</td></tr>",
    )
    assert rows_of(printed_pdf(tmp_path / "แผน.pdf", rows)) == [
        ("สำนักปลัด", "ก"),
        ("สำนักปลัด", "ข"),
        ("รวม", "รวม"),
    ]


def test_a_row_split_by_the_end_of_a_page_goes_on_in_a_new_table(tmp_path: Path) -> None:
    steps = "<br>".join(f"{at}. ขั้นตอนที่ {at}" for at in range(1, 71))
    blocks = blocks_of(
        printed_pdf(tmp_path / "แผน.pdf", html_table([("I1", steps)], ("รหัส", "วิธีการ")))
    )
    assert [block.table for block in blocks if isinstance(block, TableRow)] == [1, 1, 2, 2]
    first, second = blocks[1], blocks[3]
    assert isinstance(first, TableRow)
    assert isinstance(second, TableRow)
    assert second.cells[0] == ""
    assert f"{first.cells[1]}\n{second.cells[1]}".replace("\n", "<br>") == steps


def test_two_columns_of_text_are_read_one_after_the_other(tmp_path: Path) -> None:
    paragraphs = [
        f"ย่อหน้าที่ {at} กองช่างดำเนินการซ่อมแซมถนนตามที่ประชาชนร้องเรียนโดยเร็ว จบ {at}"
        for at in range(1, 61)
    ]
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    path = printed_pdf(
        tmp_path / "แผน.pdf", f'<div style="columns: 2; font: 14px Norasi">{body}</div>'
    )
    found = "".join(texts_of(path)).replace(" ", "")
    assert found == "".join(paragraphs).replace(" ", "")


def test_a_frame_around_text_is_no_table(tmp_path: Path) -> None:
    path = printed_pdf(
        tmp_path / "แผน.pdf", '<div style="border: 1px solid; font: 14px Norasi">บันทึกข้อความ</div>'
    )
    assert blocks_of(path) == [Paragraph(1, "บันทึกข้อความ")]


def test_pages_that_are_pictures_among_others_are_named(tmp_path: Path) -> None:
    words = pdf_text("Report on the measures of the year")
    with open_document(small_pdf(tmp_path / "a.pdf", [words, PICTURE, words])) as document:
        assert document.scanned_pages == (2,)
        assert document.total == 2


def test_bold_that_was_made_by_printing_twice_is_read_once(tmp_path: Path) -> None:
    line = b"BT /F1 12 Tf 72 700 Td (Measures of the whole year) Tj ET "
    twice = line + line.replace(b"72 700", b"72.3 700")
    assert texts_of(small_pdf(tmp_path / "a.pdf", [twice])) == ["Measures of the whole year"]
