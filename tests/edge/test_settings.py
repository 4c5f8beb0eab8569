"""Settings: all of them are written down, and a bad one stops the start with its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.config import PREFIX, BadSettings, Settings, load_keys, load_settings
from tests.commands import run_command

pytestmark = pytest.mark.any_engine
EXAMPLE = Path(__file__).parents[2] / ".env.example"


def written_down() -> dict[str, str]:
    lines = EXAMPLE.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line.startswith(PREFIX))


def test_the_example_lists_every_setting_and_no_other() -> None:
    assert set(written_down()) == {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_example_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    default = load_settings({})
    for name, value in written_down().items():
        monkeypatch.setenv(name, value)
    assert load_settings(written_down()) == default


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(BadSettings, match="PRONGSAI_WROKERS"):
        load_settings({"PRONGSAI_WROKERS": "2"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRONGSAI_WORKERS", "many"),
        ("PRONGSAI_WORKERS", "0"),
        ("PRONGSAI_PUBLIC_URL", "example.go.th"),
        ("PRONGSAI_DATABASE_URL", "mysql://here"),
    ],
)
def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=name):
        load_settings({name: value})


def test_a_missing_key_file_says_what_to_do(tmp_path: Path) -> None:
    settings = load_settings({}, data_dir=tmp_path)
    with pytest.raises(BadSettings, match="prongsai db upgrade"):
        load_keys(settings)


def test_a_new_key_file_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    settings = load_settings({}, data_dir=tmp_path)
    load_keys(settings, create=True)
    assert settings.resolved_keys_file.stat().st_mode & 0o777 == 0o600


def test_the_commands_set_up_a_real_office(tmp_path: Path) -> None:
    assert run_command(tmp_path, "agency", "list").returncode == 1
    assert run_command(tmp_path, "db", "upgrade").returncode == 0
    assert run_command(tmp_path, "db", "check").returncode == 0
    added = run_command(
        tmp_path,
        *("agency", "add", "makham", "--name", "เทศบาลตำบลมะขาม"),
        *("--channel-secret", "s", "--channel-token", "t", "--division", "กองคลัง"),
    )
    assert added.returncode == 0
    assert added.stdout.strip().startswith("/line/")
    again = run_command(
        tmp_path,
        *("agency", "add", "makham", "--name", "อีกแห่ง"),
        *("--channel-secret", "s", "--channel-token", "t"),
    )
    assert again.returncode == 2
    assert "already" in again.stderr
    hired = run_command(
        tmp_path,
        *("person", "add", "finance", "--agency", "makham", "--name", "เจ้าหน้าที่กองคลัง"),
        *("--role", "division_staff", "--division", "กองคลัง"),
    )
    assert hired.returncode == 0, hired.stderr
    stranger = run_command(tmp_path, "person", "invite", "nobody", "--agency", "makham")
    assert stranger.returncode == 2
    code = run_command(tmp_path, "person", "invite", "finance", "--agency", "makham").stdout
    assert code.startswith("PS-")
    short = run_command(
        tmp_path, "person", "password", "finance", "--agency", "makham", "--stdin", stdin="short\n"
    )
    assert short.returncode == 2
    assert run_command(tmp_path, "audit", "verify").returncode == 0


def test_knowledge_is_imported_whole_or_not_at_all(tmp_path: Path) -> None:
    run_command(tmp_path, "db", "upgrade")
    run_command(
        tmp_path,
        *("agency", "add", "makham", "--name", "เทศบาลตำบลมะขาม"),
        *("--channel-secret", "s", "--channel-token", "t"),
    )
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("key,question,answer\na,ค่าขยะเท่าไร,20 บาท\nb,,ไม่มีคำถาม\n")
    bad = run_command(tmp_path, "knowledge", "import", str(sheet), "--agency", "makham")
    assert bad.returncode == 2
    assert "line 3" in bad.stderr
    nothing = run_command(
        tmp_path, "knowledge", "search", "--agency", "makham", stdin="ค่าขยะเท่าไร\n"
    )
    assert '"decision": "unknown", "hits": []' in nothing.stdout
    sheet.write_text("key,question,answer\na,ค่าขยะเท่าไร,20 บาท\n")
    good = run_command(tmp_path, "knowledge", "import", str(sheet), "--agency", "makham")
    assert good.returncode == 0
    found = run_command(tmp_path, "knowledge", "search", "--agency", "makham", stdin="ค่าขยะเท่าไร\n")
    assert '"key": "a"' in found.stdout


def test_knowledge_comes_from_an_excel_file_too(tmp_path: Path) -> None:
    run_command(tmp_path, "db", "upgrade")
    run_command(
        tmp_path,
        *("agency", "add", "makham", "--name", "เทศบาลตำบลมะขาม"),
        *("--channel-secret", "s", "--channel-token", "t"),
    )
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["key", "question", "answer", "paraphrases"])
    sheet.append(["bins", "ค่าขยะเท่าไร", "เดือนละ 20 บาท", "ค่าเก็บขยะ | ขยะจ่ายยังไง"])
    book.save(tmp_path / "good.xlsx")
    sheet["C2"] = "=1+1"
    book.save(tmp_path / "formula.xlsx")
    for name, code in (("formula.xlsx", 2), ("good.xlsx", 0)):
        done = run_command(
            tmp_path, "knowledge", "import", str(tmp_path / name), "--agency", "makham"
        )
        assert done.returncode == code, done.stderr
    asked = "ขยะจ่ายยังไง\n"
    found = run_command(tmp_path, "knowledge", "search", "--agency", "makham", stdin=asked)
    assert '"key": "bins"' in found.stdout


def test_routing_is_one_json_line_a_message(tmp_path: Path) -> None:
    routed = run_command(tmp_path, "route", stdin="เจ้าหน้าที่เรียกเงินใต้โต๊ะ\nสวัสดีค่ะ\n")
    lines = routed.stdout.splitlines()
    assert '"intent": "corruption"' in lines[0]
    assert '"intent": "small_talk"' in lines[1]
