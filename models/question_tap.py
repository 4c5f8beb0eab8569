"""Opaque tokens on an officer's buttons: sealed, bound to one agency, one question, one deed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from domain.keyring import CannotOpen
from domain.taps import ANSWER
from models import vault

_LIFE = timedelta(days=60)
MARK_BYTES = 4
NO_MARK = bytes(MARK_BYTES)


class Deed(StrEnum):
    BEGIN = "begin"
    SEND = "send"
    AGAIN = "again"
    CANCEL = "cancel"
    KEEP = "keep"


_DEEDS = tuple(Deed)
_LENGTH = 16 + 1 + MARK_BYTES + 5


@dataclass(frozen=True)
class QuestionTap:
    question_id: UUID
    deed: Deed
    mark: bytes  # of the text that was shown, so that an old button cannot send a newer one


def make_question_tap(
    session: Session,
    agency_id: int,
    question_id: UUID,
    deed: Deed,
    now: datetime,
    mark: bytes = NO_MARK,
) -> str:
    """Postback data for one deed on one question, about 80 characters."""
    expires = int((now + _LIFE).timestamp())
    plain = question_id.bytes + bytes([_DEEDS.index(deed)]) + mark + expires.to_bytes(5, "big")
    sealed = vault.seal_bytes(session, agency_id, "question_tap", plain)
    return ANSWER + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_question_tap(
    session: Session, agency_id: int, data: str, now: datetime
) -> QuestionTap | None:
    """None for what is forged, damaged, too old, or another agency's."""
    if not data.startswith(ANSWER):
        return None
    try:
        raw = data[len(ANSWER) :].encode("ascii")
        sealed = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
        plain = vault.open_bytes(session, agency_id, "question_tap", sealed)
    except (binascii.Error, ValueError, CannotOpen):
        return None
    if len(plain) != _LENGTH or int.from_bytes(plain[-5:], "big") < now.timestamp():
        return None
    return QuestionTap(UUID(bytes=plain[:16]), _DEEDS[plain[16]], plain[17 : 17 + MARK_BYTES])
