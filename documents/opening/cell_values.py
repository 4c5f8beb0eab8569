"""What a spreadsheet's cell shows: its number read by its format, as a Thai officer reads it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import BinaryIO

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from documents.opening.streamed_xml import local, local_attributes, parse

_MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)


class Shown(IntEnum):
    """How a number format shows a number."""

    PLAIN = 0
    DATE = 1
    MONTH = 2  # without a day: writing one would invent it
    TIME = 3
    PERCENT = 4


# The formats that Excel numbers instead of spelling out where Windows is Thai (ECMA-376, 18.8.30).
_THAI_FORMATS = {
    **dict.fromkeys((67, 68), Shown.PERCENT),
    **dict.fromkeys((71, 72, 73, 77, 81), Shown.DATE),
    74: Shown.MONTH,
    **dict.fromkeys((75, 76, 78, 79, 80), Shown.TIME),
}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def shown_by(format_code: str) -> Shown:
    first = format_code.split(";")[0]
    bare = _LITERAL.sub("", first).lower()
    if is_date_format(first) or "b" in bare:
        if "d" in bare:
            return Shown.DATE
        if "y" in bare or "b" in bare or "mmm" in bare:
            return Shown.MONTH
        return Shown.TIME
    return Shown.PERCENT if "%" in bare else Shown.PLAIN


def read_formats(source: BinaryIO) -> bytearray:
    """Of styles.xml: how each style that a cell can name shows numbers."""
    codes: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    styles = bytearray()
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        inside.append(name)
        if name == "numFmt" and len(codes) < 10_000:
            values = local_attributes(attributes)
            codes[values.get("numFmtId", "")] = values.get("formatCode", "")[:500]
        elif name == "xf" and "cellXfs" in inside:
            number = attributes.get("numFmtId", "0")
            if number in codes:
                styles.append(shown_by(codes[number]))
            else:
                usual = _THAI_FORMATS.get(int(number) if number.isdecimal() else 0, Shown.PLAIN)
                styles.append(usual)

    def end(_: str) -> None:
        inside.pop()

    parse(source, start, end)
    return styles


def number_text(raw: str, shown: int, *, counts_from_1904: bool) -> str:
    """The stored number as it is shown: 5, 97.96, 31/03/2566, 13:30, 95%."""
    try:
        number = Decimal(raw.strip())
    except InvalidOperation:
        return raw.strip()
    if shown in (Shown.DATE, Shown.MONTH, Shown.TIME):
        if (text := _moment_text(float(number), shown, counts_from_1904)) is not None:
            return text
    elif shown == Shown.PERCENT:
        return f"{_plain(number * 100)}%"
    return _plain(number)


def _plain(number: Decimal) -> str:
    if not number.is_finite() or abs(number.adjusted()) > 20:
        return str(number)
    # Excel shows fifteen digits of the binary fraction that it stores.
    text = f"{float(number):.15g}" if "e" not in f"{float(number):.15g}" else f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment_text(serial: float, shown: int, counts_from_1904: bool) -> str | None:
    epoch = CALENDAR_MAC_1904 if counts_from_1904 else CALENDAR_WINDOWS_1900
    try:
        moment = from_excel(serial, epoch)
    except (OverflowError, ValueError):
        return None
    if isinstance(moment, dt.timedelta) or moment is None:
        return None
    if isinstance(moment, dt.time):
        return f"{moment:%H:%M}"
    if shown == Shown.TIME:
        return f"{moment:%H:%M}" if serial < 1 else None
    return date_text(moment, with_day=shown == Shown.DATE)


def date_text(moment: dt.date, *, with_day: bool = True) -> str:
    # Whoever types 31/3/2566 into an Excel that is not Thai gets the year 2566 of our era.
    year = moment.year if moment.year > 2400 else moment.year + 543
    text = f"{moment:%d/%m}/{year}" if with_day else f"{_MONTHS[moment.month - 1]} {year}"
    if isinstance(moment, dt.datetime) and (moment.hour or moment.minute):
        text += f" {moment:%H:%M}"
    return text


def iso_date_text(raw: str) -> str:
    """A date that is stored as text (the strict kind of xlsx)."""
    try:
        return date_text(dt.datetime.fromisoformat(raw.strip().removesuffix("Z")))
    except ValueError:
        return raw.strip()
