"""Choosing reasons for and against a clause from what people said."""

import datetime as dt

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Comment, Visibility
from app.discussion.quotes import occurs, squeezed
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict, NotFound, RuleBroken
from app.norms.locking import lock
from app.norms.models import Norm
from app.reading_aids.models import Bearing, Reason
from app.reading_aids.queries import reasons

LONGEST = 300  #: characters of a reason
MOST = 7  #: reasons on each side of a clause: a list that is read


class NotItsWords(BadInput):
    code = "not-its-words"
    message = N_("This text does not appear in the comment. Copy it exactly.")


class ReasonTooLong(BadInput):
    code = "reason-too-long"
    message = N_("A reason may have %(limit)s characters. Select a passage of the comment.")


class EnoughReasons(RuleBroken):
    code = "enough-reasons"
    message = N_("This side already has %(limit)s reasons. Remove one first.")


class ChosenBefore(Conflict):
    code = "chosen-before"
    message = N_("A reason from this comment has already been selected for this side.")


class NotOnAClause(RuleBroken):
    code = "not-on-a-clause"
    message = N_("Reasons must come from comments on a clause that are visible to all.")


def choose(
    session: Session,
    actor: Actor,
    norm: Norm,
    comment: Comment,
    *,
    bearing: Bearing,
    words: str,
    now: dt.datetime,
) -> Reason:
    """Choose a passage of a comment as a reason for or against its clause; without words, all of it.

    :raises NotOnAClause: the comment is not shown, or on the whole draft.
    :raises NotItsWords: the passage is not in it. :raises ReasonTooLong: of the passage.
    :raises EnoughReasons: on this side. :raises ChosenBefore: from this comment.
    """
    lock(session, norm)
    require(actor, Permission.MODERATE, norm.matter(now))
    if comment.norm_id != norm.id:
        raise NotFound
    if comment.visibility is not Visibility.SHOWN or comment.provision_id is None:
        raise NotOnAClause
    words = squeezed(words) or squeezed(comment.body)
    if not occurs(words, comment.body):
        raise NotItsWords(field="words")
    if len(words) > LONGEST:
        raise ReasonTooLong(limit=LONGEST, field="words")
    if len(reasons(session, comment.provision_id)[bearing]) >= MOST:
        raise EnoughReasons(limit=MOST)
    chosen = Reason(provision_id=comment.provision_id, comment_id=comment.id, bearing=bearing, words=words)
    with once(session, ChosenBefore):
        session.add(chosen)
    _record(session, actor, "reason-chosen", norm, comment, bearing, now)
    return chosen


def drop(session: Session, actor: Actor, norm: Norm, chosen: Reason, *, now: dt.datetime) -> None:
    """Take a reason off the list; the comment stays."""
    lock(session, norm)
    require(actor, Permission.MODERATE, norm.matter(now))
    if chosen.comment.norm_id != norm.id:
        raise NotFound
    _record(session, actor, "reason-dropped", norm, chosen.comment, chosen.bearing, now)
    session.delete(chosen)
    session.flush()


def _record(
    session: Session,
    actor: Actor,
    act: str,
    norm: Norm,
    comment: Comment,
    bearing: Bearing,
    now: dt.datetime,
) -> None:
    subject, details = f"comment:c{comment.number}", {"bearing": bearing.value}
    audit.record(session, actor, act, subject, norm=norm.slug, now=now, details=details)
