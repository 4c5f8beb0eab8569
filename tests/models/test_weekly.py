"""The executives' figures, counted from a plan and its answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.states import ObligationState
from domain.weekly import Figures, send_day, text_of
from domain.workdays import OfficeCalendar
from models.agency import Agency
from models.database import Database
from models.division import add_division
from models.measure import EVERY_DIVISION, MeasureRow, Obligation, put_plan
from models.measure_review import accept_report, return_report
from models.progress import ReportStatus, report_progress
from models.weekly import (
    agencies_to_tell,
    figures_in,
    figures_of,
    find_week,
    get_week,
    keep_week,
    weeks_ahead,
    weeks_of,
)
from tests.offices import NOON, Office, Offices

TODAY = NOON.date()  # Wednesday 15 March 2023
MARCH_31 = date(2023, 3, 31)


def agency_of(session: Session, office: Office) -> Agency:
    return session.get_one(Agency, office.agency_id)


def figures(db: Database, office: Office, today: date = TODAY) -> Figures:
    with db.reading() as session:
        return figures_of(session, agency_of(session, office), today)


def due(session: Session, office: Office, due_on: date) -> Obligation:
    return session.scalars(
        select(Obligation).where(
            Obligation.agency_id == office.agency_id, Obligation.due_on == due_on
        )
    ).all()[0]


def answer(
    db: Database,
    office: Office,
    at: datetime,
    due_on: date = MARCH_31,
    status: ReportStatus = ReportStatus.DONE,
) -> None:
    with db.writing() as session:
        person = session.merge(office.people["finance"])
        obligation = due(session, office, due_on)
        report_progress(session, obligation, person, status, channel="line", now=at)


def bangkok(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def test_a_plan_is_counted_by_what_is_late_and_what_is_ahead(
    db: Database, offices: Offices
) -> None:
    found = figures(db, offices.makham)
    assert (found.due, found.on_time, found.late, found.ahead, found.carried) == (1, 0, 1, 4, 0)
    assert (found.week_of, found.counted_on) == (date(2023, 3, 13), TODAY)
    assert [(one.name, one.due, one.late) for one in found.divisions] == [
        ("สำนักปลัด", 1, 1),
        ("กองคลัง", 0, 0),
        ("กองช่าง", 0, 0),
    ]
    [worst] = found.overdue
    assert (worst.title, worst.division) == ("คู่มือการใช้ทรัพย์สินของราชการ", "สำนักปลัด")
    assert found.days_late(worst) == 74


@pytest.mark.parametrize(
    ("at", "counted"),
    [
        (bangkok(date(2023, 3, 20), 9), "on_time"),
        # The day ends at midnight in Bangkok, not in Greenwich.
        (bangkok(MARCH_31, 23, 59), "on_time"),
        (bangkok(date(2023, 4, 1), 0, 1), "late_answers"),
        (bangkok(date(2023, 4, 5), 9), "late_answers"),
    ],
)
def test_the_due_date_ends_at_midnight_in_bangkok(
    db: Database, offices: Offices, at: datetime, counted: str
) -> None:
    answer(db, offices.makham, at)
    found = figures(db, offices.makham, date(2023, 4, 10))
    assert (found.due, found.late) == (2, 1)
    assert getattr(found, counted) == 1
    assert found.on_time + found.late_answers == 1


def test_what_is_answered_ahead_of_its_day_waits_for_its_day_to_count(
    db: Database, offices: Offices
) -> None:
    answer(db, offices.makham, NOON)
    found = figures(db, offices.makham)
    assert (found.due, found.ahead, found.ahead_answered) == (1, 4, 1)
    assert figures(db, offices.makham, MARCH_31).on_time == 1


def test_what_is_due_today_is_not_late_before_the_day_is_over(
    db: Database, offices: Offices
) -> None:
    assert figures(db, offices.makham, MARCH_31).late == 1
    assert figures(db, offices.makham, date(2023, 4, 1)).late == 2


def test_only_done_answers_a_measure(db: Database, offices: Offices) -> None:
    answer(db, offices.makham, NOON, status=ReportStatus.IN_PROGRESS)
    answer(db, offices.makham, bangkok(date(2023, 4, 3), 9))
    assert figures(db, offices.makham, date(2023, 4, 10)).late_answers == 1


def test_the_first_answer_counts_and_one_that_was_returned_is_late_again(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    answer(db, office, NOON)
    with db.writing() as session:
        head = session.merge(office.people["finance_head"])
        return_report(session, due(session, office, MARCH_31), head, "ขาดลิงก์", NOON)
    assert figures(db, office, date(2023, 4, 10)).late == 2
    late = bangkok(date(2023, 4, 11), 9)
    answer(db, office, late)
    with db.writing() as session:
        head = session.merge(office.people["finance_head"])
        accept_report(session, due(session, office, MARCH_31), head, late)
    found = figures(db, office, date(2023, 4, 12))
    assert (found.on_time, found.late) == (1, 1)


def test_what_was_cancelled_is_nobodys(db: Database, offices: Offices) -> None:
    with db.writing() as session:
        due(session, offices.makham, date(2022, 12, 31)).state = ObligationState.CANCELLED
    found = figures(db, offices.makham)
    assert (found.late, found.overdue) == (0, ())


def test_what_an_earlier_year_left_is_late_and_none_of_this_years_share(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    answer(db, office, bangkok(date(2023, 4, 5), 9))  # answered in its year: over and done
    with db.writing() as session:
        rows = [MeasureRow(1, "มาตรการใหม่", ["กองช่าง"], [date(2023, 10, 31)])]
        put_plan(session, office.agency_id, 2567, "แผน 2567", rows)
    found = figures(db, office, date(2023, 11, 1))
    assert (found.fiscal_year, found.due, found.share) == (2567, 1, 0)
    assert (found.late, found.carried) == (5, 4)
    assert found.overdue[0].due_on == date(2022, 12, 31)
    assert "ค้างจากปีงบประมาณก่อน 4" in text_of(found)


def test_what_an_earlier_year_left_to_a_later_day_is_still_ahead(
    db: Database, offices: Offices
) -> None:
    office, today = offices.makham, date(2023, 11, 1)
    before = figures(db, office, today)
    with db.writing() as session:
        due(session, office, MARCH_31).due_on = date(2023, 12, 15)  # its wish was granted
    found = figures(db, office, today)
    assert (found.late, found.carried) == (before.late - 1, before.carried - 1)
    assert (found.ahead, found.ahead_answered, found.due) == (1, 0, 0)
    assert "ยังไม่เลยกำหนด 1 รายการ" in text_of(found)
    after = figures(db, office, date(2023, 12, 16))
    assert (after.late, after.carried, after.ahead) == (before.late, before.carried, 0)


def test_only_the_five_longest_overdue_are_named(db: Database, offices: Offices) -> None:
    days = [date(2023, 1, day) for day in range(1, 10)]
    with db.writing() as session:
        rows = [MeasureRow(9, "ประชุมประจำวัน", ["กองช่าง"], days)]
        put_plan(session, offices.makham.agency_id, 2566, "x", rows)
    found = figures(db, offices.makham)
    assert found.late == 10
    assert [one.due_on for one in found.overdue] == [date(2022, 12, 31), *days[:4]]


def test_each_agency_counts_its_own(db: Database, offices: Offices) -> None:
    answer(db, offices.makham, NOON)
    assert figures(db, offices.bangphra).ahead_answered == 0
    assert figures(db, offices.bangphra).agency == "อบต.บางพระ"


def test_an_agency_of_thousands_is_counted_in_a_handful_of_queries(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        for number in range(12):
            add_division(session, office.agency_id, f"กองที่ {number}")
        days = [date(2022, 11, 1) + timedelta(days=7 * number) for number in range(20)]
        rows = [MeasureRow(number, "x", [EVERY_DIVISION], days) for number in range(11, 21)]
        put_plan(session, office.agency_id, 2566, "x", rows)
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        found = figures(db, office)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert found.due == 1 + 15 * 20 * 10
    assert len([one for one in asked if one.startswith("SELECT")]) <= 6


def test_a_week_is_kept_once_under_a_key_nobody_can_guess(db: Database, offices: Offices) -> None:
    with db.writing() as session:
        for office in (offices.makham, offices.bangphra):
            counted = figures_of(session, agency_of(session, office), TODAY)
            keep_week(session, office.agency_id, counted, NOON)
    mine, theirs = offices.makham.agency_id, offices.bangphra.agency_id
    with db.reading() as session:
        [row] = weeks_of(session, mine, 10)
        assert figures_in(row) == figures(db, offices.makham)
        assert len(row.key) == 43
        assert find_week(session, mine, row.key) is row
        assert find_week(session, theirs, row.key) is None
        assert get_week(session, mine, date(2023, 3, 6)) is None
    with pytest.raises(IntegrityError), db.writing() as session:
        keep_week(session, mine, figures(db, offices.makham), NOON)


def test_nobodys_name_is_in_what_is_kept(db: Database, offices: Offices) -> None:
    answer(db, offices.makham, NOON)
    kept = figures(db, offices.makham).model_dump_json()
    for person in offices.makham.people.values():
        assert person.name not in kept
        assert person.username not in kept


def test_the_next_week_is_compared_with_the_one_before(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        keep_week(session, office.agency_id, figures(db, office), NOON)
    before = figures(db, office, date(2023, 4, 3)).before
    assert before is not None
    assert (before.week_of, before.late, before.share) == (date(2023, 3, 13), 1, 0)
    assert figures(db, office, TODAY).before is None  # not with itself
    assert figures(db, office, date(2023, 7, 3)).before is None  # too long ago


def test_an_agency_with_nobody_to_tell_is_not_asked_for_its_figures(
    db: Database, offices: Offices
) -> None:
    with db.reading() as session:
        assert agencies_to_tell(session, TODAY) == []


def test_the_rest_of_the_months_digests_are_counted() -> None:
    calendar = OfficeCalendar()
    assert weeks_ahead(TODAY, 0, MARCH_31, calendar) == 2  # 20 and 27 March
    assert weeks_ahead(TODAY, 2, MARCH_31, calendar) == 2  # today's is not ahead
    assert weeks_ahead(TODAY, 3, MARCH_31, calendar) == 3
    assert weeks_ahead(MARCH_31, 0, MARCH_31, calendar) == 0


@given(
    weeks=some.integers(0, 300),
    weekday=some.integers(0, 4),
    closed=some.sets(some.integers(0, 4)),
)
def test_a_week_has_one_day_on_which_its_digest_goes_out(
    weeks: int, weekday: int, closed: set[int]
) -> None:
    monday = date(2023, 1, 2) + timedelta(weeks=weeks)
    calendar = OfficeCalendar(frozenset(monday + timedelta(days=day) for day in closed))
    days = [monday + timedelta(days=number) for number in range(5)]
    open_days = [day for day in days if calendar.is_workday(day)]
    found = send_day(monday, weekday, calendar)
    if not open_days:
        assert found is None
        return
    assert found in open_days
    later = [day for day in open_days if day >= days[weekday]]
    assert found == (later[0] if later else open_days[-1])
