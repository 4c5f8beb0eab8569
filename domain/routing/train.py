"""Train the routing model from domain/data/utterances: `python -m domain.routing.train`.

Softmax regression with an L2 penalty, full-batch Nesterov descent from zero: the same utterances
give the same model. Takes about five seconds.
"""

from importlib import resources
from pathlib import Path

import numpy as np

from domain.routing.model import BUCKETS, FILE, Floats, Model, features, save
from domain.thai_text import normalise

_PENALTY = 2e-4
_STEPS = 250
_RATE = 6.0
# Every utterance counts again with a polite ending, so that endings say nothing.
_ENDINGS = ("ครับ", "ค่ะ", "หน่อยครับ", "นะคะ", "จ้า", "เด้อ")


def utterances() -> list[tuple[str, str]]:
    """Return (utterance, intent) for every line of every file, in a fixed order."""
    folder = resources.files("domain.data").joinpath("utterances")
    found: list[tuple[str, str]] = []
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".txt"):
            lines = file.read_text(encoding="utf-8").splitlines()
            found.extend((line, file.name.removesuffix(".txt")) for line in lines if line.strip())
    return found


def train(examples: list[tuple[str, str]]) -> Model:
    """Return the model that `examples` of (utterance, intent) make."""
    intents = tuple(sorted({intent for _, intent in examples}))
    texts: list[str] = []
    labels: list[int] = []
    for number, (line, intent) in enumerate(examples):
        texts += [normalise(line), normalise(line + _ENDINGS[number % len(_ENDINGS)])]
        labels += [intents.index(intent)] * 2
    flat = np.ones(BUCKETS, dtype=np.float32)
    seen = np.zeros(BUCKETS)
    for text in texts:
        seen[features(text, flat)[0]] += 1
    idf = np.log((1 + len(texts)) / (1 + seen)).astype(np.float32) + 1
    # The stored model is in half precision; train on what will be read back.
    idf = idf.astype(np.float16).astype(np.float32)
    used = np.flatnonzero(seen)
    column = np.zeros(BUCKETS, dtype=np.int64)
    column[used] = np.arange(used.size)
    x = np.zeros((len(texts), used.size), dtype=np.float32)
    for row, text in enumerate(texts):
        at, values = features(text, idf)
        x[row, column[at]] = values
    y = np.eye(len(intents), dtype=np.float32)[labels]
    small, bias = _descend(x, y)
    weights = np.zeros((BUCKETS, len(intents)), dtype=np.float32)
    weights[used] = small
    return Model(intents, idf, weights, bias)


def _descend(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    weights = np.zeros((x.shape[1], y.shape[1]), dtype=np.float32)
    bias = np.zeros(y.shape[1], dtype=np.float32)
    before = weights, bias
    for step in range(_STEPS):
        push = step / (step + 3)
        ahead = weights + push * (weights - before[0])
        ahead_bias = bias + push * (bias - before[1])
        total = x @ ahead + ahead_bias
        p = np.exp(total - total.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        error = (p - y) / len(x)
        before = weights, bias
        weights = ahead - _RATE * (x.T @ error + _PENALTY * ahead)
        bias = ahead_bias - _RATE * error.sum(axis=0)
    return weights.astype(np.float32), bias.astype(np.float32)


def main() -> None:
    """Write the model beside its data."""
    path = Path(__file__).resolve().parents[1] / "data" / FILE
    path.write_bytes(save(train(utterances())))


if __name__ == "__main__":
    main()
