"""Who takes part, as cells: the unit that carries a weight (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from app.foundation.arrays import Bools, Ints
from app.foundation.libraries import np
from app.reference.countries import DEVELOPMENT_BLOCS, REGIONS, Facts, development_bloc
from app.representation.rules import CATEGORIES, MeasurementRules

CLOSE = 12  #: digits kept before one of several is chosen: machines differ in the last, and must choose alike
REGION_BLOCS = tuple(REGIONS.values())
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Cell:
    """Stakeholders that count alike: one category, one country (None: without), verified or not."""

    category: str
    country: str | None
    verified: bool


@dataclass(frozen=True)
class Cells:
    """The cells of a draft and how many stakeholders each holds, with the facts about their countries.

    ``counts``: shape (cells,), whole numbers ≥ 0.
    """

    cells: Sequence[Cell]
    counts: Ints
    facts: Facts

    def __len__(self) -> int:
        return len(self.cells)

    @cached_property
    def verified(self) -> Bools:
        """Shape (cells,): whether its stakeholders are verified."""
        return np.array([cell.verified for cell in self.cells], dtype=bool)

    def known(self, rules: MeasurementRules) -> Bools:
        """Shape (cells,): whose voices open gates and speak for blocs: the verified, or all where the rules
        do without verification."""
        return self.verified if rules.verification else np.ones(len(self), dtype=bool)

    def counted(self, rules: MeasurementRules) -> Bools:
        """Shape (cells,): who is in the figures: entities only where verified, individuals within bounds."""
        person = np.array([cell.category == "individual" for cell in self.cells], dtype=bool)
        return np.asarray(self.known(rules) | person, dtype=bool)

    def alone(self, which: Bools) -> "Cells":
        """The same cells with nobody in any but these. which: shape (cells,)."""
        return replace(self, counts=np.where(which, self.counts, 0))

    def kept(self, which: Bools) -> "Cells":
        """These cells and no others. which: shape (cells,)."""
        places = np.flatnonzero(which).tolist()
        return replace(self, cells=[self.cells[place] for place in places], counts=self.counts[places])

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Codes of the countries present, sorted."""
        present = {
            cell.country for cell, n in zip(self.cells, self.counts, strict=True) if cell.country and n
        }
        return tuple(sorted(present))

    @cached_property
    def country_of(self) -> Ints:
        """Shape (cells,): each cell's place in ``countries``, −1 without a country."""
        place = {code: number for number, code in enumerate(self.countries)}
        return np.array([place.get(cell.country or "", -1) for cell in self.cells], dtype=np.int64)

    @cached_property
    def unit_of(self) -> Ints:
        """Shape (cells,): the unit each cell shares: its country's place, or the place after the last country
        for self-declared stakeholders without one; −1 for verified ones without, who are a unit each.

        How many accounts stand behind an unknown country nobody can tell, so together they are one unit.
        """
        unknown = np.array([not (cell.country or cell.verified) for cell in self.cells], dtype=bool)
        return np.where(unknown, len(self.countries), self.country_of)

    def together(self, of: "Ints | None" = None) -> "Together":
        """Those that share a unit beside each other. of: the numbers of the cells, where it is of some."""
        key = None if of is None else of.tobytes()
        if key not in self._together:
            self._together[key] = Together.of(self.unit_of if of is None else self.unit_of[of])
        return self._together[key]

    @cached_property
    def _together(self) -> "dict[bytes | None, Together]":
        return {}

    @cached_property
    def blocs(self) -> Mapping[str, tuple[str, ...]]:
        """Kind of bloc → each cell's bloc; "unknown" where the country does not tell."""

        def of(cell: Cell, kind: str) -> str:
            return cell.category if kind == "category" else bloc_of(self.facts, cell.country, kind)

        return {
            kind: tuple(of(cell, kind) for cell in self.cells)
            for kind in ("development", "region", "category")
        }

    def in_bloc(self, kind: str, bloc: str) -> Bools:
        """Shape (cells,): whether the cell belongs to the bloc."""
        found = np.zeros(len(self), dtype=bool)
        found[self.places_of(kind, bloc)] = True
        return found

    def places_of(self, kind: str, bloc: str) -> Ints:
        """The numbers of the cells that belong to the bloc, ascending."""
        return self._places.get((kind, bloc), np.zeros(0, dtype=np.int64))

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], Ints]:
        found: dict[tuple[str, str], list[int]] = {}
        for kind, blocs in self.blocs.items():
            for place, bloc in enumerate(blocs):
                found.setdefault((kind, bloc), []).append(place)
        return {key: np.array(places, dtype=np.int64) for key, places in found.items()}


@dataclass(frozen=True)
class Together:
    """Cells in the order of the units they share; who shares none is left out.

    ``places``: shape (cells that share one,), by their numbers. ``first``, ``units``: shape (units,), where
    each unit begins among them, and its number.
    """

    places: Ints
    first: Ints
    units: Ints

    @classmethod
    def of(cls, unit_of: Ints) -> "Together":
        order = np.argsort(unit_of, kind="stable")
        places = order[int((unit_of < 0).sum()) :]
        units, first = np.unique(unit_of[places], return_index=True)
        return cls(places, first, units)


def bloc_of(facts: Facts, code: str | None, kind: str) -> str:
    """The development bloc or region of a country; "unknown" where the facts do not tell."""
    country = facts.get(code or "")
    if country is None:
        return UNKNOWN
    return development_bloc(country) if kind == "development" else country.region or UNKNOWN


def blocs_of(kind: str, categories: Sequence[str] = CATEGORIES) -> tuple[str, ...]:
    """The declared blocs of a kind."""
    return {"development": DEVELOPMENT_BLOCS, "region": REGION_BLOCS, "category": tuple(categories)}[kind]
