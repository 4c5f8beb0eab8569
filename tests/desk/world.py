"""Complaints, reports and evidence for an office: something of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.states import QuestionState
from models import vault
from models.complaint import ComplaintChannel, ComplaintKind, IdentityMode, find_by_receipt
from models.complaint_filing import NewComplaint, file_complaint
from models.contact import ContactKind, meet
from models.database import Database
from models.knowledge import ArticleRow, put_article, store_question
from models.lexicon import LexiconEntry, folded
from models.measure import obligations_of, plans_of
from models.progress import ReportStatus, add_to_report, report_progress
from models.saved_view import SavedView
from models.stored_file import BlobFolder, describe
from models.talk import ask_for_talk, hear
from tests.models.plans import AS_STORED, upload
from tests.offices import NOON, Office


@dataclass(frozen=True)
class World:
    """Something of every kind, in one office."""

    general: UUID
    corruption: UUID
    confidential: UUID
    anonymous: UUID
    general_file: UUID
    corruption_file: UUID
    finance_due: UUID  # answered, with evidence
    finance_file: UUID
    works_due: UUID  # open
    draft: UUID  # of a plan, ready to be imported
    question: UUID  # the finance division's, waiting
    talk: UUID  # waiting
    word: UUID  # of the lexicon
    article: UUID  # of no division
    view: UUID  # of the log, an officer's, shared with the office
    person: UUID  # of the works division
    division: UUID


def complain(
    db: Database,
    office: Office,
    kind: ComplaintKind = ComplaintKind.GENERAL,
    mode: IdentityMode = IdentityMode.NAMED,
    what: str = "ถนนเป็นหลุม",
    files: list[str] | None = None,
    days_ago: int = 0,
) -> UUID:
    new = NewComplaint(
        kind,
        mode,
        ComplaintChannel.LINE,
        {"what": what, "where": "หมู่ 4", "when": "เมื่อวาน", "who": "ไม่ทราบ"},
        files=files or [],
        name="นายพลเมือง ดีงาม",
        phone="000-111-2222",
    )
    with db.writing() as session:
        code = file_complaint(session, office.agency_id, new, None, NOON - timedelta(days=days_ago))
        found = find_by_receipt(session, office.agency_id, code)
        assert found
        return found.id


def attach(
    db: Database, blobs: BlobFolder, office: Office, media_type: str, content: bytes = b"evidence"
) -> UUID:
    day = date(2023, 3, 15)
    blob = blobs.put(office.agency_id, content, day)
    with db.writing() as session:
        stored = describe(
            session,
            office.agency_id,
            media_type=media_type,
            size=len(content),
            blob=blob,
            today=day,
        )
        return stored.id


def ask(db: Database, office: Office, text: str, division: str | None = "finance") -> UUID:
    """A question that waits for an answer."""
    with db.writing() as session:
        contact = meet(session, office.agency_id, ContactKind.USER, f"U-of-who-asks-{text}")
        division_id = office.divisions[division].id if division else None
        question = store_question(
            session,
            office.agency_id,
            text,
            QuestionState.WAITING,
            NOON,
            contact=contact,
            division_id=division_id,
        )
        return question.id


def call(db: Database, office: Office) -> UUID:
    """Somebody who waits for a person."""
    with db.writing() as session:
        contact = meet(session, office.agency_id, ContactKind.USER, "U-of-who-calls")
        talk = ask_for_talk(session, contact, NOON)
        hear(session, talk, "มีใครอยู่ไหมคะ", "1", NOON)
        return talk.id


def teach(db: Database, office: Office) -> UUID:
    """A word of the agency's own, without the line that adding it leaves in the log."""
    everyday = "เบี้ยหลวงปู่"
    with db.writing() as session:
        entry = LexiconEntry(
            agency_id=office.agency_id,
            everyday=everyday,
            official="เบี้ยยังชีพผู้สูงอายุ",
            word=folded(everyday),
            added_by=office.people["officer"].id,
            added_at=NOON,
        )
        session.add(entry)
        session.flush()
        return entry.id


def know(
    db: Database, office: Office, key: str = "land-tax", division: str = "", **how: Any
) -> UUID:
    """An entry of the knowledge base."""
    said = {"question": "ชำระภาษีที่ดินที่ไหน", "answer": "ชำระที่กองคลัง ภายในเดือนเมษายน"} | how
    with db.writing() as session:
        return put_article(
            session, office.agency_id, ArticleRow(key, division=division, **said), NOON
        ).id


def keep_view(db: Database, office: Office) -> UUID:
    """Filters of the log under a name, without the line that saving them leaves in the log."""
    with db.writing() as session:
        sealed = vault.seal_text(session, office.agency_id, "view", "kind=request")
        own = {"agency_id": office.agency_id, "person_id": office.people["officer"].id}
        view = SavedView(**own, name="คำขอ", query=sealed, shared=True)
        session.add(view)
        session.flush()
        return view.id


def furnish(db: Database, blobs: BlobFolder, office: Office) -> World:
    general_file = attach(db, blobs, office, "image/jpeg", b"a photo")
    corruption_file = attach(db, blobs, office, "application/pdf", b"a document")
    finance_file = attach(db, blobs, office, "image/png", b"a screenshot")
    with db.writing() as session:
        plan = plans_of(session, office.agency_id)[0]
        finance = office.divisions["finance"].id
        due = next(
            one
            for one in obligations_of(session, office.agency_id, plan, finance)
            if one.measure.number == 2
        )
        report = report_progress(
            session,
            due,
            office.people["finance"],
            ReportStatus.DONE,
            channel="line",
            now=NOON,
            summary="เผยแพร่บนเว็บไซต์แล้ว",
        )
        add_to_report(session, report, files=[str(finance_file)])
        works_due = obligations_of(session, office.agency_id, plan, office.divisions["works"].id)[
            0
        ].id
        finance_due = due.id
    corrupt = ComplaintKind.CORRUPTION
    return World(
        general=complain(db, office, files=[str(general_file)]),
        corruption=complain(
            db, office, corrupt, what="เรียกรับเงินใต้โต๊ะ", files=[str(corruption_file)]
        ),
        confidential=complain(db, office, mode=IdentityMode.CONFIDENTIAL),
        anonymous=complain(db, office, corrupt, IdentityMode.ANONYMOUS),
        general_file=general_file,
        corruption_file=corruption_file,
        finance_due=finance_due,
        finance_file=finance_file,
        works_due=works_due,
        draft=upload(db, office, AS_STORED),
        question=ask(db, office, "ใบเสร็จภาษีหายทำอย่างไร"),
        talk=call(db, office),
        word=teach(db, office),
        article=know(db, office),
        view=keep_view(db, office),
        person=office.people["works"].id,
        division=office.divisions["works"].id,
    )
