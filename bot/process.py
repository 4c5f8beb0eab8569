"""Putting a process together from its settings: the parts that web, worker and CLI share.

What only some of them need is imported with the part that needs it: LINE's SDK alone takes longer
to import than most commands to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import structlog

from bot.config import Settings, load_keys
from models.database import Database
from models.stored_file import BlobFolder

if TYPE_CHECKING:
    from bot.engine import Engine
    from bot.mail import Mailer
    from bot.messenger import Messenger
    from bot.scheduler import Clock
    from bot.wakeup import Bell
    from domain.search import Embedder

_log = structlog.get_logger(__name__)


@dataclass
class Process:
    """One process of an installation. Parts are made when first asked for."""

    settings: Settings

    @cached_property
    def db(self) -> Database:
        threads = self.settings.web_threads + 2 * self.settings.workers
        return Database(
            self.settings.resolved_database_url,
            load_keys(self.settings),
            pool_size=threads,
        )

    @cached_property
    def blobs(self) -> BlobFolder:
        return BlobFolder(self.settings.data_dir / "files", self.db.keys)

    @cached_property
    def bell(self) -> Bell:
        from bot.wakeup import Bell

        return Bell(self.db)

    @cached_property
    def messenger(self) -> Messenger:
        from bot.messenger import Messenger

        return Messenger(self.settings.line_api_url, self.settings.line_data_url)

    @cached_property
    def mailer(self) -> Mailer | None:
        """None: no mail server is set up."""
        from bot.mail import Mailer

        server = self.settings.mail_server
        return None if server is None else Mailer(server)

    @cached_property
    def engine(self) -> Engine:
        from bot.engine import Engine

        return Engine(
            self.db,
            self.blobs,
            self.messenger,
            self.bell,
            embedder=self.load_embedder,
            workers=self.settings.workers,
            only_process=self.settings.is_sqlite,
            public_url=self.settings.public_url,
            mailer=self.mailer,
        )

    @cached_property
    def clock(self) -> Clock:
        from bot.scheduler import Clock

        return Clock(self.db, self.blobs, self.engine, self.bell)

    def load_embedder(self) -> Embedder | None:
        from domain.search import load_embedder

        if not self.settings.search_by_meaning:
            return None
        embedder = load_embedder()
        if embedder is None:
            _log.warning("search_by_words_only", reason="no wheel of meaning is installed")
        elif embedder.missing:
            _log.warning("search_with_one_model", missing=", ".join(embedder.missing))
        return embedder
