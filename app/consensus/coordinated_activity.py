"""Conduct that several accounts may have agreed on: for a person to weigh, never an accusation (pure).

Equal answers alone prove nothing, because a good clause is accepted by nearly everybody. So a group is named
only if chance cannot explain it. Let n accounts be compared, m of them form the group, and let ``chance`` be
the probability that one more account gives the group's answers. One member answers as it likes and m − 1
others match it, so the expected number of such groups is at most

    E = families · C(n, m) · chance^(m − 1)

(a union bound over all groups of m, over all answers no likelier than these, and over all ``families`` of
accounts within which groups are sought). A group counts if E < 0.01. ``chance`` multiplies over the clauses
how usual the answers are: among everybody, or among the like-minded outside the group where that is more,
because like-minded people agree on much without having spoken to one another.

What this cannot find: copies with many changes, groups that answer as most do, and those who take their time
or come from many strata. What it cannot know: whether an organisation advised its members, which is no wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.consensus.matrix import PositionMatrix
from app.foundation.arrays import Bools, Counts, Floats, Ints
from app.foundation.libraries import csgraph, np, sparse, special

FEWEST_CLAUSES = 5  #: fewer answers in common say nothing
FEWEST_ACCOUNTS = 3
EXPECTED = 0.01  #: a group counts if fewer than so many are expected by chance in the whole conversation
NEARLY_ALL = 0.8  #: two accounts may be similar if they give this share of the same answers
NEIGHBOURS = 0.5  #: how many others may be so similar to an account by chance; from 1 on everybody is linked
LIKE_MINDED = 0.75  #: who gives this share of a group's answers is like-minded
HEARD = 5_000  #: accounts among whom the like-minded are sought, evenly spread over the rows
WINDOW = 1_000  #: accounts of one stratum and day compared with one another: those who came in succession
ACTIVE = 3
HOUR, DAY = 3_600, 86_400


@dataclass(frozen=True)
class Conduct:
    """Who said what, and when.

    ``rows``, ``columns``, ``stances`` (0 support … 3 object) and ``stated_at`` (seconds since 1970, UTC):
    shape (positions,), in any order. ``verified`` and ``stratum`` (any whole number, say a category in a
    country): shape (people,). Whoever takes no position is never marked.
    """

    rows: Ints
    columns: Ints
    stances: Ints
    stated_at: Ints
    verified: Bools
    stratum: Ints

    def __len__(self) -> int:
        return len(self.verified)

    @cached_property
    def positions(self) -> PositionMatrix:
        """:raises ValueError: a number out of range, or two positions of one stakeholder on one clause."""
        clauses = int(self.columns.max(initial=-1)) + 1
        return PositionMatrix.of(self.rows, self.columns, self.stances, people=len(self), clauses=clauses)

    @cached_property
    def first_at(self) -> Ints:
        """Shape (people,): when each took the first position; the largest number for whoever took none."""
        found = np.full(len(self), np.iinfo(np.int64).max)
        np.minimum.at(found, self.rows, self.stated_at)
        return found

    @cached_property
    def talkative(self) -> Ints:
        """The rows with enough positions to be compared."""
        return np.flatnonzero(self.positions.stated >= FEWEST_CLAUSES)

    @cached_property
    def shares(self) -> Floats:
        """Shape (clauses, 4): the share of each stance among those who take a position on the clause."""
        counts = np.bincount(self.positions.codes, minlength=4 * self.positions.clauses).reshape(-1, 4)
        return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))

    @cached_property
    def heard(self) -> tuple[Ints, Ints, Ints]:
        """Where each clause begins, shape (clauses + 1,); rows and stances of a sample, clause by clause."""
        sample = self.talkative[:: max(1, -(-len(self.talkative) // HEARD))]
        part = self.positions.take(sample)
        order = np.argsort(part.columns, kind="stable")
        starts = np.searchsorted(part.columns[order], np.arange(part.clauses + 1))
        return starts.astype(np.int64), sample[part.rows[order]], part.stances[order]


def identical_vectors(conduct: Conduct) -> list[Ints]:
    """Groups of at least 3 accounts with the very same answers on the very same clauses, at least 5.

    Each is compared with those who took positions on just these clauses, whatever they answered.
    """
    matrix = conduct.positions
    families: dict[bytes, dict[bytes, list[int]]] = {}
    for row in conduct.talkative.tolist():
        codes = matrix.codes[matrix.starts[row] : matrix.starts[row + 1]]
        family = families.setdefault((codes // 4).tobytes(), {})
        family.setdefault(codes.tobytes(), []).append(row)
    compared = [
        [np.array(rows, dtype=np.int64) for rows in family.values()]
        for family in families.values()
        if sum(map(len, family.values())) >= FEWEST_ACCOUNTS
    ]
    found = [
        group
        for family in compared
        for group in family
        if len(group) >= FEWEST_ACCOUNTS
        and _is_beyond_chance(conduct, group, sum(map(len, family)), len(compared))
    ]
    return sorted(found, key=lambda group: int(group[0]))


def similar_within_day(conduct: Conduct) -> list[Ints]:
    """Groups of at least 3 accounts of one stratum and (UTC) day whose answers are nearly the same.

    Two accounts are joined if they give 80 % of the same answers on at least five shared clauses, and so few
    are so alike by chance that most accounts would stand alone; who is joined, directly or through others,
    is a group. The day is that of the first position.
    """
    rows = conduct.talkative
    day, stratum = conduct.first_at[rows] // DAY, conduct.stratum[rows]
    order = np.lexsort((rows, conduct.first_at[rows], stratum))
    ends = np.flatnonzero(np.diff(day[order]) | np.diff(stratum[order])) + 1
    windows = [
        block[first : first + WINDOW]
        for block in np.split(rows[order], ends)
        for first in range(0, len(block), WINDOW)
        if len(block) - first >= FEWEST_ACCOUNTS
    ]
    found = [
        group
        for window in windows
        for group in _joined(conduct, window)
        if _is_beyond_chance(conduct, group, len(window), len(windows))
    ]
    return sorted(found, key=lambda group: int(group[0]))


def _joined(conduct: Conduct, rows: Ints) -> list[Ints]:
    """Which of the given accounts hang together, at least 3 at a time."""
    part = conduct.positions.take(rows)
    used, places = np.unique(part.columns, return_inverse=True)
    said = np.full((len(rows), len(used)), -1, dtype=np.int8)
    said[part.rows, places] = part.stances
    spoke = (said >= 0).astype(np.float32)
    shared = spoke @ spoke.T
    agreed, usual = np.zeros_like(shared), np.zeros_like(shared)
    for stance in range(4):
        here = (said == stance).astype(np.float32)
        agreed += here @ here.T
        usual += (here * conduct.shares[used, stance].astype(np.float32)) @ spoke.T
    one, other = np.nonzero(np.triu((shared >= FEWEST_CLAUSES) & (agreed >= NEARLY_ALL * shared), 1))
    most = np.maximum(usual[one, other], usual[other, one])
    rare = log_tail(agreed[one, other], most, shared[one, other]) < np.log(NEIGHBOURS / len(rows))
    edges = sparse.coo_array((rare[rare], (one[rare], other[rare])), shape=shared.shape)
    _, label = csgraph.connected_components(edges, directed=False)
    return [np.sort(rows[label == one]) for one in np.flatnonzero(np.bincount(label) >= FEWEST_ACCOUNTS)]


def log_tail(agreed: Counts, usual: Counts, shared: Counts) -> Floats:
    """Bound on the log-probability of at least ``agreed`` matches in ``shared`` independent trials.

    ``usual``: the expected number of matches; all of one shape. −shared · KL(agreed/shared ‖ usual/shared),
    and 0 where no more than usual agree. Source: Hoeffding (1963), JASA 58, theorem 1.
    """
    trials = np.maximum(shared, 1).astype(np.float64)
    a, p = agreed / trials, np.clip(usual / trials, 1e-12, 1 - 1e-12)
    return np.asarray(
        np.where(a > p, -trials * (special.rel_entr(a, p) + special.rel_entr(1 - a, 1 - p)), 0.0)
    )


def _is_beyond_chance(conduct: Conduct, group: Ints, compared: int, families: int) -> bool:
    """Whether fewer than 0.01 groups as large and as much alike are expected (see the head of this file).

    The group's answers are the commonest of its members, on the clauses that half of them speak of.
    """
    part = conduct.positions.take(group)
    counts = np.bincount(part.codes, minlength=4 * part.clauses).reshape(-1, 4)
    clauses = np.flatnonzero(counts.sum(axis=1) * 2 >= len(group))
    answers = counts[clauses].argmax(axis=1)
    place = np.full(part.clauses, -1)
    place[clauses] = np.arange(len(clauses))
    at = place[part.columns]
    rows, stances, at = part.rows[at >= 0], part.stances[at >= 0], at[at >= 0]
    shared = np.bincount(rows, minlength=len(group))
    agreed = np.bincount(rows, weights=stances == answers[at], minlength=len(group))
    ways = (
        special.gammaln(compared + 1)
        - special.gammaln(len(group) + 1)
        - special.gammaln(compared - len(group) + 1)
    )

    def is_rare(shares: Floats) -> bool:
        usual = np.bincount(rows, weights=shares[at], minlength=len(group))
        tails = log_tail(agreed, usual, shared)
        return bool(np.log(families) + ways + tails.sum() - tails.min() < np.log(EXPECTED))

    everybody = conduct.shares[clauses, answers]
    return is_rare(everybody) and is_rare(_like_minded(conduct, group, clauses, answers, everybody))


def _like_minded(conduct: Conduct, group: Ints, clauses: Ints, answers: Ints, everybody: Floats) -> Floats:
    """Share of each answer among like-minded outsiders, but at least ``everybody``'s; shape (clauses,).

    Everybody together counts as one more of the like-minded, so a group without any is judged by everybody.
    """
    starts, people, stances = conduct.heard
    which = np.repeat(np.arange(len(clauses)), np.diff(starts)[clauses])
    places = np.concatenate([np.arange(starts[one], starts[one + 1]) for one in clauses])
    who, same = people[places], stances[places] == answers[which]
    shared = np.bincount(who, minlength=len(conduct))
    agreed = np.bincount(who, weights=same, minlength=len(conduct))
    near = (shared >= FEWEST_CLAUSES) & (agreed >= LIKE_MINDED * shared)
    near[group] = False
    speaking = np.bincount(which, weights=near[who], minlength=len(clauses))
    agreeing = np.bincount(which, weights=near[who] & same, minlength=len(clauses))
    return np.asarray(np.maximum(everybody, (agreeing + everybody) / (speaking + 1)))


def _marked(conduct: Conduct, groups: list[Ints]) -> Bools:
    found = np.zeros(len(conduct), dtype=np.bool_)
    for group in groups:
        found[group] = True
    return found


def identical(conduct: Conduct) -> Bools:
    return _marked(conduct, identical_vectors(conduct))


def similar(conduct: Conduct) -> Bools:
    return _marked(conduct, similar_within_day(conduct))


def unverified(conduct: Conduct) -> Bools:
    return ~conduct.verified & (conduct.positions.stated > 0)


def low_activity(conduct: Conduct) -> Bools:
    """Who takes fewer than 3 positions, or not all where there are fewer clauses."""
    stated = conduct.positions.stated
    return (stated > 0) & (stated < min(ACTIVE, len(np.unique(conduct.columns))))


def top_hour(conduct: Conduct) -> Bools:
    """Who took the first position in the sixty minutes in which most did, the earliest of several."""
    first = conduct.first_at
    came = np.sort(first[conduct.positions.stated > 0])
    if not len(came):
        return np.zeros(len(conduct), dtype=np.bool_)
    begin = came[np.argmax(np.searchsorted(came, came + HOUR) - np.arange(len(came)))]
    return np.asarray((first >= begin) & (first < begin + HOUR))


#: What the page leaves out in turn, in the order of the page: name → who is marked, shape (people,).
DETECTORS: Mapping[str, Callable[[Conduct], Bools]] = {
    "identical": identical,
    "similar": similar,
    "unverified": unverified,
    "low-activity": low_activity,
    "top-hour": top_hour,
}
