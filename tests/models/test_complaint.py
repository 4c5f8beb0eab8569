"""Complaints: who may read them, and what must never tell who wrote an anonymous one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.ids import read_receipt_code
from domain.keyring import CannotOpen
from domain.messages import Text
from domain.states import ComplaintState, IllegalMove, InboxState, OutboxState
from models import complaint_work, conversation, inbox, outbox, vault
from models.audit import AuditEntry
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintEntry,
    ComplaintKind,
    EntryKind,
    IdentityMode,
    Reporter,
    add_entry,
    find_by_receipt,
    move_complaint,
    registered_on,
)
from models.complaint_access import NotAllowed, access_complaint
from models.complaint_filing import NewComplaint, file_complaint
from models.complaint_log import complaint_log
from models.complaint_reporter import answers_to_reporter
from models.contact import line_hash
from models.conversation import ConversationKey
from models.database import Database
from models.person import Person, Role
from models.stored_file import describe, files_of_complaint
from models.waiting import new_complaints
from tests.models.making import (
    CITIZEN,
    STORY,
    citizen,
    clear_text_in,
    everything_stored,
    receive,
)
from tests.offices import NOON, Office, Offices

TODAY = date(2023, 3, 15)
NAME, PHONE = "นางสาวมะลิ หอมไกล", "081-000-0000"
SEES_CORRUPTION = {Role.INTEGRITY_OFFICER}
SEES_THE_REST = {Role.INTEGRITY_OFFICER, Role.ADMIN, Role.OFFICER}


def a_report(
    mode: IdentityMode = IdentityMode.ANONYMOUS,
    kind: ComplaintKind = ComplaintKind.CORRUPTION,
    files: tuple[str, ...] = (),
) -> NewComplaint:
    return NewComplaint(
        kind=kind,
        identity_mode=mode,
        channel=ComplaintChannel.LINE,
        content={"what": STORY, "where": "กองช่าง"},
        files=files,
        name=NAME,
        phone=PHONE,
    )


def file(
    db: Database,
    office: Office,
    mode: IdentityMode = IdentityMode.ANONYMOUS,
    kind: ComplaintKind = ComplaintKind.CORRUPTION,
    now: datetime = NOON,
) -> str:
    with db.writing() as session:
        contact = citizen(session, office.agency_id)
        return file_complaint(session, office.agency_id, a_report(mode, kind), contact, now)


def only_complaint(db: Database) -> UUID:
    with db.reading() as session:
        return session.scalars(select(Complaint.id)).one()


def test_an_anonymous_report_leaves_nothing_that_leads_to_its_writer(
    db: Database, offices: Offices
) -> None:
    """Walks every column of every table."""
    office = offices.makham
    odd_minute = NOON + timedelta(minutes=7, seconds=11, microseconds=123)
    with db.writing() as session:
        contact = citizen(session, office.agency_id)
        contact_id, line_hash = contact.id, bytes(contact.line_hash)
        stored = describe(
            session, office.agency_id, media_type="image/jpeg", size=1, blob="b" * 48, today=TODAY
        )
        stored_id = stored.id
        report = a_report(files=(str(stored_id),))
        code = file_complaint(session, office.agency_id, report, contact, odd_minute)

    needles: list[str | bytes] = [CITIZEN, STORY, NAME, PHONE, code]
    assert clear_text_in(db, needles) == []

    places = set()
    for table, rows in everything_stored(db).items():
        for row in rows:
            for column, value in row.items():
                if value in (contact_id, line_hash) or str(value) == str(contact_id):
                    places.add(f"{table}.{column}")
                if isinstance(value, datetime) and value != NOON.replace(tzinfo=value.tzinfo):
                    assert abs(value - odd_minute) > timedelta(hours=1), f"{table}.{column}"
    assert places == {"contact.id", "contact.line_hash"}

    with db.reading() as session:
        assert session.scalars(select(Reporter)).all() == []
        row = session.scalars(select(Complaint)).one()
        assert (row.reporter_id, row.received_at, row.received_on) == (None, None, TODAY)
        entry = session.scalars(select(ComplaintEntry)).one()
        assert (entry.happened_at, entry.happened_on, entry.person_id) == (None, TODAY, None)
        # Random ids: neither the complaint nor its file tells when it was made.
        assert {row.id.version, entry.id.version, stored_id.version} == {4}


def test_the_way_of_an_anonymous_report_through_the_queues_leaves_no_trail(
    db: Database, offices: Offices
) -> None:
    """Its events, its draft and its receipt pass through tables too."""
    agency_id = offices.makham.agency_id
    key = ConversationKey(agency_id, CITIZEN, CITIZEN)
    receive(db, agency_id, "E1", lane=CITIZEN, raw=STORY)
    with db.writing() as session:
        claim = inbox.claim_lane(session, "w", NOON, timedelta(seconds=9))
        assert claim is not None
        lane = inbox.hold_lane(session, claim, NOON, timedelta(seconds=9))
        conversation.save(session, key, {"what": STORY}, TODAY)
        conversation.wipe(session, key)
        code = file_complaint(session, agency_id, a_report(), None, NOON)
        outbox.enqueue(session, agency_id, CITIZEN, [Text(text=code)], kind="chat", now=NOON)
        inbox.finish_event(session, claim, InboxState.HANDLED)
        inbox.release_lane(session, lane, NOON)
    with db.writing() as session:
        (parcel,) = outbox.claim(session, "s", NOON, timedelta(seconds=9), 1)
        outbox.finish(session, parcel, OutboxState.SENT, "accepted", NOON)
    with db.reading() as session:
        blinded = [
            line_hash(session, agency_id, CITIZEN),
            vault.blind(session, agency_id, "conversation", f"{CITIZEN}|{CITIZEN}"),
        ]
    assert clear_text_in(db, [CITIZEN, STORY, code, *blinded]) == []


def test_an_officer_s_step_has_its_time_and_the_anonymous_reporter_s_has_none(
    db: Database, offices: Offices
) -> None:
    file(db, offices.makham)
    with db.writing() as session:
        complaint = session.scalars(select(Complaint)).one()
        officer = session.merge(offices.makham.people["integrity"])
        move_complaint(session, complaint, ComplaintState.IN_REVIEW, officer, NOON)
        add_entry(session, complaint, EntryKind.ADDED, NOON, text="เพิ่มเติม")
        rows = session.scalars(select(ComplaintEntry).order_by(ComplaintEntry.number)).all()
        assert [(row.number, row.kind, row.happened_at) for row in rows] == [
            (1, EntryKind.FILED, None),
            (2, EntryKind.MOVED, NOON),
            (3, EntryKind.ADDED, None),
        ]


@pytest.mark.parametrize("mode", [IdentityMode.NAMED, IdentityMode.CONFIDENTIAL])
def test_a_report_with_a_name_keeps_its_link_sealed(
    db: Database, offices: Offices, mode: IdentityMode
) -> None:
    code = file(db, offices.makham, mode)
    assert clear_text_in(db, [CITIZEN, STORY, NAME, PHONE, code]) == []
    with db.reading() as session:
        row = session.scalars(select(Complaint)).one()
        reporter = session.scalars(select(Reporter)).one()
        assert row.reporter_id == reporter.id
        assert row.received_at == NOON
        assert (reporter.identity is not None) == (mode is IdentityMode.NAMED)
        assert reporter.contact_id is not None


def test_the_day_is_bangkok_s(db: Database, offices: Offices) -> None:
    file(db, offices.makham, now=datetime(2023, 3, 15, 17, 0, tzinfo=UTC))
    with db.reading() as session:
        assert session.scalars(select(Complaint.received_on)).one() == date(2023, 3, 16)
        agency_id = offices.makham.agency_id
        assert registered_on(session, agency_id, date(2023, 3, 16)) == [only_complaint(db)]
        assert registered_on(session, agency_id, TODAY) == []


def test_a_report_is_found_by_its_code_only_and_only_where_it_was_made(
    db: Database, offices: Offices
) -> None:
    code = file(db, offices.makham)
    assert read_receipt_code(code) == code
    with db.reading() as session:
        here, there = offices.makham.agency_id, offices.bangphra.agency_id
        assert find_by_receipt(session, here, code) is not None
        assert find_by_receipt(session, there, code) is None
        assert find_by_receipt(session, here, code[::-1]) is None
        assert find_by_receipt(session, here, "") is None


@pytest.mark.parametrize("kind", ComplaintKind)
@pytest.mark.parametrize(
    "post", ["admin", "integrity", "officer", "finance", "finance_head", "clerk", "auditor"]
)
def test_a_role_reads_what_it_may_and_every_opening_is_logged(
    db: Database, offices: Offices, post: str, kind: ComplaintKind
) -> None:
    file(db, offices.makham, kind=kind)
    complaint_id = only_complaint(db)
    with db.writing() as session:
        viewer = session.merge(offices.makham.people[post])
        allowed = SEES_CORRUPTION if kind is ComplaintKind.CORRUPTION else SEES_THE_REST
        may = viewer.role in allowed
        assert bool(complaint_log(session, viewer, 10)) == may
        assert new_complaints(session, viewer) == int(may)
        assert complaint_work.visible_among(session, viewer, [complaint_id]) == (
            {complaint_id} if may else set()
        )
        if may:
            opened = access_complaint(session, viewer, complaint_id, NOON)
            assert opened.content["what"] == STORY
            assert complaint_work.find_for_work(session, viewer, complaint_id) is opened.complaint
        else:
            with pytest.raises(NotAllowed):
                access_complaint(session, viewer, complaint_id, NOON)
            with pytest.raises(NotAllowed):
                complaint_work.find_for_work(session, viewer, complaint_id)
        lines = session.scalars(select(AuditEntry)).all()
        assert [(one.action, one.actor) for one in lines] == (
            [("complaint.opened", f"person:{viewer.id}")] if may else []
        )


def test_the_other_agency_s_complaints_do_not_exist(db: Database, offices: Offices) -> None:
    file(db, offices.makham, kind=ComplaintKind.SERVICE)
    complaint_id = only_complaint(db)
    with db.writing() as session:
        for stranger in offices.bangphra.people.values():
            viewer = session.merge(stranger)
            assert complaint_log(session, viewer, 10) == []
            assert new_complaints(session, viewer) == 0
            assert complaint_work.visible_among(session, viewer, [complaint_id]) == set()
            with pytest.raises(NotAllowed):
                access_complaint(session, viewer, complaint_id, NOON)
            with pytest.raises(NotAllowed):
                complaint_work.find_for_work(session, viewer, complaint_id)


@pytest.mark.parametrize("mode", IdentityMode)
def test_officers_see_who_only_where_the_reporter_said_so(
    db: Database, offices: Offices, mode: IdentityMode
) -> None:
    file(db, offices.makham, mode)
    with db.writing() as session:
        viewer = session.merge(offices.makham.people["integrity"])
        opened = access_complaint(session, viewer, only_complaint(db), NOON)
        shown = {"name": NAME, "phone": PHONE} if mode is IdentityMode.NAMED else None
        assert opened.identity == shown
        assert complaint_log(session, viewer, 10)[0].identity == shown


def test_the_reporter_reads_the_answers_and_never_the_notes(db: Database, offices: Offices) -> None:
    code = file(db, offices.makham)
    with db.writing() as session:
        complaint = find_by_receipt(session, offices.makham.agency_id, code)
        assert complaint is not None
        officer = session.merge(offices.makham.people["integrity"])
        complaint_work.answer_complaint(session, complaint, officer, "กำลังตรวจสอบ", NOON)
        complaint_work.note_complaint(session, complaint, officer, "สงสัยผู้อำนวยการ", NOON)
        assert answers_to_reporter(session, complaint) == [(TODAY, "กำลังตรวจสอบ")]
        opened = access_complaint(session, officer, complaint.id, NOON)
        assert [one.text for one in opened.entries] == ["", "กำลังตรวจสอบ", "สงสัยผู้อำนวยการ"]
        assert [one.person for one in opened.entries] == [None, officer, officer]
    assert clear_text_in(db, ["กำลังตรวจสอบ", "สงสัย"]) == []


def test_only_legal_moves_are_made_and_each_is_logged(db: Database, offices: Offices) -> None:
    file(db, offices.makham)
    with db.writing() as session:
        officer = session.merge(offices.makham.people["integrity"])
        complaint = complaint_work.find_for_work(session, officer, only_complaint(db))
        with pytest.raises(IllegalMove):
            complaint_work.change_state(session, complaint, ComplaintState.ANSWERED, officer, NOON)
        for state in (ComplaintState.IN_REVIEW, ComplaintState.CLOSED):
            complaint_work.change_state(session, complaint, state, officer, NOON, "เหตุผล")
        with pytest.raises(IllegalMove):
            complaint_work.answer_complaint(session, complaint, officer, "ช้าไป", NOON)
        moves = [one.detail for one in session.scalars(select(AuditEntry))]
        assert moves == [
            {"from": "received", "to": "in_review"},
            {"from": "in_review", "to": "closed"},
        ]


def test_work_on_a_complaint_that_changed_meanwhile_is_refused(
    db: Database, offices: Offices
) -> None:
    file(db, offices.makham)
    seen = complaint_work.Seen(ComplaintState.RECEIVED, 1)
    with db.writing() as session:
        officer = session.merge(offices.makham.people["integrity"])
        complaint = complaint_work.find_for_work(session, officer, only_complaint(db))
        complaint_work.check_unchanged(session, complaint, seen)
        complaint_work.note_complaint(session, complaint, officer, "โน้ต", NOON)
        with pytest.raises(complaint_work.ChangedMeanwhile):
            complaint_work.check_unchanged(session, complaint, seen)


def test_the_log_is_read_a_page_at_a_time_newest_day_first(db: Database, offices: Offices) -> None:
    for day in (0, 1, 1, 2, 2, 2):
        file(db, offices.makham, now=NOON + timedelta(days=day))
    with db.reading() as session:
        viewer = offices.makham.people["integrity"]
        whole = [one.complaint.id for one in complaint_log(session, viewer, 50)]
        paged: list[UUID] = []
        before = None
        while page := complaint_log(session, viewer, 2, before):
            paged += [one.complaint.id for one in page]
            before = (page[-1].complaint.received_on, page[-1].complaint.id)
        assert paged == whole
        assert len(set(whole)) == 6


def test_a_report_claims_its_files_and_only_those_of_its_agency(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        mine, theirs = (
            describe(session, one.agency_id, media_type="a/b", size=1, blob=one.slug, today=TODAY)
            for one in (office, offices.bangphra)
        )
        ids = (str(mine.id), str(theirs.id))
        for _ in range(2):  # a second report cannot take the first one's files
            file_complaint(session, office.agency_id, a_report(files=ids), None, NOON)
        assert mine.complaint_id is not None
        assert theirs.complaint_id is None
        claimed = files_of_complaint(session, office.agency_id, mine.complaint_id)
        assert claimed == [mine]


def test_a_story_with_half_a_surrogate_pair_is_filed(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        new = NewComplaint(
            ComplaintKind.SERVICE,
            IdentityMode.ANONYMOUS,
            ComplaintChannel.LINE,
            {"what": "ก\ud800"},
        )
        file_complaint(session, office.agency_id, new, None, NOON)
        viewer = session.get_one(Person, (office.agency_id, office.people["officer"].id))
        assert complaint_log(session, viewer, 1)[0].content["what"].startswith("ก")


def test_sealed_stories_do_not_open_for_the_other_agency(db: Database, offices: Offices) -> None:
    file(db, offices.makham)
    with db.reading() as session:
        row = session.scalars(select(Complaint)).one()
        with pytest.raises(CannotOpen):
            vault.open_json(session, offices.bangphra.agency_id, "complaint", row.content)
        with pytest.raises(CannotOpen):
            vault.open_json(session, offices.makham.agency_id, "reporter", row.content)
