"""BM25 by the library bm25s, made safe for any input.

bm25s weighs every posting when it builds, so that asking only reads: any number of threads may ask
at once. What it is kept from doing: showing progress, logging at DEBUG level whatever the
program's own level, and failing on a query or a document without terms.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence

import bm25s
import numpy as np
import numpy.typing as npt

logging.getLogger("bm25s").setLevel(logging.WARNING)  # importing it had set DEBUG

Scores = npt.NDArray[np.float64]


class Bm25:
    """An immutable index of `documents`: of each its terms, as often as they count."""

    def __init__(self, documents: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.6) -> None:
        self._size = len(documents)
        # Numbered in the order they come: the same build adds up to the same bits.
        self._rows: dict[str, int] = {}
        numbered = [[self._row(term) for term in terms] for terms in documents]
        self._index = bm25s.BM25(k1=k1, b=b, method="lucene")
        if self._rows:
            self._index.index((numbered, self._rows), create_empty_token=False, show_progress=False)

    def _row(self, term: str) -> int:
        return self._rows.setdefault(term, len(self._rows))

    def scores(self, terms: Mapping[str, float]) -> Scores:
        """Return BM25 of every document for weighted query terms, shape (documents,)."""
        out = np.zeros(self._size)
        for weight in sorted(set(terms.values())):
            rows = [
                self._rows[term]
                for term, own in terms.items()
                if own == weight and term in self._rows
            ]
            if rows:
                out += weight * self._index.get_scores_from_ids(rows)
        return out


class Overlap(Bm25):
    """How much of a query each document holds, each term counted once and weighed by its IDF.

    BM25 with k1 = 0 is the sum of the IDF of the terms shared.
    """

    def __init__(self, documents: Sequence[Iterable[str]]) -> None:
        super().__init__([list(dict.fromkeys(terms)) for terms in documents], k1=0.0)
        self._idf = np.empty(0)
        self._totals: Scores = np.zeros(self._size)
        if self._rows:
            held = self._index.scores
            self._idf = held["data"][held["indptr"][:-1]].astype(np.float64)
            np.add.at(self._totals, held["indices"], held["data"])
        # A term that no document holds is at least as telling as one that a single one holds.
        self._unseen = float(np.log1p((self._size + 0.5) / 0.5))

    def _total(self, terms: Iterable[str]) -> float:
        return sum(
            float(self._idf[self._rows[term]]) if term in self._rows else self._unseen
            for term in terms
        )

    def strange(self, terms: Iterable[str]) -> float:
        """Return the share (0..1) of `terms`, each counted once, that no document holds."""
        once = set(terms)
        return sum(term not in self._rows for term in once) / len(once) if once else 0.0

    def coverage(self, terms: Iterable[str]) -> Scores:
        """Return the share (0..1) of the query's IDF that each document holds, (documents,)."""
        once = dict.fromkeys(terms, 1.0)
        return self.scores(once) / (self._total(once) or 1.0)

    def cosine(self, terms: Iterable[str]) -> Scores:
        """Return the cosine (0..1) of the query with each document, IDF being a term's square."""
        once = dict.fromkeys(terms, 1.0)
        return self.scores(once) / np.sqrt(np.maximum(self._totals * self._total(once), 1e-12))
