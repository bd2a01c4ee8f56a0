"""Commands: assess a norm."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

import click

from app.authority.actor import SYSTEM
from app.cli.desk import now, refusable, work
from app.consensus.opinion_groups import Each
from app.consensus.service import assess as assess_norm
from app.foundation.canonical import canonical
from app.foundation.errors import N_, BadInput, NotFound
from app.norms.queries import norm_by_slug


class SchemeUnknown(BadInput):
    code = "scheme-unknown"
    message = N_("The rules of this norm have no scheme “%(scheme)s”; they have: %(known)s.")


@click.command("assess")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="The whole assessment as canonical JSON.")
@click.option("--assignments", is_flag=True, help="Say who is in which opinion group.")
@click.option("--scheme", help="Only this weighting.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, help="Share the work among so many.")
@refusable
def assess(slug: str, as_json: bool, assignments: bool, scheme: str | None, processes: int) -> None:
    """Assess the current draft of the norm SLUG and keep the assessment."""
    with shared_among(processes) as each, work() as session:
        norm = norm_by_slug(session, slug)
        if norm is None:
            raise NotFound
        result = assess_norm(session, SYSTEM, norm, each=each, now=now()).result
    if scheme is not None:
        result = only(result, scheme)
    if not assignments:
        groups = {key: value for key, value in result["opinion_groups"].items() if key != "assignments"}
        result = result | {"opinion_groups": groups}
    click.echo(canonical(result).decode() if as_json else table(result))


@contextmanager
def shared_among(processes: int) -> Iterator[Each]:
    """``map``, or the same over several processes; they start afresh, without our connections."""
    if processes == 1:
        yield map
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else their threads wait for one another
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        yield pool.map


def only(result: dict[str, Any], scheme: str) -> dict[str, Any]:
    """The result with one scheme's figures."""
    if scheme not in result["schemes"]:
        raise SchemeUnknown(scheme=scheme, known=", ".join(result["schemes"]))
    clauses = [
        clause
        | {
            "agreement": {scheme: clause["agreement"][scheme]},
            "status_by_scheme": {scheme: clause["status_by_scheme"][scheme]},
        }
        for clause in result["clauses"]
    ]
    return result | {"schemes": {scheme: result["schemes"][scheme]}, "clauses": clauses}


def table(result: dict[str, Any]) -> str:
    """For a terminal: a line a clause, the share under each scheme in percent."""
    names = list(result["schemes"])
    lines = [f"{'clause':<10}" + "".join(f"{name:>17}" for name in names) + "  status"]
    for clause in result["clauses"]:
        shares = [clause["agreement"][name]["share"] for name in names]
        figures = "".join(f"{'–' if share is None else f'{100 * share:.1f} %':>17}" for share in shares)
        lines.append(f"{clause['label'][:9]:<10}{figures}  {clause['status']} ({clause['robustness']})")
    return "\n".join(lines)


commands: list[click.Command] = [assess]
