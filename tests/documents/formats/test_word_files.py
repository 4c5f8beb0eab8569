"""Word documents: order, lists that number themselves, merged cells, and tracked changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document as new_document
from docx.document import Document as WordFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from documents.blocks import Paragraph, TableRow
from documents.opening import open_document
from tests.documents.formats.making import blocks_of, refusal_of, rows_of, texts_of


def element(xml: str) -> Any:
    """The XML with the namespaces that it uses."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    return parse_xml(re.sub(r"^<([\w:]+)", rf'<\1 {nsdecls("w")} xmlns:mc="{mc}"', xml))


def saved(word: WordFile, tmp_path: Path) -> Path:
    path = tmp_path / "แผน.docx"
    word.save(str(path))
    return path


def filled(word: WordFile, rows: list[list[str]]) -> list[list[_Cell]]:
    table = word.add_table(len(rows), len(rows[0]))
    cells = [list(row.cells) for row in table.rows]
    for line, texts in zip(cells, rows, strict=True):
        for cell, text in zip(line, texts, strict=True):
            cell.text = text
    return cells


def a_list(word: WordFile, *levels: tuple[str, str]) -> None:
    """A list of these (format, text) levels, under its number."""
    numbering = word.part.numbering_part.element
    shown = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (style, text) in enumerate(levels)
    )
    numbering.insert(
        0,
        element(f'<w:abstractNum w:abstractNumId="77">{shown}</w:abstractNum>'),
    )
    numbering.append(element('<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def numbered(paragraph: WordParagraph, level: int = 0, number: int = 77) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        element(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )


def test_paragraphs_and_tables_come_in_their_order(tmp_path: Path) -> None:
    word = new_document()
    word.add_paragraph("เรื่อง แผน")
    word.add_paragraph("  ")
    cells = filled(word, [["มาตรการ", "ผู้รับผิดชอบ"], ["จัดทำ", "กองคลัง"]])
    cells[1][0].add_paragraph("ประชุม")
    word.add_paragraph("จึงเรียนมา\tเพื่อทราบ")
    filled(word, [["ก", "ข"]])
    with open_document(saved(word, tmp_path)) as document:
        assert (document.format, document.total) == ("docx", 5)
        assert list(document.blocks()) == [
            Paragraph(1, "เรื่อง แผน"),
            TableRow(2, ("มาตรการ", "ผู้รับผิดชอบ"), 1),
            TableRow(3, ("จัดทำ\nประชุม", "กองคลัง"), 1),
            Paragraph(4, "จึงเรียนมา เพื่อทราบ"),
            TableRow(5, ("ก", "ข"), 2),
        ]


def test_a_merged_cell_gives_its_text_to_every_row_and_column_it_covers(tmp_path: Path) -> None:
    word = new_document()
    cells = filled(word, [["ก", "ข", "ค"], ["ง", "จ", "ฉ"], ["ช", "ซ", "ฌ"]])
    cells[1][0].merge(cells[2][0]).text = "สำนักปลัด"
    cells[0][1].merge(cells[0][2]).text = "หัวตาราง"
    assert rows_of(saved(word, tmp_path)) == [
        ("ก", "หัวตาราง", "หัวตาราง"),
        ("สำนักปลัด", "จ", "ฉ"),
        ("สำนักปลัด", "ซ", "ฌ"),
    ]


def test_thousands_of_rows_merged_into_one_are_read_quickly(tmp_path: Path) -> None:
    word = new_document()
    word.add_table(1, 1)
    merged = (
        "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
        "<w:tc><w:p><w:r><w:t>ก</w:t></w:r></w:p></w:tc></w:tr>"
    )
    first = merged.replace("<w:vMerge/>", '<w:vMerge w:val="restart"/>').replace(
        "<w:p/>", "<w:p><w:r><w:t>กองช่าง</w:t></w:r></w:p>"
    )
    table = word.element.body.find(".//w:tbl", word.element.nsmap)
    table.getparent().replace(
        table, parse_xml(f"<w:tbl {nsdecls('w')}>{first}{merged * 3000}</w:tbl>")
    )
    assert rows_of(saved(word, tmp_path)) == [("กองช่าง", "ก")] * 3001


def test_a_table_in_a_cell_becomes_lines_of_that_cell(tmp_path: Path) -> None:
    word = new_document()
    cell = filled(word, [["รอบ", "คะแนน"]])[0][1]
    inner = cell.add_table(2, 2)
    for at, text in enumerate(("ไตรมาส ๑", "๘๐", "ไตรมาส ๒", "๙๐")):
        inner.cell(at // 2, at % 2).text = text
    assert rows_of(saved(word, tmp_path)) == [("รอบ", "คะแนน\nไตรมาส ๑ ๘๐\nไตรมาส ๒ ๙๐")]


def test_the_numbers_of_lists_are_counted_out_as_word_does(tmp_path: Path) -> None:
    word = new_document()
    a_list(word, ("thaiNumbers", "%1."), ("thaiNumbers", "%1.%2"), ("thaiLetters", "(%3)"))
    for text, level in (("ก", 0), ("ข", 1), ("ค", 1), ("ง", 2), ("จ", 2), ("ฉ", 0), ("ช", 1)):
        numbered(word.add_paragraph(text), level)
    assert texts_of(saved(word, tmp_path)) == [
        *("๑. ก", "๑.๑ ข", "๑.๒ ค", "(ก) ง", "(ข) จ", "๒. ฉ", "๒.๑ ช"),
    ]


@pytest.mark.parametrize(
    ("style", "labels"),
    [
        ("decimal", ["1)", "2)", "3)"]),
        ("thaiCounting", ["๑)", "๒)", "๓)"]),
        ("upperLetter", ["A)", "B)", "C)"]),
        ("lowerRoman", ["i)", "ii)", "iii)"]),
        ("decimalZero", ["01)", "02)", "03)"]),
        ("bullet", ["-", "-", "-"]),
    ],
)
def test_each_way_of_numbering(tmp_path: Path, style: str, labels: list[str]) -> None:
    word = new_document()
    a_list(word, (style, "%1)"))
    for _ in labels:
        numbered(word.add_paragraph("ข้อ"))
    assert texts_of(saved(word, tmp_path)) == [f"{label} ข้อ" for label in labels]


def test_a_list_may_begin_anew_and_a_style_may_number(tmp_path: Path) -> None:
    word = new_document()
    a_list(word, ("decimal", "%1."))
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    word.part.numbering_part.element.append(
        element(f'<w:num w:numId="78"><w:abstractNumId w:val="77"/>{restart}</w:num>')
    )
    for number in (77, 77, 78, 78):
        numbered(word.add_paragraph("ก"), number=number)
    word.add_paragraph("ข", style="List Bullet")
    word.add_paragraph("ค", style="List Number")
    assert texts_of(saved(word, tmp_path)) == ["1. ก", "2. ก", "5. ก", "6. ก", "- ข", "1. ค"]


def test_a_column_of_automatic_numbers_is_read_though_its_cells_are_empty(tmp_path: Path) -> None:
    word = new_document()
    a_list(word, ("decimal", "%1"))
    for line in filled(word, [["", "ก"], ["", "ข"]]):
        numbered(line[0].paragraphs[0])
    assert rows_of(saved(word, tmp_path)) == [("1", "ก"), ("2", "ข")]


def test_deleted_text_is_gone_and_inserted_text_stays(tmp_path: Path) -> None:
    word = new_document()
    paragraph = word.add_paragraph("ภายใน")._p
    paragraph.append(
        parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>เดือน</w:delText></w:r></w:del>")
    )
    paragraph.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>วันที่ ๑</w:t></w:r></w:ins>"))
    paragraph.append(
        parse_xml(f"<w:hyperlink {nsdecls('w')}><w:r><w:t> มีนาคม</w:t></w:r></w:hyperlink>")
    )
    row = filled(word, [["ก", "ข"], ["ค", "ง"]])[0][0]._tc.getparent()
    row.insert(0, parse_xml(f"<w:trPr {nsdecls('w')}><w:del/></w:trPr>"))
    path = saved(word, tmp_path)
    assert texts_of(path) == ["ภายในวันที่ ๑ มีนาคม"]
    assert rows_of(path) == [("ค", "ง")]


def test_content_controls_and_text_boxes_are_read_once(tmp_path: Path) -> None:
    word = new_document()
    body = word.element.body
    body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>สารบัญ</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    box = "<w:txbxContent><w:p><w:r><w:t>กล่อง</w:t></w:r></w:p></w:txbxContent>"
    word.add_paragraph("ข้าง")._p.append(
        element(
            f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{box}'
            f"</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    word.sections[0].header.paragraphs[0].text = "หัวกระดาษ"
    assert texts_of(saved(word, tmp_path)) == ["สารบัญ", "ข้าง", "กล่อง"]


def test_a_document_of_empty_paragraphs_has_nothing_in_it(tmp_path: Path) -> None:
    word = new_document()
    word.add_paragraph("")
    assert refusal_of(saved(word, tmp_path)) == "nothing_in_it"


def test_a_document_that_was_read_can_be_read_again(tmp_path: Path) -> None:
    word = new_document()
    word.add_paragraph("ก")
    path = saved(word, tmp_path)
    assert blocks_of(path) == blocks_of(path)
