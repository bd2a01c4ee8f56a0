"""The jobs that find comments that are alike: near copies, and what they mean across languages."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.cli.desk import now, session, work
from app.triage import copying, jobs, meaning
from app.triage.queries import ungrouped


def copies_job(
    _session: Session, payload: Mapping[str, Any], _now: dt.datetime
) -> Callable[[], object] | None:
    """Look for near copies after the job's own transaction, because it takes seconds."""
    return lambda: look_for_copies(payload["norm"])


def look_for_copies(norm_id: int) -> None:
    """The near copies among a norm's comments that wait, kept for the page that shows them."""
    said = ungrouped(session(), norm_id)
    session().rollback()
    groups = copying.copies_among(said)
    with work() as db:
        copying.keep(db, norm_id, groups, now=now())


def see_what_lacks_vectors() -> None:
    """Ask for the vectors of new comments, where a model is installed."""
    encoder = meaning.installed()
    if encoder is not None:
        with work() as db:
            jobs.ask_for_vectors(db, encoder, now=now())


def vectors_job(
    _session: Session, _payload: Mapping[str, Any], _now: dt.datetime
) -> Callable[[], object] | None:
    """Compute them after the job's own transaction, because it takes minutes."""
    return compute_vectors if meaning.installed() is not None else None


def compute_vectors(most: int = jobs.MOST) -> int:
    """Vectors of comments that have none, a batch in each transaction; how many words were looked at.

    Whatever ends it, the batches before stay; what is left is asked for again.
    """
    encoder, done, after = meaning.installed(), 0, 0
    while encoder is not None and done < most:
        batch = jobs.lacking(session(), encoder.name, after=after, limit=jobs.BATCH)
        session().rollback()
        if not batch:
            break
        words = {digest: text for _, digest, text in batch}
        vectors = encoder.encode(list(words.values()))
        with work() as db:
            jobs.keep(db, encoder.name, list(words), vectors)
        done, after = done + len(words), batch[-1][0]
    return done
