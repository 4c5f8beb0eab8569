"""Every route of the desk, as every role and as nobody."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask, url_for

from handlers.desk.permissions import GRANTS, ROUTES, Permission
from models.database import Database
from models.person import Role
from models.stored_file import BlobFolder
from tests.desk.browser import Browser
from tests.desk.world import World, furnish
from tests.offices import Offices

# Written out by hand, apart from the code's own table. In this order of people:
PEOPLE = ("admin", "integrity", "officer", "finance_head", "finance", "clerk", "auditor")

OF_A_PERSON = (
    *("desk.person", "desk.invite_person", "desk.unlink_person", "desk.set_person_email"),
    *("desk.add_person_duty", "desk.remove_person_duty", "desk.give_up_person"),
    "desk.return_person",
)

# endpoint -> what each of them gets, then nobody. y: the page; n: 403; 4: 404; e: a form that
# lacks its fields; c: it changed meanwhile; >: to the sign-in page; .: back to another page.
EXPECTED = {
    ("GET", "desk.home"): "yyyyyyy>",
    ("GET", "desk.sign_in"): ".......y",
    ("POST", "desk.sign_in"): ".......e",
    ("POST", "desk.sign_out"): "........",
    ("GET", "desk.complaints"): "yyynnnn>",
    ("GET", "desk.new_complaint"): "yyynnnn>",
    ("POST", "desk.enter_complaint"): "eeennnn>",
    ("GET", "desk.complaint"): "yyynnnn>",
    ("POST", "desk.move_complaint"): "eeennnn>",
    ("POST", "desk.answer_complaint"): "eeennnn>",
    ("POST", "desk.note_complaint"): "eeennnn>",
    ("GET", "desk.file"): "yyy4444>",
    ("GET", "desk.measures"): "yyyyyyy>",
    ("GET", "desk.obligation"): "yyyyyyy>",
    ("GET", "desk.answer_form"): "ynnyynn>",
    ("POST", "desk.answer_obligation"): "cnnccnn>",  # it was answered
    ("GET", "desk.answer_link"): "4444444>",
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
    ("GET", "desk.answerers"): "ynnnnnn>",
    ("POST", "desk.name_answerer"): "bnnnnnn>",
    ("GET", "desk.talks"): "ynynnnn>",
    ("GET", "desk.talk"): "ynynnnn>",
    ("POST", "desk.end_talk"): ".n.nnnn>",
    # By then it was ended:
    ("POST", "desk.take_talk"): "cncnnnn>",
    ("POST", "desk.write_talk"): "enennnn>",
    ("GET", "desk.lexicon"): "ynynnnn>",
    ("POST", "desk.add_word"): "enennnn>",
    ("POST", "desk.remove_word"): ".n.nnnn>",
    ("GET", "desk.weekly"): "ynnnnyy>",
    ("GET", "desk.weekly_picture"): "4nnnn44>",  # nobody was told yet
    ("GET", "desk.reminders"): "ynnnnnn>",
    ("POST", "desk.set_reminders"): "ennnnnn>",
    ("POST", "desk.add_off_days"): "ennnnnn>",
    ("POST", "desk.remove_off_day"): ".nnnnnn>",
    ("GET", "desk.people"): "ynyynyy>",
    ("GET", "desk.new_person"): "ynnnnnn>",
    ("POST", "desk.add_person"): "ennnnnn>",
    ("GET", "desk.person"): "ynnnnnn>",
    # Without the mark of what was seen:
    **{("POST", endpoint): "cnnnnnn>" for endpoint in OF_A_PERSON if endpoint != "desk.person"},
    ("POST", "desk.unlink_line_group"): "bnnnnnn>",
    ("GET", "desk.calendar_feeds"): "yyyyyyy>",
    ("POST", "desk.make_calendar_feed"): "bbbbbbb>",
    ("POST", "desk.revoke_calendar_feed"): "bbbbbbb>",
    ("GET", "desk.delivery"): "ynnnnnn>",
    ("POST", "desk.replay"): "bnnnnnn>",
    ("GET", "desk.audit_log"): "yynnnny>",
    ("GET", "desk.static"): "yyyyyyyy",
    ("GET", "desk.nothing_here"): "44444444",
    ("POST", "desk.nothing_here"): "44444444",
    ("PUT", "desk.nothing_here"): "44444444",
    ("PATCH", "desk.nothing_here"): "44444444",
    ("DELETE", "desk.nothing_here"): "44444444",
}
STATUS = {"y": 200, "n": 403, "4": 404, "e": 422, "b": 400, "c": 409, ">": 302, ".": 302}


OF_A_DRAFT = (
    *("desk.plan_draft", "desk.answer_plan_names", "desk.set_plan_year", "desk.discard_plan"),
    *("desk.plan_changes", "desk.import_plan", "desk.new_plan_row", "desk.add_plan_row"),
)
MORE = ("talks", "lexicon", "answerers", "weekly", "reminders", "people")  # pages of the menu
OF_A_QUESTION = (
    *("desk.question", "desk.answer_question", "desk.hand_over_question"),
    *("desk.close_question", "desk.keep_question"),
)
OF_A_TALK = ("desk.talk", "desk.take_talk", "desk.write_talk", "desk.end_talk")
OF_A_ROW = ("desk.plan_row", "desk.correct_plan_row", "desk.remove_plan_row")


def _values(endpoint: str, world: World) -> dict[str, object]:
    return {
        "desk.complaint": {"complaint_id": world.general},
        "desk.move_complaint": {"complaint_id": world.general},
        "desk.answer_complaint": {"complaint_id": world.general},
        "desk.note_complaint": {"complaint_id": world.general},
        "desk.file": {"file_id": world.general_file},
        "desk.obligation": {"obligation_id": world.finance_due},
        "desk.answer_form": {"obligation_id": world.finance_due},
        "desk.answer_obligation": {"obligation_id": world.finance_due},
        "desk.answer_link": {"token": "forged"},
        "desk.accept_report": {"obligation_id": world.finance_due},
        "desk.return_report": {"obligation_id": world.finance_due},
        "desk.grant_postponement": {"obligation_id": world.finance_due},
        "desk.decline_postponement": {"obligation_id": world.finance_due},
        **{key: {"draft_id": world.draft} for key in OF_A_DRAFT},
        **{key: {"draft_id": world.draft, "number": 2} for key in OF_A_ROW},
        **{key: {"question_id": world.question} for key in OF_A_QUESTION},
        **{key: {"talk_id": world.talk} for key in OF_A_TALK},
        **{key: {"person_id": world.person} for key in OF_A_PERSON},
        "desk.remove_person_duty": {"person_id": world.person, "division_id": world.division},
        "desk.remove_word": {"entry_id": world.word},
        "desk.weekly_picture": {"week": "2023-03-13"},
        "desk.static": {"filename": "desk.css"},
        "desk.nothing_here": {"_rest": "no/such/page"},
    }.get(endpoint, {})


def _address(app: Flask, endpoint: str, values: dict[str, object]) -> str:
    with app.test_request_context():
        return url_for(endpoint, **values)  # type: ignore[arg-type]


def _desk_routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_its_line_in_the_permission_table_and_in_this_test(app: Flask) -> None:
    routes = _desk_routes(app)
    assert routes == set(EXPECTED)
    assert {endpoint for _, endpoint in routes} == set(ROUTES)


def test_every_role_has_its_grants() -> None:
    assert set(GRANTS) == set(Role)


def test_every_permission_opens_something() -> None:
    beside_routes = {Permission.EVERY_DIVISION}
    assert {one for one in ROUTES.values() if isinstance(one, Permission)} | beside_routes == set(
        Permission
    )


@pytest.mark.parametrize("column", range(len(PEOPLE) + 1), ids=[*PEOPLE, "nobody"])
def test_every_route_answers_each_role_as_the_table_says(
    app: Flask, offices: Offices, world: World, column: int
) -> None:
    wrong = []
    for (method, endpoint), row in sorted(EXPECTED.items()):
        browser = Browser(app)
        if column < len(PEOPLE):
            browser.enter(offices.makham.people[PEOPLE[column]])
        url = _address(app, endpoint, _values(endpoint, world))
        if method == "GET":
            answer = browser.get(url)
        else:
            data = {"csrf_token": browser.token()}
            answer = browser.client.open(url, method=method, data=data)
        expected = row[column]
        to_sign_in = answer.headers.get("Location", "").startswith("/desk/sign-in")
        if answer.status_code != STATUS[expected] or (expected == ">") > to_sign_in:
            wrong.append((method, endpoint, expected, answer.status_code))
    assert wrong == []


def test_an_endpoint_without_a_line_answers_nobody(
    app: Flask, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out = {name: one for name, one in ROUTES.items() if name != "desk.home"}
    monkeypatch.setattr("handlers.desk.guard.ROUTES", left_out)
    browser = Browser(app).enter(offices.makham.people["admin"])
    assert browser.get("/desk/").status_code == 403


def test_the_menu_shows_only_what_may_be_opened(app: Flask, offices: Offices) -> None:
    for name in PEOPLE:
        browser = Browser(app).enter(offices.makham.people[name])
        page = browser.get("/desk/").text
        for url in ("complaints", "measures", "plans", "questions", "delivery", "audit", *MORE):
            linked = f'href="/desk/{url}"' in page
            assert linked == (browser.get(f"/desk/{url}").status_code == 200), (name, url)


def test_ids_of_the_other_agency_answer_404_to_everybody(
    app: Flask, db: Database, blobs: BlobFolder, offices: Offices, world: World
) -> None:
    theirs = furnish(db, blobs, offices.bangphra)
    addresses = [
        f"/desk/complaints/{theirs.general}",
        f"/desk/complaints/{theirs.corruption}",
        f"/desk/files/{theirs.general_file}",
        f"/desk/files/{theirs.corruption_file}",
        f"/desk/files/{theirs.finance_file}",
        f"/desk/measures/{theirs.finance_due}",
        f"/desk/measures/{theirs.works_due}/answer",
        f"/desk/questions/{theirs.question}",
        f"/desk/talks/{theirs.talk}",
        f"/desk/plans/{theirs.draft}",
        f"/desk/plans/{theirs.draft}/changes",
        f"/desk/plans/{theirs.draft}/measures/1",
        f"/desk/plans/{theirs.draft}/measures/new",
        f"/desk/measures?division={offices.bangphra.divisions['finance'].id}",
    ]
    for name in ("admin", "integrity"):
        browser = Browser(app).enter(offices.makham.people[name])
        shut = ("plans", "questions", "talks") if name == "integrity" else ()
        mine = [url for url in addresses if not any(room in url for room in shut)]
        assert [browser.get(url).status_code for url in mine] == [404] * len(mine)
    admin = Browser(app).enter(offices.makham.people["admin"])
    for url in (
        f"/desk/complaints/{theirs.general}/note",
        f"/desk/measures/{theirs.finance_due}/accept",
        f"/desk/questions/{theirs.question}/close",
        f"/desk/questions/{theirs.question}/hand-over",
        *(f"/desk/talks/{theirs.talk}/{one}" for one in ("take", "write", "end")),
        *(f"/desk/plans/{theirs.draft}/{one}" for one in ("names", "year", "discard", "import")),
        f"/desk/plans/{theirs.draft}/measures",
        f"/desk/plans/{theirs.draft}/measures/1",
        f"/desk/plans/{theirs.draft}/measures/1/remove",
    ):
        seen = {} if "talks" in url else {"seen": "answered.1"}
        answer = admin.post(url, {"note": "x", "text": "x", "reason": "x", "division": "", **seen})
        assert answer.status_code == 404


def test_an_id_that_nothing_has_answers_404(app: Flask, offices: Offices) -> None:
    browser = Browser(app).enter(offices.makham.people["admin"])
    for room in ("complaints", "files", "measures"):
        assert browser.get(f"/desk/{room}/{uuid4()}").status_code == 404


def test_division_people_see_their_own_divisions_obligations_only(
    app: Flask, offices: Offices, world: World
) -> None:
    own, other = f"/desk/measures/{world.finance_due}", f"/desk/measures/{world.works_due}"
    for name in ("finance", "finance_head"):
        browser = Browser(app).enter(offices.makham.people[name])
        assert browser.get(own).status_code == 200
        assert browser.get(f"/desk/files/{world.finance_file}").status_code == 200
        assert browser.get(other).status_code == 404
        works = offices.makham.divisions["works"].id
        assert str(world.works_due) not in browser.get(f"/desk/measures?division={works}").text
        assert browser.get(f"/desk/files/{world.general_file}").status_code == 404
    works_person = Browser(app).enter(offices.makham.people["works"])
    assert works_person.get(own).status_code == 404
    assert works_person.get(f"/desk/files/{world.finance_file}").status_code == 404


def test_a_head_reviews_only_their_own_division(app: Flask, offices: Offices, world: World) -> None:
    head = Browser(app).enter(offices.makham.people["finance_head"])
    answer = head.post(f"/desk/measures/{world.works_due}/accept", {"seen": "open.0"})
    assert answer.status_code == 404
    assert "ยอมรับรายงานผล" in head.get(f"/desk/measures/{world.finance_due}").text


def test_those_who_only_read_get_no_buttons(app: Flask, offices: Offices, world: World) -> None:
    for name in ("integrity", "officer", "finance", "clerk", "auditor"):
        browser = Browser(app).enter(offices.makham.people[name])
        page = browser.get(f"/desk/measures/{world.finance_due}").text
        assert "ยอมรับรายงานผล" not in page
        assert "ส่งกลับให้แก้ไข" not in page


def test_somebody_who_left_is_out_at_once(app: Flask, db: Database, offices: Offices) -> None:
    person = offices.makham.people["officer"]
    browser = Browser(app).enter(person)
    assert browser.get("/desk/").status_code == 200
    with db.writing() as session:
        staff = session.merge(person, load=True)
        staff.active = False
    assert browser.get("/desk/").headers["Location"].startswith("/desk/sign-in")
