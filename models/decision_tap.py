"""Opaque tokens on the buttons under a wish to postpone: sealed, bound to one agency, one wish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from domain.taps import DECIDE
from models.sealed_tap import A_YEAR, open_tap, seal_tap


class Verdict(StrEnum):
    GRANT = "grant"
    DECLINE = "decline"  # the reason is asked for first
    DECLINE_SILENTLY = "decline_silently"


_VERDICTS = tuple(Verdict)
_LENGTH = 16 + 1


@dataclass(frozen=True)
class DecisionTap:
    report_id: UUID
    verdict: Verdict


def make_decision_tap(
    session: Session, agency_id: int, report_id: UUID, verdict: Verdict, now: datetime
) -> str:
    """Postback data for one verdict on one wish, about 80 characters."""
    plain = report_id.bytes + bytes([_VERDICTS.index(verdict)])
    return seal_tap(session, agency_id, DECIDE, "decision_tap", plain, until=now + A_YEAR)


def read_decision_tap(
    session: Session, agency_id: int, data: str, now: datetime
) -> DecisionTap | None:
    """None for what is forged, damaged, too old, or another agency's."""
    plain = open_tap(session, agency_id, DECIDE, "decision_tap", data, _LENGTH, now)
    if plain is None:
        return None
    return DecisionTap(UUID(bytes=plain[:16]), _VERDICTS[plain[16]])
