"""`prongsai complaints`: the log as a file, and the sketches that it is searched by."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import BadInput, Failed, agency_or_stop, open_process

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.process import Process
    from models.log_filters import LogQuery
    from models.person import Person

_AT_ONCE = 200


@click.group()
def complaints() -> None:
    """Complaints (เรื่องร้องเรียน)."""


@complaints.command("export")
@click.option("--agency", required=True, help="the agency's slug")
@click.option("--as", "username", required=True, help="the user name of whose rights hold")
@click.option("--format", "kind", type=click.Choice(["xlsx", "csv"]), required=True)
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(agency: str, username: str, kind: str, output: Path) -> None:
    """The log, within the rights of a member of staff; the audit log keeps who was named."""
    from documents.sheets import SheetFormat, write_sheet
    from domain.calendar import bangkok_day
    from handlers.desk.complaint_sheet import HEAD, TITLE, WIDTHS
    from models.complaint_export import TooMany, ids_to_export, log_export
    from models.log_filters import LogFilters, LogQuery, LogSort

    process = open_process()
    now = datetime.now(UTC)
    with process.db.reading() as session:
        person = _viewer(session, agency, username)
        agency_id, person_id = person.agency_id, person.id
        query = LogQuery.of(session, person, LogFilters(), LogSort.NEWEST, bangkok_day(now))
        try:
            ids = ids_to_export(session, query)
        except TooMany as error:
            raise BadInput("there are more than 100,000; export by dates on the desk") from error
    part = output.with_name(output.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {error.strerror}") from error
    with process.db.writing() as session:
        asked = _asked(session, agency_id, person_id, query)
        log_export(session, asked, len(ids), kind, [], now, actor="cli")
    rows = _rows(process, agency_id, person_id, query, ids)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in write_sheet(SheetFormat(kind), TITLE, HEAD, WIDTHS, rows):
                file.write(piece)
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Failed(f"{output} could not be written: {error.strerror}") from error
    click.echo(f"{len(ids)} complaints, as {username} may read them", err=True)


def _viewer(session: Session, agency: str, username: str) -> Person:
    from models.complaint_access import visible_kinds
    from models.person import find_person

    owner = agency_or_stop(session, agency)
    person = find_person(session, owner.id, username)
    if person is None or not person.active:
        raise BadInput(f"there is no active person {username!r} in {agency!r}")
    if not visible_kinds(person):
        raise BadInput(f"{username!r} may read no complaints")
    return person


def _asked(session: Session, agency_id: int, person_id: Any, query: LogQuery) -> LogQuery:
    from models.log_filters import LogQuery
    from models.person import Person

    person = session.get_one(Person, (agency_id, person_id))
    return LogQuery.of(session, person, query.filters, query.sort, query.today)


def _rows(
    process: Process, agency_id: int, person_id: Any, query: LogQuery, ids: list[Any]
) -> Iterator[list[str | int | None]]:
    from handlers.desk.complaint_sheet import sheet_row
    from models.complaint_export import BATCH, rows_to_export
    from models.division import division_names

    for first in range(0, len(ids), BATCH):
        with process.db.reading() as session:
            asked = _asked(session, agency_id, person_id, query)
            divisions = division_names(session, agency_id)
            found = rows_to_export(session, asked, ids[first : first + BATCH])
            rows = [sheet_row(one, divisions) for one in found]
        yield from rows


@complaints.command("sketch")
def sketch() -> None:
    """Draw the sketches that are missing, so that a search need not open those complaints. The
    daily sweep does it by and by; after an upgrade with a long log, this does it now."""
    from models.complaint_text import draw_missing

    process = open_process()
    total = 0
    while True:
        with process.db.writing() as session:
            drawn = draw_missing(session, _AT_ONCE)
        total += drawn
        if drawn < _AT_ONCE:
            break
    click.echo(f"{total} sketches drawn", err=True)
