"""What holds for every table there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import (
    ForeignKeyConstraint,
    LargeBinary,
    Table,
    UniqueConstraint,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, StatementError

from migrations.running import current_revision, differences, revisions
from models.agency import Agency
from models.complaint import Complaint, ComplaintChannel, ComplaintKind, IdentityMode
from models.database import Database
from models.tables import metadata
from models.tick import Tick, forget_old_ticks, take_tick
from tests.models.making import sealed_columns
from tests.offices import NOON, Offices

TENANTS = [table for table in metadata.sorted_tables if table.name not in ("agency", "tick")]
by_name = pytest.mark.parametrize("table", TENANTS, ids=lambda table: table.name)


@by_name
def test_every_tenant_s_table_leads_its_key_with_the_agency(table: Table) -> None:
    assert next(iter(table.primary_key)).name == "agency_id"


@by_name
def test_every_reference_stays_within_the_agency(table: Table) -> None:
    for one in table.constraints:
        if isinstance(one, ForeignKeyConstraint) and one.referred_table.name != "agency":
            assert one.column_keys[0] == "agency_id"
            assert one.elements[0].column.name == "agency_id"


@by_name
def test_nothing_is_unique_across_agencies_but_random_names(table: Table) -> None:
    unique = [index for index in table.indexes if index.unique]
    unique += [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    for one in unique:
        assert next(iter(one.columns)).name == "agency_id" or one.name == "uq_stored_file_blob"


def test_binary_columns_are_hashes_of_a_known_length_or_sealed() -> None:
    binary = {
        f"{table.name}.{column.name}": column.type.length
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert {name for name, length in binary.items() if length == 32} == {
        "audit_entry.mac",
        "audit_head.mac",
    }
    hashed = {name.split(".")[1] for name, length in binary.items() if length == 16}
    assert hashed <= {
        "line_hash",
        "receipt_hash",
        "code_hash",
        "recipient_hash",
        "lane_key",
        "key",
        "key_hash",
        "message_hash",
    }
    assert len(sealed_columns()) + len([one for one in binary.values() if one]) == len(binary)


def test_the_database_of_these_tests_is_the_migrated_one(db: Database) -> None:
    url = db.url.render_as_string(hide_password=False)
    assert current_revision(url) == revisions()[-1]
    assert differences(url) == []


def test_an_unknown_state_is_refused_by_the_database_itself(db: Database, offices: Offices) -> None:
    with pytest.raises(IntegrityError), db.writing() as session:
        session.execute(text("UPDATE obligation SET state = 'forgotten'"))


def test_a_reference_to_the_other_agency_is_refused_by_the_database_itself(
    db: Database, offices: Offices
) -> None:
    theirs = offices.bangphra.divisions["works"].id
    table = metadata.tables["person"]
    with pytest.raises(IntegrityError), db.writing() as session:
        session.execute(
            update(table)
            .where(table.c.id == offices.makham.people["works"].id)
            .values(division_id=theirs)
        )


def test_an_anonymous_complaint_with_a_time_is_refused_by_the_database_itself(
    db: Database, offices: Offices
) -> None:
    with pytest.raises(IntegrityError), db.writing() as session:
        session.add(
            Complaint(
                agency_id=offices.makham.agency_id,
                kind=ComplaintKind.SERVICE,
                identity_mode=IdentityMode.ANONYMOUS,
                channel=ComplaintChannel.LINE,
                received_on=NOON.date(),
                received_at=NOON,
                receipt_hash=b"0" * 16,
                content=b"",
            )
        )


def test_instants_come_back_aware_and_in_utc_whatever_they_went_in_as(db: Database) -> None:
    bangkok = timezone(timedelta(hours=7))
    with db.writing() as session:
        session.add(Tick(job="a", slot="1", started_at=NOON.astimezone(bangkok)))
    with db.reading() as session:
        found = session.scalars(select(Tick.started_at)).one()
    assert found == NOON
    assert found.utcoffset() == timedelta()


def test_an_instant_without_a_time_zone_is_refused(db: Database) -> None:
    naive = datetime(2023, 3, 15, 12, 0, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"), db.writing() as session:
        session.add(Tick(job="a", slot="1", started_at=naive))


def test_a_writing_session_that_fails_leaves_nothing_and_a_reading_one_never_does(
    db: Database,
) -> None:
    def fail() -> None:
        with db.writing() as session:
            take_tick(session, "job", "1", NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with db.reading() as session:
        take_tick(session, "job", "2", NOON)
    with db.reading() as session:
        assert session.scalars(select(Tick)).all() == []
        assert session.scalars(select(Agency)).all() == []


def test_the_database_says_that_it_answers(db: Database) -> None:
    assert db.answers()


def test_after_a_checkpoint_nothing_of_what_was_erased_is_left_in_the_files(
    db: Database, tmp_path: Path
) -> None:
    mark = "a-mark-to-be-looked-for"
    with db.writing() as session:
        take_tick(session, mark, "1", NOON)
    with db.writing() as session:
        forget_old_ticks(session, NOON + timedelta(days=1), timedelta())
    db.checkpoint()
    for path in tmp_path.glob("prongsai.sqlite*"):
        assert mark.encode() not in path.read_bytes()
