"""A whole assessment at four sizes and at fifty million positions, its memory, its reading, its executors.

python -m bench.assessment [people …]      prints the tables; with numbers only these sizes
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus.assessing import assess
from app.consensus.assessing import measured as figures_of
from app.consensus.clauses import figures
from app.consensus.electorate import Room
from app.consensus.executors import HERE, Cluster, Executor, Processes
from app.consensus.input import AssessmentInput
from app.consensus.input_queries import gather, keep
from app.consensus.kept import Kept
from app.consensus.matrix import PositionMatrix
from app.consensus.opinion_groups import opinion_groups
from app.foundation.canonical import canonical
from app.foundation.clock import utc_now
from app.foundation.database import Base
from app.norms.models import Norm
from app.norms.queries import clauses as clauses_of
from app.positions.models import Position, Stance
from app.positions.packing import packed
from app.positions.snapshot import Shelf
from app.reference.countries import shipped
from app.representation.rules import CATEGORIES, MeasurementRules
from app.stakeholders.models import Stakeholder
from bench.crowd import CLAUSES, STATED, crowd
from tests import postgres
from tests.factories import Make

SIZES = (12_500, 25_000, 50_000, 100_000, 1_000_000)
RULES = MeasurementRules()
MEGABYTE = 1024.0
FIRST = 1_000  #: id of the first stakeholder
STEPS = (
    "people",
    "positions",
    "digest of the input",
    "tallies and weights",
    "every clause, every scheme",
    "opinion groups",
    "writing",
    "MB",
)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def steps(people: int) -> dict[str, float]:
    """Seconds of each step, and the peak memory of the process in MB."""
    data = crowd(people)
    found: dict[str, float] = {"people": people, "positions": data.positions.size}
    rooms: list[Room] = []
    results: list[object] = []
    found["digest of the input"] = timed(lambda: data.digest)
    found["tallies and weights"] = timed(lambda: rooms.append(Room.of(RULES, data)))
    found["every clause, every scheme"] = timed(lambda: results.append(figures(data, rooms[0])))
    codes = [code for code, _ in data.provisions]
    found["opinion groups"] = timed(
        lambda: results.append(opinion_groups(data.positions, data.people, codes))
    )
    found["writing"] = timed(lambda: canonical(results))
    found["MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    return found


def spoken(data: AssessmentInput, row: int) -> AssessmentInput:
    """Somebody who has spoken takes another side on one clause."""
    codes = data.positions.codes.copy()
    codes[row * STATED] ^= 3
    return replace(data, positions=PositionMatrix(data.positions.starts, codes, CLAUSES))


def come(data: AssessmentInput) -> AssessmentInput:
    """Somebody speaks for the first time, as one of a small cell."""
    starts, codes = data.positions.starts, data.positions.codes
    return replace(
        data,
        people=[*data.people, "q0000000"],
        cell_of=np.append(data.cell_of, 0),
        positions=PositionMatrix(
            np.append(starts, starts[-1] + 1), np.append(codes, codes.dtype.type(4)), CLAUSES
        ),
    )


def refreshed(people: int) -> list[dict[str, str]]:
    """For each kind of position one more: seconds of clock and processor in full and refreshed, and whether
    both are equal to the last bit."""
    data, kept = crowd(people), Kept()
    canonical(figures_of(RULES, data, rules_digest="x", kept=kept))
    found = []
    for what, then in (
        ("of somebody who has spoken", spoken(data, 7)),
        ("of another one", spoken(spoken(data, 7), people // 2)),
        ("of somebody new", come(data)),
    ):
        found.append({"one more position": what} | compared(then, kept))
    return found


def compared(data: AssessmentInput, kept: Kept) -> dict[str, str]:
    """Each step, refreshed and in full: seconds of clock, and in brackets of the processor."""
    steps: dict[str, str] = {}
    results: list[dict[str, object]] = []
    written: list[bytes] = []

    def step(name: str, work: Callable[[], object]) -> None:
        clock, processor = time.perf_counter(), time.process_time()
        work()
        spent = time.perf_counter() - clock, time.process_time() - processor
        steps[name] = f"{spent[0]:.3f} ({spent[1]:.3f})"

    step("digest of the input", lambda: data.digest)
    for name, one in (("refreshed", kept), ("in full", None)):
        step(f"figures {name}", lambda: results.append(figures_of(RULES, data, rules_digest="x", kept=one)))  # noqa: B023
        step(f"writing {name}", lambda: written.append(canonical(results[-1])))
    return steps | {"equal to the last bit": "yes" if written[0] == written[1] else "NO"}


def measured(*words: str) -> dict[str, float]:
    """What a process of its own measures."""
    asked = [sys.executable, "-m", "bench.assessment", "alone", *words]
    found: dict[str, float] = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
    return found


def shared() -> Iterator[list[str]]:
    """(who does it, seconds, equal to the last bit): 20,000 people, one process against two and a cluster."""
    from distributed import Client, LocalCluster  # an extra

    data = crowd(20_000)

    def whole(executor: Executor) -> tuple[float, bytes]:
        started = time.perf_counter()
        result = canonical(assess(RULES, data, rules_digest="x", executor=executor))
        return time.perf_counter() - started, result

    here, expected = whole(HERE)
    yield ["one process", f"{here:.2f}", "–"]
    with Processes(2) as processes:
        whole(processes)  # until they have started and read the code
        seconds, result = whole(processes)
        yield ["two processes", f"{seconds:.2f}", "yes" if result == expected else "NO"]
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local,
        Client(local) as one,
    ):
        cluster = Cluster(one)
        whole(cluster)
        seconds, result = whole(cluster)
        yield ["Dask, two workers", f"{seconds:.2f}", "yes" if result == expected else "NO"]


def filled(session: Session, data: AssessmentInput) -> Norm:
    """The positions as rows of a database."""
    now = utc_now()
    norm = Make(session, now).norm(*(f"Clause {number}." for number in range(CLAUSES)), slug="crowd")
    there = clauses_of(session, norm.current_draft_id or 0)
    same = {"language": "en", "evidence": "", "origin": "crowd", "created_at": now}
    session.execute(
        sa.insert(Stakeholder),
        [
            same
            | {"id": FIRST + row, "category": category, "country": country, "name": name}
            | {"external_id": name, "verification": "verified" if known else "self-declared"}
            for row, name in enumerate(data.people)
            for category, country, known in [data.cells[data.cell_of[row]]]
        ],
    )
    same = {"norm_id": norm.id, "remedy": "", "language": "en", "read_language": "en", "stated_at": now}
    wordings = [
        {"provision_id": one.provision_id, "clause_id": one.id, "text_digest": one.text_digest}
        for one in there
    ]
    stances = [{"stance": one.value, "reason": "No." if one is Stance.OBJECT else ""} for one in Stance]
    for first, last in data.positions.blocks():
        part = data.positions.part(first, last)
        said = zip(part.rows.tolist(), part.columns.tolist(), part.stances.tolist(), strict=True)
        session.execute(
            sa.insert(Position),
            [
                same | wordings[clause] | stances[stance] | {"stakeholder_id": FIRST + first + row}
                for row, clause, stance in said
            ],
        )
    session.commit()
    return norm


def read(name: str, url: str, data: AssessmentInput, folder: Path) -> list[str]:
    """Database, seconds for the packed positions, for the whole input, for it after one more position with a
    snapshot of those before, for plain rows, and their ratio.
    """
    engine = sa.create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        norm = filled(session, data)
        facts, columns = shipped(), (Position.stakeholder_id, Position.clause_id, Position.stance)
        packing = timed(lambda: list(packed(session, norm.id)))
        found: list[AssessmentInput] = []
        whole = timed(lambda: found.append(gather(session, norm, CATEGORIES, facts, closing=False)))
        assert found[0].positions.digest == data.positions.digest
        shelf = Shelf(folder)
        keep(session, norm, shelf)
        holder = session.scalars(sa.select(Position).limit(1)).one()
        one_more(session, holder)
        again: list[AssessmentInput] = []
        after = timed(
            lambda: again.append(gather(session, norm, CATEGORIES, facts, closing=False, shelf=shelf))
        )
        assert again[0].digest == gather(session, norm, CATEGORIES, facts, closing=False).digest
        assert again[0].positions.digest != data.positions.digest
        rows = timed(lambda: session.execute(sa.select(*columns)).all())
    engine.dispose()
    return [name, f"{packing:.2f}", f"{whole:.2f}", f"{after:.2f}", f"{rows:.2f}", f"{rows / packing:.1f}"]


def one_more(session: Session, before: Position) -> None:
    """The stakeholder of a position says something else."""
    before.superseded_at = utc_now()
    session.flush()
    names = (
        "norm_id",
        "provision_id",
        "clause_id",
        "stakeholder_id",
        "language",
        "read_language",
        "text_digest",
    )
    same = {name: getattr(before, name) for name in names}
    stance = Stance.ABSTAIN if before.stance is not Stance.ABSTAIN else Stance.SUPPORT
    session.add(Position(**same, stance=stance, stated_at=utc_now()))
    session.commit()


def reading(people: int) -> Iterator[list[str]]:
    """What ``read`` says of each database."""
    data = crowd(people)
    with tempfile.TemporaryDirectory() as folder, postgres.server(postgres.DURABLE) as server:
        for name, url in (("SQLite", f"sqlite:///{folder}/crowd.db"), ("PostgreSQL", server)):
            yield read(name, url, data, Path(folder) / name)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Printed line by line, as it is measured."""
    print("| " + " | ".join(header) + " |\n" + "|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
    print()


def written(number: float) -> str:
    return f"{number:,.0f}" if number > 50 else f"{number:.2f}"


def main(words: list[str]) -> None:
    if words[:1] == ["alone"]:
        print(json.dumps(steps(int(words[1]))))
        return
    if words[:1] == ["refreshed"]:
        rows = refreshed(int(words[1]))
        table(list(rows[0]), (list(one.values()) for one in rows))
        return
    sizes = [int(word) for word in words] or SIZES
    print("# Assessments\n\nSeconds, one process; MB is the peak of the whole process, positions included.\n")
    table(STEPS, ([written(measured(str(people))[name]) for name in STEPS] for people in sizes))
    if not words:
        print(
            "One more position on 5,000,000 of 100,000 stakeholders, after an assessment in one process.\n"
            "Seconds of clock, and in brackets of the processor; one thread. Without opinion groups.\n",
            flush=True,
        )
        asked = [sys.executable, "-m", "bench.assessment", "refreshed", "100000"]
        subprocess.run(asked, check=True, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
        print("Reading 5,000,000 positions of 100,000 stakeholders, in seconds.\n")
        header = ["database", "packed", "whole input", "after one more", "plain rows", "plain ÷ packed"]
        table(header, reading(100_000))
        print("1,000,000 positions of 20,000 stakeholders, whoever does the work.\n")
        table(["by", "seconds", "equal to the last bit"], shared())


if __name__ == "__main__":
    main(sys.argv[1:])
