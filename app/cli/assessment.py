"""Commands: assess a norm."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from app.consensus.executors import HERE, Cluster, Executor, Processes
from app.consensus.queries import told
from app.foundation.canonical import canonical
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.text import for_terminal
from app.kernel import context
from app.kernel.command_line import refusable
from app.kernel.computed_ahead import assess_without_waiting


class SchemeUnknown(BadInput):
    code = "scheme-unknown"
    message = N_("The rules of this norm have no scheme “%(scheme)s”; they have: %(known)s.")


class ClusterMissing(BadInput):
    code = "cluster-missing"
    message = N_("The cluster cannot be used: %(why)s.")


@click.command("assess")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="The whole assessment as canonical JSON.")
@click.option(
    "--assignments",
    is_flag=True,
    help="Say who is in which opinion group, individuals by number: not to be passed on.",
)
@click.option("--scheme", help="Only this weighting.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, help="Share the work among so many.")
@click.option("--cluster", metavar="ADDRESS", help="Share the work on the Dask cluster with this scheduler.")
@refusable
def assess(
    slug: str, as_json: bool, assignments: bool, scheme: str | None, processes: int, cluster: str | None
) -> None:
    """Assess the norm SLUG's current draft and keep the assessment."""
    with on_cluster(cluster) if cluster else shared_among(processes) as executor:
        assessment = assess_without_waiting(slug, executor)
    if assessment is None:
        raise NotFound
    result = assessment.result if assignments else told(context.session(), assessment)
    if scheme is not None:
        result = only(result, scheme)
    if as_json:
        exact = canonical(result).decode()
        click.echo(for_terminal(exact) if sys.stdout.isatty() else exact)
    else:
        click.echo(table(result))


@contextmanager
def shared_among(processes: int) -> Iterator[Executor]:
    """This process, or several; they start afresh, without our connections."""
    if processes == 1:
        yield HERE
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else their threads wait for one another
    with Processes(processes) as executor:
        yield executor


@contextmanager
def on_cluster(address: str) -> Iterator[Executor]:
    """The cluster whose scheduler listens at the address.

    :raises ClusterMissing: the extra is not installed, or nobody answers there.
    """
    try:
        from distributed import Client  # the optional extra [cluster]
    except ImportError as error:
        raise ClusterMissing(why="pip install 'concord[cluster]'") from error
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise ClusterMissing(why=str(error) or type(error).__name__) from error
    with client:
        yield Cluster(client)


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
        lines.append(
            f"{for_terminal(clause['label'])[:9]:<10}{figures}  {clause['status']} ({clause['robustness']})"
        )
    return "\n".join(lines)
