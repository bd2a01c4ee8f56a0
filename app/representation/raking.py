"""Iterative proportional fitting on cells (pure)."""

from collections.abc import Mapping, Sequence

from app.foundation.arrays import Bools, Floats, Ints

Margin = Mapping[str, tuple[Bools, float]]

TOLERANCE = 1e-8
MOST_ROUNDS = 2_000


def rake(weights: Floats, counts: Ints, margins: Sequence[Margin]) -> Floats:
    """Scale weights until each group of each margin has its target share of the whole.

    weights, counts: shape (cells,). margins: group → (which cells, target share). A group that is absent is
    left out and the others share its target; a cell without anybody keeps its weight, as nothing would hold
    it. What cannot be reached shows in the shares; nothing is raised.
    Source: Deming & Stephan (1940), Ann. Math. Stat. 11.
    """
    weights, peopled = weights.astype(float).copy(), counts > 0
    for _ in range(MOST_ROUNDS):
        worst = 0.0
        for margin in margins:
            present = {
                name: (cells & peopled, target)
                for name, (cells, target) in margin.items()
                if counts[cells].sum()
            }
            whole = sum(target for _, target in present.values())
            for cells, target in present.values():
                total = float(weights @ counts)
                share = float(weights[cells] @ counts[cells]) / total if total else 0.0
                if share > 0 and whole > 0:
                    worst = max(worst, abs(share - target / whole))
                    weights[cells] *= target / whole / share
        if worst < TOLERANCE:
            break
        # Margins that contradict each other would raise the total round by round, beyond all numbers.
        weights *= counts.sum() / (float(weights @ counts) or 1.0)
    return weights
