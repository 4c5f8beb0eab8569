"""Evidence: sealed on disk under random names, with no times but days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from domain.calendar import start_of_bangkok_day
from domain.keyring import CannotOpen
from models.complaint import ComplaintChannel, ComplaintKind, IdentityMode
from models.complaint_filing import NewComplaint, file_complaint
from models.conversation import KEEP_DRAFT
from models.database import Database
from models.progress import ReportStatus, add_to_report, report_progress
from models.stored_file import (
    KEEP_ORPHANS,
    BlobFolder,
    StoredFile,
    describe,
    discard_drafted,
    drafted_files,
    files_of_report,
    get_stored_file,
    sweep_orphans,
)
from tests.models.making import an_obligation
from tests.offices import NOON, Offices

TODAY = date(2023, 3, 15)
PHOTO = b"\xff\xd8 a photo of an envelope"


def keep(db: Database, blobs: BlobFolder, agency_id: int, day: date = TODAY) -> StoredFile:
    blob = blobs.put(agency_id, PHOTO, day)
    with db.writing() as session:
        session.expire_on_commit = False
        return describe(
            session, agency_id, media_type="image/jpeg", size=len(PHOTO), blob=blob, today=day
        )


def on_disk(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


def test_a_file_comes_back_as_it_went_in_and_lies_sealed(blobs: BlobFolder, tmp_path: Path) -> None:
    name = blobs.put(1, PHOTO, TODAY)
    assert blobs.get(1, name) == PHOTO
    (path,) = on_disk(tmp_path)
    assert b"photo" not in path.read_bytes()
    assert path.name == name


def test_the_disk_keeps_no_hour(blobs: BlobFolder, tmp_path: Path) -> None:
    blobs.put(1, PHOTO, TODAY)
    (path,) = on_disk(tmp_path)
    assert path.stat().st_mtime == start_of_bangkok_day(TODAY).timestamp()


def test_a_file_opens_only_for_its_agency_and_under_its_name(
    blobs: BlobFolder, tmp_path: Path
) -> None:
    name, other = blobs.put(1, PHOTO, TODAY), blobs.put(1, b"another", TODAY)
    with pytest.raises(CannotOpen):
        blobs.get(2, name)
    paths = {path.name: path for path in on_disk(tmp_path)}
    paths[other].write_bytes(paths[name].read_bytes())
    with pytest.raises(CannotOpen):
        blobs.get(1, other)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a/b", "..", "nothing", "ab\0"])
def test_names_that_are_none_of_ours_are_not_found(blobs: BlobFolder, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.get(1, name)


def test_deleting_twice_is_no_error(blobs: BlobFolder, tmp_path: Path) -> None:
    name = blobs.put(1, PHOTO, TODAY)
    blobs.delete(name)
    blobs.delete(name)
    assert on_disk(tmp_path) == []


def test_a_discarded_draft_s_files_are_forgotten_and_swept(
    db: Database, blobs: BlobFolder, offices: Offices, tmp_path: Path
) -> None:
    agency_id = offices.makham.agency_id
    stored = keep(db, blobs, agency_id)
    with db.writing() as session:
        discard_drafted(session, offices.bangphra.agency_id, [str(stored.id)])
        assert get_stored_file(session, agency_id, stored.id) is not None
        discard_drafted(session, agency_id, [str(stored.id), str(uuid4())])
        assert get_stored_file(session, agency_id, stored.id) is None
        assert sweep_orphans(session, blobs, NOON) == 0  # a day's grace
        assert sweep_orphans(session, blobs, NOON + timedelta(days=2)) == 1
    assert on_disk(tmp_path) == []


def test_the_sweep_keeps_what_a_report_claimed(
    db: Database, blobs: BlobFolder, offices: Offices, tmp_path: Path
) -> None:
    office = offices.makham
    complained, reported, orphan = (keep(db, blobs, office.agency_id) for _ in range(3))
    with db.writing() as session:
        new = NewComplaint(
            ComplaintKind.CORRUPTION,
            IdentityMode.ANONYMOUS,
            ComplaintChannel.LINE,
            {"what": "ก"},
            files=[str(complained.id)],
        )
        file_complaint(session, office.agency_id, new, None, NOON)
        obligation = an_obligation(session, office)
        report = report_progress(
            session,
            obligation,
            office.people["finance"],
            ReportStatus.DONE,
            channel="line",
            now=NOON,
        )
        add_to_report(session, report, files=[str(reported.id), str(complained.id)])
        assert [one.id for one in files_of_report(session, office.agency_id, report.id)] == [
            reported.id
        ]
    with db.writing() as session:
        assert drafted_files(session, office.agency_id, [str(complained.id)]) == []
        assert sweep_orphans(session, blobs, NOON + KEEP_ORPHANS) == 0
        assert get_stored_file(session, office.agency_id, orphan.id) is not None
        assert sweep_orphans(session, blobs, NOON + timedelta(days=400)) == 1
        assert get_stored_file(session, office.agency_id, orphan.id) is None
    assert {path.name for path in on_disk(tmp_path)} == {complained.blob, reported.blob}


def test_a_draft_of_the_longest_kept_day_still_has_its_files(
    db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    stored = keep(db, blobs, offices.makham.agency_id)
    with db.writing() as session:
        for hour in (0, 6, 12, 18, 23):
            last = datetime(2023, 3, 15, hour, tzinfo=UTC) + KEEP_DRAFT
            sweep_orphans(session, blobs, last)
        assert drafted_files(session, offices.makham.agency_id, [str(stored.id)]) != []


def test_half_written_files_are_swept_too(db: Database, blobs: BlobFolder, tmp_path: Path) -> None:
    name = blobs.put(1, PHOTO, TODAY)
    (path,) = on_disk(tmp_path)
    path.rename(path.with_suffix(".part"))
    with db.writing() as session:
        assert sweep_orphans(session, blobs, NOON + timedelta(days=3)) == 1
    assert on_disk(tmp_path) == []
    with pytest.raises(FileNotFoundError):
        blobs.get(1, name)


def test_a_file_of_the_other_agency_is_not_found(
    db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    stored = keep(db, blobs, offices.makham.agency_id)
    with db.reading() as session:
        there = offices.bangphra.agency_id
        assert get_stored_file(session, there, stored.id) is None
        assert drafted_files(session, there, [str(stored.id)]) == []
