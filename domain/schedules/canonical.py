"""Printed text in the one spelling that the grammar reads, with the way back to what was printed.

Scans put spaces anywhere inside Thai words, so the grammar sees none: white space goes, except
between two figures (``๒๕๖๕ ๒.`` is a year and the number of a list). Thai digits become Arabic.
"""

from __future__ import annotations

from domain.digits import arabic_digits

_NOTHING = frozenset("\u200b\u200c\u200d\ufeff\u00ad")
_DASHES = frozenset("–—−‐‑‒~")
_NIKHAHIT, _SARA_AA, _SARA_AM = "\u0e4d", "\u0e32", "\u0e33"


class Canonical:
    """``text`` is what the grammar reads; `printed` gives back what stands behind a piece of it."""

    def __init__(self, source: str) -> None:
        self.source = source
        letters: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        gaps: set[int] = set()
        space = False
        for place, char in enumerate(arabic_digits(source)):
            if char in _NOTHING:
                continue
            if char.isspace():
                space = True
                continue
            if char == _SARA_AA and not space and letters and letters[-1] == _NIKHAHIT:
                letters[-1], ends[-1] = _SARA_AM, place + 1  # a สระอำ written in two letters
                continue
            if space and letters:
                gaps.add(len(letters))
                if letters[-1].isdigit() and char.isdigit():
                    letters.append(" ")
                    starts.append(place)
                    ends.append(place)
                    gaps.add(len(letters))
            space = False
            letters.append("-" if char in _DASHES else char)
            starts.append(place)
            ends.append(place + 1)
        self.text = "".join(letters)
        self._starts, self._ends, self._gaps = starts, ends, gaps

    def gap_at(self, at: int) -> bool:
        """True where white space was printed before the letter at ``at``, and at both ends."""
        return at in self._gaps or at <= 0 or at >= len(self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of ``text`` stands in the source."""
        return (self._starts[start], self._ends[end - 1]) if start < end else (0, 0)

    def printed(self, start: int, end: int) -> str:
        first, last = self.span(start, end)
        return self.source[first:last]
