"""gunicorn in front of the web half: one process of threads (docs/choices.md says why)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication


class Server(BaseApplication):  # type: ignore[misc]
    """Serves the WSGI app that ``build`` makes in the serving process, after the fork."""

    def __init__(
        self,
        build: Callable[[], Any],
        *,
        bind: str,
        threads: int,
        processes: int = 1,
        at_exit: Callable[[], None] | None = None,
    ) -> None:
        self._build = build
        self._options: dict[str, Any] = {
            "bind": bind,
            "workers": processes,
            "threads": threads,
            "worker_class": "gthread",
            "keepalive": 30,
            "timeout": 120,
            "graceful_timeout": 15,
            "accesslog": None,  # an access log would keep who came when
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        if at_exit is not None:
            self._options["worker_exit"] = lambda _server, _worker: at_exit()
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        logging.getLogger("gunicorn.error").addFilter(_without_address)
        return self._build()


def _without_address(record: logging.LogRecord) -> bool:
    """gunicorn names the sender of a malformed request, and quotes it; neither is ours to keep."""
    if str(record.msg).startswith("Invalid request from ip="):
        record.msg, record.args = "a malformed request was refused", ()
    return True
