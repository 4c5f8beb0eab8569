"""Addresses that people type: e-mail, and LINE's links."""

from __future__ import annotations

import re
from urllib.parse import quote

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without its angle brackets
_LONGEST_LOCAL = 64
_LOCAL = re.compile(r"[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*", re.ASCII)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z]{{2,63}}", re.ASCII)


def read_email(text: str) -> str | None:
    """An e-mail address in small letters; None for what is none, or of a rarer kind than offices
    use (quoted names, numbers for hosts, letters beyond ASCII)."""
    address = text.strip().lower()
    local, at, domain = address.rpartition("@")
    if not at or not text.isascii() or len(address) > LONGEST_EMAIL or len(local) > _LONGEST_LOCAL:
        return None
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return None
    return address


def chat_link(basic_id: str, text: str) -> str:
    """The address that opens the chat with an account, with words typed that need only be sent.

    Source: LINE, "Use LINE features with the LINE URL scheme": both are percent-encoded.
    """
    return f"https://line.me/R/oaMessage/{quote(basic_id, safe='')}/?{quote(text, safe='')}"
