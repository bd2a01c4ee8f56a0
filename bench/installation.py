"""Concord as it is run in production: groups of gunicorn processes and workers over one database, on one host
or on two, each host in a network and with a data folder of its own.
"""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.publication.signing import key_at
from bench.server import ROOT, free_port

SECRET = "a secret for benchmarks only, and long enough"
READY_SECONDS = 180
BRIDGE = "10.77.0.1"  #: the address at which hosts find each other and the database
PORT = 8000


@dataclass(frozen=True)
class Host:
    """Where servers run: their address, their data, and the words that enter their network."""

    address: str
    port: int
    data_dir: Path
    entering: tuple[str, ...] = ()


@contextmanager
def one_host(folder: Path) -> Iterator[list[Host]]:
    yield [Host("127.0.0.1", free_port(), folder / "data")]


@contextmanager
def two_hosts(folder: Path) -> Iterator[list[Host]]:
    """Two networks of their own on a bridge; where that is not allowed, two ports."""
    data = [folder / "data", folder / "data-2"]
    if not may_make_networks():
        yield [Host("127.0.0.1", free_port(), each) for each in data]
        return
    with ExitStack() as ending:
        own = f"ev{os.getpid()}"

        def ip(words: str, undo: str) -> None:
            subprocess.run(["ip", *words.split()], check=True)
            ending.callback(subprocess.run, ["ip", *undo.split()], check=False)

        ip(f"link add {own} type bridge", f"link del {own}")
        subprocess.run(f"ip addr add {BRIDGE}/24 dev {own} && ip link set {own} up", shell=True, check=True)
        hosts = []
        for number, each in enumerate(data, 1):
            space, address = f"{own}n{number}", BRIDGE[:-1] + str(10 + number)
            ip(f"netns add {space}", f"netns del {space}")
            inside = f"ip -n {space}"
            subprocess.run(
                f"ip link add {own}v{number} type veth peer name eth0 netns {space} && "
                f"ip link set {own}v{number} master {own} up && {inside} link set lo up && "
                f"{inside} addr add {address}/24 dev eth0 && {inside} link set eth0 up",
                shell=True,
                check=True,
            )
            hosts.append(Host(address, PORT, each, ("ip", "netns", "exec", space)))
        yield hosts


def may_make_networks() -> bool:
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    probe = f"ev{os.getpid()}probe"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "del", probe], check=True)
    return made


@dataclass
class Service:
    """What systemd keeps alive: a command on a host, in one process with its children."""

    host: Host
    command: Sequence[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        with (self.host.data_dir / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.host.entering, *self.command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def family(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            main = psutil.Process(self.process.pid)
            return [main, *main.children(recursive=True)]
        return []

    def kill(self) -> None:
        """Kill -9 of the first process, and of what it leaves behind, as systemd does."""
        left = self.family()
        for one in left:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait()
        psutil.wait_procs(left[1:], timeout=10)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.kill()


class Installation:
    """The services of all hosts, over one database."""

    def __init__(self, database_url: str, hosts: Sequence[Host], *, processes: int = 2) -> None:
        self.hosts, self.database_url = hosts, database_url
        key = hosts[0].data_dir.parent / "signing-key.pem"
        key_at(key, may_create=True)
        self.shared = os.environ | {
            "CONCORD_ENV": "production",
            "CONCORD_DATABASE_URL": database_url,
            "CONCORD_SECRET_KEY": SECRET,
            "CONCORD_BASE_URL": "https://127.0.0.1",
            "CONCORD_MAIL_URL": "folder:",
            "CONCORD_SIGNING_KEY_FILE": str(key),
            "CONCORD_PROXIES": "1",
            "WEB_CONCURRENCY": str(processes),
        }
        python = (sys.executable, "-m")
        self.web = [
            self.service(host, [*python, "gunicorn", "--config", "deploy/gunicorn.conf.py"]) for host in hosts
        ]
        self.workers = [self.service(host, [*python, "flask", "worker", "--workers", "2"]) for host in hosts]

    def service(self, host: Host, command: Sequence[str]) -> Service:
        host.data_dir.mkdir(parents=True, exist_ok=True)
        return Service(host, command, self.environment(host))

    def environment(self, host: Host) -> dict[str, str]:
        return self.shared | {
            "CONCORD_DATA_DIR": str(host.data_dir),
            "CONCORD_BIND": f"{host.address}:{host.port}",
        }

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """``flask`` … on the first host, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *words],
            cwd=ROOT,
            env=self.environment(self.hosts[0]),
            capture_output=True,
            text=True,
        )

    @contextmanager
    def running(self) -> Iterator["Installation"]:
        services = [*self.web, *self.workers]
        try:
            for one in services:
                one.start()
            for host in self.hosts:
                wait_until_ready(host)
            yield self
        finally:
            for one in services:
                one.stop()

    def roles(self) -> dict[str, list[Service]]:
        return {"web": self.web, "worker": self.workers}


def wait_until_ready(host: Host) -> float:
    """Seconds until its server can serve; a worker or mail server that is missing does not count."""
    begun = time.monotonic()
    request = urllib.request.Request(
        f"http://{host.address}:{host.port}/readyz", headers={"Host": "127.0.0.1"}
    )
    while True:
        try:
            urllib.request.urlopen(request, timeout=30).close()
            return time.monotonic() - begun
        except OSError:
            if time.monotonic() - begun > READY_SECONDS:
                raise
            time.sleep(0.1)
