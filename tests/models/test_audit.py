"""The audit log: whatever is altered, missing, cut off or forged in it is found."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from domain.keyring import KeyRing
from models import audit, audit_log
from models.audit import AuditEntry, AuditHead, BrokenEntry
from models.audit_log import Wanted
from models.database import Database
from tests.models.making import all_at_once
from tests.offices import NOON, Offices


@pytest.fixture
def agency(offices: Offices) -> int:
    return offices.makham.agency_id


def write(db: Database, agency_id: int, count: int = 5, **how: Any) -> None:
    with db.writing() as session:
        for number in range(count):
            line = {
                "action": "complaint.opened",
                "subject": f"complaint:{number}",
                "actor": "person:1",
                "now": NOON + timedelta(microseconds=number),
                "detail": {"b": "สอง", "a": "1"},
            }
            audit.record(session, agency_id, **(line | how))


def broken(db: Database, agency_id: int) -> BrokenEntry | None:
    with db.reading() as session:
        return audit.verify(session, agency_id)


def test_a_whole_log_is_found_whole(db: Database, offices: Offices, agency: int) -> None:
    assert broken(db, agency) is None
    write(db, agency)
    write(db, offices.bangphra.agency_id, 2)
    assert broken(db, agency) is None
    assert broken(db, offices.bangphra.agency_id) is None
    with db.reading() as session:
        assert audit.entry_count(session, agency) == 5
        assert [one.number for one in audit_log.page(session, agency, Wanted(), 2)] == [5, 4]


def test_a_time_in_another_zone_is_the_same_time(db: Database, agency: int) -> None:
    write(db, agency, now=NOON.astimezone(timezone(timedelta(hours=7))))
    assert broken(db, agency) is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "person:2"},
        {"action": "complaint.moved"},
        {"subject": "complaint:9"},
        {"at": NOON - timedelta(days=1)},
        {"detail": {"a": "2", "b": "สอง"}},
        {"detail": {}},
        {"mac": b"x" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.parametrize("number", [1, 3, 5])
def test_an_altered_line_is_found(
    db: Database, agency: int, change: dict[str, Any], number: int
) -> None:
    write(db, agency)
    with db.writing() as session:
        session.execute(
            update(AuditEntry)
            .where(AuditEntry.agency_id == agency, AuditEntry.number == number)
            .values(**change)
        )
    found = broken(db, agency)
    assert found == BrokenEntry(agency, number, "this entry was altered")


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_missing_line_is_found(db: Database, agency: int, number: int) -> None:
    write(db, agency)
    with db.writing() as session:
        session.execute(
            delete(AuditEntry).where(AuditEntry.agency_id == agency, AuditEntry.number == number)
        )
    found = broken(db, agency)
    assert found is not None
    assert (found.number, "missing" in found.reason) == (number, True)


def test_a_missing_line_is_found_also_where_those_behind_it_move_up(
    db: Database, agency: int
) -> None:
    write(db, agency)
    with db.writing() as session:
        session.execute(
            delete(AuditEntry).where(AuditEntry.agency_id == agency, AuditEntry.number == 3)
        )
        for number in (4, 5):
            session.execute(
                update(AuditEntry)
                .where(AuditEntry.agency_id == agency, AuditEntry.number == number)
                .values(number=number - 1)
            )
        session.execute(update(AuditHead).values(number=4))
    found = broken(db, agency)
    assert found == BrokenEntry(agency, 3, "this entry was altered")


def test_a_log_that_was_cut_off_or_emptied_is_found(db: Database, agency: int) -> None:
    write(db, agency)
    with db.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.number > 2))
    assert broken(db, agency) == BrokenEntry(agency, 3, "the log's end is missing")
    with db.writing() as session:
        session.execute(delete(AuditEntry))
    assert broken(db, agency) == BrokenEntry(agency, 1, "the log's end is missing")


def test_a_missing_or_altered_head_is_found(db: Database, agency: int) -> None:
    write(db, agency)
    with db.writing() as session:
        session.execute(update(AuditHead).values(mac=b"x" * 32))
    assert broken(db, agency) == BrokenEntry(agency, 5, "the log's end does not match its head")
    with db.writing() as session:
        session.execute(delete(AuditHead))
    assert broken(db, agency) is not None


def test_a_line_forged_without_the_key_is_found(db: Database, agency: int) -> None:
    """Whoever can write to the database, but holds another installation's keys."""
    write(db, agency)
    forger = Database(db.url.render_as_string(hide_password=False), KeyRing.generate(), pool_size=1)
    write(forger, agency, 1)
    forger.dispose()
    assert broken(db, agency) == BrokenEntry(agency, 6, "this entry was altered")


def test_another_agency_s_line_does_not_fit(db: Database, offices: Offices, agency: int) -> None:
    write(db, agency, 1)
    write(db, offices.bangphra.agency_id, 1, actor="person:2")
    with db.writing() as session:
        theirs = session.get_one(AuditEntry, (offices.bangphra.agency_id, 1))
        session.execute(
            update(AuditEntry)
            .where(AuditEntry.agency_id == agency)
            .values(actor=theirs.actor, mac=theirs.mac)
        )
    assert broken(db, agency) == BrokenEntry(agency, 1, "this entry was altered")


def test_lines_written_at_once_are_chained_one_after_the_other(db: Database, agency: int) -> None:
    write(db, agency, 1)
    all_at_once(*(lambda: write(db, agency, 5) for _ in range(4)))
    with db.reading() as session:
        numbers = session.scalars(select(AuditEntry.number).order_by(AuditEntry.number)).all()
    assert numbers == list(range(1, 22))
    assert broken(db, agency) is None


def test_a_line_that_is_rolled_back_leaves_no_gap(db: Database, agency: int) -> None:
    write(db, agency, 1)
    with pytest.raises(TypeError):
        write(db, agency, 2, subject=object())
    write(db, agency, 1)
    assert broken(db, agency) is None


def test_a_line_of_another_course_of_events_does_not_fit(db: Database, agency: int) -> None:
    """A genuine line, with a genuine number, that once stood behind another one."""
    write(db, agency, 1)
    with db.reading() as session:  # what is written here never happened
        for number in (2, 3):
            audit.record(
                session, agency, action="a", subject=f"{number}", actor="person:1", now=NOON
            )
        other = session.get_one(AuditEntry, (agency, 3))
        line = {"action": "a", "subject": "3", "detail": {}, "at": NOON, "mac": bytes(other.mac)}
        session.rollback()
    write(db, agency, 2)
    with db.writing() as session:
        session.execute(
            update(AuditEntry)
            .where(AuditEntry.agency_id == agency, AuditEntry.number == 3)
            .values(**line)
        )
        session.execute(update(AuditHead).values(mac=line["mac"]))
    assert broken(db, agency) == BrokenEntry(agency, 3, "this entry was altered")
