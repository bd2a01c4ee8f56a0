"""Commands: what would become of a norm's figures if something happened. Nothing is written."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from app.consensus.electorate import said
from app.consensus.input import AssessmentInput
from app.consensus.input_queries import gather
from app.consensus.matrix import STANCES
from app.consensus.newcomers import GOVERNMENTS, LEAST_DEVELOPED, OPPOSITE, Newcomers, joined, places
from app.consensus.service import NothingToAssess, rules_of
from app.foundation.canonical import canonical
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.text import for_terminal
from app.kernel.command_line import refusable, session
from app.norms.queries import norm_by_slug
from app.reference.countries import Facts, from_rows
from app.representation.rules import CATEGORIES
from app.representation.service import in_force

MOST = 1_000_000  #: accounts
COLUMNS = (*("clause", "stance", "", "status", "robustness", "gates failed"), *("share", "n_eff"))
WIDTHS = (10, 9, 10, 23, 26, 15, 9, 7)


class PlaceUnknown(BadInput):
    code = "place-unknown"
    message = N_(
        "“%(name)s” is not a country, group or region. Give a country’s two-letter code, ldc, "
        "other-developing, developed, a region such as africa, all, or none."
    )


class CategoryNotCounted(BadInput):
    code = "category-not-counted"
    message = N_("The rules of this norm do not count this category. They count: %(counted)s.")


class SimulatedClauseUnknown(BadInput):
    code = "simulated-clause-unknown"
    message = N_("The current draft has no assessed clause “%(name)s”. Assessed clauses: %(known)s.")


class AccountsTwice(BadInput):
    code = "accounts-twice"
    message = N_("Give the number of accounts either in total or in each country, not both.")


@click.group("simulate")
def simulate() -> None:
    """Compute what would be found if something happened. Nothing is written."""


@simulate.command("flood")
@click.argument("slug")
@click.option(
    "--accounts", type=click.IntRange(1, MOST), help=f"How many come, of all countries; else {GOVERNMENTS}."
)
@click.option("--each", type=click.IntRange(1, MOST), help="How many come from each country instead.")
@click.option("--category", type=click.Choice(CATEGORIES), default="government", show_default=True)
@click.option(
    "--from",
    "origins",
    multiple=True,
    default=(LEAST_DEVELOPED,),
    show_default=True,
    help="A country's code, a group or region, all, or none; may be given several times.",
)
@click.option(
    "--stance",
    type=click.Choice((OPPOSITE, *STANCES)),
    default=OPPOSITE,
    show_default=True,
    help="Opposite: against what half or more can accept, for everything else.",
)
@click.option("--verified", is_flag=True, help="As if all of them had been verified.")
@click.option("--clause", "clauses", multiple=True, help="Show only this clause, by its code or label.")
@click.option("--json", "as_json", is_flag=True, help="Everything as canonical JSON.")
@refusable
def flood(
    slug: str,
    accounts: int | None,
    each: int | None,
    category: str,
    origins: Sequence[str],
    stance: str,
    verified: bool,
    clauses: Sequence[str],
    as_json: bool,
) -> None:
    """Let many accounts join the norm SLUG and compare its figures before and after."""
    norm = norm_by_slug(session(), slug)
    if norm is None:
        raise NotFound
    if norm.current_draft_id is None:
        raise NothingToAssess
    rules, _ = rules_of(session(), norm)
    if category not in rules.categories:
        raise CategoryNotCounted(counted=", ".join(rules.categories))
    if accounts and each:
        raise AccountsTwice
    data = gather(session(), norm, rules.categories, in_force(session()), closing=False)
    countries = countries_of(origins, from_rows(data.country_facts))
    number = each * len(countries) if each else accounts or GOVERNMENTS
    newcomers = Newcomers(category, verified, countries, number, stance)
    chosen = chosen_of(clauses, data)
    found = joined(rules, data, newcomers, *said(data))
    found["clauses"] = [one for one in found["clauses"] if one["provision"] in chosen]
    click.echo(for_terminal(canonical(found).decode()) if as_json else table(found))


def countries_of(origins: Sequence[str], facts: Facts) -> list[str | None]:
    """:raises PlaceUnknown: one of the names is none."""
    found: dict[str | None, None] = {}
    for name in origins:
        try:
            found |= dict.fromkeys(places(name.upper() if len(name) == 2 else name.lower(), facts))
        except KeyError as error:
            raise PlaceUnknown(name=name) from error
    return list(found)


def chosen_of(names: Sequence[str], data: AssessmentInput) -> set[str]:
    """The codes of the clauses so named; of all where none is.

    :raises SimulatedClauseUnknown: there is no such clause.
    """
    codes = {name: code for code, label in data.provisions for name in (label, code)}
    for name in names:
        if name not in codes:
            known = ", ".join(label or code for code, label in data.provisions)
            raise SimulatedClauseUnknown(name=name, known=known)
    return {codes[name] for name in names} or set(codes.values())


def table(found: Mapping[str, Any]) -> str:
    """For a terminal: who comes, then for each clause a line before and one after; and the same as if
    the rules did without verification."""
    known = "verified" if found["verified"] else "self-declared"
    lines = [
        f"{found['number']} more of {found['category']}, {known}, from {len(found['countries'])} "
        f"{'place' if len(found['countries']) == 1 else 'places'}",
        row(COLUMNS),
    ]
    for clause in found["clauses"]:
        who = (for_terminal(clause["label"] or clause["provision"])[:9], clause["stance"])
        lines += [row((*who, "before", *cells(clause["before"]))), after("after", clause["after"])]
        if clause["in_full"]:
            lines.append(after("before *", clause["in_full"]["before"]))
            lines.append(after("after *", clause["in_full"]["after"]))
    if any(clause["in_full"] for clause in found["clauses"]):
        lines.append("* if the rules did without verification, so that everybody counts")
    return "\n".join([*lines, *summary(found)])


def after(name: str, figure: Mapping[str, Any]) -> str:
    return row(("", "", name, *cells(figure)))


def row(values: Sequence[str]) -> str:
    return "".join(f"{value:<{width}}" for value, width in zip(values, WIDTHS, strict=True)).rstrip()


def cells(figure: Mapping[str, Any]) -> tuple[str, ...]:
    failed, share = figure["gates_failed"], figure["share"]
    return (
        figure["status"],
        figure["robustness"],
        (", ".join(failed) if len(failed) < 2 else f"{len(failed)}: {failed[0]}…")[:13] or "none",
        "–" if share is None else f"{100 * share:.1f} %",
        f"{figure['n_eff']:.1f}",
    )


def summary(found: Mapping[str, Any]) -> list[str]:
    """How many clauses change, under the rules in force and without verification."""
    pairs = [(one["before"], one["after"]) for one in found["clauses"]]
    lines = [f"under the rules in force: {changes(pairs)}"]
    full = [(one["in_full"]["before"], one["in_full"]["after"]) for one in found["clauses"] if one["in_full"]]
    return [*lines, f"without verification *: {changes(full)}"] if full else lines


def changes(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> str:
    named = (("status", "status"), ("robustness", "robustness"), ("gates_failed", "gates"))
    counts = (f"{words} of {sum(a[key] != b[key] for a, b in pairs)}" for key, words in named)
    return f"{', '.join(counts)} of {len(pairs)} clauses changed"
