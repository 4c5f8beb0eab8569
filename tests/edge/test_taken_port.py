"""A port that another program has is said at once, before anything is set up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_engine


def test_a_taken_port_is_named_and_nothing_is_set_up(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", "run", "--demo", "--port", str(port)],
            env={**os.environ, "PRONGSAI_DATA_DIR": str(data)},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"port {port} cannot be used" in done.stderr
    assert f"PORT={port + 1} make run" in done.stderr
    assert not data.exists()
