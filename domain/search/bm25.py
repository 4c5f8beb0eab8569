"""BM25 over weighted terms, held in three flat arrays.

Okapi BM25 with k1 = 1.2 and b = 0.6 by default, and Lucene's never-negative IDF. Postings lie
in one int32 and one float32 array: 60 entries or 10,000 cost what their terms cost, and nothing is
written after the build, so any number of threads may ask at once.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]


class Bm25:
    """An immutable index of `documents`: for each, its terms with their weighted counts."""

    def __init__(
        self, documents: Sequence[Mapping[str, float]], k1: float = 1.2, b: float = 0.6
    ) -> None:
        self.size = len(documents)
        lengths = np.array([sum(terms.values()) for terms in documents], dtype=np.float64)
        mean = float(lengths.mean()) if self.size and lengths.any() else 1.0
        postings: dict[str, list[tuple[int, float]]] = {}
        for number, terms in enumerate(documents):
            for term, count in terms.items():
                postings.setdefault(term, []).append((number, count))
        self._rows = {term: row for row, term in enumerate(postings)}
        counts = np.array([len(found) for found in postings.values()], dtype=np.int64)
        self._starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        total = int(self._starts[-1])
        self._documents = np.empty(total, dtype=np.int32)
        self._weights = np.empty(total, dtype=np.float32)
        self._idf = np.log1p((self.size - counts + 0.5) / (counts + 0.5))
        squares = np.zeros(self.size)
        for row, found in enumerate(postings.values()):
            at = slice(int(self._starts[row]), int(self._starts[row + 1]))
            which = np.array([number for number, _ in found], dtype=np.int32)
            tf = np.array([count for _, count in found])
            norm = k1 * (1 - b + b * lengths[which] / mean)
            self._documents[at] = which
            self._weights[at] = self._idf[row] * tf * (k1 + 1) / (tf + norm)
            squares[which] += self._idf[row] ** 2
        self._lengths = np.sqrt(np.maximum(squares, 1e-12))
        # A term that no entry holds is at least as telling as one that a single entry holds.
        self._unseen = float(np.log1p((self.size + 0.5) / 0.5))

    def idf(self, term: str) -> float:
        """Return the weight of `term`; a term never seen weighs most."""
        row = self._rows.get(term)
        return self._unseen if row is None else float(self._idf[row])

    def strange(self, terms: Iterable[str]) -> float:
        """Return the share (0..1) of `terms`, each counted once, that no document holds."""
        once = set(terms)
        return sum(term not in self._rows for term in once) / len(once) if once else 0.0

    def scores(self, terms: Mapping[str, float]) -> Scores:
        """Return BM25 of every document for weighted query terms, shape (documents,)."""
        out = np.zeros(self.size)
        for term, weight in terms.items():
            row = self._rows.get(term)
            if row is not None:
                at = slice(int(self._starts[row]), int(self._starts[row + 1]))
                out[self._documents[at]] += weight * self._weights[at]
        return out

    def coverage(self, terms: Iterable[str]) -> Scores:
        """Return the share (0..1) of the query's IDF that each document holds, (documents,)."""
        out = np.zeros(self.size)
        total = 0.0
        for term in sorted(set(terms)):
            total += self.idf(term)
            row = self._rows.get(term)
            if row is not None:
                at = slice(int(self._starts[row]), int(self._starts[row + 1]))
                out[self._documents[at]] += self._idf[row]
        return out / total if total > 0 else out

    def cosine(self, terms: Iterable[str]) -> Scores:
        """Return the IDF-weighted cosine of the query's set of terms with each document's."""
        out = np.zeros(self.size)
        norm = 0.0
        for term in sorted(set(terms)):
            norm += self.idf(term) ** 2
            row = self._rows.get(term)
            if row is not None:
                at = slice(int(self._starts[row]), int(self._starts[row + 1]))
                out[self._documents[at]] += self._idf[row] ** 2
        return out / (self._lengths * np.sqrt(norm)) if norm > 0 else out
