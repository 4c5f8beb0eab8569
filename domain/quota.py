"""What of a month's LINE quota is spent on which reminders. Pure: figures in, decision out.

LINE counts a push per recipient (a group counts its members); replies are free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Rank(IntEnum):
    """What a digest's weightiest item is. When the quota runs short, the last rank goes first."""

    ESCALATION = 0  # somebody above the division is told of its silence
    OVERDUE = 1
    DUE = 2  # its day is today
    EARLY = 3


ALL_RANKS = frozenset(Rank)


@dataclass(frozen=True)
class Quota:
    """An agency's month as LINE last said; ``limit`` None where LINE sets none."""

    limit: int | None
    used: int
    reserve: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(self.limit - self.used, 0)

    @property
    def kept(self) -> int:
        """The reserve, but never more than half of the month: of a small plan too, reminders get
        something."""
        return 0 if self.limit is None else min(self.reserve, self.limit // 2)

    @property
    def spendable(self) -> int | None:
        """What may go to anything but receipts of complaints; None where nothing limits it."""
        return None if self.left is None else max(self.left - self.kept, 0)


@dataclass(frozen=True)
class Forecast:
    """The digests that the rest of the month asks for, in messages as LINE counts them."""

    by_rank: Mapping[Rank, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_rank.values())


def worth_pushing(quota: Quota, forecast: Forecast) -> frozenset[Rank]:
    """Which ranks are pushed: as many as the rest of the month can be paid for, weightiest first.

    Escalations are pushed while anything is left to spend, even where not all can be.
    """
    spendable = quota.spendable
    if spendable is None:
        return ALL_RANKS
    paid: set[Rank] = {Rank.ESCALATION} if spendable > 0 else set()
    needed = 0
    for rank in Rank:
        needed += forecast.by_rank.get(rank, 0)
        if needed > spendable or spendable == 0:
            break
        paid.add(rank)
    return frozenset(paid)
