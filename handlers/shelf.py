"""The agencies' search indexes: built when first asked for, rebuilt when an entry or one of the
agency's own everyday words changes, and when a day ends on which an entry was valid.

The chat answers from it, and the desk shows what the chat would answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date

from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.search import (
    Decision,
    DecisionKind,
    Embedder,
    Entry,
    Explanation,
    Index,
    Lexicon,
)
from handlers.context import now
from models.database import Database
from models.knowledge import knowledge_version, valid_articles
from models.lexicon import lexicon_version, words_of

_MOST_INDEXES = 64  # a few MB each; the least recently asked goes first


class Shelf:
    """One a process. Never called with a session open: building an index takes seconds."""

    def __init__(self, db: Database, embedder: Embedder | None) -> None:
        self._db = db
        self._embedder = embedder
        self._lexicon = Lexicon.load()
        self._lock = threading.Lock()
        self._building: dict[int, threading.Lock] = {}
        self._indexes: OrderedDict[int, tuple[str, Index]] = OrderedDict()

    def decide(self, agency_id: int, text: str) -> Decision:
        index = self.index(agency_id)
        if index is None:
            return Decision(DecisionKind.UNKNOWN, [], 0.0)
        return index.decide(text)

    def explain(self, agency_id: int, text: str) -> Explanation | None:
        """What `decide` decides, and why; None where there is no entry."""
        index = self.index(agency_id)
        return None if index is None else index.explain(text)

    @property
    def reads_meaning(self) -> bool:
        """False: this process compares words alone."""
        return self._embedder is not None

    def index(self, agency_id: int) -> Index | None:
        """The agency's index as its entries and words are now; None when it has no entry."""
        today = bangkok_day(now())
        with self._db.reading() as session:
            version = _version(session, agency_id, today)
        with self._lock:
            known = self._indexes.get(agency_id)
            if known is not None and known[0] == version:
                self._indexes.move_to_end(agency_id)
                return known[1]
            building = self._building.setdefault(agency_id, threading.Lock())
        with building:
            return self._build(agency_id, today)

    def _build(self, agency_id: int, today: date) -> Index | None:
        with self._db.reading() as session:
            version = _version(session, agency_id, today)
            with self._lock:
                known = self._indexes.get(agency_id)
                if known is not None and known[0] == version:
                    return known[1]  # another thread built it while we waited
            entries = [
                Entry(one.key, one.question, one.answer, tuple(one.paraphrases))
                for one in valid_articles(session, agency_id, today)
            ]
            own = [(one.everyday, one.official) for one in words_of(session, agency_id)]
        if not entries:
            return None
        lexicon = self._lexicon.beside(own) if own else self._lexicon
        index = Index.build(entries, self._embedder, lexicon)
        with self._lock:
            self._indexes[agency_id] = (version, index)
            self._indexes.move_to_end(agency_id)
            while len(self._indexes) > _MOST_INDEXES:
                self._indexes.popitem(last=False)
        return index


def _version(session: Session, agency_id: int, today: date) -> str:
    entries = knowledge_version(session, agency_id, today)
    return f"{entries}/{lexicon_version(session, agency_id)}"
