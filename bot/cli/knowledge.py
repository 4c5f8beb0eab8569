"""`prongsai knowledge` and `prongsai route`: answering, tried from the command line."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.common import BadInput, agency_or_stop, lines_of, open_process, print_json
from domain.routing import route
from models.knowledge import ArticleRow, BadArticle, put_article

_COLUMNS = ("key", "question", "answer", "paraphrases", "category", "link", "division")


@click.group()
def knowledge() -> None:
    """The knowledge base (คลังคำตอบ)."""


def read_articles(path: Path) -> list[ArticleRow]:
    """Rows of a CSV file in UTF-8. Raises `BadInput`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _COLUMNS[:3] if name not in (reader.fieldnames or [])]
            if missing:
                raise BadInput(f"{path.name} has no column {', '.join(missing)}")
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path.name} cannot be read as a CSV file in UTF-8") from error
    return [
        ArticleRow(
            key=row["key"] or "",
            question=row["question"] or "",
            answer=row["answer"] or "",
            paraphrases=(row.get("paraphrases") or "").split("|"),
            category=row.get("category") or "",
            link=row.get("link") or "",
            division=row.get("division") or "",
        )
        for row in rows
    ]


@knowledge.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", required=True, help="the agency's slug")
def import_(file: Path, agency: str) -> None:
    """Import a CSV: key, question, answer, paraphrases (a | b), category, link, division."""
    if file.suffix.lower() != ".csv":
        raise BadInput("only CSV files in UTF-8 are read so far; save the sheet as CSV first")
    rows = read_articles(file)
    process = open_process()
    now = datetime.now(UTC)
    with process.db.writing() as session:
        owner = agency_or_stop(session, agency)
        for number, row in enumerate(rows, start=2):
            try:
                put_article(session, owner.id, row, now)
            except BadArticle as error:
                raise BadInput(f"line {number}: {error}; nothing was imported") from error
    click.echo(f"{len(rows)} entries", err=True)


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
