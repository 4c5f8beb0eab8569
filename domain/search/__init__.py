"""Find the knowledge-base entry that a resident means, or say that there is none."""

from domain.search.decision import Calibration, Decision, DecisionKind, Hit
from domain.search.embedding import DIMENSIONS, Embedder, Model, Remembering, load_embedder
from domain.search.explanation import Explanation
from domain.search.index import Entry, Index
from domain.search.lexicon import Lexicon

__all__ = [
    "DIMENSIONS",
    "Calibration",
    "Decision",
    "DecisionKind",
    "Embedder",
    "Entry",
    "Explanation",
    "Hit",
    "Index",
    "Lexicon",
    "Model",
    "Remembering",
    "load_embedder",
]
