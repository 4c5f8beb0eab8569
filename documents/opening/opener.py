"""Which kind of document a file is, by its bytes; a name only helps where they leave a doubt."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

from documents.opening import limits
from documents.opening.archive import Archive
from documents.opening.csv_text import CsvDocument, looks_like_csv, sample_of
from documents.opening.decoding import bom_of, encoding_of
from documents.opening.document import Document
from documents.opening.plain_text import TextDocument
from documents.opening.refusals import refused
from domain.file_types import IMAGE_FAMILIES, Family, RefusedFile, family_of

_HEAD_BYTES = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0")
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"dex\n", b"@echo"),
    *(b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
)
_ARCHIVES = (b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?"
    rb"<(?:!doctype\s+html|html|head|body|meta|style|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def open_document(path: Path, name: str | None = None) -> Document:
    """The document, read through once; raises BadDocument with a sentence that says what to do.

    ``name`` is what the sender called the file, where ``path`` does not tell.
    """
    suffix = Path(name or path.name).suffix.lower()
    head = _head_of(path)
    document = _document(path, head, suffix)
    try:
        document.read_through()
    except BaseException:
        document.close()
        raise
    return document


def _head_of(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise refused("not_a_file")
        size = path.stat().st_size
        if size > limits.MAX_FILE_BYTES:
            raise refused("too_large")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise refused("not_a_file") from error
    if not head:
        raise refused("empty")
    return head


def _document(path: Path, head: bytes, suffix: str) -> Document:
    if _WEB_PAGE.match(head):
        raise refused("html")
    if bom_of(head) is None:
        _refuse_foreign(path, head, suffix)
        # PDF readers allow rubbish before the mark.
        if b"%PDF-" in head[:1024]:
            # Loaded on demand, as is the reader of Word files: most documents need neither.
            from documents.opening.pdf import PdfDocument

            return PdfDocument(path)
        if head.startswith(b"PK\x03\x04"):
            return _office(path)
        if b"\0" in head and head.count(b"\0") * 50 > len(head):
            raise refused("unknown_kind")
    if len(_CONTROL.findall(head)) * 50 > len(head) and bom_of(head) in (None, "utf-8-sig"):
        raise refused("unknown_kind")
    return _text(path, suffix)


def _refuse_foreign(path: Path, head: bytes, suffix: str) -> None:
    if head.startswith(_OLE):
        raise refused(_old_office(path, suffix))
    if head.startswith(_PROGRAMS):
        raise refused("program")
    if head.startswith(_ARCHIVES):
        raise refused("archive")
    if head.startswith(b"{\\rtf"):
        raise refused("other_office")
    if head.startswith(_PICTURES) and b"\0" in head[:64]:
        raise refused("image")
    try:
        family = family_of(head)
    except RefusedFile as error:
        raise refused("image") from error
    if family in IMAGE_FAMILIES:
        raise refused("image")
    if family not in (Family.TEXT, Family.PDF, Family.ZIP):
        raise refused("unknown_kind")


def _old_office(path: Path, suffix: str) -> str:
    """The old format and the encrypted new one share a container; its list of names tells."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            return "encrypted"
        word = data.find("WordDocument".encode("utf-16-le")) >= 0
        excel = any(data.find(name.encode("utf-16-le")) >= 0 for name in ("Workbook", "Book"))
    if word and excel:  # one inside the other
        word, excel = suffix != ".xls", suffix == ".xls"
    return "old_word" if word else "old_excel" if excel else "old_office"


def _office(path: Path) -> Document:
    archive = Archive(path)
    try:
        if archive.kind == "docx":
            from documents.opening.word import DocxDocument

            return DocxDocument(archive)
        from documents.opening.workbook import XlsxDocument

        return XlsxDocument(archive)
    except BaseException:
        archive.close()
        raise


def _text(path: Path, suffix: str) -> Document:
    if suffix in (".csv", ".tsv"):
        return CsvDocument(path)
    encoding, errors = encoding_of(path)
    if looks_like_csv(sample_of(path, encoding, errors)):
        return CsvDocument(path)
    return TextDocument(path)
