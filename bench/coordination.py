"""What the detectors of coordinated behaviour find in honest conversations, and of brigades put into them."""

import csv
import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from app.consensus.coordinated_activity import DAY, DETECTORS, HOUR, Conduct
from app.foundation.arrays import Bools, Ints
from app.foundation.text import plain
from app.triage.near_copies import jaccard, near_copies

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
STANCE_OF = {1: 0, 0: 2, -1: 3}
SEEDS = range(10)
BRIGADE = 40
WELL_READ = 10  #: a brigade copies an account with at least so many positions
BRIGADES = {"exact copies": 0.0, "noisy copies (10 % changed)": 0.1, "camouflaged (30 % changed)": 0.3}
HEADER = ("conversation", "what", *DETECTORS)


def conversations(folder: Path) -> Iterator[tuple[str, Conduct]]:
    """Each Polis conversation, everybody unverified and of one stratum: the hardest case for a detector."""
    for place in sorted((folder / "polis").iterdir()):
        last: dict[tuple[int, int], tuple[int, int]] = {}
        with (place / "votes.csv").open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                key, stated_at = (int(line["voter-id"]), int(line["comment-id"])), int(line["timestamp"])
                if key not in last or stated_at >= last[key][0]:
                    last[key] = stated_at, STANCE_OF[int(line["vote"])]
        voters, rows = np.unique([voter for voter, _ in last], return_inverse=True)
        _, columns = np.unique([clause for _, clause in last], return_inverse=True)
        milliseconds, stances = np.array(list(last.values()), dtype=np.int64).T
        nobody = np.zeros(len(voters), dtype=np.int64)
        yield place.name, Conduct(rows, columns, stances, milliseconds // 1000, nobody > 0, nobody)


def shuffled(conduct: Conduct, generator: np.random.Generator) -> Conduct:
    """Each clause's answers dealt again among those who gave one: whatever was agreed on is gone."""
    by_clause = np.argsort(conduct.columns, kind="stable")
    drawn = np.lexsort((generator.random(len(by_clause)), conduct.columns))
    stances = conduct.stances.copy()
    stances[by_clause] = conduct.stances[drawn]
    return replace(conduct, stances=stances)


def with_brigade(conduct: Conduct, changed: float, generator: np.random.Generator) -> tuple[Conduct, Bools]:
    """Forty accounts that copy one honest account within one hour of a day on which others came too.

    Each copied answer is changed, with the given probability, to another that people gave. Also who they are.
    """
    stated = conduct.positions.stated
    model = generator.choice(np.flatnonzero(stated >= WELL_READ))
    mine = conduct.rows == model
    columns = np.tile(conduct.columns[mine], BRIGADE)
    answers = np.tile(conduct.stances[mine], BRIGADE)
    known = np.unique(conduct.stances)
    steps = generator.integers(1, len(known), len(answers)) * (generator.random(len(answers)) < changed)
    stances = known[(np.searchsorted(known, answers) + steps) % len(known)]
    arrival = generator.choice(conduct.first_at[stated > 0]) // DAY * DAY + generator.integers(0, DAY - HOUR)
    came = arrival + generator.integers(0, HOUR, BRIGADE)
    people = len(conduct)
    added = Conduct(
        rows=np.concatenate([conduct.rows, np.repeat(people + np.arange(BRIGADE), mine.sum())]),
        columns=np.concatenate([conduct.columns, columns]),
        stances=np.concatenate([conduct.stances, stances]),
        stated_at=np.concatenate([conduct.stated_at, np.repeat(came, mine.sum())]),
        verified=np.concatenate([conduct.verified, np.zeros(BRIGADE, dtype=np.bool_)]),
        stratum=np.concatenate([conduct.stratum, np.zeros(BRIGADE, dtype=np.int64)]),
    )
    return added, np.arange(people + BRIGADE) >= people


def marked(conduct: Conduct, among: Bools) -> Ints:
    """How many of some accounts each detector marks; shape (detectors,)."""
    return np.array([int((find(conduct) & among).sum()) for find in DETECTORS.values()])


def rows() -> Iterator[tuple[str, ...]]:
    """(conversation, what was measured, the share marked by each detector): over all seeds."""
    for name, conduct in conversations(DATA):
        everybody = np.ones(len(conduct), dtype=np.bool_)
        yield name, "honest, as it is", *_shares(marked(conduct, everybody), len(conduct))
        found = sum(marked(shuffled(conduct, np.random.default_rng(seed)), everybody) for seed in SEEDS)
        yield name, "honest, shuffled", *_shares(found, len(SEEDS) * len(conduct))
        for what, changed in BRIGADES.items():
            drawn = [with_brigade(conduct, changed, np.random.default_rng(seed)) for seed in SEEDS]
            found = sum(marked(crowd, brigade) for crowd, brigade in drawn)
            yield name, f"brigade: {what}", *_shares(found, len(SEEDS) * BRIGADE)
            found = sum(marked(crowd, ~brigade) for crowd, brigade in drawn)
            yield name, f"honest beside it: {what}", *_shares(found, len(SEEDS) * len(conduct))


def _shares(found: Ints, of: int) -> list[str]:
    return [f"{100 * one / of:.1f} %" for one in found]


def alphabets() -> list[list[str]]:
    """Letters of six scripts: Latin, Cyrillic, Arabic, Devanagari, Khmer and, of characters, Han."""
    spans = ((97, 26), (0x430, 32), (0x627, 20), (0x905, 50), (0x1780, 50), (0x4E00, 2_000))
    return [[chr(first + step) for step in range(size)] for first, size in spans]


def written(texts: int, seed: int = 1) -> tuple[list[str], list[tuple[int, int]]]:
    """Texts of about 400 characters in six scripts, words as frequent as in Zipf's law; and (original, copy).

    Every twentieth text copies one of the same script with 1 to 40 characters changed, half of them few.
    """
    generator = np.random.default_rng(seed)
    weights = 1 / np.arange(1, 3_001)
    scripts, words = alphabets(), []
    for letters in scripts:
        lengths = generator.integers(1, 3, 3_000) if len(letters) > 100 else generator.integers(2, 11, 3_000)
        words.append(np.array(["".join(generator.choice(letters, size)) for size in lengths], dtype=object))
    found: list[str] = []
    pairs = []
    for number in range(texts):
        script = number % len(scripts)
        if number % 20 == 19 and number >= 100:
            original = int(generator.integers(0, number // 6)) * 6 + script
            copy = list(found[original])
            most = 8 if generator.random() < 0.5 else 40
            for place in generator.integers(0, len(copy), int(generator.integers(1, most + 1))):
                copy[place] = str(generator.choice(scripts[script]))
            found.append("".join(copy).upper())
            pairs.append((original, number))
        else:
            drawn = generator.choice(words[script], 270 if script == 5 else 60, p=weights / weights.sum())
            found.append(("" if script == 5 else " ").join(drawn))
    return found, pairs


def sorted_out(texts: int) -> tuple[float, int, int, int, int, int]:
    """Seconds; peak of the process in MB; copies that are near and those found; pairs found, false ones."""
    given, pairs = written(texts)
    begun = time.perf_counter()
    groups = near_copies(given)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    group_of = {number: place for place, group in enumerate(groups) for number in group}
    near = [pair for pair in pairs if jaccard(*(plain(given[one]) for one in pair)) >= 0.8]
    together = [one in group_of and group_of[one] == group_of.get(other) for one, other in near]
    origin: dict[int, int] = {}
    for original, copy in pairs:
        origin[copy] = origin.get(original, original)
    joined = [pair for group in groups for pair in combinations(group, 2)]
    false = sum(origin.get(one, one) != origin.get(other, other) for one, other in joined)
    return seconds, peak, len(near), sum(together), len(joined), false


def copies(texts: int = 50_000) -> Iterator[tuple[str, str]]:
    """(what, measured) of the search for near-identical texts, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        seconds, peak, near, found, joined, false = pool.submit(sorted_out, texts).result()
    yield f"{texts:,} texts of six scripts", f"{seconds:.1f} s"
    yield "peak of the whole process", f"{peak} MB"
    yield "planted near copies found", f"{found} of {near}"
    yield "pairs joined, of different origin", f"{joined}, {false}"


def main() -> None:
    print("| " + " | ".join(HEADER) + " |\n|" + "---|" * len(HEADER))
    for row in rows():
        print("| " + " | ".join(row) + " |", flush=True)
    print("\n| near-identical texts | measured |\n|---|---|")
    for row in copies():
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
