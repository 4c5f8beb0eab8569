"""The index of one agency's knowledge base: built once, then only read.

Ranking (weights from benchmarks/search/fit.py): words and tone-stripped character 2-4-grams by
BM25, half each; sentence vectors compared with the question or its nearest paraphrase, the
answer, and both; each min-max scaled over the entries. The query counts as typed and again with
the official words of the lexicon.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from domain.search.bm25 import Bm25, Overlap, Scores
from domain.search.decision import Calibration, Decision, DecisionKind, Hit, load_calibration
from domain.search.embedding import Embedder
from domain.search.lexicon import Lexicon
from domain.thai_text import char_ngrams, normalise, strip_tones, words

# How much a term of each field counts: the question says what an entry is about.
QUESTION_WEIGHT = 3
PARAPHRASE_WEIGHT = 2
ANSWER_WEIGHT = 1
# Longer messages are stories; their first part says what they are about, and time stays bounded.
_QUERY_LIMIT = 600
_ANSWER_LIMIT = 4000
# Of the official words that the lexicon adds, beside 1 for a word as typed.
EXPANSION_WEIGHT = 0.7
# Of search by meaning in the ranking, where there is an embedder; words take the rest.
MEANING_WEIGHT = 0.65
# Of the vector of the query with its official words, beside 1 for the query as typed.
EXPANDED_VECTOR_WEIGHT = 1.0
SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of the knowledge base; `key` is the caller's own."""

    key: str
    question: str
    answer: str
    paraphrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """Every entry scored for one query (arrays of shape (entries,)), and the decision's signs."""

    scores: Scores
    order: npt.NDArray[np.int64]
    features: dict[str, float]


def _terms(text: str) -> tuple[list[str], list[str]]:
    clean = normalise(text)
    return words(clean), char_ngrams(strip_tones(clean))


def _scaled(scores: Scores) -> Scores:
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def _weighted(fields: Sequence[tuple[list[str], int]]) -> list[str]:
    return [term for terms, weight in fields for term in terms * weight]


class Index:
    """Immutable after `build`: share it between threads freely."""

    def __init__(
        self,
        entries: Sequence[Entry],
        embedder: Embedder | None,
        lexicon: Lexicon,
        calibration: Calibration,
    ) -> None:
        self._entries = tuple(entries)
        self._embedder = embedder
        self._lexicon = lexicon
        self._calibration = calibration
        split = [
            [
                (_terms(entry.question), QUESTION_WEIGHT),
                *((_terms(other), PARAPHRASE_WEIGHT) for other in entry.paraphrases),
                (_terms(entry.answer[:_ANSWER_LIMIT]), ANSWER_WEIGHT),
            ]
            for entry in self._entries
        ]
        by_word = [_weighted([(t[0], w) for t, w in fields]) for fields in split]
        self._words, self._held_words = Bm25(by_word), Overlap(by_word)
        self._grams = Bm25([_weighted([(t[1], w) for t, w in fields]) for fields in split])
        # One document for each way of asking: a question is short, so its cosine says how near.
        self._asked = Overlap([terms[1] for fields in split for terms, _ in fields[:-1]])
        self._askings = np.array(
            [number for number, fields in enumerate(split) for _ in fields[:-1]], dtype=np.int64
        )
        self._embed(embedder)

    def _embed(self, embedder: Embedder | None) -> None:
        if embedder is None or not self._entries:
            return
        asked = [way for entry in self._entries for way in (entry.question, *entry.paraphrases)]
        answers = [entry.answer for entry in self._entries]
        both = [f"{entry.question} {entry.answer}" for entry in self._entries]
        vectors = embedder.passages(asked + answers + both)
        count = len(self._entries)
        self._ask_vectors = vectors[: len(asked)]
        self._answer_vectors = vectors[len(asked) : len(asked) + count]
        self._both_vectors = vectors[len(asked) + count :]
        for held in (self._ask_vectors, self._answer_vectors, self._both_vectors):
            held.setflags(write=False)

    @classmethod
    def build(
        cls,
        entries: Sequence[Entry],
        embedder: Embedder | None,
        lexicon: Lexicon,
        calibration: Calibration | None = None,
    ) -> Self:
        """Return an index of `entries`, in meaning too where there is an `embedder`.

        Takes about 10 ms an entry with the embedder, and 1 ms without. Raises ValueError when
        two entries have one key.
        """
        if len({entry.key for entry in entries}) != len(entries):
            raise ValueError("two entries have the same key")
        chosen = calibration or load_calibration(embedder is not None)
        return cls(entries, embedder, lexicon, chosen)

    def __len__(self) -> int:
        return len(self._entries)

    def _per_entry(self, values: Scores) -> Scores:
        """Return the best value among each entry's ways of asking, shape (entries,)."""
        best = np.full(len(self._entries), -np.inf)
        np.maximum.at(best, self._askings, values)
        return best

    def _near(self, vector: npt.NDArray[np.float32]) -> tuple[Scores, Scores]:
        asked = self._per_entry((self._ask_vectors @ vector).astype(np.float64))
        answer = (self._answer_vectors @ vector).astype(np.float64)
        both = (self._both_vectors @ vector).astype(np.float64)
        return asked + answer + both, np.maximum(asked, both)

    def rank(self, query: str) -> Ranked | None:
        """Score every entry, or return None where there is nothing to compare."""
        text = normalise(query[: 4 * _QUERY_LIMIT])[:_QUERY_LIMIT]
        if not self._entries or not any(char.isalnum() for char in text):
            return None
        official = " ".join(self._lexicon.expand(text))
        typed_words, typed_grams = _terms(text)
        more_words, more_grams = _terms(official)
        asked = dict.fromkeys(typed_words, 1.0)
        grams = dict.fromkeys(typed_grams, 1.0)
        for term in more_words:
            asked[term] = max(asked.get(term, 0.0), EXPANSION_WEIGHT)
        for term in more_grams:
            grams[term] = max(grams.get(term, 0.0), EXPANSION_WEIGHT)
        by_word, by_gram = self._words.scores(asked), self._grams.scores(grams)
        if self._embedder is None and not by_gram.any() and not by_word.any():
            return None
        lexical = (_scaled(by_word) + _scaled(by_gram)) / 2
        scores = lexical
        near = None
        if self._embedder is not None:
            total, near = self._near(self._embedder.query(text))
            if official:
                more, wider = self._near(self._embedder.query(f"{text} {official}"))
                total = (total + EXPANDED_VECTOR_WEIGHT * more) / (1 + EXPANDED_VECTOR_WEIGHT)
                near = (near + EXPANDED_VECTOR_WEIGHT * wider) / (1 + EXPANDED_VECTOR_WEIGHT)
            scores = MEANING_WEIGHT * _scaled(total) + (1 - MEANING_WEIGHT) * lexical
        order = np.argsort(-scores, kind="stable")
        first = int(order[0])
        cosine = self._per_entry(self._asked.cosine(grams))
        rest = np.delete(scores, first)
        features = {
            "coverage": float(self._held_words.coverage(asked)[first]),
            "char_cosine": float(cosine[first]),
            "margin": float(scores[first] - rest.max()) if rest.size else 0.5,
            "agreement": float(lexical[first]),
            "strange": self._held_words.strange(typed_words),
            "lexicon": min(1.0, len(more_words) / 4),
            "short": 1.0 / (1.0 + len(text) / 10),
            # Among many ways of asking, one is near by chance.
            "ways": min(1.0, (len(self._askings) / len(self._entries) - 1) / 4),
        }
        if near is not None:
            others = np.delete(near, first)
            features["meaning"] = (float(near[first]) - 0.85) * 20
            features["meaning_margin"] = (
                (float(near[first]) - float(others.max())) * 20 if others.size else 0.5
            )
            features["meaning_lift"] = (float(near[first]) - float(near.mean())) * 20
        return Ranked(scores, order, features)

    def _hits(self, ranked: Ranked, top: int) -> list[Hit]:
        return [
            Hit(self._entries[at].key, self._entries[at].question, round(float(score), 6))
            for at, score in ((int(n), ranked.scores[n]) for n in ranked.order[: max(0, top)])
        ]

    def search(self, query: str, top: int = 5) -> list[Hit]:
        """Return the `top` entries nearest to `query`, best first.

        Empty where there are no entries, the query holds no letter or digit, or (by words alone)
        shares nothing with any entry. Never raises.
        """
        ranked = self.rank(query)
        return self._hits(ranked, top) if ranked else []

    def decide(self, query: str) -> Decision:
        """Return whether to answer, suggest or admit ignorance, always with the best three."""
        ranked = self.rank(query)
        if ranked is None:
            return Decision(DecisionKind.UNKNOWN, [], 0.0)
        kind, confidence = self._calibration.judge(ranked.features)
        return Decision(kind, self._hits(ranked, SUGGESTIONS), round(confidence, 4))
