"""Housekeeping: what has run its time is erased, and LINE is asked for the month's quota."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.calendar import bangkok_day, start_of_bangkok_day
from jobs.context import JobContext
from models import (
    audit,
    complaint_text,
    conversation,
    inbox,
    outbox,
    plan_draft,
    stored_file,
    talk,
    tick,
)
from models.agency import Agency
from models.complaint import agencies_registering, registered_on
from models.contact import Contact, groups_of, line_id_of
from models.office import who_is_open
from models.quota_use import quota_of, quotas_to_read, release_held, set_quota

_KEEP_EVENTS = timedelta(days=30)
_KEEP_MESSAGES = timedelta(days=90)
_KEEP_TICKS = timedelta(days=60)
_MOST_SKETCHES = 20_000
_SKETCHES_AT_ONCE = 100


def sweep(context: JobContext) -> dict[str, Any]:
    """Erase drafts nobody came back to, files nobody sent, and traces past their time."""
    now = context.now
    with context.db.writing() as session:
        done: dict[str, Any] = {
            "drafts": conversation.wipe_expired(session, bangkok_day(now)),
            "events": inbox.forget_old_events(session, now, _KEEP_EVENTS),
            "messages": outbox.forget_old_messages(session, now, _KEEP_MESSAGES),
            "plan_drafts": plan_draft.erase_old_drafts(session, now),
            "talks": talk.erase_old_talks(session, now),
            "ticks": tick.forget_old_ticks(session, now, _KEEP_TICKS),
        }
    with context.db.writing() as session:
        done["files"] = stored_file.sweep_orphans(session, context.blobs, now)
    done["registered"] = _register_complaints(context)
    done["sketches"] = _draw_sketches(context)
    context.db.checkpoint()
    return done


def _draw_sketches(context: JobContext) -> int:
    """Those that a search misses, a bounded number a night, others' writes going in between."""
    total = 0
    while total < _MOST_SKETCHES:
        with context.db.writing() as session:
            drawn = complaint_text.draw_missing(session, _SKETCHES_AT_ONCE)
        total += drawn
        if drawn < _SKETCHES_AT_ONCE:
            break
    return total


def _register_complaints(context: JobContext) -> int:
    """Enter yesterday's complaints in the audit log, in the order of their random ids.

    Not at the moment of filing: a line between two exact times would say when a report was made.
    """
    yesterday = bangkok_day(context.now) - timedelta(days=1)
    count = 0
    with context.db.writing() as session:
        for agency_id in agencies_registering(session, yesterday):
            for complaint_id in registered_on(session, agency_id, yesterday):
                audit.record(
                    session,
                    agency_id,
                    action="complaint.registered",
                    subject=f"complaint:{complaint_id}",
                    actor="system",
                    now=context.now,
                    detail={"received_on": yesterday.isoformat()},
                )
                count += 1
    return count


def read_quotas(context: JobContext) -> dict[str, Any]:
    """Ask LINE for each agency's quota, and let held messages go when there is room again."""
    month_began = start_of_bangkok_day(bangkok_day(context.now).replace(day=1))
    with context.db.reading() as session:
        ids = quotas_to_read(session, context.now, month_began)
        is_open = who_is_open(session, context.now)
    read = released = 0
    for agency_id in ids:
        found = context.read_quota(agency_id)
        if found is None:
            continue
        limit, used = found
        read += 1
        _count_groups(context, agency_id)
        with context.db.writing() as session:
            agency = session.get_one(Agency, agency_id)
            set_quota(session, agency, limit, used, context.now)
            quota = quota_of(session, agency)
            if limit is None or used < limit:
                released += release_held(
                    session,
                    agency_id,
                    datetime.now(UTC),
                    at_work=is_open(agency_id),
                    all_kinds=quota is None or quota.spendable != 0,
                )
    return {"read": read, "released": released}


def _count_groups(context: JobContext, agency_id: int) -> None:
    """How many read a division's group: LINE counts a push to it for each of them."""
    with context.db.reading() as session:
        groups = [(one.id, line_id_of(session, one)) for one in groups_of(session, agency_id)]
    for contact_id, line_id in groups:
        members = context.count_members(agency_id, line_id)
        if members is not None:
            with context.db.writing() as session:
                session.get_one(Contact, (agency_id, contact_id)).members = members
