"""Changing the words of a comment that nobody has answered yet; the words before are kept for everybody."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Backing, Comment, CommentVersion, Disposition, Visibility
from app.discussion.proposed import changed_wording
from app.discussion.quotes import squeezed
from app.discussion.service import BODY, clean_quote, screening
from app.foundation import locking
from app.foundation.errors import N_, NotFound, RuleBroken
from app.foundation.locking import Hold
from app.foundation.text import normalise
from app.foundation.versions import ChangedMeanwhile, Fields
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.rules import Screening
from app.norms.service import check_languages


class AnsweredAlready(RuleBroken):
    code = "comment-answered-already"
    message = N_(
        "This comment has been answered, or is no longer visible, so it cannot be edited. Write "
        "another comment instead."
    )


class WordingIsBacked(RuleBroken):
    code = "wording-is-backed"
    message = N_(
        "Others have backed, opposed or answered this wording, so it can no longer be changed. "
        "Withdraw it and propose the new wording separately."
    )


def edit(
    session: Session,
    actor: Actor,
    norm: Norm,
    said: Comment,
    *,
    body: str,
    language: str,
    quote: str | None = None,
    wording: str | None = None,
    version: int,
    now: dt.datetime,
) -> Comment:
    """Put other words in a comment's place. ``version``: of them, that was seen.

    ``wording`` is for a proposed change alone; None leaves it, or the quote, as it is. It is held again where
    the rules hold comments back. The same words sent twice are one edit.

    :raises NotAllowed: the round is closed, or the actor does not speak for the stakeholder.
    :raises AnsweredAlready: it is decided on, hidden or withdrawn.
    :raises ChangedMeanwhile: they are others by now.
    :raises WordingIsBacked: the wording changes, and others have spoken on it.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.COMMENT, norm.matter(now, stakeholder_id=said.stakeholder_id))
    if said.norm_id != norm.id or actor.user_id is None:
        raise NotFound
    check_languages([language])
    locking.lock(session, said)
    if not may_change(session, said):
        raise AnsweredAlready
    present = _words(said)
    new = _Words(BODY.clean(body), language, _quote(said, quote), _wording(said, wording))
    if new == present:
        return said
    if said.version != version:
        raise ChangedMeanwhile(present.fields, new.fields, said.version)
    if new.wording != present.wording and is_spoken_on(session, said):
        raise WordingIsBacked(field="wording")
    session.add(
        CommentVersion(
            comment_id=said.id,
            version=said.version,
            was_shown=said.visibility is Visibility.SHOWN,
            edited_by=actor.user_id,
            edited_at=now,
            **asdict(present),
        )
    )
    _put(session, norm, said, new)
    details = {
        "version": said.version,
        "visibility": said.visibility.value,
        "stakeholder": said.stakeholder_id,
    }
    audit.record(
        session, actor, "comment-edited", f"comment:c{said.number}", norm=norm.slug, now=now, details=details
    )
    return said


@dataclass(frozen=True)
class _Words:
    """What an edit replaces."""

    body: str
    language: str
    quote: str
    wording: str | None

    @property
    def fields(self) -> Fields:
        """As the form has them."""
        return {name: value or "" for name, value in asdict(self).items()}


def _words(said: Comment) -> _Words:
    return _Words(said.body, said.language, said.quote, said.change.wording if said.change else None)


def _quote(said: Comment, quote: str | None) -> str:
    """Its translation may have been improved since: only other words are looked for in the text."""
    if quote is None or squeezed(quote) == said.quote:
        return said.quote
    return clean_quote(quote, said.clause, said.read_language)


def _wording(said: Comment, wording: str | None) -> str | None:
    change, clause = said.change, said.clause
    if change is None or clause is None:
        return None
    if wording is None or normalise(wording) == change.wording:
        return change.wording
    return changed_wording(clause, change.operation, wording, change.language)


def _put(session: Session, norm: Norm, said: Comment, new: _Words) -> None:
    said.body, said.language, said.quote = new.body, new.language, new.quote
    if said.change is not None:
        said.change.wording = new.wording
    said.version += 1
    if screening(session, norm) is Screening.HELD:
        said.visibility = Visibility.HELD
    session.flush()


def may_change(session: Session, said: Comment) -> bool:
    """Whether a comment is there, shown or held, and neither it nor what it replies to has its answer.

    A proposed change that was put to a later draft stays as it was put.
    """
    if said.visibility not in (Visibility.SHOWN, Visibility.HELD):
        return False
    if said.change is not None and said.change.rebased:
        return False
    opens = said.parent_id or said.id
    answered = sa.exists().where(Disposition.comment_id == opens, Disposition.superseded_at.is_(None))
    return not session.scalar(sa.select(answered))


def is_spoken_on(session: Session, said: Comment) -> bool:
    """Whether others back or oppose a comment, or it has a reply."""
    others = sa.exists().where(
        Backing.comment_id == said.id,
        Backing.stakeholder_id != said.stakeholder_id,
        Backing.superseded_at.is_(None),
    )
    replied = sa.exists().where(Comment.parent_id == said.id)
    return bool(session.scalar(sa.select(sa.or_(others, replied))))


def history(session: Session, said: Comment) -> Sequence[CommentVersion]:
    """The words of a comment before each edit, oldest first; those alone that were shown to everybody."""
    return session.scalars(
        sa.select(CommentVersion)
        .where(CommentVersion.comment_id == said.id, CommentVersion.was_shown)
        .order_by(CommentVersion.version)
    ).all()
