"""Every table, imported once: for migrations and for whatever walks them all."""

from models import (
    agency,
    audit,
    complaint,
    complaint_reporter,
    contact,
    conversation,
    division,
    inbox,
    knowledge,
    lexicon,
    measure,
    outbox,
    person,
    plan_draft,
    reminder,
    stored_file,
    talk,
    tick,
)
from models.base import Base

metadata = Base.metadata

__all__ = [
    "agency",
    "audit",
    "complaint",
    "complaint_reporter",
    "contact",
    "conversation",
    "division",
    "inbox",
    "knowledge",
    "lexicon",
    "measure",
    "metadata",
    "outbox",
    "person",
    "plan_draft",
    "reminder",
    "stored_file",
    "talk",
    "tick",
]
