"""Judge search on questions that nothing was tuned on: R@1, R@3, MRR, and the decisions.

Run: python benchmarks/search/evaluate.py [--set eval|tune] [--misses]
"""

import argparse
import resource
import time

from common import Remembering, entries, questions

from domain.search import DecisionKind, Embedder, Index, Lexicon, load_embedder


def judge(name: str, embedder: Embedder | None, lexicon: Lexicon, label: str, misses: bool) -> None:
    """Print one system's table."""
    known = entries(name)
    index = Index.build(known, embedder, lexicon)
    first = three = 0
    reciprocal = 0.0
    on = {kind: [0, 0] for kind in DecisionKind}
    off = dict.fromkeys(DecisionKind, 0)
    asked = questions(name)
    for query, key in asked:
        decision = index.decide(query)
        if not key:
            off[decision.kind] += 1
            continue
        found = [hit.key for hit in index.search(query, top=len(known))]
        rank = found.index(key) + 1 if key in found else len(known) + 1
        first += rank == 1
        three += rank <= 3
        reciprocal += 1 / rank
        on[decision.kind][rank > 1] += 1
        if misses and rank > 1:
            print(f"  {rank:3} {query} | {key} | {found[:2]}")
    total = sum(1 for _, key in asked if key)
    foreign = len(asked) - total
    print(
        f"{label}: R@1 {first / total:.3f}  R@3 {three / total:.3f}  MRR {reciprocal / total:.3f}"
    )
    for kind in DecisionKind:
        right, wrong = on[kind]
        print(
            f"    {kind:8} on-topic: first right {right / total:.3f}, first wrong "
            f"{wrong / total:.3f}; off-topic {off[kind] / max(1, foreign):.3f}"
        )


def main() -> None:
    """Judge with and without meaning, with and without the lexicon; then time it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", default="eval", choices=["eval", "tune"])
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    wheel = load_embedder()
    held = Remembering(wheel) if wheel else None
    plain = Lexicon([])
    judge(given.set, None, plain, "words", False)
    judge(given.set, None, Lexicon.load(), "words + lexicon", False)
    if held:
        judge(given.set, held, plain, "words + meaning", False)
        judge(given.set, held, Lexicon.load(), "words + meaning + lexicon", given.misses)
    asked = [query for query, _ in questions(given.set)][::4]
    for embedder, label in ((None, "words"), (wheel, "meaning")):
        if embedder is None and label == "meaning":
            continue
        start = time.perf_counter()
        index = Index.build(entries(given.set), embedder, Lexicon.load())
        built = time.perf_counter() - start
        times = []
        for query in asked:
            start = time.perf_counter()
            index.decide(query)
            times.append(time.perf_counter() - start)
        times.sort()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{label}: build of {len(index)} entries {built:.2f} s; decide p50 "
            f"{1e3 * times[len(times) // 2]:.1f} ms, p95 {1e3 * times[int(len(times) * 0.95)]:.1f}"
            f" ms; peak memory {peak:.0f} MB"
        )


if __name__ == "__main__":
    main()
