"""Judge routing on messages that the model has not seen. Run: python …/evaluate_routing.py"""

import csv
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from domain.routing import Intent, route  # noqa: E402 - needs the path above

SETS = {
    "routing_eval.csv": "by the hand that wrote the first rules and utterances",
    "routing_eval2.csv": "by a hand that saw neither",
}


def judge(name: str) -> None:
    """Print recall and precision of each intent, the misses, and the time a message takes."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["intent"]) for row in csv.DictReader(file)]
    print(f"{name}: {len(rows)} messages {SETS[name]}")
    route("สวัสดี")
    start = time.perf_counter()
    got = [route(text).intent for text, _ in rows]
    spent = (time.perf_counter() - start) / len(rows)
    pairs = Counter(zip((want for _, want in rows), got, strict=True))
    for intent in Intent:
        wanted = sum(count for (want, _), count in pairs.items() if want == intent)
        said = sum(count for (_, have), count in pairs.items() if have == intent)
        right = pairs[(intent.value, intent)]
        print(f"  {intent:11} recall {right / wanted:.3f}  precision {right / max(1, said):.3f}")
    right = sum(want == have for (_, want), have in zip(rows, got, strict=True))
    print(f"  accuracy {right / len(rows):.3f}; {spent * 1e3:.2f} ms a message")
    if "--misses" in sys.argv:
        for (text, want), have in zip(rows, got, strict=True):
            if want != have:
                print(f"    {want} -> {have}: {text}")


if __name__ == "__main__":
    for one in SETS:
        judge(one)
