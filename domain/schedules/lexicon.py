"""Words of time as offices write them: months, years, small numbers. Add a spelling here."""

from __future__ import annotations

import re

# Each month: how it is spelt out (with slips that offices make), how it is cut short without a
# dot, and its two letters, which come with dots (a scan's comma is one), without, or with one.
_MONTHS: tuple[tuple[str, str, str], ...] = (
    (r"มกราคม|มกรคม", "มกรา", r"ม[.,]?ค"),
    (r"กุมภาพันธ์?|กุมภาพันธุ์|กุมภาพัน", "กุมภา", r"ก[.,]?พ"),
    (r"มีนาคม", "มีนา", r"มี[.,]?ค"),
    (r"เมษายน|เมศายน", "เมษา", r"เม[.,]?ย"),
    (r"พฤ[ษศ]ภาคม|พฤกษภาคม", "พฤษภา", r"พ[.,]?ค"),
    (r"มิถุนายน|มิถุนายม", "มิถุนา", r"มิ[.,]?ย"),
    (r"กรก[ฎฏ]าคม", "กรก[ฎฏ]า", r"ก[.,]?ค"),
    (r"สิงหาคม", "สิงหา", r"ส[.,]?ค"),
    (r"กันยายน|กันยายม", "กันยา", r"ก[.,]?ย"),
    (r"ตุลาคม(?:คม)?", "ตุลา", r"ต[.,]?ค"),
    (r"พฤ[ศษ]จิกายน|พฤศจิกายม", "พฤ[ศษ]จิกา", r"พ[.,]?ย"),
    (r"ธันวาคม", "ธันวา", r"ธ[.,]?ค"),
)
_WHOLE = "|".join(whole for whole, _, _ in _MONTHS)
_SHORT = "|".join(short for _, short, _ in _MONTHS)
_LETTERS = "|".join(rf"{letters}\.?" for _, _, letters in _MONTHS)
MONTH = rf"(?:{_WHOLE}|{_SHORT}|{_LETTERS})"
_IS_WHOLE = re.compile(rf"(?:{_WHOLE})")
_BY_NUMBER = tuple(
    re.compile(rf"(?:{whole}|{short}|{letters}\.?)") for whole, short, letters in _MONTHS
)

ERA = r"(?:พ\.?ศ\.?|ค\.?ศ\.?)"
# After a month or ปี, two figures are a year of พ.ศ. 25xx. A scan may set the figures apart.
YEAR = rf"(?:[/'’.]?{ERA}?(?:2 ?[45] ?\d ?\d|20\d\d|19\d\d|[4-9]\d|[67] \d(?![.)]))(?!\d))"
# A scan reads ๑ as l and ๐ as o.
DAY = r"(?<![\dA-Za-z])(?:3[01oO]|[12lI][\doO]|0?[1-9])(?!\d)"
# Two figures that a scan set apart are one day where a word for it stands before them.
APART_DAY = r"(?:[12] \d|3 [01])(?!\d)"
_MISREAD = str.maketrans("lIoO", "1100", " ")
_UNITS = {
    **{"หนึ่ง": 1, "เอ็ด": 1, "สอง": 2, "สาม": 3, "สี่": 4, "ห้า": 5},
    **{"หก": 6, "เจ็ด": 7, "แปด": 8, "เก้า": 9},
}
_UNIT = "|".join(_UNITS)
_TENS = rf"(?P<tens>ยี่|{_UNIT})?สิบ(?P<unit>{_UNIT})?"
_IN_TENS = re.compile(_TENS)
NUMBER = rf"(?:\d{{1,3}}|{re.sub('[?]P<[a-z]+>', '?:', _TENS)}|{_UNIT})"
WEEKDAYS = {
    **{"จันทร์": "MO", "อังคาร": "TU", "พุธ": "WE", "พฤหัสบดี": "TH", "พฤหัส": "TH"},
    **{"ศุกร์": "FR", "เสาร์": "SA", "อาทิตย์": "SU"},
}
_BUDDHIST_ERA = 543

# What may stand right before a month that is cut short without white space between.
_BEFORE_A_MONTH = re.compile(
    r"(?:เดือน|ภายใน|ใน|ถึง|และ|หรือ|ตั้งแต่|ของ|ก่อน|สิ้น|ต้น|ปลาย|กลาง|วันที่|ประจำ|เมื่อ|ระหว่าง|รอบ|ช่วง|เริ่ม|ณ)$"
)


def month_number(text: str) -> int | None:
    """1 to 12 for what `MONTH` matched."""
    for number, pattern in enumerate(_BY_NUMBER, start=1):
        if pattern.fullmatch(text):
            return number
    return None


def is_spelt_out(text: str) -> bool:
    return _IS_WHOLE.fullmatch(text) is not None


def may_follow(before: str) -> bool:
    return _BEFORE_A_MONTH.search(before[-12:]) is not None


def year_of(text: str | None) -> int | None:
    """The year (พ.ศ.) that `YEAR` matched, whatever its era.

    A number that only one era can mean is read as that one, even where the print names
    the other: ค.ศ. 2570 is พ.ศ. 2570 with a slip in its era.
    """
    if not text:
        return None
    number = int(re.sub(r"\D", "", text))
    if "ค" in text and number < 2400:
        return (number if number > 100 else 2000 + number) + _BUDDHIST_ERA
    if number < 100:
        return 2500 + number
    return number if number >= 2400 else number + _BUDDHIST_ERA


def day_of(text: str) -> int:
    """The day that `DAY` or `APART_DAY` matched."""
    return int(text.translate(_MISREAD))


def number_of(text: str) -> int:
    """What `NUMBER` matched: figures, or words up to ninety-nine."""
    if text.isdigit():
        return int(text)
    tens = _IN_TENS.fullmatch(text)
    if tens is None:
        return _UNITS[text]
    first = 2 if tens["tens"] == "ยี่" else _UNITS.get(tens["tens"] or "", 1)
    return 10 * first + _UNITS.get(tens["unit"] or "", 0)
