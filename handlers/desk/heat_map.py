"""A plan's year at a glance: divisions by months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.calendar import bangkok_day
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.measure_filters import (
    OUTSIDE,
    Filters,
    month_name,
    month_value,
    read_filters,
)
from handlers.desk.pages import render
from handlers.desk.permissions import Permission, may
from handlers.desk.viewer import this_person
from models.measure import get_plan
from models.measure_board import Heat, Month, heat_of, months_of


@dataclass(frozen=True)
class Cell:
    heat: Heat
    month: str  # as the table is asked for it
    label: str

    @property
    def look(self) -> str:
        """Colour comes second: the cell says it in words."""
        heat = self.heat
        if not heat.due:
            return "none"
        if heat.overdue:
            return "overdue" if heat.overdue * 2 >= heat.due else "some-overdue"
        if heat.ahead:
            return "ahead"
        return "late" if heat.late else "good"


@dataclass(frozen=True)
class Row:
    division_id: str
    name: str
    cells: list[Cell]
    whole: Cell


@dataclass(frozen=True)
class HeatMap:
    months: list[str]
    rows: list[Row]
    totals: list[Cell]
    whole: Cell


def _map(found: Mapping[tuple[UUID, Month], Heat], filters: Filters, year: int) -> HeatMap:
    months = months_of(year)
    columns = [(month_value(one), month_name(one, short=True), [one]) for one in months]
    beyond = sorted({month for _, month in found} - set(months))
    if beyond:
        columns.append((OUTSIDE, "นอกปี", beyond))
    rows = []
    for division in filters.divisions:
        id_ = UUID(division.value)
        cells = [
            Cell(sum((found.get((id_, one), Heat()) for one in span), Heat()), value, label)
            for value, label, span in columns
        ]
        whole = sum((one.heat for one in cells), Heat())
        if whole.due:
            rows.append(Row(division.value, division.label, cells, Cell(whole, "", "ทั้งปี")))
    totals = [
        Cell(sum((row.cells[place].heat for row in rows), Heat()), value, label)
        for place, (value, label, _) in enumerate(columns)
    ]
    whole = sum((one.heat for one in totals), Heat())
    return HeatMap([label for _, label, _ in columns], rows, totals, Cell(whole, "", "ทั้งปี"))


@desk.get("/measures/heat")
def heat_map() -> tuple[str, int]:
    shown = None
    with services().db.reading() as session:
        person = this_person(session)
        imports = may(person.role, Permission.PLANS)
        filters = read_filters(session, person)
        if filters.chosen is not None and filters.year is not None:
            plan = get_plan(session, person.agency_id, filters.year)
            if plan is not None:
                found = heat_of(session, plan, bangkok_day(now()), filters.chosen.within)
                shown = _map(found, filters, filters.year)
    return render(
        "heat_map.html",
        section="desk.measures",
        filters=filters,
        map=shown,
        imports=imports,
        warning=filters.warning,
        status=filters.status,
    )
