"""The ruled lines of a PDF page, with the ones that a broken table lacks.

Browsers, and Word where a row may break across pages, leave a table open where the page ends: the
lines between its columns just stop. A cell without a bottom is no cell to pdfplumber, and the last
row of the page would be read as loose text, so the open end is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_NEAR = 3.0  # points within which line ends meet; pdfplumber's own tolerance
_SHORTEST = 8.0


@dataclass
class _Upright:
    across: float
    top: float
    bottom: float


def closing_lines(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines to add, in pdfplumber's form."""
    flat = [
        edge
        for edge in edges
        # A thick line is a thin box, whose own ends are no lines.
        if edge["orientation"] == "h" and edge["x1"] - edge["x0"] >= _SHORTEST
    ]
    uprights = [each for each in _joined(edges) if each.bottom - each.top >= _SHORTEST]
    added = []
    for ends in ([each.bottom for each in uprights], [each.top for each in uprights]):
        for down, columns in _together(zip(ends, uprights, strict=True)):
            left, right = min(columns), max(columns)
            closed = any(
                abs(edge["top"] - down) < _NEAR and edge["x0"] < right and edge["x1"] > left
                for edge in flat
            )
            if right - left > _SHORTEST and not closed:
                added.append(
                    {
                        "object_type": "line",
                        **{"x0": left, "x1": right, "top": down, "bottom": down},
                        **{"width": right - left, "height": 0},
                    }
                )
    return added


def _joined(edges: Iterable[dict[str, Any]]) -> list[_Upright]:
    """Upright lines, each put together of the pieces that single cells drew."""
    pieces = sorted(
        (edge["x0"], edge["top"], edge["bottom"]) for edge in edges if edge["orientation"] == "v"
    )
    columns: list[list[tuple[float, float, float]]] = []
    for piece in pieces:
        if columns and piece[0] - columns[-1][0][0] < _NEAR:
            columns[-1].append(piece)
        else:
            columns.append([piece])
    uprights = []
    for column in columns:
        current: _Upright | None = None
        for across, top, bottom in sorted(column, key=lambda piece: piece[1]):
            if current is not None and top <= current.bottom + _NEAR:
                current.bottom = max(current.bottom, bottom)
            else:
                current = _Upright(across, top, bottom)
                uprights.append(current)
    return uprights


def _together(ends: Iterable[tuple[float, _Upright]]) -> list[tuple[float, list[float]]]:
    """Ends at the same height: that height, and where the lines stand."""
    groups: list[tuple[float, list[float]]] = []
    for down, upright in sorted(ends, key=lambda end: end[0]):
        if groups and down - groups[-1][0] < _NEAR:
            groups[-1][1].append(upright.across)
        else:
            groups.append((down, [upright.across]))
    return groups
