"""The rules of measurement as fields of a form, and back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext

from app.foundation.libraries import np
from app.kernel.labels import word
from app.representation.cells import UNKNOWN, blocs_of
from app.representation.rules import KINDS, SCHEMES, MeasurementRules, MeasurementUnclear
from app.web.lifecycle.rules import BOUNDS, COUNTS, GATE, MARGIN, PARTS, POPULATION, SHARES, of_kind

NUMBER = re.compile(r"\d{1,9}(?:[.,\u066b]\d{1,30}|/\d{1,9})?")
WHOLE = re.compile(r"\d{1,9}")
POINT = str.maketrans(",\u066b", "..")
RAKED = "raked"  #: not chosen but declared, by its margins


RAISED = {**BOUNDS, **PARTS}


@dataclass(frozen=True)
class Field:
    """An input: its name, its words, and what it holds."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Group:
    """Inputs that belong together."""

    title: str
    hint: str
    fields: Sequence[Field]


def groups(rules: MeasurementRules, sent: Mapping[str, str] | None = None) -> list[Group]:
    """The rules as inputs, with what was typed into some of them."""
    typed = sent or {}

    def group(title: str, hint: str, *fields: tuple[str, str, str]) -> Group:
        return Group(title, hint, [Field(name, label, typed.get(name, own)) for name, label, own in fields])

    return [
        group(
            gettext("Maximum increase of a weight"),
            gettext("As a multiple of the mean weight, at least 1; fractions from 0 to 1, such as 1/3."),
            *((name, gettext(words), written(getattr(rules, name))) for name, words in RAISED.items()),
        ),
        group(
            gettext("Minimum participation requirements"),
            gettext("Enter whole numbers; leave a kind of group blank to set no requirement for it."),
            *((f"gate_{kind}", of_kind(GATE, kind), str(rules.gates.get(kind, ""))) for kind in KINDS),
            *((name, gettext(words), str(getattr(rules, name))) for name, words in COUNTS.items()),
        ),
        group(
            gettext("Consensus thresholds"),
            gettext("Shares from 0 to 1, such as 0.75 or 2/3."),
            *((name, gettext(words), written(getattr(rules, name))) for name, words in SHARES.items()),
        ),
        *(
            group(
                of_kind(MARGIN, kind),
                gettext(
                    "Shares that add up to 1, for an additional weighting. If all are blank, there "
                    "is none. A blank share beside others counts as zero."
                ),
                *margin_fields(rules, kind),
            )
            for kind in KINDS
        ),
        group(
            gettext(POPULATION),
            gettext(
                "Number of potential participants, such as 193 governments; leave it blank if there is "
                "no limit."
            ),
            ("population", gettext(POPULATION), "" if rules.population is None else str(rules.population)),
        ),
    ]


def margin_fields(rules: MeasurementRules, kind: str) -> list[tuple[str, str, str]]:
    """Name, words and target share of each group; people without a country are one too."""
    aims = rules.margins.get(kind, {})
    blocs = [*blocs_of(kind, rules.categories), *([] if kind == "category" else [UNKNOWN]), *aims]
    return [
        (f"margin_{kind}_{bloc}", word(bloc), written(aims[bloc]) if bloc in aims else "")
        for bloc in dict.fromkeys(blocs)
    ]


def read(sent: Mapping[str, str], schemes: Sequence[str], present: MeasurementRules) -> MeasurementRules:
    """What was typed as rules; a field that was not sent, and what has no field, is as at present.

    ``schemes``: those that were ticked; none: those at present.

    :raises MeasurementUnclear: something cannot be a rule.
    """
    held = {field.name: field for group in groups(present, sent) for field in group.fields}
    margins = {
        kind: {
            field.name.removeprefix(f"margin_{kind}_"): number(field)
            for field in held.values()
            if field.name.startswith(f"margin_{kind}_") and field.value.strip()
        }
        for kind in KINDS
    }
    declared = {kind: aims for kind, aims in margins.items() if aims}
    chosen = {*(schemes or present.schemes)} - {RAKED} | ({RAKED} if declared else set())
    if not chosen <= {*SCHEMES}:
        raise MeasurementUnclear(what="schemes", field="schemes")
    gates = {kind: held[f"gate_{kind}"] for kind in KINDS}
    return MeasurementRules.read(
        present.content()
        | {name: number(held[name]) for name in (*RAISED, *SHARES)}
        | {name: whole(held[name]) for name in COUNTS}
        | {
            "schemes": [name for name in SCHEMES if name in chosen],
            "gates": {kind: whole(field) for kind, field in gates.items() if field.value.strip()},
            "margins": declared,
            "population": whole(held["population"]) if held["population"].value.strip() else None,
        }
    )


def number(field: Field) -> float:
    """:raises MeasurementUnclear: neither 0.75 nor 2/3."""
    text = field.value.strip()
    if not NUMBER.fullmatch(text):
        raise unclear(field)
    try:
        return float(Fraction(text.translate(POINT)))
    except ZeroDivisionError as error:
        raise unclear(field) from error


def whole(field: Field) -> int:
    """:raises MeasurementUnclear: not a whole number."""
    text = field.value.strip()
    if not WHOLE.fullmatch(text):
        raise unclear(field)
    return int(text)


def unclear(field: Field) -> MeasurementUnclear:
    return MeasurementUnclear(what=f"{field.label}: “{field.value[:40]}”", field=field.name)


def written(value: float) -> str:
    """A number as one would type it, so that reading it gives the same number.

    >>> written(5.0), written(0.75), written(2 / 3)
    ('5', '0.75', '2/3')
    """
    plain = np.format_float_positional(value, trim="-")
    near = Fraction(value).limit_denominator(200)
    return str(near) if len(plain) > 6 and float(near) == value else plain
