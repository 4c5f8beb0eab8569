"""`prongsai plan`: what an operator types, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands import run_command

HEADER = "มาตรการ\tวิธีการดำเนินการ\tผู้รับผิดชอบ\tระยะเวลาดำเนินการ\tผลการดำเนินงาน"
PLAN = "\n".join(
    [
        "เรื่อง มาตรการส่งเสริมคุณธรรมและความโปร่งใส ประจำปีงบประมาณ พ.ศ. ๒๕๗๐",
        "เทศบาลตำบลบางใหม่",
        "",
        HEADER,
        "๑. จัดทำคู่มือการให้บริการ\t๑. ทบทวนคู่มือ ๒. เผยแพร่\tสำนักปลัดฯ กองคลัง\tภายในเดือนธันวาคม\t",
        "๒. เปิดเผยผลการใช้จ่าย\t๑. รายงานในการประชุมประจำเดือน\tกองคลัง\t-มี.ค. ๗๐ -ก.ย. ๗๐\t",
    ]
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two agencies, and a plan beside it."""
    folder = tmp_path_factory.mktemp("office")
    assert run_command(folder, "db", "upgrade").returncode == 0
    for slug, name in (("bangmai", "เทศบาลตำบลบางใหม่"), ("nongmai", "อบต.หนองใหม่")):
        added = run_command(
            folder,
            *("agency", "add", slug, "--name", name, "--channel-secret", "s"),
            *("--channel-token", "t", "--division", "สำนักปลัด", "--division", "กองคลัง"),
        )
        assert added.returncode == 0, added.stderr
    (folder / "plan.txt").write_text(PLAN, encoding="utf-8")
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Path:
    """A copy of it: each command is a process of its own, and starting one takes its time."""
    return Path(shutil.copytree(template, tmp_path / "office"))


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def bring(office: Path, *options: str, file: str = "plan.txt", agency: str = "bangmai") -> Any:
    return run_command(office, "plan", "import", str(office / file), "--agency", agency, *options)


def test_a_plan_is_read_without_any_database(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    plan = told(run_command(tmp_path, "plan", "read", str(file)))
    assert (plan["agency"], plan["fiscal_year"]) == ("เทศบาลตำบลบางใหม่", 2570)
    first, second = plan["measures"]
    assert first["title"] == "จัดทำคู่มือการให้บริการ"
    assert first["divisions"] == ["สำนักปลัดฯ", "กองคลัง"]
    assert first["steps"] == ["ทบทวนคู่มือ", "เผยแพร่"]
    assert first["due_dates"] == ["2026-12-31"]
    assert first["source_lines"] == [5]
    assert second["schedules"][0]["due_dates"] == ["2027-03-31", "2027-09-30"]
    assert second["recurrence"] == "FREQ=MONTHLY"
    assert not (tmp_path / "prongsai.db").exists()


def test_the_same_file_twice_changes_nothing(office: Path) -> None:
    first = told(bring(office))
    assert (first["new"], first["obligations_added"]) == (2, 4)  # 2 divisions once, 1 twice
    again = told(bring(office))
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert again["obligations_added"] == again["obligations_cancelled"] == 0
    assert run_command(office, "audit", "verify").returncode == 0


def test_a_rehearsal_changes_nothing(office: Path) -> None:
    assert told(bring(office, "--dry-run"))["new"] == 2
    assert told(bring(office, "--dry-run"))["new"] == 2


def test_a_corrected_file_changes_what_it_corrects(office: Path) -> None:
    told(bring(office))
    corrected = PLAN.replace("ภายในเดือนธันวาคม", "ภายในเดือนมกราคม")
    (office / "plan.txt").write_text(corrected, encoding="utf-8")
    changed = told(bring(office))
    assert (changed["new"], changed["changed"], changed["unchanged"]) == (0, 1, 1)
    assert (changed["obligations_added"], changed["obligations_cancelled"]) == (2, 2)


def test_routines_become_obligations_only_when_asked_for(office: Path) -> None:
    assert told(bring(office))["obligations_added"] == 4
    # The twelve ends of months; two of them are deadlines already.
    assert told(bring(office, "--with-habits"))["obligations_added"] == 10


def test_an_agency_does_not_get_the_plan_of_another(office: Path) -> None:
    told(bring(office))
    assert told(bring(office, "--dry-run", agency="nongmai"))["new"] == 2


def test_a_name_that_is_no_division_is_asked_about_and_nothing_is_imported(office: Path) -> None:
    strange = PLAN.replace("กองคลัง\t-มี.ค.", "งานพัสดุ\t-มี.ค.")
    (office / "plan.txt").write_text(strange, encoding="utf-8")
    refused = bring(office)
    assert refused.returncode == 2
    assert "งานพัสดุ" in refused.stderr
    assert "--means" in refused.stderr
    assert refused.stdout == ""
    assert told(bring(office, "--dry-run"))["asked"] == ["งานพัสดุ"]
    assert told(bring(office, "--means", "งานพัสดุ=กองคลัง"))["new"] == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--means", "งานพัสดุ"], "PRINTED=DIVISION"),
        (["--means", "งานพัสดุ=กองดาวเทียม"], "กองดาวเทียม"),
        (["--agency", "nowhere"], "nowhere"),
        (["--fiscal-year", "2027"], "2027"),
    ],
)
def test_a_bad_option_ends_with_two_and_says_which(
    office: Path, options: list[str], said: str
) -> None:
    refused = bring(office, *options)
    assert refused.returncode == 2
    assert said in refused.stderr


def test_a_plan_that_names_no_year_is_imported_with_the_year_given(office: Path) -> None:
    (office / "plan.txt").write_text(PLAN.split("\n\n", 1)[1], encoding="utf-8")
    refused = bring(office)
    assert refused.returncode == 2
    assert "--fiscal-year" in refused.stderr
    assert told(bring(office, "--fiscal-year", "2570"))["obligations_added"] == 4


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("letter.txt", "เรียน นายกเทศมนตรี เพื่อโปรดทราบ".encode()),
        ("plan.docx", b"PK\x03\x04 cut off"),
        ("plan.pdf", b"%PDF-1.7 cut off"),
        ("plan.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ],
)
def test_a_bad_document_is_refused_with_one_thai_sentence(
    office: Path, name: str, content: bytes
) -> None:
    (office / name).write_bytes(content)
    for done in (run_command(office, "plan", "read", str(office / name)), bring(office, file=name)):
        assert done.returncode == 2
        assert done.stdout == ""
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1
        assert any("ก" <= letter <= "๛" for letter in lines[0])
    assert told(bring(office, "--dry-run"))["new"] == 2


def test_the_form_is_written_with_the_agencys_divisions_and_can_be_read(office: Path) -> None:
    form = office / "form.xlsx"
    done = run_command(
        office,
        *("plan", "template", str(form), "--agency", "bangmai", "--fiscal-year", "2570"),
    )
    assert done.returncode == 0, done.stderr
    assert form.read_bytes()[:2] == b"PK"
    # Nobody filled it in yet, so there is nothing to read: said plainly, not a crash.
    assert run_command(office, "plan", "read", str(form)).returncode == 2
    assert run_command(office, "plan", "template", str(office / "form.doc")).returncode == 2


def test_phrases_are_read_from_standard_input(tmp_path: Path) -> None:
    done = run_command(
        tmp_path, "schedule", "--fiscal-year", "2570", stdin="ภายในเดือนธันวาคม\n\nทุกเดือน\n"
    )
    first, empty, monthly = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["kind"], first["due_dates"]) == ("due", ["2026-12-31"])
    assert (empty["kind"], empty["phrase"]) == ("none", "")
    assert (monthly["recurrence"], len(monthly["due_dates"])) == ("FREQ=MONTHLY", 12)
    assert run_command(tmp_path, "schedule", "--fiscal-year", "1999", stdin="x").returncode == 2
    assert run_command(tmp_path, "schedule", stdin="x").returncode == 2


def test_a_person_who_watches_sees_how_far_it_came(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    watched, screen = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "plan", "read", str(file)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=screen,
    ) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
    os.close(screen)
    shown = os.read(watched, 65536).decode()
    os.close(watched)
    assert "กำลังอ่าน" in shown
    assert "100%" in shown
    assert len(json.loads(printed)["measures"]) == 2  # and only JSON where the JSON goes
