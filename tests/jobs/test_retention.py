"""What is kept no longer is really gone, and nothing else is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from domain.office import OfficeWays, months_before
from domain.states import ComplaintState, IllegalMove, QuestionState
from jobs import retention
from jobs.clockwork import run_due
from jobs.context import JobContext
from models import vault
from models.audit import AuditEntry, verify
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintEntry,
    ComplaintKind,
    EntryKind,
    FiledMessage,
    IdentityMode,
    Reporter,
    add_entry,
    find_by_receipt,
)
from models.complaint_filing import NewComplaint, file_complaint, join, remember_messages
from models.complaint_reporter import case_of, reopen_complaint
from models.contact import ContactKind, meet
from models.database import Database
from models.knowledge import Question, store_question, text_of
from models.office import set_ways
from models.sealed_identity import IdentityRequest
from models.stored_file import BlobFolder, StoredFile, describe, sweep_orphans
from models.tables import metadata
from tests.models.making import everything_stored
from tests.offices import NOON, Office, Offices

NIGHT = NOON - timedelta(hours=9)  # three in the morning in Bangkok
TODAY = NOON.date()
STORY = "นายสมมติเรียกเงินค่าลัดคิว"


def context(db: Database, blobs: BlobFolder, now: datetime = NIGHT) -> JobContext:
    return JobContext(db, blobs, now, lambda _agency_id: None)


def keeps(
    db: Database, office: Office, complaints: int | None = 12, questions: int | None = 6
) -> None:
    ways = OfficeWays(keep_complaints_months=complaints, keep_questions_months=questions)
    with db.writing() as session:
        set_ways(session, office.agency_id, ways)


def ended(
    db: Database,
    blobs: BlobFolder,
    office: Office,
    *,
    months: int,
    files: int = 0,
    state: ComplaintState = ComplaintState.CLOSED,
    mode: IdentityMode = IdentityMode.NAMED,
) -> UUID:
    """A case that ended that long ago, with something of everything that a case can hold."""
    agency_id, day = office.agency_id, months_before(TODAY, months)
    stored = []
    for _ in range(files):
        blob = blobs.put(agency_id, b"a photo of " + STORY.encode(), day)
        with db.writing() as session:
            row = describe(
                session, agency_id, media_type="image/jpeg", size=9, blob=blob, today=day
            )
            stored.append(str(row.id))
    new = NewComplaint(
        ComplaintKind.SERVICE,
        mode,
        ComplaintChannel.LINE,
        {"what": STORY, "where": "หมู่ 4"},
        files=stored,
        name="ผู้ร้องคนหนึ่ง",
        phone="000-111-2222",
    )
    at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    with db.writing() as session:
        contact = meet(session, agency_id, ContactKind.USER, f"U-{uuid4().hex}")
        named = contact if mode is not IdentityMode.ANONYMOUS else None
        code = file_complaint(session, agency_id, new, named, at)
        case = find_by_receipt(session, agency_id, code)
        assert case
        note = add_entry(session, case, EntryKind.NOTE, at, text=STORY)
        remember_messages(session, case, {f"message-{case.id}": "entry"}, note)
        case.state = state
        case.ended_on = day if state in (ComplaintState.CLOSED, ComplaintState.WITHDRAWN) else None
        return case.id


def old_question(
    db: Database, office: Office, *, months: int, state: QuestionState = QuestionState.CLOSED
) -> UUID:
    day = months_before(TODAY, months)
    at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    with db.writing() as session:
        question = store_question(session, office.agency_id, STORY, state, at)
        question.answer = vault.seal_text(session, office.agency_id, "question", STORY)
        return question.id


def case(db: Database, office: Office, complaint_id: UUID) -> Complaint:
    with db.reading() as session:
        found = session.get_one(Complaint, (office.agency_id, complaint_id))
        session.expunge_all()
        return found


def content(db: Database, office: Office, complaint_id: UUID) -> dict[str, str]:
    with db.reading() as session:
        sealed = session.get_one(Complaint, (office.agency_id, complaint_id)).content
        return vault.open_json(session, office.agency_id, "complaint", sealed)


def on_disk(folder: Path) -> list[bytes]:
    return [one.read_bytes() for one in folder.rglob("*") if one.is_file()]


def test_everything_that_a_case_said_is_gone_and_its_figures_stay(
    db: Database, blobs: BlobFolder, offices: Offices, tmp_path: Path
) -> None:
    office = offices.makham
    over = ended(db, blobs, office, months=13, files=2)
    with db.writing() as session:
        session.add(
            IdentityRequest(
                agency_id=office.agency_id,
                complaint_id=over,
                asked_by=office.people["officer"].id,
                asked_at=NOON,
                reason=vault.seal_text(session, office.agency_id, "complaint", STORY),
            )
        )
    before = everything_stored(db)
    assert on_disk(tmp_path / "blobs")
    keeps(db, office)
    done = retention.erase_what_is_over(context(db, blobs))
    assert (done["complaints"], done["files"]) == (1, 2)
    row = case(db, office, over)
    assert (row.erased_on, row.state, row.reporter_id) == (TODAY, ComplaintState.CLOSED, None)
    assert content(db, office, over) == {}
    assert on_disk(tmp_path / "blobs") == []
    after = everything_stored(db)
    for table in (Reporter, FiledMessage, StoredFile):
        assert after[table.__tablename__] == []
    assert {one["text"] for one in after[ComplaintEntry.__tablename__]} == {None}
    # No sealed value that could say something of it is left anywhere: each of them is of before.
    secret = {
        bytes(value)
        for table in ("complaint", "complaint_entry", "reporter", "identity_request")
        for one in before[table]
        for name, value in one.items()
        if name in ("content", "text", "identity", "reason") and value
    }
    left = {
        bytes(value)
        for rows in after.values()
        for one in rows
        for value in one.values()
        if isinstance(value, bytes)
    }
    assert secret
    assert secret & left == set()


def test_a_case_that_is_open_or_young_or_of_another_agency_is_not_touched(
    db: Database, blobs: BlobFolder, offices: Offices, tmp_path: Path
) -> None:
    office = offices.makham
    young = ended(db, blobs, office, months=11, files=1)
    open_ones = [
        ended(db, blobs, office, months=40, files=1, state=state)
        for state in (ComplaintState.RECEIVED, ComplaintState.IN_REVIEW, ComplaintState.ANSWERED)
    ]
    theirs = ended(db, blobs, offices.bangphra, months=40, files=1)
    keeps(db, office)
    before = everything_stored(db)
    assert retention.erase_what_is_over(context(db, blobs))["complaints"] == 0
    assert everything_stored(db) == before
    assert len(on_disk(tmp_path / "blobs")) == 5
    for one in (young, *open_ones):
        assert content(db, office, one)["what"] == STORY
    assert content(db, offices.bangphra, theirs)["what"] == STORY


def test_an_agency_that_set_nothing_loses_nothing(
    db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    ended(db, blobs, offices.makham, months=200)
    old_question(db, offices.makham, months=200)
    before = everything_stored(db)
    assert retention.erase_what_is_over(context(db, blobs))["agencies"] == 0
    assert everything_stored(db) == before


def test_a_report_that_repeats_another_is_kept_as_long_as_that_one_is_worked_on(
    db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    office = offices.makham
    first = ended(db, blobs, office, months=13, state=ComplaintState.IN_REVIEW)
    later = ended(db, blobs, office, months=13, state=ComplaintState.WITHDRAWN)
    with db.writing() as session:
        rows = [session.get_one(Complaint, (office.agency_id, one)) for one in (later, first)]
        join(session, rows[0], rows[1], NOON)
        rows[0].ended_on = months_before(TODAY, 13)
    keeps(db, office)
    assert retention.erase_what_is_over(context(db, blobs))["complaints"] == 0
    with db.writing() as session:
        row = session.get_one(Complaint, (office.agency_id, first))
        row.state, row.ended_on = ComplaintState.CLOSED, months_before(TODAY, 12)
    assert retention.erase_what_is_over(context(db, blobs))["complaints"] == 2
    assert content(db, office, later) == {}


def test_questions_that_were_settled_lose_their_words_and_waiting_ones_do_not(
    db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    office = offices.makham
    settled = [
        old_question(db, office, months=7, state=state)
        for state in (QuestionState.CLOSED, QuestionState.ANSWERED, QuestionState.SUGGESTED)
    ]
    kept = [
        old_question(db, office, months=7, state=QuestionState.WAITING),
        old_question(db, office, months=5),
    ]
    keeps(db, office)
    assert retention.erase_what_is_over(context(db, blobs))["questions"] == 3
    with db.reading() as session:
        for one, text in [*((one, "") for one in settled), *((one, STORY) for one in kept)]:
            row = session.get_one(Question, (office.agency_id, one))
            assert text_of(session, row) == text
            assert (row.answer is None) == (text == "")
    # What is erased is not erased again.
    assert retention.erase_what_is_over(context(db, blobs))["questions"] == 0


def test_a_night_leaves_one_line_in_the_log_with_its_counts_and_an_idle_one_none(
    db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    office = offices.makham
    for _ in range(3):
        ended(db, blobs, office, months=13, files=1)
    old_question(db, office, months=7)
    keeps(db, office)
    for _ in range(2):
        retention.erase_what_is_over(context(db, blobs))
    with db.reading() as session:
        [line] = session.scalars(select(AuditEntry)).all()
        assert (line.action, line.actor) == ("retention.erased", "system")
        assert line.detail == {"complaints": "3", "files": "3", "questions": "1"}
        assert verify(session, office.agency_id) is None


def test_many_go_in_bounded_batches(
    db: Database, blobs: BlobFolder, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        ended(db, blobs, offices.makham, months=13)
    keeps(db, offices.makham)
    assert retention.erase_what_is_over(context(db, blobs))["complaints"] == 5
    with db.reading() as session:
        counts = [one.detail["complaints"] for one in session.scalars(select(AuditEntry))]
    assert counts == ["2", "2", "1"]


def test_a_process_that_dies_between_the_rows_and_the_bytes_leaves_nothing_half(
    db: Database,
    blobs: BlobFolder,
    offices: Offices,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = ended(db, blobs, offices.makham, months=13, files=2)
    keeps(db, offices.makham)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(retention, "drop_forgotten", dies)
    with pytest.raises(KeyboardInterrupt):
        retention.erase_what_is_over(context(db, blobs))
    assert content(db, offices.makham, over) == {}
    assert everything_stored(db)["stored_file"] == []
    assert len(on_disk(tmp_path / "blobs")) == 2  # sealed, and no row speaks of them
    with db.writing() as session:
        assert sweep_orphans(session, blobs, NOON) == 2
    assert on_disk(tmp_path / "blobs") == []


def test_a_process_that_dies_before_the_commit_has_erased_nothing(
    db: Database, blobs: BlobFolder, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(db, blobs, offices.makham, months=13, files=2)
    keeps(db, offices.makham)
    before = everything_stored(db)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("models.retention.audit.record", dies)
    with pytest.raises(KeyboardInterrupt):
        retention.erase_what_is_over(context(db, blobs))
    assert everything_stored(db) == before
    with db.reading() as session:
        for stored in session.scalars(select(StoredFile)):
            assert blobs.get(stored.agency_id, stored.blob)


def test_one_agencys_trouble_keeps_no_other_waiting(
    db: Database, blobs: BlobFolder, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    for office in (offices.makham, offices.bangphra):
        ended(db, blobs, office, months=13)
        keeps(db, office)
    erase = retention.erase_batch

    def stumbles(session, agency_id, *rest):
        if agency_id == offices.makham.agency_id:
            raise ValueError
        return erase(session, agency_id, *rest)

    monkeypatch.setattr(retention, "erase_batch", stumbles)
    done = retention.erase_what_is_over(context(db, blobs))
    assert (done["complaints"], done["failed"]) == (1, 1)


def test_an_erased_case_is_not_taken_up_again(
    db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    office = offices.makham
    over = ended(db, blobs, office, months=13)
    keeps(db, office)
    retention.erase_what_is_over(context(db, blobs))
    with db.writing() as session:
        row = session.get_one(Complaint, (office.agency_id, over))
        assert case_of(session, row).may == frozenset()
        with pytest.raises(IllegalMove):
            reopen_complaint(session, row, NOON)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        pytest.param(date(2023, 3, 15), 12, date(2022, 3, 15), id="a year"),
        pytest.param(date(2023, 3, 31), 1, date(2023, 2, 28), id="a short month"),
        pytest.param(date(2024, 3, 31), 1, date(2024, 2, 29), id="a leap year"),
        pytest.param(date(2023, 1, 5), 1, date(2022, 12, 5), id="over the new year"),
        pytest.param(date(2023, 12, 31), 240, date(2003, 12, 31), id="twenty years"),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


# What hangs on a case and is emptied with it, and what says nothing of what the case said.
EMPTIED = {"complaint_entry", "filed_message", "complaint_sketch", "identity_request"}
SAYS_NOTHING = {
    *("complaint_exclusion", "complaint_join", "complaint_rating", "complaint_assignment"),
    *("complaint_measure", "complaint_reminder"),
}


def test_every_table_that_hangs_on_a_case_is_emptied_or_known_to_say_nothing() -> None:
    """A new one must be thought of here, and in `models.retention`."""
    hanging = {
        table.name
        for table in metadata.sorted_tables
        for constraint in table.foreign_key_constraints
        if constraint.referred_table.name == "complaint"
    }
    assert hanging == EMPTIED | SAYS_NOTHING | {"stored_file"}


def test_the_clock_runs_it_once_a_night_and_never_by_day(
    db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    ended(db, blobs, offices.makham, months=13)
    keeps(db, offices.makham)
    assert run_due(context(db, blobs, NOON))["retention"]["ran"] is False
    assert run_due(context(db, blobs))["retention"]["complaints"] == 1
    assert run_due(context(db, blobs))["retention"]["ran"] is False
