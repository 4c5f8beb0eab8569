"""`prongsai schedule`: Thai deadlines, read from the command line."""

from __future__ import annotations

from collections.abc import Iterable

import click

from bot.cli.common import print_json
from domain.schedules import read_schedule


@click.command()
@click.option(
    "--fiscal-year",
    required=True,
    type=click.IntRange(2400, 2700),
    help="พ.ศ.; months without a year lie in it",
)
@click.argument("phrases", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def schedule(fiscal_year: int, phrases: Iterable[str]) -> None:
    """Phrases on standard input, one a line; one JSON line each."""
    for line in phrases:
        phrase = line.rstrip("\r\n")
        reading = read_schedule(phrase, fiscal_year)
        print_json(
            {
                "phrase": phrase,
                "kind": reading.kind.value,
                "start": reading.start and reading.start.isoformat(),
                "end": reading.end and reading.end.isoformat(),
                "due_dates": [day.isoformat() for day in reading.due_dates],
                "recurrence": reading.recurrence,
                "flags": list(reading.flags),
            }
        )
