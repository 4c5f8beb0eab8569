"""Opaque tokens on the buttons of a reminder: sealed, bound to one agency, and good for a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from domain.taps import TOKEN
from models.progress import ReportStatus
from models.sealed_tap import A_YEAR, open_tap, seal_tap

_ACTIONS = tuple(ReportStatus)
_LENGTH = 16 + 1


@dataclass(frozen=True)
class Tap:
    obligation_id: UUID
    status: ReportStatus


def make_tap(
    session: Session, agency_id: int, obligation_id: UUID, status: ReportStatus, now: datetime
) -> str:
    """Postback data for one action on one obligation, about 80 characters."""
    plain = obligation_id.bytes + bytes([_ACTIONS.index(status)])
    return seal_tap(session, agency_id, TOKEN, "tap", plain, until=now + A_YEAR)


def read_tap(session: Session, agency_id: int, data: str, now: datetime) -> Tap | None:
    """None for what is forged, damaged, too old, or another agency's."""
    plain = open_tap(session, agency_id, TOKEN, "tap", data, _LENGTH, now)
    if plain is None:
        return None
    return Tap(UUID(bytes=plain[:16]), _ACTIONS[plain[16]])
