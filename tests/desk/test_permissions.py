"""Every route of the desk, as every role and as nobody."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, url_for

from handlers.desk.permissions import GRANTS, ROUTES, Permission
from models.database import Database
from models.person import Role
from models.stored_file import BlobFolder
from tests.desk.browser import Browser
from tests.desk.expected import EXPECTED, OF_A_PERSON, PEOPLE, STATUS, as_markdown
from tests.desk.world import World, furnish
from tests.offices import Offices

OF_A_DRAFT = (
    *("desk.plan_draft", "desk.answer_plan_names", "desk.set_plan_year", "desk.discard_plan"),
    *("desk.plan_changes", "desk.import_plan", "desk.new_plan_row", "desk.add_plan_row"),
)
MORE = (
    "knowledge",
    "talks",
    "lexicon",
    "answerers",
    "weekly",
    "settings",
    "people",
)  # pages of the menu
OF_A_CASE = (
    *("desk.complaint_live", "desk.print_complaint", "desk.fill_answer", "desk.take_complaint"),
    *("desk.assign_complaint", "desk.hand_complaint", "desk.extend_complaint"),
    *("desk.case_links", "desk.merge_complaint", "desk.unmerge_complaint"),
    *("desk.link_case_measure", "desk.unlink_case_measure"),
    *("desk.case_identity", "desk.ask_identity", "desk.see_identity"),
)
OF_A_TEMPLATE = ("desk.answer_template", "desk.change_template", "desk.drop_template")
OF_A_QUESTION = (
    *("desk.question", "desk.answer_question", "desk.hand_over_question"),
    *("desk.close_question", "desk.keep_question"),
    *("desk.question_group", "desk.answer_question_group"),
)
OF_A_TALK = ("desk.talk", "desk.talk_live", "desk.take_talk", "desk.write_talk", "desk.end_talk")
OF_A_ROUND = (
    *("desk.change_obligation", "desk.move_due", "desk.hand_over_obligation"),
    *("desk.cancel_obligation", "desk.reopen_obligation", "desk.add_round"),
)
OF_A_DIVISION = (
    *("desk.division", "desk.rename_division", "desk.add_division_alias"),
    *("desk.remove_division_alias", "desk.retire_division", "desk.bring_back_division"),
)
OF_A_TEXT = ("desk.agency_text", "desk.set_agency_text", "desk.reset_agency_text")
OF_A_ROW = ("desk.plan_row", "desk.correct_plan_row", "desk.remove_plan_row")


OF_AN_ARTICLE = (
    *("desk.article", "desk.change_one_article", "desk.remove_one_article"),
    "desk.add_one_paraphrase",
)


def _values(endpoint: str, world: World) -> dict[str, object]:
    return {
        "desk.complaint": {"complaint_id": world.general},
        "desk.move_complaint": {"complaint_id": world.general},
        "desk.answer_complaint": {"complaint_id": world.general},
        "desk.note_complaint": {"complaint_id": world.general},
        **{key: {"complaint_id": world.general} for key in OF_A_CASE},
        "desk.case_file": {"complaint_id": world.general, "file_id": world.general_file},
        "desk.decide_identity": {"complaint_id": world.confidential, "request_id": uuid4()},
        **{key: {"template_id": uuid4()} for key in OF_A_TEMPLATE},
        "desk.picture": {"file_id": world.general_file},
        "desk.file": {"file_id": world.general_file},
        "desk.obligation": {"obligation_id": world.finance_due},
        "desk.answer_form": {"obligation_id": world.finance_due},
        "desk.answer_obligation": {"obligation_id": world.finance_due},
        "desk.answer_link": {"token": "forged"},
        **{key: {"obligation_id": world.finance_due} for key in OF_A_ROUND},
        "desk.export_measures": {"kind": "csv"},
        "desk.accept_report": {"obligation_id": world.finance_due},
        "desk.return_report": {"obligation_id": world.finance_due},
        "desk.grant_postponement": {"obligation_id": world.finance_due},
        "desk.decline_postponement": {"obligation_id": world.finance_due},
        **{key: {"draft_id": world.draft} for key in OF_A_DRAFT},
        **{key: {"draft_id": world.draft, "number": 2} for key in OF_A_ROW},
        **{key: {"question_id": world.question} for key in OF_A_QUESTION},
        **{key: {"article_id": world.article} for key in OF_AN_ARTICLE},
        "desk.export_knowledge": {"kind": "csv"},
        **{key: {"talk_id": world.talk} for key in OF_A_TALK},
        **{key: {"person_id": world.person} for key in OF_A_PERSON},
        "desk.remove_person_duty": {"person_id": world.person, "division_id": world.division},
        **{key: {"division_id": world.division} for key in OF_A_DIVISION},
        **{key: {"key": "greeting"} for key in OF_A_TEXT},
        "desk.remove_word": {"entry_id": world.word},
        "desk.weekly_picture": {"week": "2023-03-13"},
        **{key: {"view_id": world.view} for key in ("desk.open_view", "desk.remove_view")},
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


def test_the_table_in_the_docs_is_the_one_that_was_walked() -> None:
    docs = Path(__file__).parents[2] / "docs" / "who-may-do-what.md"
    assert docs.read_text(encoding="utf-8") == as_markdown()


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
        f"/desk/questions/groups/{theirs.question}",
        f"/desk/knowledge/{theirs.article}",
        f"/desk/talks/{theirs.talk}",
        f"/desk/talks/{theirs.talk}/live",
        f"/desk/plans/{theirs.draft}",
        f"/desk/plans/{theirs.draft}/changes",
        f"/desk/plans/{theirs.draft}/measures/1",
        f"/desk/plans/{theirs.draft}/measures/new",
        f"/desk/measures/export.csv?division={offices.bangphra.divisions['finance'].id}",
    ]
    for name in ("admin", "integrity"):
        browser = Browser(app).enter(offices.makham.people[name])
        shut = ("plans", "questions", "knowledge", "talks") if name == "integrity" else ()
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
