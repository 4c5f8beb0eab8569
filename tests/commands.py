"""`prongsai` as an operator types it: a process of its own, its output, how it ended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def run_command(
    folder: Path, *arguments: str, stdin: str = "", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run with ``folder`` as the data folder and no other setting than those given."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        env={
            "PRONGSAI_DATA_DIR": str(folder),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path(__file__).parents[1]),
            **(settings or {}),
        },
        capture_output=True,
        text=True,
        input=stdin,
        timeout=120,
    )
