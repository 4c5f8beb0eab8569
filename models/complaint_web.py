"""What the public's web needs of complaints: drafts between two pages, a ticket that stands for a
receipt code for a while, and rows held so that two requests of one moment do not tread on each
other."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.keyring import CannotOpen
from models import conversation, vault
from models.complaint import (
    Complaint,
    ComplaintExclusion,
    IdentityMode,
    Reporter,
    find_by_receipt,
)
from models.complaint_locking import hold_complaint as hold_complaint
from models.conversation import Conversation, ConversationKey
from models.stored_file import drafted_files

TICKET_LASTS = timedelta(minutes=30)
DRAFT_LASTS = timedelta(hours=24)
_TICKET, _FILES = "web ticket", "web files"


def new_draft_token() -> str:
    return secrets.token_urlsafe(24)


def _key(agency_id: int, token: str) -> ConversationKey:
    return ConversationKey(agency_id, "web", token)


def save_draft(session: Session, agency_id: int, token: str, draft: Any, now: datetime) -> None:
    content = {"draft": draft, "until": (now + DRAFT_LASTS).isoformat()}
    conversation.save(session, _key(agency_id, token), content, bangkok_day(now))


def load_draft(session: Session, agency_id: int, token: str, now: datetime) -> Any | None:
    """What was saved under a token; None once it is filed, thrown away, or a day old."""
    if not token:
        return None
    content = conversation.load(session, _key(agency_id, token))
    if content is None or now >= datetime.fromisoformat(content["until"]):
        return None
    return content["draft"]


def take_draft(session: Session, agency_id: int, token: str, now: datetime) -> Any | None:
    """The draft, which is wiped with this transaction: of two requests one gets it."""
    key = _key(agency_id, token)
    session.scalar(
        select(Conversation.key)
        .where(Conversation.agency_id == agency_id, Conversation.key == key.blinded(session))
        .with_for_update()
    )
    draft = load_draft(session, agency_id, token, now)
    if draft is not None:
        conversation.wipe(session, key)
    return draft


def ticket_for_code(session: Session, agency_id: int, code: str, now: datetime) -> str:
    """What a page carries in place of the code that was shown: sealed, for half an hour."""
    return _sealed(
        session, agency_id, _TICKET, {"code": code, "until": (now + TICKET_LASTS).isoformat()}
    )


def code_of_ticket(session: Session, agency_id: int, ticket: str, now: datetime) -> str | None:
    """None for what is forged, another agency's, or too old."""
    content = _opened(session, agency_id, _TICKET, ticket)
    if content is None or now >= datetime.fromisoformat(content["until"]):
        return None
    return str(content["code"])


def files_token(session: Session, agency_id: int, owner: str, ids: Sequence[str]) -> str:
    """Files that came with words which were not taken yet, to be sent along the next time.

    ``owner``: the case or the officer whose page carries it; it opens for nobody else.
    """
    return _sealed(session, agency_id, _FILES, {"owner": owner, "files": list(ids)})


def files_of_token(session: Session, agency_id: int, owner: str, token: str) -> list[str]:
    """Those of them that are still nobody's."""
    content = _opened(session, agency_id, _FILES, token) if token else None
    if content is None or content["owner"] != owner:
        return []
    found = drafted_files(session, agency_id, content["files"])
    return [str(stored.id) for stored in found]


def _sealed(session: Session, agency_id: int, purpose: str, content: Any) -> str:
    sealed = vault.seal_json(session, agency_id, purpose, content)
    return base64.urlsafe_b64encode(sealed).decode()


def _opened(session: Session, agency_id: int, purpose: str, token: str) -> Any | None:
    try:
        sealed = base64.urlsafe_b64decode(token.encode("ascii"))
        return vault.open_json(session, agency_id, purpose, sealed)
    except (CannotOpen, ValueError, binascii.Error):
        return None


def hold_case(session: Session, agency_id: int, code: str) -> Complaint | None:
    """The case behind a receipt code, locked with all that it repeats or that repeats it."""
    found = find_by_receipt(session, agency_id, code)
    return None if found is None else hold_complaint(session, agency_id, found.id)


def seal_contact(session: Session, complaint: Complaint, name: str, phone: str) -> None:
    """Keep what a confidential reporter left, where no officer's page ever opens it."""
    if complaint.identity_mode is not IdentityMode.CONFIDENTIAL or complaint.reporter_id is None:
        raise ValueError("only a confidential reporter's contact is kept so")
    reporter = session.get_one(Reporter, (complaint.agency_id, complaint.reporter_id))
    reporter.identity = vault.seal_json(
        session, complaint.agency_id, "reporter", {"name": name, "phone": phone}
    )
    session.flush()


def is_kept_from_somebody(session: Session, complaint: Complaint) -> bool:
    query = select(ComplaintExclusion.id).where(
        ComplaintExclusion.agency_id == complaint.agency_id,
        ComplaintExclusion.complaint_id == complaint.id,
    )
    return session.scalar(query.limit(1)) is not None
