"""The audit log: append-only, each line chained to the one before by a keyed hash.

The key lies outside the database, so that whoever can write to it still cannot forge a line.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import JSON, Index, Integer, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import WITHOUT_ROW_ORDER, Base, Tenant
from models.database import keys_of
from models.person import Person


class AuditEntry(Tenant, Base):
    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "agency_id", "subject", "number"),
        Index("ix_audit_entry_actor", "agency_id", "actor", "number"),
        WITHOUT_ROW_ORDER,
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))  # "person:<id>", "system"; never a citizen
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    detail: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Tenant, Base):
    """The last line of an agency's log, so that a cut-off end is noticed."""

    __tablename__ = "audit_head"

    number: Mapped[int]
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


@dataclass(frozen=True)
class BrokenEntry:
    agency_id: int
    number: int
    reason: str


_NOTHING_BEFORE = b"\0" * 32


def begin(session: Session, agency_id: int) -> None:
    """Start a new agency's log: its head is the lock under which lines are appended."""
    session.add(AuditHead(agency_id=agency_id, number=0, mac=_NOTHING_BEFORE))
    session.flush()


def record(
    session: Session,
    agency_id: int,
    *,
    action: str,
    subject: str,
    actor: str,
    now: datetime,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Append a line. Nothing personal belongs in it: ids and names of things only."""
    head = session.scalars(
        select(AuditHead).where(AuditHead.agency_id == agency_id).with_for_update()
    ).one()
    entry = AuditEntry(
        agency_id=agency_id,
        number=head.number + 1,
        at=now,
        actor=actor,
        action=action,
        subject=subject,
        detail=dict(detail or {}),
        mac=b"",
    )
    entry.mac = _mac(session, entry, head.mac)
    session.add(entry)
    head.number, head.mac = entry.number, entry.mac
    session.flush()


def record_deed(
    session: Session,
    person: Person,
    action: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Append the line of what a member of staff did, to something of their own agency."""
    record(
        session,
        person.agency_id,
        action=action,
        subject=subject,
        actor=f"person:{person.id}",
        now=now,
        detail=detail,
    )


def _mac(session: Session, entry: AuditEntry, previous: bytes) -> bytes:
    words = (entry.actor, entry.action, entry.subject)
    key = keys_of(session).derive("audit")
    return _link(key, previous, entry.agency_id, entry.number, entry.at, words, entry.detail)


def _link(
    key: bytes,
    previous: bytes,
    agency_id: int,
    number: int,
    at: datetime,
    words: tuple[str, str, str],
    detail: Mapping[str, str],
) -> bytes:
    line = json.dumps(
        [
            agency_id,
            number,
            at.astimezone(UTC).isoformat(),
            *words,
            dict(sorted(detail.items())),
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hmac.digest(key, previous + line.encode(), "sha256")


@dataclass(frozen=True)
class Walked:
    """How far a walk along the chain has come: the last line that was found to be whole."""

    number: int = 0
    mac: bytes = _NOTHING_BEFORE


def walk(session: Session, agency_id: int, start: Walked, most: int) -> Walked | BrokenEntry:
    """Walk on from where a walk has come, at most so many lines; or the first line that is
    missing, altered or out of place."""
    previous, expected = start.mac, start.number + 1
    key = keys_of(session).derive("audit")
    one = AuditEntry
    # Columns, not objects: a walk goes over a hundred thousand lines at once.
    lines = session.execute(
        select(one.number, one.at, one.actor, one.action, one.subject, one.detail, one.mac)
        .where(one.agency_id == agency_id, one.number >= expected)
        .order_by(one.number)
        .limit(most)
        .execution_options(yield_per=1000)
    )
    for number, at, actor, action, subject, detail, mac in lines:
        if number != expected:
            return BrokenEntry(agency_id, expected, "this entry is missing")
        words = (actor, action, subject)
        if not hmac.compare_digest(mac, _link(key, previous, agency_id, number, at, words, detail)):
            return BrokenEntry(agency_id, expected, "this entry was altered")
        previous, expected = mac, expected + 1
    if expected - start.number - 1 < most:
        return _ended(session, agency_id, Walked(expected - 1, previous))
    return Walked(expected - 1, previous)


def _ended(session: Session, agency_id: int, last: Walked) -> Walked | BrokenEntry:
    """No line came after the last one: the head must say the same."""
    head = session.get(AuditHead, agency_id)
    if (head.number if head else 0) != last.number:
        return BrokenEntry(agency_id, last.number + 1, "the log's end is missing")
    if head is not None and head.mac != last.mac:
        return BrokenEntry(agency_id, last.number, "the log's end does not match its head")
    return last


_A_STRETCH = 100_000  # lines


def verify(session: Session, agency_id: int) -> BrokenEntry | None:
    """Walk the whole chain; the first line that is missing, altered or out of place, or None."""
    found = Walked()
    while True:
        before = found.number
        step = walk(session, agency_id, found, _A_STRETCH)
        if isinstance(step, BrokenEntry):
            return step
        if step.number - before < _A_STRETCH:
            return None
        found = step


def entry_count(session: Session, agency_id: int) -> int:
    """As the head says: nothing is counted."""
    head = session.get(AuditHead, agency_id)
    return head.number if head else 0
