"""Scales of the small charts: from figures to coordinates in hundredths of the width (pure)."""

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
