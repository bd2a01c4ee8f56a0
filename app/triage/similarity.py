"""How alike comments are by their letters: TF-IDF of character n-grams within one language (pure).

A text is a unit vector over its runs of four characters, of two where one character is about a word or a
syllable (from U+2E80: Chinese, kana, hangul). A run that occurs t times, and in d of the n texts of its
language, weighs (1 + ln t) √(1 + ln((1 + n) / (1 + d))): the product of two texts holds its rarity once, as
in BM25 (Robertson & Zaragoza 2009): a thousand letters that differ in their signatures stay alike. The
likeness of two texts is the cosine of their vectors: 1 for copies, 0 across languages, because the language
decides a run's column. Runs instead of words, because of scripts without blanks and of languages that bend
their words.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias
from zlib import crc32

from app.foundation.arrays import Bools, Ints
from app.foundation.libraries import np, npt, sparse
from app.foundation.text import plain

Matrix: TypeAlias = "sparse.csr_array"
Floats: TypeAlias = "npt.NDArray[np.float32]"

#: The port: a unit row for each text, in the order given. Rows of texts that say alike have a cosine near 1.
Vectors = Callable[[Sequence[str], Sequence[str]], Matrix]

LONG_RUN, SHORT_RUN = 4, 2
FIRST_DENSE_LETTER = 0x2E80
COLUMN_BITS = 18  #: two of a text's 300 runs share a column once in six texts
LONGEST = 1_000  #: characters looked at
AT_A_TIME = 2 ** (32 - COLUMN_BITS)  #: texts counted at a time: a text and a column make a number of 32 bits


def vectors(texts: Sequence[str], languages: Sequence[str]) -> Matrix:
    """Unit rows, shape (texts, 2^18); zero for an empty text. One language a text."""
    parts = []
    for first in range(0, len(texts), AT_A_TIME):
        some = [plain(text[:LONGEST]) for text in texts[first : first + AT_A_TIME]]
        parts.append(_counts(some, languages[first : first + AT_A_TIME]))
    if not parts:
        return sparse.csr_array((0, 2**COLUMN_BITS), dtype=np.float32)
    return _weighed(sparse.vstack(parts, format="csr"), languages)


def likeness(text: str, language: str, texts: Sequence[str], languages: Sequence[str]) -> Floats:
    """The cosine of one text with each of the others, in [0, 1]."""
    rows = vectors([*texts, text], [*languages, language])
    wanted = rows[[-1]].toarray().ravel()
    return np.asarray(np.clip(rows[:-1] @ wanted, 0, 1))


def nearest_each(rows: Matrix, count: int = 5) -> tuple[Ints, Floats]:
    """Of each row the numbers of the most alike others, best first, and how alike; shape (rows, ≤ count).

    rows: unit rows. Time and memory grow with the square of the rows: give it one clause at a time.
    """
    cosines = (rows @ rows.T).toarray()
    np.fill_diagonal(cosines, -1)
    count = max(min(count, len(cosines) - 1), 0)
    best = np.argpartition(-cosines, count, axis=1)[:, :count] if count else np.empty((len(cosines), 0), int)
    order = np.argsort(-np.take_along_axis(cosines, best, axis=1), axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    return best, np.take_along_axis(cosines, best, axis=1)


def _counts(texts: Sequence[str], languages: Sequence[str]) -> Matrix:
    """How often each run occurs in each text; blanks around a text make its first and last letters count."""
    padded = [f" {text} " + " " * (LONG_RUN - 1) for text in texts]
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(
        np.uint32
    )
    lengths = np.array([len(text) for text in padded])
    seeds = np.array([crc32(language.encode()) for language in languages], dtype=np.uint32)
    runs = np.repeat(seeds, lengths)[: 1 - LONG_RUN]
    dense = letters[: 1 - LONG_RUN] >= FIRST_DENSE_LETTER
    for place in range(LONG_RUN):
        letter = letters[place : len(letters) - LONG_RUN + 1 + place]
        runs = _stirred(runs) + (letter if place < SHORT_RUN else np.where(dense, 0, letter))
    rows = np.repeat(np.arange(len(texts), dtype=np.uint32), lengths)[: 1 - LONG_RUN]
    keys = (rows << np.uint32(COLUMN_BITS)) | (_stirred(runs) >> np.uint32(32 - COLUMN_BITS))
    keys, times = np.unique(keys[_starts(lengths)], return_counts=True)
    ends = np.searchsorted(keys >> np.uint32(COLUMN_BITS), np.arange(len(texts)), side="right")
    return sparse.csr_array(
        (times.astype(np.float32), (keys & np.uint32(2**COLUMN_BITS - 1)).astype(np.int32), [0, *ends]),
        shape=(len(texts), 2**COLUMN_BITS),
    )


def _starts(lengths: Ints) -> Bools:
    """Where in the padded texts, put one after the other, a run begins that ends in the same text."""
    starts = np.ones(lengths.sum(), dtype=bool)
    for back in range(1, LONG_RUN + 2):
        starts[np.cumsum(lengths) - back] = False
    return starts[: 1 - LONG_RUN]


def _weighed(counts: Matrix, languages: Sequence[str]) -> Matrix:
    """Times turned into weights, each row of length 1."""
    _, language_of, sizes = np.unique(np.array(languages, dtype=str), return_inverse=True, return_counts=True)
    filled = np.diff(counts.indptr)
    rarity = -np.log1p(np.bincount(counts.indices, minlength=2**COLUMN_BITS)).astype(np.float32)
    texts = np.repeat((1 + np.log1p(sizes))[language_of].astype(np.float32), filled)
    weights = (1 + np.log(counts.data)) * np.sqrt(texts + rarity[counts.indices])
    squares = np.bincount(np.repeat(np.arange(len(filled)), filled), weights * weights, minlength=len(filled))
    counts.data = weights / np.repeat(np.sqrt(squares).astype(np.float32), filled)
    return counts


def _stirred(words: "npt.NDArray[np.uint32]") -> "npt.NDArray[np.uint32]":
    """Numbers stirred, one to one, so that runs spread over all columns.

    Source: Mueller's integer hash as evaluated by Wellons (2018), "lowbias32", one round.
    """
    words = (words ^ (words >> np.uint32(16))) * np.uint32(0x7FEB352D)
    return words ^ (words >> np.uint32(15))
