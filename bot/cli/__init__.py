"""`prongsai`: every command, and how it ends: 0 done, 2 bad input and nothing changed, 1 failed."""

from __future__ import annotations

import sys
from importlib import import_module

import click

# Where each command lives. A module is imported when its command is called: the whole program
# takes seconds to import, and reading a phrase needs none of it.
_COMMANDS = {
    "run": "bot.cli.running:run",
    "web": "bot.cli.running:web",
    "worker": "bot.cli.running:worker",
    "tick": "bot.cli.running:tick",
    "agency": "bot.cli.agencies:agency",
    "complaints": "bot.cli.complaints:complaints",
    "person": "bot.cli.people:person",
    "knowledge": "bot.cli.knowledge:knowledge",
    "plan": "bot.cli.plan:plan",
    "route": "bot.cli.knowledge:route_command",
    "schedule": "bot.cli.schedule:schedule",
    "line": "bot.cli.line:line",
    "db": "bot.cli.checks:db",
    "audit": "bot.cli.checks:audit_group",
    "doctor": "bot.cli.checks:doctor",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return sorted(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 (click's signature)
        cmd_name: str,
    ) -> click.Command | None:
        place = _COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, click.Command)  # noqa: S101 (a slip in the table above)
        return found


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def cli() -> None:
    """Prongsai (โปร่งใส): one LINE Official Account for a Thai local government."""


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
    except Exception as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        sentence, code = refusal
        click.echo(f"Error: {sentence}", err=True)
        sys.exit(code)


def _refusal(error: Exception) -> tuple[str, int] | None:
    """What to say and how to end, for what every command may meet."""
    from bot.config import BadSettings
    from domain.keyring import CannotOpen

    if isinstance(error, BadSettings):
        return str(error), 2
    if isinstance(error, CannotOpen):
        return f"the key file does not fit this database: {error}", 1
    return None
