"""Imagined deliberations, to see what rules would do before anybody has taken a position (pure).

Nothing here is a forecast. Everybody has a leaning that depends on the development bloc; people of one
country think more alike than people of two; and who comes is what the scenes differ in.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.consensus.agreement import ALIKE
from app.consensus.input import AssessmentInput
from app.consensus.matrix import STANCES, PositionMatrix
from app.foundation.arrays import Bools, Ints
from app.foundation.errors import N_
from app.foundation.libraries import np
from app.reference.countries import DEVELOPMENT_BLOCS, Facts, development_bloc, members, to_rows
from app.representation.rules import CATEGORIES

SUPPORT, ACCEPT, ABSTAIN, OBJECT = range(len(STANCES))
SILENT = -1
GOVERNMENT = CATEGORIES.index("government")
SPEAKING = 0.97  #: of those who come, how many take a position on a clause
ABSTAINING = 0.03
WARM = 0.7  #: of those who can accept, how many support
CITIZENS = {"company": 0.25, "research": 0.25, "civil-society": 0.3, "individual": 0.2}
VERIFIED = 0.6  #: of those who are no government


@dataclass(frozen=True)
class Scene:
    """Who comes. Numbers by development bloc: least developed, other developing, developed.

    ``organisations``: between governments, of no country. ``crowd``: self-declared accounts of two countries
    that answer all alike, and the opposite of everybody else.
    """

    words: str
    governments: tuple[int, int, int]
    others: tuple[int, int, int]
    organisations: int
    crowd: int = 0


SCENES: Mapping[str, Scene] = {
    "everybody-comes": Scene(
        N_(
            "Full participation: all governments, and some stakeholders of every category from every "
            "region"
        ),
        (44, 98, 51), (200, 450, 350), 12,
    ),
    "mostly-developed": Scene(
        N_(
            "Mostly developed countries: 17 of 20 stakeholders; 1 of 20 from the least developed "
            "countries"
        ),
        (10, 20, 51), (20, 40, 459), 6,
    ),
    "crowd": Scene(
        N_(
            "Many accounts: 50 governments, few other stakeholders, and 2400 self-declared accounts "
            "from two countries"
        ),
        (10, 25, 15), (20, 40, 30), 5, 2400,
    ),
    "few-come": Scene(
        N_("Low participation: 30 stakeholders, two of them from the least developed countries"),
        (2, 8, 8), (0, 3, 6), 3,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Imagined:
    """A clause: the part of each development bloc that can accept it, and what became of the objections.

    ``state``: of every objection; where it is "maintained", of one government's alone, and the others are
    accommodated.
    """

    words: str
    leaning: tuple[float, float, float]
    state: str = "accommodated"


def alike(share: float, words: str, state: str = "accommodated") -> Imagined:
    return Imagined(words, (share, share, share), state)


CLAUSES: Sequence[Imagined] = (
    alike(0.99, N_("nearly all can accept it")),
    alike(0.95, N_("19 of 20 can accept it")),
    alike(0.9, N_("9 of 10 can accept it")),
    alike(0.85, N_("17 of 20 can accept it")),
    alike(0.8, N_("4 of 5 can accept it")),
    alike(0.75, N_("3 of 4 can accept it; the objections have been answered and are maintained"), "answered"),
    alike(0.68, N_("2 of 3 can accept it; the objections have been answered and are maintained"), "answered"),
    alike(0.5, N_("half can accept it; the objections have been answered and are maintained"), "answered"),
    alike(0.1, N_("9 of 10 are against it"), "answered"),
    alike(0.9, N_("9 of 10 can accept it; no objection has been answered yet"), "open"),
    Imagined(N_("developed countries accept it, the least developed do not"), (0.25, 0.7, 0.95), "answered"),
    alike(1.0, N_("all except one government, which maintains its objection"), "maintained"),
)


@dataclass(frozen=True)
class Arrived:
    """Who comes, as arrays of shape (people,); ``country`` is a number, −1 for none."""

    category: Ints
    country: Ints
    verified: Bools
    is_crowd: Bools

    def kept(self, which: Ints) -> "Arrived":
        return Arrived(*(values[which] for values in vars(self).values()))


def simulated(
    name: str, facts: Facts, categories: Collection[str] = CATEGORIES, *, seed: int = 1
) -> AssessmentInput:
    """What an assessment of the scene ``name`` of ``SCENES`` is computed from; at most 3,000 people.

    Only ``categories`` are counted. The same arguments give the same input.

    :raises KeyError: there is no such scene.
    """
    draw = np.random.default_rng(seed)
    codes = [country.iso2 for country in members(facts)]
    blocs = np.array([DEVELOPMENT_BLOCS.index(development_bloc(facts[code])) for code in codes])
    everybody = arriving(SCENES[name], blocs, draw)
    said = answers(everybody, blocs, draw)
    counted = np.flatnonzero(np.isin(everybody.category, [CATEGORIES.index(one) for one in categories]))
    people, said = everybody.kept(counted), said[counted]
    keys = [
        (CATEGORIES[category], codes[country] if country >= 0 else None, verified)
        for category, country, verified in zip(
            people.category.tolist(), people.country.tolist(), people.verified.tolist(), strict=True
        )
    ]
    cells = sorted(set(keys), key=lambda key: (key[0], key[1] or "", key[2]))
    place = {key: number for number, key in enumerate(cells)}
    objecting = [objections(people, said[:, number], one.state) for number, one in enumerate(CLAUSES)]
    rows, columns = np.nonzero(said != SILENT)
    size = {"people": len(keys), "clauses": len(CLAUSES)}
    return AssessmentInput(
        norm=name,
        draft=1,
        closing=False,
        provisions=[(f"p{number}", str(number)) for number in range(1, len(CLAUSES) + 1)],
        cells=cells,
        people=[f"s{number:06d}" for number in range(len(keys))],
        cell_of=np.array([place[key] for key in keys], dtype=np.int64),
        positions=PositionMatrix.of(rows, columns, said[rows, columns], **size),
        set_aside=(),
        unconfirmed=[0] * len(CLAUSES),
        objections=[states for states, _, _ in objecting],
        verified_objections=[verified for _, verified, _ in objecting],
        unanswered_objections=[unanswered for _, _, unanswered in objecting],
        country_facts=to_rows(facts),
    )


def arriving(scene: Scene, blocs: Ints, draw: "np.random.Generator") -> Arrived:
    """Governments once each, others of any country of their bloc, organisations, and the crowd.

    blocs: shape (countries,), each country's bloc as a number.
    """
    kinds = [CATEGORIES.index(kind) for kind in CITIZENS]
    groups = []
    for bloc, (governments, others) in enumerate(zip(scene.governments, scene.others, strict=True)):
        home = draw.permutation(np.flatnonzero(blocs == bloc))
        capitals, others = home[:governments], others if len(home) else 0
        groups += [
            (np.full(len(capitals), GOVERNMENT), capitals, np.ones(len(capitals))),
            (
                draw.choice(kinds, others, p=list(CITIZENS.values())),
                draw.choice(home, others),
                draw.random(others) < VERIFIED,
            ),
        ]
    alone, crowd = scene.organisations, scene.crowd
    two = draw.choice(len(blocs), 2, replace=False)
    groups += [
        (np.full(alone, CATEGORIES.index("igo")), np.full(alone, -1), np.ones(alone)),
        (np.full(crowd, CATEGORIES.index("individual")), np.resize(two, crowd), np.zeros(crowd)),
    ]
    category, country, verified = (np.concatenate(parts) for parts in zip(*groups, strict=True))
    is_crowd = np.arange(len(country)) >= len(country) - crowd
    return Arrived(category, country, verified.astype(bool), is_crowd)


def answers(people: Arrived, blocs: Ints, draw: "np.random.Generator") -> Ints:
    """Shape (people, clauses): a stance, or ``SILENT``.

    Each country has a leaning of its own, from a beta distribution about its bloc's, so that two people of
    one country think alike by ``ALIKE``. Organisations have no country and lean as the largest bloc does.
    """
    of_bloc = np.array([clause.leaning for clause in CLAUSES]).T
    expected = np.vstack([of_bloc[blocs], of_bloc[DEVELOPMENT_BLOCS.index("other-developing")]])
    spread, whole = np.clip(expected, 0.001, 0.999), 1 / ALIKE - 1
    leaning = draw.beta(spread * whole, (1 - spread) * whole)
    leaning[-1] = expected[-1]
    chance = np.where(people.is_crowd[:, None], 1 - expected[people.country], leaning[people.country])
    accepts, warm, speaks, takes_side = (draw.random(chance.shape) for _ in range(4))
    said = np.where(accepts < chance, np.where(warm < WARM, SUPPORT, ACCEPT), OBJECT)
    said = np.where(takes_side < ABSTAINING, ABSTAIN, said)
    said = np.where(speaks < SPEAKING, said, SILENT)
    government = np.flatnonzero(people.category == GOVERNMENT)[:1]
    for number, clause in enumerate(CLAUSES):
        if clause.state == "maintained":
            said[government, number] = OBJECT
    return said


def objections(people: Arrived, said: Ints, state: str) -> tuple[dict[str, dict[str, int]], int, int]:
    """State → category → how many; of verified those that stand and those nobody has answered.

    said: shape (people,), stances on one clause.
    """
    objecting = np.flatnonzero(said == OBJECT)
    kept = state == "maintained"
    standing = objecting[people.category[objecting] == GOVERNMENT][:1] if kept else objecting
    states = {"accommodated": np.setdiff1d(objecting, standing), state: standing}
    counted = {
        name: dict(sorted(Counter(CATEGORIES[one] for one in people.category[rows].tolist()).items()))
        for name, rows in states.items()
        if len(rows)
    }
    verified = int(people.verified[standing].sum()) if state != "accommodated" else 0
    return counted, verified, verified if state == "open" else 0
