"""Whether the log's chain is whole. A short one is walked at every look; a long one in stretches,
when somebody asks, and how far they came is kept in their signed cookie: the database could not be
trusted with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.viewer import this_person
from models.audit import BrokenEntry, Walked, walk

_WALKED_UNASKED = 5_000  # a longer chain takes seconds
_STRETCH = 100_000
_KEPT = "audit_walk"


@dataclass(frozen=True)
class Chain:
    """``walked``: the last line that was found whole; ``broken_at``: the first that was not."""

    count: int
    walked: int
    at: datetime | None
    broken_at: int | None = None

    @property
    def is_long(self) -> bool:
        return self.count > _WALKED_UNASKED

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None and self.walked >= self.count


def chain_state(db: Session, agency_id: int, count: int) -> Chain:
    if count <= _WALKED_UNASKED:
        step = walk(db, agency_id, Walked(), _WALKED_UNASKED + 1)
        if isinstance(step, BrokenEntry):
            return Chain(count, step.number - 1, now(), step.number)
        return Chain(count, step.number, now())
    return _remembered(agency_id, count)


def _remembered(agency_id: int, count: int) -> Chain:
    kept = session.get(_KEPT)
    if not isinstance(kept, dict) or kept.get("agency") != agency_id:
        return Chain(count, 0, None)
    return Chain(count, kept["number"], datetime.fromisoformat(kept["at"]), kept["broken"])


@desk.post("/audit/walk")
def walk_chain() -> Response:
    """A stretch further; from the beginning again where the last walk came to an end."""
    with services().db.reading() as db:
        agency_id = this_person(db).agency_id
        step = walk(db, agency_id, _start(agency_id), _STRETCH)
    broken = step.number if isinstance(step, BrokenEntry) else None
    session[_KEPT] = {
        "agency": agency_id,
        "number": step.number - 1 if isinstance(step, BrokenEntry) else step.number,
        "mac": "" if isinstance(step, BrokenEntry) else step.mac.hex(),
        "at": now().isoformat(),
        "broken": broken,
    }
    if broken is None:
        flash(f"ตรวจแล้วถึงบรรทัดที่ {step.number:,} ไม่พบรายการที่ถูกแก้ไขหรือหายไป", "success")
    return redirect(url_for("desk.audit_log"))


def _start(agency_id: int) -> Walked:
    kept = session.get(_KEPT)
    if not isinstance(kept, dict) or kept.get("agency") != agency_id or kept["broken"] is not None:
        return Walked()
    return Walked(kept["number"], bytes.fromhex(kept["mac"]))


@desk.post("/audit/walk-again")
def walk_chain_again() -> Response:
    """Forget how far the walk has come: what was whole then may have been altered since."""
    session.pop(_KEPT, None)
    return walk_chain()
