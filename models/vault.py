"""Sealing what is personal before it reaches a table, and opening it again.

The context of a sealed value is its agency and its purpose, so that it opens nowhere else.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from models.database import keys_of


def _context(agency_id: int, purpose: str) -> str:
    return f"{agency_id}/{purpose}"


def seal_bytes(session: Session, agency_id: int, purpose: str, plain: bytes) -> bytes:
    return keys_of(session).seal(plain, _context(agency_id, purpose))


def open_bytes(session: Session, agency_id: int, purpose: str, sealed: bytes) -> bytes:
    """Raises `domain.keyring.CannotOpen`."""
    return keys_of(session).open(sealed, _context(agency_id, purpose))


def seal_text(session: Session, agency_id: int, purpose: str, plain: str) -> bytes:
    # A lone surrogate can arrive in LINE's JSON; it must not stop a complaint.
    return seal_bytes(session, agency_id, purpose, plain.encode("utf-8", "replace"))


def open_text(session: Session, agency_id: int, purpose: str, sealed: bytes) -> str:
    return open_bytes(session, agency_id, purpose, sealed).decode()


def seal_json(session: Session, agency_id: int, purpose: str, value: Any) -> bytes:
    return seal_text(session, agency_id, purpose, json.dumps(value, ensure_ascii=False))


def open_json(session: Session, agency_id: int, purpose: str, sealed: bytes) -> Any:
    return json.loads(open_text(session, agency_id, purpose, sealed))


def blind(session: Session, agency_id: int, purpose: str, value: str) -> bytes:
    """The keyed hash by which ``value`` is looked up; another agency's differs."""
    return keys_of(session).blind(value, _context(agency_id, purpose))
