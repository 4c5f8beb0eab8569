"""From nothing to the first admin at the desk, with the commands that the docs tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.app import create_app
from bot.config import load_settings
from bot.process import Process
from models.person import find_person
from models.second_factor import has_second_factor
from tests.commands import run_command
from tests.desk.browser import Browser
from tests.desk.factors import Authenticator, give_code, give_password

pytestmark = pytest.mark.any_engine
GOOD = "สามคำ ที่ไม่ เกี่ยวกัน"


def found(folder: Path) -> None:
    assert run_command(folder, "db", "upgrade").returncode == 0
    agency = ("agency", "add", "makham", "--name", "เทศบาลตำบลมะขาม")
    secrets = ("--channel-secret", "s", "--channel-token", "t")
    assert run_command(folder, *agency, *secrets).returncode == 0
    admin = ("person", "add", "admin", "--agency", "makham", "--name", "ผู้ดูแลระบบ")
    assert run_command(folder, *admin, "--role", "admin").returncode == 0


def open_desk(folder: Path) -> tuple[Process, Browser]:
    process = Process(load_settings({}, data_dir=folder))
    app = create_app(process.settings, process.db, process.blobs, process.bell)
    return process, Browser(app)


def sets_up_and_comes_in(browser: Browser) -> None:
    answer = give_password(browser, "admin", GOOD)
    assert answer.headers["Location"] == "/desk/sign-in/setup"
    phone = Authenticator.from_page(browser.get("/desk/sign-in/setup").text)
    assert "รหัสสำรอง 10 รหัส" in give_code(browser, phone.code(), "/desk/sign-in/setup").text
    assert "ผู้ดูแลระบบ" in browser.get("/desk/people").text


@pytest.mark.parametrize("way", ["password", "invitation"])
def test_the_first_admin_comes_in(tmp_path: Path, way: str) -> None:
    found(tmp_path)
    admin = ("admin", "--agency", "makham")
    if way == "password":
        done = run_command(tmp_path, "person", "password", *admin, "--stdin", stdin=GOOD + "\n")
        assert done.returncode == 0, done.stderr
        _, browser = open_desk(tmp_path)
    else:
        code = run_command(tmp_path, "person", "invite", *admin).stdout.strip()
        _, browser = open_desk(tmp_path)
        page = browser.post("/desk/invitation", {"code": code}, page="/desk/invitation").text
        sealed = re.search(r'name="invited" value="([^"]+)"', page)
        assert sealed
        data = {"invited": sealed.group(1), "password": GOOD}
        answer = browser.post("/desk/invitation/password", data, page="/desk/invitation")
        assert answer.headers["Location"] == "/desk/sign-in"
    sets_up_and_comes_in(browser)


def test_a_lost_telephone_is_seen_to_from_the_machine(tmp_path: Path) -> None:
    found(tmp_path)
    admin = ("admin", "--agency", "makham")
    none = run_command(tmp_path, "person", "reset-second-factor", *admin)
    assert none.returncode == 2
    assert "no second factor" in none.stderr
    run_command(tmp_path, "person", "password", *admin, "--stdin", stdin=GOOD + "\n")
    process, browser = open_desk(tmp_path)
    sets_up_and_comes_in(browser)
    assert run_command(tmp_path, "person", "reset-second-factor", *admin).returncode == 0
    assert browser.get("/desk/").status_code == 302
    with process.db.reading() as session:
        person = find_person(session, 1, "admin")
        assert person
        assert not has_second_factor(person)
    assert run_command(tmp_path, "audit", "verify").returncode == 0


def test_a_password_that_everybody_guesses_is_refused(tmp_path: Path) -> None:
    found(tmp_path)
    admin = ("admin", "--agency", "makham", "--stdin")
    for bad in ("short", "1234567890", "admin12345", "admin-admin"):
        done = run_command(tmp_path, "person", "password", *admin, stdin=bad + "\n")
        assert done.returncode == 2, bad
        assert bad not in done.stderr
