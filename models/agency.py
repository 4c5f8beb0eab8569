"""Agencies (หน่วยงาน): the tenants. Each has a LINE channel of its own."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, vault
from models.base import Base

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
WEBHOOK_PATH = "/line/{key}"


class BadAgency(ValueError):
    """The agency cannot be added as asked; the text says why."""


class Agency(Base):
    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    webhook_key: Mapped[str] = mapped_column(String(43), unique=True)
    channel_secret: Mapped[bytes]  # sealed
    channel_token: Mapped[bytes]  # sealed
    contact_text: Mapped[str] = mapped_column(Text, default="")  # telephone and hours, for messages
    quota_limit: Mapped[int | None]  # None: LINE says that there is none
    quota_used: Mapped[int | None]
    quota_checked_at: Mapped[datetime | None]
    quota_moved_at: Mapped[datetime | None]  # something was pushed, or kept back
    basic_id: Mapped[str | None] = mapped_column(String(40))  # "@…", of links that open the chat
    created_at: Mapped[datetime]

    @property
    def webhook_path(self) -> str:
        return WEBHOOK_PATH.format(key=self.webhook_key)


@dataclass(frozen=True, repr=False)
class Channel:
    """What is needed to speak with LINE for one agency, opened and detached from any session."""

    agency_id: int
    secret: str
    token: str


def add_agency(
    session: Session,
    *,
    slug: str,
    name: str,
    channel_secret: str,
    channel_token: str,
    now: datetime,
    contact_text: str = "",
) -> Agency:
    """A new agency with a webhook address nobody can guess. Raises `BadAgency`."""
    if not _SLUG.fullmatch(slug):
        raise BadAgency(
            "the slug must be 1-40 small Latin letters, digits and hyphens, "
            "and begin and end with a letter or digit"
        )
    if not name.strip() or not channel_secret.strip() or not channel_token.strip():
        raise BadAgency("the name, the channel secret and the channel token must not be empty")
    if session.scalar(select(Agency.id).where(Agency.slug == slug)) is not None:
        raise BadAgency(f"there is an agency {slug!r} already")
    agency = Agency(
        slug=slug,
        name=name.strip(),
        webhook_key=secrets.token_urlsafe(24),
        channel_secret=b"",
        channel_token=b"",
        contact_text=contact_text,
        created_at=now,
    )
    session.add(agency)
    session.flush()  # the id is part of what the sealed values are bound to
    audit.begin(session, agency.id)
    set_channel(session, agency, channel_secret.strip(), channel_token.strip())
    return agency


def set_channel(session: Session, agency: Agency, secret: str, token: str) -> None:
    agency.channel_secret = vault.seal_text(session, agency.id, "channel", secret)
    agency.channel_token = vault.seal_text(session, agency.id, "channel", token)
    session.flush()


def channel_of(session: Session, agency: Agency) -> Channel:
    return Channel(
        agency.id,
        vault.open_text(session, agency.id, "channel", agency.channel_secret),
        vault.open_text(session, agency.id, "channel", agency.channel_token),
    )


def find_agency(session: Session, slug: str) -> Agency | None:
    return session.scalar(select(Agency).where(Agency.slug == slug))


def find_agency_by_webhook_key(session: Session, key: str) -> Agency | None:
    return session.scalar(select(Agency).where(Agency.webhook_key == key))


def hold_agency(session: Session, agency_id: int) -> Agency:
    """The agency, locked until the caller's commit: what must not happen twice at once waits.

    Its key stays free: a new row of any table refers to it, and must not wait for a whole round.
    """
    return session.get_one(Agency, agency_id, with_for_update={"key_share": True})


def try_to_hold_agency(session: Session, agency_id: int) -> bool:
    """The same without waiting: False while somebody else holds it."""
    query = select(Agency.id).where(Agency.id == agency_id)
    locked = query.with_for_update(key_share=True, skip_locked=True)
    return session.scalar(locked) is not None


def all_agencies(session: Session) -> list[Agency]:
    return list(session.scalars(select(Agency).order_by(Agency.slug)))


def only_agency(session: Session) -> Agency | None:
    """The installation's agency where it has exactly one."""
    first = session.scalars(select(Agency).limit(2)).all()
    return first[0] if len(first) == 1 else None
