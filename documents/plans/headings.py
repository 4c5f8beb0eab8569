"""What stands at the head of a title cell: an indicator or an issue that covers several measures,
the number of the measure, the code of its question, the boxes to tick."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.plans.text import mend_spaces, one_line
from domain import ita
from domain.digits import arabic_digits

_INDICATOR = re.compile(r"^\s*ตัวชี้วัด\s*(?:ตัว)?\s*(?:ที่)?\s*([๐-๙0-9]{1,2})(?![๐-๙0-9])\s*[.:)]?\s*")
_UNNUMBERED_INDICATOR = re.compile(r"^\s*ตัวชี้วัด\s*(?:ด้าน)?\s*:?\s*")
# A scan reads IIT as lIT or 1IT, OIT as 0IT.
_INSTRUMENT_LETTERS = r"([IEOieol1|0])\s?[Iil1|]\s?[Tt](?![A-Za-z])"
_INSTRUMENT = re.compile(rf"เครื่องมือ\s*(?:การ\s*ประเมิน)?\s*[:(]?\s*{_INSTRUMENT_LETTERS}\s*\)?\s*")
_BRACKETED_INSTRUMENT = re.compile(rf"^\s*[(:\-–]?\s*{_INSTRUMENT_LETTERS}\s*\)?\s*")
_ANY_INSTRUMENT = re.compile(_INSTRUMENT_LETTERS)
_CODE_FOLLOWS = re.compile(r"\s(?=[IEO]\s?[.\-]?\s?[๐-๙0-9]{1,2}(?![๐-๙0-9]))")
_COVERING = r"(?:ประเด็น|ด้าน|มิติ|หมวด|องค์ประกอบ|ยุทธศาสตร์|กลยุทธ์)"
_ISSUE = re.compile(rf"^\s*{_COVERING}\s*(?:ที่)?\s*([๐-๙0-9]{{1,2}})(?![๐-๙0-9])\s*[.:)]?\s*")
_COVERS = re.compile(rf"^\s*(?:{_COVERING}|ตัวชี้วัด)")
_NUMBER = re.compile(
    r"^\s*(?:"
    r"(?:ข้อ\s*(?:ที่)?|(?:มาตรการ|กิจกรรม|โครงการ)\s*ที่)\s*[๐-๙0-9]{1,2}(?![๐-๙0-9])\s*[.:)]?"
    r"|\([๐-๙0-9]{1,2}\)"
    r"|[๐-๙0-9]{1,2}(?:\.[๐-๙0-9]{1,2})+\s*[.)]?(?=\s|[ก-ฮเแโใไ])"
    r"|[๐-๙0-9]{1,2}\s*[.)](?![๐-๙0-9])"
    r")\s*"
)
_BARE_NUMBER = re.compile(r"^\s*([๐-๙0-9]{1,2})\s+(?=[ก-ฮเแโใไ“])")
_BULLET = re.compile(r"^\s*[-–•▪●*]\s*")
_NEXT_NUMBER = re.compile(r"(?:\n\s*|\s)(?=[๐-๙0-9]{1,2}\s*[.)]\s*[ก-ฮเแโใไ“])")
_BOXES = re.compile(r"[☐☑☒□■◻◼▢❏❑]")
_FARTHEST = 160  # characters between an indicator's number and its instrument


@dataclass(frozen=True)
class Heading:
    """What covers the measures below it."""

    number: int | None
    name: str
    instrument: str | None
    is_indicator: bool  # of the assessment; otherwise an issue that the office named itself

    @property
    def label(self) -> str:
        return self.name if self.number is None else f"{self.number} {self.name}".strip()


@dataclass(frozen=True)
class Title:
    heading: Heading | None
    marked: bool  # it bears a number of its own
    rest: str  # from the code on, or the title itself


def read_title(cell: str) -> Title:
    """Take a title cell apart, as far as the heading and the number; codes are read after it."""
    heading, rest = _heading(cell)
    found = _NUMBER.match(rest)
    if found is None and heading is not None and not heading.is_indicator:
        found = _BARE_NUMBER.match(rest)
    if found is not None:
        return Title(heading, True, rest[found.end() :].strip())
    return Title(heading, False, _BULLET.sub("", rest).strip())


def covers_others(text: str) -> bool:
    """True for what says itself that it is a heading: ด้าน…, มิติ…, ตัวชี้วัด…"""
    return _COVERS.match(text) is not None


def heading_alone(text: str) -> Heading:
    """The heading that a row, or a cell of its own, is."""
    heading = read_title(text).heading
    if heading is not None:
        return heading
    named = _UNNUMBERED_INDICATOR.sub("", text)
    known = ita.by_name(named)
    if known is not None:
        return _made(known.number, named, None, indicator=True)
    found = _NUMBER.match(text) or _BARE_NUMBER.match(text)
    if found is None:
        return _made(None, text, None, indicator=False)
    digits = re.search("[๐-๙0-9]+", found[0])
    number = int(arabic_digits(digits[0])) if digits is not None else None
    return _made(number, text[found.end() :], None, indicator=False)


def indicator_alone(cell: str, instrument: str) -> Heading | None:
    """The indicator in a column of its own, by its number or its name.

    A number before other words ("๕ ครั้ง") is what an office means to reach, and no indicator.
    """
    text = one_line(cell)
    heading = read_title(text).heading
    if heading is None:
        named = _UNNUMBERED_INDICATOR.sub("", text)
        numbered = re.match(r"^([๐-๙0-9]{1,2})(?![๐-๙0-9])\s*[.):]?\s*(.*)$", named)
        number = int(arabic_digits(numbered[1])) if numbered is not None else None
        name = numbered[2] if numbered is not None else named
        known = ita.name_at_start(name)
        if known is None and (name or number is None or ita.indicator(number) is None):
            return None
        if number is None and known is not None:
            number = known[0].number
        heading = _made(number, name, None, indicator=True)
    return Heading(
        heading.number, heading.name, instrument_in(instrument) or heading.instrument, True
    )


def instrument_in(text: str) -> str | None:
    found = _ANY_INSTRUMENT.search(text)
    return _instrument(found[1]) if found is not None else None


def _instrument(letter: str) -> str:
    return {"E": "EIT", "O": "OIT", "0": "OIT"}.get(letter.upper(), "IIT")


def _heading(cell: str) -> tuple[Heading | None, str]:
    found = _INDICATOR.match(cell)
    if found is not None:
        number, rest = int(arabic_digits(found[1])), cell[found.end() :]
        instrument = _INSTRUMENT.search(rest[:_FARTHEST])
        if instrument is not None:
            name, rest = rest[: instrument.start()], rest[instrument.end() :]
            return _made(number, name, _instrument(instrument[1]), indicator=True), rest
        name, rest = _name_and_rest(rest)
        bracketed = _BRACKETED_INSTRUMENT.match(rest)
        if bracketed is None:
            return _made(number, name, None, indicator=True), rest
        rest = rest[bracketed.end() :]
        return _made(number, name, _instrument(bracketed[1]), indicator=True), rest
    found = _ISSUE.match(cell)
    if found is not None:
        number, rest = int(arabic_digits(found[1])), cell[found.end() :]
        cut = _NEXT_NUMBER.search(rest)
        name, rest = (rest[: cut.start()], rest[cut.end() :]) if cut else (rest, "")
        if not rest and "\n" in name.strip():
            name, _, rest = name.strip().partition("\n")
        return _made(number, name, None, indicator=False), rest
    return None, cell


def _made(number: int | None, name: str, instrument: str | None, *, indicator: bool) -> Heading:
    return Heading(number, mend_spaces(one_line(name)), instrument, indicator)


def _name_and_rest(rest: str) -> tuple[str, str]:
    """Cut the indicator's name off: by what the assessment calls it, the code, or the line."""
    known = ita.name_at_start(rest)
    if known is not None:
        return rest[: known[1]], rest[known[1] :]
    code = _CODE_FOLLOWS.search(rest[:_FARTHEST])
    if code is not None:
        return rest[: code.start()], rest[code.end() :]
    name, _, after = rest.partition("\n")
    return name, after


def without_boxes(title: str) -> tuple[str, tuple[str, ...]]:
    """A question and the answers that its boxes offer."""
    question, *boxes = _BOXES.split(title)
    offered = tuple(one_line(box) for box in boxes if box.strip())
    if not question.strip():  # boxes to tick before the title itself
        return " ".join(offered), ()
    return question.strip(), offered
