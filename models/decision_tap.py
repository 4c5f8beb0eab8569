"""Opaque tokens on the buttons under a wish to postpone: sealed, bound to one agency, one wish."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from domain.keyring import CannotOpen
from domain.taps import DECIDE
from models import vault

_LIFE = timedelta(days=366)


class Verdict(StrEnum):
    GRANT = "grant"
    DECLINE = "decline"  # the reason is asked for first
    DECLINE_SILENTLY = "decline_silently"


_VERDICTS = tuple(Verdict)
_LENGTH = 16 + 1 + 5


@dataclass(frozen=True)
class DecisionTap:
    report_id: UUID
    verdict: Verdict


def make_decision_tap(
    session: Session, agency_id: int, report_id: UUID, verdict: Verdict, now: datetime
) -> str:
    """Postback data for one verdict on one wish, about 80 characters."""
    expires = int((now + _LIFE).timestamp())
    plain = report_id.bytes + bytes([_VERDICTS.index(verdict)]) + expires.to_bytes(5, "big")
    sealed = vault.seal_bytes(session, agency_id, "decision_tap", plain)
    return DECIDE + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_decision_tap(
    session: Session, agency_id: int, data: str, now: datetime
) -> DecisionTap | None:
    """None for what is forged, damaged, too old, or another agency's."""
    if not data.startswith(DECIDE):
        return None
    try:
        raw = data[len(DECIDE) :].encode("ascii")
        sealed = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
        plain = vault.open_bytes(session, agency_id, "decision_tap", sealed)
    except (binascii.Error, ValueError, CannotOpen):
        return None
    if len(plain) != _LENGTH or int.from_bytes(plain[-5:], "big") < now.timestamp():
        return None
    return DecisionTap(UUID(bytes=plain[:16]), _VERDICTS[plain[16]])
