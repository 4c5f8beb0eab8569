"""Text as it was meant: no markup, no invisible characters, Thai marks in their places."""

from __future__ import annotations

import html
import re

# Fonts of the nineties draw a tone mark in up to four places, each with a private code of its
# own; a PDF and text copied out of one carry those codes instead of the letters.
_PRIVATE = {
    0xF700: "ฐ",
    **dict(zip(range(0xF701, 0xF705), "ิีึื", strict=True)),
    **dict(zip(range(0xF705, 0xF70A), "่้๊๋์", strict=True)),
    **dict(zip(range(0xF70A, 0xF70F), "่้๊๋์", strict=True)),
    0xF70F: "ญ",
    0xF710: "ั",
    0xF711: "ํ",
    0xF712: "็",
    **dict(zip(range(0xF713, 0xF718), "่้๊๋์", strict=True)),
    **dict(zip(range(0xF718, 0xF71B), "ฺุู", strict=True)),
}
_INVISIBLE = dict.fromkeys(
    [
        *range(0x09),
        *range(0x0E, 0x20),
        0x7F,
        0xAD,
        0x200B,
        0x200C,
        0x200D,
        0x2060,
        0xFEFF,
        *range(0xD800, 0xE000),
    ]
)
_SPACES = dict.fromkeys([0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000], " ")
_BREAKS = {0x0B: "\n", 0x0C: "\n", 0x0D: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_LETTERS = str.maketrans({**_PRIVATE, **_INVISIBLE, **_SPACES, **_BREAKS})

_TONES = "่้๊๋"
_NIKHAHIT_AA = re.compile(f"ํ([{_TONES}]?)า|([{_TONES}])ํา")
_TONE_FIRST = re.compile(f"([{_TONES}์])([ัิีึืฺุู])")
# LibreOffice writes into its PDFs that the two glyphs of ำ are ำ and า.
_AM_AA = re.compile(f"ำ([{_TONES}]?)า")
_TONE_AFTER_AM = re.compile(f"ำ([{_TONES}])")
_DOUBLED = re.compile(f"([{_TONES}ัิีึืุู็์ํ])\\1+")
_LOST_MARK = re.compile(f"(?<=[ก-ฮ]) +(?=[{_TONES}ัิีึืุู็์ํ])")


def mend_thai(text: str) -> str:
    """The same print in the one order and spelling that a keyboard gives."""
    text = _LOST_MARK.sub("", text.replace("เเ", "แ"))
    text = _TONE_FIRST.sub(r"\2\1", text)
    text = _NIKHAHIT_AA.sub(lambda found: (found[1] or found[2] or "") + "ำ", text)
    text = _AM_AA.sub(r"\1ำ", text)
    text = _TONE_AFTER_AM.sub(r"\1ำ", text)
    return _DOUBLED.sub(r"\1", text)


def tidy(text: str) -> str:
    """Any cell or paragraph: lines without empty ones, and nothing that cannot be seen."""
    text = mend_thai(text.replace("\r\n", "\n").translate(_LETTERS)).replace("\t", " ")
    return "\n".join(line for part in text.split("\n") if (line := part.strip()))


# Only tags that HTML has: in "<10 วัน>" or "x<y>z" somebody meant the letters.
_NAMES = (
    "a|abbr|b|big|blockquote|body|br|button|caption|center|code|col|colgroup|dd|del|div|dl|dt|em"
    "|font|form|h[1-6]|head|hr|html|i|img|input|ins|label|li|mark|meta|ol|option|p|pre|s|section"
    "|select|small|span|strike|strong|style|sub|sup|table|tbody|td|textarea|tfoot|th|thead|title"
    "|tr|tt|u|ul"
)
_CHECKBOX = re.compile(r"<input\b[^<>]{0,200}\bcheckbox\b[^<>]{0,200}>\s*", re.IGNORECASE)
_BREAKING = re.compile(
    r"<(?:/?(?:p|div|li|ol|ul|tr|h[1-6]|table|blockquote)|br)(?:\s[^<>]{0,500})?\s*/?>",
    re.IGNORECASE,
)
_TAG = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]{{0,2000}})?\s*/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
_BOLD = re.compile(r"\*{2,3}")  # also one whose partner stands in another cell
# With its semicolon, or "Q&Region" becomes "Q®ion".
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+", re.MULTILINE)


def without_markup(text: str) -> str:
    """HTML and markdown, as a reader of scanned pages leaves them in its text."""
    if "<" in text:
        text = _COMMENT.sub("", text)
        text = _CHECKBOX.sub("☐ ", text)
        text = _BREAKING.sub("\n", text)
        text = _TAG.sub("", text)
    text = _HEADING.sub("", _BOLD.sub("", text))
    # Last, so that an escaped "&lt;p&gt;" stays the letters that it stands for.
    return tidy(_ENTITY.sub(lambda found: html.unescape(found[0]), text))


_RULE = re.compile(r":?[-=_]{3,}:?")


def is_rule(cells: list[str]) -> bool:
    """A line of dashes between the header and the body, as markdown draws one. "-" is a value."""
    pieces = [piece.strip() for cell in cells for piece in re.split(r"[|+]", cell)]
    filled = [piece for piece in pieces if piece]
    return bool(filled) and all(_RULE.fullmatch(piece) for piece in filled)
