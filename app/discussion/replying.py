"""What an author says to the decision on a comment."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Comment, Disposition, DispositionReply, Satisfaction
from app.discussion.queries import current_on
from app.discussion.reviews import service as reviewing
from app.discussion.reviews.models import Finding
from app.discussion.service import LONGEST_COMMENT, CommentTooLong
from app.foundation import locking
from app.foundation.errors import N_, Conflict, NotFound, RuleBroken
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Norm

NOTE = TextField("note", LONGEST_COMMENT, CommentTooLong)


class NoDisposition(RuleBroken):
    code = "no-disposition"
    message = N_("This comment has not been answered yet.")


class DecidedSince(Conflict):
    code = "decided-since"
    message = N_(
        "The disposition has changed since you read it. Read the new disposition, then submit your "
        "reply again."
    )


def reply(
    session: Session,
    actor: Actor,
    norm: Norm,
    said: Comment,
    *,
    satisfaction: Satisfaction,
    note: str,
    seen: int,
    now: dt.datetime,
) -> DispositionReply:
    """Who speaks for the author says whether the disposition satisfies; the last word counts.

    If it does not, the chair looks at it. ``seen``: the id of the decision that was read.

    :raises NoDisposition: there is none yet. :raises DecidedSince: it is another by now.
    """
    lock(session, norm)
    require(actor, Permission.REPLY_TO_DISPOSITION, norm.matter(now, stakeholder_id=said.stakeholder_id))
    if said.norm_id != norm.id:
        raise NotFound
    disposition = session.scalars(locking.held(current_on(said))).one_or_none()
    if disposition is None:
        raise NoDisposition
    if disposition.id != seen:
        raise DecidedSince(field="note")
    note = NOTE.clean(note)
    last = session.scalars(
        sa.select(DispositionReply)
        .where(DispositionReply.disposition_id == disposition.id)
        .order_by(DispositionReply.id.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and (last.satisfaction, last.note) == (satisfaction, note):
        return last
    if satisfaction is Satisfaction.NOT_SATISFIED:
        reviewing.open_review(session, norm, disposition, now=now)
    else:
        reviewing.end_quietly(session, Disposition.id == disposition.id, Finding.SETTLED, now=now)
    given = DispositionReply(
        disposition_id=disposition.id, satisfaction=satisfaction, note=note, replied_at=now
    )
    session.add(given)
    session.flush()
    details = {"satisfaction": satisfaction.value, "stakeholder": said.stakeholder_id}
    audit.record(
        session,
        actor,
        "disposition-replied",
        f"comment:c{said.number}",
        norm=norm.slug,
        now=now,
        details=details,
    )
    return given
