"""Every table, imported once: for migrations and for whatever walks them all."""

from models import (
    agency,
    audit,
    complaint,
    contact,
    conversation,
    division,
    inbox,
    knowledge,
    measure,
    outbox,
    person,
    reminder,
    stored_file,
    tick,
)
from models.base import Base

metadata = Base.metadata

__all__ = [
    "agency",
    "audit",
    "complaint",
    "contact",
    "conversation",
    "division",
    "inbox",
    "knowledge",
    "measure",
    "metadata",
    "outbox",
    "person",
    "reminder",
    "stored_file",
    "tick",
]
