"""Short words for what these tests do again and again."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.discussion import moderation, service
from app.discussion.models import ChangeOperation, Comment, CommentKind, Decision, Disposition
from app.discussion.submissions import Submission
from app.norms.models import Clause, Norm
from app.norms.queries import draft_seen
from app.norms.seen import seen_in
from app.stakeholders.models import Stakeholder

Speaker = tuple[Actor, Stakeholder]


def remark(
    session: Session,
    norm: Norm,
    clause: Clause | None,
    speaker: Speaker,
    body: str = "Say who decides.",
    *,
    quote: str = "",
    parent: Comment | None = None,
    form_key: str | None = None,
    language: str = "en",
    now: dt.datetime,
) -> Comment:
    """In view of the words as they stand."""
    seen = seen_in(clause, "en") if clause else draft_seen(session, norm.current_draft_id)
    return service.comment(
        session,
        speaker[0],
        norm,
        Submission(
            stakeholder_id=speaker[1].id,
            kind=CommentKind.SUBSTANTIVE,
            body=body,
            quote=quote,
            language=language,
            read_language="en",
            seen=parent.version if parent else seen,
            form_key=form_key,
        ),
        clause=clause,
        parent=parent,
        now=now,
    )


def proposal(
    session: Session,
    norm: Norm,
    clause: Clause,
    speaker: Speaker,
    wording: str = "",
    *,
    operation: ChangeOperation = ChangeOperation.REPLACE,
    body: str = "Clearer.",
    read_language: str = "en",
    form_key: str | None = None,
    now: dt.datetime,
) -> Comment:
    return service.propose(
        session,
        speaker[0],
        norm,
        Submission(
            stakeholder_id=speaker[1].id,
            body=body,
            language="en",
            read_language=read_language,
            seen=seen_in(clause, read_language),
            form_key=form_key,
        ),
        clause=clause,
        operation=operation,
        wording=wording,
        now=now,
    )


def decide(
    session: Session,
    norm: Norm,
    editor: Actor,
    said: Comment,
    decision: Decision = Decision.NOTED,
    reason: str = "Taken into account.",
    *,
    duplicate_of: Comment | None = None,
    now: dt.datetime,
) -> Disposition:
    return moderation.dispose(
        session,
        editor,
        norm,
        said,
        decision=decision,
        reason=reason,
        language="en",
        duplicate_of=duplicate_of,
        seen=said.version,
        version=standing_id(session, said),
        now=now,
    )


def standing_id(session: Session, said: Comment) -> int:
    """The id of the decision on a comment as its page has it; 0 where there is none."""
    given = sa.select(Disposition.id).where(
        Disposition.comment_id == said.id, Disposition.superseded_at.is_(None)
    )
    return session.scalar(given) or 0


def rows(session: Session) -> list[Comment]:
    """Every comment, by number."""
    return list(session.scalars(sa.select(Comment).order_by(Comment.number)))


def decision_on(session: Session, said: Comment) -> Disposition:
    """The decision that stands."""
    return session.scalars(
        sa.select(Disposition).where(Disposition.comment_id == said.id, Disposition.superseded_at.is_(None))
    ).one()
