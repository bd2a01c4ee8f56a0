"""How long positions on another norm take while a large one is published, and in quiet times of the same run.

python -m bench.publishing [positions]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User
from app.authority.actor import Actor, Role
from app.foundation.clock import utc_now
from app.foundation.database import unit_of_work
from app.kernel.extensions import db
from app.lifecycle import requested_steps
from app.lifecycle.freezing import freeze
from app.lifecycle.models import Determination, DeterminationOutcome, StepAsked
from app.lifecycle.queries import rules_of
from app.norms.models import Norm
from app.norms.queries import clauses
from app.norms.seen import seen_in
from app.norms.stages import Stage
from app.positions import service as positions
from app.positions.models import Position, Stance
from bench.server import ROOT, environment
from bench.volume_world import SLUG, Furnishing
from config import Config
from tests import postgres
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.factories import Make

POSITIONS, CLAUSES = 1_000_000, 200
SPEAKERS = 5
EVERY = 0.05  #: seconds from the beginning of one position on the other norm to that of the next
QUIET = 300  #: positions before the publication
AIM = 100  #: ms


class Full(Furnishing):
    """A norm on every clause of which every stakeholder has a position."""

    def __init__(self, make: Make, count: int, clauses_: int = CLAUSES, slug: str = SLUG) -> None:
        super().__init__(make, clauses_=clauses_, stakeholders=count // clauses_, slug=slug)

    def positions(self) -> None:
        stances, weights = (Stance.SUPPORT, Stance.ACCEPT, Stance.ABSTAIN), (50, 38, 12)
        self.put(
            Position,
            (
                self._position(clause, holder, stance)
                for holder in self.holders
                for clause, stance in zip(
                    self.there, self.chance.choices(stances, weights, k=len(self.there)), strict=True
                )
            ),
        )


def adopted(make: Make, full: Full) -> User:
    """Take a norm to the eve of its publication; who may publish it."""
    full.positions()
    norm = full.norm
    freeze(rules_of(make.session, norm), now=make.now)
    norm.stage, norm.closes_at = Stage.ADOPTED, None
    publisher = make.user("A publisher")
    make.seat(publisher, Role.PUBLISHER, norm)
    make.session.add(
        Determination(
            norm_id=norm.id,
            draft_id=norm.current_draft_id,
            outcome=DeterminationOutcome.CONSENSUS,
            texts={"en": "Agreed."},
            stated_by=publisher.id,
            stated_at=make.now,
        )
    )
    make.session.flush()
    return publisher


def furnish(make: Make, count: int) -> None:
    """An adopted norm with so many positions, and its publisher, who has asked for the publication."""
    full = Full(make, count)
    asker = make.actor(adopted(make, full))
    requested_steps.ask(make.session, asker, full.norm, Stage.PUBLISHED, {}, now=make.now)


@dataclass
class Delegates:
    """People who state positions on another norm, each changing their mind all the time."""

    session: Session
    norm: Norm
    speakers: list[tuple[Actor, int]]
    number: int = 0

    @classmethod
    def of(cls, make: Make) -> "Delegates":
        norm = make.norm(*(f"{number}. Everybody has a say." for number in range(20)), slug="other")
        speakers = [(actor, holder.id) for actor, holder in (make.speaker() for _ in range(SPEAKERS))]
        return cls(make.session, norm, speakers)

    def state(self) -> float:
        """One position; how many ms it took."""
        self.number += 1
        actor, holder = self.speakers[self.number % SPEAKERS]
        stance = (Stance.SUPPORT, Stance.ACCEPT)[self.number // (SPEAKERS * 20) % 2]
        started = time.perf_counter()
        with unit_of_work(self.session) as session:
            there = clauses(session, self.norm.current_draft_id or 0)
            clause = there[self.number // SPEAKERS % 20]
            words = {"language": "en", "read_language": "en", "seen": seen_in(clause, "en")}
            said = {"stakeholder_id": holder, "stance": stance, **words}
            positions.state(session, actor, self.norm, clause, **said, now=utc_now())
        return 1000 * (time.perf_counter() - started)

    def phase(self) -> str:
        """How far the publication is."""
        asked = self.session.execute(sa.select(StepAsked.phase, StepAsked.ended_at)).one()
        self.session.rollback()
        return "ended" if asked.ended_at else str(asked.phase.value)

    def steadily(self, until: Callable[[], bool]) -> Iterator[tuple[str, float]]:
        """(phase, ms) of one position after the other, at an even pace."""
        due = time.perf_counter()
        while not until():
            time.sleep(max(0.0, due - time.perf_counter()))
            due = max(due + EVERY, time.perf_counter())
            phase = self.phase()
            yield phase, self.state()


def measured(url: str, folder: Path, count: int) -> Iterator[str]:
    """Lines of the table."""
    config = Config(database_url=url, data_dir=folder, secret_key="a secret for benchmarks only")
    app = create_app(config)
    with app.app_context():
        upgrade()
        make = Make(db.session(), utc_now())
        furnish(make, count)
        others = Delegates.of(make)
        db.session.commit()
        if db.engine.dialect.name == "postgresql":  # where autovacuum does it
            db.session.execute(sa.text("ANALYZE"))
            db.session.commit()
        left = iter(range(QUIET))
        yield row("quiet", [ms for _, ms in others.steadily(lambda: next(left, None) is None)])
        started = time.perf_counter()
        with (folder / "held.json").open("wb") as held, (folder / "worker.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "bench.timed_worker"],
                cwd=ROOT,
                env=environment(url, folder),
                stdout=held,
                stderr=log,
            )
            told = list(others.steadily(lambda: worker.poll() is not None))
        seconds = time.perf_counter() - started
        assert worker.returncode == 0, (folder / "worker.log").read_text()
        asked = others.session.scalars(sa.select(StepAsked)).one()
        assert asked.ended_at is not None and asked.refusal is None, asked.refusal
        by_phase = defaultdict(list)
        for phase, ms in told:
            by_phase[phase].append(ms)
        yield row(f"while it is published ({seconds:.0f} s)", [ms for _, ms in told])
        for phase, some in by_phase.items():
            yield row(f"… {phase}", some)
        held = json.loads((folder / "held.json").read_text())
        wall, most = max(wall for wall, _ in held), max(computing for _, computing in held)
        yield f"\nThe longest of the worker's {len(held)} writing transactions took {wall:.0f} ms up to its"
        yield f"commit; the most computing within one was {most:.0f} ms."
        yield f"Load of the machine afterwards: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
        others.session.rollback()
        db.engine.dispose()


def row(what: str, some: Sequence[float]) -> str:
    ordered = sorted(some)
    ninety_nine = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    figures = (
        f"{median(ordered):.0f} | {ninety_nine:.0f} | {ordered[-1]:.0f} | {sum(ms > AIM for ms in ordered)}"
    )
    return f"| {what} | {len(ordered)} | {figures} |"


def databases(folder: Path, server: str) -> Iterable[tuple[str, SqliteDatabases | PostgresDatabases]]:
    return ("SQLite", SqliteDatabases(folder)), ("PostgreSQL", PostgresDatabases(server))


def main(words: list[str]) -> None:
    count = int(words[0]) if words else POSITIONS
    print("# Positions on another norm while a large one is published\n")
    print(f"{count:,} positions on {CLAUSES} clauses are published by the worker. Meanwhile {SPEAKERS}")
    print(f"delegates state a position on another norm every {1000 * EVERY:.0f} ms. Aim: at most {AIM} ms.")
    with tempfile.TemporaryDirectory() as folder, postgres.server(postgres.DURABLE) as server:
        for name, kind in databases(Path(folder), server):
            print(f"\n## {name}\n\nLoad of the machine before: {os.getloadavg()[0]:.1f}.\n")
            print(f"| when | positions | median ms | 99 % ms | longest ms | over {AIM} ms |")
            print("|---|---|---|---|---|---|")
            with kind.empty() as url, tempfile.TemporaryDirectory() as data:
                for line in measured(url, Path(data), count):
                    print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
