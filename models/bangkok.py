"""The day in Thailand of a stored instant, for the database to compare with a day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class bangkok_date(FunctionElement[Any]):
    """``bangkok_date(instant)``: as `domain.calendar.bangkok_day`, within a query."""

    name = "bangkok_date"
    type = Date()
    inherit_cache = True

    def __init__(self, instant: ColumnElement[Any]) -> None:
        super().__init__(instant)


@compiles(bangkok_date)
def _day(element: bangkok_date, compiler: SQLCompiler, **how: Any) -> str:
    instant = compiler.process(element.clauses, **how)
    return f"CAST({instant} AT TIME ZONE 'Asia/Bangkok' AS DATE)"


@compiles(bangkok_date, "sqlite")
def _sqlite_day(element: bangkok_date, compiler: SQLCompiler, **how: Any) -> str:
    # Thailand has had no other offset since 1920, and SQLite knows no zones.
    instant = compiler.process(element.clauses, **how)
    return f"date({instant}, '+7 hours')"
