"""What a button carries, sealed: bound to one agency and one purpose, and good until a day."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.keyring import CannotOpen
from models import vault

A_YEAR = timedelta(days=366)
_EXPIRY = 5  # bytes, seconds since 1970


def seal_tap(
    session: Session,
    agency_id: int,
    prefix: str,
    purpose: str,
    plain: bytes,
    *,
    until: datetime,
) -> str:
    """Postback data: the prefix, and what it is about in sealed bytes."""
    expires = int(until.timestamp()).to_bytes(_EXPIRY, "big")
    sealed = vault.seal_bytes(session, agency_id, purpose, plain + expires)
    return prefix + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def open_tap(
    session: Session,
    agency_id: int,
    prefix: str,
    purpose: str,
    data: str,
    length: int,
    now: datetime,
) -> bytes | None:
    """The ``length`` bytes that were sealed; None for what is forged, damaged, too old, another
    agency's, or for another purpose."""
    if not data.startswith(prefix):
        return None
    try:
        raw = data[len(prefix) :].encode("ascii")
        sealed = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
        plain = vault.open_bytes(session, agency_id, purpose, sealed)
    except (binascii.Error, ValueError, CannotOpen):
        return None
    if len(plain) != length + _EXPIRY:
        return None
    if int.from_bytes(plain[length:], "big") < now.timestamp():
        return None
    return plain[:length]
