"""States of what Prongsai keeps, and which moves between them are legal."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

S = TypeVar("S", bound=StrEnum)
Moves = Mapping[S, frozenset[S]]


class IllegalMove(Exception):
    """A state was asked to become one that it may not become."""


def check_move(moves: Mapping[S, frozenset[S]], old: S, new: S) -> None:
    """Raise `IllegalMove` unless ``old`` may become ``new``."""
    if new not in moves[old]:
        raise IllegalMove(f"{type(old).__name__}: {old.value} may not become {new.value}")


class InboxState(StrEnum):
    """One webhook event."""

    WAITING = "waiting"
    HANDLED = "handled"
    IGNORED = "ignored"  # known, and nothing is done with it on purpose
    FAILED = "failed"  # its handler raised each time; kept for a look and a replay


INBOX_MOVES: Moves[InboxState] = {
    InboxState.WAITING: frozenset({InboxState.HANDLED, InboxState.IGNORED, InboxState.FAILED}),
    InboxState.FAILED: frozenset({InboxState.WAITING}),
    InboxState.HANDLED: frozenset(),
    InboxState.IGNORED: frozenset(),
}


class OutboxState(StrEnum):
    """One outgoing message."""

    WAITING = "waiting"
    SENDING = "sending"  # the intent is written; the outcome is not known yet
    SENT = "sent"
    REFUSED = "refused"  # LINE said no for good
    HELD = "held"  # the month's quota is used up
    UNKNOWN = "unknown"  # it may or may not have arrived, and may not be tried again
    DROPPED = "dropped"  # not worth quota, or no longer true at send time


OUTBOX_MOVES: Moves[OutboxState] = {
    OutboxState.WAITING: frozenset({OutboxState.SENDING, OutboxState.DROPPED}),
    OutboxState.SENDING: frozenset(
        {
            OutboxState.WAITING,
            OutboxState.SENDING,
            OutboxState.SENT,
            OutboxState.REFUSED,
            OutboxState.HELD,
            OutboxState.UNKNOWN,
            OutboxState.DROPPED,
        }
    ),
    OutboxState.HELD: frozenset({OutboxState.WAITING, OutboxState.DROPPED}),
    OutboxState.SENT: frozenset(),
    OutboxState.REFUSED: frozenset(),
    OutboxState.UNKNOWN: frozenset(),
    OutboxState.DROPPED: frozenset(),
}


class ComplaintState(StrEnum):
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


COMPLAINT_MOVES: Moves[ComplaintState] = {
    ComplaintState.RECEIVED: frozenset(
        {ComplaintState.IN_REVIEW, ComplaintState.CLOSED, ComplaintState.WITHDRAWN}
    ),
    ComplaintState.IN_REVIEW: frozenset(
        {ComplaintState.ANSWERED, ComplaintState.CLOSED, ComplaintState.WITHDRAWN}
    ),
    ComplaintState.ANSWERED: frozenset(
        {ComplaintState.IN_REVIEW, ComplaintState.CLOSED, ComplaintState.WITHDRAWN}
    ),
    ComplaintState.CLOSED: frozenset({ComplaintState.IN_REVIEW}),
    ComplaintState.WITHDRAWN: frozenset({ComplaintState.IN_REVIEW}),
}


class ObligationState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"  # the division says that it is done
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


OBLIGATION_MOVES: Moves[ObligationState] = {
    ObligationState.OPEN: frozenset({ObligationState.ANSWERED, ObligationState.CANCELLED}),
    ObligationState.ANSWERED: frozenset({ObligationState.ACCEPTED, ObligationState.OPEN}),
    ObligationState.ACCEPTED: frozenset({ObligationState.OPEN}),
    ObligationState.CANCELLED: frozenset({ObligationState.OPEN}),
}


class DigestState(StrEnum):
    """What one recipient is told on one day, on its way to them."""

    QUEUED = "queued"  # a message in the outbox carries it
    WAITING = "waiting"  # not worth what is left of the quota: it rides on the next free reply
    SENT = "sent"
    OVER = "over"  # a newer one carries what it had to say, or nothing was left of it


DIGEST_MOVES: Moves[DigestState] = {
    DigestState.QUEUED: frozenset({DigestState.WAITING, DigestState.SENT, DigestState.OVER}),
    DigestState.WAITING: frozenset({DigestState.QUEUED, DigestState.SENT, DigestState.OVER}),
    DigestState.SENT: frozenset(),
    DigestState.OVER: frozenset(),
}


class PlanDraftState(StrEnum):
    """A plan that was uploaded, on its way to becoming the plan of a year."""

    READING = "reading"
    READY = "ready"
    FAILED = "failed"  # it could not be read; why is kept for the officer
    IMPORTED = "imported"
    DISCARDED = "discarded"


PLAN_DRAFT_MOVES: Moves[PlanDraftState] = {
    PlanDraftState.READING: frozenset(
        {PlanDraftState.READY, PlanDraftState.FAILED, PlanDraftState.DISCARDED}
    ),
    PlanDraftState.READY: frozenset({PlanDraftState.IMPORTED, PlanDraftState.DISCARDED}),
    PlanDraftState.FAILED: frozenset({PlanDraftState.DISCARDED}),
    PlanDraftState.IMPORTED: frozenset(),
    PlanDraftState.DISCARDED: frozenset(),
}


class QuestionState(StrEnum):
    ANSWERED = "answered"
    SUGGESTED = "suggested"  # three entries were offered
    WAITING = "waiting"  # nobody knows yet
    CLOSED = "closed"


QUESTION_MOVES: Moves[QuestionState] = {
    QuestionState.SUGGESTED: frozenset({QuestionState.ANSWERED, QuestionState.WAITING}),
    QuestionState.WAITING: frozenset({QuestionState.ANSWERED, QuestionState.CLOSED}),
    QuestionState.ANSWERED: frozenset({QuestionState.WAITING}),
    QuestionState.CLOSED: frozenset(),
}


class TalkState(StrEnum):
    """Somebody who asked for a person, and the person who answers."""

    WAITING = "waiting"
    TALKING = "talking"
    OVER = "over"


TALK_MOVES: Moves[TalkState] = {
    TalkState.WAITING: frozenset({TalkState.TALKING, TalkState.OVER}),
    TalkState.TALKING: frozenset({TalkState.OVER}),
    TalkState.OVER: frozenset(),
}
