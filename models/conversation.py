"""Where a conversation stands, with its draft sealed. An idle one has no row at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Index, LargeBinary, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import vault
from models.base import WITHOUT_ROW_ORDER, Base, Tenant

KEEP_DRAFT = timedelta(days=14)


class Conversation(Tenant, Base):
    __tablename__ = "conversation"
    __table_args__ = (Index("ix_conversation_expires_on", "expires_on"), WITHOUT_ROW_ORDER)

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    content: Mapped[bytes]  # sealed JSON: the state's name and the draft
    expires_on: Mapped[date]


@dataclass(frozen=True)
class ConversationKey:
    """One person in one chat: ``chat`` is the group's LINE id, or the user's own."""

    agency_id: int
    chat: str
    user: str

    def blinded(self, session: Session) -> bytes:
        return vault.blind(session, self.agency_id, "conversation", f"{self.chat}|{self.user}")


def load(session: Session, key: ConversationKey) -> Any | None:
    """What `save` was given, or None."""
    row = session.get(Conversation, (key.agency_id, key.blinded(session)))
    if row is None:
        return None
    return vault.open_json(session, key.agency_id, "conversation", row.content)


def save(
    session: Session,
    key: ConversationKey,
    content: Any,
    today: date,
    keep: timedelta = KEEP_DRAFT,
) -> None:
    sealed = vault.seal_json(session, key.agency_id, "conversation", content)
    row = session.get(Conversation, (key.agency_id, key.blinded(session)))
    if row is None:
        row = Conversation(agency_id=key.agency_id, key=key.blinded(session))
        session.add(row)
    row.content = sealed
    row.expires_on = today + keep
    session.flush()


def wipe(session: Session, key: ConversationKey) -> None:
    """The draft is finished or thrown away: nothing of it stays."""
    session.execute(
        delete(Conversation).where(
            Conversation.agency_id == key.agency_id, Conversation.key == key.blinded(session)
        )
    )


def wipe_expired(session: Session, today: date) -> int:
    statement = delete(Conversation).where(Conversation.expires_on < today)
    return session.connection().execute(statement).rowcount
