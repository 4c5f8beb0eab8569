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
    CASES = "cases"  # enter, hand out, join and link them; keep templates of answers
    MEASURES = "measures"  # of one's own division
    EVERY_DIVISION = "every_division"  # … and of all the others
    REVIEW = "review"  # accept or return a division's report, where one is its head
    DECIDE = "decide"  # of a wish to postpone, where one stands above who wishes it
    PLANS = "plans"  # read documents, correct drafts, import
    QUESTIONS = "questions"  # of one's own division; officers' and admins' are all of them
    KNOWLEDGE = "knowledge"  # read all entries; which to change, `may_edit_article` says
    KNOWLEDGE_FILE = "knowledge_file"  # import a file over every division's entries
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
        {P.HOME, P.COMPLAINTS, P.CASES, P.MEASURES, P.EVERY_DIVISION, P.AUDIT}
    ),
    Role.OFFICER: frozenset(
        {
            P.HOME,
            P.COMPLAINTS,
            P.CASES,
            P.MEASURES,
            P.EVERY_DIVISION,
            P.QUESTIONS,
            P.KNOWLEDGE,
            P.KNOWLEDGE_FILE,
            P.TALKS,
            P.LEXICON,
            P.STAFF,
        }
    ),
    # Of complaints, what was handed to a division that they serve.
    Role.DIVISION_HEAD: frozenset(
        {P.HOME, P.COMPLAINTS, P.MEASURES, P.REVIEW, P.DECIDE, P.QUESTIONS, P.STAFF, P.KNOWLEDGE}
    ),
    # An officer may stand in as the head of another division, and reviews there.
    Role.DIVISION_STAFF: frozenset(
        {P.HOME, P.COMPLAINTS, P.MEASURES, P.REVIEW, P.DECIDE, P.QUESTIONS, P.KNOWLEDGE}
    ),
    Role.EXECUTIVE: frozenset({P.HOME, P.MEASURES, P.EVERY_DIVISION, P.DECIDE, P.STAFF, P.WEEKLY}),
    Role.AUDITOR: frozenset({P.HOME, P.MEASURES, P.EVERY_DIVISION, P.AUDIT, P.STAFF, P.WEEKLY}),
}

ROUTES: Mapping[str, Permission | Open] = {
    "desk.static": Open.PUBLIC,
    "desk.sign_in": Open.PUBLIC,
    # These three open only to whoever gave their password a moment ago.
    "desk.sign_in_code": Open.PUBLIC,
    "desk.sign_in_recovery": Open.PUBLIC,
    "desk.sign_in_setup": Open.PUBLIC,
    "desk.invitation": Open.PUBLIC,
    "desk.invitation_password": Open.PUBLIC,
    "desk.nothing_here": Open.PUBLIC,
    "desk.sign_out": Open.SIGNED_IN,
    "desk.confirm_identity": Open.SIGNED_IN,
    "desk.account": Open.SIGNED_IN,
    "desk.change_password": Open.SIGNED_IN,
    "desk.end_my_sessions": Open.SIGNED_IN,
    "desk.second_factor": Open.SIGNED_IN,
    "desk.make_recovery_codes": Open.SIGNED_IN,
    "desk.home": P.HOME,
    "desk.home_live": P.HOME,
    "desk.complaints": P.COMPLAINTS,
    "desk.complaints_live": P.COMPLAINTS,
    "desk.export_complaints": P.COMPLAINTS,
    "desk.assign_complaints": P.COMPLAINTS,  # `models.complaint_hands.may_assign` asks of each
    "desk.save_view": P.COMPLAINTS,
    "desk.open_view": P.COMPLAINTS,
    "desk.remove_view": P.COMPLAINTS,
    "desk.new_complaint": P.CASES,
    "desk.enter_complaint": P.CASES,
    "desk.complaint": P.COMPLAINTS,
    "desk.complaint_live": P.COMPLAINTS,
    "desk.fill_answer": P.COMPLAINTS,
    "desk.print_complaint": P.COMPLAINTS,
    "desk.case_file": P.COMPLAINTS,
    "desk.take_complaint": P.COMPLAINTS,
    "desk.assign_complaint": P.COMPLAINTS,  # a division's head, within it
    "desk.hand_complaint": P.CASES,
    "desk.extend_complaint": P.CASES,
    "desk.case_links": P.CASES,
    "desk.merge_complaint": P.CASES,
    "desk.unmerge_complaint": P.CASES,
    "desk.link_case_measure": P.CASES,
    "desk.unlink_case_measure": P.CASES,
    "desk.case_identity": P.CASES,  # admins and integrity officers, `sealed_identity`
    "desk.ask_identity": P.CASES,
    "desk.decide_identity": P.CASES,
    "desk.see_identity": P.CASES,
    "desk.answer_templates": P.CASES,
    "desk.answer_template": P.CASES,
    "desk.new_template": P.CASES,
    "desk.add_template": P.CASES,
    "desk.change_template": P.CASES,
    "desk.drop_template": P.CASES,
    "desk.move_complaint": P.COMPLAINTS,
    "desk.answer_complaint": P.COMPLAINTS,
    "desk.note_complaint": P.COMPLAINTS,
    "desk.picture": Open.SIGNED_IN,
    "desk.file": Open.SIGNED_IN,  # the file's owner decides: a complaint or an obligation
    "desk.measures": P.MEASURES,
    "desk.obligation": P.MEASURES,
    "desk.answer_form": P.MEASURES,  # where one serves the division, `models.measure.may_answer`
    "desk.answer_obligation": P.MEASURES,
    "desk.answer_link": P.MEASURES,
    "desk.measures_board": P.MEASURES,
    "desk.measures_counts": P.MEASURES,
    "desk.heat_map": P.MEASURES,
    "desk.export_measures": P.MEASURES,
    "desk.accept_reports": P.REVIEW,
    "desk.change_obligation": P.PLANS,
    "desk.move_due": P.PLANS,
    "desk.hand_over_obligation": P.PLANS,
    "desk.cancel_obligation": P.PLANS,
    "desk.reopen_obligation": P.PLANS,
    "desk.add_round": P.PLANS,
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
    "desk.question_groups": P.QUESTIONS,
    "desk.question_group": P.QUESTIONS,
    "desk.answer_question_group": P.QUESTIONS,
    "desk.knowledge": P.KNOWLEDGE,
    "desk.useless_answers": P.KNOWLEDGE,
    "desk.new_article": P.KNOWLEDGE,
    "desk.add_new_article": P.KNOWLEDGE,
    "desk.article": P.KNOWLEDGE,
    "desk.change_one_article": P.KNOWLEDGE,
    "desk.remove_one_article": P.KNOWLEDGE,
    "desk.add_one_paraphrase": P.KNOWLEDGE,
    "desk.try_knowledge": P.KNOWLEDGE,
    "desk.try_question": P.KNOWLEDGE,
    "desk.export_knowledge": P.KNOWLEDGE,
    "desk.knowledge_file": P.KNOWLEDGE_FILE,
    "desk.preview_knowledge": P.KNOWLEDGE_FILE,
    "desk.import_knowledge": P.KNOWLEDGE_FILE,
    "desk.answerers": P.ANSWERERS,
    "desk.name_answerer": P.ANSWERERS,
    "desk.talks": P.TALKS,
    "desk.talks_live": P.TALKS,
    "desk.talk": P.TALKS,
    "desk.talk_live": P.TALKS,
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
    "desk.change_person_form": P.PEOPLE,
    "desk.change_person": P.PEOPLE,
    "desk.end_person_sessions": P.PEOPLE,
    "desk.reset_person_second_factor": P.PEOPLE,
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
    "desk.divisions": P.PEOPLE,
    "desk.add_division": P.PEOPLE,
    "desk.division": P.PEOPLE,
    "desk.rename_division": P.PEOPLE,
    "desk.add_division_alias": P.PEOPLE,
    "desk.remove_division_alias": P.PEOPLE,
    "desk.retire_division": P.PEOPLE,
    "desk.bring_back_division": P.PEOPLE,
    "desk.settings": P.SETTINGS,
    "desk.office": P.SETTINGS,
    "desk.set_office": P.SETTINGS,
    "desk.agency_texts": P.SETTINGS,
    "desk.agency_text": P.SETTINGS,
    "desk.set_agency_text": P.SETTINGS,
    "desk.reset_agency_text": P.SETTINGS,
    "desk.retention": P.SETTINGS,
    "desk.set_retention": P.SETTINGS,
    "desk.reminders": P.SETTINGS,
    "desk.set_reminders": P.SETTINGS,
    "desk.add_off_days": P.SETTINGS,
    "desk.remove_off_day": P.SETTINGS,
    "desk.delivery": P.DELIVERY,
    "desk.delivery_messages": P.DELIVERY,
    "desk.delivery_live": P.DELIVERY,
    "desk.replay": P.DELIVERY,
    "desk.replay_all": P.DELIVERY,
    "desk.send_again": P.DELIVERY,
    "desk.drop_message": P.DELIVERY,
    "desk.audit_log": P.AUDIT,
    "desk.audit_csv": P.AUDIT,
    "desk.walk_chain": P.AUDIT,
    "desk.walk_chain_again": P.AUDIT,
}

# Opened only by whoever gave their password within the last quarter of an hour. Whether a case is
# a corruption report is known when it has been looked up: its page asks `freshness` itself.
FRESH: frozenset[str] = frozenset(
    {
        "desk.export_complaints",
        "desk.export_measures",
        "desk.export_knowledge",
        "desk.second_factor",
        "desk.make_recovery_codes",
        "desk.add_person",
        "desk.invite_person",
        "desk.change_person",
        "desk.reset_person_second_factor",
        "desk.return_person",
    }
)


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
