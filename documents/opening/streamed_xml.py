"""XML parts of office files, parsed a piece at a time and without entities.

A document type can name entities that grow a thousandfold or read other files. No office program
writes one, so the first sign of it ends the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from documents.opening.refusals import refused

_PIECE = 64 * 1024
_LONGEST_TAG = 3 * 1024 * 1024  # expat keeps a tag until it ends, and makes a dict of what is in it

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def _no_document_type(*_: object) -> None:
    raise refused("corrupted")


def feed(
    source: BinaryIO, start: Start | None = None, end: End | None = None, text: Text | None = None
) -> Iterator[None]:
    """Parse ``source`` into the handlers; comes up for air after each piece.

    Handlers get names with their prefix; see ``local``.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.EntityDeclHandler = _no_document_type
    if start is not None:
        parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        fed = 0
        while piece := source.read(_PIECE):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise refused("corrupted")
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refused("corrupted") from error
    yield


def parse(
    source: BinaryIO, start: Start | None = None, end: End | None = None, text: Text | None = None
) -> None:
    for _ in feed(source, start, end, text):
        pass


def local(name: str) -> str:
    """The name without the prefix, which every program chooses for itself."""
    return name.rpartition(":")[2]


def local_attributes(attributes: dict[str, str]) -> dict[str, str]:
    return {local(name): value for name, value in attributes.items()}
