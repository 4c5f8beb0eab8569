"""Office files for tests: what the libraries write, and what no library would."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from documents.opening import BadDocument, Paragraph, TableRow, open_document

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
THAI = "กขคงจฉชซญดตถทธนบปผฝพฟมยรลวสหอฮะาเแโไใ ่้ิีึืุู"


def blocks_of(path: Path, name: str | None = None) -> list[Paragraph | TableRow]:
    with open_document(path, name) as document:
        return list(document.blocks())


def rows_of(path: Path) -> list[tuple[str, ...]]:
    return [block.cells for block in blocks_of(path) if isinstance(block, TableRow)]


def texts_of(path: Path) -> list[str]:
    return [block.text for block in blocks_of(path) if isinstance(block, Paragraph)]


def refusal_of(path: Path, name: str | None = None) -> str:
    """The code of the refusal, whose sentence must be one that an officer can read."""
    with pytest.raises(BadDocument) as caught:
        blocks_of(path, name)
    sentence = str(caught.value)
    assert "ให้" in sentence
    assert "\n" not in sentence
    assert "{" not in sentence
    return caught.value.code


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def thai_text(length: int, source: random.Random) -> str:
    return "ก" + "".join(source.choices(THAI, k=length - 1))


# --- xlsx, written by hand ------------------------------------------------------------------------


def workbook_parts(
    sheet: str, *, strings: str | None = None, workbook: str = "", types: str = ""
) -> dict[str, str]:
    """The parts of a workbook of one sheet; ``sheet`` is what stands in its worksheet element."""
    links = f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    parts = {}
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
        links += f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{content}"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}<sheets>'
        f'<sheet name="แผน" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        **parts,
    }


def zipped(path: Path, parts: dict[str, str | bytes] | dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def big_workbook(path: Path, rows: int, *, shared: bool, columns: int = 6) -> Path:
    """Different long Thai texts in every cell; written piece by piece, to be quick."""
    source = random.Random(rows)
    texts = [[thai_text(60, source) for _ in range(columns)] for _ in range(rows)]
    strings = "".join(f"<si><t>{text}</t></si>" for row in texts for text in row)
    sheet = ["<sheetData>"]
    for at, row in enumerate(texts):
        sheet.append(f'<row r="{at + 1}">')
        for column, text in enumerate(row):
            if shared:
                sheet.append(f'<c t="s"><v>{at * columns + column}</v></c>')
            else:
                sheet.append(f'<c t="inlineStr"><is><t>{text}</t></is></c>')
        sheet.append("</row>")
    sheet.append("</sheetData>")
    return zipped(path, workbook_parts("".join(sheet), strings=strings if shared else None))


# --- PDF ------------------------------------------------------------------------------------------


def small_pdf(
    path: Path,
    pages: Sequence[bytes],
    *,
    packed: bool = False,
    trailer: bytes = b"",
    resources: bytes = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>",
) -> Path:
    """Pages of drawing commands, in a file with a correct table of contents."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * at) for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
    ]
    for at, commands in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << %s >> >>" % (4 + 2 * at, resources)
        )
        filtered = b" /Filter /FlateDecode" if packed else b""
        objects.append(
            b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(commands), filtered, commands)
        )
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    data += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        trailer,
        data.rindex(b"xref\n0 "),
    )
    return written(path, data)


def pdf_text(*lines: str) -> bytes:
    shown = b"".join(b"(%s) Tj 0 -20 Td " % line.encode("ascii") for line in lines)
    return b"BT /F1 12 Tf 72 770 Td %s ET" % shown


PICTURE = b"q 500 0 0 700 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"


def bomb_pdf(path: Path, megabytes: int) -> Path:
    packer = zlib.compressobj(9)
    piece = b" " * 1_000_000
    packed = packer.compress(pdf_text("A small text in front of nothing at all"))
    packed += b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()
    return small_pdf(path, [packed], packed=True)


def printed_pdf(path: Path, html: str) -> Path:
    """What a browser prints: Thai fonts, shaped and embedded."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium to print with")
    page = written(path.with_suffix(".html"), f'<meta charset="utf-8">{html}')
    subprocess.run(
        [
            *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"),
            *(f"--user-data-dir={path.parent / 'chromium'}", f"--print-to-pdf={path}"),
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return path


def html_table(rows: Iterable[Sequence[str]], header: Sequence[str] = ()) -> str:
    head = "".join(f"<th>{cell}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        "<style>@page { size: A4 } body { font: 14px Norasi } table { border-collapse: collapse;"
        " width: 100% } td, th { border: 1px solid black; padding: 4px; vertical-align: top }"
        f"</style><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
