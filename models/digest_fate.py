"""What became of a digest once the outbox was done with the message that carried it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from domain.messages import DigestTicket
from domain.states import DigestState, OutboxState
from models.outbox import Parcel
from models.reminder import DigestRow, set_digest_state, unsent_digests

_UNSENT = (DigestState.QUEUED, DigestState.WAITING)


def note_digests(session: Session, parcel: Parcel, state: OutboxState, now: datetime) -> None:
    """Record a message's end in the digests that it carried."""
    for message in parcel.messages:
        if isinstance(message, DigestTicket):
            digest = session.get(DigestRow, (parcel.agency_id, UUID(message.digest_id)))
            if digest is not None:
                _note(session, digest, parcel, state, now)
    session.flush()


def _note(
    session: Session, digest: DigestRow, parcel: Parcel, state: OutboxState, now: datetime
) -> None:
    unsent = unsent_digests(session, parcel.agency_id, digest.contact_id)
    if state is OutboxState.SENT:
        # With it came whatever an earlier one had waited to say (`models.digest.compose`).
        for one in unsent:
            if one.id == digest.id or one.day < digest.day:
                set_digest_state(one, DigestState.SENT)
                one.sent_at = now
        return
    if state is OutboxState.HELD or digest.state not in _UNSENT:
        return
    if any(one.day > digest.day and one.state is DigestState.QUEUED for one in unsent):
        return  # a newer one, on its way, says it too
    if state is OutboxState.DROPPED and not parcel.worth_quota:
        # It rode on a reply that came too late: it waits for the next one, or for its push.
        set_digest_state(digest, DigestState.WAITING)
        return
    set_digest_state(digest, DigestState.OVER)
