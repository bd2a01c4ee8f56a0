"""What came of an evening: the times people waited, by act, and what the machine was used for."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.delegates import Done
from bench.watching import Compared, Waiting

GOOD = (200, 302, 303, 304)
SHOWN = (
    "sign in",
    "read the draft",
    "read a clause",
    "open a form",
    "state a position",
    "what follows: state a position",
    "comment",
    "what follows: comment",
    "triage page",
    "read a comment",
    "answer",
)


@dataclass
class Ran:
    """An evening, or a part of one, as it was."""

    name: str
    delegates: int
    done: Done
    seconds: float
    opening: float
    cpu: dict[str, float]  #: cores by role; of a part in which processes were killed, none
    waiting: Waiting
    compared: Compared
    assessed: float | None  #: seconds that the assessment took
    notes: list[str] = field(default_factory=list)

    def took(self, what: str) -> list[float]:
        """Seconds of each request of a kind that was answered, in order; of signing in, all."""
        return sorted(
            one.took
            for one in self.done.asked
            if one.what == what and one.status in GOOD and (one.at >= self.opening or what == "sign in")
        )

    @property
    def errors(self) -> Counter[int]:
        return Counter(one.status for one in self.done.asked if one.status not in GOOD)

    @property
    def pages(self) -> float:
        """Answers a second."""
        return sum(one.at >= self.opening for one in self.done.asked) / self.seconds


def milliseconds(took: Sequence[float]) -> str:
    """Median, and what 95 and 99 of 100 did not exceed."""
    if not took:
        return "–"
    return " / ".join(
        f"{1000 * took[min(len(took) - 1, int(share * len(took)))]:.0f}" for share in (0.5, 0.95, 0.99)
    )


def latencies(parts: Sequence[Ran]) -> Iterator[str]:
    yield "| act | " + " | ".join(one.name for one in parts) + " |"
    yield "|---|" + "---|" * len(parts)
    for what in SHOWN:
        yield f"| {what} | " + " | ".join(milliseconds(one.took(what)) for one in parts) + " |"


def totals(parts: Sequence[Ran]) -> Iterator[str]:
    roles = list(parts[0].cpu)
    yield "| | " + " | ".join(one.name for one in parts) + " |"
    yield "|---|" + "---|" * len(parts)
    lines: list[tuple[str, Callable[[Ran], str]]] = [
        ("answers / s", lambda one: f"{one.pages:.1f}"),
        ("acts acknowledged", lambda one: str(one.compared.acknowledged)),
        ("lost / doubled", lambda one: f"{len(one.compared.lost)} / {len(one.compared.doubled)}"),
        ("acknowledged, not said on the next page", lambda one: str(one.done.untold)),
        ("done without an acknowledgement", lambda one: str(one.compared.unacknowledged)),
        ("other answers, by status", lambda one: by_status(one.errors)),
        *((f"cores: {role}", lambda one, role=role: figure(one.cpu.get(role), 2)) for role in roles),
        ("waiting for a lock, mean", lambda one: f"{one.waiting.mean:.2f}"),
        ("longest wait for a lock, ms", lambda one: f"{1000 * one.waiting.longest:.0f}"),
        ("the assessment, s", lambda one: figure(one.assessed, 1)),
        ("the publication, s", lambda one: seconds_of(one, "publication, as a whole")),
    ]
    for what, value in lines:
        yield f"| {what} | " + " | ".join(value(one) for one in parts) + " |"


def figure(value: float | None, places: int) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def by_status(errors: Counter[int]) -> str:
    named = (f"{'cut' if status == 0 else status}: {count}" for status, count in sorted(errors.items()))
    return ", ".join(named) or "none"


def seconds_of(part: Ran, what: str) -> str:
    took = part.took(what)
    return f"{took[0]:.1f}" if took else "not in time"


def saturates(part: Ran) -> str:
    """What of the machine is used up, of the part with most people."""
    cores = os.cpu_count() or 1
    most = max(part.cpu, key=lambda role: part.cpu[role])
    return f"{sum(part.cpu.values()):.1f} of {cores} cores are used, most by {most} ({part.cpu[most]:.2f})"


def told(parts: Sequence[Ran]) -> Iterator[str]:
    yield from latencies(parts)
    yield ""
    yield from totals(parts)
    yield ""
    yield from (f"- {note}" for one in parts for note in one.notes)
    most = max((one for one in parts if one.cpu), key=lambda one: one.delegates)
    yield f"\nWith {most.name} {saturates(most)}."
