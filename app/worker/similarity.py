"""The jobs that find comments that are alike: near copies, and what they mean across languages."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.command_line import now, session, work
from app.triage import embedding_jobs, embeddings, near_copy_search
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
    groups = near_copy_search.copies_among(said)
    with work() as db:
        near_copy_search.keep(db, norm_id, groups, now=now())


def see_what_lacks_vectors() -> None:
    """Ask for the vectors of new comments, where a model is installed."""
    encoder = embeddings.installed()
    if encoder is not None:
        with work() as db:
            embedding_jobs.ask_for_vectors(db, encoder, now=now())


def vectors_job(
    _session: Session, _payload: Mapping[str, Any], _now: dt.datetime
) -> Callable[[], object] | None:
    """Compute them after the job's own transaction, because it takes minutes."""
    return compute_vectors if embeddings.installed() is not None else None


def compute_vectors(most: int = embedding_jobs.MOST) -> int:
    """Vectors of comments that have none, a batch in each transaction; how many words were looked at.

    Whatever ends it, the batches before stay; what is left is asked for again.
    """
    encoder, done, after = embeddings.installed(), 0, 0
    while encoder is not None and done < most:
        batch = embedding_jobs.lacking(session(), encoder.name, after=after, limit=embedding_jobs.BATCH)
        session().rollback()
        if not batch:
            break
        words = {digest: text for _, digest, text in batch}
        vectors = encoder.encode(list(words.values()))
        with work() as db:
            embedding_jobs.keep(db, encoder.name, list(words), vectors)
        done, after = done + len(words), batch[-1][0]
    return done
