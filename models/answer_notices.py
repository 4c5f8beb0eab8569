"""What those above a division are told of its answers, and what becomes of a wish to postpone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from domain import answer_words as words
from domain.messages import Choice, Slip
from domain.reminders import Level
from domain.states import ObligationState
from models.contact import Contact
from models.decision_tap import Verdict, make_decision_tap
from models.digest import report_buttons
from models.duty import Member, Staff, staff_of
from models.measure import Obligation, may_answer
from models.notice import tell
from models.person import Person, Role, get_person
from models.postponement import Superiors, level_of, superiors
from models.progress import (
    ProgressReport,
    ReportStatus,
    ReviewOutcome,
    review_note_of,
    summary_of,
)
from models.stored_file import files_of_report

TOLD_ABOVE = (ReportStatus.PROBLEM, ReportStatus.POSTPONE)


def agencies_with_untold(session: Session, now: datetime) -> list[int]:
    """Where somebody above is still to be told of a problem or a wish."""
    query = select(ProgressReport.agency_id).where(
        ProgressReport.head_told_at.is_(None),
        ProgressReport.status.in_(TOLD_ABOVE),
        ProgressReport.ready_at <= now,
    )
    return list(session.scalars(query.distinct().order_by(ProgressReport.agency_id)))


def untold_reports(
    session: Session, agency_id: int, now: datetime
) -> list[tuple[ProgressReport, Obligation]]:
    """Problems and wishes of which nobody above was told yet, locked, oldest first."""
    rows = session.execute(
        select(ProgressReport, Obligation)
        .join(
            Obligation,
            (Obligation.agency_id == ProgressReport.agency_id)
            & (Obligation.id == ProgressReport.obligation_id),
        )
        .where(
            ProgressReport.agency_id == agency_id,
            ProgressReport.head_told_at.is_(None),
            ProgressReport.status.in_(TOLD_ABOVE),
            ProgressReport.ready_at <= now,
        )
        .order_by(ProgressReport.id)
        .with_for_update(of=ProgressReport)
    )
    return [(row[0], row[1]) for row in rows]


def still_stands(session: Session, obligation: Obligation, report: ProgressReport) -> bool:
    """Whether a problem or a wish is the last that was heard of an open obligation. What was said
    of one problem is told even where another came after it."""
    if obligation.state is not ObligationState.OPEN or report.review is not None:
        return False
    newer = aliased(ProgressReport)
    query = select(newer.id).where(
        newer.agency_id == report.agency_id,
        newer.obligation_id == report.obligation_id,
        newer.number > report.number,
    )
    if report.status is ReportStatus.PROBLEM and report.summary is not None:
        query = query.where(newer.status != ReportStatus.PROBLEM)
    return session.scalar(query.limit(1)) is None


def tell_superiors(
    session: Session,
    staff: Staff,
    obligation: Obligation,
    report: ProgressReport,
    now: datetime,
    sent_at: datetime,
) -> int:
    """Queue a problem, or a wish, for those above; how many are told. Nobody may be there: then
    the desk's first page is where it is seen."""
    report.head_told_at = now
    above = superiors(staff, obligation.division_id, report.person_id)
    for member in above.members:
        if member.contact is None:
            continue
        slip = _slip(session, obligation, report, above, member, now)
        kind = "problem" if report.status is ReportStatus.PROBLEM else "postponement"
        tell(session, member.contact, [slip], kind, sent_at)
    session.flush()
    return len(above.members)


def _slip(
    session: Session,
    obligation: Obligation,
    report: ProgressReport,
    above: Superiors,
    member: Member,
    now: datetime,
) -> Slip:
    measure = obligation.measure
    by = get_person(session, report.agency_id, report.person_id)
    name = by.name if by is not None else ""
    said = summary_of(session, report)
    asks = None if by is None else level_of(session, by, obligation.division_id)
    # Of a head's own problem or wish those above are told anyway.
    others = above.level is not Level.HEAD and asks in (None, Level.DIVISION)
    if report.status is ReportStatus.PROBLEM:
        return words.problem_slip(
            measure=words.named(measure.code, measure.title),
            division=obligation.division.name,
            due=obligation.due_on,
            by=name,
            said=said,
            files=len(files_of_report(session, report.agency_id, report.id)),
            others=others,
        )
    return words.wish_slip(
        measure=words.named(measure.code, measure.title),
        division=obligation.division.name,
        due=obligation.due_on,
        wished=report.postpone_to,
        by=name,
        said=said,
        others=others,
        # There is nothing to tap in an e-mail.
        buttons=() if member.line is None else _buttons(session, report, now),
    )


def _buttons(session: Session, report: ProgressReport, now: datetime) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            label=label,
            say=label,
            data=make_decision_tap(session, report.agency_id, report.id, verdict, now),
        )
        for verdict, label in ((Verdict.GRANT, words.GRANT), (Verdict.DECLINE, words.DECLINE))
    )


def contact_of_answerer(
    session: Session, obligation: Obligation, report: ProgressReport
) -> Contact | None:
    """Of whoever gave a report, where they hold the post still."""
    person = get_person(session, report.agency_id, report.person_id)
    if person is None or not may_answer(session, person, obligation):
        return None
    members = staff_of(session, report.agency_id).members
    return next((one.contact for one in members if one.person.id == person.id), None)


def tell_of_decision(
    session: Session,
    obligation: Obligation,
    report: ProgressReport,
    by: Person,
    now: datetime,
    sent_at: datetime,
) -> None:
    """Tell whoever wished to postpone what was decided, where they hold the post still."""
    contact = contact_of_answerer(session, obligation, report)
    if contact is None:
        return
    measure = obligation.measure
    slip = words.decided_slip(
        measure=words.named(measure.code, measure.title),
        granted=report.review is ReviewOutcome.ACCEPTED,
        due=obligation.due_on,
        by=_post(session, by, obligation),
        reason=review_note_of(session, report),
        buttons=report_buttons(session, obligation, now),
    )
    tell(session, contact, [slip], "postponement", sent_at)


def _post(session: Session, person: Person, obligation: Obligation) -> str:
    level = level_of(session, person, obligation.division_id)
    if level in (None, Level.DIVISION):
        return "ผู้ดูแลระบบ" if person.role is Role.ADMIN else person.name
    return words.post_of(level, obligation.division.name)
