"""What Prometheus is told, by a page and a command: what was counted on this host, and how things stand."""

from collections.abc import Iterator

from app.foundation import jobs, metrics
from app.foundation.metrics import Found
from app.kernel import context, diagnosis, release
from app.kernel.diagnosis import Condition


def exposition() -> str:
    """In the text format of Prometheus."""
    return metrics.exposition(context.settings().metrics_folder, found())


def found() -> Iterator[Found]:
    """What is asked for at this moment; while the database is away, without what it alone knows."""
    now, session = context.now(), context.session()
    yield Found(metrics.INFO, 1, (release.version(), ",".join(diagnosis.newest_revision())))
    parts = {one.part: one.condition for one in diagnosis.readiness(session, context.settings(), now=now)}
    for part, condition in parts.items():
        yield Found(metrics.CONDITION, list(Condition).index(condition), (part,))
    yield Found(metrics.DATABASE_UP, parts["database"] is Condition.OK)
    if parts.get("schema") is not Condition.OK:
        return
    for queue in jobs.queues(session, now=now):
        yield Found(metrics.WAITING, queue.waiting + queue.in_hand, (queue.kind,))
        yield Found(metrics.FAILED, queue.failed, (queue.kind,))
        since = queue.due_since or now
        yield Found(metrics.OLDEST, (now - since).total_seconds(), (queue.kind,))
