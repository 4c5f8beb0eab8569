"""`prongsai line`: what an agency shows in LINE and on its wall."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.common import BadInput, Failed, agency_or_stop, open_process
from bot.menu import Account, LineRefused, Menu, MenuTrouble, make_menu
from bot.process import Process
from documents.drawing import BadPoster, add_friend_link, draw_menu, draw_poster
from models.agency import channel_of

OutputFile = click.Path(dir_okay=False, path_type=Path)


@click.group()
def line() -> None:
    """An agency's LINE account: the menu below its chat, and a poster that leads to it."""


@line.command("menu")
@click.option("--agency", required=True, help="the agency's slug")
@click.option("--dry-run", is_flag=True, help="ask LINE what would change, and change nothing")
@click.option("--output", type=OutputFile, help="only draw the picture, into this PNG file")
def menu(agency: str, dry_run: bool, output: Path | None) -> None:
    """Draw the menu of six doors and show it to everybody who opens the chat.

    Doing it again changes nothing. Menus that other programs made are left alone.
    """
    process = open_process()
    if output is not None:
        _must_end(output, ".png")
        with process.db.reading() as session:
            name = agency_or_stop(session, agency).name
        _write(output, draw_menu(name))
        return
    name, _, account = _open(process, agency)
    try:
        wanted = make_menu(name)
        if dry_run:
            _rehearse(account, wanted)
            return
        done = account.register(wanted)
    except MenuTrouble as error:
        raise Failed(str(error)) from error
    except LineRefused as error:
        raise Failed(f"nothing was changed: {error}") from error
    said = "the menu is shown now" if done.changed else "the menu is shown already"
    if done.removed:
        said += f"; {done.removed} older of ours taken away"
    if done.foreign_hidden:
        said += "; a menu that another program made was shown before, and still exists"
    click.echo(f"{said} ({wanted.name})", err=True)


def _rehearse(account: Account, wanted: Menu) -> None:
    standing = account.standing()
    account.check(wanted)
    if standing.shows(wanted):
        said, kept = "the menu is shown already", standing.shown
    else:
        said, kept = "the menu would be shown", None
    old = len(standing.ours_but(kept))
    if old:
        said += f"; {old} older of ours would be taken away"
    click.echo(f"{said} ({wanted.name}); nothing was changed", err=True)


@line.command("poster")
@click.option("--agency", required=True, help="the agency's slug")
@click.option("--output", type=OutputFile, required=True, help="a PDF file to write")
@click.option("--basic-id", help="the account's id, such as @123abcde; LINE is asked otherwise")
def poster(agency: str, output: Path, basic_id: str | None) -> None:
    """Write a poster (A4, PDF) with a code that adds the agency as a friend in LINE."""
    _must_end(output, ".pdf")
    process = open_process()
    name, contact, account = _open(process, agency)
    try:
        if basic_id is None:
            basic_id = account.basic_id()
        add_friend_link(basic_id)
        drawn = draw_poster(name, basic_id, contact)
    except BadPoster as error:
        raise BadInput(str(error)) from error
    except LineRefused as error:
        raise Failed(f"the account's id is not known, so give --basic-id: {error}") from error
    _write(output, drawn)


def _open(process: Process, slug: str) -> tuple[str, str, Account]:
    """The agency's name, its contact and its account; no session is left open."""
    settings = process.settings
    with process.db.reading() as session:
        found = agency_or_stop(session, slug)
        channel = channel_of(session, found)
        name, contact = found.name, found.contact_text
    return name, contact, Account(channel, settings.line_api_url, settings.line_data_url)


def _must_end(file: Path, ending: str) -> None:
    if file.suffix.lower() != ending:
        raise BadInput(f"give the file a name that ends in {ending}")


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"{file}", err=True)
