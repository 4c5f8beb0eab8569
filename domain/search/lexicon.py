"""Everyday and dialect words to the official ones that the entries use."""

import csv
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Self

from domain.thai_text import normalise, strip_tones, words

# Below these lengths a match inside a run of letters is chance: "เต้น" in "ตื่นเต้น".
_SUBSTRING_MIN = 4
_TONELESS_MIN = 6


class Lexicon:
    """An immutable list of (everyday, official) pairs."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._exact: dict[str, list[str]] = {}
        self._toneless: dict[str, list[str]] = {}
        for everyday, official in pairs:
            word = "".join(normalise(everyday).split())
            meaning = normalise(official)
            if not word or not meaning:
                continue
            self._exact.setdefault(word, []).append(meaning)
            bare = strip_tones(word)
            if len(bare) >= _TONELESS_MIN:
                self._toneless.setdefault(bare, []).append(meaning)
        self._longest = max(map(len, self._exact), default=0)

    @classmethod
    @cache
    def load(cls) -> Self:
        """Return the lexicon that ships with Prongsai (domain/data/lexicon.csv)."""
        file = resources.files("domain.data").joinpath("lexicon.csv")
        with file.open(encoding="utf-8") as lines:
            return cls((row["everyday"], row["official"]) for row in csv.DictReader(lines))

    def __len__(self) -> int:
        return sum(map(len, self._exact.values()))

    def expand(self, query: str) -> list[str]:
        """Return the official phrases for what `query` says, each once, in the query's order.

        The longest everyday word wins where two overlap. Words under 4 letters (tone marks
        apart) count only where the word splitter finds them whole; those of 6 and more also
        without tone marks.
        """
        text = normalise(query)
        run = "".join(text.split())[:600]
        bare = strip_tones(run)
        whole = set(words(text[:600]))
        found: list[str] = []
        for pairs, line in ((self._exact, run), (self._toneless, bare)):
            at = 0
            while at < len(line):
                step = 1
                for size in range(min(self._longest, len(line) - at), 0, -1):
                    word = line[at : at + size]
                    known = pairs.get(word)
                    if known and (len(strip_tones(word)) >= _SUBSTRING_MIN or word in whole):
                        found.extend(known)
                        step = size
                        break
                at += step
        return list(dict.fromkeys(found))
