"""Logs: structured, on standard error, and never with anything personal in them."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs(*, as_json: bool = False, level: int = logging.INFO) -> None:
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    # At their lower levels these write request paths and bodies, which carry user ids and words.
    for name in ("linebot", "urllib3", "requests", "werkzeug", "sqlalchemy", "apscheduler"):
        logging.getLogger(name).setLevel(logging.WARNING)
