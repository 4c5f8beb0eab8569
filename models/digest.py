"""What a digest says: composed when it is sent, so that it is true at that moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import messages as spoken
from domain.calendar import bangkok_day, short_date
from domain.reminders import Level
from domain.states import DigestState, ObligationState
from models.contact import Contact
from models.duty import staff_of
from models.measure import Obligation
from models.progress import ReportStatus, was_returned
from models.reminder import DigestRow, Reminder, unsent_digests
from models.tap import make_tap

SHOWN_AT_MOST = 12  # a Flex carousel's bubbles, per LINE
RETURNED = "ส่งกลับให้แก้ไข"  # why, only the desk and the one who reported are told


def compose(
    session: Session,
    agency_id: int,
    digest_id: UUID,
    now: datetime,
    *,
    desk_url: str = "",
) -> spoken.Digest | None:
    """A digest as it is true now: who has left and what was answered since fall out of it, and
    what an earlier one could not say (held for want of quota) is in it.

    Days late are counted on the digest's own day, and the whole days that passed since it was
    made. None when nothing is left to say, or when a newer one says it.
    """
    digest = session.get(DigestRow, (agency_id, digest_id))
    if digest is None or digest.state in (DigestState.SENT, DigestState.OVER):
        return None
    unsent = unsent_digests(session, agency_id, digest.contact_id)
    if any(one.day > digest.day and one.state is DigestState.QUEUED for one in unsent):
        return None
    together = [digest, *(one for one in unsent if one.day < digest.day)]
    contact = session.get_one(Contact, (agency_id, digest.contact_id))
    obligations = _open_obligations(session, together)
    told = told_of(session, contact, obligations)
    obligations = [one for one in obligations if one.id in told]
    if not obligations:
        return None
    # A tick may be asked for a day long past: its days are its own, and pass as ours do.
    passed = (bangkok_day(now) - bangkok_day(digest.created_at)).days
    today = digest.day + timedelta(days=max(passed, 0))
    own = {id_ for id_, level in told.items() if level in (Level.DIVISION, Level.HEAD)}
    return digest_of(session, obligations, today, now, desk_url, own)


def digest_of(
    session: Session,
    obligations: Sequence[Obligation],
    today: date,
    now: datetime,
    desk_url: str,
    own: Collection[UUID] | None = None,
) -> spoken.Digest:
    """Obligations on cards, most overdue first; where they are many, the rest in figures.

    ``own`` are those that the reader may report on (all, where it is not given); of the others
    they are told because somebody below is silent, and can look.
    """
    ordered = sorted(obligations, key=lambda one: (one.due_on, one.measure.number))
    shown = ordered if len(ordered) <= SHOWN_AT_MOST else ordered[: SHOWN_AT_MOST - 1]
    rest = ordered[len(shown) :]
    late = sum(1 for one in ordered if one.due_on < today)
    theirs = own is not None and not any(one.id in own for one in ordered)
    heading = f"{_SILENT if theirs else _DUE} {len(ordered)} รายการ"
    if late:
        heading += f" เกินกำหนดแล้ว {late} รายการ"
    link = spoken.Choice(label="เปิดดูทั้งหมด", url=f"{desk_url}/desk/measures") if desk_url else None
    return spoken.Digest(
        heading=heading,
        items=tuple(
            _item(session, one, today, _choices(session, one, now, desk_url, own)) for one in shown
        ),
        more=len(rest),
        tally=_tally(rest, today),
        link=link if rest else None,
    )


_DUE = "มีมาตรการรอรายงานผล"
_SILENT = "ส่วนราชการยังไม่รายงานผล"


def _choices(
    session: Session,
    obligation: Obligation,
    now: datetime,
    desk_url: str,
    own: Collection[UUID] | None,
) -> tuple[spoken.Choice, ...]:
    if own is None or obligation.id in own:
        return report_buttons(session, obligation, now)
    if not desk_url:
        return ()
    return (spoken.Choice(label="ดูรายละเอียด", url=f"{desk_url}/desk/measures/{obligation.id}"),)


def _tally(rest: Sequence[Obligation], today: date) -> tuple[spoken.Fact, ...]:
    late = sum(1 for one in rest if one.due_on < today)
    now_due = sum(1 for one in rest if one.due_on == today)
    counts = (
        ("เกินกำหนด", late),
        ("ครบกำหนดวันนี้", now_due),
        ("ยังไม่ถึงกำหนด", len(rest) - late - now_due),
    )
    return tuple(spoken.Fact(name=name, value=f"{count} รายการ") for name, count in counts if count)


def _open_obligations(session: Session, digests: Sequence[DigestRow]) -> list[Obligation]:
    rows = session.scalars(
        select(Obligation)
        .join(
            Reminder,
            (Reminder.agency_id == Obligation.agency_id)
            & (Reminder.obligation_id == Obligation.id),
        )
        .where(
            Reminder.agency_id == digests[0].agency_id,
            Reminder.digest_id.in_([one.id for one in digests]),
            Reminder.skipped.is_(False),
            Obligation.state == ObligationState.OPEN,
        )
    )
    return list(rows.unique())


def has_something_to_say(session: Session, digest: DigestRow) -> bool:
    contact = session.get_one(Contact, (digest.agency_id, digest.contact_id))
    return bool(told_of(session, contact, _open_obligations(session, [digest])))


def told_of(
    session: Session, contact: Contact, obligations: Sequence[Obligation]
) -> dict[UUID, Level]:
    """Those of the obligations that whoever is behind a contact is still to be told of, and in
    which post."""
    if not contact.reachable or not obligations:
        return {}
    if contact.division_id is not None:
        ours = [one for one in obligations if one.division_id == contact.division_id]
        return {one.id: Level.DIVISION for one in ours}
    staff = staff_of(session, contact.agency_id)
    who = [one for one in staff.members if contact in (one.line, one.email)]
    return {
        one.id: level
        for one in obligations
        for member in who
        if (level := member.level_in(one.division_id)) is not None
    }


def report_buttons(
    session: Session, obligation: Obligation, now: datetime
) -> tuple[spoken.Choice, ...]:
    """The four answers a division can give with one tap."""
    return tuple(
        spoken.Choice(
            label=label,
            say=label,
            data=make_tap(session, obligation.agency_id, obligation.id, status, now),
        )
        for status, label in _BUTTONS
    )


_BUTTONS: Sequence[tuple[ReportStatus, str]] = (
    (ReportStatus.DONE, "เสร็จแล้ว"),
    (ReportStatus.IN_PROGRESS, "กำลังทำ"),
    (ReportStatus.PROBLEM, "ติดปัญหา"),
    (ReportStatus.POSTPONE, "ขอเลื่อน"),
)


def _item(
    session: Session, obligation: Obligation, today: date, choices: tuple[spoken.Choice, ...]
) -> spoken.DueItem:
    days = (today - obligation.due_on).days
    if days > 0:
        lateness = f"เกินกำหนด {days:,} วัน"
    else:
        lateness = "ครบกำหนดวันนี้" if days == 0 else f"เหลือ {-days} วัน"
    if was_returned(session, obligation):
        lateness += f" · {RETURNED}"
    return spoken.DueItem(
        title=obligation.measure.title,
        code=obligation.measure.code,
        division=obligation.division.name,
        due=short_date(obligation.due_on),
        lateness=lateness,
        late=days > 0,
        choices=choices,
    )
