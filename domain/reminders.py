"""When a reminder is due, and to whom silence climbs. Pure: days in, stages out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class Level(StrEnum):
    """Who is told; each level joins later than the one before."""

    DIVISION = "division"
    HEAD = "head"
    CLERK = "clerk"  # ปลัด
    MAYOR = "mayor"  # นายก


def _default_joins() -> dict[Level, int]:
    return {Level.HEAD: 7, Level.CLERK: 15, Level.MAYOR: 30}


@dataclass(frozen=True)
class Policy:
    """Days are counted from the due date: before it in ``early``, after it in the others."""

    early: Sequence[int] = (14, 3, 0)
    repeat: int = 7  # the division is told again each so many days late
    joins: Mapping[Level, int] = field(default_factory=_default_joins)


def current_stage(policy: Policy, level: Level, due_on: date, today: date) -> str | None:
    """The stage that a level has reached, ``due-14``, ``due+0``, ``late+7``…; None before it.

    A stage lasts until the next one, so that a day nobody worked on delays it and loses nothing;
    after a longer silence only the newest stage speaks.
    """
    late = (today - due_on).days
    if level is not Level.DIVISION:
        joins = policy.joins[level]
        return f"late+{joins}" if late >= joins else None
    if late >= policy.repeat:
        return f"late+{late - late % policy.repeat}"
    reached = [days for days in policy.early if late >= -days]
    return f"due-{min(reached)}" if reached else None


def first_reminder(policy: Policy, due_on: date) -> date:
    return due_on - timedelta(days=max(policy.early, default=0))


def next_change(policy: Policy, due_on: date, today: date) -> date:
    """The first day after ``today`` on which some level reaches a new stage."""
    late = (today - due_on).days
    steps = [-days for days in policy.early] + list(policy.joins.values())
    later = [step for step in steps if step > late]
    repeat = policy.repeat * (max(late, 0) // policy.repeat + 1)
    return due_on + timedelta(days=min([*later, repeat]))
