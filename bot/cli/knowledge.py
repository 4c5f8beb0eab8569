"""`prongsai knowledge` and `prongsai route`: answering, tried from the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import BadInput, agency_or_stop, lines_of, open_process, print_json
from domain.routing import route
from models.knowledge import ArticleRow, BadArticle
from models.knowledge_files import compare, hold_entries, import_rows

if TYPE_CHECKING:
    from documents.knowledge import ReadFile


@click.group()
def knowledge() -> None:
    """The knowledge base (คลังคำตอบ)."""


def read_articles(path: Path) -> list[ArticleRow]:
    """Rows of a CSV file or of an Excel file's first sheet. Raises `BadInput`."""
    return [one.row for one in _read(path).rows]


def _read(path: Path) -> ReadFile:
    from documents.blocks import BadDocument
    from documents.knowledge import NoColumns, read_knowledge
    from handlers.desk.days import read_day

    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise BadInput("only .csv and .xlsx files are read; save the sheet as one")
    try:
        found = read_knowledge(path, read_day)
    except NoColumns as error:
        raise BadInput(f"{path.name} has no column {', '.join(error.missing)}") from error
    except (OSError, BadDocument) as error:
        raise BadInput(f"{path.name} cannot be read: {error}") from error
    for one in found.rows:
        if one.fault is not None:
            raise BadInput(f"{path.name}: line {one.number}: {BadArticle(one.fault)}")
    return found


@knowledge.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", required=True, help="the agency's slug")
def import_(file: Path, agency: str) -> None:
    """Import csv or xlsx: key, question, answer, paraphrases (a | b), category, link, division,
    valid_until (31/12/2569). What has no column stays as it is."""
    found = _read(file)
    process = open_process()
    with process.db.writing() as session:
        owner = agency_or_stop(session, agency)
        hold_entries(session, owner.id)
        rows = [(one.number, one.row, one.fault) for one in found.rows]
        compared = compare(session, owner.id, rows, found.settle)
        for one in compared:
            if one.fault is not None:
                bad = BadArticle(one.fault)
                raise BadInput(f"line {one.number}: {bad}; nothing was imported") from bad
        changed = import_rows(session, owner.id, compared, None, datetime.now(UTC))
    click.echo(f"{len(compared)} entries, {changed} new or changed", err=True)


@knowledge.command("search")
@click.option("--agency", required=True, help="the agency's slug")
@click.option("--top", default=5, show_default=True, type=click.IntRange(1, 50))
@click.argument("questions", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def search(agency: str, top: int, questions: Iterable[str]) -> None:
    """Questions on standard input, one a line; one JSON line each."""
    process = open_process()
    with process.db.reading() as session:
        agency_id = agency_or_stop(session, agency).id
    index = process.engine.shelf.index(agency_id)
    for text in lines_of(questions):
        decision = "unknown" if index is None else index.decide(text).kind.value
        hits = [] if index is None else index.search(text, top)
        print_json(
            {
                "query": text,
                "decision": decision,
                "hits": [
                    {"key": hit.key, "question": hit.question, "score": round(hit.score, 4)}
                    for hit in hits
                ],
            }
        )


@click.command("route")
@click.argument("messages", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def route_command(messages: Iterable[str]) -> None:
    """Messages on standard input, one a line; one JSON line each with intent and confidence."""
    for text in lines_of(messages):
        routing = route(text)
        print_json(
            {"text": text, "intent": routing.intent, "confidence": round(routing.confidence, 4)}
        )
