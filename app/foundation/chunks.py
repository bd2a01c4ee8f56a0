"""What is large, cut into chunks of one size, and chunks read as one file again (no database)."""

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

SIZE = 2**20  #: bytes of every chunk but the last


def cut(file: BinaryIO) -> Iterator[bytes]:
    """What is left of the file, chunk by chunk; none of an empty one."""
    return iter(lambda: file.read(SIZE), b"")


class ChunkedFile(io.RawIOBase):
    """A file to read whose chunks are fetched when a reader comes to them; one of them is held at a time."""

    def __init__(self, size: int, fetch: Callable[[int], bytes]) -> None:
        """size: bytes in all. fetch: the chunk of a number, from 0; b"" where it is missing, which ends the
        file there."""
        self._size, self._fetch = size, fetch
        self._at = 0
        self._held = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """:raises ValueError: before the beginning."""
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if at < 0:
            raise ValueError("before the beginning of the file")
        self._at = at
        return at

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """As much as one chunk gives; 0 at the end."""
        number, begin = divmod(self._at, SIZE)
        if self._at >= self._size:
            return 0
        if self._held[0] != number:
            self._held = (number, self._fetch(number))
        piece = self._held[1][begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
