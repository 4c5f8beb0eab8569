"""What waits in the outbox, and for whom."""

from __future__ import annotations

from sqlalchemy import select

from domain.messages import Text, from_json
from models import vault
from models.database import Database
from models.outbox import OutboxMessage
from tests.offices import Office


def waiting_texts(db: Database, office: Office) -> dict[str, str]:
    """By recipient, of all that is queued for them."""
    found: dict[str, str] = {}
    with db.reading() as session:
        query = select(OutboxMessage).where(OutboxMessage.agency_id == office.agency_id)
        for row in session.scalars(query.order_by(OutboxMessage.id)):
            assert row.recipient
            assert row.body
            to = vault.open_text(session, office.agency_id, "line", row.recipient)
            said = from_json(vault.open_bytes(session, office.agency_id, "outbox", row.body))
            texts = [one.text for one in said if isinstance(one, Text)]
            found[to] = "\n".join([*found.get(to, "").split("\n"), *texts]).strip()
    return found
