"""A citizen's own data (PDPA): what is kept of somebody, and erasing it on request.

A case stays, as the office's record; who wrote it goes. Anonymous reports are linked to nobody, so
they are neither found here nor touched.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from domain.rights_words import TAKEN_OUT, Held, HeldCase
from domain.states import InboxState, OutboxState, QuestionState
from models import audit, vault
from models.base import Base
from models.complaint import (
    Complaint,
    EntryKind,
    FiledMessage,
    IdentityMode,
    Reporter,
    add_entry,
)
from models.complaint_text import refresh_sketch
from models.contact import Contact, find_contact, line_hash
from models.inbox import InboxEvent
from models.knowledge import Question
from models.outbox import OutboxMessage
from models.person import Person, person_of_contact
from models.stored_file import StoredFile, forget_file
from models.talk import Talk, TalkMessage

# What is sent to somebody as a citizen; a member of staff gets more, because of their post.
_CITIZENS = ("chat", "answer", "question_answer", "rating", "talk")


def held_of(session: Session, agency_id: int, line_id: str, *, draft: bool) -> Held:
    """What is linked to a LINE account. ``draft``: the caller knows whether one is under way."""
    contact = find_contact(session, agency_id, line_id)
    if contact is None:
        return Held(draft=draft)
    consent = None
    if contact.consent_version is not None and contact.consented_on is not None:
        consent = contact.consent_version, contact.consented_on
    cases = tuple(
        HeldCase(case.kind.value, case.identity_mode is IdentityMode.NAMED, case.received_on)
        for case, _ in _cases(session, contact)
    )
    talks = select(func.count()).where(Talk.agency_id == agency_id, Talk.contact_id == contact.id)
    questions = select(func.count()).where(
        Question.agency_id == agency_id,
        Question.contact_id == contact.id,
        Question.state == QuestionState.WAITING,
    )
    return Held(
        contact=True,
        consent=consent,
        cases=cases,
        questions=session.scalar(questions) or 0,
        draft=draft,
        talks=session.scalar(talks) or 0,
        staff=person_of_contact(session, contact) is not None,
    )


def erase(session: Session, agency_id: int, line_id: str, now: datetime) -> bool:
    """Erase what is linked to a LINE account as a citizen's, all but its unfinished report, which
    is the conversation's. Whether a link to the staff remains."""
    _drop_failed_events(session, agency_id, line_id)
    contact = find_contact(session, agency_id, line_id)
    staff = contact is not None and person_of_contact(session, contact) is not None
    _drop_unsent(session, agency_id, line_id, now, staff=staff)
    if contact is not None:
        _forget_asker(session, contact)
        _forget_talks(session, contact)
        for case, reporter in _cases(session, contact):
            _forget_reporter(session, case, reporter, now)
        _unlink_former_staff(session, contact)
        contact.consent_version = contact.consented_on = contact.language = None
        session.flush()
        if not _is_needed(session, contact):
            session.delete(contact)
            session.flush()
    # A line for the office's accountability, of nobody: whose data it was is gone.
    audit.record(session, agency_id, action="data.erased", subject="data", actor="system", now=now)
    return staff


def _cases(session: Session, contact: Contact) -> list[tuple[Complaint, Reporter]]:
    rows = session.execute(
        select(Complaint, Reporter)
        .join(
            Reporter,
            (Reporter.agency_id == Complaint.agency_id) & (Reporter.id == Complaint.reporter_id),
        )
        .where(Reporter.agency_id == contact.agency_id, Reporter.contact_id == contact.id)
        .order_by(Complaint.received_on, Complaint.id)
    )
    return [(row[0], row[1]) for row in rows]


def _forget_reporter(session: Session, case: Complaint, reporter: Reporter, now: datetime) -> None:
    reporter.contact_id = reporter.identity = None
    reporter.consent_version = reporter.consented_on = None
    session.execute(
        delete(FiledMessage).where(
            FiledMessage.agency_id == case.agency_id, FiledMessage.complaint_id == case.id
        )
    )
    entry = add_entry(session, case, EntryKind.TAKEN_BACK, now, text=TAKEN_OUT)
    # The same instant on several cases would tell officers that one person wrote them all.
    entry.happened_at = None
    refresh_sketch(session, case)


def _forget_asker(session: Session, contact: Contact) -> None:
    session.execute(
        update(Question)
        .where(Question.agency_id == contact.agency_id, Question.contact_id == contact.id)
        .values(contact_id=None)
    )


def _unlink_former_staff(session: Session, contact: Contact) -> None:
    """Whose work here is over needs no link to it."""
    session.execute(
        update(Person)
        .where(
            Person.agency_id == contact.agency_id,
            Person.contact_id == contact.id,
            Person.active.is_(False),
        )
        .values(contact_id=None)
    )


def _forget_talks(session: Session, contact: Contact) -> None:
    agency_id = contact.agency_id
    talks = select(Talk.id).where(Talk.agency_id == agency_id, Talk.contact_id == contact.id)
    lines = select(TalkMessage.id).where(
        TalkMessage.agency_id == agency_id, TalkMessage.talk_id.in_(talks)
    )
    files = select(StoredFile).where(
        StoredFile.agency_id == agency_id, StoredFile.talk_message_id.in_(lines)
    )
    for stored in session.scalars(files):
        forget_file(session, stored)
    session.flush()
    for table, mine in ((TalkMessage, TalkMessage.talk_id.in_(talks)), (Talk, Talk.id.in_(talks))):
        session.execute(
            delete(table)
            .where(table.agency_id == agency_id, mine)
            .execution_options(synchronize_session=False)
        )


def _drop_unsent(
    session: Session, agency_id: int, line_id: str, now: datetime, *, staff: bool
) -> None:
    """What waits to be sent loses its recipient and its words. What is under way this moment goes
    out: an intent is written before the call."""
    mine = (
        OutboxMessage.agency_id == agency_id,
        OutboxMessage.recipient_hash == line_hash(session, agency_id, line_id),
        OutboxMessage.state.in_([OutboxState.WAITING, OutboxState.HELD]),
    )
    statement = update(OutboxMessage).where(*mine)
    if staff:
        statement = statement.where(OutboxMessage.kind.in_(_CITIZENS))
    session.execute(
        statement.values(
            state=OutboxState.DROPPED,
            outcome="erased",
            finished_at=now,
            recipient_hash=None,
            recipient=None,
            body=None,
            reply_token=None,
            reply_until=None,
            retry_key=None,
        ).execution_options(synchronize_session=False)
    )


def _drop_failed_events(session: Session, agency_id: int, line_id: str) -> None:
    """Events that could not be handled are kept whole for a replay: these are no longer."""
    session.execute(
        delete(InboxEvent)
        .where(
            InboxEvent.agency_id == agency_id,
            InboxEvent.lane_key == vault.blind(session, agency_id, "lane", line_id),
            InboxEvent.state == InboxState.FAILED,
        )
        .execution_options(synchronize_session=False)
    )


def _is_needed(session: Session, contact: Contact) -> bool:
    """Does any table still speak of this contact? Asked of all of them, those to come too."""
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table.name != Contact.__tablename__:
                continue
            column = next(one for one in constraint.columns if one.name != "agency_id")
            query = select(column).where(
                table.c.agency_id == contact.agency_id, column == contact.id
            )
            if session.execute(query.limit(1)).first() is not None:
                return True
    return False
