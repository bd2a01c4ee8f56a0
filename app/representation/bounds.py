"""How far a voice may be raised, and what the bounds make of a scheme (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.foundation.arrays import Floats
from app.foundation.libraries import np
from app.representation.cells import CLOSE, Cells
from app.representation.coverage import summed, units
from app.representation.rules import MeasurementRules
from app.representation.schemes import RAW, SCHEMES, normalised, targets


@dataclass(frozen=True)
class Weighing:
    """A scheme's weights after bounds, and what became of its aims.

    ``weights``: shape (cells,), mean 1 over stakeholders. ``unreached``: (bloc, target, reached, reason).
    ``largest``: the country that speaks with most of the weight, and its share.
    """

    weights: Floats
    n_eff: float
    max_weight: float
    margin_error: float
    unreached: Sequence[tuple[str, float, float, str]]
    largest: tuple[str, float]


def effective_size(weights: Floats, counts: Floats) -> float:
    """Kish's effective sample size ``(Σwn)² / Σw²n``; 0.0 if nobody has weight.

    weights, counts: shape (cells,), ≥ 0. Source: Kish (1965), Survey Sampling, §11.7.

    >>> effective_size(np.array([1.0]), np.array([3.0]))
    3.0
    """
    squares = float((weights**2) @ counts)
    return float((weights @ counts) ** 2 / squares) if squares > 0 else 0.0


def mean_voice(cells: Cells, weights: Floats) -> float:
    """All weight divided by the units that have any: countries, and whoever has none.

    Were it divided by stakeholders, a crowd from one country would lower the mean, the bounds would hold
    everybody else down, and the crowd would take what they lose.
    """
    return float(cells.counts.sum()) / max(1, int(units(cells, np.where(weights > 0, cells.counts, 0))))


def bounded(cells: Cells, wanted: Floats, verified_at_most: float, self_declared_at_most: float) -> Floats:
    """The wanted weights, held within bounds that are multiples of the mean voice.

    A unit's whole voice is at most ``verified_at_most``, the part of its self-declared at most
    ``self_declared_at_most``, however many they are. Who is below the bounds keeps the ratio to all others
    below them: one factor raises all until the total is what it was. Bounds ≥ 1 can always be kept.
    """
    counts, mean = cells.counts.astype(float), mean_voice(cells, wanted)
    verified = cells.verified
    known = summed(cells, np.where(verified, counts, 0.0), wanted)
    claimed = summed(cells, np.where(verified, 0.0, counts), wanted)
    alone = cells.unit_of < 0
    whole, most, claimed_most = counts.sum(), verified_at_most * mean, self_declared_at_most * mean

    def total(factor: float) -> float:
        shared = np.minimum(most, factor * known + np.minimum(claimed_most, factor * claimed))
        return float(shared.sum() + counts[alone] @ np.minimum(most, factor * wanted[alone]))

    low, high = 0.0, 1.0
    while total(high) < whole * (1 - 1e-12) and high < 1e30:
        low, high = high, 2 * high
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if total(middle) < whole else (low, middle)
    self_part = claimed_most / np.maximum(claimed_most, high * claimed)
    unit_part = most / np.maximum(most, high * (known + self_part * claimed))
    parts = np.where(verified, 1.0, self_part[cells.unit_of]) * unit_part[cells.unit_of]
    held = high * wanted * np.where(alone, most / np.maximum(most, high * wanted), parts)
    return np.asarray(held * (whole / float(held @ counts)))


def weigh(cells: Cells, rules: MeasurementRules, scheme: str) -> Weighing:
    """A scheme's weights within the bounds of the rules, with what they could not reach.

    Bounds limit how far a voice is raised; where every stakeholder counts once, none is. The verified are
    weighed among themselves, and the self-declared put beside them, so that however many come, they change no
    verified voice's share among the verified.
    """
    counts = cells.counts.astype(float)
    if counts.sum() == 0:
        return Weighing(SCHEMES[scheme](cells, rules), 0.0, 0.0, 0.0, (), ("", 0.0))
    known = cells.alone(cells.known(rules))
    if not known.counts.sum():
        known = cells  # nobody is verified, and no gate will open: what is shown is shown of all
    wanted = SCHEMES[scheme](known, rules)
    reached = wanted
    if scheme != RAW and float(wanted @ known.counts) > 0:  # margins may leave nobody present any share
        reached = bounded(known, wanted, rules.bound_verified, rules.bound_self_declared)
    unreached = missed(known, rules, scheme, wanted, reached)
    if known.counts.sum() < counts.sum():
        reached = normalised(cells, beside(cells, known, reached, rules, scheme))
    error = max((abs(aim - got) for _, aim, got, _ in unreached), default=0.0)
    present = counts > 0
    return Weighing(
        reached,
        effective_size(reached, counts),
        float(reached[present].max()),
        float(error),
        unreached,
        largest_voice(cells, reached),
    )


def beside(cells: Cells, known: Cells, weights: Floats, rules: MeasurementRules, scheme: str) -> Floats:
    """The weights of the verified, and beside them those of the self-declared, held within their part.

    known: the cells with the verified alone; weights: theirs. A self-declared stakeholder weighs as the
    scheme would have it, but those of a country together no more than ``self_declared_part`` of what its
    verified weigh (of a mean voice, where it has none), nor than ``bound_self_declared`` mean voices; and all
    together no more than that part of what all verified weigh. Shape (cells,).
    """
    spoken, mean, part = known.counts.astype(float), mean_voice(known, weights), rules.self_declared_part
    claimed_counts = (cells.counts - known.counts).astype(float)
    wanted = SCHEMES[scheme](cells, rules)
    own, wanted_own = summed(cells, spoken, weights), summed(cells, spoken, wanted)
    whole = float(weights @ spoken)
    everywhere = whole / max(float(wanted @ spoken), 1e-300)
    scale = np.where(wanted_own > 0, own / np.maximum(wanted_own, 1e-300), everywhere)
    claimed = summed(cells, claimed_counts, wanted) * scale
    most = np.minimum(part * np.where(own > 0, own, mean), rules.bound_self_declared * mean)
    held = np.minimum(claimed, most)
    held *= min(1.0, part * whole / max(float(held.sum()), 1e-300))
    factor = np.where(claimed > 0, held / np.maximum(claimed, 1e-300), 0.0) * scale
    of_self = wanted * np.where(cells.unit_of >= 0, factor[cells.unit_of], 0.0)
    return np.asarray(np.where(claimed_counts > 0, of_self, np.where(spoken > 0, weights, 0.0)))


def missed(
    cells: Cells, rules: MeasurementRules, scheme: str, wanted: Floats, reached: Floats
) -> list[tuple[str, float, float, str]]:
    """(bloc, target, reached, reason): what a scheme aimed at and did not get.

    Reasons: "absent" (nobody of the bloc takes part, so the others share its voice), "margins" (no weights
    meet all margins at once), "bound" (the bounds hold the bloc down, or the rest up).
    """
    found = []
    aims = targets(cells, rules, scheme)
    for kind in aims or ("development",):
        present = {bloc for bloc, n in zip(cells.blocs[kind], cells.counts, strict=True) if n}
        aimed = aims.get(kind, {})
        found += [(bloc, aim, 0.0, "absent") for bloc, aim in aimed.items() if aim and bloc not in present]
        whole = sum(aim for bloc, aim in aimed.items() if bloc in present)
        for bloc in sorted(present):
            inside = cells.in_bloc(kind, bloc)
            held, got = (
                float(w[inside] @ cells.counts[inside] / cells.counts.sum()) for w in (wanted, reached)
            )
            aim = aimed.get(bloc, 0.0) / whole if scheme == "raked" and whole else held
            if abs(got - held) > 1e-9:
                found.append((bloc, aim, got, "bound"))
            elif abs(got - aim) > 1e-6:
                found.append((bloc, aim, got, "margins"))
    return found


def largest_voice(cells: Cells, weights: Floats) -> tuple[str, float]:
    """The country with the largest share of all weight, and that share; ("", 0.0) without a country."""
    inside = cells.country_of >= 0
    held = np.bincount(cells.country_of[inside], weights=(weights * cells.counts)[inside])
    if not held.size:
        return "", 0.0
    place = int(np.round(held, CLOSE).argmax())
    return cells.countries[place], float(held[place] / cells.counts.sum())
