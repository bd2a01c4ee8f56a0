"""How long it takes to find comments that are alike, and how much memory, among as many as there may be."""

import csv
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from app.triage import embeddings
from app.triage.near_copies import near_copies
from app.triage.similarity import likeness, nearest_each, vectors
from bench.coordination import DATA, written

TEXTS, CLAUSES, NEAREST = 50_000, 200, 5
SCRIPTS = 6
LARGEST = 5_000  #: comments on one clause
ENCODED = 200  #: texts given to the model, if it is installed

Row = tuple[str, str, str]


def copies() -> Iterator[Row]:
    given, pairs = written(TEXTS)
    begun = time.perf_counter()
    groups = near_copies(given)
    seconds = time.perf_counter() - begun
    yield f"near copies among {TEXTS:,} texts of six scripts", f"{seconds:.1f} s", peak()
    yield "texts in groups of copies; copies planted", f"{sum(map(len, groups)):,}; {len(pairs):,}", ""


def letters() -> Iterator[Row]:
    """The dearest case: a form letter to which everybody adds so much that no two are near copies."""
    dice = np.random.default_rng(1)
    words = ["".join(map(chr, dice.integers(97, 123, dice.integers(3, 10)))) for _ in range(5_000)]
    letter = dice.choice(words, 100).tolist()
    given = [" ".join(letter + dice.choice(words, 16).tolist()) for _ in range(LARGEST)]
    begun = time.perf_counter()
    near_copies(given)
    yield (
        f"near copies among {LARGEST:,} letters just below the bound",
        f"{time.perf_counter() - begun:.0f} s",
        peak(),
    )


def within_clauses() -> Iterator[Row]:
    given, _ = written(TEXTS)
    clause_of = np.random.default_rng(1).integers(0, CLAUSES, TEXTS)
    begun, found = time.perf_counter(), 0
    for clause in range(CLAUSES):
        places = np.flatnonzero(clause_of == clause)
        rows = vectors([given[place] for place in places], [str(place % SCRIPTS) for place in places])
        found += len(nearest_each(rows, NEAREST)[0])
    seconds = time.perf_counter() - begun
    what = f"the nearest five of each of {found:,}, on {CLAUSES} clauses"
    yield what, f"{seconds:.1f} s", peak()


def for_one() -> Iterator[Row]:
    given, _ = written(LARGEST * SCRIPTS)
    one_language = given[::SCRIPTS]
    for texts, languages, what in (
        (given[:LARGEST], [str(place % SCRIPTS) for place in range(LARGEST)], "six languages"),
        (one_language, ["0"] * LARGEST, "one language"),
    ):
        seconds = []
        for _ in range(7):
            begun = time.perf_counter()
            mine = [place for place, language in enumerate(languages) if language == "0"]
            likeness(texts[0], "0", [texts[place] for place in mine], ["0"] * len(mine))
            seconds.append(time.perf_counter() - begun)
        median = 1000 * sorted(seconds)[3]
        yield f"the nearest of one text among {LARGEST:,} on its clause, {what}", f"{median:.0f} ms", peak()


def by_proposal() -> dict[str, list[str]]:
    """The comments of Decide Madrid; each proposal stands for a clause."""
    found: dict[str, list[str]] = defaultdict(list)
    with (DATA / "comments" / "decide_madrid.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found[line["proposalId"]].append(line["text"])
    return found


def really_said() -> Iterator[Row]:
    proposals = by_proposal()
    everything = [text for texts in proposals.values() for text in texts]
    begun = time.perf_counter()
    groups = near_copies(everything)
    seconds = time.perf_counter() - begun
    what = f"near copies among {len(everything):,} real comments: {len(groups)} groups"
    yield what, f"{seconds:.1f} s", peak()
    begun, best = time.perf_counter(), []
    for texts in proposals.values():
        alike = nearest_each(vectors(texts, ["es"] * len(texts)), NEAREST)[1]
        best += alike[:, 0].tolist() if alike.shape[1] else []
    seconds = time.perf_counter() - begun
    yield "the nearest five of each of them, on 80 proposals", f"{seconds:.1f} s", peak()
    shares = np.quantile(best, [0.1, 0.5, 0.9])
    yield (
        "how alike the nearest is: first tenth, half, nine tenths",
        " · ".join(f"{one:.2f}" for one in shares),
        "",
    )


def in_meaning() -> Iterator[Row]:
    encoder = embeddings.installed()
    if encoder is None:
        yield "with the model", "not installed", ""
        return
    given = [text for texts in by_proposal().values() for text in texts][:ENCODED]
    encoder.encode(given[:2])
    begun = time.perf_counter()
    encoder.encode(given)
    seconds = (time.perf_counter() - begun) / ENCODED
    length = sum(map(len, given)) // ENCODED
    yield f"the vector of a real comment, of {length} characters", f"{1000 * seconds:.0f} ms", peak()


def peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB"


def measured(what: Callable[[], Iterator[Row]]) -> list[Row]:
    return list(what())


def main() -> None:
    print("| what | measured | peak of the process |\n|---|---:|---:|")
    for what in (copies, letters, within_clauses, for_one, really_said, in_meaning):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            for row in pool.submit(measured, what).result():
                print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
