"""How near each entry is in meaning: the vectors of one model, of question, answer and both.

A long answer is a text of its own: its title or first words say little of what is asked about it,
and a model reads only its beginning well. So it is read in windows, of which the nearest counts,
and its question counts only where it is nearer than they are.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from domain.search.bm25 import Scores
from domain.search.embedding import Model, Vectors

# Longer answers than the first begin to count as texts, and those of the second wholly are. Answers
# written for residents stay under 260 characters; paragraphs of an encyclopedia begin above 330.
_TEXT_FROM, _TEXT_AT = 260, 380
# A window's characters, and how long a text must be to be cut at all.
_WINDOW, _WHOLE = 400, 600

Numbers = npt.NDArray[np.int64]


def texthood(answer: str) -> float:
    """Return how far (0..1) an answer is a text of its own."""
    return min(1.0, max(0.0, (len(answer) - _TEXT_FROM) / (_TEXT_AT - _TEXT_FROM)))


def is_quoted(question: str, answer: str) -> bool:
    """Return whether the question is no more than words out of a long answer."""
    return texthood(answer) > 0 and question in answer


def windows(text: str) -> list[str]:
    """Return `text` in pieces of about 400 characters, cut at spaces; a shorter one whole."""
    pieces = []
    start = 0
    while len(text) - start > _WHOLE:
        cut = text.rfind(" ", start + _WINDOW // 2, start + _WINDOW)
        end = cut + 1 if cut > 0 else start + _WINDOW
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]


def best_of(values: Scores, owners: Numbers, entries: int) -> Scores:
    """Return the best among the values that each entry owns, shape (entries,)."""
    best = np.full(entries, -np.inf)
    np.maximum.at(best, owners, values)
    return best


class Near:
    """The entries' vectors of one model; each entry is its ways of asking, and its answer."""

    def __init__(
        self, model: Model, entries: Sequence[tuple[Sequence[str], str]], askings: Numbers
    ) -> None:
        self._askings = askings
        self._size = len(entries)
        self._text = np.array([texthood(answer) for _, answer in entries])
        self._quoted = np.array([is_quoted(ways[0], answer) for ways, answer in entries])
        pieces = [
            (number, ways[0], piece)
            for number, (ways, answer) in enumerate(entries)
            for piece in windows(answer)
        ]
        self._owners = np.array([number for number, *_ in pieces], dtype=np.int64)
        self._asked, self._answers, self._both = (
            model.passages(texts)
            for texts in (
                [way for ways, _ in entries for way in ways],
                [piece for *_, piece in pieces],
                [
                    piece if self._quoted[number] else f"{question} {piece}"
                    for number, question, piece in pieces
                ],
            )
        )
        for held in (self._asked, self._answers, self._both):
            held.setflags(write=False)

    def compare(self, vectors: Vectors) -> tuple[Scores, Scores]:
        """Return, for the mean of queries (n, dimensions), a sum to rank by and the nearness."""
        asked, answer, both = (
            best_of((held @ vectors.T).mean(axis=1).astype(np.float64), owners, self._size)
            for held, owners in (
                (self._asked, self._askings),
                (self._answers, self._owners),
                (self._both, self._owners),
            )
        )
        instead = np.where(self._quoted, both, np.maximum(asked, both))
        counted = asked + self._text * (instead - asked)
        return counted + answer + both, np.maximum(asked, both)
