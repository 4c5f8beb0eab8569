"""What LINE says of each agency's account: the id by which a link opens its chat."""

from __future__ import annotations

from typing import Any

from domain.calendar import BANGKOK
from jobs.context import JobContext
from models.agency import Agency, all_agencies

_LOOK_AGAIN_AT = 4  # o'clock: an office may have bought another id


def read_basic_ids(context: JobContext) -> dict[str, Any]:
    """Ask for the ids that are not known yet, and once a day for all of them."""
    every = context.now.astimezone(BANGKOK).hour == _LOOK_AGAIN_AT
    with context.db.reading() as session:
        known = {agency.id: agency.basic_id for agency in all_agencies(session)}
    changed = 0
    for agency_id, before in known.items():
        found = context.read_basic_id(agency_id) if every or before is None else None
        if found is None or found == before:
            continue
        with context.db.writing() as session:
            session.get_one(Agency, agency_id).basic_id = found
        changed += 1
    return {"changed": changed}
