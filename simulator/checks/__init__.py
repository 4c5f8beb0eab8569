"""What LINE refuses in a request body, beyond what its OpenAPI file can say."""

from __future__ import annotations

from simulator.checks.common import Refusal
from simulator.checks.messages import check_messages
from simulator.checks.richmenus import check_rich_menu

__all__ = ["Refusal", "check_messages", "check_rich_menu"]
