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

from models.measure import Obligation, latest_report
from models.person import Person, Role, who_can_sign_in


class Permission(StrEnum):
    HOME = "home"
    COMPLAINTS = "complaints"  # read and work on them; which kinds, visible_kinds says
    MEASURES = "measures"  # of one's own division
    EVERY_DIVISION = "every_division"  # … and of all the others
    REVIEW = "review"  # accept or return a division's report, where one may see it
    PLANS = "plans"  # read documents, correct drafts, import
    QUESTIONS = "questions"  # of one's own division; officers' and admins' are all of them
    TALKS = "talks"  # with citizens who asked for a person
    LEXICON = "lexicon"
    ANSWERERS = "answerers"  # name who answers a division's questions
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
        {P.HOME, P.COMPLAINTS, P.MEASURES, P.EVERY_DIVISION, P.QUESTIONS, P.TALKS, P.LEXICON}
    ),
    Role.DIVISION_HEAD: frozenset({P.HOME, P.MEASURES, P.REVIEW, P.QUESTIONS}),
    Role.DIVISION_STAFF: frozenset({P.HOME, P.MEASURES, P.QUESTIONS}),
    Role.EXECUTIVE: frozenset({P.HOME, P.MEASURES, P.EVERY_DIVISION}),
    Role.AUDITOR: frozenset({P.HOME, P.MEASURES, P.EVERY_DIVISION, P.AUDIT}),
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
    "desk.accept_report": P.REVIEW,
    "desk.return_report": P.REVIEW,
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
    "desk.delivery": P.DELIVERY,
    "desk.replay": P.DELIVERY,
    "desk.audit_log": P.AUDIT,
}


def may(role: Role, permission: Permission) -> bool:
    return permission in GRANTS[role]


def division_limit(person: Person) -> UUID | None:
    """The only division whose measures this person may see; None: every one of them."""
    if may(person.role, P.EVERY_DIVISION):
        return None
    if person.division_id is None:
        raise PermissionError("a person who is bound to a division has none")
    return person.division_id


def may_see_obligation(person: Person, obligation: Obligation) -> bool:
    if person.agency_id != obligation.agency_id or not may(person.role, P.MEASURES):
        return False
    return division_limit(person) in (None, obligation.division_id)


def may_review(person: Person, obligation: Obligation) -> bool:
    """Admins everywhere, heads in their own division."""
    return may(person.role, P.REVIEW) and may_see_obligation(person, obligation)


def may_accept(session: Session, person: Person, obligation: Obligation) -> bool:
    """Four eyes: nobody accepts their own report, but an admin where nobody else could."""
    if not may_review(person, obligation):
        return False
    report = latest_report(session, obligation)
    if report is None or report.person_id != person.id:
        return True
    if person.role is not Role.ADMIN:
        return False
    colleagues = who_can_sign_in(session, person.agency_id)
    return not any(one.id != person.id and may_review(one, obligation) for one in colleagues)
