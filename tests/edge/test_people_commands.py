"""`prongsai person duty` and `person email`, as an operator types them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands import run_command

pytestmark = pytest.mark.any_engine


def run(folder: Path, *arguments: str, stdin: str = "") -> tuple[int, str]:
    """How it ended, and what it told people."""
    done = run_command(folder, *arguments, stdin=stdin)
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.returncode, done.stderr


def person(folder: Path, verb: str, slug: str, *more: str, stdin: str = "") -> tuple[int, str]:
    return run(folder, "person", verb, slug, "--agency", "makham", *more, stdin=stdin)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    assert run_command(folder, "db", "upgrade").returncode == 0
    added = run_command(
        folder,
        *("agency", "add", "makham", "--name", "เทศบาลตำบลมะขาม"),
        *("--channel-secret", "s", "--channel-token", "t"),
        *("--division", "กองคลัง", "--division", "กองช่าง"),
    )
    assert added.returncode == 0
    for slug in ("finance", "second"):
        role = ("--role", "division_staff", "--division", "กองคลัง")
        assert person(folder, "add", slug, "--name", "เจ้าหน้าที่", *role)[0] == 0
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Path:
    """A copy of it: each command is a process of its own, and starting one takes its time."""
    return Path(shutil.copytree(template, tmp_path / "office"))


def test_a_person_is_given_one_more_division_and_relieved_of_it(office: Path) -> None:
    assert person(office, "duty", "finance", "--division", "กองช่าง", "--head")[0] == 0
    assert person(office, "duty", "finance", "--division", "กองช่าง", "--remove")[0] == 0
    for bad, sentence in (
        (("--division", "กองช่าง", "--remove"), "does not serve"),
        (("--division", "กองคลัง"), "already"),
        (("--division", "กองทะเล"), "no division"),
    ):
        status, said = person(office, "duty", "finance", *bad)
        assert (status, sentence in said) == (2, True), said
    assert person(office, "duty", "nobody", "--division", "กองช่าง")[0] == 2
    assert run(office, "audit", "verify")[0] == 0


def test_an_address_is_set_for_one_person_alone_and_removed(office: Path) -> None:
    address = "finance@example.go.th\n"
    assert person(office, "email", "finance", "--stdin", stdin=address)[0] == 0
    for slug, typed, sentence in (
        ("second", address, "another person's"),
        ("second", "finance@example\n", "no e-mail address"),
        ("second", "", "no e-mail address"),
    ):
        status, said = person(office, "email", slug, "--stdin", stdin=typed)
        assert (status, sentence in said) == (2, True), said
    assert person(office, "email", "finance", "--remove")[0] == 0
    assert person(office, "email", "finance", "--remove")[0] == 2
    assert person(office, "email", "second", "--stdin", stdin=address)[0] == 0
    assert run(office, "audit", "verify")[0] == 0


def notices(folder: Path) -> int:
    [database] = folder.glob("*.sqlite")
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT count(*) FROM outbox_message WHERE kind = 'sign_in_notice'"
        return int(connection.execute(query).fetchone()[0])


def test_readers_of_corruption_are_told_of_what_the_machine_s_operator_does(office: Path) -> None:
    officer = ("--name", "เจ้าหน้าที่จริยธรรม", "--role", "integrity_officer")
    assert person(office, "add", "integrity", *officer)[0] == 0
    address = "integrity@example.go.th\n"
    assert person(office, "email", "integrity", "--stdin", stdin=address)[0] == 0
    assert run_command(office, "person", "invite", "finance", "--agency", "makham").returncode == 0
    assert notices(office) == 0, "a first invitation takes nobody's place"
    password = "a long pass phrase\n"
    assert person(office, "password", "finance", "--stdin", stdin=password)[0] == 0
    assert run_command(office, "person", "invite", "finance", "--agency", "makham").returncode == 0
    assert notices(office) == 1
    assert person(office, "add", "integrity-2", *officer)[0] == 0
    assert notices(office) == 2
