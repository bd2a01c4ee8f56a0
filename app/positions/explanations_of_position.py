"""Explanations of position: what stakeholders put on record with the text that is adopted."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.queries import draft_seen
from app.norms.seen import Seen, check_seen
from app.norms.service import check_languages
from app.positions.models import Explanation
from app.positions.service import LONGEST_REASON, StatedAtOnce, TooLong


class ExplanationEmpty(BadInput):
    code = "explanation-empty"
    message = N_("Enter the explanation.")


EXPLANATION = TextField("text", LONGEST_REASON, TooLong, ExplanationEmpty)


class ExplainedBefore(Conflict):
    code = "explained-before"
    message = N_("A different explanation by this stakeholder has already been recorded.")


def explain(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    stakeholder_id: int,
    text: str,
    language: str,
    seen: Seen,
    now: dt.datetime,
) -> Explanation:
    """Put an explanation of position on record; from the consensus call until the publication, once a draft.

    The same words sent twice are one explanation. ``seen``: the draft that was read.

    :raises WordingChanged: it is another by now.

    :raises NotTaken: at another stage. :raises ExplanationEmpty: without words.
    :raises ExplainedBefore: the stakeholder has explained itself in other words.
    """
    lock(session, norm)
    require(actor, Permission.EXPLAIN_POSITION, norm.matter(now, stakeholder_id=stakeholder_id))
    check_seen(draft_seen(session, norm.current_draft_id), seen)
    check_languages([language])
    text = EXPLANATION.clean(text)
    present = session.scalars(
        sa.select(Explanation).where(
            Explanation.draft_id == norm.current_draft_id, Explanation.stakeholder_id == stakeholder_id
        )
    ).one_or_none()
    if present is not None and present.text == text:
        return present
    if present is not None:
        raise ExplainedBefore(field="text")
    said = Explanation(
        draft_id=norm.current_draft_id,
        stakeholder_id=stakeholder_id,
        text=text,
        language=language,
        stated_at=now,
    )
    with once(session, StatedAtOnce):
        session.add(said)
    details = {"stakeholder": stakeholder_id}
    subject = f"explanation:{said.id}"
    audit.record(session, actor, "position-explained", subject, norm=norm.slug, now=now, details=details)
    return said


def explanations(session: Session, draft_id: int | None) -> Sequence[Explanation]:
    """Every explanation on a draft, oldest first; one statement."""
    query = sa.select(Explanation).where(Explanation.draft_id == draft_id).order_by(Explanation.id)
    return session.scalars(query.options(joinedload(Explanation.stakeholder))).all()
