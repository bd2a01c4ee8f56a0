"""A bar on a terminal while a file is read; nothing where the output is piped."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click


class Watched(io.FileIO):
    """A file that tells how many bytes are read from it."""

    def __init__(self, path: Path, tell: Callable[[int], None]) -> None:
        super().__init__(path)
        self._tell = tell

    def readinto(self, buffer: Any) -> int | None:
        count = super().readinto(buffer)
        self._tell(count or 0)
        return count


@contextmanager
def watched(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading under a progress bar, if anybody watches."""
    if not sys.stderr.isatty():
        with path.open("rb") as file:
            yield file
        return
    with (
        click.progressbar(length=path.stat().st_size, label=path.name, file=sys.stderr) as bar,
        io.BufferedReader(Watched(path, bar.update)) as file,
    ):
        yield file
