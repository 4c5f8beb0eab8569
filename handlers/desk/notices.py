"""What the desk has LINE tell people at once; sent by the outbox after the request's commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain import wording
from domain.calendar import bangkok_day, short_date
from domain.messages import Choice, Fact, Slip
from domain.states import ComplaintState
from domain.taps import Move
from handlers.desk.words import word
from models.answer_notices import contact_of_answerer
from models.case_token import case_data, token_for_reporter
from models.complaint import Complaint, reports_of_the_same
from models.complaint_reporter import note_rating_asked
from models.contact import Contact
from models.digest import report_buttons
from models.duty import heads
from models.measure import Obligation
from models.notice import contact_of_reporter, tell
from models.person import Person, Role
from models.progress import latest_report, review_note_of


def tell_of_answer(session: Session, complaint: Complaint, at: datetime) -> None:
    """Tell the reporter, and whoever joined, that there is an answer. Neither the answer nor the
    case is named: a lock screen shows this to whoever stands by, and the receipt code is what
    opens the rest."""
    for one, contact in _concerned(session, complaint):
        words = wording.words_of(contact.language)
        read = Choice(
            label=words.labels.read,
            say=words.labels.read,
            data=case_data("show", token_for_reporter(session, one)),
        )
        told = wording.plain(words.answered_notice, (read, *wording.choices(words, Move.TRACK)))
        tell(session, contact, [told], "answer", at)


def tell_of_outcome(session: Session, complaint: Complaint, at: datetime) -> None:
    """Tell the reporter, and whoever joined, that the case is closed, and ask what they think of
    the outcome. What it was about stays behind the receipt code."""
    for one, contact in _concerned(session, complaint):
        slip = _outcome(token_for_reporter(session, one), contact.language)
        tell(session, contact, [slip], "outcome", at)
        note_rating_asked(session, one, bangkok_day(at))


_OUTCOME = {
    "th": (
        "เจ้าหน้าที่ดำเนินการเสร็จแล้ว",
        "อ่านผลได้โดยพิมพ์รหัสติดตามเรื่อง 16 หลักในแชตนี้ หรือกดปุ่ม “{track}”\n"
        "ท่านพอใจกับผลมากน้อยเพียงใด กดให้คะแนนได้เลย ไม่ให้คะแนนก็ได้ค่ะ",
    ),
    "en": (
        "The officers have finished",
        "To read the outcome, type your 16-digit tracking code in this chat, or tap “{track}”.\n"
        "How satisfied are you? Tap a rating if you like.",
    ),
}


def _outcome(token: str, language: str | None) -> Slip:
    words = wording.words_of(language)
    title, note = _OUTCOME[words.language]
    best_first = sorted(enumerate(words.labels.stars, start=1), reverse=True)
    return Slip(
        title=title,
        note=note.format(track=words.labels.track),
        buttons=tuple(
            Choice(label=label, data=case_data(f"rate{stars}", token), say=label)
            for stars, label in best_first
        ),
        choices=(wording.buttons(words)[Move.TRACK],),
    )


def _concerned(session: Session, complaint: Complaint) -> list[tuple[Complaint, Contact]]:
    """Those whom LINE can reach, of the case and of the reports that joined it."""
    found = []
    for one in (complaint, *reports_of_the_same(session, complaint)):
        # Whoever withdrew wants to hear no more of it.
        withdrew = one.state is ComplaintState.WITHDRAWN
        contact = None if withdrew else contact_of_reporter(session, one)
        if contact is not None:
            found.append((one, contact))
    return found


def tell_of_return(
    session: Session, obligation: Obligation, reviewer: Person, at: datetime
) -> None:
    """Tell the officer who reported that their report came back, and let them answer there: in
    LINE, or by e-mail."""
    report = latest_report(session, obligation)
    if report is None or report.person_id == reviewer.id:
        return
    contact = contact_of_answerer(session, obligation, report)
    if contact is None:
        return
    measure = obligation.measure
    slip = Slip(
        title="รายงานผลถูกส่งกลับให้แก้ไข",
        facts=(
            Fact(name="มาตรการ", value=f"{measure.code or ''} {measure.title}".strip()),
            Fact(name="กำหนดรายงาน", value=short_date(obligation.due_on)),
            Fact(name="ผู้ส่งกลับ", value=_post(session, reviewer, obligation)),
            Fact(name="เหตุผล", value=review_note_of(session, report)),
        ),
        note="กรุณาแก้ไขตามเหตุผลข้างต้น แล้วกดปุ่มด้านล่างเพื่อรายงานใหม่ หลังกดแล้วส่งคำอธิบายและหลักฐานเพิ่มได้ค่ะ",
        buttons=report_buttons(session, obligation, at),
    )
    tell(session, contact, [slip], "returned", at)


def _post(session: Session, person: Person, obligation: Obligation) -> str:
    if heads(session, person, obligation.division_id):
        return f"{word(Role.DIVISION_HEAD)} ({obligation.division.name})"
    return word(person.role)
