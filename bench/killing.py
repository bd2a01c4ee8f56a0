"""kill -9 of one process of an installation after the other, while it is used."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil

from bench.installation import READY_SECONDS, Installation, Service, wait_until_ready
from bench.watching import Database

RECOVERY = 10  #: seconds, for each


@dataclass
class Killing:
    """One after the other is killed in the middle of the evening, and started again."""

    installation: Installation
    database: Database
    every: float

    @property
    def lasts(self) -> float:
        """Seconds in which all of it is done, and people go on afterwards."""
        victims = len(list(self.victims()))
        return self.every * (victims + 1) + RECOVERY * victims

    def disturb(self, _opening: float) -> list[str]:
        told = []
        for what, kill in self.victims():
            time.sleep(self.every)
            kill()
            try:
                ready = max(wait_until_ready(host) for host in self.installation.hosts)
                told.append(f"{what}: ready again after {ready:.1f} s")
            except OSError:
                told.append(f"{what}: not ready again within {READY_SECONDS} s")
        return told

    def victims(self) -> Iterator[tuple[str, Callable[[], None]]]:
        yield "a web process", self.one_of_web
        yield "the worker", self.restarting(self.installation.workers[0])
        yield "gunicorn's master, with what it leaves", self.restarting(self.installation.web[0])
        if self.database.cluster:
            yield "a process of PostgreSQL", self.one_of_postgres
            yield "PostgreSQL's postmaster", self.postmaster

    def restarting(self, service: Service) -> Callable[[], None]:
        def kill() -> None:
            service.kill()
            service.start()

        return kill

    def one_of_web(self) -> None:
        self.installation.web[0].family()[1].kill()

    def one_of_postgres(self) -> None:
        """The first that serves somebody; PostgreSQL then ends all sessions and recovers."""
        for one in self.database.processes()[1:]:
            if "postgres: postgres" in " ".join(one.cmdline()):
                one.kill()
                time.sleep(0.5)  # until it is noticed
                return

    def postmaster(self) -> None:
        cluster, left = self.database.cluster, self.database.processes()
        assert cluster is not None
        left[0].kill()
        psutil.wait_procs(left, timeout=30)
        cluster.process.wait()
        cluster.start()
