"""A small load generator: keep-alive HTTP/1.1 over raw sockets, so that the client costs little."""

import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle

PATIENCE = 30  #: seconds for an answer


@dataclass(frozen=True)
class Outcome:
    """Requests a second over all connections and their number, what the last answer was, and how long each
    was waited for, in order."""

    rate: float
    answers: int
    status: int
    body_bytes: int
    errors: int
    seconds: list[float]

    def waited(self, share: float) -> float:
        """Seconds that this share of the answers did not exceed."""
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in headers.items())]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection:
    """One keep-alive connection, opened again where the server has closed it."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.where, self.socket = (host, port), socket.socket()
        self.open()

    def open(self) -> None:
        self.socket.close()
        self.socket = socket.create_connection(self.where, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer. What may be asked twice is asked again where it was cut.

        :raises OSError: no answer came.
        """
        if self._is_closed():
            self.open()
        try:
            return self._asked(request)
        except ConnectionError:
            if not request.startswith(b"GET "):
                raise
            self.open()
            return self._asked(request)

    def _is_closed(self) -> bool:
        """Whether the server has hung up since the last answer, or an answer came that nobody waits for."""
        return self.socket.fileno() < 0 or bool(select.select([self.socket], [], [], 0)[0])

    def _asked(self, request: bytes) -> tuple[int, bytes, bytes]:
        try:
            self.socket.sendall(request)
            return self._answer()
        except OSError:
            self.socket.close()  # what comes later is no answer to what is asked next
            raise

    def _received(self) -> bytes:
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError
        return part

    def _answer(self) -> tuple[int, bytes, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._received()
        head, _, body = received.partition(b"\r\n\r\n")
        lower = head.lower()
        status = int(head.split(b" ", 2)[1])
        if b"content-length:" in lower:
            length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += self._received()
        if b"connection: close" in lower:
            self.socket.close()
        return status, head, body


def measure(
    port: int, requests: Sequence[bytes], *, seconds: float, connections: int = 4, good: Callable[[int], bool]
) -> Outcome:
    """Send ``requests`` over some connections for a while, each its own share of them in turn."""
    until = time.perf_counter() + seconds
    seconds_waited: list[list[float]] = [[] for _ in range(connections)]
    counts, errors, last = [0] * connections, [0] * connections, [(0, 0)] * connections

    def drive(place: int) -> None:
        connection = Connection(port)
        for request in cycle(requests[place::connections] or requests):
            if time.perf_counter() >= until:
                return
            asked = time.perf_counter()
            status, _, body = connection.ask(request)
            seconds_waited[place].append(time.perf_counter() - asked)
            counts[place] += 1
            errors[place] += not good(status)
            last[place] = (status, len(body))

    began = time.perf_counter()
    threads = [threading.Thread(target=drive, args=(place,)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    waited = sorted(one for each in seconds_waited for one in each)
    return Outcome(sum(counts) / took, sum(counts), last[0][0], last[0][1], sum(errors), waited)
