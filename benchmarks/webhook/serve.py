"""The measured process: `python -m benchmarks.webhook.serve echo|ours --port …`."""

from __future__ import annotations

import argparse
from typing import Any

from flask import Flask, abort, request
from linebot.v3 import WebhookHandler
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.webhooks import MessageEvent, TextMessageContent

from benchmarks.webhook.traffic import PATH, SECRET
from bot.app import create_app
from bot.cli.common import open_process
from bot.server import Server


def echo() -> Flask:
    """The pattern of line-bot-sdk's README, its handler doing nothing."""
    app = Flask("echo")
    handler = WebhookHandler(SECRET)

    @handler.add(MessageEvent, message=TextMessageContent)  # type: ignore[untyped-decorator]
    def handle_message(event: MessageEvent) -> None:
        """Here the README replies; a reply inside the webhook would wait for LINE."""

    @app.post(PATH)
    def callback() -> str:
        signature = request.headers["X-Line-Signature"]
        body = request.get_data(as_text=True)
        try:
            handler.handle(body, signature)
        except InvalidSignatureError:
            abort(400)
        return "OK"

    return app


def ours() -> Flask:
    """What `prongsai web` serves: the whole app, without the engine that handles the events."""
    process = open_process()
    return create_app(process.settings, process.db, process.blobs, process.bell)


_APPS = {"echo": echo, "ours": ours}


def main() -> None:
    """Serve one app until told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("app", choices=_APPS)
    parser.add_argument("--server", default="gunicorn", choices=["gunicorn", "granian"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=16)
    given = parser.parse_args()
    if given.server == "granian":
        _granian(given)
        return
    Server(
        _APPS[given.app],
        bind=f"127.0.0.1:{given.port}",
        threads=given.threads,
        processes=given.processes,
    ).run()


def _granian(given: Any) -> None:
    from granian import Granian  # no dependency of ours: installed for this comparison only

    Granian(
        f"benchmarks.webhook.serve:{given.app}",
        factory=True,
        address="127.0.0.1",
        port=given.port,
        interface="wsgi",
        workers=given.processes,
        blocking_threads=given.threads,
        websockets=False,
        log_level="warning",
    ).serve()


if __name__ == "__main__":
    main()
