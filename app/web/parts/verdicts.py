"""What an assessment says of a clause, in one or two sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext, ngettext

from app.kernel.countries import unit_name
from app.kernel.formats import comma, percent
from app.kernel.labels import word
from app.representation.rules import KINDS

NAMED = 3  #: blocs said one by one
STANDING = ("open", "answered", "maintained")


def shares(clause: Mapping[str, Any]) -> list[float]:
    """The shares that can accept, one for each scheme that has a figure."""
    return [figure["share"] for figure in clause["agreement"].values() if figure["share"] is not None]


def standing(clause: Mapping[str, Any]) -> int:
    """Objections that are neither withdrawn nor accommodated."""
    return sum(clause["objections"].get(state, 0) for state in STANDING)


def standing_against(clause: Mapping[str, Any]) -> int:
    """Of these, those that stand against the status; by an earlier method all of them."""
    return int(clause.get("standing_objections", {}).get("verified", standing(clause)))


def title(clause: Mapping[str, Any]) -> str:
    """The verdict itself, and that it hangs on the weighting where it does."""
    verdict = word(clause["status"])
    if clause["robustness"] == "depends-on-scheme":
        return gettext("%(verdict)s, depending on the weighting.", verdict=verdict)
    if clause["robustness"] == "depends-on-self-declared":
        return gettext("%(verdict)s, depending on self-declared individuals.", verdict=verdict)
    return f"{verdict}."


def sentence(clause: Mapping[str, Any]) -> str:
    """How many can accept it, who stands against it, who was not heard, and whether one voice decides."""
    hangs = list(flips(clause)) if clause["flip_distance"] == 1 else []
    return " ".join((acceptance(clause), *objectors(clause), *unheard(clause), *hangs, *declared(clause)))


def acceptance(clause: Mapping[str, Any]) -> str:
    """Unanimity is said in words, not as a share."""
    values = shares(clause)
    if not values:
        return str(gettext("No positions in favour or against yet."))
    if min(values) == 1:
        return str(gettext("All stakeholders for or against can accept it."))
    if max(values) == 0:
        return str(gettext("None of the stakeholders for or against can accept it."))
    low, high = percent(min(values)), percent(max(values))
    if low == high:
        return str(gettext("%(share)s can accept it under every weighting.", share=low))
    return str(
        gettext("Between %(low)s and %(high)s can accept it, depending on the weighting.", low=low, high=high)
    )


def objectors(clause: Mapping[str, Any]) -> Iterator[str]:
    """How many objections stand and whose they are, and which of them are maintained."""
    stand = standing(clause)
    if not stand:
        if shares(clause):
            yield gettext("There are no current objections.")
        return
    counted: dict[str, int] = {}
    for state in STANDING:
        for category, count in clause["objectors"].get(state, {}).items():
            counted[category] = counted.get(category, 0) + count
    yield gettext(
        "%(objections)s (%(who)s).",
        objections=ngettext("%(num)d current objection", "%(num)d current objections", stand),
        who=comma().join(f"{word(category)} {count}" for category, count in counted.items()),
    )
    against = standing_against(clause)
    if against < stand:
        yield ngettext(
            "%(num)d objection of a verified stakeholder counts against the verdict.",
            "%(num)d objections of verified stakeholders count against the verdict.",
            against,
        )
    kept = clause["objections"].get("maintained", 0)
    if kept:
        yield ngettext("%(num)d of them has been maintained.", "%(num)d of them have been maintained.", kept)


def unheard(clause: Mapping[str, Any]) -> Iterator[str]:
    """The blocs below their gate, with what they have and what they need; of many the first few."""
    lacking = sorted(clause["gates_failed"], key=lambda gate: KINDS.index(gate["kind"]))
    for gate in lacking[:NAMED]:
        yield gettext(
            "%(group)s: responses: %(heard)s (required: %(needed)s); "
            "countries: %(countries)s (required: %(lands)s).",
            group=word(gate["bloc"]),
            heard=gate["stakeholders"],
            countries=gate["countries"],
            needed=gate["needed"],
            lands=gate["needed_countries"],
        )
    if lacking[NAMED:]:
        yield ngettext(
            "Coverage of %(num)d more group is insufficient.",
            "Coverage of %(num)d more groups is insufficient.",
            len(lacking[NAMED:]),
        )


def flips(clause: Mapping[str, Any]) -> Iterator[str]:
    """How few positions would change the verdict, where they are few."""
    if clause["flip_distance"] is not None:
        yield ngettext(
            "A change in %(num)d position would change this verdict.",
            "A change in %(num)d positions would change this verdict.",
            clause["flip_distance"],
        )


def declared(clause: Mapping[str, Any]) -> Iterator[str]:
    """What would be said if all who are self-declared were counted, where some are."""
    beside = clause.get("with_self_declared")  # none in an assessment by an earlier method
    counted = {stance: count for stance, count in clause["counts"].items() if stance != "unconfirmed"}
    if beside and beside["share"] is not None and beside["counts"] != counted:
        yield gettext(
            "Including self-declared: %(share)s, %(verdict)s.",
            share=percent(beside["share"]),
            verdict=word(beside["status"]),
        )


def warnings(clause: Mapping[str, Any]) -> Iterator[str]:
    """On how little the verdict may hang."""
    yield from flips(clause)
    thin = [word(name) for name, one in clause["blocs"]["development"].items() if one["thin"] and one["n"]]
    if thin:
        yield gettext("Few stakeholders, each with great influence: %(groups)s.", groups=comma().join(thin))
    hangs = clause["without_one_country"]
    if hangs["low"] is not None and percent(hangs["low"]) != percent(hangs["high"]):
        yield gettext(
            "Excluding any one country, the share would be between %(low)s (without %(one)s) and "
            "%(high)s (without %(other)s).",
            low=percent(hangs["low"]),
            high=percent(hangs["high"]),
            one=unit_name(hangs["low_without"]),
            other=unit_name(hangs["high_without"]),
        )
    yield from declared(clause)
    alone = clause["without_self_declared"]["share"]
    if alone is not None:
        yield gettext("Verified stakeholders only: %(share)s.", share=percent(alone))


def of_status(clauses: list[dict[str, Any]], *statuses: str) -> list[dict[str, Any]]:
    return [one for one in clauses if one["status"] in statuses]
