"""How often the interval of 95 % holds the truth, in simulated consultations of many designs.

A design says who comes and how likely each can accept. A room is one draw of who comes; it stays as it is
while many clauses are put to it. So everything is conditional on who takes part: an interval that covers
chance is judged by chance alone, not by self-selection.

What is the truth? The estimate is a weighted mean over stakeholders, so the truth is the same weighted mean,
with the same weights of the scheme ``balanced``, of the probabilities with which they accept:
Σ weight · people · probability / Σ weight · people over cells. Where people of one country think alike, a
country's probability is itself drawn around its bloc's (Beta, intraclass correlation as stated), and there
are two truths:

- *such countries*: the mean of the blocs' probabilities, as if countries like these were asked again. The
  interval claims this one: the country is its unit of independence.
- *these countries*: the mean of the probabilities that these very countries have drawn. Only people are
  drawn again, so an interval for the first truth is wider than this one needs.

Without such likeness the two are one. Of a finite population of 193 governments the only truth is the plain
share among all 193 who can accept. No answer is wrong, late or bought here.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from app.consensus.agreement import agreement
from app.foundation.arrays import Floats, Ints
from app.reference.countries import DEVELOPMENT_BLOCS, development_bloc, members, shipped
from app.representation.bounds import weigh
from app.representation.cells import Cell, Cells
from app.representation.rules import MAIN, MeasurementRules

ROOMS = 40
CLAUSES = 100  #: put to each room, so 4,000 replicates of a design
SEED = 20260302
NEAR, FAR = 93, 97  #: the coverage aimed at, in %

Chance = np.random.Generator
Room = dict[Cell, int]

STATES = [(country.iso2, development_bloc(country)) for country in members(shipped())]
BLOC = dict(STATES)
CATEGORIES = {"government": 0.05, "company": 0.2, "research": 0.2, "civil-society": 0.25, "individual": 0.3}


def skewed(people: int, chance: Chance) -> Room:
    """85 % from developed countries, 10 % from developing, 5 % from least developed ones.

    Within a bloc a few countries send most (1 / rank); half are verified, of individuals a tenth.
    """
    presence: dict[str, float] = {}
    for bloc, share in zip(DEVELOPMENT_BLOCS, (0.05, 0.10, 0.85), strict=True):
        codes = chance.permutation([code for code, of in STATES if of == bloc])
        ranks = 1 / np.arange(1, len(codes) + 1)
        presence |= dict(zip(codes.tolist(), share * ranks / ranks.sum(), strict=True))
    return crowd(people, chance, presence, CATEGORIES)


def few(countries: int, people: int, chance: Chance) -> Room:
    """Individuals, nearly all self-declared, from a few countries of any bloc."""
    codes = chance.permutation([code for code, _ in STATES])[:countries].tolist()
    return crowd(people, chance, dict.fromkeys(codes, 1 / countries), {"individual": 1.0})


def crowd(people: int, chance: Chance, presence: dict[str, float], categories: dict[str, float]) -> Room:
    codes = chance.choice(list(presence), size=people, p=list(presence.values())).tolist()
    kinds = chance.choice(list(categories), size=people, p=list(categories.values())).tolist()
    known = chance.random(people).tolist()
    least = {"government": 0.0, "individual": 0.9}
    found = zip(codes, kinds, known, strict=True)
    return Counter(Cell(kind, code, lot >= least.get(kind, 0.5)) for code, kind, lot in found)


def governments(people: int, chance: Chance) -> Room:
    """One verified government each of as many states, drawn at random."""
    codes = chance.permutation([code for code, _ in STATES])[:people].tolist()
    return {Cell("government", code, True): 1 for code in codes}


COMERS: dict[str, Callable[[int, Chance], Room]] = {
    "skewed": skewed,
    "governments": governments,
    "crowd of 12 countries": partial(few, 12),
    "crowd of 20 countries": partial(few, 20),
    "crowd of 50 countries": partial(few, 50),
}
CROWDS = list(COMERS)[2:]


@dataclass(frozen=True)
class Design:
    """Who comes, how many of them, and what they think.

    ``who``: a key of ``COMERS``. ``share``: the probability of accepting in the middle bloc, in (0, 1).
    ``apart``: how many logits least developed countries stand below it and developed ones above. ``alike``:
    the intraclass correlation within a country, in [0, 1). ``silent``: the part that takes no side.
    ``finite``: the states are the whole population.
    """

    who: str
    people: int
    share: float
    apart: float = 0.0
    alike: float = 0.0
    silent: float = 0.0
    finite: bool = False

    @property
    def name(self) -> str:
        parts = [
            f"{self.who}, {self.people:,}" + (" of 193" if self.finite else ""),
            f"share {self.share}",
        ]
        parts += [f"blocs {self.apart} logits apart"] * bool(self.apart)
        parts += [f"correlation {self.alike}"] * bool(self.alike)
        return " · ".join([*parts, *[f"{self.silent:.0%} take no side"] * bool(self.silent)])


SKEWED = Design("skewed", 1_000, 0.9)
GOVERNMENTS = Design("governments", 60, 0.9)
FINITE = replace(GOVERNMENTS, finite=True)
CROWD = Design(CROWDS[0], 1_000, 0.9)

DESIGNS = [
    *(replace(SKEWED, people=people) for people in (12, 20, 40, 100, 1_000, 20_000)),
    *(replace(SKEWED, people=people, share=0.5) for people in (40, 100, 1_000, 20_000)),
    *(replace(SKEWED, people=people, share=0.98) for people in (40, 100, 1_000, 20_000)),
    *(replace(SKEWED, share=share) for share in (0.1, 0.02)),
    *(replace(SKEWED, people=people, alike=0.3) for people in (40, 100, 1_000, 20_000)),
    *(replace(SKEWED, people=people, share=0.5, alike=0.3) for people in (100, 1_000, 20_000)),
    *(replace(SKEWED, people=people, share=0.98, alike=0.3) for people in (100, 1_000, 20_000)),
    *(replace(SKEWED, people=people, share=0.7, apart=1.0) for people in (100, 1_000, 20_000)),
    *(replace(SKEWED, people=people, share=0.7, apart=1.0, alike=0.1) for people in (100, 1_000)),
    replace(SKEWED, share=0.7, alike=0.1, silent=0.3),
    *(replace(GOVERNMENTS, people=people, share=0.5) for people in (12, 20, 60, 150)),
    *(replace(GOVERNMENTS, people=people) for people in (12, 20, 60, 150)),
    *(replace(GOVERNMENTS, people=people, share=0.98) for people in (20, 60, 150)),
    *(replace(CROWD, who=who, share=share) for who in CROWDS for share in (0.5, 0.9, 0.98)),
    *(replace(CROWD, who=who, alike=alike) for who in CROWDS for alike in (0.05, 0.1, 0.3)),
    *(replace(CROWD, who=who, share=0.5, alike=0.3) for who in CROWDS),
    *(replace(CROWD, who=who, share=0.98, alike=0.3) for who in CROWDS),
    *(replace(FINITE, people=people, share=share) for share in (0.5, 0.9, 0.98) for people in (20, 60, 150)),
    replace(FINITE, people=193, share=0.9),
]


@dataclass(frozen=True)
class Answers:
    """What a room says to each clause, and the truth; ``accept`` and ``against``: shape (clauses, cells)."""

    cells: Cells
    weights: Floats
    accept: Ints
    against: Ints
    population: int | None
    such_countries: Floats  #: the truth of each clause, shape (clauses,)
    these_countries: Floats


def ours(said: Answers) -> tuple[Floats, Floats]:
    """The interval of each clause, shape (clauses,); NaN where words are given instead."""
    heard = (said.accept + said.against).sum(axis=1)
    found = agreement(
        said.cells, said.weights, said.accept, said.against, population=said.population, heard=heard
    )
    return found.low, found.high


def put(design: Design, room: Room, chance: Chance, clauses: int = CLAUSES) -> Answers:
    """Put clauses to a room."""
    places = list(room)
    cells = Cells(places, np.array([room[place] for place in places], dtype=np.int64), shipped())
    weights = weigh(cells, MeasurementRules(), MAIN).weights
    codes = [code for code, _ in STATES]
    state = np.array([codes.index(place.country or "") for place in places], dtype=np.int64)
    expected = np.tile(bloc_shares(design), (clauses, 1))
    leaning = expected
    if design.alike:
        strength = 1 / design.alike - 1
        leaning = chance.beta(expected * strength, (1 - expected) * strength)
    if design.finite:  # the minds of all states are made up before anybody is asked
        leaning = (chance.random(leaning.shape) < expected).astype(np.float64)
    sides = chance.binomial(cells.counts, 1 - design.silent, size=(clauses, len(cells)))
    accept = chance.binomial(sides, leaning[:, state])
    mass = weights * cells.counts / float(weights @ cells.counts)
    such, these = expected[:, state] @ mass, leaning[:, state] @ mass
    if design.finite:
        such = these = leaning.mean(axis=1)
    population = len(STATES) if design.finite else None
    return Answers(cells, weights, accept, sides - accept, population, such, these)


def bloc_shares(design: Design) -> Floats:
    """Each state's probability of accepting before its own leaning, shape (193,)."""
    middle = np.log(design.share / (1 - design.share))
    step = {"ldc": -design.apart, "other-developing": 0.0, "developed": design.apart}
    return np.array([1 / (1 + np.exp(-middle - step[bloc])) for _, bloc in STATES])


def simulated(design: Design, rooms: int = ROOMS, seed: int = SEED) -> Iterator[Answers]:
    """The same answers for a design wherever it stands in the list."""
    chance = np.random.default_rng([seed, *design.name.encode()])
    for _ in range(rooms):
        yield put(design, COMERS[design.who](design.people, chance), chance)


@dataclass(frozen=True)
class Coverage:
    """Parts of all replicates with an interval; ``error`` is the Monte-Carlo standard error of ``such``.

    Rooms are what is drawn at random, so the error is that of a ratio over rooms. NaN without intervals.
    """

    such: float
    error: float
    these: float
    width: float
    words: float


def covered(design: Design, interval: Callable[[Answers], tuple[Floats, Floats]] = ours) -> Coverage:
    such, these, width, given, replicates = [], [], [], [], 0
    for said in simulated(design):
        low, high = interval(said)
        stands = ~np.isnan(low)
        replicates += len(low)
        given.append(stands.sum())
        such.append((stands & (low <= said.such_countries) & (said.such_countries <= high)).sum())
        these.append((stands & (low <= said.these_countries) & (said.these_countries <= high)).sum())
        width.append((high - low)[stands].sum())
    intervals = float(np.sum(given))
    if not intervals:
        return Coverage(np.nan, np.nan, np.nan, np.nan, 1.0)
    share = float(np.sum(such)) / intervals
    error = float(np.sqrt(((np.array(such) - share * np.array(given)) ** 2).sum())) / intervals
    return Coverage(
        share,
        error,
        float(np.sum(these)) / intervals,
        float(np.sum(width)) / intervals,
        1 - intervals / replicates,
    )


def rows() -> Iterator[tuple[str, Coverage]]:
    """(design, what its intervals cover)."""
    for design in DESIGNS:
        yield design.name, covered(design)


def main() -> None:
    head = ("design", "covers such countries", "± s.e.", "covers these countries", "mean width", "words only")
    print("# How often the interval of 95 % covers the truth\n")
    print(f"| {' | '.join(head)} |\n{'|---' * len(head)}|")
    for name, found in rows():
        mark = "" if found.words == 1 or NEAR <= round(100 * found.such, 1) <= FAR else " *"
        figures = (
            ["–"] * 4
            if found.words == 1
            else [f"{found.such:.1%}{mark}", f"{found.error:.1%}", f"{found.these:.1%}", f"{found.width:.3f}"]
        )
        print(f"| {' | '.join([name, *figures, f'{found.words:.0%}'])} |", flush=True)
    print(f"\n\\* outside {NEAR} to {FAR} %, in {ROOMS * CLAUSES:,} replicates")


if __name__ == "__main__":
    main()
