"""`prongsai complaints`, as an operator types it."""

from __future__ import annotations

import csv
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from bot.config import load_keys, load_settings
from models.agency import find_agency
from models.audit import AuditEntry, verify
from models.complaint import ComplaintChannel, ComplaintKind, IdentityMode
from models.complaint_filing import NewComplaint, file_complaint
from models.complaint_sketch import ComplaintSketch
from models.database import Database
from tests.commands import run_command

pytestmark = pytest.mark.any_engine


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one agency, three people and three complaints."""
    folder = tmp_path_factory.mktemp("office")
    secrets = ("--channel-secret", "s", "--channel-token", "t")
    who = ("--agency", "bangdee", "--name", "ผู้ทดลอง", "--role")
    for command in (
        ("db", "upgrade"),
        ("agency", "add", "bangdee", "--name", "เทศบาลตำบลบางดี", *secrets),
        ("person", "add", "officer", *who, "officer"),
        ("person", "add", "integrity", *who, "integrity_officer"),
        ("person", "add", "mayor", *who, "executive"),
    ):
        done = run_command(folder, *command)
        assert done.returncode == 0, done.stderr
    db = _database(folder)
    with db.writing() as session:
        agency = find_agency(session, "bangdee")
        assert agency
        for kind, mode in (
            (ComplaintKind.GENERAL, IdentityMode.NAMED),
            (ComplaintKind.REQUEST, IdentityMode.CONFIDENTIAL),
            (ComplaintKind.CORRUPTION, IdentityMode.NAMED),
        ):
            said = {"what": "ถนนเป็นหลุม"}
            new = NewComplaint(kind, mode, ComplaintChannel.WEB, said, name="นายพลเมือง ดีงาม")
            file_complaint(session, agency.id, new, None, datetime.now(UTC))
    db.dispose()
    return folder


def _database(folder: Path) -> Database:
    settings = load_settings({}, data_dir=folder, database_url="")
    return Database(settings.resolved_database_url, load_keys(settings))


def _export(folder: Path, name: str, kind: str, output: Path, agency: str = "bangdee") -> int:
    how = ("--agency", agency, "--as", name, "--format", kind, "--output", str(output))
    done = run_command(folder, "complaints", "export", *how)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode


def test_the_log_is_exported_within_the_rights_of_who_is_named(
    office: Path, tmp_path: Path
) -> None:
    for name, kinds in (("officer", 2), ("integrity", 3)):
        output = tmp_path / f"{name}.csv"
        assert _export(office, name, "csv", output) == 0
        rows = list(csv.reader(output.read_text("utf-8-sig").splitlines()))
        assert len(rows) == 1 + kinds
        assert stat.S_IMODE(output.stat().st_mode) == 0o600
        sheet = tmp_path / f"{name}.xlsx"
        assert _export(office, name, "xlsx", sheet) == 0
        active = load_workbook(sheet).active
        assert active is not None
        assert active.max_row == 1 + kinds
    db = _database(office)
    with db.reading() as session:
        lines = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "complaints.exported")
        ).all()
        assert verify(session, lines[0].agency_id) is None
        assert {(line.actor, line.detail["count"]) for line in lines} == {
            ("cli", "2"),
            ("cli", "3"),
        }
    db.dispose()


@pytest.mark.parametrize(
    ("name", "agency"), [("mayor", "bangdee"), ("nobody", "bangdee"), ("officer", "nowhere")]
)
def test_who_may_read_nothing_exports_nothing(
    office: Path, tmp_path: Path, name: str, agency: str
) -> None:
    output = tmp_path / "log.csv"
    assert _export(office, name, "csv", output, agency) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_said_before_anything_is_read(
    office: Path, tmp_path: Path
) -> None:
    assert _export(office, "officer", "csv", tmp_path / "no" / "log.csv") == 2


def test_sketches_that_are_missing_are_drawn_by_command(office: Path) -> None:
    db = _database(office)
    with db.writing() as session:
        session.execute(update(ComplaintSketch).values(bits=None))
    done = run_command(office, "complaints", "sketch")
    assert done.returncode == 0, done.stderr
    assert "2 sketches drawn" in done.stderr
    with db.reading() as session:
        bits = session.scalars(select(ComplaintSketch.bits)).all()
    assert sorted(one is None for one in bits) == [False, False, True]
    db.dispose()
