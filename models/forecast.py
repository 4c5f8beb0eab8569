"""What the rest of a month will ask of an agency's LINE quota."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.quota import Forecast, Rank
from domain.reminders import Policy, stages
from domain.states import DigestState, ObligationState
from domain.workdays import OfficeCalendar
from models.contact import Contact, ContactKind, line_id_of
from models.duty import MAIL, Recipient, Staff
from models.measure import Obligation
from models.reminder import DigestRow, unsent_digests
from models.reminding import horizon_of, rank_of

_BATCH = 500


def cost_of(session: Session, contact: Contact) -> int:
    """What a push to a contact takes of the quota: a group counts its members, e-mail nothing."""
    if contact.kind is not ContactKind.USER:
        return max(contact.members or 1, 1)
    return 0 if line_id_of(session, contact).startswith(MAIL) else 1


def month_end(today: date) -> date:
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - timedelta(days=1)


def forecast(
    session: Session,
    agency_id: int,
    today: date,
    policy: Policy,
    calendar: OfficeCalendar,
    staff: Staff,
) -> Forecast:
    """The digests of the days after ``today`` to the month's end, if nobody answered any more,
    and those that wait already; one a recipient and day, at the rank of its weightiest item."""
    last = month_end(today)
    ranks: dict[tuple[UUID, date], int] = {}
    contacts: dict[UUID, Contact] = {}
    recipients: dict[UUID, list[Recipient]] = {}
    # Obligations of one division and day are told together.
    query = (
        select(Obligation.division_id, Obligation.due_on)
        .distinct()
        .where(
            Obligation.agency_id == agency_id,
            Obligation.state == ObligationState.OPEN,
            Obligation.due_on <= last + timedelta(days=horizon_of(policy)),
        )
    )
    for division_id, due_on in session.execute(query.execution_options(yield_per=_BATCH)):
        if division_id not in recipients:
            recipients[division_id] = staff.recipients(division_id)
        for recipient in recipients[division_id]:
            contacts[recipient.contact.id] = recipient.contact
            for stage in stages(policy, recipient.acts_as, due_on, calendar):
                if stage.day > last:
                    break
                if stage.day > today:
                    key = (recipient.contact.id, stage.day)
                    rank: int = rank_of(recipient.level, due_on, stage.day)
                    ranks[key] = min(ranks.get(key, rank), rank)
    for digest, contact in _waiting(session, agency_id):
        contacts[contact.id] = contact
        key = (contact.id, today)
        ranks[key] = min(ranks.get(key, digest.rank), digest.rank)
    costs = {id_: cost_of(session, contact) for id_, contact in contacts.items()}
    by_rank: dict[Rank, int] = {}
    for (contact_id, _day), rank in ranks.items():
        by_rank[Rank(rank)] = by_rank.get(Rank(rank), 0) + costs[contact_id]
    return Forecast(by_rank)


def _waiting(session: Session, agency_id: int) -> list[tuple[DigestRow, Contact]]:
    query = (
        select(DigestRow, Contact)
        .join(
            Contact,
            (Contact.agency_id == DigestRow.agency_id) & (Contact.id == DigestRow.contact_id),
        )
        .where(DigestRow.agency_id == agency_id, DigestRow.state == DigestState.WAITING)
        .order_by(DigestRow.contact_id, DigestRow.day, DigestRow.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def old_waiting_digests(session: Session, agency_id: int, today: date) -> list[DigestRow]:
    """Those of earlier days: meanwhile there may be nothing left to say."""
    return [digest for digest, _contact in _waiting(session, agency_id) if digest.day < today]


def waiting_digests(session: Session, agency_id: int) -> list[tuple[DigestRow, Contact, int]]:
    """Each recipient's newest digest that waits, with the weightiest rank of all that do."""
    newest: dict[UUID, tuple[DigestRow, Contact, int]] = {}
    for digest, contact in _waiting(session, agency_id):
        unsent = unsent_digests(session, agency_id, contact.id)
        if any(one.day > digest.day and one.state is DigestState.QUEUED for one in unsent):
            continue  # a newer one, on its way, says it too
        before = newest.get(contact.id)
        rank = digest.rank if before is None else min(before[2], digest.rank)
        newest[contact.id] = (digest, contact, rank)
    return list(newest.values())
