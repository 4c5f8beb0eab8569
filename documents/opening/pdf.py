"""PDF files that hold text: read once, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import documents
from documents.blocks import BadDocument, Paragraph, TableRow
from documents.opening.document import Document
from documents.opening.refusals import refused

_SECONDS = 180  # of the clock; the child's own limit is in processor time
_ROOT = Path(documents.__file__).resolve().parent.parent


class PdfDocument(Document):
    format = "pdf"

    def __init__(self, path: Path) -> None:
        self._found = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 -- lives on
        try:
            self._run(path.resolve())
        except BaseException:
            self._found.close()
            raise

    def _run(self, path: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
        try:
            done = subprocess.run(  # noqa: S603 -- our own module; the path is one argument
                [sys.executable, "-m", "documents.opening.pdf_child", str(path)],
                stdin=subprocess.DEVNULL,
                stdout=self._found,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise refused("too_complex") from error
        if done.returncode != 0:
            raise refused("too_complex")
        for record in self._records():
            if "refused" in record:
                code = record["refused"]
                raise BadDocument(code, record.get("sentence") or str(refused(code)))
            self.scanned_pages = tuple(record.get("scanned", ()))

    def _records(self) -> Iterator[dict[str, Any]]:
        at = 0
        while True:
            # Two passes may be under way at once, and the file has one place.
            self._found.seek(at)
            line = self._found.readline()
            if not line:
                return
            at += len(line)
            yield json.loads(line)

    def _read(self) -> Iterator[Paragraph | TableRow]:
        for record in self._records():
            if "text" in record:
                yield Paragraph(record["number"], record["text"])
            elif "cells" in record:
                yield TableRow(record["number"], tuple(record["cells"]), record["table"])

    def close(self) -> None:
        self._found.close()
