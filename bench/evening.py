"""A consultation evening: people read, state positions, comment and answer, and meanwhile a norm is assessed
and another published; then the same on two hosts, and with kill -9 of every process.

gunicorn, worker and settings as in production. The load comes from processes of its own over HTTP, each
person with a session, and is measured there. What people were told was done is held against the database.

python -m bench.evening [seconds of each part]
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from json import dumps
from pathlib import Path

from bench.delegates import DELEGATE, MODERATOR, PUBLISHER, VISITOR, Done, Evening, Person, shares
from bench.evening_tables import Ran, told
from bench.evening_world import PASSWORD, Cast, Size, furnish
from bench.installation import Host, Installation, one_host, two_hosts
from bench.killing import Killing
from bench.load import Connection, request_bytes
from bench.server import ROOT
from bench.volume_world import SLUG
from bench.watching import Database, compared, computed
from tests import postgres

A_SECOND = 8.0  #: people who sign in
GENERATORS = 2
SEED = 20261201
ABOUT = """# A consultation evening

{comments:,} comments on {clauses} clauses by {stakeholders:,} stakeholders. Delegates read the draft and its
clauses, state positions and comment, and two moderators answer; each thinks {think:.0f} s before a page
(mean, log-normal), and {seconds:.0f} s count after all have come. Within them `flask assess` is run once, and
a norm of {positions:,} positions is published by the worker. `deploy/gunicorn.conf.py` in production with
{processes} processes of 4 threads, `flask worker --workers 2`; {generators} processes on the same cores
generate the load. Milliseconds: median / 95 % / 99 %, at the client; acts: to the answer that they are done.
Load average of the five minutes before: {load:.1f} on {cores} cores."""


@dataclass(frozen=True)
class Programme:
    """``levels``: delegates at once; ``on_two``: on two hosts; ``killed``: while processes are killed.
    ``seconds``: of each part; ``think``: mean seconds before a page.
    """

    levels: tuple[int, ...] = (10, 50, 100, 200)
    on_two: int = 100
    killed: int = 50
    seconds: float = 60.0
    think: float = 5.0
    size: Size = field(default_factory=Size)


def cast_for(
    cast: Cast, hosts: Sequence[Host], delegates: int, evening: int, visitors: int = 0
) -> list[Person]:
    """Who comes to an evening; they are spread over the hosts."""
    chosen = [
        *cast.of(DELEGATE, 0, delegates),
        *cast.of(MODERATOR, 0, 2),
        *cast.of(PUBLISHER, evening, 1),
        *cast.of(VISITOR, 0, visitors),
    ]
    return [
        Person(
            number, role, email, norm, (hosts[number % len(hosts)].address, hosts[number % len(hosts)].port)
        )
        for number, (role, email, norm) in enumerate(chosen)
    ]


@dataclass
class Part:
    """What is done in one evening; ``disturb`` runs beside it and tells what it did."""

    name: str
    people: list[Person]
    clauses: int
    seconds: float
    think: float
    disturb: Callable[[float], list[str]] = lambda opening: []
    assesses: bool = True

    @property
    def evening(self) -> Evening:
        arriving = len(self.people) / A_SECOND
        return Evening(
            self.name,
            SEED,
            PASSWORD,
            self.people,
            self.clauses,
            self.think,
            arriving,
            self.seconds,
            publishing_at=self.seconds / 4,
        )


def begun(evening: Evening) -> list["subprocess.Popen[str]"]:
    """The processes of those who come."""
    command = [sys.executable, "-m", "bench.delegates"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    processes = []
    for share in shares(evening, min(GENERATORS, len(evening.people))):
        process = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
        assert process.stdin is not None
        process.stdin.write(dumps(asdict(share)))
        process.stdin.close()
        process.stdin = None
        processes.append(process)
    return processes


def run(part: Part, installation: Installation, database: Database) -> Ran:
    evening, assessed, notes = part.evening, list[float](), list[str]()
    opening = time.time() + evening.arriving
    processes = begun(evening)

    def assess() -> None:
        time.sleep(evening.seconds / 2)
        started = time.perf_counter()
        answer = installation.command("assess", SLUG)
        assert answer.returncode == 0, answer.stderr
        assessed.append(time.perf_counter() - started)

    def collect(place: int, process: "subprocess.Popen[str]") -> None:
        answers[place] = process.communicate()[0]

    answers = [""] * len(processes)
    readers = [threading.Thread(target=collect, args=each) for each in enumerate(processes)]
    for thread in readers:
        thread.start()
    time.sleep(max(0.0, opening - time.time()))
    before = computed(installation, database)
    beside = [threading.Thread(target=lambda: notes.extend(part.disturb(opening)))]
    beside += [threading.Thread(target=assess)] if part.assesses else []
    with database.waiting() as waiting:
        for thread in beside:
            thread.start()
        time.sleep(max(0.0, opening + evening.seconds - time.time()))
        after = computed(installation, database)
    for thread in (*readers, *beside):
        thread.join()
    done = sum((Done.read(one) for one in answers), Done())
    cpu = {role: (after[role] - before[role]) / evening.seconds for role in before}
    cpu["generator"] = done.computing / (evening.arriving + evening.seconds)
    same = compared(done, database.marks(evening.name))
    delegates = sum(one.role == DELEGATE for one in part.people)
    took = next(iter(assessed), None)
    return Ran(part.name, delegates, done, evening.seconds, opening, cpu, waiting, same, took, notes)


def packages(part: Part, hosts: Sequence[Host]) -> str:
    """The status with which each host answers who wants the package that was published in this part."""
    norm = next(one.norm for one in part.people if one.role == PUBLISHER)
    path, headers = f"/en/norms/{norm}/publications/1/package.zip", {"X-Forwarded-Proto": "https"}
    asked = (Connection(one.port, one.address).ask(request_bytes("GET", path, headers)) for one in hosts)
    return ", ".join(str(status) for status, _, _ in asked)


def verified(installation: Installation) -> str:
    """What ``flask audit verify`` says."""
    answer = installation.command("audit", "verify")
    return f"{(answer.stdout or answer.stderr).strip().splitlines()[0]} (exit {answer.returncode})"


@contextmanager
def databases() -> Iterator[Iterator[Database]]:
    """An empty one of each kind."""
    with tempfile.TemporaryDirectory() as folder, postgres.cluster(postgres.DURABLE) as cluster:
        yield iter(
            [
                Database("SQLite", f"sqlite:///{folder}/evening.db"),
                Database("PostgreSQL", cluster.url, cluster),
            ]
        )


def evenings(database: Database, folder: Path, programme: Programme) -> Iterator[Ran]:
    """The parts of the evening on one database: each level, two hosts, and kill -9."""
    size, numbers = programme.size, count()
    with one_host(folder) as hosts:
        cast = furnish(database.url, hosts[0].data_dir, size)

        def part(name: str, delegates: int, there: Sequence[Host]) -> Part:
            people = cast_for(cast, there, delegates, next(numbers))
            return Part(name, people, size.clauses, programme.seconds, programme.think)

        with Installation(database.url, hosts).running() as installation:
            for delegates in programme.levels:
                yield run(part(f"{delegates} at once", delegates, hosts), installation, database)
        if database.cluster:
            with two_hosts(folder) as both, Installation(database.url, both).running() as installation:
                two = part(f"{programme.on_two} on two hosts", programme.on_two, both)
                ran = run(two, installation, database)
                ran.notes.append(f"The package, asked for on each host: {packages(two, both)}.")
                yield ran
        with Installation(database.url, hosts).running() as installation:
            killing = Killing(installation, database, every=programme.seconds / 4)
            killed = part(f"{programme.killed}, kill -9", programme.killed, hosts)
            killed.disturb, killed.assesses, killed.seconds = killing.disturb, False, killing.lasts
            ran = run(killed, installation, database)
            ran.cpu.clear()  # of those that are gone nothing is known
            ran.notes.append(f"`flask audit verify`: {verified(installation)}.")
            yield ran


def main(words: list[str]) -> None:
    programme = Programme(seconds=float(words[0])) if words else Programme()
    given = {**vars(programme), **vars(programme.size), "processes": 2, "generators": GENERATORS}
    print(ABOUT.format(**given, load=os.getloadavg()[1], cores=os.cpu_count()), flush=True)
    with databases() as kinds:
        for database in kinds:
            print(f"\n## {database.name}\n", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                for line in told(list(evenings(database, Path(folder), programme))):
                    print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
