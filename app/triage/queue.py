"""What waits for an answer: how many comments where, and which, a page at a time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from app.accounts.models import User
from app.discussion.models import Comment, CommentKind, Decision, Disposition, Visibility
from app.discussion.queries import IS_CURRENT, OPENS_A_THREAD, answered
from app.norms.models import Clause, Norm, Provision
from app.positions.models import Position, Stance
from app.stakeholders.models import Category, Stakeholder
from app.triage.identical_words import same_words
from app.triage.models import Assignment, CommentGroup, GroupMember
from app.triage.results import LARGEST


class Show(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    ALL = "all"


@dataclass(frozen=True)
class QueueFilter:
    """What is looked at; None for any.

    ``code``: of a provision, "" for the whole draft. ``countries``: of the stakeholders. ``assignee``: a
    person's id, 0 for nobody. ``words``: the digest of the comment's words.
    """

    show: Show = Show.WAITING
    code: str | None = None
    kind: CommentKind | None = None
    category: Category | None = None
    countries: frozenset[str] | None = None
    language: str | None = None
    assignee: int | None = None
    words: bytes | None = None
    objections_first: bool = False


class Answer(NamedTuple):
    """Who answered, and what."""

    by: int | None
    decision: Decision
    reason: str


@dataclass(frozen=True)
class Queue:
    """A clause, or with no code and no label the whole draft; how many comments wait there, of how many.

    ``place``: of the clause in the draft; 0 for what is not in it.
    """

    code: str
    label: str
    place: int
    waiting: int
    total: int


@dataclass(frozen=True)
class QueuePlace:
    """Where a page ends: among the comments of those who object or of the others, at a number."""

    objects: bool = True
    number: int = 0


@dataclass(frozen=True)
class QueuedComment:
    """A comment with what a moderator has to know of it."""

    comment: Comment
    objects: bool  #: its stakeholder objects to the clause
    is_answered: bool
    group: int | None
    assignee: str | None
    same: int  #: comments with the same words, this one included


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue; ``next`` is where the following one begins."""

    lines: Sequence[QueuedComment] = field(default_factory=list)
    next: QueuePlace | None = None


OBJECTS = sa.exists().where(
    Position.provision_id == Comment.provision_id,
    Position.stakeholder_id == Comment.stakeholder_id,
    Position.superseded_at.is_(None),
    Position.stance == Stance.OBJECT,
)


def queues(session: Session, norm: Norm) -> list[Queue]:
    """What is said where, most unanswered first; one statement."""
    counted = (
        sa.select(
            Comment.provision_id,
            sa.func.count().label("total"),
            sa.func.count(Disposition.id).label("answered"),
        )
        .outerjoin(Disposition, IS_CURRENT)
        .where(Comment.norm_id == norm.id, *_shown(Show.ALL))
        .group_by(Comment.provision_id)
        .subquery()
    )
    waiting = counted.c.total - counted.c.answered
    here = sa.and_(Clause.provision_id == counted.c.provision_id, Clause.draft_id == norm.current_draft_id)
    rows = session.execute(
        sa.select(
            sa.func.coalesce(Provision.code, ""),
            sa.func.coalesce(Clause.label, Provision.code, ""),
            sa.func.coalesce(Clause.place, 0),
            waiting,
            counted.c.total,
        )
        .select_from(counted)
        .outerjoin(Provision, Provision.id == counted.c.provision_id)
        .outerjoin(Clause, here)
        .order_by(waiting.desc(), Provision.code)
    )
    return [Queue(*row) for row in rows]


def sheet(
    session: Session, norm_id: int, wanted: QueueFilter, *, after: QueuePlace | None = None, limit: int
) -> QueuePage:
    """The comments after a place, by number, those of who objects to the clause first if so wanted.

    Two statements, one more where objections go first.
    """
    first = after or QueuePlace(objects=wanted.objections_first)
    rows: list[Any] = []
    for objects in (True, False) if wanted.objections_first else (False,):
        if first.objects < objects or len(rows) > limit:
            continue
        query = _query(norm_id, wanted).limit(limit + 1 - len(rows))
        if first.objects == objects:
            query = query.where(Comment.number > first.number)
        if wanted.objections_first:
            query = query.where(OBJECTS if objects else ~OBJECTS)
        rows += session.execute(query).all()
    same = same_words(session, norm_id, [row.Comment for row in rows[:limit]])
    lines = [
        QueuedComment(
            row.Comment, row.objects, row.answered, row.number, row.name, same.get(row.Comment.id, 1)
        )
        for row in rows[:limit]
    ]
    last = lines[-1] if len(rows) > limit else None
    return QueuePage(
        lines, QueuePlace(wanted.objections_first and last.objects, last.comment.number) if last else None
    )


def asked_of(session: Session, user_id: int) -> list[tuple[Norm, int]]:
    """Norms at which a person is asked to answer comments that wait, and how many; one statement."""
    rows = session.execute(
        sa.select(Norm, sa.func.count())
        .join(Comment, Comment.norm_id == Norm.id)
        .join(Assignment, Assignment.comment_id == Comment.id)
        .outerjoin(Disposition, IS_CURRENT)
        .where(Assignment.user_id == user_id, *_shown(Show.WAITING))
        .group_by(Norm.id)
        .order_by(Norm.id)
    )
    return [(norm, number) for norm, number in rows]


def versions(
    session: Session, norm_id: int, wanted: QueueFilter, *, upto: int = LARGEST, limit: int
) -> dict[int, int]:
    """Number → version of the first of these comments, those up to a number; one statement."""
    query = _query(norm_id, wanted).with_only_columns(Comment.number, Comment.version)
    return {
        row.number: row.version for row in session.execute(query.where(Comment.number <= upto).limit(limit))
    }


def answered_alike(
    session: Session, norm_id: int, wanted: QueueFilter, answer: Answer, *, upto: int
) -> list[dict[int, int]]:
    """Number → version of those up to a number that have this answer, for each moment it was given."""
    given = (Disposition.decided_by, Disposition.decision, Disposition.reason)
    alike = (column == value for column, value in zip(given, answer, strict=True))
    query = _query(norm_id, replace(wanted, show=Show.ALL)).where(*alike, Comment.number <= upto)
    found: dict[dt.datetime, dict[int, int]] = {}
    for row in session.execute(
        query.with_only_columns(Disposition.decided_at, Comment.number, Comment.version)
    ):
        found.setdefault(row.decided_at, {})[row.number] = row.version
    return list(found.values())


def _shown(show: Show) -> tuple[sa.ColumnElement[bool], ...]:
    if show is Show.HELD:
        return (Comment.visibility == Visibility.HELD,)
    shown = (Comment.visibility == Visibility.SHOWN, OPENS_A_THREAD)
    return (*shown, ~answered()) if show is Show.WAITING else shown


def _query(norm_id: int, wanted: QueueFilter) -> sa.Select[Comment, bool, bool, int, str]:
    """The comments that are wanted, by number, with their answers, groups and assignees."""
    answerer = aliased(User)
    query = (
        sa.select(
            Comment,
            OBJECTS.label("objects"),
            Disposition.id.is_not(None).label("answered"),
            CommentGroup.number,
            answerer.name,
        )
        .join(Stakeholder, Stakeholder.id == Comment.stakeholder_id)
        .outerjoin(Disposition, IS_CURRENT)
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .outerjoin(CommentGroup, CommentGroup.id == GroupMember.group_id)
        .outerjoin(Assignment, Assignment.comment_id == Comment.id)
        .outerjoin(answerer, answerer.id == Assignment.user_id)
        .where(Comment.norm_id == norm_id, *_shown(wanted.show))
        .order_by(Comment.number)
        .options(
            contains_eager(Comment.stakeholder),
            joinedload(Comment.change),
            joinedload(Comment.provision),
            joinedload(Comment.clause),
        )
    )
    for column, value in (
        (Comment.kind, wanted.kind),
        (Stakeholder.category, wanted.category),
        (Comment.language, wanted.language),
        (Comment.words_digest, wanted.words),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.words is not None:
        query = query.where(~Comment.change.has())  # what a proposal says for itself is not compared
    if wanted.code is not None:
        of = Comment.provision.has(Provision.code == wanted.code)
        query = query.where(of if wanted.code else Comment.provision_id.is_(None))
    if wanted.countries is not None:
        query = query.where(Stakeholder.country.in_(wanted.countries))
    if wanted.assignee is not None:
        query = query.where(
            Assignment.user_id == wanted.assignee if wanted.assignee else Assignment.user_id.is_(None)
        )
    return query
