"""What the tests of the division's side have in common: who is linked, what was reported."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import select

from models.measure import MeasureRow, Obligation, get_obligation, put_plan
from models.progress import ProgressReport, summary_of
from models.stored_file import StoredFile
from tests.offices import Office
from tests.town import Town

MORNING = datetime(2023, 3, 29, 2, 0, tzinfo=UTC)  # a Wednesday, 09:00 in Bangkok; 31 March is due
BUDGET, SERVICE = "งบประมาณ", "การให้บริการ"


def linked(town: Town, person: str, name: str, office: Office | None = None) -> str:
    """Somebody with a LINE account that is linked; its id."""
    office = office or town.offices.makham
    line_id = town.user(name, office)
    town.link(office, person, line_id)
    return line_id


def reports(town: Town) -> list[tuple[ProgressReport, str]]:
    with town.db.reading() as session:
        rows = session.scalars(select(ProgressReport).order_by(ProgressReport.id)).all()
        found = [(row, summary_of(session, row)) for row in rows]
        session.expunge_all()
        return found


def evidence_of(town: Town, report_id: UUID) -> int:
    with town.db.reading() as session:
        query = select(StoredFile.id).where(StoredFile.progress_report_id == report_id)
        return len(session.scalars(query).all())


def drafts(town: Town) -> int:
    """Files that belong to nothing yet."""
    with town.db.reading() as session:
        return sum(one.is_unclaimed for one in session.scalars(select(StoredFile)))


def cards(town: Town, chat: str) -> list[dict]:
    return [one for one in town.line.messages_to(chat) if one["type"] == "flex"]


def obligation(
    town: Town, title: str, division: str = "finance", office: Office | None = None
) -> Obligation:
    office = office or town.offices.makham
    with town.db.reading() as session:
        rows = session.scalars(
            select(Obligation).where(
                Obligation.agency_id == office.agency_id,
                Obligation.division_id == office.divisions[division].id,
            )
        ).all()
        session.expunge_all()
        return next(row for row in rows if title in row.measure.title)


def due_on(town: Town, target: Obligation) -> date:
    with town.db.reading() as session:
        found = get_obligation(session, target.agency_id, target.id)
        assert found is not None
        return found.due_on


def plans(town: Town, *rows: MeasureRow, office: Office | None = None) -> None:
    """More measures of the year's plan."""
    office = office or town.offices.makham
    with town.db.writing() as session:
        put_plan(session, office.agency_id, 2566, "แผน", rows)
