"""LINE's door: the Messaging API under /simulator/line, for both of LINE's hosts."""

from __future__ import annotations

from simulator.door.entrance import build_door

__all__ = ["build_door"]
