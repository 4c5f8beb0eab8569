"""Train the routing model from domain/data/utterances: `python -m domain.routing.train`.

Softmax regression with an L2 penalty, full-batch Nesterov descent from zero: the same utterances
give the same model. Takes about half a minute.
"""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from domain.routing.model import BUCKETS, FILE, Floats, Model, features, save
from domain.thai_text import normalise

_PENALTY = 2e-5
_STEPS = 120
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
    rows = _Rows.of([features(text, idf) for text in texts], BUCKETS)
    weights, bias = _descend(rows, np.eye(len(intents), dtype=np.float32)[labels])
    return Model(intents, idf, weights, bias)


@dataclass(frozen=True)
class _Rows:
    """A sparse matrix, row by row. Every row has at least the marks of begin and end."""

    begins: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]
    values: Floats
    width: int

    @classmethod
    def of(cls, rows: list[tuple[npt.NDArray[np.int64], Floats]], width: int) -> Self:
        begins = np.cumsum([0, *(len(at) for at, _ in rows[:-1])])
        at = np.concatenate([at for at, _ in rows])
        return cls(begins, at, np.concatenate([values for _, values in rows]), width)

    def times(self, right: Floats) -> Floats:
        """This matrix times ``right``, shape (width, n)."""
        return np.stack(
            [
                np.add.reduceat(self.values * right[self.at, n], self.begins)
                for n in range(right.shape[1])
            ],
            axis=1,
        )

    def turned_times(self, right: Floats) -> Floats:
        """The transpose times ``right``, shape (rows, n)."""
        lengths = np.diff([*self.begins, len(self.at)])
        columns = [
            np.bincount(self.at, self.values * np.repeat(right[:, n], lengths), self.width)
            for n in range(right.shape[1])
        ]
        return np.stack(columns, axis=1).astype(np.float32)


def _descend(x: _Rows, y: Floats) -> tuple[Floats, Floats]:
    weights = np.zeros((x.width, y.shape[1]), dtype=np.float32)
    bias = np.zeros(y.shape[1], dtype=np.float32)
    before = weights, bias
    for step in range(_STEPS):
        push = step / (step + 3)
        ahead = weights + push * (weights - before[0])
        ahead_bias = bias + push * (bias - before[1])
        total = x.times(ahead) + ahead_bias
        p = np.exp(total - total.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        error = ((p - y) / len(y)).astype(np.float32)
        before = weights, bias
        weights = (ahead - _RATE * (x.turned_times(error) + _PENALTY * ahead)).astype(np.float32)
        bias = (ahead_bias - _RATE * error.sum(axis=0)).astype(np.float32)
    return weights, bias


def main() -> None:
    """Write the model beside its data."""
    path = Path(__file__).resolve().parents[1] / "data" / FILE
    path.write_bytes(save(train(utterances())))


if __name__ == "__main__":
    main()
