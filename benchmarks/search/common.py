"""What the fitting and judging programs of search share."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from domain.search import Calibration, Embedder, Entry  # noqa: E402 - needs the path above
from domain.search.embedding import DIMENSIONS, Vectors  # noqa: E402 - needs the path above

NO_CALIBRATION = Calibration(0.0, {}, 0.5, 0.1)


class Remembering:
    """An embedder that asks another once for each text."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._queries: dict[str, Vectors] = {}
        self._passages: dict[str, Vectors] = {}

    def query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (384,)."""
        if text not in self._queries:
            self._queries[text] = self._inner.query(text)
        return self._queries[text]

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, shape (len(texts), 384)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._passages]
        if new:
            self._passages.update(zip(new, self._inner.passages(new), strict=True))
        if not texts:
            return np.empty((0, DIMENSIONS), dtype=np.float32)
        return np.stack([self._passages[text] for text in texts])


def entries(name: str) -> list[Entry]:
    """Read the formal entries (key, question, answer; no paraphrases) of a set."""
    with (HERE / f"{name}_entries.csv").open(encoding="utf-8", newline="") as file:
        return [Entry(row["key"], row["question"], row["answer"]) for row in csv.DictReader(file)]


def questions(name: str) -> list[tuple[str, str]]:
    """Read (question, key of the right entry or "" when it is off-topic)."""
    with (HERE / f"{name}_questions.csv").open(encoding="utf-8", newline="") as file:
        return [(row["query"], row["key"]) for row in csv.DictReader(file)]
