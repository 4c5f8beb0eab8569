"""By when a reporter is answered: promised on every receipt, from the agency's own days."""

from __future__ import annotations

from datetime import date, timedelta

from domain.office import OfficeWays


def first_answer_by(received: date, ways: OfficeWays) -> date:
    return received + timedelta(days=ways.answer_days)


def outcome_by(received: date, ways: OfficeWays) -> date:
    return received + timedelta(days=ways.outcome_days)


def deadline_words(due_on: date, today: date, *, answered: bool) -> str:
    """How a promise stands: ``answered`` says which of the two runs."""
    what = "แจ้งผล" if answered else "ตอบ"
    days = (due_on - today).days
    if days < 0:
        return f"เกินกำหนด{what} {-days:,} วัน"
    if days == 0:
        return f"ครบกำหนด{what}วันนี้"
    return f"เหลือ {days:,} วัน ({what})"
