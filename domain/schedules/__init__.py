"""When something is due: Thai phrases read into dates. Pure."""

from domain.schedules.finding import find_schedules, read_schedule
from domain.schedules.types import Kind, Schedule, ScheduleFlag
from domain.schedules.writing import write_schedule

__all__ = ["Kind", "Schedule", "ScheduleFlag", "find_schedules", "read_schedule", "write_schedule"]
