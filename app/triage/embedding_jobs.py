"""Vectors of comments, computed beside the pages: a batch at a time, so that what is done stays done."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.discussion.models import Comment, Visibility
from app.foundation import jobs
from app.triage.embeddings import Encoder, Floats, packed
from app.triage.models import TextVector

VECTORS = "vectors"  #: the kind of job
BATCH = 100  #: texts between two commits
MOST = 4_000  #: texts in one job, so that it ends within its lease


def ask_for_vectors(session: Session, encoder: Encoder, *, now: dt.datetime) -> None:
    """Let the vectors of comments that have none be computed; once, however often it is asked."""
    if lacking(session, encoder.name, limit=1):
        jobs.enqueue(session, VECTORS, {}, now=now, key=VECTORS)


def lacking(session: Session, model: str, *, after: int = 0, limit: int) -> list[tuple[int, bytes, str]]:
    """(id, digest, words) of comments that are shown and whose words have no vector, after an id."""
    rows = session.execute(
        sa.select(Comment.id, Comment.words_digest, Comment.body)
        .outerjoin(
            TextVector,
            sa.and_(TextVector.words_digest == Comment.words_digest, TextVector.model == model),
        )
        .where(Comment.visibility == Visibility.SHOWN, Comment.id > after, TextVector.model.is_(None))
        .order_by(Comment.id)
        .limit(limit)
    )
    return [(row.id, row.words_digest, row.body) for row in rows]


def keep(session: Session, model: str, digests: Sequence[bytes], vectors: Floats) -> None:
    """Keep the vectors of these words; one that is there already stays."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"words_digest": digest, "model": model, "vector": packed(vector)}
        for digest, vector in zip(digests, vectors, strict=True)
    ]
    if rows:
        session.execute(insert(TextVector).on_conflict_do_nothing(), rows)
