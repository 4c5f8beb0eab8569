"""The agencies' search indexes: built when first asked for, rebuilt when an entry or one of the
agency's own everyday words changes."""

from __future__ import annotations

import threading
from collections import OrderedDict

from sqlalchemy.orm import Session

from domain.search import Decision, DecisionKind, Embedder, Entry, Index, Lexicon
from models.database import Database
from models.knowledge import articles_of, knowledge_version
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

    def index(self, agency_id: int) -> Index | None:
        """The agency's index as its entries and words are now; None when it has no entry."""
        with self._db.reading() as session:
            version = _version(session, agency_id)
        with self._lock:
            known = self._indexes.get(agency_id)
            if known is not None and known[0] == version:
                self._indexes.move_to_end(agency_id)
                return known[1]
            building = self._building.setdefault(agency_id, threading.Lock())
        with building:
            return self._build(agency_id)

    def _build(self, agency_id: int) -> Index | None:
        with self._db.reading() as session:
            version = _version(session, agency_id)
            with self._lock:
                known = self._indexes.get(agency_id)
                if known is not None and known[0] == version:
                    return known[1]  # another thread built it while we waited
            entries = [
                Entry(one.key, one.question, one.answer, tuple(one.paraphrases))
                for one in articles_of(session, agency_id)
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


def _version(session: Session, agency_id: int) -> str:
    return f"{knowledge_version(session, agency_id)}/{lexicon_version(session, agency_id)}"
