"""The table of measures as a file: just the rows that it shows, without what divisions wrote."""

from __future__ import annotations

from flask import Response, abort
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day, short_date
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.measure_filters import Filters, read_filters
from handlers.desk.measures import due_of
from handlers.desk.viewer import this_person
from handlers.desk.words import word
from models import audit
from models.measure import Obligation
from models.measure_board import Chosen, count_of, latest_reports, page_of
from models.progress import ProgressReport

TITLE = "มาตรการ"
HEAD = (
    *("ปีงบประมาณ", "ลำดับ", "รหัส", "มาตรการ", "แบบวัด", "ตัวชี้วัด", "ส่วนราชการ"),
    *("กำหนดตามแผน", "กำหนดรายงาน", "สถานะ", "เกินกำหนด (วัน)"),
    *("รายงานล่าสุด", "วันที่รายงาน", "ทำไปแล้ว (ร้อยละ)"),
)
WIDTHS = (11, 7, 7, 60, 8, 30, 35, 14, 14, 14, 12, 14, 14, 10)
MOST_ROWS = 20_000  # many times the longest plan
_BATCH = 500

Row = list[str | int | None]


@desk.get("/measures/export.<any(csv, xlsx):kind>")
def export_measures(kind: str) -> Response:
    from documents.sheets import MEDIA_TYPES, SheetFormat, write_sheet  # on first use

    with services().db.reading() as session:
        filters = read_filters(session, this_person(session))
        if filters.chosen is None or filters.errors:
            abort(404)  # a file of something else than was asked for would be taken for it
        rows = _rows(session, filters, filters.chosen)
    with services().db.writing() as session:
        person = this_person(session)
        audit.record_deed(
            session,
            person,
            "measures.exported",
            f"plan:{filters.chosen.plan_id}",
            now(),
            {"rows": str(len(rows)), "format": kind},
        )
    file_format = SheetFormat(kind)
    pieces = write_sheet(file_format, TITLE, HEAD, WIDTHS, rows)
    response = Response(pieces, mimetype=MEDIA_TYPES[file_format])
    name = f"measures-{filters.year}-{bangkok_day(now()).isoformat()}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(session: Session, filters: Filters, chosen: Chosen) -> list[Row]:
    if count_of(session, chosen) > MOST_ROWS:
        abort(413)
    found: list[Row] = []
    for first in range(0, MOST_ROWS, _BATCH):
        batch = page_of(session, chosen, filters.sort, first, _BATCH)
        reports = latest_reports(session, chosen.agency_id, [one.id for one in batch])
        found += [_row(one, reports.get(one.id), filters.year) for one in batch]
        session.expunge_all()  # a plan's measures are long texts
        if len(batch) < _BATCH:
            break
    return found


def _row(one: Obligation, report: ProgressReport | None, year: int | None) -> Row:
    measure, due = one.measure, due_of(one, now(), report)
    return [
        year,
        measure.number,
        measure.code,
        measure.title,
        measure.instrument,
        measure.indicator,
        one.division.name,
        short_date(one.planned_on),
        short_date(one.due_on),
        word(one.state),
        due.days_late or None,
        None if report is None else word(report.status),
        None if report is None else short_date(bangkok_day(report.reported_at)),
        None if report is None else report.percent,
    ]
