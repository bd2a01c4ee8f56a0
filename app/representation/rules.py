"""The part of the rules of procedure that says how voices are weighed and agreement is judged (pure)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import inf
from typing import Any

from app.foundation.errors import N_, BadInput

SCHEMES = ("per_stakeholder", "per_country", "balanced", "regional", "square_root", "population", "raked")
CATEGORIES = ("government", "igo", "company", "research", "civil-society", "individual")
KINDS = ("development", "region", "category")
MAIN = "balanced"  #: the scheme of the status
LISTS = {"schemes": SCHEMES, "informative": SCHEMES, "categories": CATEGORIES}


class MeasurementUnclear(BadInput):
    code = "measurement-unclear"
    message = N_("The rules of measurement cannot be read: %(what)s.")


@dataclass(frozen=True)
class MeasurementRules:
    """Defaults are those of the method; see docs/method.md.

    ``gates``: kind of bloc → stakeholders needed in each bloc, from at least ``gate_countries`` countries.
    ``informative``: schemes that are shown and do not decide whether a status is robust.
    ``margins``: kind of bloc → bloc → target share, for the scheme "raked"; empty: no such scheme.
    ``accept_counts``: what "accept" counts beside "support" in opinion groups: 1 or ½.
    ``verification``: whether it matters who is verified; if not, everybody counts as if verified, also for
    gates, and every page says so. ``self_declared_part``: what self-declared individuals of a country, and of
    all, may weigh at most, as a part of what the verified weigh there.
    ``population``: size of a declared finite population, such as 193 governments; None where open.
    """

    schemes: tuple[str, ...] = SCHEMES[:-1]
    informative: tuple[str, ...] = ("population",)
    categories: tuple[str, ...] = CATEGORIES
    verification: bool = True
    self_declared_part: float = 1 / 3
    bound_verified: float = 5.0
    bound_self_declared: float = 2.0
    gates: Mapping[str, int] = field(default_factory=lambda: {"development": 5, "region": 3, "category": 3})
    gate_countries: int = 3
    least_stakeholders: int = 30
    widest_half: float = 0.15
    consensus_low: float = 0.75
    consensus_bloc: float = 2 / 3
    rough_low: float = 2 / 3
    rough_bloc: float = 0.5
    rejected_high: float = 0.25
    rejected_bloc: float = 1 / 3
    margins: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    accept_counts: float = 1.0
    population: int | None = None

    def content(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {name: list(getattr(self, name)) for name in LISTS}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "MeasurementRules":
        """The rules of ``content``; what is not said is the default.

        :raises MeasurementUnclear: an unknown name, or a value that cannot be one.
        """
        unknown = set(content) - {one.name for one in fields(cls)}
        if unknown:
            raise MeasurementUnclear(what=", ".join(sorted(unknown)))
        values = dict(content)
        for name in LISTS:
            if name in values:
                values[name] = _names(name, values[name])
        try:
            rules = cls(**values)
            rules._check()
        except (TypeError, ValueError, AttributeError) as error:
            raise MeasurementUnclear(what=str(error)) from error
        return rules

    def _check(self) -> None:
        shares = ("widest_half", "consensus_low", "consensus_bloc", "rough_low", "rough_bloc")
        for name in (*shares, "rejected_high", "rejected_bloc"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie between 0 and 1")
        if type(self.verification) is not bool:
            raise ValueError("verification is yes or no")
        if not 0 <= self.self_declared_part <= 1:
            raise ValueError("self_declared_part must lie between 0 and 1")
        if self.accept_counts not in (0.5, 1.0):
            raise ValueError("accept_counts is 1 or 0.5")
        if MAIN not in self.schemes:
            raise ValueError(f"the scheme {MAIN} cannot be left out")
        if MAIN in self.informative:
            raise ValueError(f"the status rests on the scheme {MAIN}")
        if ("raked" in self.schemes) != bool(self.margins):
            raise ValueError("raked needs margins, and margins need raked")
        if not all(1 <= bound < inf for bound in (self.bound_verified, self.bound_self_declared)):
            raise ValueError("a bound below the mean weight cannot be kept")
        if self.population is not None and self.population < 1:
            raise ValueError("a population is of one at least, or not declared")
        for name in (*self.gates, *self.margins):
            if name not in KINDS:
                raise ValueError(f"{name} is not a kind of bloc")
        counts = [*self.gates.values(), self.gate_countries, self.least_stakeholders, self.population or 0]
        if any(type(count) is not int or count < 0 for count in counts):
            raise ValueError("gates and sizes are whole numbers")
        for targets in self.margins.values():
            if not abs(sum(targets.values()) - 1) <= 1e-6 or min(targets.values()) < 0:
                raise ValueError("the targets of a margin add up to 1")


def _names(field_name: str, value: Any) -> tuple[str, ...]:
    known = LISTS[field_name]
    is_list = isinstance(value, list | tuple)
    if not is_list or not (value or field_name == "informative") or any(name not in known for name in value):
        raise MeasurementUnclear(what=field_name)
    return tuple(dict.fromkeys(value))
