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
