"""A Dask cluster on two hosts: a worker in each of two network namespaces, without an address in common.

The scheduler listens on the bridge between them. Needs root and iproute2.
"""

import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from app.consensus.executors import Cluster

BRIDGE, NET = "concord-bench", "10.213.77"
HOSTS = ("concord-one", "concord-two")


def ip(*words: str) -> None:
    """:raises CalledProcessError: not root, or the kernel has no namespaces."""
    subprocess.run(["ip", *words], check=True)


@contextmanager
def networks() -> Iterator[str]:
    """The address of the bridge, on which each host has an address of its own."""
    with ExitStack() as undone:
        ip("link", "add", BRIDGE, "type", "bridge")
        undone.callback(ip, "link", "del", BRIDGE)
        ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        for number, host in enumerate(HOSTS, 2):
            ip("netns", "add", host)
            undone.callback(ip, "netns", "del", host)
            ip("link", "add", f"cb{number}", "type", "veth", "peer", "name", "eth0", "netns", host)
            ip("link", "set", f"cb{number}", "master", BRIDGE, "up")
            ip("-n", host, "addr", "add", f"{NET}.{number}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                ip("-n", host, "link", "set", device, "up")
        yield f"{NET}.1"


@contextmanager
def cluster() -> Iterator[str]:
    """The address of the scheduler, once both hosts have come to it."""
    from distributed import Client  # an extra

    with networks() as bridge, ExitStack() as ended:

        def start(part: str, *words: str, within: tuple[str, ...] = ()) -> None:
            command = [*within, sys.executable, "-m", f"distributed.cli.dask_{part}", *words]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
            ended.callback(process.wait, 20)
            ended.callback(process.terminate)

        address = f"tcp://{bridge}:28786"
        start("scheduler", "--host", bridge, "--port", "28786", "--no-dashboard")
        for host in HOSTS:
            words = (address, "--nthreads", "1", "--no-dashboard", "--name", host)
            start("worker", *words, within=("ip", "netns", "exec", host))
        with Client(address, timeout="60s") as client:
            client.wait_for_workers(len(HOSTS), timeout=60)
        yield address


class Watched(Cluster):
    """``most``: bytes that each host held at a time, by its address."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self.most: Counter[str] = Counter()

    def hold(self, parts: Iterable[Any]) -> Sequence[Any]:
        given, now = list(parts), Counter[str]()
        held = super().hold(given)
        places = self._client.who_has(held)
        for future, part in zip(held, given, strict=True):
            for place in places[future.key]:
                now[place] += len(pickle.dumps(part))
        self.most |= now  # the larger of each
        return held
