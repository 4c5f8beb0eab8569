"""The audit log as a file, for auditors: what the page shows, and nothing that it hides."""

from __future__ import annotations

import csv
import io

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from domain.calendar import short_instant
from handlers.context import now, services
from handlers.desk.audit_lines import Line, lines_of
from handlers.desk.audit_log import asked
from handlers.desk.blueprint import desk
from handlers.desk.freshness import ask_again, is_fresh
from handlers.desk.viewer import this_person
from models import audit
from models import audit_log as log

MOST_LINES = 50_000
_BATCH = 1000
_BOM = "\ufeff"  # without it Excel takes Thai for something else
_HEADINGS = ("ลำดับ", "เวลา", "ผู้ทำ", "ทำอะไร", "เกี่ยวกับ", "รายละเอียด")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@desk.get("/audit/export.csv")
def audit_csv() -> tuple[str, int] | FlaskResponse | Response:
    if not is_fresh():
        return ask_again()
    out = io.StringIO()
    out.write(_BOM)
    writer = csv.writer(out)
    writer.writerow(_HEADINGS)
    written, before, whole = 0, None, False
    while written < MOST_LINES and not whole:
        with services().db.reading() as session:
            viewer = this_person(session)
            wanted = asked(session, viewer, request.args).wanted
            entries = log.page(session, viewer.agency_id, wanted, _BATCH, before=before)
            lines = lines_of(session, viewer, entries)
        writer.writerows(_cells(line) for line in lines)
        written += len(lines)
        whole = len(entries) < _BATCH
        before = entries[-1].number if entries else before
    if not whole:
        writer.writerow([f"แสดง {MOST_LINES:,} รายการใหม่ที่สุด กรุณากรองด้วยวันที่เพื่อดูรายการก่อนหน้า"])
    with services().db.writing() as session:
        viewer = this_person(session)
        audit.record_deed(
            session, viewer, "audit.exported", "audit", now(), {"lines": str(written)}
        )
    response = FlaskResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _cells(line: Line) -> list[str]:
    when = short_instant(line.at)
    cells = [str(line.number), when, line.actor, line.action, line.subject, line.detail]
    # A spreadsheet must not take a name for a formula.
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]
