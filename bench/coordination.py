"""What the detectors of coordinated behaviour find in honest conversations, and of brigades put into them."""

import csv
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.consensus.coordination import DAY, DETECTORS, HOUR, Conduct
from app.consensus.matrix import Bools, Ints

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
STANCE_OF = {1: 0, 0: 2, -1: 3}
SEEDS = range(5)
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
    """Each clause's answers dealt anew among those who gave one: whatever was agreed on is gone."""
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


def main() -> None:
    print("| " + " | ".join(HEADER) + " |\n|" + "---|" * len(HEADER))
    for row in rows():
        print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
