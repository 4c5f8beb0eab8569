"""The linear model: hashed words, pairs of words and characters, TF-IDF, into a softmax."""

import io
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from zlib import crc32

import numpy as np
import numpy.typing as npt

from domain.thai_text import char_ngrams, strip_tones, words

VERSION = 2
BUCKETS = 1 << 16
# What a message is about stands in its first lines; the bound keeps the time flat.
_LIMIT = 400
FILE = "routing_model.npz"

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights (BUCKETS, intents), bias (intents,), IDF (BUCKETS,), and the intents' names."""

    intents: tuple[str, ...]
    idf: Floats
    weights: Floats
    bias: Floats


def features(text: str, idf: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the buckets and unit-length TF-IDF values of normalised `text`."""
    text = text[:_LIMIT]
    run = strip_tones(text)
    said = words(text)
    counts = Counter(crc32(b"w" + word.encode()) % BUCKETS for word in said)
    # "เงิน เข้า ยัง" is a status and "เงิน เข้า กระเป๋า" is not.
    pairs = zip(["^", *said], [*said, "$"], strict=True)
    counts.update(crc32(f"p{one}|{next_one}".encode()) % BUCKETS for one, next_one in pairs)
    # Begin and end marks let the model learn how messages open and close.
    marked = "^" + "".join(run.split()) + "$"
    counts.update(crc32(b"c" + gram.encode()) % BUCKETS for gram in char_ngrams(marked, 2, 4))
    at = np.array(sorted(counts), dtype=np.int64)
    tf = np.array([1 + np.log(counts[bucket]) for bucket in at.tolist()], dtype=np.float32)
    values = tf * idf[at]
    norm = float(np.linalg.norm(values))
    return at, (values / norm if norm else values).astype(np.float32)


def probabilities(text: str, model: Model) -> npt.NDArray[np.float64]:
    """Return P(intent) of normalised `text`, shape (intents,), summing to 1."""
    at, values = features(text, model.idf)
    total = (values @ model.weights[at] + model.bias).astype(np.float64)
    total = np.exp(total - total.max())
    return np.asarray(total / total.sum(), dtype=np.float64)


def save(model: Model) -> bytes:
    """Return `model` as the bytes of an .npz file, weights in half precision."""
    out = io.BytesIO()
    np.savez_compressed(
        out,
        version=np.array(VERSION),
        intents=np.array(model.intents),
        idf=model.idf.astype(np.float16),
        weights=model.weights.astype(np.float16),
        bias=model.bias,
    )
    return out.getvalue()


def read(data: bytes) -> Model:
    """Read what `save` wrote. Raises ValueError for another version."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        if int(held["version"]) != VERSION:
            raise ValueError("the routing model is of another version: run domain.routing.train")
        return Model(
            tuple(str(name) for name in held["intents"]),
            held["idf"].astype(np.float32),
            held["weights"].astype(np.float32),
            held["bias"].astype(np.float32),
        )


@cache
def load() -> Model:
    """Return the model that ships with Prongsai."""
    return read(resources.files("domain.data").joinpath(FILE).read_bytes())
