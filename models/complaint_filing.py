"""Filing a complaint: a finished draft becomes a case, with a receipt code to come back to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.ids import new_receipt_code
from domain.states import ComplaintState
from models import complaint_clock, vault
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintEntry,
    ComplaintJoin,
    ComplaintKind,
    EntryKind,
    FiledMessage,
    IdentityMode,
    Reporter,
    add_entry,
    first_report,
    message_hash,
    receipt_hash,
    reports_of_the_same,
)
from models.complaint_hands import take_from_who_may_not_read
from models.complaint_hidden import HiddenFrom as HiddenFrom
from models.complaint_hidden import hide as hide
from models.complaint_hidden import hide_alike
from models.complaint_locking import hold_complaint
from models.complaint_text import refresh_sketch
from models.contact import Contact
from models.person import Person
from models.stored_file import drafted_files

# A closed one is reopened first: its reporter was told that it is over.
JOINABLE_STATES = frozenset(
    {ComplaintState.RECEIVED, ComplaintState.IN_REVIEW, ComplaintState.ANSWERED}
)


@dataclass(frozen=True)
class NewComplaint:
    """What a finished draft says. ``files`` are ids of drafted `StoredFile` rows.

    ``sources`` tells which LINE message each part came from: message id -> an answer's key or a
    file's id. ``joins`` is the complaint that this one repeats.
    """

    kind: ComplaintKind
    identity_mode: IdentityMode
    channel: ComplaintChannel
    content: dict[str, str]
    files: Sequence[str] = ()
    name: str = ""
    phone: str = ""
    hidden_from: HiddenFrom = field(default_factory=HiddenFrom)
    joins: UUID | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    consent_version: str | None = None


def file_complaint(
    session: Session, agency_id: int, new: NewComplaint, contact: Contact | None, now: datetime
) -> str:
    """Store a report and return its receipt code, which is kept nowhere else.

    ``contact`` is ignored for an anonymous report.
    """
    anonymous = new.identity_mode is IdentityMode.ANONYMOUS
    today = bangkok_day(now)
    reporter_id = None
    if not anonymous:
        reporter_id = _remember_reporter(session, agency_id, new, contact, today)
    code = new_receipt_code()
    complaint = Complaint(
        agency_id=agency_id,
        kind=new.kind,
        identity_mode=new.identity_mode,
        channel=new.channel,
        reporter_id=reporter_id,
        received_on=today,
        received_at=None if anonymous else now,
        receipt_hash=receipt_hash(session, agency_id, code),
        content=vault.seal_json(session, agency_id, "complaint", new.content),
    )
    session.add(complaint)
    complaint_clock.start(session, complaint)
    session.flush()
    refresh_sketch(session, complaint)
    add_entry(session, complaint, EntryKind.FILED, now)
    claim_files(session, complaint, new.files)
    hide(session, complaint, new.hidden_from)
    remember_messages(session, complaint, new.sources)
    first = joinable(session, agency_id, new.joins)
    if first is not None:
        join(session, complaint, first, now)
    return code


def joinable(session: Session, agency_id: int, wanted: UUID | None) -> Complaint | None:
    """The first report of what a draft says that it repeats, held; None where that is over since:
    then the draft's report stands for itself."""
    found = hold_complaint(session, agency_id, wanted) if wanted is not None else None
    first = first_report(session, found) if found is not None else None
    return first if first is not None and takes_repeats(first) else None


def takes_repeats(first: Complaint) -> bool:
    """Whether a report may still be joined to it: what is over answers nobody."""
    return first.state in JOINABLE_STATES and first.erased_on is None


def claim_files(session: Session, complaint: Complaint, ids: Sequence[str]) -> int:
    """Drafted files become the complaint's; how many there were."""
    drafted = drafted_files(session, complaint.agency_id, ids)
    for stored in drafted:
        stored.complaint_id = complaint.id
    session.flush()
    return len(drafted)


def remember_messages(
    session: Session,
    complaint: Complaint,
    sources: Mapping[str, str],
    entry: ComplaintEntry | None = None,
) -> None:
    """Note what may be taken back with `unsend`; nothing of an anonymous report."""
    if complaint.identity_mode is IdentityMode.ANONYMOUS:
        return
    for message_id, part in sources.items():
        session.add(
            FiledMessage(
                agency_id=complaint.agency_id,
                message_hash=message_hash(session, complaint.agency_id, message_id),
                complaint_id=complaint.id,
                part=part,
                entry_id=entry.id if entry is not None else None,
            )
        )
    session.flush()


def join(
    session: Session, later: Complaint, first: Complaint, now: datetime, by: Person | None = None
) -> None:
    """``later`` repeats ``first``, and from now on goes where that one goes; whom one of them is
    kept from, both are, and all that repeats it. ``by`` is the officer who joined them; of a
    reporter's own joining no line is written that would tell the minute. The caller holds them."""
    first = first_report(session, first)
    session.add(ComplaintJoin(agency_id=later.agency_id, complaint_id=later.id, first_id=first.id))
    complaint_clock.joined(later, first)
    session.flush()
    add_entry(session, first, EntryKind.JOINED, now)
    for one in hide_alike(session, [first, *reports_of_the_same(session, first)]):
        take_from_who_may_not_read(session, one, by, now)


def _remember_reporter(
    session: Session, agency_id: int, new: NewComplaint, contact: Contact | None, today: date
) -> UUID:
    identity = None
    if new.identity_mode is IdentityMode.NAMED:
        identity = vault.seal_json(
            session, agency_id, "reporter", {"name": new.name, "phone": new.phone}
        )
    reporter = Reporter(
        agency_id=agency_id,
        contact_id=contact.id if contact is not None else None,
        identity=identity,
        consent_version=new.consent_version,
        consented_on=today if new.consent_version else None,
    )
    session.add(reporter)
    session.flush()
    return reporter.id
