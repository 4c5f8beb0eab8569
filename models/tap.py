"""Opaque tokens on the buttons of a reminder: sealed, bound to one agency, and good for a year."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from domain.keyring import CannotOpen
from domain.taps import TOKEN
from models import vault
from models.progress import ReportStatus

_LIFE = timedelta(days=366)
_ACTIONS = tuple(ReportStatus)


@dataclass(frozen=True)
class Tap:
    obligation_id: UUID
    status: ReportStatus


def make_tap(
    session: Session, agency_id: int, obligation_id: UUID, status: ReportStatus, now: datetime
) -> str:
    """Postback data for one action on one obligation, about 80 characters."""
    expires = int((now + _LIFE).timestamp())
    plain = obligation_id.bytes + bytes([_ACTIONS.index(status)]) + expires.to_bytes(5, "big")
    sealed = vault.seal_bytes(session, agency_id, "tap", plain)
    return TOKEN + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_tap(session: Session, agency_id: int, data: str, now: datetime) -> Tap | None:
    """None for what is forged, damaged, too old, or another agency's."""
    if not data.startswith(TOKEN):
        return None
    try:
        raw = data[len(TOKEN) :].encode("ascii")
        sealed = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
        plain = vault.open_bytes(session, agency_id, "tap", sealed)
    except (binascii.Error, ValueError, CannotOpen):
        return None
    if int.from_bytes(plain[17:22], "big") < now.timestamp():
        return None
    return Tap(UUID(bytes=plain[:16]), _ACTIONS[plain[16]])
