"""Buttons that link and unlink: sealed, bound to one agency, one person and one place, and short
lived, so that an old card in a chat changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from domain.taps import LINK
from models.sealed_tap import open_tap, seal_tap

LINK_TAP_LIFE = timedelta(minutes=30)
_NOTHING = UUID(int=0)
_LENGTH = 1 + 3 * 16


class LinkVerb(StrEnum):
    LINK_GROUP = "link_group"
    UNLINK = "unlink"
    UNLINK_GROUP = "unlink_group"
    KEEP = "keep"


_VERBS = tuple(LinkVerb)


@dataclass(frozen=True)
class LinkTap:
    verb: LinkVerb
    person_id: UUID  # who may tap it
    division_id: UUID | None = None
    group_id: UUID | None = None  # the contact of the group in which it may be tapped


def make_link_tap(session: Session, agency_id: int, tap: LinkTap, now: datetime) -> str:
    """Postback data, about 120 characters."""
    plain = (
        bytes([_VERBS.index(tap.verb)])
        + tap.person_id.bytes
        + (tap.division_id or _NOTHING).bytes
        + (tap.group_id or _NOTHING).bytes
    )
    return seal_tap(session, agency_id, LINK, "link tap", plain, until=now + LINK_TAP_LIFE)


def read_link_tap(session: Session, agency_id: int, data: str, now: datetime) -> LinkTap | None:
    """None for what is forged, damaged, too old, or another agency's."""
    plain = open_tap(session, agency_id, LINK, "link tap", data, _LENGTH, now)
    if plain is None:
        return None
    return LinkTap(
        _VERBS[plain[0]], UUID(bytes=plain[1:17]), _some(plain[17:33]), _some(plain[33:49])
    )


def _some(raw: bytes) -> UUID | None:
    found = UUID(bytes=raw)
    return None if found == _NOTHING else found
