"""Reports of the same thing: kept from the same eyes, parted when the first is withdrawn, and
locked in one order by everybody."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.calendar import bangkok_day
from domain.office import OfficeWays
from domain.states import ComplaintState, IllegalMove
from models import complaint_clock
from models.audit import AuditEntry
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintKind,
    IdentityMode,
    find_by_receipt,
    first_report,
)
from models.complaint_access import visible_to
from models.complaint_filing import NewComplaint, file_complaint
from models.complaint_hands import assign, assignee_of, extend, hand_over
from models.complaint_hidden import HiddenFrom, hidden_from, hide
from models.complaint_locking import hold_free, hold_together
from models.complaint_merge import CannotMerge, merge, unmerge
from models.complaint_reporter import answers_to_reporter, case_of, withdraw_complaint
from models.complaint_work import answer_complaint, change_state, find_for_work
from models.database import Database
from models.person import Person
from models.retention import erase_batch
from tests.offices import NOON, Office, Offices

TODAY = bangkok_day(NOON)


def file(
    db: Database, office: Office, *, days_ago: int = 0, joins: UUID | None = None, **more: object
) -> UUID:
    new = NewComplaint(
        ComplaintKind.GENERAL,
        IdentityMode.NAMED,
        ComplaintChannel.WEB,
        {"what": "ถนนเป็นหลุม"},
        joins=joins,
        **more,
    )
    with db.writing() as session:
        at = NOON - timedelta(days=days_ago)
        code = file_complaint(session, office.agency_id, new, None, at)
        found = find_by_receipt(session, office.agency_id, code)
        assert found
        return found.id


def may_read(db: Database, person: Person, case: UUID) -> bool:
    with db.reading() as session:
        query = select(Complaint.id).where(visible_to(session.merge(person)), Complaint.id == case)
        return session.scalar(query) is not None


def test_joined_reports_are_kept_from_whomever_one_of_them_is_kept_from(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    officer, works = office.people["officer"], office.people["works"]
    kept = {name: office.divisions[name].id for name in ("works", "finance")}
    first, earlier, later, follower = (file(db, office) for _ in range(4))
    with db.writing() as session:
        a, b, c, d = (
            session.get_one(Complaint, (office.agency_id, one))
            for one in (first, earlier, later, follower)
        )
        merge(session, b, a, officer, NOON)
        merge(session, d, c, officer, NOON)
        for one in (b, c, d):
            hand_over(session, one, session.merge(office.divisions["works"]), officer, NOON)
            assign(session, one, session.merge(works), officer, NOON)
        hide(session, a, HiddenFrom(frozenset({kept["works"]})))
        hide(session, c, HiddenFrom(frozenset({kept["finance"]})))
    assert may_read(db, works, later)
    with db.writing() as session:
        c, a = (session.get_one(Complaint, (office.agency_id, one)) for one in (later, first))
        merge(session, c, a, officer, NOON)
    with db.reading() as session:
        for one in (first, earlier, later, follower):
            case = session.get_one(Complaint, (office.agency_id, one))
            assert hidden_from(session, case).divisions == set(kept.values())
            assert (case.division_id, assignee_of(session, case)) == (None, None)
    assert not may_read(db, works, later)


def test_a_reporter_s_own_joining_keeps_both_from_the_same_eyes_and_tells_no_minute(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    works, finance = (office.divisions[one].id for one in ("works", "finance"))
    first = file(db, office, hidden_from=HiddenFrom(frozenset({works})))
    with db.writing() as session:
        case = session.get_one(Complaint, (office.agency_id, first))
        by = session.merge(office.people["officer"])
        hand_over(session, case, session.merge(office.divisions["finance"]), by, NOON)
        assign(session, case, session.merge(office.people["finance"]), by, NOON)
        lines = len(session.scalars(select(AuditEntry)).all())
    later = file(db, office, joins=first, hidden_from=HiddenFrom(frozenset({finance})))
    with db.reading() as session:
        for one in (first, later):
            case = session.get_one(Complaint, (office.agency_id, one))
            assert hidden_from(session, case).divisions == {works, finance}
            assert (case.division_id, assignee_of(session, case)) == (None, None)
        assert len(session.scalars(select(AuditEntry)).all()) == lines


def test_a_report_does_not_join_what_is_over_meanwhile(db: Database, offices: Offices) -> None:
    office = offices.makham
    first = file(db, office)
    with db.writing() as session:
        case = session.get_one(Complaint, (office.agency_id, first))
        change_state(session, case, ComplaintState.CLOSED, office.people["officer"], NOON, "จบ")
    later = file(db, office, joins=first)
    with db.reading() as session:
        case = session.get_one(Complaint, (office.agency_id, later))
        assert first_report(session, case) is case
        assert case.due_on is not None


@pytest.mark.parametrize("begun", [ComplaintState.RECEIVED, ComplaintState.IN_REVIEW])
def test_when_the_first_reporter_withdraws_the_others_go_on(
    db: Database, offices: Offices, begun: ComplaintState
) -> None:
    office = offices.makham
    officer = office.people["officer"]
    first = file(db, office, days_ago=9)
    young, old, gone = (file(db, office, days_ago=one, joins=first) for one in (2, 5, 7))

    def all_of(session):
        return [
            session.get_one(Complaint, (office.agency_id, one)) for one in (first, young, old, gone)
        ]

    with db.writing() as session:
        a, _, _, d = all_of(session)
        answer_complaint(session, a, officer, "จะซ่อมวันศุกร์", NOON)
        if begun is not a.state:
            change_state(session, a, begun, officer, NOON)
        withdraw_complaint(session, d, NOON)  # the oldest of them wants no more of it
        withdraw_complaint(session, a, NOON + timedelta(days=1))
        a, b, c, d = all_of(session)
        assert first_report(session, a) is a
        assert [first_report(session, one) for one in (b, c, d)] == [c, c, c]
        assert (c.due_on, c.ended_on) == (c.outcome_by, None)
        assert (b.due_on, b.ended_on) == (None, None)
        assert d.ended_on == TODAY
        for one in (b, c):  # nobody is told anything else than before
            assert [text for _, text in answers_to_reporter(session, one)] == ["จะซ่อมวันศุกร์"]
            assert case_of(session, one).state is begun
        change_state(session, c, ComplaintState.CLOSED, officer, NOON + timedelta(days=2), "จบ")
        assert b.ended_on == c.ended_on


def test_a_withdrawal_of_the_first_leads_to_nobody_else_s_erasure(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    first = file(db, office)
    later = file(db, office, joins=first)
    ways, at = OfficeWays(keep_complaints_months=12), NOON + timedelta(days=800)
    with db.writing() as session:
        a = session.get_one(Complaint, (office.agency_id, first))
        # As an older version left it: withdrawn, and still repeated.
        a.state, a.ended_on = ComplaintState.WITHDRAWN, TODAY
        session.get_one(Complaint, (office.agency_id, later)).ended_on = TODAY
        assert erase_batch(session, office.agency_id, ways, at, 10).complaints == 1
        assert a.erased_on is not None
        assert session.get_one(Complaint, (office.agency_id, later)).erased_on is None


def test_what_is_erased_is_worked_on_no_more(db: Database, offices: Offices) -> None:
    office = offices.makham
    officer = office.people["officer"]
    first = file(db, office)
    later = file(db, office, joins=first)
    with db.writing() as session:
        a, b = (session.get_one(Complaint, (office.agency_id, one)) for one in (first, later))
        b.erased_on = TODAY
        works = session.merge(office.divisions["works"])
        for deed in (
            lambda: unmerge(session, b, officer, NOON),
            lambda: assign(session, b, officer, officer, NOON),
            lambda: hand_over(session, b, works, officer, NOON),
            lambda: extend(session, b, TODAY + timedelta(days=60), "รอ", officer, NOON),
        ):
            with pytest.raises(IllegalMove):
                deed()
        complaint_clock.parted(session, b, TODAY)
        assert b.due_on is None
        complaint_clock.start(session, b)
        assert b.due_on is None
        assert first_report(session, b) is a


def test_two_who_join_crosswise_wait_in_line_and_the_second_is_told(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    officer = office.people["officer"]
    pair = [file(db, office), file(db, office)]
    errors: list[str] = []
    ready = threading.Barrier(2)

    def join_them(later: UUID, first: UUID) -> None:
        ready.wait(20)
        try:
            with db.writing() as session:
                a, b = (session.get_one(Complaint, (office.agency_id, x)) for x in (later, first))
                merge(session, a, b, officer, NOON)
        except CannotMerge as error:
            errors.append(error.why)

    for _ in range(5):
        threads = [threading.Thread(target=join_them, args=order) for order in (pair, pair[::-1])]
        for one in threads:
            one.start()
        for one in threads:
            one.join(30)
        assert errors in (["cycle"], ["joined"])
        errors.clear()
        with db.writing() as session:
            for one in pair:
                unmerge(session, find_for_work(session, officer, one), officer, NOON)


def test_a_join_looks_again_at_what_it_waited_for(db: Database, offices: Offices) -> None:
    """What was read before the locks is older than they are: the first one was closed meanwhile."""
    if db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    office = offices.makham
    officer = office.people["officer"]
    first, later = file(db, office), file(db, office)
    read, told = threading.Event(), []

    def join_them() -> None:
        try:
            with db.writing() as session:
                a, b = (session.get_one(Complaint, (office.agency_id, x)) for x in (later, first))
                read.set()
                merge(session, a, b, officer, NOON)
        except CannotMerge as error:
            told.append(error.why)

    thread = threading.Thread(target=join_them)
    with db.writing() as session:
        case = find_for_work(session, officer, first)
        thread.start()
        assert read.wait(20)
        change_state(session, case, ComplaintState.CLOSED, officer, NOON, "จบ")
    thread.join(30)
    assert told == ["ended"]


def test_the_first_is_locked_before_what_repeats_it_whatever_their_ids(
    db: Database, offices: Offices
) -> None:
    """Somebody who holds the first one finds all that repeats it free: nobody holds those and
    waits for the first."""
    if db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    office = offices.makham
    low, high = sorted((file(db, office), file(db, office)))
    with db.writing() as session:
        pair = [session.get_one(Complaint, (office.agency_id, one)) for one in (low, high)]
        merge(session, pair[0], pair[1], office.people["officer"], NOON)
    done = threading.Event()

    def work() -> None:
        with db.writing() as session:
            find_for_work(session, office.people["officer"], low)
        done.set()

    thread = threading.Thread(target=work)
    with db.writing() as session:
        session.scalars(select(Complaint).where(Complaint.id == high).with_for_update()).one()
        thread.start()
        assert not done.wait(0.5)
        free = select(Complaint).where(Complaint.id == low).with_for_update(nowait=True)
        session.scalars(free).one()
    thread.join(30)
    assert done.is_set()


def test_retention_waits_for_nobody_and_leaves_what_is_held_for_another_night(
    db: Database, offices: Offices
) -> None:
    if db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    office = offices.makham
    held, free = file(db, office), file(db, office)
    root = file(db, office)
    repeats = file(db, office, joins=root)
    with db.writing() as one, db.writing() as other:
        hold_together(one, office.agency_id, [held])
        one.scalars(select(Complaint).where(Complaint.id == root).with_for_update()).one()
        found = hold_free(other, office.agency_id, [held, free, repeats])
        assert set(found) == {free}
