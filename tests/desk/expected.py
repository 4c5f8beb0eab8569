"""Who may do what on the desk, written out by hand, apart from the code's own table.

`python -m tests.desk.expected docs/who-may-do-what.md` writes the table for people.
"""

from __future__ import annotations

import sys
from pathlib import Path

# Written out by hand, apart from the code's own table. In this order of people:
PEOPLE = ("admin", "integrity", "officer", "finance_head", "finance", "clerk", "auditor")

OF_A_PERSON = (
    *("desk.person", "desk.invite_person", "desk.unlink_person", "desk.set_person_email"),
    *("desk.add_person_duty", "desk.remove_person_duty", "desk.give_up_person"),
    *("desk.return_person", "desk.change_person_form", "desk.change_person"),
    *("desk.end_person_sessions", "desk.reset_person_second_factor"),
)

_SHOWN = ("desk.person", "desk.change_person_form")

# endpoint -> what each of them gets, then nobody. y: the page; n: 403; 4: 404; e: a form that
# lacks its fields; c: it changed meanwhile; >: to the sign-in page; .: back to another page;
# u: 401, a live piece without a session.
EXPECTED = {
    ("GET", "desk.home"): "yyyyyyy>",
    ("GET", "desk.home_live"): "yyyyyyyu",
    ("GET", "desk.sign_in"): ".......y",
    ("POST", "desk.sign_in"): ".......e",
    # Only after the password of a moment ago:
    ("GET", "desk.sign_in_code"): "........",
    ("POST", "desk.sign_in_code"): "........",
    ("GET", "desk.sign_in_recovery"): "........",
    ("POST", "desk.sign_in_recovery"): "........",
    ("GET", "desk.sign_in_setup"): "........",
    ("POST", "desk.sign_in_setup"): "........",
    ("GET", "desk.invitation"): "yyyyyyyy",
    ("POST", "desk.invitation"): "eeeeeeee",
    ("POST", "desk.invitation_password"): "........",
    ("GET", "desk.confirm_identity"): "yyyyyyy>",
    ("POST", "desk.confirm_identity"): "eeeeeee>",
    ("GET", "desk.account"): "yyyyyyy>",
    ("POST", "desk.change_password"): "eeeeeee>",
    ("POST", "desk.end_my_sessions"): "bbbbbbb>",
    ("GET", "desk.second_factor"): "yyyyyyy>",
    ("POST", "desk.second_factor"): "eeeeeee>",
    ("POST", "desk.make_recovery_codes"): ".......>",  # nobody of them has set one up
    ("POST", "desk.sign_out"): "........",
    ("GET", "desk.complaints"): "yyyyynn>",
    ("GET", "desk.complaints_live"): "yyyyynnu",
    ("GET", "desk.export_complaints"): "eeeeenn>",  # as what kind of file is not said
    ("POST", "desk.assign_complaints"): "eeeeenn>",
    ("POST", "desk.save_view"): "eeeeenn>",
    ("GET", "desk.open_view"): ".....nn>",  # one that an officer shares with the office
    ("POST", "desk.remove_view"): ".n.nnnn>",
    ("GET", "desk.new_complaint"): "yyynnnn>",
    ("POST", "desk.enter_complaint"): "eeennnn>",
    # The case is handed to no division.
    ("GET", "desk.complaint"): "yyy44nn>",
    ("GET", "desk.complaint_live"): "yyy44nnu",
    ("GET", "desk.print_complaint"): "yyy44nn>",
    ("GET", "desk.case_file"): "yyy44nn>",
    ("POST", "desk.fill_answer"): "yyy44nn>",
    ("POST", "desk.move_complaint"): "eee44nn>",
    ("POST", "desk.answer_complaint"): "eee44nn>",
    ("POST", "desk.note_complaint"): "eee44nn>",
    # Without the mark of what was seen:
    ("POST", "desk.take_complaint"): "bbbbbnn>",
    ("POST", "desk.assign_complaint"): "bbbbbnn>",
    ("POST", "desk.hand_complaint"): "bbbnnnn>",
    ("POST", "desk.extend_complaint"): "eeennnn>",
    ("GET", "desk.case_links"): "yyynnnn>",
    ("POST", "desk.merge_complaint"): "eeennnn>",
    ("POST", "desk.unmerge_complaint"): "...nnnn>",
    ("POST", "desk.link_case_measure"): "bbbnnnn>",
    ("POST", "desk.unlink_case_measure"): "bbbnnnn>",
    ("GET", "desk.case_identity"): "yynnnnn>",
    ("POST", "desk.ask_identity"): "eennnnn>",
    ("POST", "desk.decide_identity"): "bbbnnnn>",  # without a yes or no
    ("POST", "desk.see_identity"): "..nnnnn>",
    ("GET", "desk.answer_templates"): "yyynnnn>",
    ("GET", "desk.new_template"): "yyynnnn>",
    ("POST", "desk.add_template"): "eeennnn>",
    ("GET", "desk.answer_template"): "444nnnn>",
    ("POST", "desk.change_template"): "444nnnn>",
    ("POST", "desk.drop_template"): "...nnnn>",
    ("GET", "desk.file"): "yyy4444>",
    ("GET", "desk.picture"): "4444444>",  # its bytes are no picture
    ("GET", "desk.measures"): "yyyyyyy>",
    ("GET", "desk.obligation"): "yyyyyyy>",
    ("GET", "desk.answer_form"): "ynnyynn>",
    ("POST", "desk.answer_obligation"): "cnnccnn>",  # it was answered
    ("GET", "desk.answer_link"): "4444444>",
    ("GET", "desk.measures_board"): "yyyyyyy>",
    ("GET", "desk.measures_counts"): "yyyyyyy>",
    ("GET", "desk.heat_map"): "yyyyyyy>",
    ("GET", "desk.export_measures"): "yyyyyyy>",
    ("POST", "desk.accept_reports"): ".nn..nn>",  # nothing was ticked
    ("GET", "desk.change_obligation"): "ynnnnnn>",
    ("POST", "desk.move_due"): "ennnnnn>",
    ("POST", "desk.hand_over_obligation"): "ennnnnn>",
    ("POST", "desk.cancel_obligation"): "ennnnnn>",
    ("POST", "desk.reopen_obligation"): "ennnnnn>",
    ("POST", "desk.add_round"): "ennnnnn>",
    ("POST", "desk.accept_report"): "ennennn>".replace("e", "b"),
    ("POST", "desk.return_report"): "ennennn>",
    ("POST", "desk.grant_postponement"): "bnnbnbn>",
    ("POST", "desk.decline_postponement"): "ennenen>",
    ("GET", "desk.plans"): "ynnnnnn>",
    ("POST", "desk.upload_plan"): "ennnnnn>",
    ("POST", "desk.copy_plan"): "bnnnnnn>",
    ("GET", "desk.plan_template"): "ynnnnnn>",
    ("GET", "desk.plan_draft"): "ynnnnnn>",
    ("POST", "desk.add_plan_row"): "ennnnnn>",
    ("POST", "desk.answer_plan_names"): ".nnnnnn>",
    ("GET", "desk.new_plan_row"): "ynnnnnn>",
    ("GET", "desk.plan_row"): "ynnnnnn>",
    ("POST", "desk.correct_plan_row"): "ennnnnn>",
    ("GET", "desk.plan_changes"): "ynnnnnn>",
    ("POST", "desk.discard_plan"): ".nnnnnn>",
    # By then it was discarded:
    ("POST", "desk.import_plan"): "cnnnnnn>",
    ("POST", "desk.remove_plan_row"): "cnnnnnn>",
    ("POST", "desk.set_plan_year"): "cnnnnnn>",
    ("GET", "desk.questions"): "ynyyynn>",
    ("GET", "desk.question"): "ynyyynn>",
    ("POST", "desk.answer_question"): "eneeenn>",
    ("POST", "desk.hand_over_question"): "eneeenn>",
    ("POST", "desk.close_question"): "eneeenn>",
    ("POST", "desk.keep_question"): "eneeenn>",
    ("GET", "desk.question_groups"): "ynyyynn>",
    ("GET", "desk.question_group"): "ynyyynn>",
    ("POST", "desk.answer_question_group"): "eneeenn>",
    ("GET", "desk.knowledge"): "ynyyynn>",
    ("GET", "desk.useless_answers"): "ynyyynn>",
    ("GET", "desk.new_article"): "ynyyynn>",
    ("POST", "desk.add_new_article"): "eneeenn>",
    # The entry is of no division, and the mark of what was seen is missing:
    ("GET", "desk.article"): "ynyyynn>",
    ("POST", "desk.change_one_article"): "cncnnnn>",
    ("POST", "desk.remove_one_article"): "cncnnnn>",
    ("POST", "desk.add_one_paraphrase"): "eneeenn>",  # without a text
    ("GET", "desk.try_knowledge"): "ynyyynn>",
    ("POST", "desk.try_question"): "eneeenn>",
    ("GET", "desk.export_knowledge"): "ynyyynn>",
    ("GET", "desk.knowledge_file"): "ynynnnn>",
    ("POST", "desk.preview_knowledge"): "enennnn>",
    ("POST", "desk.import_knowledge"): "enennnn>",
    ("GET", "desk.answerers"): "ynnnnnn>",
    ("POST", "desk.name_answerer"): "bnnnnnn>",
    ("GET", "desk.talks"): "ynynnnn>",
    ("GET", "desk.talks_live"): "ynynnnnu",
    ("GET", "desk.talk"): "ynynnnn>",
    ("GET", "desk.talk_live"): "ynynnnnu",
    ("POST", "desk.end_talk"): ".n.nnnn>",
    # By then it was ended:
    ("POST", "desk.take_talk"): "cncnnnn>",
    ("POST", "desk.write_talk"): "enennnn>",
    ("GET", "desk.lexicon"): "ynynnnn>",
    ("POST", "desk.add_word"): "enennnn>",
    ("POST", "desk.remove_word"): ".n.nnnn>",
    ("GET", "desk.weekly"): "ynnnnyy>",
    ("GET", "desk.weekly_picture"): "4nnnn44>",  # nobody was told yet
    ("GET", "desk.divisions"): "ynnnnnn>",
    ("POST", "desk.add_division"): "ennnnnn>",
    ("GET", "desk.division"): "ynnnnnn>",
    ("POST", "desk.rename_division"): "ennnnnn>",
    ("POST", "desk.add_division_alias"): "ennnnnn>",
    # Without the mark of what was seen:
    ("POST", "desk.remove_division_alias"): "cnnnnnn>",
    ("POST", "desk.retire_division"): "cnnnnnn>",
    ("POST", "desk.bring_back_division"): "cnnnnnn>",
    ("GET", "desk.settings"): "ynnnnnn>",
    ("GET", "desk.office"): "ynnnnnn>",
    ("POST", "desk.set_office"): "ennnnnn>",
    ("GET", "desk.agency_texts"): "ynnnnnn>",
    ("GET", "desk.agency_text"): "ynnnnnn>",
    ("POST", "desk.set_agency_text"): "ennnnnn>",
    ("POST", "desk.reset_agency_text"): "cnnnnnn>",
    ("GET", "desk.retention"): "ynnnnnn>",
    ("POST", "desk.set_retention"): "ennnnnn>",
    ("GET", "desk.reminders"): "ynnnnnn>",
    ("POST", "desk.set_reminders"): "ennnnnn>",
    ("POST", "desk.add_off_days"): "ennnnnn>",
    ("POST", "desk.remove_off_day"): ".nnnnnn>",
    ("GET", "desk.people"): "ynyynyy>",
    ("GET", "desk.new_person"): "ynnnnnn>",
    ("POST", "desk.add_person"): "ennnnnn>",
    ("GET", "desk.person"): "ynnnnnn>",
    ("GET", "desk.change_person_form"): "ynnnnnn>",
    # Without the mark of what was seen:
    **{("POST", endpoint): "cnnnnnn>" for endpoint in OF_A_PERSON if endpoint not in _SHOWN},
    ("POST", "desk.unlink_line_group"): "bnnnnnn>",
    ("GET", "desk.calendar_feeds"): "yyyyyyy>",
    ("POST", "desk.make_calendar_feed"): "bbbbbbb>",
    ("POST", "desk.revoke_calendar_feed"): "bbbbbbb>",
    ("GET", "desk.delivery"): "ynnnnnn>",
    ("GET", "desk.delivery_messages"): "ynnnnnn>",
    ("GET", "desk.delivery_live"): "ynnnnnnu",
    ("POST", "desk.replay"): "bnnnnnn>",
    ("POST", "desk.replay_all"): ".nnnnnn>",
    ("POST", "desk.send_again"): "bnnnnnn>",
    ("POST", "desk.drop_message"): "bnnnnnn>",
    ("GET", "desk.audit_log"): "yynnnny>",
    ("GET", "desk.audit_csv"): "yynnnny>",
    ("POST", "desk.walk_chain"): "..nnnn.>",
    ("POST", "desk.walk_chain_again"): "..nnnn.>",
    ("GET", "desk.static"): "yyyyyyyy",
    ("GET", "desk.nothing_here"): "44444444",
    ("POST", "desk.nothing_here"): "44444444",
    ("PUT", "desk.nothing_here"): "44444444",
    ("PATCH", "desk.nothing_here"): "44444444",
    ("DELETE", "desk.nothing_here"): "44444444",
}
STATUS = {"y": 200, "u": 401, "n": 403, "4": 404, "e": 422, "b": 400, "c": 409, ">": 302, ".": 302}

_HEAD = """# Who may do what on the desk

One line an address: may each role open it, or send to it? A dash is a 403, or a 404 where even that
would tell something. Which single case or report, is decided one by one besides (of one's own
division, not kept from one). Without a session nobody gets further than the sign-in page.
`tests/desk/test_permissions.py` walks every address as every role and as nobody, and compares.

| | admin | integrity officer | officer | head | staff | executive | auditor | nobody |
|---|---|---|---|---|---|---|---|---|
"""


def may(code: str) -> bool:
    return code not in "n4>u"


def as_markdown() -> str:
    lines = [
        f"| {method} {endpoint.removeprefix('desk.')} | "
        + " | ".join("yes" if may(code) else "–" for code in row)
        + " |"
        for (method, endpoint), row in sorted(EXPECTED.items(), key=lambda one: one[0][::-1])
    ]
    return _HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(as_markdown(), encoding="utf-8")
