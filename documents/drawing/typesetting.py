"""Typst with nothing but its own folder and the pinned font: no machine's fonts, no clock."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst
from fontpkg_sarabun import ROOT

_SOURCES = Path(__file__).parent


def typeset(
    source: str, data: dict[str, Any], kind: Literal["png", "svg", "pdf"], ppi: float | None = None
) -> bytes:
    """One page of ``source``, which reads ``data`` as JSON. Text stays text: it is never code."""
    drawn = typst.compile(
        str(_SOURCES / source),
        root=str(_SOURCES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format=kind,
        ppi=ppi,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"] if kind == "pdf" else [],
    )
    if not isinstance(drawn, bytes):
        raise TypeError(f"{source} filled more than one page")
    return drawn


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(ROOT / "files")],
    )
