"""Days as officers type them."""

from __future__ import annotations

import re
from datetime import date

from domain.calendar import BUDDHIST_ERA, LONG_MONTHS, SHORT_MONTHS
from domain.digits import arabic_digits

BAD_DAY = "อ่านวันที่ไม่ได้ กรุณากรอกเป็น วัน/เดือน/ปี พ.ศ. เช่น 15/3/2566"
# Beyond these a slip of the finger is likelier than a day; and days can still be reckoned with.
EARLIEST, LATEST = 1900, 2300  # C.E.


def read_day(text: str) -> date | None:
    """15/3/2566, 15 มี.ค. 66 or 2023-03-15; None for anything else. Years as written, พ.ศ. first."""
    text = arabic_digits(text).replace("พ.ศ.", " ").strip()
    for number, names in enumerate(zip(LONG_MONTHS, SHORT_MONTHS, strict=True), start=1):
        for name in names:
            text = text.replace(name, f"/{number}/")
    parts = re.findall(r"\d{1,4}", text)
    if len(parts) != 3 or not re.fullmatch(r"[\d\s/.\-]+", text):
        return None
    if len(parts[0]) > 2:
        parts = parts[::-1]
    day, month, year = (int(one) for one in parts)
    if len(parts[2]) <= 2:
        year += 2500
    if year > 2400:
        year -= BUDDHIST_ERA
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def write_day(day: date) -> str:
    """15/3/2566, as `read_day` reads it."""
    return f"{day.day}/{day.month}/{day.year + BUDDHIST_ERA}"
