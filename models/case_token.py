"""What a button carries to come back to a case: sealed, so that it says nothing to a bystander.

Of an anonymous report it holds the receipt code, which the chat shows anyway; of any other the
case's id, and it works for its own reporter alone.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from sqlalchemy.orm import Session

from domain.keyring import CannotOpen
from domain.taps import CASE
from models import vault
from models.complaint import Complaint, IdentityMode, find_by_receipt, is_reporter

_CODE, _ID = b"c", b"i"
_PURPOSE = "case token"


def token_for_code(session: Session, agency_id: int, code: str) -> str:
    """For whoever has just shown the receipt code."""
    return _sealed(session, agency_id, _CODE + code.encode())


def token_for_reporter(session: Session, complaint: Complaint) -> str:
    """For the reporter of a named or confidential case. Raises `ValueError` for an anonymous one:
    nobody can be told of it."""
    if complaint.identity_mode is IdentityMode.ANONYMOUS:
        raise ValueError("an anonymous case is reached by its code alone")
    return _sealed(session, complaint.agency_id, _ID + complaint.id.bytes)


def _sealed(session: Session, agency_id: int, plain: bytes) -> str:
    sealed = vault.seal_bytes(session, agency_id, _PURPOSE, plain)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def case_data(verb: str, token: str) -> str:
    """A postback's data: ``k:<verb>:<token>``, well under LINE's 300 characters."""
    return f"{CASE}{verb}:{token}"


def read_case_data(
    session: Session, agency_id: int, data: str, line_id: str
) -> tuple[str, Complaint, str] | None:
    """The verb, the case and the token of a postback that ``line_id`` tapped.

    None for what is forged, another agency's, or another person's.
    """
    verb, _, token = data.removeprefix(CASE).partition(":")
    complaint = open_token(session, agency_id, token, line_id)
    return None if complaint is None else (verb, complaint, token)


def open_token(
    session: Session, agency_id: int, token: str, line_id: str | None = None
) -> Complaint | None:
    """``line_id`` is who holds it; without one (the web) only codes open anything."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        plain = vault.open_bytes(session, agency_id, _PURPOSE, sealed)
    except (CannotOpen, ValueError, binascii.Error):
        return None
    if plain[:1] == _CODE:
        return find_by_receipt(session, agency_id, plain[1:].decode())
    complaint = session.get(Complaint, (agency_id, UUID(bytes=plain[1:])))
    if complaint is None or line_id is None or not is_reporter(session, complaint, line_id):
        return None
    return complaint
