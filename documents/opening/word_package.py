"""A Word file reduced to the parts that are read.

python-docx takes every part into memory, pictures and embedded files too, and stops at links that
lead nowhere. So it gets a small package of three parts, each one inflated under a limit and
looked through for document types first.
"""

from __future__ import annotations

import io
import zipfile
from itertools import count

import docx
from docx.document import Document as WordFile

from documents.opening import limits
from documents.opening.archive import Archive
from documents.opening.refusals import refused
from documents.opening.streamed_xml import parse

_OPC = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
# The strict kind of docx names the same elements differently.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
)
_SIDE_PARTS = {"styles": limits.MAX_SMALL_PART_BYTES, "numbering": limits.MAX_SMALL_PART_BYTES}


def open_word_file(archive: Archive) -> WordFile:
    parts = {"document": _read(archive, archive.main, limits.MAX_WORD_BYTES)}
    for kind, path in archive.related(archive.main).values():
        if kind in _SIDE_PARTS and archive.has(path):
            parts[kind] = _read(archive, path, _SIDE_PARTS[kind])
    try:
        return docx.Document(_package(parts))
    except Exception as error:  # python-docx and lxml raise whatever they like on odd parts
        raise refused("corrupted") from error


def _read(archive: Archive, path: str, limit: int) -> bytes:
    with archive.open(path, limit) as part:
        data = part.read()
    elements = count()

    def start(_: str, __: dict[str, str]) -> None:
        if next(elements) > limits.MAX_WORD_ELEMENTS:
            raise refused("zip_bomb")

    parse(io.BytesIO(data), start)
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    return data


def _package(parts: dict[str, bytes]) -> io.BytesIO:
    overrides = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="{_WORD}.'
        f'{"document.main" if kind == "document" else kind}+xml"/>'
        for kind in parts
    )
    links = "".join(
        f'<Relationship Id="r{kind}" Type="{_OFFICE}/{kind}" Target="{kind}.xml"/>'
        for kind in parts
        if kind != "document"
    )
    root = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'{_XML}<Types xmlns="{_OPC}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{overrides}</Types>",
        )
        for name, body in (("_rels/.rels", root), ("word/_rels/document.xml.rels", links)):
            archive.writestr(
                name, f'{_XML}<Relationships xmlns="{_OPC}/relationships">{body}</Relationships>'
            )
        for kind, data in parts.items():
            archive.writestr(f"word/{kind}.xml", data)
    package.seek(0)
    return package
