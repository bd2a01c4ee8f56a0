"""Opinion groups: who answers alike. Exploratory, and never the basis of a status (pure).

Column-mean imputation is centring the observed entries alone, so the matrix stays sparse: two components are
the leading eigenvectors of its Gram matrix. Nothing depends on the order of rows.
Sources: Small et al. (2021), Polis, RECERCA 26.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.consensus.clustering import best_clustering, silhouette
from app.foundation.canonical import digest

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Each = Callable[[Callable[[int], Any], Iterable[int]], Iterable[Any]]  #: such as ``map``

VALUES = np.array([1.0, 1.0, 0.0, -1.0])  #: of support, accept, abstain, object
FEWEST_PEOPLE = 100
FEWEST_POSITIONS = 7
SEED = 20261123
SHUFFLES = 19  #: the groups must beat every one: p ≤ 1/20

NONE: dict[str, Any] = {
    "k": 0,
    "shown": False,
    "sizes": [],
    "silhouette": None,
    "assignments": {},
    "assignments_digest": digest({}),
    "group_informed_consensus": {},
    "representative": [],
}


def opinion_groups(
    positions: Sequence[Sequence[int]], people: Sequence[str], provisions: Sequence[str], each: Each = map
) -> dict[str, Any]:
    """Groups of stakeholders, from (stakeholder, clause, stance) triples.

    ``k`` ≥ 2 is the best number of groups; ``shown`` says whether they beat the same positions shuffled
    within each clause. Fewer than a handful of people or clauses have no groups: ``k`` is 0. ``each`` applies
    a function to the number of every shuffle.
    """
    if not positions:
        return NONE
    order = np.argsort(np.array(people))  # by name, so that the rows' order tells nothing
    place = np.empty(len(people), dtype=np.int64)
    place[order] = np.arange(len(people))
    triples = np.array(positions, dtype=np.int64)
    rows, columns = place[triples[:, 0]], triples[:, 1]
    values = VALUES[triples[:, 2]]
    stated = np.bincount(rows, minlength=len(people))
    enough = stated >= min(FEWEST_POSITIONS, len(provisions))
    if int(enough.sum()) < 4 or len(provisions) < 2:
        return NONE
    kept = enough[rows]
    row_of = np.cumsum(enough) - 1
    rows, columns, values = row_of[rows[kept]], columns[kept], values[kept]
    shape = (int(enough.sum()), len(provisions))
    points = projection(rows, columns, values, shape)
    labels = best_clustering(points)
    score = silhouette(points, labels)
    names = [people[number] for number in order[enough]]
    by_chance = partial(chance_score, rows, columns, values, shape)
    shown = shape[0] >= FEWEST_PEOPLE and all(score > chance for chance in each(by_chance, range(SHUFFLES)))
    return described(rows, columns, values, shape, labels, names, provisions) | {
        "shown": shown,
        "silhouette": score,
    }


def projection(rows: Ints, columns: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    """People on two principal components, stretched by √(clauses / stated); shape (people, 2)."""
    seen = np.bincount(columns, minlength=shape[1])
    means = np.bincount(columns, weights=values, minlength=shape[1]) / np.maximum(seen, 1)
    centred = sparse.csr_array((values - means[columns], (rows, columns)), shape=shape)
    _, vectors = np.linalg.eigh((centred.T @ centred).toarray())
    components = vectors[:, ::-1][:, :2]
    largest = np.abs(components).argmax(axis=0)
    components = components * np.sign(components[largest, [0, 1]])
    stretch = np.sqrt(shape[1] / np.maximum(np.bincount(rows, minlength=shape[0]), 1))
    return np.round(np.asarray(centred @ components) * stretch[:, None], 9)


def chance_score(rows: Ints, columns: Ints, values: Floats, shape: tuple[int, int], number: int) -> float:
    """The silhouette that chance gives: positions shuffled within each clause, the ``number``-th time."""
    generator = np.random.default_rng((SEED, number))
    by_clause = np.lexsort((rows, columns))
    mixed = np.lexsort((generator.random(len(rows)), columns[by_clause]))
    shuffled = np.empty_like(values)
    shuffled[by_clause] = values[by_clause][mixed]
    points = projection(rows, columns, shuffled, shape)
    return silhouette(points, best_clustering(points))


def described(
    rows: Ints,
    columns: Ints,
    values: Floats,
    shape: tuple[int, int],
    labels: Ints,
    names: Sequence[str],
    provisions: Sequence[str],
) -> dict[str, Any]:
    """Sizes, who is where, group-informed consensus and the clauses that set each group apart."""
    k = int(labels.max()) + 1
    agree, disagree, seen = (np.zeros((k, shape[1])) for _ in range(3))
    np.add.at(agree, (labels[rows], columns), values > 0)
    np.add.at(disagree, (labels[rows], columns), values < 0)
    np.add.at(seen, (labels[rows], columns), 1)
    informed = np.prod((agree + 1) / (seen + 2), axis=0)
    assignments = {name: int(label) for name, label in zip(names, labels, strict=True)}
    return {
        "k": k,
        "sizes": np.bincount(labels, minlength=k).tolist(),
        "assignments": assignments,
        "assignments_digest": digest(assignments),
        "group_informed_consensus": {
            code: float(value) for code, value in zip(provisions, informed, strict=True)
        },
        "representative": [
            {"group": group, "clauses": representative(agree, disagree, seen, group, provisions)}
            for group in range(k)
        ],
    }


def representative(
    agree: Floats, disagree: Floats, seen: Floats, group: int, provisions: Sequence[str], most: int = 5
) -> list[dict[str, Any]]:
    """The clauses on which a group differs most from everybody else, by Polis' two z-tests.

    For each clause agreeing or disagreeing, where both tests exceed 1.2816 (90 %). In the order of Polis'
    measure: the share, its ratio to that of the others, and both tests, multiplied; few voices come late.
    """
    found = []
    others = [other for other in range(len(seen)) if other != group]
    for side, count in (("accept", agree), ("object", disagree)):
        inside, n_in = count[group], seen[group]
        outside, n_out = count[others].sum(axis=0), seen[others].sum(axis=0)
        share_in, share_out = (inside + 1) / (n_in + 2), (outside + 1) / (n_out + 2)
        own = 2 * np.sqrt(n_in + 1) * ((inside + 1) / (n_in + 1) - 0.5)
        pooled = (inside + outside + 2) / (n_in + n_out + 2)
        spread = np.sqrt(np.maximum(pooled * (1 - pooled) * (1 / (n_in + 1) + 1 / (n_out + 1)), 1e-12))
        against_others = ((inside + 1) / (n_in + 1) - (outside + 1) / (n_out + 1)) / spread
        for number in np.flatnonzero((own > 1.2816) & (against_others > 1.2816)).tolist():
            ratio = share_in[number] / share_out[number]
            measure = float(ratio * against_others[number] * share_in[number] * own[number])
            found.append((measure, provisions[number], side, float(share_in[number])))
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    return [{"provision": code, "side": side, "share": share} for _, code, side, share in found[:most]]
