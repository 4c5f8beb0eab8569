"""A read plan as JSON, and back: how a draft is kept, and what ``prongsai plan read`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.plan import Column, FoundSchedule, IndicatorScore, ReadMeasure, ScoreTable
from domain.schedules.types import Kind, Schedule


def measure_to_json(measure: ReadMeasure) -> dict[str, Any]:
    """Days in ISO form. ``due_dates`` are all that the measure names, habits included."""
    readings = [one.reading for one in measure.schedules]
    return {
        "number": measure.number,
        "indicator": measure.indicator,
        "instrument": measure.instrument,
        "code": measure.code,
        "title": measure.title,
        "divisions": list(measure.divisions),
        "steps": list(measure.steps),
        "schedule_texts": [one.text for one in readings],
        "due_dates": _days(measure.due_dates),
        "recurrence": next((one.recurrence for one in readings if one.recurrence), None),
        "result": measure.result,
        "success": measure.success,
        "recommendation": measure.recommendation,
        "source_lines": list(measure.source_lines),
        "flags": list(measure.flags),
        "schedules": [_schedule_to_json(one) for one in measure.schedules],
    }


def _schedule_to_json(found: FoundSchedule) -> dict[str, Any]:
    reading = found.reading
    return {
        "column": found.column.value,
        "text": reading.text,
        "kind": reading.kind.value,
        "start": _iso(reading.start),
        "end": _iso(reading.end),
        "due_dates": _days(reading.due_dates),
        "recurrence": reading.recurrence,
        "flags": list(reading.flags),
        "habit": found.habit,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _days(days: tuple[date, ...]) -> list[str]:
    return [day.isoformat() for day in days]


def measure_from_json(value: Mapping[str, Any]) -> ReadMeasure:
    """What `measure_to_json` wrote; only where a phrase stood in its cell is forgotten."""
    return ReadMeasure(
        number=value["number"],
        title=value["title"],
        indicator=value["indicator"],
        instrument=value["instrument"],
        code=value["code"],
        divisions=tuple(value["divisions"]),
        steps=tuple(value["steps"]),
        schedules=tuple(_schedule_from_json(one) for one in value["schedules"]),
        result=value["result"],
        success=value["success"],
        recommendation=value["recommendation"],
        source_lines=tuple(value["source_lines"]),
        flags=tuple(value["flags"]),
    )


def _schedule_from_json(value: Mapping[str, Any]) -> FoundSchedule:
    reading = Schedule(
        text=value["text"],
        kind=Kind(value["kind"]),
        start=_day(value["start"]),
        end=_day(value["end"]),
        due_dates=tuple(date.fromisoformat(one) for one in value["due_dates"]),
        recurrence=value["recurrence"],
        flags=tuple(value["flags"]),
    )
    return FoundSchedule(Column(value["column"]), reading, habit=value["habit"])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def scores_to_json(table: ScoreTable) -> dict[str, Any]:
    return {
        "year": table.year,
        "overall": table.overall,
        "indicators": [
            {"number": one.number, "name": one.name, "score": one.score} for one in table.indicators
        ],
        "flags": list(table.flags),
    }


def scores_from_json(value: Mapping[str, Any]) -> ScoreTable:
    return ScoreTable(
        year=value["year"],
        overall=value["overall"],
        indicators=tuple(
            IndicatorScore(one["number"], one["name"], one["score"]) for one in value["indicators"]
        ),
        flags=tuple(value["flags"]),
    )
