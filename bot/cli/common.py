"""What the commands share. What is heavy is imported when it is first needed: see `bot.cli`."""

from __future__ import annotations

import json
import socket
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


def must_be_free(host: str, port: int) -> None:
    """Say so before anything is set up, where another program has the port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = error.strerror or "it cannot be opened"
            raise Failed(
                f"port {port} cannot be used ({why}); is Prongsai running already? Take another"
                f" with --port {port + 1}, or PORT={port + 1} make run"
            ) from error


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
