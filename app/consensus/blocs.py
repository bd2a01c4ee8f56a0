"""Agreement within each declared bloc (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.consensus.agreement import bloc_shares, optional
from app.foundation.arrays import Counts, Floats, Ints
from app.foundation.libraries import np
from app.reference.countries import members
from app.representation.cells import Cells, bloc_of, blocs_of
from app.representation.coverage import Gate
from app.representation.rules import KINDS, MeasurementRules

THIN = 30  #: voices; with fewer, single positions move a bloc's share by a lot


@dataclass(frozen=True)
class Blocs:
    """Of one kind. ``voices``, ``shares`` and ``countries``: shape (clauses, blocs).

    ``enough``: shape (blocs,), with fewer voices a bloc is thin.
    """

    names: Sequence[str]
    voices: Counts
    shares: Floats
    countries: Ints
    enough: Ints

    def of(self, number: int) -> dict[str, dict[str, Any]]:
        """One clause: bloc → voices, share that can accept, countries on a side, whether it is thin."""
        columns = (self.voices[number], self.shares[number], self.countries[number], self.enough)
        rows = zip(self.names, *(optional(np.asarray(one, dtype=float)) for one in columns), strict=True)
        return {
            name: {"n": int(n), "share": share, "countries": int(lands), "thin": n < least}
            for name, n, share, lands, least in rows
        }


def by_kind(
    cells: Cells, rules: MeasurementRules, stated: Counts, accept: Counts, against: Counts
) -> dict[str, Blocs]:
    """Kind → the figures of its blocs. stated, accept, against: shape (clauses, cells).

    For a bloc speaks who may open its gate: the verified, unless the rules do without verification.
    """
    known = cells.known(rules)
    stated, accept, against = (np.where(known, one, 0) for one in (stated, accept, against))
    found = {}
    for kind in KINDS:
        names = blocs_of(kind, rules.categories)
        inside = [cells.in_bloc(kind, name) for name in names]
        pairs = [bloc_shares(cells, one, accept, against) for one in inside]
        found[kind] = Blocs(
            names,
            np.stack([stated[:, one].sum(axis=1) for one in inside], axis=1),
            np.stack([shares for shares, _ in pairs], axis=1),
            np.stack([countries for _, countries in pairs], axis=1),
            np.array([min(THIN, whole(cells, rules, kind, name)) for name in names]),
        )
    return found


def whole(cells: Cells, rules: MeasurementRules, kind: str, name: str) -> int:
    """All there can be of a bloc: its members where only governments count, else no end that matters."""
    if tuple(rules.categories) != ("government",) or kind == "category":
        return THIN
    return sum(bloc_of(cells.facts, one.iso2, kind) == name for one in members(cells.facts))


def passing(blocs: Mapping[str, Blocs], passed: Sequence[Gate], number: int) -> list[float]:
    """The shares of those blocs that pass their gate on a clause."""
    shares = {
        (kind, name): one.shares[number, place]
        for kind, one in blocs.items()
        for place, name in enumerate(one.names)
    }
    found = [float(shares[gate.kind, gate.bloc]) for gate in passed if gate.passed]
    return [share for share in found if share == share]
