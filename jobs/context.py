"""What a clock job is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.database import Database
from models.stored_file import BlobFolder


@dataclass(frozen=True)
class JobContext:
    """``now`` is the tick's instant. ``read_quota`` asks LINE for an agency's (limit, used) of the
    month, None where LINE does not say. ``thorough`` looks at every open obligation in its time
    of reminding, not only at those whose next reminder has come: for a tick at a chosen instant."""

    db: Database
    blobs: BlobFolder
    now: datetime
    read_quota: Callable[[int], tuple[int | None, int] | None]
    thorough: bool = False
    public_url: str = ""  # where people reach our pages; "" where they cannot
    shows_pictures: bool = False  # whether LINE can fetch a picture from there
    # Asks LINE how many belong to a group (agency, the group's LINE id); None where it is not said.
    count_members: Callable[[int, str], int | None] = lambda _agency_id, _group: None
    # What LINE says is the "@…" id of an agency's account; None where it does not say.
    read_basic_id: Callable[[int], str | None] = lambda _agency_id: None
