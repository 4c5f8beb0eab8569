"""LINE, played on this machine: its Messaging API, its webhooks and a phone-like chat page."""

from __future__ import annotations

from simulator.app import create_app, mount
from simulator.core import MONTHLY_LIMIT, RATE_LIMITED, SAME_USER, TOO_CONCURRENT, Simulator
from simulator.events import EVENT_TYPES, build_event, build_message, user_source
from simulator.state import Channel, Group, User
from simulator.texts import grapheme_length, utf16_length
from simulator.webhooks import sign

__all__ = [
    "EVENT_TYPES",
    "MONTHLY_LIMIT",
    "RATE_LIMITED",
    "SAME_USER",
    "TOO_CONCURRENT",
    "Channel",
    "Group",
    "Simulator",
    "User",
    "build_event",
    "build_message",
    "create_app",
    "grapheme_length",
    "mount",
    "sign",
    "user_source",
    "utf16_length",
]
