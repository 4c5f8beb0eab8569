"""What the commands share. What is heavy is imported when it is first needed: see `bot.cli`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.process import Process
    from models.agency import Agency


class BadInput(click.ClickException):
    """One clear sentence; nothing was changed. Ends with 2."""

    exit_code = 2


class Failed(click.ClickException):
    """It was asked for rightly and could not be done. Ends with 1."""

    exit_code = 1


def open_process() -> Process:
    from bot.config import load_settings
    from bot.logs import configure_logs
    from bot.process import Process

    settings = load_settings()
    configure_logs(as_json=settings.log_json)
    return Process(settings)


def agency_or_stop(session: Session, slug: str) -> Agency:
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from models.agency import find_agency

    try:
        agency = find_agency(session, slug)
    except (OperationalError, ProgrammingError) as error:
        raise Failed("the database is not set up; run `prongsai db upgrade` first") from error
    if agency is None:
        raise BadInput(f"there is no agency {slug!r}; `prongsai agency list` shows them")
    return agency


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def lines_of(stream: Iterable[str]) -> Iterator[str]:
    """A stream's lines, empty ones left out."""
    for line in stream:
        text = line.rstrip("\r\n")
        if text.strip():
            yield text
