"""`prongsai line`: the menu registered over real HTTP through LINE's SDK, and the poster."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner, Result

from bot.cli import line as commands
from bot.menu import Account
from documents.drawing import DOORS
from models.agency import Agency, Channel
from simulator.state import RichMenu
from tests.commands import run_command
from tests.offices import Office
from tests.town import Town, words

FOREIGN = "richmenu-of-somebody-else"


@dataclass
class Desk:
    """An operator's terminal."""

    town: Town

    def runs(self, *arguments: str) -> Result:
        done = CliRunner().invoke(commands.line, list(arguments))
        for office in (self.town.offices.makham, self.town.offices.bangphra):
            assert office.channel.token not in done.output
            assert office.channel.secret not in done.output
        return done

    def makes_menu(self, *options: str, agency: str = "makham") -> Result:
        return self.runs("menu", "--agency", agency, *options)

    def menus(self, slug: str = "makham") -> dict[str, RichMenu]:
        return self.town.line.world.channels[slug].rich_menus

    def shown(self, slug: str = "makham") -> str | None:
        return self.town.line.world.channels[slug].default_rich_menu

    def changes(self) -> list[str]:
        """What was asked of LINE that changes something."""
        asked = self.town.line.requests("richmenu")
        return [one.path for one in asked if one.method != "GET" and "validate" not in one.path]

    def renames(self, office: Office, name: str) -> None:
        with self.town.db.writing() as session:
            session.get_one(Agency, office.agency_id).name = name

    def fails_at(self, step: int, **how: object) -> None:
        """Let so many calls about menus pass, and spoil the next."""
        line = self.town.line
        if step:
            line.fail_next(step, endpoint="richmenu", delay=0.001)
        line.fail_next(1, endpoint="richmenu", **how)  # type: ignore[arg-type]


@pytest.fixture
def desk(town: Town, monkeypatch: pytest.MonkeyPatch) -> Desk:
    process = SimpleNamespace(db=town.db, settings=town.settings)
    monkeypatch.setattr(commands, "open_process", lambda: process)
    return Desk(town)


@pytest.fixture
def renamed(desk: Desk) -> tuple[Desk, str]:
    """An older menu of ours is shown, one of another program's is there, and the name changed."""
    desk.menus()[FOREIGN] = RichMenu(FOREIGN, {"name": "สงกรานต์", "areas": []}, b"png")
    assert desk.makes_menu().exit_code == 0
    old = desk.shown()
    assert old is not None
    desk.renames(desk.town.offices.makham, "เทศบาลเมืองมะขาม")
    return desk, old


def said(done: Result) -> str:
    """The last line on standard error: the others are logs."""
    return done.stderr.strip().splitlines()[-1]


def test_everybody_sees_six_doors_with_their_own_offices_name(desk: Desk) -> None:
    assert desk.makes_menu().exit_code == 0
    assert desk.shown("bangphra") is None
    assert desk.makes_menu(agency="bangphra").exit_code == 0
    pictures = []
    for slug in ("makham", "bangphra"):
        (menu,) = desk.menus(slug).values()
        assert desk.shown(slug) == menu.rich_menu_id
        assert menu.image is not None
        assert struct.unpack(">II", menu.image[16:24]) == (2500, 1686)
        assert [area["action"]["label"] for area in menu.definition["areas"]] == [
            door.choice.label for door in DOORS
        ]
        pictures.append(menu.image)
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("ถามข้อมูล", "พิมพ์คำถามได้เลยค่ะ"),
        ("แจ้งเรื่องร้องเรียน", "ต้องการแจ้งเรื่องประเภทใด"),
        ("แจ้งเบาะแสทุจริต", "เกิดอะไรขึ้น"),
        ("ติดตามเรื่อง", "พิมพ์รหัสติดตามเรื่อง 16 หลัก"),
        ("ติดต่อเจ้าหน้าที่", "โทร. 0-0000-0100"),
        ("เริ่มต้นใช้งาน", "เลือกเรื่องที่ต้องการด้านล่างนี้"),
    ],
)
def test_every_door_leads_somewhere(desk: Desk, label: str, answer: str) -> None:
    desk.makes_menu()
    (menu,) = desk.menus().values()
    actions = [area["action"] for area in menu.definition["areas"]]
    (action,) = [one for one in actions if one["label"] == label]
    citizen = desk.town.user("ประชาชน ก")
    assert answer in words(desk.town.taps(citizen, action["data"]))


def test_a_door_tapped_in_the_middle_of_a_report_does_not_lose_it(desk: Desk) -> None:
    town = desk.town
    citizen = town.user("ประชาชน ก")
    town.taps(citizen, "c:corruption")
    town.says(citizen, "มีการเรียกเงิน")
    for door in DOORS:
        assert door.choice.data is not None
        assert town.taps(citizen, door.choice.data)
    assert "เกิดเมื่อไร" in words(town.says(citizen, "ที่กองช่าง"))


def test_doing_it_again_changes_nothing(desk: Desk) -> None:
    desk.makes_menu()
    first, before = desk.shown(), desk.changes()
    again = desk.makes_menu()
    assert again.exit_code == 0
    assert "already" in said(again)
    assert (desk.shown(), desk.changes()) == (first, before)


def test_a_new_menu_takes_the_place_of_ours_and_leaves_others_alone(
    renamed: tuple[Desk, str],
) -> None:
    desk, old = renamed
    before = len(desk.changes())
    done = desk.makes_menu()
    assert done.exit_code == 0
    assert "1 older of ours taken away" in said(done)
    assert desk.shown() not in (None, old, FOREIGN)
    assert set(desk.menus()) == {FOREIGN, desk.shown()}
    made, upload, default, removal = desk.changes()[before:]
    assert (made, removal) == ("/v2/bot/richmenu", f"/v2/bot/richmenu/{old}")
    assert upload.endswith("/content")
    assert "/user/all/" in default


def test_another_programs_menu_makes_room_but_is_not_deleted(desk: Desk) -> None:
    # An action that the SDK has never heard of must not stand in the way either.
    strange = {"name": "prongsai-but-not", "areas": [{"action": {"type": "hologram"}}]}
    desk.menus()[FOREIGN] = RichMenu(FOREIGN, strange, b"png")
    desk.town.line.world.channels["makham"].default_rich_menu = FOREIGN
    done = desk.makes_menu()
    assert done.exit_code == 0
    assert "another program" in said(done)
    assert FOREIGN in desk.menus()
    assert desk.shown() != FOREIGN


STEPS = ("list", "shown", "make", "upload", "default")


@pytest.mark.parametrize("how", [{"status": 500}, {"status": 429}, {"drop_connection": True}])
@pytest.mark.parametrize("step", range(len(STEPS)), ids=STEPS)
def test_whatever_fails_the_old_menu_stays(
    renamed: tuple[Desk, str], step: int, how: dict[str, object]
) -> None:
    desk, old = renamed
    desk.fails_at(step, **how)
    done = desk.makes_menu()
    assert done.exit_code == 1
    assert said(done).startswith("Error: ")
    assert "nothing was changed" in said(done) or "stays" in said(done)
    assert desk.shown() == old
    assert set(desk.menus()) == {FOREIGN, old}
    assert desk.makes_menu().exit_code == 0
    assert desk.shown() != old


def test_a_menu_whose_making_was_not_confirmed_is_cleared_by_the_next_run(
    renamed: tuple[Desk, str],
) -> None:
    desk, old = renamed
    desk.fails_at(STEPS.index("make"), after_accepting=True, drop_connection=True)
    assert desk.makes_menu().exit_code == 1
    assert desk.shown() == old
    assert len(desk.menus()) == 3
    assert desk.makes_menu().exit_code == 0
    assert set(desk.menus()) == {FOREIGN, desk.shown()}


def test_a_switch_whose_answer_was_lost_is_looked_up(renamed: tuple[Desk, str]) -> None:
    desk, old = renamed
    desk.fails_at(STEPS.index("default"), after_accepting=True, drop_connection=True)
    assert desk.makes_menu().exit_code == 0
    assert set(desk.menus()) == {FOREIGN, desk.shown()}
    assert desk.shown() != old


def test_when_it_is_not_known_what_is_shown_no_menu_is_deleted(renamed: tuple[Desk, str]) -> None:
    desk, old = renamed
    desk.fails_at(STEPS.index("default"), after_accepting=True, drop_connection=True)
    desk.town.line.fail_next(1, endpoint="richmenu", drop_connection=True)
    done = desk.makes_menu()
    assert done.exit_code == 1
    assert "not known" in said(done)
    assert {FOREIGN, old, desk.shown()} <= set(desk.menus())
    assert desk.makes_menu().exit_code == 0
    assert set(desk.menus()) == {FOREIGN, desk.shown()}


def test_an_old_menu_that_cannot_be_deleted_is_tried_again(renamed: tuple[Desk, str]) -> None:
    desk, old = renamed
    desk.fails_at(len(STEPS), status=500)
    done = desk.makes_menu()
    assert done.exit_code == 1
    assert "the menu is shown, but 1 older" in said(done)
    assert desk.shown() != old
    assert old in desk.menus()
    again = desk.makes_menu()
    assert again.exit_code == 0
    assert set(desk.menus()) == {FOREIGN, desk.shown()}


def test_a_bad_token_is_told_plainly(desk: Desk) -> None:
    desk.town.line.world.channels["makham"].channel_token = "another"
    for done in (desk.makes_menu(), desk.makes_menu("--dry-run")):
        assert done.exit_code == 1
        assert "nothing was changed: LINE did not accept the channel access token" in said(done)


def test_a_line_that_cannot_be_reached_is_told_plainly(desk: Desk, tmp_path: Path) -> None:
    desk.town.settings.line_api_url = "http://127.0.0.1:9"
    assert "could not be reached" in said(desk.makes_menu())
    poster = desk.runs("poster", "--agency", "makham", "--output", str(tmp_path / "poster.pdf"))
    assert poster.exit_code == 1
    assert "--basic-id" in said(poster)
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_rehearsal_changes_nothing(renamed: tuple[Desk, str]) -> None:
    desk, old = renamed
    before = desk.changes()
    done = desk.makes_menu("--dry-run")
    assert done.exit_code == 0
    assert "would be shown" in said(done)
    assert "1 older of ours would be taken away" in said(done)
    assert (desk.changes(), desk.shown()) == (before, old)
    desk.makes_menu()
    assert "shown already" in said(desk.makes_menu("--dry-run"))


def test_only_drawing_asks_line_nothing(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "menu.png"
    assert desk.makes_menu("--output", str(file)).exit_code == 0
    assert file.read_bytes().startswith(b"\x89PNG")
    assert desk.town.line.requests() == []
    for bad in (tmp_path / "menu.jpg", tmp_path / "nowhere" / "menu.png"):
        assert desk.makes_menu("--output", str(bad)).exit_code == 2


def test_an_unknown_agency_is_bad_input(desk: Desk, tmp_path: Path) -> None:
    assert run_command(tmp_path, "db", "upgrade").returncode == 0
    poster = str(tmp_path / "poster.pdf")
    for arguments in (("menu",), ("poster", "--output", poster)):
        done = run_command(tmp_path, "line", *arguments, "--agency", "nowhere")
        assert done.returncode == 2
        assert "nowhere" in done.stderr
        assert desk.runs(*arguments, "--agency", "nowhere").exit_code == 2
    assert not Path(poster).exists()
    assert desk.town.line.requests() == []


def scan(file: Path) -> str:
    picture = pypdfium2.PdfDocument(file.read_bytes())[0].render(scale=2).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    return str(code.text)


def test_a_poster_leads_to_its_own_offices_account(desk: Desk, tmp_path: Path) -> None:
    links = set()
    for slug in ("makham", "bangphra"):
        file = tmp_path / f"{slug}.pdf"
        assert desk.runs("poster", "--agency", slug, "--output", str(file)).exit_code == 0
        channel = desk.town.line.world.channels[slug]
        link = scan(file)
        assert link == f"https://line.me/R/ti/p/%40{channel.bot_user_id[1:9]}"
        links.add(link)
    assert len(links) == 2


def test_a_poster_with_an_id_given_asks_line_nothing(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "poster.pdf"
    common = ("poster", "--agency", "makham", "--output", str(file), "--basic-id")
    assert desk.runs(*common, "@makham").exit_code == 0
    assert scan(file) == "https://line.me/R/ti/p/%40makham"
    assert desk.town.line.requests() == []
    file.unlink()
    refused = desk.runs(*common, "https://example.org")
    assert refused.exit_code == 2
    assert not file.exists()
    wrong = ("poster", "--agency", "makham", "--output", str(tmp_path / "poster.doc"))
    assert desk.runs(*wrong).exit_code == 2


def test_pictures_go_to_lines_data_host(desk: Desk) -> None:
    """On the internet they are two hosts; here one of them is deaf."""
    door = desk.town.settings.line_api_url
    office = desk.town.offices.makham
    channel = Channel(office.agency_id, office.channel.secret, office.channel.token)
    desk.town.settings.line_data_url = "http://127.0.0.1:9"
    assert "the picture could not be sent" in said(desk.makes_menu())
    assert desk.menus() == {}
    assert Account(channel, door, "http://127.0.0.1:9").basic_id().startswith("@")
