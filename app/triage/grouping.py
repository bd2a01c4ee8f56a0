"""Groups of comments that say the same: a person forms them, whatever a machine suggests."""

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Comment, Visibility
from app.discussion.moderation import NotShown
from app.foundation import locking
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Norm
from app.triage.models import CommentGroup, GroupMember
from app.triage.service import AnswersAThread, chosen

LONGEST_TITLE = 120
FEWEST = 2  #: comments in a group


class TooFew(BadInput):
    code = "group-too-small"
    message = N_("A group contains at least two comments. Select another one.")


class InAGroup(Conflict):
    code = "comment-in-a-group"
    message = N_(
        "%(comment)s is already in group %(group)s. Merge the two groups, or remove it from that group first."
    )


class Dissolved(Conflict):
    code = "group-dissolved"
    message = N_("This group has been dissolved.")


class TitleTooLong(BadInput):
    code = "title-too-long"
    message = N_("A title may have %(limit)s characters.")


TITLE = TextField("title", LONGEST_TITLE, TitleTooLong, in_one_line=True)


def form(
    session: Session, actor: Actor, norm: Norm, numbers: Sequence[int], *, title: str = "", now: dt.datetime
) -> CommentGroup:
    """Put the comments with these numbers into a new group.

    :raises TooFew: less than two. :raises InAGroup: one belongs to another group.
    """
    lock(session, norm)
    require(actor, Permission.DISPOSE, norm.matter(now))
    found = _free(session, norm, numbers)
    if len(found) < FEWEST:
        raise TooFew(field="comment")
    group = _new(session, norm, title, now)
    _put(session, group, found)
    _record(session, actor, "group-formed", norm, group, found, now)
    return group


def join(
    session: Session, actor: Actor, group: CommentGroup, numbers: Sequence[int], *, now: dt.datetime
) -> None:
    """Put more comments into a group.

    :raises InAGroup: one belongs to another group.
    """
    norm = _look_again(session, actor, group, now)
    found = _free(session, norm, numbers, besides=group)
    _put(session, group, found)
    _record(session, actor, "group-joined", norm, group, found, now)


def unite(
    session: Session, actor: Actor, group: CommentGroup, other: CommentGroup, *, now: dt.datetime
) -> None:
    """Put all comments of another group into this one; the other is dissolved."""
    norm = _look_again(session, actor, group, now)
    if other.id == group.id or other.norm_id != group.norm_id:
        raise BadInput(field="other")
    _look_again(session, actor, other, now)
    moved = _members(session, other)
    session.execute(sa.update(GroupMember).where(GroupMember.group_id == other.id).values(group_id=group.id))
    other.dissolved_at = now
    session.flush()
    _record(session, actor, "group-joined", norm, group, moved, now)


def split(
    session: Session, actor: Actor, group: CommentGroup, numbers: Sequence[int], *, now: dt.datetime
) -> CommentGroup | None:
    """Take comments out of a group; two or more are a new group, which is returned.

    What is left is dissolved where it is less than two comments.

    :raises TooFew: none of these comments is in the group, or all are.
    """
    norm = _look_again(session, actor, group, now)
    present = _members(session, group)
    taken = [said for said in present if said.number in set(numbers)]
    if not taken or len(taken) == len(present):
        raise TooFew(field="comment")
    _take(session, taken)
    _record(session, actor, "group-split", norm, group, taken, now)
    if len(present) - len(taken) < FEWEST:
        _dissolve(session, group, now)
    if len(taken) < FEWEST:
        return None
    part = _new(session, norm, group.title, now)
    _put(session, part, taken)
    return part


def dissolve(session: Session, actor: Actor, group: CommentGroup, *, now: dt.datetime) -> None:
    """End a group; its comments stay, with the answers they have."""
    norm = _look_again(session, actor, group, now)
    _record(session, actor, "group-dissolved", norm, group, _members(session, group), now)
    _dissolve(session, group, now)


def _look_again(session: Session, actor: Actor, group: CommentGroup, now: dt.datetime) -> Norm:
    """:raises Dissolved: it is no more, as of this moment."""
    lock(session, group.norm)
    require(actor, Permission.DISPOSE, group.norm.matter(now))
    locking.lock(session, group)
    if group.dissolved_at is not None:
        raise Dissolved
    return group.norm


def _free(
    session: Session, norm: Norm, numbers: Sequence[int], *, besides: CommentGroup | None = None
) -> Sequence[Comment]:
    """These comments, if they can be put into a group; without those that are in ``besides``."""
    found = chosen(session, norm, numbers)
    if any(said.visibility is not Visibility.SHOWN for said in found):
        raise NotShown(field="comment")
    if any(said.parent_id is not None for said in found):
        raise AnswersAThread(field="comment")
    rows = session.execute(
        sa.select(GroupMember.comment_id, CommentGroup.number)
        .join(CommentGroup, CommentGroup.id == GroupMember.group_id)
        .where(GroupMember.comment_id.in_([said.id for said in found]))
    )
    grouped: dict[int, int] = {row.comment_id: row.number for row in rows}
    for said in found:
        if grouped.get(said.id) not in (None, besides.number if besides else None):
            raise InAGroup(comment=f"c{said.number}", group=grouped[said.id], field="comment")
    return [said for said in found if said.id not in grouped]


def _new(session: Session, norm: Norm, title: str, now: dt.datetime) -> CommentGroup:
    title = TITLE.clean(title)
    last = session.scalar(sa.select(sa.func.max(CommentGroup.number)).where(CommentGroup.norm_id == norm.id))
    group = CommentGroup(norm_id=norm.id, number=(last or 0) + 1, title=title, formed_at=now)
    with once(session, Conflict):
        session.add(group)
    return group


def _put(session: Session, group: CommentGroup, found: Sequence[Comment]) -> None:
    if found:
        rows = [{"comment_id": said.id, "group_id": group.id} for said in found]
        with once(session, Conflict):
            session.execute(sa.insert(GroupMember), rows)


def _take(session: Session, taken: Collection[Comment]) -> None:
    session.execute(sa.delete(GroupMember).where(GroupMember.comment_id.in_([said.id for said in taken])))


def _dissolve(session: Session, group: CommentGroup, now: dt.datetime) -> None:
    session.execute(sa.delete(GroupMember).where(GroupMember.group_id == group.id))
    group.dissolved_at = now
    session.flush()


def _members(session: Session, group: CommentGroup) -> Sequence[Comment]:
    return session.scalars(
        sa.select(Comment)
        .join(GroupMember, GroupMember.comment_id == Comment.id)
        .where(GroupMember.group_id == group.id)
        .order_by(Comment.number)
    ).all()


def _record(
    session: Session,
    actor: Actor,
    act: str,
    norm: Norm,
    group: CommentGroup,
    found: Sequence[Comment],
    now: dt.datetime,
) -> None:
    details = {"comments": [said.number for said in found]}
    audit.record(session, actor, act, f"group:{group.number}", norm=norm.slug, now=now, details=details)
