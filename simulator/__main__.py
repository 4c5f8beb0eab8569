"""`python -m simulator --port N`: a LINE of its own process, empty until its HTTP API fills it."""

from __future__ import annotations

import argparse
from pathlib import Path

from werkzeug.serving import make_server

from simulator.app import create_app
from simulator.core import Simulator


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted, on the loopback address alone."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--strict-schema", type=Path, metavar="DIR", default=None)
    options = parser.parse_args(arguments)
    try:
        sim = Simulator(strict_schema=options.strict_schema)
    except FileNotFoundError as problem:
        parser.error(str(problem))
    server = make_server("127.0.0.1", options.port, create_app(sim), threaded=True)
    print(f"http://127.0.0.1:{server.port}/simulator/", flush=True)  # noqa: T201 -- the parent waits for it
    server.serve_forever()


if __name__ == "__main__":
    main()
