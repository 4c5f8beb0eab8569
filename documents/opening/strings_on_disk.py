"""The shared strings of a workbook, kept in a file instead of in memory.

Excel writes every different text once and lets cells point at it, in an order of its own. A list
of them grows with the document; two temporary files and a few recent texts do not.
"""

from __future__ import annotations

import re
import struct
import tempfile
from typing import BinaryIO, cast

from documents.opening import limits
from documents.opening.refusals import refused
from documents.opening.streamed_xml import local, parse

_PLACE = struct.Struct("<QI")  # where the text begins, how many bytes it has
_RECENT = 512
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Excel spells characters that XML has no way to write as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class StringsOnDisk:
    def __init__(self) -> None:
        # Nameless files: they vanish with the process, whatever happens.
        self._texts = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 -- lives on
        self._places = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 -- the same
        self._count = 0
        self._recent: dict[int, str] = {}

    def fill(self, source: BinaryIO) -> None:
        """Read sharedStrings.xml. Readings of Chinese characters (rPh) are not part of a text."""
        pieces: list[str] = []
        state = {"collecting": False, "reading": False}
        at = length = 0

        def start(tag: str, _: dict[str, str]) -> None:
            nonlocal length
            name = local(tag)
            if name == "si":
                pieces.clear()
                length = 0
            elif name == "rPh":
                state["reading"] = True
            elif name == "t":
                state["collecting"] = not state["reading"]

        def end(tag: str) -> None:
            nonlocal at
            name = local(tag)
            if name == "t":
                state["collecting"] = False
            elif name == "rPh":
                state["reading"] = False
            elif name == "si":
                data = unescaped("".join(pieces)).encode("utf-8", "replace")
                self._texts.write(data)
                self._places.write(_PLACE.pack(at, len(data)))
                at += len(data)
                self._count += 1

        def text(piece: str) -> None:
            nonlocal length
            if state["collecting"]:
                length += len(piece)
                if length > limits.MAX_CELL_CHARS:
                    raise refused("text_too_long")
                pieces.append(piece)

        parse(source, start, end, text)

    def get(self, index: int) -> str:
        if index in self._recent:
            return self._recent[index]
        if not 0 <= index < self._count:
            raise refused("corrupted")
        self._places.seek(index * _PLACE.size)
        at, size = _PLACE.unpack(self._places.read(_PLACE.size))
        self._texts.seek(at)
        text = self._texts.read(size).decode("utf-8")
        if len(self._recent) >= _RECENT:
            self._recent.clear()
        self._recent[index] = text
        return text

    def close(self) -> None:
        self._texts.close()
        self._places.close()
