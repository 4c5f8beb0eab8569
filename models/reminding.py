"""Writing reminders: which stages have come, for whom, in which digest, and how it goes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.messages import DigestTicket
from domain.quota import Rank
from domain.reminders import Level, Policy, Stage, next_change, reached
from domain.states import DigestState, ObligationState
from domain.workdays import OfficeCalendar
from models.agency import try_to_hold_agency
from models.contact import Contact, line_id_of
from models.duty import MAIL, Recipient, Staff, staff_of
from models.measure import Obligation
from models.notice import tell
from models.policy import calendar_of, policy_of
from models.reminder import (
    DigestRow,
    Reminder,
    digest_of_day,
    obligations_to_remind,
    set_digest_state,
    unsent_digests,
)

_BATCH = 500
# Of one obligation and recipient. A plan that comes in years late would else write hundreds.
_MOST_SKIPPED = 12


@dataclass
class Told:
    """What a round wrote."""

    reminders: int = 0
    skipped: int = 0
    digests: list[DigestRow] = field(default_factory=list)


@dataclass(frozen=True)
class Round:
    """One agency's reminders of one instant, for everybody or for one contact alone."""

    session: Session
    agency_id: int
    now: datetime
    policy: Policy
    calendar: OfficeCalendar
    staff: Staff
    only: UUID | None = None  # a contact
    told: Told = field(default_factory=Told)
    _today: dict[UUID, DigestRow] = field(default_factory=dict)  # digests by contact
    _gone: set[UUID] = field(default_factory=set)  # contacts whose digest of today is out already

    @property
    def today(self) -> date:
        return bangkok_day(self.now)

    def tell(self, batches: Iterable[list[Obligation]]) -> Told:
        self._know_the_digests_of_today()
        for batch in batches:
            self._consider(batch)
        self.session.flush()
        return self.told

    def _know_the_digests_of_today(self) -> None:
        query = select(DigestRow.contact_id).where(
            DigestRow.agency_id == self.agency_id, DigestRow.day == self.today
        )
        self._gone.update(self.session.scalars(query))

    def _consider(self, batch: list[Obligation]) -> None:
        known = self._stages_told(batch)
        rows: list[dict[str, object]] = []
        recipients: dict[UUID, list[Recipient]] = {}
        for obligation in batch:
            division = obligation.division_id
            if division not in recipients:
                recipients[division] = self.staff.recipients(division)
            deferred = False
            for recipient in recipients[division]:
                if self.only is not None and recipient.contact.id != self.only:
                    continue
                told = known.get((obligation.id, recipient.contact.id), set())
                deferred |= self._tell_one(obligation, recipient, told, rows)
            if self.only is None:
                self._look_again(obligation, deferred=deferred)
        self.session.flush()
        if rows:
            self.session.execute(insert(Reminder), rows)

    def _tell_one(
        self,
        obligation: Obligation,
        recipient: Recipient,
        told: set[str],
        rows: list[dict[str, object]],
    ) -> bool:
        """True where there is something to say, and today's digest has gone without it."""
        due = reached_by(recipient, self.policy, obligation.due_on, self.today, self.calendar)
        if not due or due[-1].name in told:
            return False
        contact = recipient.contact
        if contact.id in self._gone:
            return True
        digest = self._digest(contact)
        digest.rank = min(digest.rank, rank_of(recipient.level, obligation.due_on, self.today))
        for stage in due[-_MOST_SKIPPED:]:
            if stage.name in told:
                continue
            newest = stage is due[-1]
            rows.append(
                {
                    "agency_id": self.agency_id,
                    "obligation_id": obligation.id,
                    "contact_id": contact.id,
                    "digest_id": digest.id,
                    "stage": stage.name,
                    "skipped": not newest,
                }
            )
            self.told.reminders += newest
            self.told.skipped += not newest
        return False

    def _digest(self, contact: Contact) -> DigestRow:
        digest = self._today.get(contact.id)
        if digest is None:
            digest = DigestRow(
                agency_id=self.agency_id,
                contact_id=contact.id,
                day=self.today,
                created_at=datetime.now(UTC),
                state=DigestState.WAITING,
                rank=max(Rank).value,
            )
            self.session.add(digest)
            self.session.flush()
            self._today[contact.id] = digest
            self.told.digests.append(digest)
        return digest

    def _look_again(self, obligation: Obligation, *, deferred: bool) -> None:
        tomorrow = self.today + timedelta(days=1)
        following = next_change(self.policy, obligation.due_on, self.today, self.calendar)
        obligation.remind_on = tomorrow if deferred else following

    def _stages_told(self, batch: list[Obligation]) -> dict[tuple[UUID, UUID], set[str]]:
        query = select(Reminder.obligation_id, Reminder.contact_id, Reminder.stage).where(
            Reminder.agency_id == self.agency_id,
            Reminder.obligation_id.in_([one.id for one in batch]),
        )
        if self.only is not None:
            query = query.where(Reminder.contact_id == self.only)
        found: dict[tuple[UUID, UUID], set[str]] = {}
        for obligation_id, contact_id, stage in self.session.execute(query):
            found.setdefault((obligation_id, contact_id), set()).add(stage)
        return found


def reached_by(
    recipient: Recipient, policy: Policy, due_on: date, today: date, calendar: OfficeCalendar
) -> list[Stage]:
    """The stages that a recipient has reached, at the level whose post they stand in for."""
    return reached(policy, recipient.acts_as, due_on, today, calendar)


def rank_of(level: Level, due_on: date, today: date) -> Rank:
    if due_on < today:
        return Rank.OVERDUE if level is Level.DIVISION else Rank.ESCALATION
    return Rank.DUE if due_on == today else Rank.EARLY


def round_for(session: Session, agency_id: int, now: datetime, only: UUID | None = None) -> Round:
    return Round(
        session,
        agency_id,
        now,
        policy_of(session, agency_id),
        calendar_of(session, agency_id),
        staff_of(session, agency_id),
        only,
    )


def forget_the_future(session: Session, today: date) -> int:
    """After the clock was put back: what was written for days that have not come is taken back,
    and every open obligation is looked at again. The digests taken back, of all agencies."""
    ahead = select(DigestRow.agency_id, DigestRow.id).where(DigestRow.day > today)
    count = 0
    for agency_id, digest_id in session.execute(ahead).all():
        ours = (Reminder.agency_id == agency_id) & (Reminder.digest_id == digest_id)
        session.execute(delete(Reminder).where(ours))
        session.execute(
            delete(DigestRow).where(DigestRow.agency_id == agency_id, DigestRow.id == digest_id)
        )
        count += 1
    session.execute(
        update(Obligation)
        .where(Obligation.state == ObligationState.OPEN, Obligation.remind_on > today)
        .values(remind_on=today)
    )
    return count


def in_batches(
    session: Session, agency_id: int, today: date, horizon: int | None, *, lock: bool = False
) -> Iterator[list[Obligation]]:
    """An agency's obligations to look at, never many at once in memory. With ``lock`` they stay
    as they are until the commit, and those that somebody is answering are left for the next time.
    """
    after: UUID | None = None
    while batch := obligations_to_remind(
        session, agency_id, today, horizon, after, _BATCH, lock=lock
    ):
        after = batch[-1].id
        yield batch


def horizon_of(policy: Policy) -> int:
    """How many days ahead of its due date an obligation may have been told, breaks included."""
    return max(policy.early, default=0) + _LONGEST_BREAK


_LONGEST_BREAK = 14


def digest_for_a_reply(
    session: Session, agency_id: int, contact: Contact, now: datetime
) -> DigestRow | None:
    """What a recipient who is writing anyway can be told for nothing: a digest that waits, or
    what is due and not told yet today. It counts as queued; None where there is nothing, where a
    newer one is on its way, and while the clock is about to push the same."""
    today = bangkok_day(now)
    if not _waiting(session, contact) and not _is_untold(session, contact, today):
        return None
    if not try_to_hold_agency(session, agency_id):
        return None
    found = _waiting(session, contact)
    round_ = round_for(session, agency_id, now, contact.id)
    found += round_.tell(in_batches(session, agency_id, today, None)).digests
    if not found:
        return None
    set_digest_state(found[-1], DigestState.QUEUED)
    session.flush()
    return found[-1]


def _waiting(session: Session, contact: Contact) -> list[DigestRow]:
    unsent = unsent_digests(session, contact.agency_id, contact.id)
    if unsent and unsent[-1].state is DigestState.QUEUED:
        return []
    return [one for one in unsent if one.state is DigestState.WAITING]


def _is_untold(session: Session, contact: Contact, today: date) -> bool:
    """A quick look, at every word of an officer: has the clock yet to look at something of theirs,
    and is there no digest of today?"""
    if digest_of_day(session, contact, today) is not None:
        return False
    return bool(obligations_to_remind(session, contact.agency_id, today, None, None, 1))


def push(session: Session, digest: DigestRow, contact: Contact) -> None:
    """Hand a digest to the outbox: to LINE as a push, or to the recipient's e-mail."""
    set_digest_state(digest, DigestState.QUEUED)
    kind = "digest_mail" if line_id_of(session, contact).startswith(MAIL) else "digest"
    tell(session, contact, [DigestTicket(digest_id=str(digest.id))], kind, datetime.now(UTC))
