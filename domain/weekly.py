"""The executives' week: its figures, their words, and the day on which they go out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from domain.calendar import SHORT_MONTHS, short_date
from domain.limits import shorten
from domain.workdays import OfficeCalendar

MOST_DIVISIONS = 12  # shown by name; the others are added up
MOST_OVERDUE = 5
TITLE = "สรุปมาตรการรายสัปดาห์"
WEEKLY = "weekly"  # the kind of its messages
_WORKDAYS = 5
_LONGEST_TITLE = 120


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DivisionFigures(_Part):
    """Of this fiscal year's plan, but for ``late``, which has what earlier years left too."""

    name: str
    due: int = 0  # its day has come: answered, or past it
    on_time: int = 0
    late_answers: int = 0
    late: int = 0  # open, and past its day


class Overdue(_Part):
    code: str | None
    title: str
    division: str
    due_on: date

    def words(self) -> str:
        return f"{self.code} {self.title}" if self.code else self.title


class Before(_Part):
    """What the executives were told last."""

    week_of: date
    share: int | None  # None where it was another fiscal year
    late: int


class Figures(_Part):
    """An agency's obligations on one day. Nobody's name is in them."""

    agency: str
    week_of: date  # a Monday
    counted_on: date
    fiscal_year: int  # พ.ศ.
    due: int = 0
    on_time: int = 0
    late_answers: int = 0
    late: int = 0
    carried: int = 0  # of those late: from the plans of earlier years
    ahead: int = 0  # not past its day
    ahead_answered: int = 0  # of those ahead
    divisions: tuple[DivisionFigures, ...] = ()
    overdue: tuple[Overdue, ...] = ()  # the longest first
    before: Before | None = None

    @property
    def share(self) -> int | None:
        """Answered on time, of all whose day has come: whole percents, 100 only where all were."""
        return 100 * self.on_time // self.due if self.due else None

    @property
    def says_something(self) -> bool:
        return bool(self.due or self.late or self.ahead)

    def days_late(self, one: Overdue) -> int:
        return (self.counted_on - one.due_on).days


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_past(made_on: date, today: date) -> bool:
    """Whether a digest waited until its week was over: then it is on the desk alone."""
    return monday_of(today) > monday_of(made_on)


def send_day(monday: date, weekday: int, calendar: OfficeCalendar) -> date | None:
    """The chosen weekday (0 Monday to 4 Friday); where the office is closed, its next working day
    of that week, else its last. None in a week without any."""
    days = [monday + timedelta(days=number) for number in range(_WORKDAYS)]
    open_days = [day for day in days if calendar.is_workday(day)]
    later = [day for day in open_days if day >= days[weekday]]
    if later:
        return later[0]
    return open_days[-1] if open_days else None


def week_words(monday: date) -> str:
    """13–17 มี.ค. 2566; a week over two months or years names both."""
    friday = monday + timedelta(days=_WORKDAYS - 1)
    if monday.year != friday.year:
        return f"{short_date(monday)} – {short_date(friday)}"
    if monday.month != friday.month:
        return f"{monday.day} {SHORT_MONTHS[monday.month - 1]} – {short_date(friday)}"
    return f"{monday.day}–{short_date(friday)}"


def folded(
    divisions: Sequence[DivisionFigures], most: int = MOST_DIVISIONS
) -> tuple[DivisionFigures, ...]:
    """Those that most wait for, and the rest added up under one name."""
    if len(divisions) <= most:
        return tuple(divisions)
    shown, rest = divisions[: most - 1], divisions[most - 1 :]
    others = DivisionFigures(
        name=f"อีก {len(rest)} ส่วนราชการ",
        due=sum(one.due for one in rest),
        on_time=sum(one.on_time for one in rest),
        late_answers=sum(one.late_answers for one in rest),
        late=sum(one.late for one in rest),
    )
    return (*shown, others)


def in_order(divisions: Sequence[DivisionFigures]) -> tuple[DivisionFigures, ...]:
    """Where an executive should look first, first."""

    def urgency(one: DivisionFigures) -> tuple[int, float, str]:
        return -one.late, one.on_time / one.due if one.due else 2.0, one.name

    return tuple(sorted(divisions, key=urgency))


def headline(figures: Figures) -> str:
    share = figures.share
    if share is None:
        return f"ปีงบประมาณ {figures.fiscal_year} ยังไม่มีรายการครบกำหนด"
    return f"รายงานตรงเวลา {share}% ({figures.on_time:,} จาก {figures.due:,} รายการที่ครบกำหนดแล้ว)"


def changes(figures: Figures) -> str:
    """Against what was told last; empty where there is nothing to compare."""
    before = figures.before
    if before is None:
        return ""
    parts = [f"เกินกำหนด{_moved(before.late, figures.late, ' รายการ')}"]
    if before.share is not None and figures.share is not None:
        parts.append(f"ตรงเวลา{_moved(before.share, figures.share, '%')}")
    return f"เทียบกับสัปดาห์ {week_words(before.week_of)}: {' · '.join(parts)}"


def _moved(old: int, new: int, unit: str) -> str:
    if new == old:
        return "เท่าเดิม"
    return f"{'เพิ่มขึ้น' if new > old else 'ลดลง'}จาก {old:,} เป็น {new:,}{unit}"


def text_of(figures: Figures, desk_url: str = "") -> str:
    """The picture in words, and where to read on."""
    lines = [
        f"{TITLE} {week_words(figures.week_of)}",
        f"{figures.agency} นับถึงวันที่ {short_date(figures.counted_on)}",
        "",
        headline(figures),
        *_counts(figures),
    ]
    if told := changes(figures):
        lines.append(told)
    if figures.divisions:
        lines += ["", "แยกตามส่วนราชการ"]
        lines += [f"• {one.name}: {division_words(one)}" for one in folded(figures.divisions)]
    if figures.overdue:
        lines += ["", f"เกินกำหนดนานที่สุด {len(figures.overdue)} รายการ"]
        lines += [
            f"{number}. {shorten(one.words(), _LONGEST_TITLE)} ({one.division}) "
            f"เกินกำหนด {figures.days_late(one):,} วัน"
            for number, one in enumerate(figures.overdue, 1)
        ]
    elif figures.due:
        lines += ["", "ไม่มีรายการเกินกำหนด"]
    if desk_url:
        lines += ["", f"ดูรายละเอียดได้ที่ {desk_url}/desk/weekly"]
    return "\n".join(lines)


def _counts(figures: Figures) -> list[str]:
    late = f"• เกินกำหนดและยังไม่รายงาน {figures.late:,} รายการ"
    if figures.carried:
        late += f" (ค้างจากปีงบประมาณก่อน {figures.carried:,})"
    ahead = f"• ยังไม่เลยกำหนด {figures.ahead:,} รายการ"
    if figures.ahead_answered:
        ahead += f" (รายงานล่วงหน้าแล้ว {figures.ahead_answered:,})"
    return [f"• รายงานแล้วแต่ช้ากว่ากำหนด {figures.late_answers:,} รายการ", late, ahead]


def division_words(one: DivisionFigures) -> str:
    told = f"ตรงเวลา {one.on_time:,} จาก {one.due:,}" if one.due else "ยังไม่มีรายการครบกำหนด"
    return f"{told} เกินกำหนด {one.late:,}" if one.late else told


def alt_of(figures: Figures) -> str:
    """For those who get no pictures: its heading and its main figures in one line."""
    counts = " ".join(line.removeprefix("• ") for line in _counts(figures))
    return (
        f"ภาพ{TITLE} {week_words(figures.week_of)} {figures.agency}: {headline(figures)} {counts}"
    )
