"""Which letters the bytes of a text file stand for."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from documents.opening.refusals import refused

_PIECE = 256 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_THAI_IN_UTF8 = re.compile(rb"\xe0[\xb8\xb9][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")


def bom_of(head: bytes) -> str | None:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    return None


def encoding_of(path: Path) -> tuple[str, str]:
    """(encoding, what to do with bytes that do not fit). Raises BadDocument for other bytes."""
    with path.open("rb") as file:
        head = file.read(_PIECE)
    if (marked := bom_of(head)) is not None:
        return marked, "replace"
    if _fits(path, "utf-8"):
        return "utf-8", "strict"
    # A slip in one place of a UTF-8 file must not turn all of it into "เธ เธ".
    high = len(_HIGH.findall(head))
    if high and len(_THAI_IN_UTF8.findall(head)) * 3 * 10 > high * 9:
        return "utf-8", "replace"
    if _fits(path, "cp874") and _reads_as_thai(head.decode("cp874", "replace")):
        return "cp874", "strict"
    raise refused("unknown_letters")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in _pieces(path):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_thai(text: str) -> bool:
    """Mostly consonants, as all Thai is, among what is not ASCII."""
    foreign = [char for char in text if char > "\x7f"]
    consonants = sum("ก" <= char <= "ฮ" for char in foreign)
    return consonants * 5 >= len(foreign) * 2
