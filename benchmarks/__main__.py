"""`python -m benchmarks [webhook|ticks|log|search|all]`."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks.log import measure as log
from benchmarks.ticks import measure
from benchmarks.webhook import compare

_ROOT = Path(__file__).resolve().parent.parent
_SEARCH = _ROOT / "benchmarks" / "search" / "evaluate.py"
_ROUTING = _SEARCH.with_name("evaluate_routing.py")


def main() -> int:
    """Run what was asked for; 0 when all of it could be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "which", nargs="?", default="all", choices=["webhook", "ticks", "log", "search", "all"]
    )
    compare.add_options(parser)
    measure.add_options(parser)
    log.add_options(parser)
    given = parser.parse_args()
    # Ended from outside, it still ends the servers it started and drops its databases.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    status = 0
    if given.which in ("webhook", "all"):
        status = compare.run(given)
    if given.which in ("ticks", "all"):
        status = measure.run(given) or status
    if given.which in ("log", "all"):
        status = log.run(given) or status
    if given.which in ("search", "all"):
        status = _search() or status
    return status


def _search() -> int:
    if not _SEARCH.exists():
        print("search: there is no evaluation here")
        return 0
    print("\nSearch, judged on questions that nothing was tuned on", flush=True)
    status = subprocess.run([sys.executable, str(_SEARCH)], cwd=_ROOT, check=False).returncode
    print("\nWhat a message wants", flush=True)
    routed = subprocess.run([sys.executable, str(_ROUTING)], cwd=_ROOT, check=False).returncode
    return status or routed


if __name__ == "__main__":
    sys.exit(main())
