"""Who has been heard: gates per bloc, and which blocs are missing (pure)."""

from dataclasses import dataclass

from app.foundation.arrays import Counts, Floats, Ints
from app.foundation.libraries import np
from app.representation.cells import Cells, blocs_of
from app.representation.rules import MeasurementRules


@dataclass(frozen=True)
class Gate:
    """What a bloc needs before a verdict may be given, and what it has."""

    kind: str
    bloc: str
    needed: int
    stakeholders: int
    countries: int
    passed: bool
    needed_countries: int = 1


def gates(cells: Cells, heard: Counts, rules: MeasurementRules) -> list[list[Gate]]:
    """Every declared bloc's gate, on each clause. ``heard``: shape (clauses, cells), stakeholders heard.

    Nobody opens a gate by a word of their own: only verified stakeholders are heard here, unless the rules do
    without verification.
    """
    heard = np.where(cells.known(rules), heard, 0)
    found: list[list[Gate]] = [[] for _ in heard]
    for kind, needed in sorted(rules.gates.items()):
        for bloc in blocs_of(kind, rules.categories):
            inside = cells.places_of(kind, bloc)
            own = heard[:, inside]
            stakeholders, countries = own.sum(axis=1).tolist(), units(cells, own, inside).tolist()
            for passing, people, lands in zip(found, stakeholders, countries, strict=True):
                passed = people >= needed and lands >= rules.gate_countries
                passing.append(Gate(kind, bloc, needed, int(people), lands, passed, rules.gate_countries))
    return found


def units(cells: Cells, heard: Counts, of: "Ints | None" = None) -> Ints:
    """Units heard: countries, verified stakeholders without one, and the self-declared without one as one.

    heard: shape (…, cells), or of the cells numbered ``of`` alone. Returns shape (…).
    """
    alone = (cells.unit_of if of is None else cells.unit_of[of]) < 0
    shared = np.count_nonzero(summed(cells, heard, of=of), axis=-1)
    return np.asarray(shared + heard[..., alone].sum(axis=-1), dtype=np.int64)


def summed(
    cells: Cells, amounts: Counts, weights: "Floats | None" = None, of: "Ints | None" = None
) -> Floats:
    """Amounts, shape (…, cells), times weights, shape (cells,), added up within each shared unit.

    ``of``: the numbers of the cells, where amounts and weights are of some alone. Returns shape (…, countries
    + 1). Fastest for what lies cell by cell in memory.
    """
    if amounts.ndim == 1:  # by far the most often: added up in the same order, without a matrix
        unit = cells.unit_of if of is None else cells.unit_of[of]
        shared, whole = unit >= 0, amounts if weights is None else amounts * weights
        added = np.bincount(unit[shared], whole[shared], len(cells.countries) + 1)
        return np.asarray(added, dtype=np.float64)
    together = cells.together(of)
    found = np.zeros((len(cells.countries) + 1, *amounts.shape[:-1]))
    if len(together.units):
        one_by_one = amounts.T[together.places]
        if weights is not None:
            one_by_one = one_by_one * weights[together.places, None]
        found[together.units] = np.add.reduceat(one_by_one, together.first, axis=0)
    return found.T
