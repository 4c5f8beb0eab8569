"""`prongsai`: every command, and how it ends: 0 done, 2 bad input and nothing changed, 1 failed."""

from __future__ import annotations

import sys

import click

from bot.cli import agencies, checks, knowledge, people, running
from bot.config import BadSettings
from domain.keyring import CannotOpen


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Prongsai (โปร่งใส): one LINE Official Account for a Thai local government."""


cli.add_command(running.run)
cli.add_command(running.web)
cli.add_command(running.worker)
cli.add_command(running.tick)
cli.add_command(agencies.agency)
cli.add_command(people.person)
cli.add_command(knowledge.knowledge)
cli.add_command(knowledge.route_command)
cli.add_command(checks.db)
cli.add_command(checks.audit_group)
cli.add_command(checks.doctor)


def main() -> None:
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BadSettings as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except CannotOpen as error:
        click.echo(f"Error: the key file does not fit this database: {error}", err=True)
        sys.exit(1)
