"""Reminding divisions of what is due, and telling those above them of silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.messages import DigestTicket
from domain.reminders import Policy, current_stage, next_change
from jobs.context import JobContext
from models.contact import Contact, line_id_of
from models.measure import Obligation
from models.outbox import enqueue
from models.reminder import (
    DigestRow,
    Recipient,
    Reminder,
    agencies_to_remind,
    digest_of_day,
    has_been_told,
    obligations_to_remind,
    recipients_for,
)

_BATCH = 500


def remind(context: JobContext) -> dict[str, Any]:
    """Write the reminders of this instant, an agency at a time; each in one commit."""
    policy = Policy()
    today = bangkok_day(context.now)
    horizon = max(policy.early, default=0) if context.thorough else None
    with context.db.reading() as session:
        agencies = agencies_to_remind(session, today, horizon)
    reminded = digests = 0
    for agency_id in agencies:
        # One transaction an agency: a digest that is sent must not lack what a later batch adds.
        with context.db.writing() as session:
            round_ = _Round(session, context.now, policy)
            after: UUID | None = None
            while batch := obligations_to_remind(session, agency_id, today, horizon, after, _BATCH):
                after = batch[-1].id
                for obligation in batch:
                    round_.consider(obligation)
        reminded += round_.reminded
        digests += round_.digests
    return {"agencies": len(agencies), "reminders": reminded, "digests": digests}


class _Round:
    """One agency's reminders of one tick."""

    def __init__(self, session: Session, now: datetime, policy: Policy) -> None:
        self._session = session
        self._now = now
        self._today = bangkok_day(now)
        self._policy = policy
        self._recipients: dict[UUID, list[Recipient]] = {}
        self._opened: dict[UUID, DigestRow | None] = {}
        self.reminded = 0
        self.digests = 0

    def consider(self, obligation: Obligation) -> None:
        deferred = False
        for recipient in self._recipients_of(obligation):
            due = obligation.due_on
            stage = current_stage(self._policy, recipient.level, due, self._today)
            if stage is None:
                continue
            if has_been_told(self._session, obligation, recipient.contact, stage):
                continue
            digest = self._digest(recipient.contact)
            if digest is None:
                deferred = True  # today's digest has gone: this one waits for tomorrow's
                continue
            self._session.add(
                Reminder(
                    agency_id=obligation.agency_id,
                    obligation_id=obligation.id,
                    contact_id=recipient.contact.id,
                    digest_id=digest.id,
                    stage=stage,
                )
            )
            self.reminded += 1
        tomorrow = self._today + timedelta(days=1)
        following = next_change(self._policy, obligation.due_on, self._today)
        obligation.remind_on = max(obligation.remind_on, tomorrow if deferred else following)
        self._session.flush()

    def _recipients_of(self, obligation: Obligation) -> list[Recipient]:
        known = self._recipients.get(obligation.division_id)
        if known is None:
            known = recipients_for(self._session, obligation.agency_id, obligation.division_id)
            self._recipients[obligation.division_id] = known
        return known

    def _digest(self, contact: Contact) -> DigestRow | None:
        """This round's digest for a recipient; None when one was made for today before it."""
        if contact.id in self._opened:
            return self._opened[contact.id]
        digest: DigestRow | None = None
        if digest_of_day(self._session, contact, self._today) is None:
            digest = DigestRow(
                agency_id=contact.agency_id,
                contact_id=contact.id,
                day=self._today,
                created_at=self._now,
            )
            self._session.add(digest)
            self._session.flush()
            # The queue's own times are the real ones, whatever instant the tick was asked for.
            enqueue(
                self._session,
                contact.agency_id,
                line_id_of(self._session, contact),
                [DigestTicket(digest_id=str(digest.id))],
                kind="digest",
                now=datetime.now(UTC),
                worth_quota=True,
            )
            self.digests += 1
        self._opened[contact.id] = digest
        return digest
