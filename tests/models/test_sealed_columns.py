"""What is personal reaches the disk sealed, in every column that is meant for it."""

from __future__ import annotations

from datetime import date, timedelta

from domain.keyring import KeyRing
from domain.messages import Text
from domain.plan import ReadMeasure
from domain.states import QuestionState
from models import (
    calendar_feed,
    complaint_work,
    conversation,
    knowledge,
    obligation_changes,
    outbox,
    plan_draft,
    question_work,
    second_factor,
    talk,
    vault,
)
from models.complaint import ComplaintChannel, ComplaintKind, IdentityMode, find_by_receipt
from models.complaint_filing import NewComplaint, file_complaint
from models.conversation import ConversationKey
from models.database import Database
from models.measure_review import return_report
from models.progress import ReportStatus, report_progress
from models.saved_view import SavedView
from models.sealed_identity import IdentityRequest
from tests.models.making import (
    an_obligation,
    citizen,
    clear_text_in,
    everything_stored,
    receive,
    sealed_columns,
)
from tests.offices import NOON, Offices

MARK = "เครื่องหมายลับ-secret-mark"
LINE_ID = f"U-{MARK}"


def fill_every_sealed_column(db: Database, offices: Offices) -> None:
    office = offices.makham
    agency_id = office.agency_id
    receive(db, agency_id, "E1", raw=MARK)
    with db.writing() as session:
        contact = citizen(session, agency_id, LINE_ID)
        outbox.enqueue(
            session,
            agency_id,
            LINE_ID,
            [Text(text=MARK)],
            kind="chat",
            now=NOON,
            reply_token=MARK,
            reply_until=NOON + timedelta(seconds=57),
        )
        key = ConversationKey(agency_id, LINE_ID, LINE_ID)
        conversation.save(session, key, {"draft": MARK}, date(2023, 3, 15))
        waits = [
            knowledge.store_question(
                session, agency_id, MARK, QuestionState.WAITING, NOON, contact=contact
            )
            for _ in range(3)
        ]
        admin = session.merge(office.people["admin"])
        question_work.answer_waiting(session, waits[0], admin, MARK, NOON)
        question_work.close_question(session, waits[1], admin, MARK, NOON)
        talk.hear(session, talk.ask_for_talk(session, contact, NOON), MARK, "1", NOON)
        new = NewComplaint(
            ComplaintKind.CORRUPTION,
            IdentityMode.NAMED,
            ComplaintChannel.LINE,
            {"what": MARK},
            name=MARK,
            phone=MARK,
        )
        code = file_complaint(session, agency_id, new, contact, NOON)
        complaint = find_by_receipt(session, agency_id, code)
        assert complaint is not None
        officer = session.merge(office.people["integrity"])
        complaint_work.answer_complaint(session, complaint, officer, MARK, NOON)
        obligation = an_obligation(session, office)
        person = session.merge(office.people["finance"])
        report_progress(
            session,
            obligation,
            person,
            ReportStatus.DONE,
            channel="line",
            now=NOON,
            summary=MARK,
        )
        admin = session.merge(office.people["admin"])
        return_report(session, obligation, admin, MARK, NOON)
        later = obligation.due_on + timedelta(days=1)
        obligation_changes.move_due(session, obligation, admin, later, MARK, NOON)
        draft = plan_draft.begin_draft(
            session, admin, source_name="แผน.docx", source_sha256="", now=NOON
        )
        calendar_feed.make_feed(
            session, agency_id, office.divisions["finance"].id, date(2023, 3, 15)
        )
        plan_draft.add_rows(session, draft, [ReadMeasure(1, MARK, result=MARK)])
        second_factor.set_second_factor(session, officer, MARK)
        second_factor.make_recovery_codes(session, officer)
        own = {"agency_id": agency_id}
        query = vault.seal_text(session, agency_id, "view", MARK)
        session.add(SavedView(**own, person_id=officer.id, name="งานค้าง", query=query))
        reason = vault.seal_text(session, agency_id, "complaint", MARK)
        asked = {"asked_by": officer.id, "asked_at": NOON, "reason": reason}
        session.add(IdentityRequest(**own, complaint_id=complaint.id, **asked))


def test_every_sealed_column_is_used_and_holds_nothing_but_sealed_values(
    db: Database, offices: Offices, keys: KeyRing
) -> None:
    fill_every_sealed_column(db, offices)
    stored = everything_stored(db)
    for table, column in sealed_columns():
        values = [bytes(row[column]) for row in stored[table] if row[column] is not None]
        assert values, f"fill {table}.{column} in this test"
        for value in values:
            assert value[:9] == b"\x01" + keys.current.encode(), f"{table}.{column}"
    assert clear_text_in(db, [MARK, "secret-mark", "secret-of-", "token-of-"]) == []


def test_nothing_of_it_stands_in_clear_in_the_files_of_the_database(
    db: Database, offices: Offices
) -> None:
    fill_every_sealed_column(db, offices)
    if not db.is_sqlite or db.url.database is None:
        return  # PostgreSQL's files are its own; the columns were looked at above
    db.checkpoint()
    with open(db.url.database, "rb") as file:
        content = file.read()
    assert MARK.encode() not in content
    assert b"secret-mark" not in content
    assert "เทศบาลตำบลมะขาม".encode() in content  # the look itself works
