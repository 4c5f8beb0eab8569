"""An office's own ways: when it is open, what it promises, how long it keeps what it was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True)
class OfficeWays:
    """The defaults hold for an agency that set nothing.

    Hours: the Office of the Prime Minister's rule on working hours, 8.30 to 16.30. The first
    answer within 15 days: the Royal Decree on Good Governance, B.E. 2546, section 38. The outcome
    within 30 is our own promise. Nothing is erased that an agency did not ask to be erased.
    """

    opens_at: time = time(8, 30)
    closes_at: time = time(16, 30)
    answer_days: int = 15
    outcome_days: int = 30
    keep_complaints_months: int | None = None
    keep_questions_months: int | None = None

    def is_open(self, at: time) -> bool:
        """On a working day, at a time of the day in Bangkok."""
        return self.opens_at <= at < self.closes_at

    @property
    def hours(self) -> str:
        """08:30–16:30 น."""
        return f"{self.opens_at:%H:%M}–{self.closes_at:%H:%M} น."


# What an office may set. Nobody is written to earlier or later than that, whatever it sets.
EARLIEST, LATEST = time(6), time(20)
MOST_DAYS = 365
MOST_MONTHS = 240


def months_before(day: date, months: int) -> date:
    """The same day of the month that many months earlier, or that month's last."""
    at = day.year * 12 + day.month - 1 - months
    year, month = divmod(at, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
