"""A division's calendar: what a phone that subscribes to it is given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from werkzeug.test import TestResponse

from documents.calendar_file import Day, write_calendar
from domain.states import ObligationState
from models.calendar_feed import make_feed, revoke_feed
from models.database import Database
from models.measure import (
    MeasureRow,
    Obligation,
    get_obligation,
    obligations_of,
    plans_of,
    put_plan,
)
from models.measure_review import accept_report
from models.person import Person
from models.postponement import grant
from models.progress import ReportStatus, get_report, report_progress
from tests.offices import NOON, Office, Offices

SECRET_WORDS = "ติดขัดที่นายสมมติ"


def opened(db: Database, office: Office, division: str = "finance") -> str:
    """The path of a division's calendar."""
    with db.writing() as session:
        division_id = office.divisions[division].id
        key = make_feed(session, office.agency_id, division_id, date(2023, 3, 15))
    return f"/a/{office.slug}/calendar/{key}.ics"


def get(app: Flask, path: str, **headers: str) -> TestResponse:
    return app.test_client().get(path, headers=headers)


def events(response: TestResponse) -> dict[str, Any]:
    """By their titles."""
    calendar = Calendar.from_ical(response.data)
    return {str(one["SUMMARY"]): one for one in calendar.walk("VEVENT")}


def budget(db: Database, office: Office) -> Obligation:
    """The finance division's own obligation, of 31 March 2566."""
    with db.reading() as session:
        [plan] = plans_of(session, office.agency_id)
        dues = obligations_of(session, office.agency_id, plan, office.divisions["finance"].id)
        session.expunge_all()
        return next(one for one in dues if one.measure.code == "O11")


def reports(db: Database, office: Office, status: ReportStatus, **more: Any) -> Any:
    due = budget(db, office)
    with db.writing() as session:
        held = get_obligation(session, office.agency_id, due.id, lock=True)
        person = session.get_one(Person, (office.agency_id, office.people["finance"].id))
        assert held
        return report_progress(
            *(session, held, person, status), channel="desk", now=NOON, summary=SECRET_WORDS, **more
        ).id


def test_a_calendar_has_every_obligation_of_its_division_and_none_of_others(
    app: Flask, db: Database, offices: Offices
) -> None:
    response = get(app, opened(db, offices.makham))
    assert response.status_code == 200
    assert response.mimetype == "text/calendar"
    calendar = Calendar.from_ical(response.data)
    assert str(calendar["X-WR-CALNAME"]) == str(calendar["NAME"])
    assert "กองคลัง" in str(calendar["NAME"])
    assert str(calendar["X-WR-TIMEZONE"]) == "Asia/Bangkok"
    assert calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=6)
    found = events(response)
    assert set(found) == {"O11 เปิดเผยผลการใช้จ่ายงบประมาณ", "คู่มือการให้บริการประชาชน"}
    event = found["O11 เปิดเผยผลการใช้จ่ายงบประมาณ"]
    assert event.decoded("DTSTART") == date(2023, 3, 31)  # a day, with no hour
    assert event.decoded("DTEND") == date(2023, 4, 1)
    assert "กองคลัง" in event["DESCRIPTION"]
    assert "ยังไม่เสร็จ" in event["DESCRIPTION"]
    assert event["STATUS"] == "CONFIRMED"


def test_a_postponed_one_moves_and_stays_the_same_event(
    app: Flask, db: Database, offices: Offices
) -> None:
    path = opened(db, offices.makham)
    title = "O11 เปิดเผยผลการใช้จ่ายงบประมาณ"
    before = events(get(app, path))[title]
    wish = reports(db, offices.makham, ReportStatus.POSTPONE, postpone_to=date(2023, 4, 28))
    assert events(get(app, path))[title].decoded("DTSTART") == date(2023, 3, 31)
    due = budget(db, offices.makham)
    with db.writing() as session:
        agency_id = offices.makham.agency_id
        head = session.get_one(Person, (agency_id, offices.makham.people["finance_head"].id))
        held = get_obligation(session, agency_id, due.id, lock=True)
        report = get_report(session, agency_id, wish)
        assert held
        assert report
        grant(session, held, report, head, NOON + timedelta(hours=1))
    after = events(get(app, path))[title]
    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART") == date(2023, 4, 28)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("LAST-MODIFIED") == NOON + timedelta(hours=1)
    assert "31 มี.ค. 2566" in after["DESCRIPTION"]
    assert len(events(get(app, path))) == 2


def test_what_was_reported_accepted_or_cancelled_is_said_and_nothing_personal(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    path = opened(db, office)
    title = "O11 เปิดเผยผลการใช้จ่ายงบประมาณ"
    reports(db, office, ReportStatus.DONE)
    assert "รอตรวจรับ" in events(get(app, path))[title]["DESCRIPTION"]
    due = budget(db, office)
    with db.writing() as session:
        held = get_obligation(session, office.agency_id, due.id, lock=True)
        head = session.get_one(Person, (office.agency_id, office.people["finance_head"].id))
        assert held
        accept_report(session, held, head, NOON)
    response = get(app, path)
    assert "ผ่านการตรวจรับ" in events(response)[title]["DESCRIPTION"]
    unfolded = response.text.replace("\r\n ", "")
    for name in (SECRET_WORDS, *(one.name for one in office.people.values())):
        assert name not in unfolded
    with db.writing() as session:
        held = get_obligation(session, office.agency_id, due.id)
        assert held
        held.state = ObligationState.CANCELLED
    event = events(get(app, path))[title]
    assert event["STATUS"] == "CANCELLED"
    assert "ไม่ต้องรายงาน" in event["DESCRIPTION"]


def test_an_unchanged_calendar_is_not_sent_again(
    app: Flask, db: Database, offices: Offices, frozen
) -> None:
    path = opened(db, offices.makham)
    first = get(app, path)
    tag = first.headers["ETag"]
    frozen.shift(timedelta(days=40))  # the bytes do not depend on the day
    again = get(app, path, **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert "no-store" not in first.headers["Cache-Control"]
    assert "noindex" in first.headers["X-Robots-Tag"]
    reports(db, offices.makham, ReportStatus.DONE)
    changed = get(app, path, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_new_address_ends_the_old_one_and_a_closed_one_opens_nothing(
    app: Flask, db: Database, offices: Offices
) -> None:
    old = opened(db, offices.makham)
    new = opened(db, offices.makham)
    assert get(app, old).status_code == 404
    assert get(app, new).status_code == 200
    with db.writing() as session:
        office = offices.makham
        assert revoke_feed(session, office.agency_id, office.divisions["finance"].id)
        assert not revoke_feed(session, office.agency_id, office.divisions["finance"].id)
    gone = get(app, new)
    assert gone.status_code == 404
    unknown = get(app, "/a/makham/calendar/" + "A" * 43 + ".ics")
    assert gone.data == unknown.data  # nothing tells whether it ever was one
    assert "no-store" in gone.headers["Cache-Control"]
    for odd in ("A", "ก" * 43, "%00" * 43, "A" * 5000, "..%2f..%2fetc"):
        assert get(app, f"/a/makham/calendar/{odd}.ics").status_code == 404


def test_a_key_opens_nothing_at_another_agency(app: Flask, db: Database, offices: Offices) -> None:
    path = opened(db, offices.makham)
    there = path.replace("/a/makham/", "/a/bangphra/")
    assert get(app, there).status_code == 404
    assert get(app, path.replace("/a/makham/", "/a/nowhere/")).status_code == 404
    theirs = opened(db, offices.bangphra)
    reports(db, offices.makham, ReportStatus.DONE)
    title = "O11 เปิดเผยผลการใช้จ่ายงบประมาณ"
    assert "ยังไม่เสร็จ" in events(get(app, theirs))[title]["DESCRIPTION"]


def test_years_long_past_are_left_out(app: Flask, db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        for year in (2564, 2565):
            row = MeasureRow(1, f"ของปี {year}", ["กองคลัง"], [date(year - 543, 3, 31)])
            put_plan(session, office.agency_id, year, "แผน", [row])
    found = events(get(app, opened(db, office)))
    assert "ของปี 2565" in found
    assert "ของปี 2564" not in found


@pytest.mark.any_engine
def test_long_thai_words_are_folded_between_letters_and_odd_signs_are_kept() -> None:
    title = "เปิดเผย; ข้อมูล, ตาม\\มาตรา ๙\nบรรทัดสอง " + "น้ำ" * 100
    day = Day("1@prongsai", date(2023, 3, 31), title, title, datetime(2023, 1, 1, tzinfo=UTC), 3)
    raw = write_calendar("ปฏิทิน", "Asia/Bangkok", [day])
    assert raw == write_calendar("ปฏิทิน", "Asia/Bangkok", [day])
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no letter is cut in two
    [event] = Calendar.from_ical(raw).walk("VEVENT")
    assert str(event["SUMMARY"]) == title
    assert event["SEQUENCE"] == 3
