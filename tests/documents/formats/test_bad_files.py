"""Whatever an officer sends by mistake, or somebody else on purpose, gets one clear sentence."""

from __future__ import annotations

import contextlib
import io
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from docx import Document as new_document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from documents.opening import BadDocument, open_document
from documents.opening.limits import MAX_FILE_BYTES
from documents.opening.refusals import SENTENCES, refused
from tests.documents.formats.making import (
    PACKAGE,
    PICTURE,
    blocks_of,
    bomb_pdf,
    pdf_text,
    refusal_of,
    small_pdf,
    workbook_parts,
    written,
    zipped,
)

ROW = '<sheetData><row r="1"><c t="inlineStr"><is><t>ก</t></is></c></row></sheetData>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
WORDS = pdf_text("Report on the measures of the year")


def ole(*names: str) -> bytes:
    return OLE + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)


def picture(kind: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, kind)
    return data.getvalue()


def read_or_refused(path: Path) -> None:
    """Any other exception goes through, and fails the test."""
    with contextlib.suppress(BadDocument):
        blocks_of(path)


def word_parts(body: str) -> dict[str, str]:
    """A docx of this body, as parts."""
    saved = io.BytesIO()
    new_document().save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if ".xml" in name}
    start = parts["word/document.xml"].partition("<w:body>")[0]
    parts["word/document.xml"] = f"{start}<w:body>{body}</w:body></w:document>"
    return parts


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"\n \t\n\xef\xbb\xbf", "nothing_in_it"),
        ("a.csv", b",,\n,,\n", "nothing_in_it"),
        ("a.doc", ole("Root Entry", "WordDocument"), "old_word"),
        ("a.docx", ole("Root Entry", "WordDocument"), "old_word"),
        ("a.xls", ole("Root Entry", "Workbook"), "old_excel"),
        ("a.xls", ole("Root Entry", "Book"), "old_excel"),
        ("a.msg", ole("Root Entry", "__substg"), "old_office"),
        ("a.xlsx", ole("Root Entry", "EncryptionInfo", "EncryptedPackage"), "encrypted"),
        ("a.docx", picture("JPEG"), "image"),
        ("a.pdf", picture("PNG"), "image"),
        ("a.png", picture("GIF"), "image"),
        ("a.bmp", picture("BMP"), "image"),
        ("a.tif", picture("TIFF"), "image"),
        ("a.webp", picture("WEBP"), "image"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(100), "image"),
        ("a.docx", b"MZ\x90\0" + bytes(100), "program"),
        ("a.pdf", b"\x7fELF" + bytes(100), "program"),
        ("a.txt", b"#!/bin/sh\nrm -rf /\n", "program"),
        ("a.xls", b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table>", "html"),
        ("a.doc", b'\n<?xml version="1.0"?>\n<!DOCTYPE html><p>x', "html"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "archive"),
        ("a.rar", b"Rar!\x1a\x07\0" + bytes(20), "archive"),
        ("a.rtf", rb"{\rtf1\ansi x}", "other_office"),
        ("a.bin", bytes(range(256)) * 20, "unknown_kind"),
        ("a.txt", b"\x81\x8d\xff\xfe\xfd" * 40, "unknown_letters"),
        ("a.mp4", b"\0\0\0\x18ftypisom" + bytes(100), "unknown_kind"),
        ("a.pdf", b"%PDF-1.7\nrubbish", "corrupted"),
        ("a.docx", b"PK\x03\x04rubbish" * 9, "corrupted"),
    ],
)
def test_a_file_of_the_wrong_kind(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    assert refusal_of(written(tmp_path / name, data)) == code


def test_the_path_is_no_readable_file(tmp_path: Path) -> None:
    assert refusal_of(tmp_path) == "not_a_file"
    assert refusal_of(tmp_path / "gone.txt") == "not_a_file"
    os.mkfifo(tmp_path / "pipe")
    assert refusal_of(tmp_path / "pipe") == "not_a_file"


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "แผน.xlsx"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert refusal_of(path) == "too_large"


# --- office files -------------------------------------------------------------------------------


def test_macros_are_refused_however_they_are_called(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = dict(workbook_parts(ROW))
    assert refusal_of(zipped(tmp_path / "a.xlsx", {**parts, "xl/vbaProject.bin": b"x"})) == "macro"
    types = str(parts["[Content_Types].xml"]).replace(
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
        "vnd.ms-excel.sheet.macroEnabled.main",
    )
    assert (
        refusal_of(zipped(tmp_path / "b.xlsx", {**parts, "[Content_Types].xml": types})) == "macro"
    )
    word: dict[str, str | bytes] = dict(word_parts("<w:p><w:r><w:t>x</w:t></w:r></w:p>"))
    assert refusal_of(zipped(tmp_path / "c.docx", {**word, "word/vbaProject.bin": b"x"})) == "macro"


def test_other_archives_and_office_files_are_told_apart(tmp_path: Path) -> None:
    assert refusal_of(zipped(tmp_path / "a.docx", {"แผน.txt": "x"})) == "archive"
    open_text = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}
    assert refusal_of(zipped(tmp_path / "a.odt", open_text)) == "other_office"
    kind = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    slides = f'<Types xmlns="{PACKAGE}/content-types"><Override ContentType="{kind}"/></Types>'
    assert (
        refusal_of(zipped(tmp_path / "a.pptx", {"[Content_Types].xml": slides})) == "presentation"
    )


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.xlsx", workbook_parts(ROW))
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 1)
    assert refusal_of(written(path, bytes(data))) == "encrypted"


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in workbook_parts(ROW).items():
            archive.writestr(name, text)
        with archive.open("xl/media/a.bin", "w", force_zip64=True) as part:
            for _ in range(310):
                part.write(bytes(1024 * 1024))
    assert refusal_of(path) == "zip_bomb"


def test_a_zip_bomb_that_lies_about_its_size_inflates_no_further_than_it_says(
    tmp_path: Path,
) -> None:
    sheet = "<sheetData>" + f"<!--{random.Random(1).randbytes(500_000).hex()}-->" * 10
    path = zipped(tmp_path / "a.xlsx", workbook_parts(sheet + "</sheetData>"))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    assert size > 10_000_000
    lied = data.replace(struct.pack("<I", size), struct.pack("<I", 500))
    assert refusal_of(written(path, bytes(lied))) == "corrupted"


def test_many_parts_are_refused_before_each_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in workbook_parts(ROW).items():
            archive.writestr(name, text)
        for number in range(25_000):
            archive.writestr(f"x{number}", "")
    assert refusal_of(path) == "zip_bomb"


def test_a_bomb_inside_is_left_packed(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(200_000_000))
    parts: dict[str, str | bytes] = dict(word_parts("<w:p><w:r><w:t>ก</w:t></w:r></w:p>"))
    path = zipped(tmp_path / "a.docx", {**parts, "word/embeddings/a.zip": bomb.getvalue()})
    started = time.process_time()
    assert len(blocks_of(path)) == 1
    assert time.process_time() - started < 1


def test_a_tag_without_end_is_not_waited_for(tmp_path: Path) -> None:
    attributes = " ".join(f'a{number}="1"' for number in range(600_000))
    path = zipped(tmp_path / "a.xlsx", workbook_parts(f"<a {attributes}/>{ROW}"))
    assert refusal_of(path) == "corrupted"


def test_millions_of_empty_cells_are_not_counted_to_the_end(tmp_path: Path) -> None:
    row = f"<row>{'<c/>' * 100}</row>"
    path = zipped(tmp_path / "a.xlsx", workbook_parts(f"<sheetData>{row * 50_000}</sheetData>"))
    assert refusal_of(path) == "zip_bomb"


BILLION = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize(
    "part",
    ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"],
)
def test_entities_are_refused_in_every_part_of_a_workbook(tmp_path: Path, part: str) -> None:
    parts = workbook_parts(ROW.replace("ก", "&b;&c;") if "sheet1" in part else ROW)
    path = zipped(tmp_path / "a.xlsx", {**parts, part: BILLION + parts[part]})
    assert refusal_of(path) == "corrupted"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_word_files(tmp_path: Path, encoding: str) -> None:
    parts: dict[str, str | bytes] = dict(word_parts("<w:p><w:r><w:t>&b;&c;</w:t></w:r></w:p>"))
    text = str(parts["word/document.xml"]).partition("?>")[2]
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    data = (head + BILLION + text).encode(encoding)
    path = zipped(tmp_path / "a.docx", {**parts, "word/document.xml": data})
    assert refusal_of(path) == "corrupted"


def test_a_word_file_of_endless_empty_paragraphs_is_refused_in_little_time(tmp_path: Path) -> None:
    for body in ("<w:p/>" * 3_000_000, "<w:sdt>" * 100_000, "<w:tbl>" * 200 + "</w:tbl>" * 200):
        started = time.process_time()
        assert refusal_of(zipped(tmp_path / "a.docx", word_parts(body))) in (
            *("zip_bomb", "corrupted", "nothing_in_it"),
        )
        assert time.process_time() - started < 5


def test_links_that_lead_nowhere_do_no_harm(tmp_path: Path) -> None:
    parts = word_parts("<w:p><w:r><w:t>ก</w:t></w:r></w:p>")
    links = parts["word/_rels/document.xml.rels"]
    bad = '<Relationship Id="x1" Type="http://x/image" Target="NULL"/></Relationships>'
    parts["word/_rels/document.xml.rels"] = links.replace("</Relationships>", bad)
    assert len(blocks_of(zipped(tmp_path / "a.docx", parts))) == 1


# --- PDF ----------------------------------------------------------------------------------------


def test_a_scan_is_refused(tmp_path: Path) -> None:
    assert refusal_of(small_pdf(tmp_path / "a.pdf", [PICTURE] * 3)) == "scanned"
    stamped = PICTURE + pdf_text("Page 1")
    assert refusal_of(small_pdf(tmp_path / "b.pdf", [stamped])) == "scanned"
    assert refusal_of(small_pdf(tmp_path / "c.pdf", [b"0 0 m"])) == "nothing_in_it"


def test_too_many_pages_are_refused_with_their_number(tmp_path: Path) -> None:
    path = small_pdf(tmp_path / "a.pdf", [WORDS] * 200)
    with pytest.raises(BadDocument, match=r"200 หน้า.*150 หน้า") as caught:
        open_document(path)
    assert caught.value.code == "too_many_pages"


def test_a_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    secret = (
        b"/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4"
        b" /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>"
    )
    assert refusal_of(small_pdf(tmp_path / "a.pdf", [WORDS], trailer=secret)) == "encrypted"


def test_a_pdf_that_inflates_without_end_costs_little_and_is_refused(tmp_path: Path) -> None:
    path = bomb_pdf(tmp_path / "a.pdf", 1_500)
    assert path.stat().st_size < 2_000_000
    # Asked from a small process: a child is first counted with the memory of its parent.
    reading = (
        "import resource, sys\nfrom pathlib import Path\nfrom documents.opening import *\n"
        "try: open_document(Path(sys.argv[1]))\n"
        "except BadDocument as error: print(error.code)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", reading, str(path)],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[3],
        timeout=60,
    )
    code, kilobytes, seconds = done.stdout.decode().split()
    assert code == "too_complex"
    assert int(kilobytes) < 250 * 1024
    assert float(seconds) < 20


def test_a_pdf_that_goes_in_circles_is_refused(tmp_path: Path) -> None:
    form = (
        b"/XObject << /A 3 0 R >> /Font << /F1 << /Type /Font /Subtype /Type1"
        b" /BaseFont /Helvetica >> >>"
    )
    path = small_pdf(tmp_path / "a.pdf", [WORDS + b" /A Do" * 5], resources=form)
    assert len(blocks_of(path)) == 1
    text = path.read_bytes().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    assert refusal_of(written(path, text)) in ("corrupted", "too_complex", "nothing_in_it")


# --- anything -----------------------------------------------------------------------------------


def test_every_refusal_has_its_sentence() -> None:
    for code in SENTENCES:
        sentence = str(refused(code, pages=200, row=7))
        assert "ให้" in sentence
        assert not set("{}\n") & set(sentence)


@settings(deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd0\xcf\x11\xe0"]),
    st.sampled_from(["a", "a.txt", "a.csv", "a.xlsx", "a.docx"]),
)
def test_no_bytes_raise_anything_but_a_refusal(data: bytes, head: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / name, head + data)
        read_or_refused(path)


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_damaged_office_files_raise_nothing_but_a_refusal(tmp_path: Path, kind: str) -> None:
    word = word_parts("<w:p><w:r><w:t>ก</w:t></w:r></w:p><w:tbl><w:tr><w:tc/></w:tr></w:tbl>")
    parts = workbook_parts(ROW) if kind == "xlsx" else word
    whole = bytearray(zipped(tmp_path / f"a.{kind}", parts).read_bytes())
    source = random.Random(7)
    for _ in range(300):
        hurt = bytearray(whole)
        for _ in range(source.randint(1, 8)):
            hurt[source.randrange(len(hurt))] = source.randrange(256)
        if source.random() < 0.3:
            del hurt[source.randrange(len(hurt)) :]
        path = written(tmp_path / f"b.{kind}", bytes(hurt))
        read_or_refused(path)


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_parts_with_damaged_xml_raise_nothing_but_a_refusal(tmp_path: Path, kind: str) -> None:
    word = word_parts("<w:p><w:pPr><w:numPr/></w:pPr></w:p><w:tbl><w:tr><w:tc/></w:tr></w:tbl>")
    parts = workbook_parts(ROW, strings="<si><t>ก</t></si>") if kind == "xlsx" else word
    source = random.Random(11)
    for _ in range(150):
        name = source.choice(sorted(parts))
        text = parts[name]
        at = source.randrange(len(text))
        hurt = text[:at] + source.choice(["", "<", ">", '"', "-1", "ก", "/", "&"]) + text[at + 1 :]
        read_or_refused(zipped(tmp_path / f"a.{kind}", {**parts, name: hurt}))
