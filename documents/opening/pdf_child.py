"""Reads one PDF in a process of its own: ``python -m documents.opening.pdf_child FILE``.

A PDF can be built to inflate without end or to send its reader in circles, and no library for it
lets itself be limited. A process does, and takes nobody with it when it dies. It writes JSON lines:
what it found, or why it refuses.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pdfplumber.page
import pypdfium2
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from documents.blocks import BadDocument
from documents.opening import limits
from documents.opening.pdf_page import TooComplex, read_page
from documents.opening.refusals import refused
from documents.opening.tidying import tidy
from domain.thai_text import words

CPU_SECONDS = 90
_MEMORY = 150 * limits.MEGABYTE  # beyond what the libraries take themselves
_OUTPUT = 64 * limits.MEGABYTE
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_PICTURE = 3  # FPDF_PAGEOBJ_IMAGE
_FIRST_CHARS = 40
_SPAN_CHARS = 200  # an ActualText is for a few glyphs, not for a page
_LETTERS_OF_A_PAGE = 20  # fewer are a page number stamped on a scan


class _Device(PDFPageAggregatorWithMarkedContent):
    """Notes on each glyph which ActualText it stands in: (number of the span, its text).

    Thai fonts have several glyphs for one mark, and the table that says which letter a glyph is
    has room for one answer. Where that is not enough the file spells the letters out.
    """

    _spans = 0

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._open: list[tuple[int, str] | None] = []

    def begin_tag(self, tag: Any, props: Any = None) -> None:  # noqa: ARG002 -- theirs
        spoken = resolve1(props.get("ActualText")) if isinstance(props, dict) else None
        around = self._open[-1] if self._open else None
        if around is None and isinstance(spoken, bytes) and len(spoken) <= 2 * _SPAN_CHARS:
            self._spans += 1
            around = (self._spans, decode_text(spoken))
        self._open.append(around)

    def end_tag(self) -> None:
        if self._open:
            self._open.pop()

    def tag_cur_item(self) -> None:
        if self._open and self.cur_item._objs:
            item: Any = self.cur_item._objs[-1]
            item.tag = self._open[-1]


def main(path: str) -> None:
    logging.disable(logging.CRITICAL)  # pdfminer complains about most files
    _limit_ourselves()
    try:
        for record in _records(path):
            _write(record)
    except BadDocument as error:
        _write({"refused": error.code, "sentence": str(error)})
    except (MemoryError, RecursionError, TooComplex):
        _write({"refused": "too_complex"})
    except Exception:  # noqa: BLE001 -- the libraries raise whatever they like on bad bytes
        _write({"refused": "corrupted"})


def _limit_ourselves() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows, where the time-out has to do

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        used = pages * resource.getpagesize()
        for kind, most in (
            (resource.RLIMIT_AS, used + _MEMORY),
            (resource.RLIMIT_CPU, CPU_SECONDS),
            (resource.RLIMIT_FSIZE, _OUTPUT),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(kind, (most, most))


def _write(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def _records(path: str) -> Iterator[dict[str, Any]]:
    scanned = _check(path)
    number = table = 0
    # pdfplumber makes its devices itself, and lets nobody say of which class.
    setattr(pdfplumber.page, "PDFPageAggregatorWithMarkedContent", _Device)  # noqa: B010 -- typed
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            for block in read_page(page, _first_word):
                if isinstance(block, str):
                    number += 1
                    yield {"number": number, "text": block}
                    continue
                table += 1
                for row in block:
                    number += 1
                    yield {"number": number, "cells": row, "table": table}
            page.close()
    yield {"scanned": scanned}


def _check(path: str) -> list[int]:
    """The numbers of the pages that are pictures. A quick look by pdfium, before the slow one."""
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise refused("encrypted" if error.err_code == _PASSWORD_ERROR else "corrupted") from None
    with contextlib.closing(pdf):
        if len(pdf) > limits.MAX_PAGES:
            raise refused("too_many_pages", pages=len(pdf))
        letters = strange = 0
        bare = []
        for number in range(len(pdf)):
            page = pdf[number]
            text_page = page.get_textpage()
            text = "".join(text_page.get_text_range().split())
            text_page.close()
            if len(text) < _LETTERS_OF_A_PAGE and _has_picture(page):
                bare.append(number + 1)
            page.close()
            letters += len(text)
            # Glyphs that the file gives no letters for.
            strange += sum(char == "\ufffe" or char == "\ufffd" or char < " " for char in text)
        if bare and letters < _LETTERS_OF_A_PAGE * len(bare):
            raise refused("scanned")
        if strange * 4 > letters:
            raise refused("unreadable_text")
        return bare


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    return next(page.get_objects(filter=[_PICTURE], max_depth=3), None) is not None


def _first_word(text: str) -> str:
    start = tidy(text[:_FIRST_CHARS])
    found = words(start)
    return found[0] if found else start


if __name__ == "__main__":
    main(sys.argv[1])
