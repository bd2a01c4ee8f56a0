"""What takes long is computed before the transaction that keeps it, so that nobody waits for it meanwhile."""

import datetime as dt
from typing import Any

from app.authority.actor import SYSTEM, Actor
from app.authority.grants import Permission, require
from app.consensus.executors import HERE, Executor
from app.consensus.models import Assessment
from app.consensus.service import Foreseen, assess, foresee
from app.norms.lifecycle import Stage
from app.norms.models import Norm
from app.positions.snapshot import Shelf
from app.procedure import service as procedure
from app.web import desk


def shelf() -> Shelf:
    return Shelf(desk.settings().data_dir / "snapshots")


def foreseen(norm: Norm, executor: Executor = HERE) -> Foreseen | None:
    """What an assessment would say, true a moment ago: what was done meanwhile is looked for at the end."""
    session, found = desk.session(), None
    for _ in range(2):
        session.rollback()  # the next look sees what was committed since
        found = foresee(session, norm, executor=executor, shelf=shelf(), known=found, now=desk.now())
    return found


def step(
    norm: Norm,
    actor: Actor,
    to: Stage,
    *,
    closes_at: dt.datetime | None = None,
    override_reason: str | None = None,
    language: str = "en",
) -> Norm:
    """Take the norm to another stage; what is refused is refused before anything is computed."""
    said: dict[str, Any] = {"closes_at": closes_at, "override_reason": override_reason}
    may = Permission.PUBLISH if to is Stage.PUBLISHED else Permission.MOVE_STAGE
    require(actor, may, norm.matter(desk.now()))
    procedure.check_step(desk.session(), norm, to, **said, now=desk.now())
    made = foreseen(norm) if procedure.assesses(norm, to) else None
    with desk.work() as session:
        return procedure.step(
            session, actor, norm, to, **said, language=language, foreseen=made, now=desk.now()
        )


def assessed(norm: Norm, executor: Executor = HERE) -> Assessment:
    """Assess the norm, for the system."""
    made = foreseen(norm, executor)
    with desk.work() as session:
        return assess(session, SYSTEM, norm, foreseen=made, shelf=shelf(), now=desk.now())
