"""Where parts of the work are done: here, in several processes, or on a Dask cluster (no database).

The same functions are applied to the same parts, and the results come back in the order of the parts, so that
every executor gives the same bits.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from typing import Any, Protocol


class Executor(Protocol):
    """Keeps parts where they are worked on, and applies a function to each of them.

    ``width``: how many parts are worked on at a time.
    """

    width: int

    def hold(self, parts: Iterable[Any]) -> Sequence[Any]:
        """Handles of the parts, in their order."""
        ...

    def each(self, function: Callable[..., Any], held: Sequence[Any], *arguments: Any) -> Iterable[Any]:
        """``function(part, *arguments)`` of every part, in the order of ``held``."""
        ...


class Serial:
    """One after the other, in this process."""

    width = 1

    def hold(self, parts: Iterable[Any]) -> Sequence[Any]:
        return list(parts)

    def each(self, function: Callable[..., Any], held: Sequence[Any], *arguments: Any) -> Iterator[Any]:
        return (function(part, *arguments) for part in held)


HERE = Serial()

_kept: dict[int, Any] = {}  #: in a worker process: its parts


def _keep(number: int, part: Any) -> None:
    _kept[number] = part


def _apply(function: Callable[..., Any], number: int, arguments: Sequence[Any]) -> Any:
    return function(_kept[number], *arguments)


class Processes:
    """So many worker processes. A part is sent once, and stays with the worker that got it."""

    def __init__(self, count: int) -> None:
        """count: ≥ 1. They start afresh (spawn), without connections of this process."""
        self.width = count
        self._stack = ExitStack()
        context = get_context("spawn")
        self._workers = [
            self._stack.enter_context(ProcessPoolExecutor(1, mp_context=context)) for _ in range(count)
        ]
        self._given = 0

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def hold(self, parts: Iterable[Any]) -> Sequence[Any]:
        numbers = []
        sent = []
        for part in parts:
            numbers.append(self._given)
            sent.append(self._worker(self._given).submit(_keep, self._given, part))
            self._given += 1
        for future in sent:
            future.result()
        return numbers

    def each(self, function: Callable[..., Any], held: Sequence[Any], *arguments: Any) -> Iterator[Any]:
        waiting = [
            self._worker(number).submit(_apply, function, number, arguments) for number in held
        ]  # all are sent before the first is waited for
        return (future.result() for future in waiting)

    def _worker(self, number: int) -> ProcessPoolExecutor:
        return self._workers[number % len(self._workers)]


class Cluster:
    """A Dask cluster; the extra ``[cluster]`` brings it."""

    def __init__(self, client: Any) -> None:
        """client: a ``dask.distributed.Client``."""
        self._client = client
        self.width = max(1, len(client.scheduler_info()["workers"]))

    def hold(self, parts: Iterable[Any]) -> Sequence[Any]:
        # In a list: of a tuple by itself, Dask would give each member to another worker.
        return [self._client.scatter([part], hash=False)[0] for part in parts]

    def each(self, function: Callable[..., Any], held: Sequence[Any], *arguments: Any) -> Iterator[Any]:
        waiting = [self._client.submit(function, part, *arguments, pure=False) for part in held]
        return (future.result() for future in waiting)
