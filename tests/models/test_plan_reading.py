"""A draft while its document is being read: how far it came, how it ended, whose it is."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest

from domain.plan import PlanHead
from domain.states import IllegalMove, PlanDraftState
from models.database import Database
from models.plan_draft import (
    STOPPED_AFTER,
    DraftIsClosed,
    add_row,
    add_rows,
    begin_draft,
    close_draft,
    drafts_of,
    erase_old_drafts,
    finish_reading,
    get_draft,
    hold_draft,
    row_count,
)
from models.plan_reading import fail_reading, hold_reading, note_progress, percent_read
from tests.models.plans import AS_STORED, read, upload
from tests.offices import NOON, Office, Offices
from tests.served import PATIENCE


@pytest.fixture
def draft_id(db: Database, offices: Offices) -> UUID:
    return begun(db, offices.makham)


def begun(db: Database, office: Office) -> UUID:
    with db.writing() as session:
        person = session.merge(office.people["admin"])
        draft = begin_draft(session, person, source_name="ก.pdf", source_sha256="", now=NOON)
        add_rows(session, draft, AS_STORED)
        return draft.id


def test_it_is_held_by_its_own_agency_and_only_while_it_is_read(
    db: Database, offices: Offices, draft_id: UUID
) -> None:
    makham, bangphra = offices.makham.agency_id, offices.bangphra.agency_id
    with db.writing() as session:
        with pytest.raises(DraftIsClosed):
            hold_reading(session, bangphra, draft_id)
        draft = hold_reading(session, makham, draft_id)
        finish_reading(session, draft, PlanHead(None, 2566))
        with pytest.raises(DraftIsClosed):
            hold_reading(session, makham, draft_id)


def test_progress_is_told_in_per_cent_and_never_goes_back(
    db: Database, offices: Offices, draft_id: UUID
) -> None:
    with db.writing() as session:
        draft = hold_reading(session, offices.makham.agency_id, draft_id)
        assert percent_read(draft) is None
        told = []
        for line in (0, 30, 10, 199, 200, 900):  # the next sheet counts from one again
            note_progress(draft, NOON, line, 200)
            told.append(percent_read(draft))
        assert told == [0, 15, 15, 99, 99, 99]


def test_what_shows_no_sign_of_life_for_ten_minutes_has_stopped(
    db: Database, offices: Offices, draft_id: UUID
) -> None:
    later = NOON + timedelta(minutes=9)
    theirs = begun(db, offices.bangphra)
    with db.writing() as session:
        draft = hold_reading(session, offices.makham.agency_id, draft_id)
        assert not draft.stopped(NOON + STOPPED_AFTER)
        assert draft.stopped(NOON + STOPPED_AFTER + timedelta(seconds=1))
        note_progress(draft, later, 1, 2)
        assert not draft.stopped(later + STOPPED_AFTER)
    with db.writing() as session:
        assert erase_old_drafts(session, NOON + STOPPED_AFTER + timedelta(seconds=1)) == 1
        assert get_draft(session, offices.bangphra.agency_id, theirs) is None
        assert get_draft(session, offices.makham.agency_id, draft_id) is not None


def test_only_a_reading_stops(db: Database, offices: Offices) -> None:
    ready = upload(db, offices.makham, AS_STORED)
    with db.writing() as session:
        assert not hold_draft(session, offices.makham.agency_id, ready).stopped(
            NOON + timedelta(days=1)
        )
        assert erase_old_drafts(session, NOON + timedelta(days=1)) == 0


def test_a_failure_keeps_its_sentence_and_no_rows(
    db: Database, offices: Offices, draft_id: UUID
) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        fail_reading(session, hold_reading(session, agency_id, draft_id), "ไฟล์ว่าง")
    with db.writing() as session:
        [draft] = drafts_of(session, agency_id)
        assert (draft.state, draft.trouble) == (PlanDraftState.FAILED, "ไฟล์ว่าง")
        assert row_count(session, draft) == 0
        for refused in (hold_reading, hold_draft):
            with pytest.raises(DraftIsClosed):
                refused(session, agency_id, draft_id)
        with pytest.raises(IllegalMove):
            finish_reading(session, draft, PlanHead(None, 2566))
        with pytest.raises(DraftIsClosed):
            close_draft(session, draft, PlanDraftState.IMPORTED)
        close_draft(session, draft, PlanDraftState.DISCARDED)
        assert drafts_of(session, agency_id) == []


def test_what_is_ready_does_not_fail_any_more(db: Database, offices: Offices) -> None:
    ready = upload(db, offices.makham, AS_STORED)
    with db.writing() as session:
        draft = hold_draft(session, offices.makham.agency_id, ready)
        with pytest.raises(IllegalMove):
            fail_reading(session, draft, "ไฟล์ว่าง")


def test_who_throws_it_away_waits_for_a_batch_and_takes_its_rows_too(
    db: Database, offices: Offices, draft_id: UUID
) -> None:
    agency_id = offices.makham.agency_id
    begins = threading.Event()

    def throw_away() -> None:
        begins.set()
        with db.writing() as session:
            draft = get_draft(session, agency_id, draft_id)
            assert draft
            close_draft(session, draft, PlanDraftState.DISCARDED)

    other = threading.Thread(target=throw_away)
    with db.writing() as session:
        draft = hold_reading(session, agency_id, draft_id)
        other.start()
        assert begins.wait(PATIENCE)
        add_rows(session, draft, [read(9, "อีกชุด", "กองคลัง")])
    other.join(PATIENCE)
    with db.reading() as session:
        left = get_draft(session, agency_id, draft_id)
        assert left
        assert (left.state, row_count(session, left)) == (PlanDraftState.DISCARDED, 0)


def test_an_added_measure_gets_a_number_that_no_other_ever_had(
    db: Database, offices: Offices
) -> None:
    draft_id = upload(db, offices.makham, [read(7, "ก", "กองคลัง"), read(3, "ข", "กองคลัง")])
    with db.writing() as session:
        draft = hold_draft(session, offices.makham.agency_id, draft_id)
        assert add_row(session, draft, read(1, "ค", "กองคลัง")) == 8
        assert add_row(session, draft, read(1, "ง", "กองคลัง")) == 9
        assert row_count(session, draft) == 4
