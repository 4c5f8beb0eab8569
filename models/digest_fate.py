"""What became of a digest once the outbox was done with the message that carried it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from domain.messages import DigestTicket, Message
from domain.states import DigestState, OutboxState
from models.outbox import Parcel
from models.reminder import DigestRow, set_digest_state, unsent_digests

_UNSENT = (DigestState.QUEUED, DigestState.WAITING)


def tickets_in(messages: Sequence[Message]) -> frozenset[str]:
    """The ids of the digests that messages carry."""
    return frozenset(one.digest_id for one in messages if isinstance(one, DigestTicket))


def note_digests(
    session: Session, parcel: Parcel, state: OutboxState, said: Collection[str]
) -> None:
    """Record a message's end in the digests that it carried; ``said`` are the ids of those that
    were in it when it went, and not left out as untrue."""
    for message in parcel.messages:
        if isinstance(message, DigestTicket):
            digest = _digest_of(session, parcel.agency_id, message)
            if digest is not None:
                _note(session, digest, parcel, state, message.digest_id in said)
    session.flush()


def _digest_of(session: Session, agency_id: int, ticket: DigestTicket) -> DigestRow | None:
    try:
        digest_id = UUID(ticket.digest_id)
    except ValueError:
        return None  # a message that could not be prepared for this very reason is put aside here
    return session.get(DigestRow, (agency_id, digest_id))


def _note(
    session: Session, digest: DigestRow, parcel: Parcel, state: OutboxState, said: bool
) -> None:
    unsent = unsent_digests(session, parcel.agency_id, digest.contact_id)
    if digest.state not in _UNSENT:
        return
    if state is OutboxState.SENT and said:
        # With it came whatever an earlier one had waited to say (`models.digest.compose`).
        for one in unsent:
            if one.id == digest.id or one.day < digest.day:
                set_digest_state(one, DigestState.SENT)
        return
    if state is OutboxState.HELD:
        return  # an e-mail that waits for its server
    if any(one.day > digest.day and one.state is DigestState.QUEUED for one in unsent):
        return  # a newer one, on its way, says it too
    if said and state is OutboxState.DROPPED:
        # It rode on a reply that came too late, or the quota had no room for its push: it waits
        # for the next reply, or for the next round.
        set_digest_state(digest, DigestState.WAITING)
        return
    set_digest_state(digest, DigestState.OVER)
