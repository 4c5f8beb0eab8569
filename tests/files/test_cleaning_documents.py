"""Documents, plain text, and all that is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from domain.file_types import MAX_ZIP_ENTRIES
from domain.files import FileKind, RefusalReason, RefusedFile, clean_file

MAIN = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "docx": "wordprocessingml.document",
    "xlsx": "spreadsheetml.sheet",
    "pptx": "presentationml.presentation",
}
BODY = "<w:document>งบประมาณ ปี ๒๕๖๙</w:document>"


def office(kind: str = "docx", types: str = "", **parts: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"zipped by Somchai"
        main = types or f'<Types><Override ContentType="{MAIN}{KINDS[kind]}.main+xml"/></Types>'
        archive.writestr("[Content_Types].xml", main)
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr("word/document.xml", BODY)
        archive.writestr("docProps/core.xml", "<x><dc:creator>Somchai</dc:creator></x>")
        archive.writestr("docProps/app.xml", "<x><Company>Somchai Ltd</Company></x>")
        archive.writestr("docProps/custom.xml", "<x>Somchai again</x>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return output.getvalue()


def refusal(data: bytes) -> RefusalReason:
    with pytest.raises(RefusedFile) as caught:
        clean_file(data)
    return caught.value.reason


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_loses_its_author_and_still_opens_with_its_content(kind: str) -> None:
    clean = clean_file(office(kind))
    assert clean.media_type == MAIN + KINDS[kind]
    assert (clean.extension, clean.kind) == (kind, FileKind.DOCUMENT)
    with zipfile.ZipFile(io.BytesIO(clean.data)) as archive:
        assert archive.testzip() is None
        assert archive.read("word/document.xml").decode() == BODY
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Somchai" not in everything
        assert b"coreProperties" in archive.read("docProps/core.xml")
        assert len(archive.namelist()) == 6
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
    assert b"Somchai" not in clean.data


def test_cleaning_a_document_twice_changes_nothing_more() -> None:
    once = clean_file(office()).data
    assert clean_file(once).data == once


def test_what_lies_before_between_and_behind_the_parts_is_gone() -> None:
    document = office(**{"word__ภาพ.xml": b"<a/>"})
    first = document.index(b"PK\x03\x04", 4)
    hidden = document[:first] + b"a hidden passenger" + document[first:]
    with pytest.raises(RefusedFile):
        clean_file(hidden)  # every later offset is wrong now
    clean = clean_file(document + b"").data
    assert b"zipped by" not in clean
    with zipfile.ZipFile(io.BytesIO(clean)) as archive:
        assert archive.read("word/ภาพ.xml") == b"<a/>"


def test_a_document_with_macros_is_refused() -> None:
    with_project = office(**{"word__vbaProject.bin": b"macro"})
    assert refusal(with_project) is RefusalReason.FORBIDDEN_KIND
    types = '<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    assert refusal(office(types=types)) is RefusalReason.FORBIDDEN_KIND


def test_archives_that_are_no_documents_are_refused() -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("setup.exe", b"MZ")
    assert refusal(output.getvalue()) is RefusalReason.FORBIDDEN_KIND
    assert refusal(office(types="<Types/>")) is RefusalReason.FORBIDDEN_KIND
    opendocument = office(types="<Types>application/vnd.oasis.opendocument.text</Types>")
    assert refusal(opendocument) is RefusalReason.FORBIDDEN_KIND


def test_a_zip_bomb_stays_packed_and_is_refused() -> None:
    bomb = office(**{"word__bomb.xml": bytes(40 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert refusal(bomb) is RefusalReason.TOO_LARGE


def test_an_archive_of_too_many_parts_is_refused() -> None:
    many = {f"word__{number}.xml": b"" for number in range(MAX_ZIP_ENTRIES + 1)}
    assert refusal(office(**many)) is RefusalReason.TOO_LARGE


def test_an_archive_that_leaves_its_folder_or_names_a_part_twice_is_damaged() -> None:
    assert refusal(office(**{"..__evil.xml": b"x"})) is RefusalReason.DAMAGED
    assert refusal(office(**{"word__Document.xml": b"x"})) is RefusalReason.DAMAGED


def test_half_a_document_is_damaged() -> None:
    document = office()
    assert refusal(document[: len(document) // 2]) is RefusalReason.DAMAGED


def test_a_pdf_is_taken_as_it_is() -> None:
    pdf = b"%PDF-1.7\n1 0 obj <</Author (Somchai)>> endobj\ntrailer\n%%EOF\n"
    clean = clean_file(pdf)
    assert (clean.media_type, clean.extension, clean.data) == ("application/pdf", "pdf", pdf)
    assert refusal(pdf[:40]) is RefusalReason.DAMAGED


THAI = "ถนนหน้าบ้านเลขที่ ๑๒ ชำรุดมานานแล้ว ขอให้เทศบาลช่วยซ่อมแซมด้วยครับ\r\n"


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (THAI.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + THAI.encode(), "utf-8"),
        ("น้ำไม่ไหล 😭 3 < 5 บาท".encode(), "utf-8"),
        (b"plain words, 1,200 baht", "utf-8"),
        (THAI.encode("tis-620"), "windows-874"),
        (("รหัส A-1," + THAI).encode("cp874"), "windows-874"),
    ],
)
def test_plain_text_is_unchanged(data: bytes, charset: str) -> None:
    clean = clean_file(data, "letter.html")
    assert clean.media_type == f"text/plain; charset={charset}"
    assert (clean.extension, clean.kind, clean.data) == ("txt", "document", data)


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00\x03" + bytes(64),
        b"\x7fELF\x02\x01" + bytes(64),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),  # doc, xls, ppt, msi
        b"<!DOCTYPE html><p>hello",
        b"\xef\xbb\xbf  <HTML><body>",
        b"some words first <script src=x></script>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<svg onload=alert(1)>",
        b"<?php system($_GET[0]);",
        b"#!/bin/sh\nrm -rf /\n",
        b"@echo off\r\ndel *.*",
        b"var shell = new ActiveXObject('WScript.Shell');",
        b"function run() { return 1 }",
        b"powershell -enc AAAA",
        b"{\\rtf1\\ansi hello}",
        b"%!PS-Adobe-3.0",
        b"[InternetShortcut]\r\nURL=file:///etc",
        b"Rar!\x1a\x07\x01\x00" + bytes(64),
        b"7z\xbc\xaf\x27\x1c" + bytes(64),
        b"\x1f\x8b\x08\x00" + bytes(64),
        b"BM" + bytes(64),
        b"II*\x00" + bytes(64),
        "caf\xe9 cr\xe8me br\xfbl\xe9e".encode("latin-1"),
        "こんにちは、世界".encode("shift-jis"),
        THAI.encode("utf-16"),
        b"\xe7\xe8\xe9\xea \xd1\xd4\xd5",
    ],
)
def test_everything_else_is_refused(data: bytes) -> None:
    assert refusal(data) is RefusalReason.FORBIDDEN_KIND


def test_nothing_is_refused_as_empty() -> None:
    assert refusal(b"") is RefusalReason.EMPTY


def test_a_document_of_more_than_50_megabytes_is_too_large() -> None:
    assert refusal(b"%PDF-1.7" + bytes(50 * 1024 * 1024) + b"%%EOF") is RefusalReason.TOO_LARGE
    assert refusal(b"x" * (50 * 1024 * 1024 + 1)) is RefusalReason.TOO_LARGE


def test_a_refusal_says_nothing_out_of_the_file() -> None:
    with pytest.raises(RefusedFile) as caught:
        clean_file(b"<html>Somchai</html>", "Somchai.html")
    assert "Somchai" not in f"{caught.value} {caught.value.detail} {caught.value.args}"
