"""What a package says, computed again from what it says it comes from (pure)."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.consensus.assessing import METHOD, measured
from app.consensus.individuals import INDIVIDUAL
from app.consensus.input import AssessmentInput
from app.foundation.canonical import canonical, digest
from app.foundation.errors import AppError
from app.publication.package import JSON_FILES, TABLES, positions_of
from app.representation.rules import MeasurementRules

#: What reading or computing from hostile content may end in.
BROKEN = (
    AppError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)

LIVE = ("open", "answered", "maintained")

#: Machines differ in the last digits of a sum; a figure that differs by more was changed.
NEAR = 1e-9


@dataclass(frozen=True)
class Content:
    """The JSON files of a package, and what the figures are computed from."""

    summary: Mapping[str, Any]
    assessment: Mapping[str, Any]
    data: AssessmentInput
    rules: Mapping[str, Any]

    @classmethod
    def read(cls, files: Mapping[str, bytes]) -> "Content":
        """:raises ValueError: a file is not canonical JSON, so that it could be read in two ways, or the
        positions are not those of the input."""
        parsed = []
        for name in JSON_FILES:
            value = json.loads(files[name])
            if canonical(value) != files[name]:
                raise ValueError(f"{name} is not canonical JSON")
            parsed.append(value)
        summary, assessment, data, rules = parsed
        positions = positions_of(files["positions.csv"], data)
        return cls(summary, assessment, AssessmentInput.from_json(data, positions), rules)


def examine(files: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """What was checked, and what is wrong."""
    try:
        content = Content.read(files)
        if content.assessment["method"] != METHOD:
            made = content.assessment["method"]
            return [], [f"assessment.json: made by method {made!r}; this version computes method {METHOD!r}"]
        computed = canonical(recomputed(content))
        difference = first_difference(json.loads(computed), content.assessment)
        faults = [f"assessment.json: {difference} is not what input.json and rules.json give"] * bool(
            difference
        )
        faults += disagreements(content)
        faults += [
            f"{name} is not what summary.json and input.json give"
            for name, make in TABLES.items()
            if make(content.summary, content.data) != files[name]
        ]
    except BROKEN as error:
        return [], [f"the figures cannot be computed again: {str(error) or type(error).__name__}"]
    if faults:
        return [], faults
    how = "byte for byte" if computed == files["assessment.json"] else "to nine digits, as machines round"
    return [
        f"every figure of {len(content.data.provisions)} clauses computed again, {how}",
        f"positions of {len(content.data.people)} entities and {len(content.summary['objections'])} "
        "objections counted again",
        f"{len(TABLES)} tables",
    ], []


def recomputed(content: Content) -> dict[str, Any]:
    """The assessment from its input and rules."""
    return measured(
        MeasurementRules.read(content.rules.get("measurement", {})),
        content.data,
        rules_digest=digest(content.rules),
    )


def disagreements(content: Content) -> Iterator[str]:
    """Where the summary, the input and the assessment do not say the same."""
    summary, data = content.summary, content.data
    if summary["assessment_digest"] != digest(content.assessment):
        yield "summary.json: assessment_digest is not the digest of assessment.json"
    for name, value in (("norm", data.norm), ("draft", data.draft)):
        if summary[name] != value:
            yield f"summary.json: {name} is not that of input.json"
    if summary["verification"] != content.assessment["verification"]:
        yield "summary.json: verification is not that of assessment.json"
    labels = {clause["provision"]: clause["label"] for clause in summary["clauses"]}
    for code, label in data.provisions:
        if labels.get(code) != label:
            yield f"summary.json: clause {label} is not that of input.json"
    yield from wrong_words(summary)
    if [code for code, _ in data.provisions] != [
        one["provision"] for one in summary["clauses"] if one["counted"]
    ]:
        yield "input.json: its clauses are not those that summary.json says are counted"
    if not data.closing:
        yield "input.json: the figures are not those of the closing"
    if data.individuals is None:
        yield "input.json: individuals are not counted together"
    if any(one["category"] == INDIVIDUAL for one in summary["stakeholders"]):
        yield "summary.json: an individual stands among the entities"
    yield from other_stakeholders(content)
    yield from other_objections(content)
    objections = Counter(
        (one["provision"], one["state"], one["category"])
        for one in summary["objections"]
        if not one["refused"]
    )
    for (code, label), counted in zip(data.provisions, data.objections, strict=True):
        stated = {
            (state, category): count for state, own in counted.items() for category, count in own.items()
        }
        listed = {key[1:]: count for key, count in objections.items() if key[0] == code}
        if stated != listed:
            yield f"input.json: objections to clause {label} are not the count of those in summary.json"


def other_objections(content: Content) -> Iterator[str]:
    """Where the objections that bar consensus are not those of the summary."""
    barring: Counter[str] = Counter()
    unanswered: Counter[str] = Counter()
    counted = MeasurementRules.read(content.rules.get("measurement", {})).categories
    for one in content.summary["objections"]:
        if one["refused"] or not one["verified"] or one["category"] not in counted:
            continue
        barring[one["provision"]] += one["state"] in LIVE
        unanswered[one["provision"]] += one["state"] == "open"
    data = content.data
    counts = zip(data.provisions, data.verified_objections, data.unanswered_objections, strict=True)
    for (code, label), verified, waiting in counts:
        if (verified, waiting) != (barring[code], unanswered[code]):
            yield f"input.json: standing objections to clause {label} are not those of summary.json"


def wrong_words(summary: Mapping[str, Any]) -> Iterator[str]:
    """Languages said to be there that are not, and words whose sources do not add up to them."""
    texts = [clause["texts"] for clause in summary["clauses"]]
    lacking = {code for code in summary["languages"] if any(code not in each for each in texts)}
    if set(summary["languages_outstanding"]) != lacking:
        yield "summary.json: languages_outstanding are not those that clauses lack"
    for clause in summary["clauses"]:
        for language, text in clause["texts"].items():
            runs = text["provenance"]
            if runs and "".join(words for words, _ in runs) != text["text"]:
                yield f"summary.json: the sources of clause {clause['label']} in {language} are not its words"


def other_stakeholders(content: Content) -> Iterator[str]:
    """Where the input puts stakeholders elsewhere than the summary does, or leaves out others."""
    aside = {name for one in content.summary["set_aside"] for name in one["stakeholders"]}
    if aside & set(content.data.people) != {content.data.people[row] for row in content.data.set_aside}:
        yield "input.json: those set aside are not those of the decisions in summary.json"
    counted = MeasurementRules.read(content.rules.get("measurement", {})).categories
    listed = {
        one["id"]: (one["category"], one["country"], one["verified"])
        for one in content.summary["stakeholders"]
        if one["category"] in counted
    }
    cells = [tuple(content.data.cells[place]) for place in content.data.cell_of.tolist()]
    if listed != dict(zip(content.data.people, cells, strict=True)):
        yield "input.json: its stakeholders and their cells are not those of summary.json"


def first_difference(computed: Any, published: Any, at: str = "") -> str | None:
    """The path of the first value that differs, such as ``clauses[3].agreement.balanced.share``."""
    if isinstance(computed, dict) and isinstance(published, dict):
        for key in sorted(computed.keys() | published.keys()):
            if key not in computed or key not in published:
                return f"{at}.{key}".lstrip(".")
            found = first_difference(computed[key], published[key], f"{at}.{key}")
            if found:
                return found
        return None
    if isinstance(computed, list) and isinstance(published, list) and len(computed) == len(published):
        for number, (mine, theirs) in enumerate(zip(computed, published, strict=True)):
            found = first_difference(mine, theirs, f"{at}[{number}]")
            if found:
                return found
        return None
    return None if same(computed, published) else at.lstrip(".") or "all"


def same(computed: Any, published: Any) -> bool:
    """Whether two values are the same; fractions but for the last digits.

    >>> same(0.1 + 0.2, 0.3), same(1, 2), same(1, True)
    (True, False, False)
    """
    if bool in (type(computed), type(published)):
        return computed is published
    if isinstance(computed, int | float) and isinstance(published, int | float):
        is_whole = isinstance(computed, int) and isinstance(published, int)
        return (
            computed == published
            if is_whole
            else math.isclose(computed, published, rel_tol=NEAR, abs_tol=NEAR)
        )
    return bool(computed == published)
