"""No source file is longer than 400 lines. Run by `make lint`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MOST_LINES = 400
ENDINGS = {".py", ".js", ".css", ".html"}


def main() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    long = []
    for name in listed.stdout.splitlines():
        path = Path(name)
        # A migration is written once, whole, and never touched again.
        if path.suffix in ENDINGS and path.parts[0] != "migrations" and path.exists():
            lines = len(path.read_text().splitlines())
            if lines > MOST_LINES:
                long.append(f"{name}: {lines} lines")
    for line in long:
        sys.stderr.write(line + "\n")
    return 1 if long else 0


if __name__ == "__main__":
    sys.exit(main())
