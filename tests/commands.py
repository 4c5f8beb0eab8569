"""`prongsai` as an operator types it: a process of its own, its output, how it ended.

Most of a command's time goes into importing what it needs. So one process a test run has imported
it, and each command is forked from that one: its own memory, settings, standard streams and exit.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

_PATIENCE = 120  # seconds
_COMMANDS = multiprocessing.get_context("forkserver")
_COMMANDS.set_forkserver_preload(
    ["bot.cli", "bot.process", "bot.engine", "bot.app", "handlers.desk", "migrations.running"]
)


def run_command(
    folder: Path, *arguments: str, stdin: str = "", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run with ``folder`` as the data folder and no other setting than those given."""
    environment = {"PRONGSAI_DATA_DIR": str(folder), "PATH": "/usr/bin:/bin", **(settings or {})}
    return run_in(environment, *arguments, stdin=stdin)


def run_in(
    environment: Mapping[str, str], *arguments: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run with these variables and no others."""
    with tempfile.TemporaryDirectory() as held:
        streams = Path(held)
        (streams / "0").write_text(stdin, encoding="utf-8")
        process = _COMMANDS.Process(target=_run, args=(held, arguments, dict(environment)))
        process.start()
        process.join(_PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, _PATIENCE)
        said = [(streams / name).read_text(encoding="utf-8") for name in ("1", "2")]
        return subprocess.CompletedProcess(arguments, process.exitcode, *said)


def _run(held: str, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    written = os.O_CREAT | os.O_WRONLY
    for number, flags in enumerate((os.O_RDONLY, written, written)):
        os.dup2(os.open(Path(held, str(number)), flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (as long as the process)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["prongsai", *arguments]
    from bot.cli import main

    main()
