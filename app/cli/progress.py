"""How far a command is, on a terminal; nothing where the output is piped."""

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from app.kernel.computed_ahead import UNWATCHED, Watch
from app.lifecycle.models import Phase


class FileWithProgress(io.FileIO):
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
        io.BufferedReader(FileWithProgress(path, bar.update)) as file,
    ):
        yield file


#: What is being done, for whoever waits at a terminal.
DOING: Mapping[Phase, str] = {
    Phase.ASSESSING: "assessing the positions …",
    Phase.PACKING: "making the package …",
    Phase.CHECKING: "checking the package …",
    Phase.KEEPING: "keeping the result …",
}


def on_terminal() -> Watch:
    """Says how far a step is, if anybody watches."""
    if not sys.stderr.isatty():
        return UNWATCHED
    return Watch(reached=lambda phase: click.echo(DOING[phase], err=True))
