"""`prongsai plan`: an office's own document into measures and obligations."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import click

from bot.cli.common import BadInput, agency_or_stop, open_process
from documents.blocks import BadDocument
from documents.plans import PlanReading, read_plan
from domain.plan import ReadMeasure
from domain.plan_json import measure_to_json, scores_to_json

YearRange = click.IntRange(2400, 2700)
_IN_MEMORY = 1 << 20
FileArgument = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Plan(click.Group):
    """Importing needs the database, reading does not: see `bot.cli`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "import"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "import":
            from bot.cli.plan_import import import_plan

            return import_plan
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Plan)
def plan() -> None:
    """Plans of integrity measures (แผน, มาตรการ)."""


@plan.command("read")
@click.argument("file", type=FileArgument)
@click.option("--fiscal-year", type=YearRange, help="พ.ศ., where the document names none")
def read(file: Path, fiscal_year: int | None) -> None:
    """Read an official report or plan (txt, docx, xlsx, csv, pdf with text); print it as JSON."""
    # Kept aside until the last measure is read: a document that proves bad prints nothing.
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8") as printed:
        with opened(file, fiscal_year) as reading:
            _write_json(reading, printed)
        printed.seek(0)
        while piece := printed.read(_IN_MEMORY):
            sys.stdout.write(piece)


@contextmanager
def opened(file: Path, fiscal_year: int | None) -> Iterator[PlanReading]:
    try:
        with read_plan(file, file.name, fiscal_year) as reading:
            yield reading
    except BadDocument as error:
        raise BadInput(str(error)) from error


def _write_json(reading: PlanReading, out: IO[str]) -> None:
    """One object, written piece by piece: a sheet's measures are never held together."""
    head = reading.head

    def say(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    out.write(f'{{"agency": {say(head.agency)}, "fiscal_year": {say(head.fiscal_year)}, ')
    out.write(f'"title": {say(head.title)}, "measures": [')
    for count, measure in enumerate(with_progress(reading)):
        out.write(",\n " if count else "\n ")
        out.write(say(measure_to_json(measure)))
    scores = [scores_to_json(table) for table in head.scores]
    out.write(f'\n], "scores": {say(scores)}, "flags": {say(list(head.flags))}}}\n')


def with_progress(reading: PlanReading) -> Iterator[ReadMeasure]:
    """The measures, with a bar on standard error where a person watches."""
    total = reading.total
    if not total or not sys.stderr.isatty():
        yield from reading.measures()
        return
    with click.progressbar(length=total, label="กำลังอ่าน", file=sys.stderr) as bar:
        done = 0
        for measure in reading.measures():
            line = max(measure.source_lines, default=done)
            bar.update(max(0, line - done))
            done = max(done, line)
            yield measure
        bar.update(max(0, total - done))


@plan.command("template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--agency", help="the agency's slug: its divisions become the drop-down's choices")
@click.option("--fiscal-year", type=YearRange, help="พ.ศ. of the plan")
def template(file: Path, agency: str | None, fiscal_year: int | None) -> None:
    """Write the xlsx form that an office can fill in, with drop-downs."""
    from documents.template import write_template

    names: list[str] = []
    if agency is not None:
        from models.division import divisions_of

        with open_process().db.reading() as session:
            owner = agency_or_stop(session, agency)
            names = [division.name for division in divisions_of(session, owner.id)]
    if file.suffix.lower() != ".xlsx":
        raise BadInput("the form is an Excel file: give it a name that ends in .xlsx")
    try:
        write_template(file, names, fiscal_year)
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"{file}", err=True)
