"""The web half of a process: LINE's webhook, the desk, health and metrics."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask, Response, redirect
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from bot.config import Settings
from bot.wakeup import Bell
from bot.webhook import MOST_BYTES, WebhookDoor, WebhookIntake
from bot.writer import InboxWriter
from handlers import desk, public
from handlers.context import Services
from handlers.shelf import Shelf
from models import inbox, outbox
from models.database import Database
from models.stored_file import BlobFolder

INBOX = "prongsai-inbox"


def create_app(
    settings: Settings,
    db: Database,
    blobs: BlobFolder,
    bell: Bell,
    shelf: Callable[[], Shelf] | None = None,
) -> Flask:
    """The WSGI app of one process. Starts no thread until the first webhook comes.

    ``shelf``: the search of a worker in the same process. A web half alone has none: it compares
    words, and loads no model of meaning.
    """
    app = Flask("prongsai")
    app.config.update(
        SECRET_KEY=db.keys.derive("web session"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=8),
        MAX_CONTENT_LENGTH=MOST_BYTES,
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    Services(db, blobs, shelf).install(app.extensions)
    desk.register(app)
    public.register(app)
    _register_health(app, db)
    writer = InboxWriter(db, bell.ring)
    app.extensions[INBOX] = writer  # whoever is done with the app before its process ends stops it
    intake = WebhookIntake(db, writer)
    app.wsgi_app = WebhookDoor(app.wsgi_app, intake)  # type: ignore[method-assign]
    if settings.public_url:
        # A reverse proxy stands in front wherever there is a public address.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _register_health(app: Flask, db: Database) -> None:
    @app.get("/")
    def front() -> BaseResponse:
        return redirect("/desk/")

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        try:
            with db.reading() as session:
                waiting = inbox.waiting_count(session), outbox.waiting_count(session)
        except SQLAlchemyError:
            return Response("the database does not answer\n", 503, mimetype="text/plain")
        text = f"ready\nconversations waiting: {waiting[0]}\nmessages waiting: {waiting[1]}\n"
        return Response(text, mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
