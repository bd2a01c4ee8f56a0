"""What takes long is computed before the transaction that keeps it, so that nobody waits for it meanwhile."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.authority.actor import SYSTEM, Actor
from app.authority.grants import require
from app.consensus.executors import HERE, Executor
from app.consensus.kept import Kept
from app.consensus.models import Assessment
from app.consensus.service import (
    ForeseenAssessment,
    Outdated,
    check_foreseen,
    closes,
    foresee,
    keep_foreseen,
    shelve,
)
from app.foundation import metrics
from app.kernel import context
from app.lifecycle import service as lifecycle
from app.lifecycle.models import Phase
from app.lifecycle.requested_steps import may_take
from app.norms.models import Norm
from app.norms.queries import norm_by_slug
from app.norms.stages import Stage
from app.positions.snapshot import Shelf

T = TypeVar("T")
TRIES = 5
Who = Callable[[], Actor]  #: who acts, asked again in the transaction that keeps what they do


def _nothing(_: object) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Watch:
    """Who is told how far a step is, and what is written together with it."""

    reached: Callable[[Phase], None] = _nothing
    taken: Callable[[Session], None] = _nothing


UNWATCHED = Watch()


def shelf() -> Shelf:
    return Shelf(context.settings().data_dir / "snapshots")


def with_foreseen(
    norm: Norm,
    executor: Executor,
    keep: Callable[[Session, ForeseenAssessment | None], T],
    kept: Kept | None = None,
) -> T:
    """Keep, in a transaction, what an assessment was foreseen to say; ``keep`` is handed that.

    Where something was changed meanwhile, it is foreseen once more; only where that happens every time, it is
    computed while others wait.
    """
    session, found = context.session(), None
    for _ in range(TRIES):
        session.rollback()  # the next look sees what was committed since
        shelve(session, norm, shelf(), now=context.now())
        session.rollback()  # nobody waits while it is computed
        now = context.now()
        with metrics.ASSESSMENT_SECONDS.measured():
            found = foresee(session, norm, executor=executor, shelf=shelf(), known=found, kept=kept, now=now)
        with suppress(Outdated), context.work() as writing:
            return keep(writing, found)
    with context.work() as writing:
        return keep(writing, None)


def check(
    norm: Norm,
    actor: Actor,
    to: Stage,
    *,
    closes_at: dt.datetime | None = None,
    override_reason: str | None = None,
) -> None:
    """Refuse what would be refused now, before anything is computed."""
    require(actor, may_take(to), norm.matter(context.now()))
    said: dict[str, Any] = {"closes_at": closes_at, "override_reason": override_reason}
    lifecycle.check_step(context.session(), norm, to, **said, now=context.now())


def step(
    norm: Norm,
    who: Who,
    to: Stage,
    *,
    closes_at: dt.datetime | None = None,
    override_reason: str | None = None,
    language: str = "en",
    watch: Watch = UNWATCHED,
) -> Norm:
    """Take the norm to another stage; what is refused is refused before anything is computed."""
    said: dict[str, Any] = {"closes_at": closes_at, "override_reason": override_reason}
    check(norm, who(), to, **said)

    def keep(session: Session, made: ForeseenAssessment | None) -> Norm:
        check_foreseen(session, norm, made, now=context.now())
        taken = lifecycle.step(
            session, who(), norm, to, **said, language=language, foreseen=made, now=context.now()
        )
        watch.taken(session)
        return taken

    if lifecycle.assesses(norm, to):
        watch.reached(Phase.ASSESSING)
        return with_foreseen(norm, HERE, keep)
    watch.reached(Phase.KEEPING)
    with context.work() as session:
        return keep(session, None)


def assessed(norm: Norm, executor: Executor = HERE, kept: Kept | None = None) -> Assessment:
    """Assess the norm, for the system; ``kept``: what earlier assessments of it left."""

    def keep(session: Session, made: ForeseenAssessment | None) -> Assessment:
        if closes(norm, context.now()):
            check_foreseen(session, norm, made, now=context.now())
        return keep_foreseen(session, SYSTEM, norm, made, shelf=shelf(), now=context.now())

    return with_foreseen(norm, executor, keep, kept)


def assess_without_waiting(
    slug: str, executor: Executor = HERE, kept: Kept | None = None
) -> Assessment | None:
    """Compute while others may write, then keep it in a moment; None where there is no such norm."""
    norm = norm_by_slug(context.session(), slug)
    return None if norm is None else assessed(norm, executor, kept)
