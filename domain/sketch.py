"""A keyed sketch of texts: enough to pass over those that surely lack a word, and little else.

A text is folded to one spelling; each pair and each triple of its neighbouring characters sets one
of the sketch's bits, chosen by a keyed hash. Without the key the bits name no character. A text
that holds a word has all of the word's bits; one that has all of them may still lack the word, and
is read to be sure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Set

import numpy as np
from numpy.typing import NDArray

from domain.thai_text import normalise

SKETCH_BYTES = 256
_BITS = SKETCH_BYTES * 8
SHORTEST = 2  # of a word that is looked for: one character alone would find nearly everything


def fold(text: str) -> str:
    """The one spelling in which texts and words are compared: case, digits, marks and spaces."""
    return normalise(text)


def words_of(query: str) -> list[str]:
    """What is looked for, each once: all of them must occur."""
    return list(dict.fromkeys(fold(query).split()))


def has_all(texts: Iterable[str], words: Iterable[str]) -> bool:
    """Whether each of ``words`` (folded) stands in one of ``texts`` (as they were written)."""
    folded = [fold(text) for text in texts]
    return all(any(word in text for text in folded) for word in words)


def grams(folded: str) -> set[str]:
    """The pairs and triples of neighbouring characters."""
    last = len(folded)
    return {folded[at : at + size] for size in (2, 3) for at in range(last - size + 1)}


def positions(key: bytes, grams: Set[str]) -> list[int]:
    """Which bits of a sketch those set."""
    hashed = (
        hashlib.blake2b(one.encode("utf-8", "surrogatepass"), key=key, digest_size=4).digest()
        for one in grams
    )
    return [int.from_bytes(one) % _BITS for one in hashed]


def draw(key: bytes, texts: Iterable[str], onto: bytes = b"") -> bytes:
    """The sketch of texts, or another with these texts drawn in as well."""
    bits = bytearray(onto or SKETCH_BYTES)
    for text in texts:
        for at in positions(key, grams(fold(text))):
            bits[at >> 3] |= 1 << (at & 7)
    return bytes(bits)


class Sieve:
    """Lets through the sketches that have all the bits of some words."""

    def __init__(self, key: bytes, words: Iterable[str]) -> None:
        wanted = bytearray(SKETCH_BYTES)
        for word in words:
            for at in positions(key, grams(word)):
                wanted[at >> 3] |= 1 << (at & 7)
        mask = np.frombuffer(bytes(wanted), dtype=np.uint8)
        # Most bytes of the mask are empty: the others alone are compared.
        self._places = np.flatnonzero(mask)
        self._mask = mask[self._places]

    def passes(self, sketches: list[bytes | None]) -> NDArray[np.bool_]:
        """For each whether it may hold the words; one that is not drawn may."""
        blank = b"\xff" * SKETCH_BYTES
        joined = b"".join([blank if one is None else one for one in sketches])
        table = np.frombuffer(joined, dtype=np.uint8).reshape(len(sketches), SKETCH_BYTES)
        found: NDArray[np.bool_] = ((table[:, self._places] & self._mask) == self._mask).all(axis=1)
        return found
