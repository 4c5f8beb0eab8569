"""Opaque tokens on an officer's buttons: sealed, bound to one agency, one question, one deed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from domain.taps import ANSWER
from models.sealed_tap import open_tap, seal_tap

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
_LENGTH = 16 + 1 + MARK_BYTES


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
    plain = question_id.bytes + bytes([_DEEDS.index(deed)]) + mark
    return seal_tap(session, agency_id, ANSWER, "question_tap", plain, until=now + _LIFE)


def read_question_tap(
    session: Session, agency_id: int, data: str, now: datetime
) -> QuestionTap | None:
    """None for what is forged, damaged, too old, or another agency's."""
    plain = open_tap(session, agency_id, ANSWER, "question_tap", data, _LENGTH, now)
    if plain is None:
        return None
    return QuestionTap(UUID(bytes=plain[:16]), _DEEDS[plain[16]], plain[17 : 17 + MARK_BYTES])
