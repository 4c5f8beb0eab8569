"""By when a reporter is answered: promised on every receipt."""

from __future__ import annotations

from datetime import date, timedelta

# The guidelines on complaints (the Royal Decree on Good Governance, B.E. 2546, section 38, asks
# for an answer within 15 days); the outcome within 30 is our own promise, an agency's to change.
FIRST_ANSWER = timedelta(days=15)
OUTCOME = timedelta(days=30)


def first_answer_by(received: date) -> date:
    return received + FIRST_ANSWER


def outcome_by(received: date) -> date:
    return received + OUTCOME
