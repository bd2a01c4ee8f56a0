"""The comments most like a text, the groups that were formed, and how far the work has come."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.discussion.models import Comment, Disposition, ProposedChange, Visibility
from app.discussion.progress import Progress
from app.discussion.queries import IS_CURRENT, OPENS_A_THREAD
from app.norms.models import Norm, Provision
from app.triage import embeddings, similarity
from app.triage.models import CommentGroup, GroupMember, TextVector
from app.triage.pace import WINDOW, done_on
from app.triage.similarity import LONGEST

MOST_COMPARED = 5_000  #: comments of a clause, the newest
LEAST_ALIKE = 0.15  #: below, two comments share hardly more than the commonest syllables
LEAST_ALIKE_IN_MEANING = 0.4


@dataclass(frozen=True)
class Near:
    """A comment and how alike it is, in [0, 1]; 1 says the same."""

    comment: Comment
    likeness: float


@dataclass(frozen=True)
class Bundle:
    """A group with how many of its comments are shown, and how many of these wait for an answer."""

    group: CommentGroup
    size: int
    waiting: int


@dataclass(frozen=True)
class Headway:
    """How many comments are answered, by how many people of late, and when all will be at their pace."""

    answered: int
    total: int
    people: int
    done_on: dt.date | None


def words_of(said: Comment) -> str:
    """What a comment is compared by: the wording it proposes, then its own words."""
    wording = said.change.wording if said.change else None
    return joined(said.body, wording)


def joined(body: str, wording: str | None) -> str:
    return f"{wording}\n{body}" if wording else body


def nearest(
    session: Session, norm: Norm, provision_id: int | None, text: str, language: str, *, count: int = 5
) -> Sequence[Near]:
    """The comments on the same provision, or on the draft as a whole, that are most like a text, best first.

    Only comments that are shown and open a thread. They are compared by their letters within the text's own
    language, and where a model is installed by what they mean in every language. Two statements, a third with
    a model; about 0.1 s for 5,000 comments.
    """
    encoder = embeddings.installed()
    query = (
        sa.select(
            Comment.id,
            Comment.language,
            sa.func.substr(Comment.body, 1, LONGEST).label("body"),
            sa.func.substr(ProposedChange.wording, 1, LONGEST).label("wording"),
        )
        .outerjoin(ProposedChange, ProposedChange.comment_id == Comment.id)
        .where(
            Comment.norm_id == norm.id,
            Comment.provision_id == provision_id,
            Comment.visibility == Visibility.SHOWN,
            OPENS_A_THREAD,
        )
        .order_by(Comment.id.desc())
        .limit(MOST_COMPARED)
    )
    rows = session.execute(query if encoder else query.where(Comment.language == language)).all()
    shares = _in_letters(text, language, rows)
    if encoder is not None and text.strip():
        languages = {row.id: row.language for row in rows}
        for number, share in _in_meaning(session, encoder, text, language, languages).items():
            shares[number] = max(share, shares.get(number, 0.0))
    chosen = sorted(shares, key=lambda number: (-shares[number], number))[:count]
    found = session.scalars(
        sa.select(Comment)
        .where(Comment.id.in_(chosen))
        .options(joinedload(Comment.stakeholder), joinedload(Comment.change), joinedload(Comment.clause))
    )
    comments = {one.id: one for one in found}
    return [Near(comments[number], shares[number]) for number in chosen]


def _in_letters(text: str, language: str, rows: Sequence[Any]) -> dict[int, float]:
    """Comment's id → how alike by letters, of those in the text's language that are alike at all."""
    same = [row for row in rows if row.language == language]
    texts = [joined(row.body, row.wording) for row in same]
    alike = similarity.likeness(text, language, texts, [language] * len(same)).tolist()
    return {row.id: share for row, share in zip(same, alike, strict=True) if share >= LEAST_ALIKE}


def _in_meaning(
    session: Session, encoder: embeddings.Encoder, text: str, language: str, languages: Mapping[int, str]
) -> dict[int, float]:
    """Comment's id → how near in meaning, of those of these comments whose vectors are computed."""
    rows = session.execute(
        sa.select(Comment.id, TextVector.vector)
        .join(TextVector, TextVector.words_digest == Comment.words_digest)
        .where(Comment.id.in_(languages), TextVector.model == encoder.name)
    ).all()
    [vector] = encoder.encode([text])
    points = embeddings.unpacked([row.vector for row in rows])
    shares = embeddings.likeness(vector, language, points, [languages[row.id] for row in rows]).tolist()
    near = zip((row.id for row in rows), shares, strict=True)
    return {number: share for number, share in near if share >= LEAST_ALIKE_IN_MEANING}


def bundles(session: Session, norm_id: int, *, comment_ids: Sequence[int] | None = None) -> list[Bundle]:
    """The groups of a norm, those with the most unanswered comments first; one statement.

    ``comment_ids``: only the groups of these comments.
    """
    waiting = sa.func.sum(sa.case((Disposition.id.is_(None), 1), else_=0))
    query = (
        sa.select(CommentGroup, sa.func.count(), waiting)
        .join(GroupMember, GroupMember.group_id == CommentGroup.id)
        .join(Comment, Comment.id == GroupMember.comment_id)
        .outerjoin(Disposition, IS_CURRENT)
        .where(CommentGroup.norm_id == norm_id, Comment.visibility == Visibility.SHOWN)
        .group_by(CommentGroup.id)
        .order_by(waiting.desc(), CommentGroup.number)
    )
    if comment_ids is not None:
        theirs = sa.select(GroupMember.group_id).where(GroupMember.comment_id.in_(comment_ids))
        query = query.where(CommentGroup.id.in_(theirs))
    return [Bundle(group, size, int(left)) for group, size, left in session.execute(query)]


def groups_of(session: Session, comment_ids: Sequence[int]) -> dict[int, int]:
    """Comment's id → number of the group it is in."""
    rows = session.execute(
        sa.select(GroupMember.comment_id, CommentGroup.number)
        .join(CommentGroup, CommentGroup.id == GroupMember.group_id)
        .where(GroupMember.comment_id.in_(comment_ids))
    )
    return {row.comment_id: row.number for row in rows}


def ungrouped(session: Session, norm_id: int) -> Mapping[str, Sequence[tuple[int, str]]]:
    """(number, words) of the comments that wait and are in no group, for each provision's code ("": on the
    draft as a whole); one statement.
    """
    rows = session.execute(
        _waiting(norm_id)
        .add_columns(Comment.body, ProposedChange.wording, Provision.code)
        .outerjoin(ProposedChange, ProposedChange.comment_id == Comment.id)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .order_by(Comment.number)
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for number, body, wording, code in rows:
        found.setdefault(code or "", []).append((number, joined(body, wording)))
    return found


def still_ungrouped(session: Session, norm_id: int, numbers: Collection[int]) -> set[int]:
    """Which of these comments still wait and are in no group; one statement."""
    return set(session.scalars(_waiting(norm_id).where(Comment.number.in_(numbers))))


def _waiting(norm_id: int) -> sa.Select[int]:
    return (
        sa.select(Comment.number)
        .outerjoin(Disposition, IS_CURRENT)
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .where(
            Comment.norm_id == norm_id,
            Comment.visibility == Visibility.SHOWN,
            OPENS_A_THREAD,
            Disposition.id.is_(None),
            GroupMember.group_id.is_(None),
        )
    )


def group_by_number(session: Session, norm_id: int, number: int) -> CommentGroup | None:
    return session.scalars(
        sa.select(CommentGroup).where(CommentGroup.norm_id == norm_id, CommentGroup.number == number)
    ).one_or_none()


def members(
    session: Session, group: CommentGroup, *, after: int = 0, limit: int
) -> list[tuple[Comment, Disposition | None]]:
    """The comments of a group that are shown with their answers, by number, after one; one statement."""
    rows = session.execute(
        _members(group)
        .add_columns(Disposition)
        .where(Comment.number > after)
        .limit(limit)
        .options(joinedload(Comment.stakeholder), joinedload(Comment.change), joinedload(Comment.clause))
    )
    return [(said, answer) for said, answer in rows]


def waiting_members(session: Session, group: CommentGroup, *, limit: int) -> list[int]:
    """The numbers of the first comments of a group that wait for an answer."""
    query = _members(group).with_only_columns(Comment.number).where(Disposition.id.is_(None))
    return list(session.scalars(query.limit(limit)))


def headway(session: Session, norm_id: int, far: Progress, *, now: dt.datetime) -> Headway:
    """How far the answering has come, and how soon it will be done; one statement."""
    given, people, since = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(Disposition.decided_by.distinct()),
            sa.func.min(Disposition.decided_at),
        )
        .join(Comment, Comment.id == Disposition.comment_id)
        .where(
            Comment.norm_id == norm_id,
            Comment.visibility == Visibility.SHOWN,
            OPENS_A_THREAD,
            Disposition.decided_at > now - WINDOW,
            Disposition.superseded_at.is_(None),
        )
    ).one()
    day = done_on(given, far.total - far.answered, since=since, now=now)
    return Headway(far.answered, far.total, people, day)


def _members(group: CommentGroup) -> sa.Select[Comment]:
    return (
        sa.select(Comment)
        .join(GroupMember, GroupMember.comment_id == Comment.id)
        .outerjoin(Disposition, IS_CURRENT)
        .where(GroupMember.group_id == group.id, Comment.visibility == Visibility.SHOWN)
        .order_by(Comment.number)
    )
