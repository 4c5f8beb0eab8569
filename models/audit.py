"""The audit log: append-only, each line chained to the one before by a keyed hash.

The key lies outside the database, so that whoever can write to it still cannot forge a line.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import JSON, Integer, LargeBinary, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import WITHOUT_ROW_ORDER, Base, Tenant
from models.database import keys_of


class AuditEntry(Tenant, Base):
    __tablename__ = "audit_entry"
    __table_args__ = (WITHOUT_ROW_ORDER,)

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


def _mac(session: Session, entry: AuditEntry, previous: bytes) -> bytes:
    line = json.dumps(
        [
            entry.agency_id,
            entry.number,
            entry.at.astimezone(UTC).isoformat(),
            entry.actor,
            entry.action,
            entry.subject,
            dict(sorted(entry.detail.items())),
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    key = keys_of(session).derive("audit")
    return hmac.digest(key, previous + line.encode(), "sha256")


def verify(session: Session, agency_id: int) -> BrokenEntry | None:
    """Walk the chain; the first line that is missing, altered or out of place, or None."""
    previous, expected = _NOTHING_BEFORE, 1
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.agency_id == agency_id)
        .order_by(AuditEntry.number)
        .execution_options(yield_per=1000)
    )
    for entry in entries:
        if entry.number != expected:
            return BrokenEntry(agency_id, expected, "this entry is missing")
        if not hmac.compare_digest(entry.mac, _mac(session, entry, previous)):
            return BrokenEntry(agency_id, expected, "this entry was altered")
        previous, expected = entry.mac, expected + 1
    head = session.get(AuditHead, agency_id)
    if (head.number if head else 0) != expected - 1:
        return BrokenEntry(agency_id, expected, "the log's end is missing")
    if head is not None and head.mac != previous:
        return BrokenEntry(agency_id, expected - 1, "the log's end does not match its head")
    return None


def entry_count(session: Session, agency_id: int) -> int:
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.agency_id == agency_id)
    return session.scalar(query) or 0


def newest_entries(session: Session, agency_id: int, limit: int) -> list[AuditEntry]:
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.agency_id == agency_id)
            .order_by(AuditEntry.number.desc())
            .limit(limit)
        )
    )
