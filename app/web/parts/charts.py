"""Scales of the small charts: from figures to coordinates in hundredths of the width (pure)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Whisker:
    """A share with its interval on a line from 0 to 100; no interval: ``low`` and ``high`` are None."""

    name: str
    share: float
    low: float | None
    high: float | None
    is_main: bool


def whiskers(agreement: Mapping[str, Mapping[str, Any]], main: str = "balanced") -> list[Whisker]:
    """One for each scheme that has a share, the scheme of the status last, so that it lies on top."""
    found = [
        Whisker(
            name,
            round(100 * figure["share"], 2),
            None if figure["low"] is None else round(100 * figure["low"], 2),
            None if figure["high"] is None else round(100 * figure["high"], 2),
            name == main,
        )
        for name, figure in agreement.items()
        if figure["share"] is not None
    ]
    return sorted(found, key=lambda one: (one.is_main, one.name))


@dataclass(frozen=True)
class Pair:
    """Part of those who take part beside part of the world, both in hundredths."""

    name: str
    here: float
    world: float
    count: int


def pairs(counts: Mapping[str, int], world: Mapping[str, int], order: Sequence[str]) -> list[Pair]:
    """Who takes part against the world, group by group."""
    here_total, world_total = sum(counts.get(name, 0) for name in order), sum(world.values())
    return [
        Pair(
            name,
            round(100 * counts.get(name, 0) / here_total, 1) if here_total else 0.0,
            round(100 * world.get(name, 0) / world_total, 1) if world_total else 0.0,
            counts.get(name, 0),
        )
        for name in order
    ]


@dataclass(frozen=True)
class Trend:
    """A line over time, in thousandths of the width and of the height from above.

    ``lines``: the share, broken where there was none; ``bands``: its interval; ``coverage``: the part of the
    gates that were passed; ``marks``: where something happened, with what it was.
    """

    lines: Sequence[str]
    bands: Sequence[str]
    coverage: str
    marks: Sequence[tuple[float, str]]


def trend(moments: Sequence[Any], events: Sequence[tuple[dt.datetime, str]]) -> Trend:
    """moments: with ``at``, ``share``, ``low``, ``high`` and ``coverage``, oldest first; at least two."""
    first, last = moments[0].at, moments[-1].at
    span = max((last - first).total_seconds(), 1.0)

    def across(at: dt.datetime) -> float:
        return round(1000 * (at - first).total_seconds() / span, 1)

    def path(points: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{x},{round(1000 * (1 - y), 1)}" for x, y in points)

    spans: list[list[Any]] = [[]]
    for one in moments:
        if one.share is None:
            spans.append([])
        else:
            spans[-1].append(one)
    known: list[list[Any]] = [[]]
    for one in moments:
        if one.low is None:
            known.append([])
        else:
            known[-1].append(one)
    return Trend(
        [path([(across(one.at), one.share) for one in span]) for span in spans if span],
        [
            path(
                [(across(one.at), one.high) for one in span]
                + [(across(one.at), one.low) for one in reversed(span)]
            )
            for span in known
            if span
        ],
        path([(across(one.at), one.coverage) for one in moments]),
        [(across(at), words) for at, words in events if first <= at <= last],
    )
