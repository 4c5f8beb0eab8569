"""Thai dates as people write them. Pure: the caller brings the instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")
BUDDHIST_ERA = 543
SHORT_MONTHS = (
    *("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย."),
    *("ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
)
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
LONG_MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)


def bangkok_day(instant: datetime) -> date:
    """The calendar day in Thailand at an aware instant."""
    return instant.astimezone(BANGKOK).date()


def start_of_bangkok_day(day: date) -> datetime:
    """The aware UTC instant at which a day begins in Thailand."""
    return datetime.combine(day, time(), BANGKOK).astimezone(UTC)


def fiscal_year(day: date) -> int:
    """The Thai fiscal year (พ.ศ.): 2566 runs from 1 October 2022 to 30 September 2023."""
    return day.year + BUDDHIST_ERA + (1 if day.month >= 10 else 0)


def fiscal_year_bounds(year: int) -> tuple[date, date]:
    """First and last day of the fiscal year ``year`` (พ.ศ.)."""
    western = year - BUDDHIST_ERA
    return date(western - 1, 10, 1), date(western, 9, 30)


def short_date(day: date) -> str:
    """31 มี.ค. 2566"""
    return f"{day.day} {SHORT_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def long_date(day: date) -> str:
    """31 มีนาคม 2566"""
    return f"{day.day} {LONG_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def english_date(day: date) -> str:
    """31 March 2023"""
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def short_instant(instant: datetime) -> str:
    """31 มี.ค. 2566 09:05 น."""
    local = instant.astimezone(BANGKOK)
    return f"{short_date(local.date())} {local:%H:%M} น."


def days_between(start: date, end: date) -> int:
    return (end - start) // timedelta(days=1)
