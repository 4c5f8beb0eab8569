"""The log as a file: what its filters find, and never more than its reader may read."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask import Response, request, stream_with_context
from werkzeug.wrappers import Response as AnyResponse

from documents.sheets import MEDIA_TYPES, SheetFormat, write_sheet
from domain.calendar import BUDDHIST_ERA, bangkok_day
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.complaint_filters import FIELDS, read_filters
from handlers.desk.complaint_list import read_log, show_log
from handlers.desk.complaint_sheet import HEAD, TITLE, WIDTHS, sheet_row
from handlers.desk.freshness import ask_again, is_fresh
from handlers.desk.viewer import this_person
from models.complaint_export import (
    BATCH,
    MOST_EXPORTED,
    TooMany,
    ids_to_export,
    log_export,
    rows_to_export,
)
from models.complaint_search import SearchIsTooWide
from models.division import division_names
from models.log_filters import LogQuery

_TOO_MANY = (
    f"ยังไม่ได้ส่งออก เพราะพบมากกว่า {MOST_EXPORTED:,} เรื่อง กรุณากรองให้แคบลง "
    "เช่น เลือกช่วงวันที่รับเรื่อง แล้วส่งออกทีละช่วง"
)
_TOO_WIDE = "ยังไม่ได้ส่งออก เพราะคำค้นนี้กว้างเกินไป กรุณาพิมพ์คำค้นให้ยาวขึ้น หรือเลือกช่วงวันที่รับเรื่อง"
_BAD_FILTERS = "ยังไม่ได้ส่งออก เพราะบางช่องของตัวกรองอ่านไม่ได้ กรุณาแก้ช่องที่มีข้อความสีแดงก่อน"
_BAD_FORMAT = "ยังไม่ได้ส่งออก กรุณาเลือกชนิดไฟล์ xlsx หรือ csv"


@desk.get("/complaints/export")
def export_complaints() -> tuple[str, int] | AnyResponse:
    if not is_fresh():
        return ask_again()
    given = {name: request.args[name] for name in FIELDS if name in request.args}
    kind = request.args.get("format", "")
    trouble = "" if kind in set(SheetFormat) else _BAD_FORMAT
    ids: list[UUID] = []
    if not trouble:
        # A search may take seconds: no write is held up by it.
        with services().db.reading() as session:
            person = this_person(session)
            asked, _ = read_filters(session, person, given)
            query = LogQuery.of(session, person, asked.filters, asked.sort, bangkok_day(now()))
            trouble = _BAD_FILTERS if asked.errors else ""
            try:
                ids = [] if trouble else ids_to_export(session, query)
            except TooMany:
                trouble = _TOO_MANY
            except SearchIsTooWide:
                trouble = _TOO_WIDE
    if trouble:
        with services().db.reading() as session:
            log = read_log(session, this_person(session), given)
        return show_log(log, warning=trouble, status=422)
    with services().db.writing() as session:
        person = this_person(session)
        query = LogQuery.of(session, person, asked.filters, asked.sort, bangkok_day(now()))
        log_export(session, query, len(ids), kind, [*asked.query], now())
    file_format = SheetFormat(kind)
    pieces = write_sheet(file_format, TITLE, HEAD, WIDTHS, _rows(given, ids))
    response = Response(stream_with_context(pieces), mimetype=MEDIA_TYPES[file_format])
    today = bangkok_day(now())
    name = f"complaints-{today.year + BUDDHIST_ERA}-{today:%m-%d}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(given: dict[str, str], ids: list[UUID]) -> Iterator[list[str | int | None]]:
    """Read in batches, with no session open while one is sent. Somebody who is sent away meanwhile
    gets no more."""
    for first in range(0, len(ids), BATCH):
        with services().db.reading() as session:
            person = this_person(session)
            asked, _ = read_filters(session, person, given)
            query = LogQuery.of(session, person, asked.filters, asked.sort, bangkok_day(now()))
            divisions = division_names(session, person.agency_id)
            found = rows_to_export(session, query, ids[first : first + BATCH])
            rows = [sheet_row(one, divisions) for one in found]
        yield from rows
