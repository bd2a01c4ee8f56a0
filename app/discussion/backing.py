"""Backing and opposing what others say, instead of saying it again."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Backing, Comment, Side, Visibility
from app.discussion.service import check_seen
from app.foundation.database import once
from app.foundation.errors import N_, Conflict, RuleBroken
from app.norms.locking import lock
from app.norms.models import Norm
from app.stakeholders.models import Category, Stakeholder, Verification

COUNTED = (Backing.superseded_at.is_(None), Stakeholder.verification != Verification.REFUSED)


class NotToBack(RuleBroken):
    code = "not-to-back"
    message = N_("Only visible comments of other stakeholders, other than replies, can be backed or opposed.")


def back(
    session: Session,
    actor: Actor,
    norm: Norm,
    said: Comment,
    *,
    stakeholder_id: int,
    side: Side | None,
    seen: int,
    now: dt.datetime,
) -> None:
    """Back or oppose a comment or a proposed change; None takes either back. The last word counts.

    ``seen`` is the version that was on the page.

    :raises NotToBack: it is not shown, a reply, or the stakeholder's own.
    :raises EditedSince: its words are others by now.
    """
    lock(session, norm)
    require(actor, Permission.BACK_CHANGE, norm.matter(now, stakeholder_id=stakeholder_id))
    check_seen(session, said, seen)
    if said.norm_id != norm.id or said.parent_id is not None or said.visibility is not Visibility.SHOWN:
        raise NotToBack
    if side is not None and said.stakeholder_id == stakeholder_id:
        raise NotToBack
    present = session.scalars(
        sa.select(Backing).where(
            Backing.comment_id == said.id,
            Backing.stakeholder_id == stakeholder_id,
            Backing.superseded_at.is_(None),
        )
    ).one_or_none()
    if (present.side if present else None) is side:
        return
    if present is not None:
        present.superseded_at = now
        session.flush()
    with once(session, Conflict):
        if side is not None:
            session.add(Backing(comment_id=said.id, stakeholder_id=stakeholder_id, side=side, stated_at=now))
    details = {"side": side.value if side else None, "stakeholder": stakeholder_id}
    audit.record(
        session, actor, "change-backed", f"comment:c{said.number}", norm=norm.slug, now=now, details=details
    )


def backing_of(session: Session, comment_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many back and oppose each of these comments, but for those refused; one statement."""
    rows = session.execute(
        sa.select(Backing.comment_id, Backing.side, sa.func.count())
        .join(Stakeholder, Stakeholder.id == Backing.stakeholder_id)
        .where(Backing.comment_id.in_(comment_ids), *COUNTED)
        .group_by(Backing.comment_id, Backing.side)
    )
    found: dict[int, dict[str, int]] = {}
    for comment_id, side, number in rows:
        found.setdefault(comment_id, {})[side.value] = number
    return found


class Voices(NamedTuple):
    """How many of one kind back or oppose a comment."""

    comment_id: int
    side: Side
    category: Category
    country: str | None
    number: int


def voices(session: Session, comment_ids: Sequence[int]) -> Sequence[Voices]:
    """Who backs and who opposes each of these comments, by category and country; one statement."""
    rows = session.execute(
        sa.select(
            Backing.comment_id, Backing.side, Stakeholder.category, Stakeholder.country, sa.func.count()
        )
        .join(Stakeholder, Stakeholder.id == Backing.stakeholder_id)
        .where(Backing.comment_id.in_(comment_ids), *COUNTED)
        .group_by(Backing.comment_id, Backing.side, Stakeholder.category, Stakeholder.country)
    )
    return [Voices(*row) for row in rows]


def backers(session: Session, comment: Comment) -> Sequence[Backing]:
    """Who backs and who opposes a comment, by name, but for those refused."""
    return session.scalars(
        sa.select(Backing)
        .join(Stakeholder, Stakeholder.id == Backing.stakeholder_id)
        .where(Backing.comment_id == comment.id, *COUNTED)
        .order_by(Stakeholder.name)
        .options(joinedload(Backing.stakeholder))
    ).all()
