"""The month's LINE quota in plain words: what is left, what is asked, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain.quota import ALL_RANKS, Quota, Rank, worth_pushing
from models.agency import Agency
from models.duty import Staff, staff_of
from models.forecast import forecast, month_end, waiting_digests
from models.policy import calendar_of, policy_of, weekly_day
from models.quota_use import quota_of
from models.weekly import weeks_ahead

# Weightiest first: what falls away first stands last.
_WORDS = {
    Rank.ESCALATION: "แจ้งหัวหน้า ปลัด และนายก ว่าเกินกำหนดแล้วยังไม่รายงาน",
    Rank.OVERDUE: "เตือนส่วนราชการ เรื่องที่เกินกำหนดแล้ว",
    Rank.DUE: "เตือนส่วนราชการ เรื่องที่ครบกำหนดวันนั้น",
    Rank.EARLY: "เตือนล่วงหน้าก่อนครบกำหนด",
}


@dataclass(frozen=True)
class Row:
    words: str
    asked: int
    pushed: bool


@dataclass(frozen=True)
class QuotaView:
    """``limit`` and what follows from it are None where LINE sets none."""

    checked_at: datetime
    limit: int | None
    used: int
    left: int | None
    kept: int  # for those who report
    spendable: int | None
    rows: list[Row]  # reminders of the rest of the month
    weekly: int  # weekly digests of the rest of the month
    waiting: int  # recipients for whom something waits
    until: date

    @property
    def asked(self) -> int:
        return sum(one.asked for one in self.rows) + self.weekly

    @property
    def missing(self) -> int:
        """How many messages more the month asks for than may be spent."""
        return 0 if self.spendable is None else max(self.asked - self.spendable, 0)

    @property
    def is_used_up(self) -> bool:
        return self.spendable == 0

    @property
    def warning(self) -> str:
        """The same words wherever the desk warns; empty while there is enough."""
        if self.is_used_up:
            return "โควตาข้อความ LINE สำหรับการเตือนหมดแล้วในเดือนนี้"
        if self.missing:
            return f"โควตาข้อความ LINE เดือนนี้น่าจะไม่พอสำหรับการเตือน ขาดประมาณ {self.missing:,} ข้อความ"
        return ""


def quota_view(session: Session, agency: Agency, today: date) -> QuotaView | None:
    """None where LINE was never asked."""
    quota = quota_of(session, agency)
    if quota is None or agency.quota_checked_at is None:
        return None
    policy, calendar = policy_of(session, agency.id), calendar_of(session, agency.id)
    staff = staff_of(session, agency.id)
    ahead = forecast(session, agency.id, today, policy, calendar, staff)
    until = month_end(today)
    weeks = weeks_ahead(today, weekly_day(session, agency.id), until, calendar)
    pushed = ALL_RANKS if quota.limit is None else worth_pushing(quota, ahead)
    return QuotaView(
        checked_at=agency.quota_checked_at,
        limit=quota.limit,
        used=quota.used,
        left=quota.left,
        kept=quota.kept,
        spendable=quota.spendable,
        rows=[Row(_WORDS[one], ahead.by_rank.get(one, 0), one in pushed) for one in Rank],
        weekly=weeks * _executives_by_line(staff),
        waiting=len(waiting_digests(session, agency.id)),
        until=until,
    )


def _executives_by_line(staff: Staff) -> int:
    return sum(1 for one in staff.members if one.person.post is not None and one.line is not None)


def quota_warning(session: Session, agency: Agency, today: date) -> str:
    """What the desk's first page should say. Where LINE sets no limit nothing is counted."""
    quota: Quota | None = quota_of(session, agency)
    if quota is None or quota.limit is None:
        return ""
    view = quota_view(session, agency, today)
    return "" if view is None else view.warning
