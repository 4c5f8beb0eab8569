"""Everyday and dialect words to the official ones that the entries use."""

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Self

from domain.thai_text import normalise, strip_tones, words

# Below these lengths a match inside a run of letters is chance: "เต้น" in "ตื่นเต้น".
_SUBSTRING_MIN = 4
_TONELESS_MIN = 6


def _rows(name: str) -> list[tuple[str, str]]:
    with resources.files("domain.data").joinpath(name).open(encoding="utf-8") as lines:
        return [(row["everyday"], row["official"]) for row in csv.DictReader(lines)]


class Lexicon:
    """An immutable list of (everyday, official) pairs, and of whole questions as examples.

    The pairs are looked up in what is asked; pairs and examples both serve by likeness
    (domain/search/bridge.py).
    """

    def __init__(
        self, pairs: Iterable[tuple[str, str]], examples: Iterable[tuple[str, str]] = ()
    ) -> None:
        pairs = list(pairs)
        self.ways: tuple[tuple[str, str], ...] = tuple(
            (normalise(everyday), normalise(official))
            for everyday, official in (*pairs, *examples)
            if normalise(everyday) and normalise(official)
        )
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
        # Whose likenesses serve: making them for each agency anew would take seconds and memory.
        self.shared: Lexicon = self
        self._own: tuple[tuple[str, str], ...] = ()  # an agency's, longest everyday word first

    @classmethod
    @cache
    def load(cls) -> Self:
        """Return the lexicon that ships with Prongsai (domain/data/lexicon.csv, examples.csv)."""
        return cls(_rows("lexicon.csv"), _rows("examples.csv"))

    def beside(self, pairs: Iterable[tuple[str, str]]) -> "Lexicon":
        """Return a lexicon in which an agency's own `pairs` count too, and first.

        They are put in the place of what was typed (`translate`); by likeness it is this one.
        """
        both = Lexicon(pairs)
        both._own = tuple(
            sorted(((one, all_[0]) for one, all_ in both._exact.items()), key=lambda p: -len(p[0]))
        )
        for mine, theirs in ((both._exact, self._exact), (both._toneless, self._toneless)):
            for word, meanings in theirs.items():
                mine.setdefault(word, []).extend(meanings)
        both._longest = max(both._longest, self._longest)
        both.shared = self.shared
        return both

    def translate(self, text: str) -> str:
        """Return the normalised `text` with the agency's own words as the official ones.

        An officer said that the one means the other, so models of meaning should read the other:
        what an added word lends them counts too little beside a word that they read wrong.
        """
        for word, official in self._own:
            if not self._says(text, word):
                continue
            spaced = r"\s*".join(map(re.escape, word))
            text = re.sub(spaced, lambda _, put=official: put, text)  # type: ignore[misc]
        return text

    def meanings(self, everyday: str) -> list[str]:
        """Return the official phrases of exactly this word; empty when it is not listed."""
        return list(self._exact.get("".join(normalise(everyday).split()), ()))

    def listed(self, sought: str = "") -> list[tuple[str, str]]:
        """Return the pairs with `sought` in one of the two, in the order of the alphabet."""
        wanted = "".join(normalise(sought).split())
        return sorted(
            (everyday, official)
            for everyday, meanings in self._exact.items()
            for official in meanings
            if wanted in everyday or wanted in "".join(official.split())
        )

    def __len__(self) -> int:
        return sum(map(len, self._exact.values()))

    def expand(self, query: str) -> list[str]:
        """Return the official phrases for what `query` says, each once, in the query's order.

        The longest everyday word wins where two overlap. Words under 4 letters (tone marks
        apart) count only where the word splitter finds them whole; those of 6 and more also
        without tone marks.
        """
        return list(dict.fromkeys(meaning for _, meaning in self.found(query)))

    def found(self, query: str) -> list[tuple[str, str]]:
        """Return the everyday words that `expand` found, each with what it means."""
        text = normalise(query)
        run = "".join(text.split())[:600]
        bare = strip_tones(run)
        whole = set(words(text[:600]))
        found: list[tuple[str, str]] = []
        for pairs, line in ((self._exact, run), (self._toneless, bare)):
            at = 0
            while at < len(line):
                step = 1
                for size in range(min(self._longest, len(line) - at), 0, -1):
                    word = line[at : at + size]
                    known = pairs.get(word)
                    if known and (len(strip_tones(word)) >= _SUBSTRING_MIN or word in whole):
                        found.extend((word, meaning) for meaning in known)
                        step = size
                        break
                at += step
        return list(dict.fromkeys(found))

    def replaced(self, text: str) -> list[tuple[str, str]]:
        """Return which of the agency's own words `translate` puts others for, and which."""
        return [(word, put) for word, put in self._own if self._says(text, word)]

    @staticmethod
    def _says(text: str, word: str) -> bool:
        if word not in "".join(text.split()):
            return False
        return len(strip_tones(word)) >= _SUBSTRING_MIN or word in words(text)
