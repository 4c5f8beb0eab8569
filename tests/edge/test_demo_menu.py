"""The demo's chat shows the six doors, and the demo goes on where it cannot."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import checks
from bot.demo import town as example
from bot.demo.serving import show_menu
from documents.drawing import DOORS
from models.agency import channel_of
from simulator.state import RichMenu
from tests.town import Town


@pytest.fixture
def demo(town: Town) -> Any:
    """A process of the demo, its LINE the town's."""
    with town.db.writing() as session:
        agency = example.found_town(session)
        channel = channel_of(session, agency)
    town.line.add_channel(
        example.SLUG, example.NAME, channel.secret, channel.token, "http://127.0.0.1:9/"
    )
    return SimpleNamespace(db=town.db, settings=town.settings)


def test_the_menu_is_registered_and_a_second_start_changes_nothing(town: Town, demo: Any) -> None:
    account = town.line.world.channels[example.SLUG]
    assert show_menu(demo)
    shown = account.default_rich_menu
    assert shown is not None
    assert len(account.rich_menus[shown].definition["areas"]) == len(DOORS) == 6
    assert show_menu(demo)
    assert account.default_rich_menu == shown
    assert town.line.world.channels["makham"].default_rich_menu is None


@pytest.mark.parametrize("how", [{"status": 500}, {"drop_connection": True}])
def test_a_line_that_fails_only_warns(
    town: Town, demo: Any, how: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    town.line.fail_next(None, endpoint="richmenu", **how)
    assert not show_menu(demo, tries=2, pause=0)
    assert "demo_without_menu" in "".join(capsys.readouterr())


def test_a_line_that_refuses_the_menu_only_warns(
    town: Town, demo: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    town.expects_refusals = True
    town.line.fail_next(3, endpoint="richmenu", delay=0.001)
    town.line.fail_next(None, endpoint="richmenu", status=400)
    assert not show_menu(demo, tries=2, pause=0)
    assert "demo_without_menu" in "".join(capsys.readouterr())


@pytest.fixture
def operator(town: Town, demo: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody who runs `prongsai doctor --agency example`; what it says of the menu."""
    keys = tmp_path / "keys.json"
    keys.write_text(town.db.keys.to_json())
    url = town.db.url.render_as_string(hide_password=False)
    settings = town.settings.model_copy(
        update={"data_dir": tmp_path, "keys_file": keys, "database_url": url}
    )
    process = SimpleNamespace(
        db=town.db,
        settings=settings,
        engine=town.engine,
        messenger=town.engine.messenger,
        mailer=None,
    )
    monkeypatch.setattr(checks, "open_process", lambda: process)

    def doctor() -> str:
        done = CliRunner().invoke(checks.doctor, ["--agency", example.SLUG])
        [line] = [one for one in done.output.splitlines() if "menu of" in one]
        return line

    return doctor


def test_doctor_says_whether_a_menu_is_registered(town: Town, demo: Any, operator: Any) -> None:
    assert operator() == (
        "MEND  menu of example: none is registered; run `prongsai line menu --agency example`"
    )
    show_menu(demo)
    assert operator() == "ok    menu of example"
    account = town.line.world.channels[example.SLUG]
    account.rich_menus["richmenu-x"] = RichMenu("richmenu-x", {"name": "สงกรานต์", "areas": []})
    account.default_rich_menu = "richmenu-x"
    assert operator() == "ok    menu of example, made by another program"
    town.line.fail_next(None, endpoint="richmenu", status=500)
    assert operator().startswith("MEND  menu of example: it is not known which one is shown")
