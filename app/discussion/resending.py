"""A form that is sent a second time: the same words are one comment, others are not lost."""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.discussion.models import ChangeOperation, Comment, CommentKind, CommentVersion
from app.foundation.errors import N_, BadInput, Conflict
from app.norms.models import Clause

LONGEST_KEY = 64
KEY = re.compile(rf"[ -~]{{1,{LONGEST_KEY}}}")  #: of a form, or one that a program makes up


class AlreadySent(Conflict):
    code = "already-sent"
    message = N_(
        "This form has already been submitted, as comment %(comment)s. To submit a second comment "
        "with this text, submit it again."
    )


class ProposedWording(NamedTuple):
    """Exact wording that is proposed, against the text in a language; None deletes it."""

    operation: ChangeOperation
    language: str
    wording: str | None


@dataclass(frozen=True)
class Saying:
    """All that a person says with a form."""

    norm_id: int
    clause_id: int | None
    parent_id: int | None
    stakeholder_id: int
    kind: CommentKind
    body: str
    language: str
    read_language: str
    quote: str = ""
    change: ProposedWording | None = None


def sent_before(session: Session, actor: Actor, form_key: str | None) -> Comment | None:
    """The comment that came of this form already, if one did."""
    if form_key is None:
        return None
    if KEY.fullmatch(form_key) is None:
        raise BadInput(field="form_key")
    return session.scalars(
        sa.select(Comment).where(Comment.author_id == actor.user_id, Comment.form_key == form_key)
    ).one_or_none()


def clause_then(before: Comment, clause: Clause | None) -> Clause | None:
    """The clause of a form that is sent again: as it was then, though its provision has another by now."""
    is_same = clause is not None and clause.provision_id == before.provision_id
    return before.clause if is_same else clause


def check_same(session: Session, before: Comment, saying: Saying) -> None:
    """:raises AlreadySent: the form came with something else before."""
    if _first_said(session, before) != saying:
        raise AlreadySent(comment=f"c{before.number}")


def _first_said(session: Session, said: Comment) -> Saying:
    """A comment as it was before any edit."""
    change = said.change
    present = Saying(
        said.norm_id,
        said.clause_id,
        said.parent_id,
        said.stakeholder_id,
        said.kind,
        said.body,
        said.language,
        said.read_language,
        said.quote,
        ProposedWording(change.operation, change.language, change.wording) if change else None,
    )
    first = session.get(CommentVersion, (said.id, 1))
    if first is None:
        return present
    return replace(
        present,
        body=first.body,
        language=first.language,
        quote=first.quote,
        change=present.change and present.change._replace(wording=first.wording),
    )
