"""Printed text made readable: list numbers, bullets, and spaces that a scan put inside words."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from domain.digits import arabic_digits

APART = "\n\n"  # between texts of several rows or columns that belong to one measure
_THAI = "ก-๙"
_SPACES = re.compile(r"[ \t\u00a0\u200b]+")
_LINES = re.compile(r"\s*\n\s*")
_GAP = re.compile("(?<=[ก-๎]) (?=[ก-๎])")
_WINDOW = 14  # characters looked at on each side of a space
_LONGEST_WORD = 20


def squeeze(text: str) -> str:
    """Text without any white space: what a comparison of printed texts looks at."""
    return "".join(text.split())


def one_line(text: str) -> str:
    return " ".join(text.split())


def tidy(text: str) -> str:
    """Single spaces, single newlines."""
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


@cache
def _words() -> frozenset[str]:
    # The word list alone: building pythainlp's segmenter takes longer than reading a whole report.
    from pythainlp.corpus import thai_words

    return frozenset(thai_words())


@lru_cache(maxsize=10_000)  # bounded: a sheet may have more rows than memory
def _cost(text: str) -> tuple[int, int]:
    """How badly text splits into dictionary words: (characters left over, pieces)."""
    words = _words()
    best: list[tuple[int, int]] = [(0, 0)]
    for end in range(1, len(text) + 1):
        left_over, pieces = best[end - 1]
        choice = (left_over + 1, pieces + 1)
        for start in range(max(0, end - _LONGEST_WORD), end):
            if text[start:end] in words:
                before = best[start]
                choice = min(choice, (before[0], before[1] + 1))
        best.append(choice)
    return best[-1]


def mend_spaces(text: str) -> str:
    """Join words that a scan cut in two; a space between whole words stays.

    What stands on both sides is read once apart and once together: the space goes when together
    leaves fewer letters that belong to no word, or makes one word of two.
    """
    out: list[str] = []
    at = 0
    for gap in _GAP.finditer(text):
        left = re.split(f"[^{_THAI}]", text[max(at, gap.start() - _WINDOW) : gap.start()])[-1]
        right = re.split(f"[^{_THAI}]", text[gap.end() : gap.end() + _WINDOW])[0]
        (left_over, pieces), (more, further) = _cost(left), _cost(right)
        if _cost(left + right) < (left_over + more, pieces + further):
            out.append(text[at : gap.start()])
            at = gap.end()
    return "".join(out) + text[at:]


_ITEM = re.compile(r"(?:^|(?<=[\s\n]))([๐-๙0-9]{1,2}) ?([.)])(?![๐-๙0-9])\s*")
# "ข้อ ๒." and "ไตรมาสที่ ๓." name something within an item.
_NAMED_BEFORE = re.compile(
    r"(?:(?:ไตรมาส|ข้อ|รอบ|หมู่|ครั้ง|ประเด็น|ตัวชี้วัด|มิติ|ด้าน|มาตรการ|ขั้นตอน|ระดับ|วัน)ที่|(?<![ก-๎])ข้อ|ไตรมาส"
    r"|มาตรา|(?<![ก-๎])ม\.)\s*$"
)
_BULLET = re.compile(r"^\s*[-–•▪●*☐]\s*")


def list_items(text: str) -> tuple[str, ...]:
    """The items of a numbered or bulleted list; a text that is no list is one item.

    Offices often misnumber (๑ ๒ ๓ ๓ ๔), so a list once begun goes on at any number that is not
    far ahead; a year or an hour among the words opens none, nor does a list within an item.
    """
    cuts = _cuts(text)
    if cuts:
        before = one_line(text[: cuts[0][0]])
        ends = [start for start, _, _ in cuts[1:]] + [len(text)]
        items = [one_line(text[begin:end]) for (_, begin, _), end in zip(cuts, ends, strict=True)]
        if before and cuts[0][2] == 1:  # "ดังนี้" and the like introduce the first item
            items[0] = f"{before} {items[0]}"
        elif before:
            items.insert(0, before)
        return tuple(item for item in items if item)
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and all(_BULLET.match(line) for line in lines):
        return tuple(one_line(_BULLET.sub("", line)) for line in lines)
    whole = one_line(_BULLET.sub("", text))
    return (whole,) if whole else ()


def _cuts(text: str) -> list[tuple[int, int, int]]:
    """Where each item's number begins and ends, and which it is."""
    marks = [one for one in _ITEM.finditer(text) if not _NAMED_BEFORE.search(text[: one.start()])]
    if not marks:
        return []
    style = marks[0][2]
    if any(one[2] != style and int(arabic_digits(one[1])) == 1 for one in marks):
        marks = [one for one in marks if one[2] == style]  # the others count within an item
    cuts: list[tuple[int, int, int]] = []
    last = 0
    for found in marks:
        number = int(arabic_digits(found[1]))
        line_begins = not text[: found.start()].strip() or text[: found.start()].endswith("\n")
        begun = bool(cuts) and 0 < number <= last + 2
        if begun or number == 1 or (line_begins and not cuts and number > 0):
            cuts.append((found.start(), found.end(), number))
            last = number
    return cuts
