"""Individuals of small cells pooled, so that nothing that is published tells of fewer than five (pure).

How many of each cell take part is public. What they answered is told of pools, parted on each clause by
what was answered on it alone: a cell of which five answered stands by itself, and smaller ones are put
together in the smallest area that holds five. Verified and self-declared individuals are never put together,
so that no number of accounts moves a verified voice, nor are those whom a decision sets aside and the others:
where fewer than five of them answered, that they did is told, and not how.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.consensus.executors import HERE, Executor
from app.consensus.individuals import FEWEST, INDIVIDUAL, UNTOLD, Individuals, Pool, Presence
from app.consensus.input import AssessmentInput
from app.consensus.tallies import participants, tallies
from app.foundation.arrays import Ints
from app.foundation.libraries import np
from app.reference.countries import from_rows
from app.representation.cells import bloc_of

#: Set aside, verified, development bloc, region, country: places are alike as far as these begin alike.
Address = tuple[bool, bool, str, str, str]
LEVELS = (4, 3, 2)  #: how much of their addresses those share who are pooled: ever less, but who counts alike


def pooled(data: AssessmentInput, executor: Executor = HERE) -> AssessmentInput:
    """The input as it is published: entities row by row, individuals by pools.

    What follows depends on counts alone, not on whose they are: equal counts give equal bytes.
    """
    person = np.array([category == INDIVIDUAL for category, _, _ in data.cells], dtype=bool)[data.cell_of]
    aside = np.zeros(len(person), dtype=bool)
    aside[list(data.set_aside)] = True
    addresses, numbers, answers = _addressed(data, np.where(person, 2 * data.cell_of + aside, -1), executor)
    entities = np.flatnonzero(~person)
    own = [tuple(data.cells[cell]) for cell in data.cell_of[entities].tolist()]
    theirs = [(INDIVIDUAL, country or None, verified) for _, verified, _, _, country in addresses]
    cells = sorted({*own, *theirs}, key=lambda key: (key[0], key[1] or "", key[2]))
    number = {cell: place for place, cell in enumerate(cells)}
    places = [
        Presence(number[cell], is_aside, count)
        for cell, (is_aside, *_), count in zip(theirs, addresses, numbers.tolist(), strict=True)
    ]
    return replace(
        data,
        cells=cells,
        people=[data.people[row] for row in entities.tolist()],
        cell_of=np.array([number[cell] for cell in own], dtype=np.int64),
        positions=data.positions.take(entities),
        set_aside=np.flatnonzero(aside[entities]).tolist(),
        individuals=Individuals(places, _pools(addresses, numbers, answers), int((aside & person).sum())),
    )


def _addressed(data: AssessmentInput, slot_of: Ints, executor: Executor) -> tuple[list[Address], Ints, Ints]:
    """Where individuals take part, in order; how many, shape (places,); answers, shape (places, clauses, 4).

    slot_of: shape (people,), twice the cell, and one more for who is set aside; −1 for entities. Whom a
    decision sets aside is not to be recognised: where they are fewer than five, no country is told.
    """
    facts, size = from_rows(data.country_facts), 2 * len(data.cells)
    counts = participants(data.positions, slot_of, size)
    answers = tallies(data.positions, slot_of, size, executor)
    slots: dict[Address, list[int]] = {}
    for slot in np.flatnonzero(counts).tolist():
        (_, country, verified), is_aside = data.cells[slot // 2], slot % 2 == 1
        if is_aside and counts[slot] < FEWEST:
            country = None
        bloc, region = (bloc_of(facts, country, kind) for kind in ("development", "region"))
        slots.setdefault((is_aside, verified, bloc, region, country or ""), []).append(slot)
    order = sorted(slots)
    numbers = [int(counts[slots[address]].sum()) for address in order]
    found = np.zeros((len(order), *answers.shape[1:]), dtype=np.int64)
    for place, address in enumerate(order):
        found[place] = answers[slots[address]].sum(axis=0)
    return order, np.array(numbers, dtype=np.int64), found


def _pools(addresses: Sequence[Address], numbers: Ints, answers: Ints) -> list[list[Pool]]:
    """The pools of each clause; of a bundle that stayed too small nothing but how many answered."""
    number: dict[tuple[object, ...], int] = {}
    areas = [[number.setdefault(one[:level], len(number)) for one in addresses] for level in LEVELS]
    found = []
    for own in answers.transpose(1, 0, 2):
        bundles = parted(own.sum(axis=1).tolist(), numbers.tolist(), areas)
        by_place = own.tolist()
        found.append([Pool(one.places, _told(one, by_place)) for one in bundles if one.stated])
    return found


def _told(bundle: "PlaceBundle", answers: Sequence[Sequence[int]]) -> list[int]:
    """How many of a bundle gave each answer, and how many one that is not told. answers: of each place."""
    if not bundle.is_pool:
        return [0] * UNTOLD + [bundle.stated]
    return [sum(column) for column in zip(*(answers[place] for place in bundle.places), strict=True)] + [0]


class PlaceBundle(NamedTuple):
    """Places, how many individuals take part there, and how many of them answered a clause."""

    places: list[int]
    present: int
    stated: int

    @property
    def is_pool(self) -> bool:
        return self.stated >= FEWEST

    @property
    def is_settled(self) -> bool:
        """A pool; or five of whom nobody answered, of whom there is nothing to tell."""
        return self.is_pool or (self.stated == 0 and self.present >= FEWEST)

    def joined(self, other: "PlaceBundle") -> "PlaceBundle":
        places = sorted([*self.places, *other.places])
        return PlaceBundle(places, self.present + other.present, self.stated + other.stated)


def parted(
    stated: Sequence[int], present: Sequence[int], areas: Sequence[Sequence[int]]
) -> list[PlaceBundle]:
    """All places, in bundles none of which tells of one to four, unless the widest area has no more.

    stated, present: for each place. areas: for each level, from narrow to wide, the area of each place.
    """
    bundles = [
        PlaceBundle([place], *numbers) for place, numbers in enumerate(zip(present, stated, strict=True))
    ]
    for area in areas:
        if all(one.is_settled for one in bundles):
            break
        by_area: dict[int, list[PlaceBundle]] = {}
        for one in bundles:
            by_area.setdefault(area[one.places[0]], []).append(one)
        bundles = [one for own in by_area.values() for one in packed(own)]
    return bundles


def packed(bundles: Iterable[PlaceBundle]) -> list[PlaceBundle]:
    """Small bundles of one area put together, one after another, until they hold five; what is over joins
    the smallest pool of the area, or where there is none waits for a wider one."""
    found: list[PlaceBundle] = []
    rest: PlaceBundle | None = None
    for one in bundles:
        whole = one if one.is_settled or rest is None else rest.joined(one)
        if not whole.is_settled:
            rest = whole
        else:
            found.append(whole)
            rest = rest if whole is one else None
    if rest is None:
        return found
    pools = [place for place, one in enumerate(found) if one.is_pool]
    if not pools:
        return [*found, rest]
    smallest = min(pools, key=lambda place: found[place].stated)
    found[smallest] = found[smallest].joined(rest)
    return found
