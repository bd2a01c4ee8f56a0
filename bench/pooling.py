"""What pooling individuals changes: published figures beside those of every individual by country.

Beside it, for scale, what chance alone changes: people without a country drawn into countries twice.

python -m bench.pooling
"""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask_migrate import upgrade

from app import create_app
from app.consensus.assessing import measured
from app.consensus.input import AssessmentInput
from app.consensus.input_queries import gather
from app.consensus.pooling import pooled
from app.kernel.extensions import db
from app.lifecycle.queries import rules_of
from app.norms.models import Norm
from app.representation.rules import MAIN, MeasurementRules
from app.representation.service import in_force
from bench.opinion_groups import DATA
from config import Config

COUNTRIES = ("DE", "FR", "BR", "IN", "KE", "NG", "ID", "JP", "US", "MX", "EG", "BD", "NP", "SN", "FJ", "NO")
SEED, OTHER_SEED = 23, 99
COLUMNS = ("clauses", "other status", "other interval", "widest shift", "answers in no figure")


def rows() -> Iterator[tuple[str, list[object]]]:
    """What, and how far its published figures are from those without pooling."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(database_url=f"sqlite:///{folder}/bench.db", data_dir=Path(folder)))
        with app.app_context():
            upgrade()
            runner = app.test_cli_runner()
            asked = [["demo"]]
            asked += [
                ["import", "polis", str(one), "--slug", one.name.replace(".", "-")] for one in imported()
            ]
            for args in asked:
                assert runner.invoke(args=args).exit_code == 0, args
            for norm in db.session.scalars(sa.select(Norm).order_by(Norm.id)).all():
                rules = MeasurementRules.read(rules_of(db.session(), norm).content.get("measurement", {}))
                data = gather(db.session(), norm, rules.categories, in_force(db.session()), closing=True)
                yield norm.slug, compared(rules, data)
                if any(one[0] == "individual" and one[1] is None for one in data.cells):
                    drawn = spread(data, SEED)
                    yield f"{norm.slug}, spread over 16 countries", compared(rules, drawn)
                    again = compared(rules, drawn, spread(data, OTHER_SEED))
                    yield f"{norm.slug}, spread again by chance, nobody pooled", again


def imported() -> list[Path]:
    return sorted(one for one in DATA.iterdir() if one.is_dir())


def spread(data: AssessmentInput, seed: int) -> AssessmentInput:
    """The same answers, individuals without a country drawn into some, the first the likeliest."""
    draw = np.random.default_rng(seed)
    likely = 1 / np.arange(1, len(COUNTRIES) + 1)
    drawn = draw.choice(len(COUNTRIES), size=len(data.people), p=likely / likely.sum())
    keys = [data.cells[cell] for cell in data.cell_of.tolist()]
    named = [
        (category, COUNTRIES[place] if category == "individual" and country is None else country, verified)
        for (category, country, verified), place in zip(keys, drawn.tolist(), strict=True)
    ]
    cells = sorted(set(named), key=lambda key: (key[0], key[1] or "", key[2]))
    place = {cell: number for number, cell in enumerate(cells)}
    return replace(data, cells=cells, cell_of=np.array([place[one] for one in named], dtype=np.int64))


def compared(
    rules: MeasurementRules, data: AssessmentInput, other: AssessmentInput | None = None
) -> list[object]:
    """How many clauses differ, and how far: pooled, or as the other input has it."""
    both = (data, pooled(data) if other is None else other)
    plain, official = (measured(rules, one, rules_digest="") for one in both)
    pairs = list(zip(plain["clauses"], official["clauses"], strict=True))
    apart = [_shift(*(one["agreement"][MAIN] for one in pair)) for pair in pairs]
    left_out = official["individuals"]["left_out"] if official["individuals"] else 0
    return [
        len(pairs),
        sum(one["status"] != other["status"] for one, other in pairs),
        sum(shift != 0 for shift in apart),
        f"{max(apart, default=0.0):.4f}",
        left_out,
    ]


def _shift(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The greatest difference of share, low and high bound; 1 where one of two has none."""
    found = [0.0]
    for name in ("share", "low", "high"):
        ours, theirs = one.get(name), other.get(name)
        if (ours is None) != (theirs is None):
            return 1.0
        if ours is not None and theirs is not None:
            found.append(abs(ours - theirs))
    return max(found)


def main() -> None:
    print("# Published figures, individuals pooled, beside those of every individual by country\n")
    print(f"| deliberation | {' | '.join(COLUMNS)} |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for what, found in rows():
        print(f"| {what} | {' | '.join(str(one) for one in found)} |", flush=True)


if __name__ == "__main__":
    main()
