"""What can be searched of a case, and its sketch drawn from that (`models.complaint_search`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.sketch import draw
from models import vault
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintKind,
    IdentityMode,
    Reporter,
    receipt_marker,
)
from models.complaint_sketch import ComplaintSketch, find_sketch, sketch_key


def refresh_sketch(session: Session, complaint: Complaint) -> None:
    """Draw it anew from what the case says now. Call it where words went, or the kind changed;
    words that come are drawn in by `models.complaint.add_entry`."""
    session.flush()
    key = complaint.agency_id, complaint.received_on, complaint.id
    sketch = find_sketch(session, *key)
    if sketch is None:
        agency_id, day, complaint_id = key
        sketch = ComplaintSketch(agency_id=agency_id, received_on=day, complaint_id=complaint_id)
        session.add(sketch)
    if complaint.kind is ComplaintKind.CORRUPTION:
        sketch.bits = None  # docs/complaint-log.md says why
    else:
        texts = texts_of(session, complaint.agency_id, [complaint])[complaint.id]
        sketch.bits = draw(sketch_key(session, complaint.agency_id), texts)
    session.flush()


def draw_missing(session: Session, limit: int) -> int:
    """Draw sketches that are not there yet; how many."""
    query = (
        select(Complaint)
        .join(
            ComplaintSketch,
            (ComplaintSketch.agency_id == Complaint.agency_id)
            & (ComplaintSketch.received_on == Complaint.received_on)
            & (ComplaintSketch.complaint_id == Complaint.id),
        )
        .where(ComplaintSketch.bits.is_(None), Complaint.kind != ComplaintKind.CORRUPTION)
        .limit(limit)
    )
    rows = session.scalars(query).all()
    for one in rows:
        refresh_sketch(session, one)
    return len(rows)


def texts_of(
    session: Session, agency_id: int, complaints: Sequence[Complaint]
) -> dict[UUID, list[str]]:
    """All that can be searched of some cases: what was said, by whom where that is no secret, and
    the case's mark."""
    found: dict[UUID, list[str]] = {}
    named: dict[UUID, UUID] = {}
    for one in complaints:
        content = vault.open_json(session, agency_id, "complaint", one.content)
        found[one.id] = [receipt_marker(one), *(str(text) for text in content.values())]
        if one.identity_mode is IdentityMode.NAMED and one.reporter_id is not None:
            named[one.reporter_id] = one.id
    entries = select(ComplaintEntry.complaint_id, ComplaintEntry.text).where(
        ComplaintEntry.agency_id == agency_id,
        ComplaintEntry.complaint_id.in_(list(found)),
        ComplaintEntry.text.is_not(None),
    )
    sealed: Any
    for complaint_id, sealed in session.execute(entries):
        found[complaint_id].append(vault.open_text(session, agency_id, "complaint", sealed))
    identities = select(Reporter.id, Reporter.identity).where(
        Reporter.agency_id == agency_id,
        Reporter.id.in_(list(named)),
        Reporter.identity.is_not(None),
    )
    for reporter_id, sealed in session.execute(identities) if named else ():
        who = vault.open_json(session, agency_id, "reporter", sealed)
        found[named[reporter_id]] += [str(who.get("name") or ""), str(who.get("phone") or "")]
    return found
