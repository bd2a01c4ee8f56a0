"""Reading comments, proposed changes and their dispositions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.discussion.backing import backing_of
from app.discussion.models import (
    Comment,
    CommentKind,
    Decision,
    Disposition,
    DispositionReply,
    ProposedChange,
    Satisfaction,
    Visibility,
)
from app.discussion.reviews.models import Review
from app.norms.models import Clause, ClauseText, Norm, Provision
from app.stakeholders.models import Category, Stakeholder


@dataclass(frozen=True)
class Talk:
    """How much is said about one provision."""

    comments: int
    changes: int
    unanswered: int


@dataclass(frozen=True)
class CommentLine:
    """A comment, the decision on it, its author's reply to that, what it would change, and its backing."""

    comment: Comment
    disposition: Disposition | None = None
    reply: DispositionReply | None = None
    base: str = ""
    backing: Mapping[str, int] = field(default_factory=dict)


IS_CURRENT = sa.and_(Disposition.comment_id == Comment.id, Disposition.superseded_at.is_(None))
#: A comment that opens a thread wants an answer; replies are answered with it.
OPENS_A_THREAD = Comment.parent_id.is_(None)


def current_on(said: Comment) -> sa.Select[Disposition]:
    """The decision on a comment that is not superseded."""
    return sa.select(Disposition).where(
        Disposition.comment_id == said.id, Disposition.superseded_at.is_(None)
    )


def answered(*conditions: sa.ColumnElement[bool]) -> sa.Exists:
    """That a comment has a decision, such a one."""
    return sa.exists().where(IS_CURRENT, *conditions).correlate(Comment)


def talk(session: Session, norm_id: int, provisions: Collection[int]) -> dict[int | None, Talk]:
    """How much is said about some provisions of a norm and, as None, about the whole draft; one statement."""
    unanswered = sa.and_(Disposition.id.is_(None), OPENS_A_THREAD)
    rows = session.execute(
        sa.select(
            Comment.provision_id,
            sa.func.count(),
            sa.func.count(ProposedChange.comment_id),
            sa.func.sum(sa.case((unanswered, 1), else_=0)),
        )
        .outerjoin(ProposedChange, ProposedChange.comment_id == Comment.id)
        .outerjoin(Disposition, IS_CURRENT)
        .where(
            Comment.norm_id == norm_id,
            Comment.visibility == Visibility.SHOWN,
            sa.or_(Comment.provision_id.in_(provisions), Comment.provision_id.is_(None)),
        )
        .group_by(Comment.provision_id)
    )
    return {
        provision_id: Talk(everything - changes, changes, int(waiting or 0))
        for provision_id, everything, changes, waiting in rows
    }


def by_number(session: Session, norm_id: int, number: int) -> Comment | None:
    """A comment by its address within the norm, with all a page shows of it."""
    return session.scalars(
        sa.select(Comment)
        .where(Comment.norm_id == norm_id, Comment.number == number)
        .options(
            joinedload(Comment.stakeholder),
            joinedload(Comment.change),
            joinedload(Comment.provision),
            joinedload(Comment.draft),
            joinedload(Comment.clause),
        )
    ).one_or_none()


def by_numbers(session: Session, norm_id: int, numbers: Iterable[int]) -> dict[int, Comment]:
    """Comments of the norm by their number, with who made them and what they propose; one statement."""
    rows = session.scalars(
        sa.select(Comment)
        .where(Comment.norm_id == norm_id, Comment.number.in_(sorted(numbers)))
        .options(joinedload(Comment.stakeholder), joinedload(Comment.change))
    )
    return {one.number: one for one in rows}


def lines_of(session: Session, query: sa.Select[Any], *options: ExecutableOption) -> list[CommentLine]:
    """Comments by number with their current decisions; five statements at most.

    Which they are is found first, on narrow rows; all that is shown of them is joined to these few alone.
    """
    chosen = query.with_only_columns(Comment.id).subquery()
    rows: Sequence[Any] = session.execute(
        sa.select(Comment, Disposition)
        .select_from(chosen)
        .join(Comment, Comment.id == chosen.c.id)
        .outerjoin(Disposition, IS_CURRENT)
        .order_by(Comment.number)
        .options(
            joinedload(Comment.stakeholder),
            joinedload(Comment.change),
            joinedload(Comment.provision),
            joinedload(Comment.clause),
            joinedload(Disposition.clause).joinedload(Clause.provision),
            *options,
        )
    ).all()
    answers = _replies_to(session, [disposition.id for _, disposition in rows if disposition is not None])
    changes = [comment.id for comment, _ in rows if comment.change is not None]
    bases, backing = _bases(session, changes), backing_of(session, [comment.id for comment, _ in rows])
    return [
        CommentLine(
            comment,
            disposition,
            answers.get(disposition.id) if disposition else None,
            bases.get(comment.id, ""),
            backing.get(comment.id, {}),
        )
        for comment, disposition in rows
    ]


def _bases(session: Session, changes: Sequence[int]) -> dict[int, str]:
    """The wording each of these proposed changes would change."""
    if not changes:
        return {}
    rows = session.execute(
        sa.select(Comment.id, ClauseText.text)
        .join(ProposedChange, ProposedChange.comment_id == Comment.id)
        .join(ClauseText, ClauseText.clause_id == Comment.clause_id)
        .where(Comment.id.in_(changes), ClauseText.language == ProposedChange.language)
    )
    return {row.id: row.text for row in rows}


def _replies_to(session: Session, dispositions: Sequence[int]) -> dict[int, DispositionReply]:
    """The last word of each author on these decisions."""
    if not dispositions:
        return {}
    given = session.scalars(
        sa.select(DispositionReply)
        .where(DispositionReply.disposition_id.in_(dispositions))
        .order_by(DispositionReply.id)
    )
    return {one.disposition_id: one for one in given}


def line(session: Session, comment: Comment) -> CommentLine:
    return lines_of(session, sa.select(Comment).where(Comment.id == comment.id))[0]


def spoke_before(session: Session, said: Comment, holders: Sequence[int]) -> int | None:
    """Which of these stakeholders spoke last in the thread of a comment; one statement."""
    opens = said.parent_id or said.id
    thread = sa.or_(Comment.id == opens, Comment.parent_id == opens)
    return session.scalars(
        sa.select(Comment.stakeholder_id)
        .where(thread, Comment.stakeholder_id.in_(holders))
        .order_by(Comment.id.desc())
        .limit(1)
    ).first()


def replies(session: Session, comment: Comment, *, after: int, limit: int) -> Sequence[Comment]:
    """What is answered to a comment, in order, after a number; what waits for a moderator too."""
    return session.scalars(
        sa.select(Comment)
        .where(Comment.parent_id == comment.id, Comment.number > after)
        .order_by(Comment.number)
        .limit(limit)
        .options(joinedload(Comment.stakeholder))
    ).all()


@dataclass(frozen=True)
class Wanted:
    """Which comments are listed; empty for any.

    ``show``: "unanswered", "not-satisfied", "under-review" or a decision's value. ``code``: of a provision,
    "-" for the whole draft.
    """

    show: str = ""
    code: str = ""
    kind: CommentKind | None = None
    category: Category | None = None
    language: str = ""


ANY = Wanted()
WHOLE_DRAFT = "-"


def lines(
    session: Session, norm_id: int, wanted: Wanted = ANY, *, after: int = 0, limit: int | None = 50
) -> list[CommentLine]:
    """Shown comments that open a thread, in order, after a number."""
    show = wanted.show
    query = (
        sa.select(Comment)
        .where(
            Comment.norm_id == norm_id,
            Comment.number > after,
            Comment.visibility == Visibility.SHOWN,
            OPENS_A_THREAD,
        )
        .order_by(Comment.number)
        .limit(limit)
    )
    if wanted.code == WHOLE_DRAFT:
        query = query.where(Comment.provision_id.is_(None))
    elif wanted.code:
        query = query.where(Comment.provision.has(Provision.code == wanted.code))
    if wanted.kind is not None:
        query = query.where(Comment.kind == wanted.kind)
    if wanted.category is not None:
        query = query.where(Comment.stakeholder.has(Stakeholder.category == wanted.category))
    if wanted.language:
        query = query.where(Comment.language == wanted.language)
    if show == "unanswered":
        query = query.where(~answered())
    elif show == "not-satisfied":
        unhappy = DispositionReply.satisfaction == Satisfaction.NOT_SATISFIED
        later = aliased(DispositionReply)
        is_last = ~sa.exists().where(
            later.disposition_id == DispositionReply.disposition_id, later.id > DispositionReply.id
        )
        query = query.where(answered(DispositionReply.disposition_id == Disposition.id, unhappy, is_last))
    elif show == "under-review":
        query = query.where(answered(Review.disposition_id == Disposition.id, Review.ended_at.is_(None)))
    elif show in set(Decision):
        query = query.where(answered(Disposition.decision == Decision(show)))
    return lines_of(session, query)


def said_of(
    session: Session, norm_id: int, provision_id: int, *, after: int, limit: int
) -> list[CommentLine]:
    """All that is said about a provision and is not held, replies too, in order, after a number."""
    return lines_of(
        session,
        sa.select(Comment)
        .where(
            Comment.norm_id == norm_id,
            Comment.provision_id == provision_id,
            Comment.number > after,
            Comment.visibility != Visibility.HELD,
        )
        .order_by(Comment.number)
        .limit(limit),
        joinedload(Comment.parent),
    )


def present_texts(session: Session, norm_id: int) -> dict[tuple[int | None, str], list[str]]:
    """(provision, language) → its text in the norm's current draft."""
    rows = session.execute(
        sa.select(Clause.provision_id, ClauseText.language, ClauseText.text)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .join(Norm, Norm.current_draft_id == Clause.draft_id)
        .where(Norm.id == norm_id)
    )
    return {(provision_id, language): [text] for provision_id, language, text in rows}
