"""Opinion groups against red-dwarf 0.4: seconds, memory, agreement with the groups that Polis published.

python -m bench.opinion_groups              prints the tables (needs requirements-bench.txt, and Linux)
python -m bench.opinion_groups reference    writes red-dwarf's figures for tests/consensus/test_parity.py

Both get the same last votes, each in the form it takes: red-dwarf a list of dicts, ours three arrays. Every
figure comes from a process of its own, warmed up on a small conversation.
"""

import csv
import ctypes
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.consensus import components
from app.consensus.clustering import STARTS, adjusted_rand, best_clustering
from app.consensus.executors import HERE
from app.consensus.matrix import PositionMatrix
from app.consensus.opinion_groups import FEWEST_POSITIONS, Plane, described, opinion_groups, scores_of
from app.foundation.arrays import Ints

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")) / "polis"
REFERENCE = Path(__file__).parents[1] / "tests" / "consensus" / "red_dwarf"
SMALLEST = "15-per-hour-seattle"
LEFT_OUT = ", moderated left out"
INVENTED = {"5,000 × 1,000, invented": 5_000, "20,000 × 1,000, invented": 20_000}
STANCES = np.array([2, 0, 3])  #: of the votes 0, 1 and −1
NOTHING = np.array([], dtype=np.int64)
NOT_GROUPED = -1
TIMES, ORDERS, ORDERS_INVENTED = 3, 5, 1
SEED = 20261123
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

Run = Callable[[], Ints]  #: the group of each person, or NOT_GROUPED


@dataclass(frozen=True)
class Conversation:
    """The last votes. ``people``, ``clauses``, ``votes`` (1, 0 or −1): shape (votes,), numbered from 0.

    ``hidden``: clauses that moderation took out. ``published``: shape (people,), Polis' group ids.
    """

    people: Ints
    clauses: Ints
    votes: Ints
    hidden: Ints
    published: Ints

    @property
    def width(self) -> int:
        return int(self.clauses.max()) + 1

    def in_order(self, order: Ints) -> "Conversation":
        """The same, person i being now number order[i], and the votes in the order of these numbers."""
        people, published = order[self.people], np.empty_like(self.published)
        published[order] = self.published
        turn = np.lexsort((self.clauses, people))
        return Conversation(people[turn], self.clauses[turn], self.votes[turn], self.hidden, published)

    def without(self, dropped: Ints) -> "Conversation":
        """The same without some of its votes, those of hidden clauses; who has none left is gone."""
        kept = ~dropped
        people, numbers = np.unique(self.people[kept], return_inverse=True)
        _, clauses = np.unique(self.clauses[kept], return_inverse=True)
        return Conversation(numbers, clauses, self.votes[kept], NOTHING, self.published[people])


def lines(name: str, file: str) -> Iterator[dict[str, str]]:
    with (DATA / name / file).open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def real(name: str) -> Conversation:
    """One of the shared conversations. Of two votes of one person on one comment the later counts."""
    votes = sorted(lines(name, "votes.csv"), key=lambda line: int(line["timestamp"]))
    last = {(int(line["voter-id"]), int(line["comment-id"])): int(line["vote"]) for line in votes}
    people, rows = np.unique([person for person, _ in last], return_inverse=True)
    comments, columns = np.unique([comment for _, comment in last], return_inverse=True)
    hidden = [int(one["comment-id"]) for one in lines(name, "comments.csv") if one["moderated"] == "-1"]
    known = lines(name, "participants-votes.csv")
    groups = {int(one["participant"]): int(one["group-id"] or NOT_GROUPED) for one in known}
    published = np.array([groups.get(person, NOT_GROUPED) for person in people.tolist()])
    votes_given, gone = np.array(list(last.values())), np.flatnonzero(np.isin(comments, hidden))
    return Conversation(rows, columns, votes_given, gone, published)


def invented(people: int, clauses: int = 1_000, each: int = 50) -> Conversation:
    """Three camps; everybody follows their camp on four votes of five, and passes on one of ten."""
    generator = np.random.default_rng(SEED)
    minds = generator.choice([1, -1], (3, clauses))
    rows = np.repeat(np.arange(people), each)
    columns = np.concatenate([generator.choice(clauses, each, replace=False) for _ in range(people)])
    votes = minds[rows % 3, columns] * np.where(generator.random(len(rows)) < 0.8, 1, -1)
    votes[generator.random(len(rows)) < 0.1] = 0
    return Conversation(rows, columns, votes, NOTHING, np.full(people, NOT_GROUPED))


def conversation(name: str) -> Conversation:
    if name in INVENTED:
        return invented(INVENTED[name])
    found = real(name.removesuffix(LEFT_OUT))
    return found.without(np.isin(found.clauses, found.hidden)) if name.endswith(LEFT_OUT) else found


def dicts(data: Conversation) -> list[dict[str, int]]:
    """The votes as red-dwarf takes them."""
    keys = ("participant_id", "statement_id", "vote")
    values = np.stack([data.people, data.clauses, data.votes], axis=1).tolist()
    return [dict(zip(keys, vote, strict=True)) for vote in values]


def red_dwarf(data: Conversation) -> Run:
    """Its whole pipeline; moderated comments are zero columns, as it does by default."""
    from reddwarf.implementations.polis import run_pipeline  # only benchmarks need it

    votes = dicts(data)

    def run() -> Ints:
        found = run_pipeline(votes=votes, mod_out_statement_ids=data.hidden.tolist(), random_state=0)
        return np.asarray(found.participants_df["cluster_id"].fillna(NOT_GROUPED), dtype=np.int64)

    return run


def ours(data: Conversation, work: Callable[..., dict[str, Any]]) -> Run:
    """A moderated comment is a zero column: everybody with enough votes abstains."""
    people = len(data.published)
    stated = np.bincount(data.people, minlength=people)
    active = np.flatnonzero(stated >= FEWEST_POSITIONS)
    kept = (stated[data.people] >= FEWEST_POSITIONS) & ~np.isin(data.clauses, data.hidden)
    rows = np.concatenate([data.people[kept], np.repeat(active, len(data.hidden))])
    columns = np.concatenate([data.clauses[kept], np.tile(data.hidden, len(active))])
    stances = STANCES[np.concatenate([data.votes[kept], np.zeros(len(rows) - kept.sum(), dtype=np.int64)])]
    names, codes = ([f"{number:07d}" for number in range(count)] for count in (people, data.width))

    def run() -> Ints:
        matrix = PositionMatrix.of(rows, columns, stances, people=people, clauses=len(codes))
        found = work(matrix, names, codes)["assignments"]
        return np.array([found.get(name, NOT_GROUPED) for name in names])

    return run


def alike(matrix: PositionMatrix, names: list[str], codes: list[str]) -> dict[str, Any]:
    """What red-dwarf does too: groups and their figures; no test against chance, no two halves."""
    enough = np.flatnonzero(matrix.stated >= FEWEST_POSITIONS)
    held = components.rows_of(matrix.take(enough))
    labels, _ = best_clustering(Plane.of(HERE, held, scores_of()).place(HERE, held), STARTS)
    return described(HERE, held, labels, [names[row] for row in enough], codes)


SIDES: dict[str, Callable[[Conversation], Run]] = {
    "alike": lambda data: ours(data, alike),
    "ours": lambda data: ours(data, opinion_groups),
    "red-dwarf": red_dwarf,
}


def megabytes(field: str) -> float:
    """VmRSS: what this process holds now; VmHWM: the most it held since the peak was forgotten."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{field}:")[1].split()[0]) / 1024


def forget_peak() -> None:
    """What reading the votes has left free is given back first, or the run would use it unseen."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def timed(run: Run) -> float:
    """Seconds of the processor: what else the machine does is not in them."""
    started = time.process_time()
    run()
    return time.process_time() - started


def alone(side: str, name: str) -> dict[str, Any]:
    """Median seconds of the processor, MB added at the peak of the first run, labels, and their likeness in
    other orders."""
    SIDES[side](invented(60, 80, 10))()  # reads what is only read when needed
    data = conversation(name)
    run = SIDES[side](data)
    forget_peak()
    before = megabytes("VmRSS")
    labels = run()
    added = megabytes("VmHWM") - before
    seconds = [timed(run) for _ in range(TIMES)]
    found = {"seconds": statistics.median(seconds), "megabytes": added, "labels": labels.tolist()}
    if side == "ours":
        return found  # it groups as "alike" does
    generator = np.random.default_rng(SEED)
    orders = []
    for _ in range(ORDERS_INVENTED if name in INVENTED else ORDERS):
        order = generator.permutation(len(data.published))
        orders.append(agreement(labels, SIDES[side](data.in_order(order))()[order]))
    return found | {"orders": orders}


def agreement(one: Ints, other: Ints) -> float:
    """The adjusted Rand index over those whom both put into a group."""
    both = (one != NOT_GROUPED) & (other != NOT_GROUPED)
    return adjusted_rand(one[both], other[both])


def rows() -> Iterator[tuple[str, str, Conversation, dict[str, dict[str, Any]]]]:
    """(conversation, people × clauses, its votes, what each side measures)."""
    names = [place.name for place in sorted(DATA.iterdir())]
    for name in [*names, *(name + LEFT_OUT for name in names), *INVENTED]:
        found = {}
        for side in SIDES:
            asked = [sys.executable, "-W", "ignore", "-m", "bench.opinion_groups", "alone", side, name]
            done = subprocess.run(asked, stdout=subprocess.PIPE, check=True, env=os.environ | ONE_THREAD)
            found[side] = json.loads(done.stdout)
        data = conversation(name)
        yield name, f"{len(data.published):,} × {data.width:,}", data, found


HEAD = """# Opinion groups

Against red-dwarf 0.4.0: seconds of the processor, one thread each, median of three runs, and memory added at
the peak, in a process of its own. *Groups and figures* is what red-dwarf does too; ours then tests the groups
against chance and on halves.
"""
COST = """
| conversation | people × clauses | s, groups and figures | s, tested against chance too | s, red-dwarf \
| red-dwarf ÷ groups and figures | red-dwarf ÷ all of ours | MB, groups and figures | MB, all of ours \
| MB, red-dwarf | red-dwarf ÷ all of ours (MB) |
|---|---|---|---|---|---|---|---|---|---|---|"""
LIKENESS = """
| conversation | ours, Polis | red-dwarf, Polis | ours, red-dwarf | k, ours | k, red-dwarf \
| orders that move somebody, ours (lowest index) | the same, red-dwarf |
|---|---|---|---|---|---|---|---|"""


def cost(found: dict[str, dict[str, Any]]) -> list[str]:
    seconds = {side: one["seconds"] for side, one in found.items()}
    added = {side: max(one["megabytes"], 0.1) for side, one in found.items()}
    ratios = [seconds["red-dwarf"] / seconds[side] for side in ("alike", "ours")]
    memory = [*added.values(), added["red-dwarf"] / added["ours"]]
    return [*(f"{x:.3f}" for x in seconds.values()), *(f"{x:.1f}" for x in [*ratios, *memory])]


def likeness(data: Conversation, found: dict[str, dict[str, Any]]) -> list[str]:
    labels = {side: np.array(one["labels"]) for side, one in found.items()}
    assert (labels["alike"] == labels["ours"]).all()
    pairs = [(labels["ours"], data.published), (labels["red-dwarf"], data.published)]
    figures = [f"{agreement(*pair):.3f}" if pair[1].max() >= 0 else "–" for pair in pairs]
    figures.append(f"{agreement(labels['ours'], labels['red-dwarf']):.3f}")
    figures += [str(int(labels[side].max()) + 1) for side in ("ours", "red-dwarf")]
    for side in ("alike", "red-dwarf"):
        orders = found[side]["orders"]
        figures.append(f"{sum(one < 1 for one in orders)} of {len(orders)} ({min(orders):.3f})")
    return figures


def reference() -> None:
    """red-dwarf's figures for the smallest conversation, in three groups of its own, with the votes."""
    from reddwarf.implementations.polis import run_pipeline  # only benchmarks need it

    data = conversation(SMALLEST + LEFT_OUT)
    data = data.without((np.bincount(data.people) < FEWEST_POSITIONS)[data.people])
    found = run_pipeline(votes=dicts(data), force_group_count=3, random_state=0)
    grid = np.full((len(data.published), data.width), ".")
    grid[data.people, data.clauses] = np.array(["0", "+", "-"])[data.votes]
    figures = {"means": found.reducer.mean_, "components": found.reducer.components_}
    figures["projections"] = found.participants_df[["x", "y"]].to_numpy()
    figures["group_aware_consensus"] = list(found.group_aware_consensus["agree"].values())
    figures |= {
        name: column.unstack("statement_id").to_numpy() for name, column in found.group_comment_stats.items()
    }
    written = {
        "source": f"{SMALLEST}, The Computational Democracy Project, CC BY 4.0; figures by red-dwarf 0.4.0",
        "votes": ["".join(row) for row in grid],
        "labels": found.clusterer.labels_.tolist(),
    } | {name: np.round(values, 10).tolist() for name, values in figures.items()}
    REFERENCE.mkdir(exist_ok=True)
    text = ",\n".join(f'"{name}": {json.dumps(values)}' for name, values in written.items())
    (REFERENCE / f"{SMALLEST}.json").write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


def main(words: list[str]) -> None:
    if words[:1] == ["alone"]:
        print(json.dumps(alone(words[1], words[2])))
    elif words == ["reference"]:
        reference()
    else:
        measured = list(rows())
        print(HEAD + COST)
        for name, size, _, found in measured:
            print("|", " | ".join([name, size, *cost(found)]), "|")
        print("\nAdjusted Rand index over those whom both group; and in other orders of the rows.")
        print(LIKENESS)
        for name, _, data, found in measured:
            print("|", " | ".join([name, *likeness(data, found)]), "|")


if __name__ == "__main__":
    main(sys.argv[1:])
