"""Who may do what on the desk: the one place where it is written.

A route asks for a permission by its endpoint (`ROUTES`); an endpoint that is not listed answers
nobody. What a role may do is in `GRANTS`. Which single complaint or obligation somebody may see,
and whose report they may accept, the functions below and `models.complaint.visible_kinds` decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from models.duty import duties_of
from models.measure import Obligation
from models.person import Person, Role, who_can_sign_in
from models.postponement import may_decide
from models.progress import ProgressReport, latest_report


class Permission(StrEnum):
    HOME = "home"
    COMPLAINTS = "complaints"  # read and work on them; which kinds, visible_kinds says
    MEASURES = "measures"  # of one's own division
    EVERY_DIVISION = "every_division"  # … and of all the others
    REVIEW = "review"  # accept or return a division's report, where one is its head
    DECIDE = "decide"  # of a wish to postpone, where one stands above who wishes it
    PLANS = "plans"  # read documents, correct drafts, import
    QUESTIONS = "questions"  # of one's own division; officers' and admins' are all of them
    TALKS = "talks"  # with citizens who asked for a person
    LEXICON = "lexicon"
    ANSWERERS = "answerers"  # name who answers a division's questions
    STAFF = "staff"  # see who serves where, and which posts are vacant
    PEOPLE = "people"  # … and add, invite, unlink and send away
    WEEKLY = "weekly"  # the executives' weekly figures
    SETTINGS = "settings"  # when reminders go out
    DELIVERY = "delivery"
    AUDIT = "audit"


class Open(StrEnum):
    """What needs no permission."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


P = Permission

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.INTEGRITY_OFFICER: frozenset(
        {P.HOME, P.COMPLAINTS, P.MEASURES, P.EVERY_DIVISION, P.AUDIT}
    ),
    Role.OFFICER: frozenset(
        {
            P.HOME,
            P.COMPLAINTS,
            P.MEASURES,
            P.EVERY_DIVISION,
            P.QUESTIONS,
            P.TALKS,
            P.LEXICON,
            P.STAFF,
        }
    ),
    Role.DIVISION_HEAD: frozenset({P.HOME, P.MEASURES, P.REVIEW, P.DECIDE, P.QUESTIONS, P.STAFF}),
    # An officer may stand in as the head of another division, and reviews there.
    Role.DIVISION_STAFF: frozenset({P.HOME, P.MEASURES, P.REVIEW, P.DECIDE, P.QUESTIONS}),
    Role.EXECUTIVE: frozenset({P.HOME, P.MEASURES, P.EVERY_DIVISION, P.DECIDE, P.STAFF, P.WEEKLY}),
    Role.AUDITOR: frozenset({P.HOME, P.MEASURES, P.EVERY_DIVISION, P.AUDIT, P.STAFF, P.WEEKLY}),
}

ROUTES: Mapping[str, Permission | Open] = {
    "desk.static": Open.PUBLIC,
    "desk.sign_in": Open.PUBLIC,
    "desk.nothing_here": Open.PUBLIC,
    "desk.sign_out": Open.SIGNED_IN,
    "desk.home": P.HOME,
    "desk.complaints": P.COMPLAINTS,
    "desk.new_complaint": P.COMPLAINTS,
    "desk.enter_complaint": P.COMPLAINTS,
    "desk.complaint": P.COMPLAINTS,
    "desk.move_complaint": P.COMPLAINTS,
    "desk.answer_complaint": P.COMPLAINTS,
    "desk.note_complaint": P.COMPLAINTS,
    "desk.file": Open.SIGNED_IN,  # the file's owner decides: a complaint or an obligation
    "desk.measures": P.MEASURES,
    "desk.obligation": P.MEASURES,
    "desk.answer_form": P.MEASURES,  # where one serves the division, `models.measure.may_answer`
    "desk.answer_obligation": P.MEASURES,
    "desk.answer_link": P.MEASURES,
    "desk.accept_report": P.REVIEW,
    "desk.return_report": P.REVIEW,
    "desk.grant_postponement": P.DECIDE,
    "desk.decline_postponement": P.DECIDE,
    "desk.plans": P.PLANS,
    "desk.upload_plan": P.PLANS,
    "desk.copy_plan": P.PLANS,
    "desk.plan_template": P.PLANS,
    "desk.plan_draft": P.PLANS,
    "desk.set_plan_year": P.PLANS,
    "desk.answer_plan_names": P.PLANS,
    "desk.discard_plan": P.PLANS,
    "desk.new_plan_row": P.PLANS,
    "desk.add_plan_row": P.PLANS,
    "desk.plan_row": P.PLANS,
    "desk.correct_plan_row": P.PLANS,
    "desk.remove_plan_row": P.PLANS,
    "desk.plan_changes": P.PLANS,
    "desk.import_plan": P.PLANS,
    "desk.questions": P.QUESTIONS,
    "desk.question": P.QUESTIONS,
    "desk.answer_question": P.QUESTIONS,
    "desk.hand_over_question": P.QUESTIONS,
    "desk.close_question": P.QUESTIONS,
    "desk.keep_question": P.QUESTIONS,
    "desk.answerers": P.ANSWERERS,
    "desk.name_answerer": P.ANSWERERS,
    "desk.talks": P.TALKS,
    "desk.talk": P.TALKS,
    "desk.take_talk": P.TALKS,
    "desk.write_talk": P.TALKS,
    "desk.end_talk": P.TALKS,
    "desk.lexicon": P.LEXICON,
    "desk.add_word": P.LEXICON,
    "desk.remove_word": P.LEXICON,
    "desk.people": P.STAFF,
    "desk.new_person": P.PEOPLE,
    "desk.add_person": P.PEOPLE,
    "desk.person": P.PEOPLE,
    "desk.invite_person": P.PEOPLE,
    "desk.unlink_person": P.PEOPLE,
    "desk.set_person_email": P.PEOPLE,
    "desk.add_person_duty": P.PEOPLE,
    "desk.remove_person_duty": P.PEOPLE,
    "desk.give_up_person": P.PEOPLE,
    "desk.return_person": P.PEOPLE,
    "desk.unlink_line_group": P.PEOPLE,
    "desk.calendar_feeds": P.MEASURES,  # of one's own divisions; admins' are all of them
    "desk.make_calendar_feed": P.MEASURES,
    "desk.revoke_calendar_feed": P.MEASURES,
    "desk.weekly": P.WEEKLY,
    "desk.weekly_picture": P.WEEKLY,
    "desk.reminders": P.SETTINGS,
    "desk.set_reminders": P.SETTINGS,
    "desk.add_off_days": P.SETTINGS,
    "desk.remove_off_day": P.SETTINGS,
    "desk.delivery": P.DELIVERY,
    "desk.replay": P.DELIVERY,
    "desk.audit_log": P.AUDIT,
}


def may(role: Role, permission: Permission) -> bool:
    return permission in GRANTS[role]


def division_limit(session: Session, person: Person) -> frozenset[UUID] | None:
    """The divisions whose measures this person may see, their own and those they serve besides;
    None: every one of them."""
    if may(person.role, P.EVERY_DIVISION):
        return None
    served = frozenset(duties_of(session, person))
    if not served:
        raise PermissionError("a person who is bound to a division has none")
    return served


def review_limit(session: Session, person: Person) -> frozenset[UUID] | None:
    """The divisions whose reports this person reviews, as their head; None: every one of them."""
    if not may(person.role, P.REVIEW):
        return frozenset()
    if may(person.role, P.EVERY_DIVISION):
        return None
    return frozenset(one for one, is_head in duties_of(session, person).items() if is_head)


def decide_limit(session: Session, person: Person) -> frozenset[UUID] | None:
    """The divisions whose problems and wishes to postpone wait for this person; None: all."""
    if not may(person.role, P.DECIDE):
        return frozenset()
    if person.role is Role.ADMIN or person.post is not None:
        return None
    return frozenset(one for one, is_head in duties_of(session, person).items() if is_head)


def _is_within(limit: frozenset[UUID] | None, obligation: Obligation) -> bool:
    return limit is None or obligation.division_id in limit


def may_see_obligation(session: Session, person: Person, obligation: Obligation) -> bool:
    if person.agency_id != obligation.agency_id or not may(person.role, P.MEASURES):
        return False
    return _is_within(division_limit(session, person), obligation)


def may_review(session: Session, person: Person, obligation: Obligation) -> bool:
    """Admins everywhere, heads in every division that they are the head of."""
    if not may_see_obligation(session, person, obligation):
        return False
    return _is_within(review_limit(session, person), obligation)


def may_decide_wish(
    session: Session, person: Person, obligation: Obligation, report: ProgressReport
) -> bool:
    """Whether this person grants or declines a wish to postpone."""
    if not may(person.role, P.DECIDE) or not may_see_obligation(session, person, obligation):
        return False
    return may_decide(session, person, obligation, report)


def may_accept(session: Session, person: Person, obligation: Obligation) -> bool:
    """Four eyes: nobody accepts their own report, but an admin where nobody else could."""
    if not may_review(session, person, obligation):
        return False
    report = latest_report(session, obligation)
    if report is None or report.person_id != person.id:
        return True
    if person.role is not Role.ADMIN:
        return False
    colleagues = who_can_sign_in(session, person.agency_id)
    return not any(
        one.id != person.id and may_review(session, one, obligation) for one in colleagues
    )
