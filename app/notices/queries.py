"""Reading what a digest tells: a number of statements that does not grow with its length."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.grants import Permission, allowed
from app.discussion.models import Comment, Disposition, RebasedChange, Visibility
from app.internal_drafts.models import InternalDraft, State
from app.lifecycle.models import Determination
from app.norms.models import Clause, Draft, Norm, Provision
from app.norms.queries import actor_for
from app.notices.following import among, followed, holders_of, takes_part
from app.notices.models import Mentioned, Notice
from app.notices.recipients import OF_NORMS
from app.positions.models import Objection, ObjectionAnswer, Position

LONGEST = 50  #: notices in one mail; the rest is counted


@dataclass(frozen=True)
class NoticedPosition:
    """A position beside the present draft: whether it was carried, or is to be reaffirmed."""

    norm_id: int
    code: str
    label: str
    stakeholder_id: int
    counts: bool


@dataclass(frozen=True)
class PutToDraft:
    """A proposed change of the person, and what became of it on a draft that was opened without it."""

    said: Comment
    became: RebasedChange


@dataclass(frozen=True)
class Item:
    """One thing to tell. ``is_mine``: it is addressed to the person or to whom they speak for.

    ``is_mention``: because the words name whom they speak for, and for nothing else.
    """

    notice: Notice
    is_mine: bool
    is_mention: bool = False
    is_own: bool = False  #: the comment is theirs, or of whom they speak for
    disposition: Disposition | None = None
    answer: ObjectionAnswer | None = None
    determination: Determination | None = None
    standings: Sequence[NoticedPosition] = ()
    put: PutToDraft | None = None  #: what the notice of a draft tells besides, of one change


@dataclass(frozen=True)
class Digest:
    """What one mail tells, and how much more there was."""

    items: Sequence[Item]
    more: int


def digest(session: Session, user: User, *, after: int, upto: int, now: dt.datetime) -> Digest:
    """What concerns the person among the notices after one number up to another, the most personal first.

    Their own acts are no news to them; nor is what they may not read, or may not read any more.
    """
    actor = actor_for(session, user, now=now)
    holders = holders_of(actor)
    mentions = sa.select(Mentioned.number).where(Mentioned.stakeholder_id.in_(holders))
    addressed = sa.or_(
        Notice.user_id == user.id, Notice.stakeholder_id.in_(holders), among(Notice.number, mentions)
    )
    of_norm = sa.and_(Notice.act.in_(OF_NORMS), takes_part(actor, Notice.norm_id))
    shown = sa.or_(
        Notice.comment_id.is_(None), Notice.act == "comment-hidden", Comment.visibility == Visibility.SHOWN
    )
    rank = sa.case((addressed, 0), (Notice.act.in_(OF_NORMS), 1), else_=2)
    rows = session.execute(
        sa.select(Notice.number, Notice.norm_id, rank.label("rank"))
        .join(AuditEntry, AuditEntry.number == Notice.number)
        .outerjoin(Comment, Comment.id == Notice.comment_id)
        .where(
            Notice.number > after,
            Notice.number <= upto,
            AuditEntry.actor != actor.pseudonym,
            shown,
            sa.or_(addressed, of_norm, followed(actor, Notice.provision_id)),
        )
        .order_by(rank, Notice.number)
    ).all()
    norms = session.scalars(sa.select(Norm).where(Norm.id.in_({row.norm_id for row in rows}))).all()
    readable = {norm.id for norm in norms if allowed(actor, Permission.READ_NORM, norm.matter(now))}
    told = [row for row in rows if row.norm_id in readable]
    ranks = {row.number: row.rank for row in told[:LONGEST]}
    items = _items(session, ranks, user, holders)
    put, number = _put_to_drafts(session, [item.notice for item in items], user, holders)
    return Digest([*put, *items], len(told) - len(ranks) + number - len(put))


def _items(session: Session, ranks: dict[int, int], user: User, holders: Sequence[int]) -> list[Item]:
    comment, objection = joinedload(Notice.comment), joinedload(Notice.objection)
    notices = session.scalars(
        sa.select(Notice)
        .where(Notice.number.in_(ranks))
        .options(
            joinedload(Notice.entry),
            selectinload(Notice.norm),
            comment.joinedload(Comment.stakeholder),
            comment.joinedload(Comment.clause),
            comment.joinedload(Comment.change),
            objection.joinedload(Objection.provision),
            objection.joinedload(Objection.position).joinedload(Position.clause),
        )
    ).all()
    news = _last_of_each(_still_news(session, notices))
    dispositions = _dispositions(session, [n.comment_id for n in notices if n.act == "comment-disposed"])
    answers = _answers(session, [n.objection_id for n in notices if n.objection_id is not None])
    drafts = [n.norm.current_draft_id for n in notices if n.act in OF_NORMS]
    standings, determinations = _standings(session, drafts, holders), _determinations(session, drafts)
    return [
        Item(
            notice,
            ranks[notice.number] == 0,
            ranks[notice.number] == 0 and notice.user_id != user.id and notice.stakeholder_id not in holders,
            notice.comment is not None
            and (notice.comment.author_id == user.id or notice.comment.stakeholder_id in holders),
            dispositions.get(notice.comment_id or 0) if notice.act == "comment-disposed" else None,
            answers.get(notice.objection_id or 0),
            determinations.get(notice.norm_id) if notice.act == "determined" else None,
            [one for one in standings if one.norm_id == notice.norm_id and notice.act in WITH_STANDINGS],
        )
        for notice in sorted(news, key=lambda one: (ranks[one.number], one.number))
    ]


def _put_to_drafts(
    session: Session, notices: Sequence[Notice], user: User, holders: Sequence[int]
) -> tuple[list[Item], int]:
    """Of the drafts that were opened, what became of the person's changes, and how many there are; one
    statement."""
    opened = {
        (one.norm_id, int(one.entry.subject.rpartition(":")[2])): one
        for one in notices
        if one.act == "draft-opened"
    }
    if not opened:
        return [], 0
    rows = session.execute(
        sa.select(Comment, RebasedChange, sa.func.count().over().label("number"))
        .join(RebasedChange, RebasedChange.comment_id == Comment.id)
        .join(Draft, Draft.id == RebasedChange.draft_id)
        .where(
            sa.tuple_(Draft.norm_id, Draft.number).in_(list(opened)),
            Comment.visibility == Visibility.SHOWN,
            sa.or_(Comment.author_id == user.id, Comment.stakeholder_id.in_(holders)),
        )
        .order_by(Comment.number, RebasedChange.id)
        .limit(LONGEST)
        .options(
            joinedload(Comment.change),
            joinedload(Comment.clause),
            joinedload(RebasedChange.draft),
            joinedload(RebasedChange.clause).selectinload(Clause.texts),
        )
    ).all()
    items = [
        Item(opened[row[1].draft.norm_id, row[1].draft.number], True, is_own=True, put=PutToDraft(*row[:2]))
        for row in rows
    ]
    return items, rows[0].number if rows else 0


def _still_news(session: Session, notices: Sequence[Notice]) -> Sequence[Notice]:
    """Without drafts that were said to wait and wait no more."""
    waits = {
        int(one.entry.subject.rpartition(":")[2]): one for one in notices if one.act == "contribution-drafted"
    }
    if not waits:
        return notices
    open_ones = sa.select(InternalDraft.id).where(
        InternalDraft.id.in_(waits), InternalDraft.state == State.DRAFTED
    )
    still = {waits[number].number for number in session.scalars(open_ones)}
    return [one for one in notices if one.act != "contribution-drafted" or one.number in still]


def _last_of_each(notices: Sequence[Notice]) -> Iterable[Notice]:
    """What was decided or answered twice is told once, as it stands."""
    in_order = sorted(notices, key=lambda one: one.number)
    return {(one.act, one.comment_id or one.objection_id or -one.number): one for one in in_order}.values()


WITH_STANDINGS = frozenset({"draft-opened", "round-closing"})


def _dispositions(session: Session, comment_ids: Sequence[int | None]) -> dict[int, Disposition]:
    """Comment's id → the decision that stands."""
    rows = session.scalars(
        sa.select(Disposition).where(
            Disposition.comment_id.in_(comment_ids), Disposition.superseded_at.is_(None)
        )
    )
    return {one.comment_id: one for one in rows}


def _answers(session: Session, objection_ids: Sequence[int]) -> dict[int, ObjectionAnswer]:
    """Objection's id → the last answer."""
    rows = session.scalars(
        sa.select(ObjectionAnswer)
        .where(ObjectionAnswer.objection_id.in_(objection_ids))
        .order_by(ObjectionAnswer.id)
    )
    return {one.objection_id: one for one in rows}


def _determinations(session: Session, draft_ids: Sequence[int | None]) -> dict[int, Determination]:
    """Norm's id → what the chair stated on its present draft."""
    rows = session.scalars(sa.select(Determination).where(Determination.draft_id.in_(draft_ids)))
    return {one.norm_id: one for one in rows}


def _standings(
    session: Session, draft_ids: Sequence[int | None], holders: Sequence[int]
) -> Sequence[NoticedPosition]:
    """These stakeholders' positions on the clauses of these drafts, in the order of the text."""
    rows = session.execute(
        sa.select(
            Position.norm_id,
            Provision.code,
            Clause.label,
            Position.stakeholder_id,
            Position.text_digest == Clause.text_digest,
        )
        .join(Clause, Clause.provision_id == Position.provision_id)
        .join(Provision, Provision.id == Position.provision_id)
        .where(
            Clause.draft_id.in_(draft_ids),
            Position.stakeholder_id.in_(holders),
            Position.superseded_at.is_(None),
        )
        .order_by(Clause.draft_id, Clause.place, Position.stakeholder_id)
    )
    return [NoticedPosition(*row) for row in rows]
