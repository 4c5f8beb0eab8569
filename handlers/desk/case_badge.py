"""A case's deadline in a few words, the same on its page, in the log and on the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.calendar import short_date
from domain.case_times import deadline_words
from models.complaint import Complaint

_SOON = 3  # days


@dataclass(frozen=True)
class Badge:
    """Words first; ``look`` is only their colour. Drawn by `due_badge` in parts.html."""

    text: str
    look: str
    due_on: date

    @property
    def title(self) -> str:
        return f"กำหนด {short_date(self.due_on)}"


def badge_of(complaint: Complaint, today: date) -> Badge | None:
    """None where nothing is owed: answered, ended, or repeating another's report."""
    if complaint.due_on is None:
        return None
    days = (complaint.due_on - today).days
    look = "tag-late" if days < 0 else "tag-open" if days <= _SOON else ""
    answered = complaint.answered_on is not None
    return Badge(deadline_words(complaint.due_on, today, answered=answered), look, complaint.due_on)
