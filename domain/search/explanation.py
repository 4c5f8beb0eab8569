"""Why the search decided as it did, for a person who looks after the entries."""

from dataclasses import dataclass

from domain.search.decision import Calibration, Decision


@dataclass(frozen=True, slots=True)
class Sign:
    """What speaks for one entry: 0 (the farthest of all entries) to 1 (the nearest), each."""

    key: str
    question: str
    score: float
    shared: tuple[str, ...]  # words that the question and the entry both hold
    lexical: float
    meaning: float | None  # None where no model of meaning is at hand
    bridge: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with its chances, the bounds that they met, and the words that were translated."""

    decision: Decision
    held: float  # how likely it is that the knowledge base holds what is asked
    bounds: Calibration
    translated: tuple[tuple[str, str], ...]  # everyday word, official words
    signs: tuple[Sign, ...]
