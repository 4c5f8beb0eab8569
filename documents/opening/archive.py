"""The zip around an office file, opened without trusting anything that it says of itself.

``domain.file_types.clean_office`` judges uploads too, but holds the whole file in memory; here
the parts stay on disk, and every byte that comes out of one is counted.
"""

from __future__ import annotations

import io
import mmap
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from documents.opening import limits
from documents.opening.refusals import refused
from documents.opening.streamed_xml import local, local_attributes, parse
from domain.file_types import MAX_UNZIPPED_BYTES, MAX_ZIP_ENTRIES, MAX_ZIP_RATIO, MEGABYTE

_CONTENT_TYPES = "[Content_Types].xml"
_KINDS = {
    "wordprocessingml.document.main+xml": "docx",
    "wordprocessingml.template.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "spreadsheetml.template.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)


class _Counted(io.RawIOBase):
    """A part being inflated, which stops at a number of real bytes."""

    def __init__(self, part: BinaryIO, limit: int) -> None:
        self._part = part
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        asked = self._left + 1 if size < 0 else min(size, self._left + 1)
        try:
            data = self._part.read(asked)
        except (*_BROKEN, RuntimeError) as error:
            raise refused("corrupted") from error
        self._left -= len(data)
        if self._left < 0:
            raise refused("zip_bomb")
        return data

    def close(self) -> None:
        self._part.close()
        super().close()


class Archive:
    """The parts of a docx or xlsx. Raises BadDocument for any other zip."""

    def __init__(self, path: Path) -> None:
        _check_directory_size(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise refused("corrupted") from error
        try:
            self._parts = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
            self._check_declared()
            self.kind = self._judge()
            self.main = self._main_part()
        except BaseException:
            self._zip.close()
            raise

    def has(self, name: str) -> bool:
        return name in self._parts

    def open(self, name: str, limit: int = limits.MAX_SMALL_PART_BYTES) -> BinaryIO:
        try:
            part = self._zip.open(self._parts[name])
        except KeyError as error:
            raise refused("corrupted") from error
        except RuntimeError as error:  # zipfile's word for a password
            raise refused("encrypted") from error
        except _BROKEN as error:
            raise refused("corrupted") from error
        return cast(BinaryIO, _Counted(cast(BinaryIO, part), limit))

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part points at: its kind (the last word of the type) and its path, by id."""
        path = PurePosixPath(part)
        name = str(path.parent / "_rels" / f"{path.name}.rels") if part else "_rels/.rels"
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) != "Relationship" or attributes.get("TargetMode") == "External":
                return
            target = attributes.get("Target", "")
            base = "" if target.startswith("/") else str(path.parent if part else "")
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, _joined(base, target))

        if self.has(name):
            with self.open(name) as source:
                parse(source, start)
        return found

    def close(self) -> None:
        self._zip.close()

    def _check_declared(self) -> None:
        listed = list(self._parts.values())
        size, packed = sum(i.file_size for i in listed), sum(i.compress_size for i in listed)
        if any(info.flag_bits & 0x41 for info in listed):
            raise refused("encrypted")
        if len(listed) > MAX_ZIP_ENTRIES or size > MAX_UNZIPPED_BYTES:
            raise refused("zip_bomb")
        if size > MEGABYTE and size > packed * MAX_ZIP_RATIO:
            raise refused("zip_bomb")

    def _judge(self) -> str:
        if _CONTENT_TYPES not in self._parts:
            is_opendocument = {"mimetype", "content.xml"} <= self._parts.keys()
            raise refused("other_office" if is_opendocument else "archive")
        types: set[str] = set()

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) in ("Override", "Default"):
                types.add(local_attributes(attributes).get("ContentType", ""))

        with self.open(_CONTENT_TYPES) as source:
            parse(source, start)
        if any("macroenabled" in kind.lower() for kind in types) or any(
            "vbaproject" in name.lower() for name in self._parts
        ):
            raise refused("macro")
        found = {kind for mark, kind in _KINDS.items() if any(t.endswith(mark) for t in types)}
        if len(found) != 1:
            raise refused("other_office")
        if found == {"pptx"}:
            raise refused("presentation")
        return found.pop()

    def _main_part(self) -> str:
        usual = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[self.kind]
        pointed = [path for kind, path in self.related("").values() if kind == "officeDocument"]
        for path in [*pointed, usual]:
            if self.has(path):
                return path
        raise refused("corrupted")


def _check_directory_size(path: Path) -> None:
    """Count the entries before zipfile makes an object of each."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        for count, _ in enumerate(re.finditer(rb"PK\x01\x02", data)):
            if count > MAX_ZIP_ENTRIES * 4:
                raise refused("zip_bomb")


def _joined(base: str, target: str) -> str:
    pieces: list[str] = []
    for piece in f"{base}/{target}".split("/"):
        if piece == "..":
            del pieces[-1:]
        elif piece not in ("", "."):
            pieces.append(piece)
    return "/".join(pieces)
