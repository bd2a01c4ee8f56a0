"""Answers that are given again and again, kept for a norm's editors and moderators."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Decision
from app.discussion.moderation import REASON
from app.foundation import locking
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict, NotFound
from app.foundation.text import TextField
from app.foundation.versions import Fields, replaces
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.service import check_languages
from app.triage.grouping import LONGEST_TITLE, TitleTooLong
from app.triage.models import AnswerTemplate
from app.triage.service import EachItsOwn


class TemplateTitleMissing(BadInput):
    code = "template-title-missing"
    message = N_("Enter a title for the template.")


TITLE = TextField("title", LONGEST_TITLE, TitleTooLong, TemplateTitleMissing, in_one_line=True)


class TitleTaken(Conflict):
    code = "template-title-taken"
    message = N_("A template with this title in this language already exists.")


def add(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    title: str,
    language: str,
    decision: Decision,
    reason: str,
    now: dt.datetime,
) -> AnswerTemplate:
    """Keep an answer for use again.

    :raises TitleTaken: another one in this language has the title.
    """
    lock(session, norm)
    require(actor, Permission.DISPOSE, norm.matter(now))
    kept = AnswerTemplate(norm_id=norm.id)
    session.add(kept)
    _fill(session, kept, _fields(title=title, language=language, decision=decision, reason=reason))
    _record(session, actor, "answer-template-added", norm, kept, now)
    return kept


def edit(
    session: Session,
    actor: Actor,
    norm: Norm,
    kept: AnswerTemplate,
    *,
    title: str,
    language: str,
    decision: Decision,
    reason: str,
    version: str,
    now: dt.datetime,
) -> None:
    """Change an answer that is kept; answers given with it stay as they are. ``version``: the one seen.

    :raises TitleTaken: another one in this language has the title.
    :raises ChangedMeanwhile: it is another one by now.
    """
    lock(session, norm)
    require(actor, Permission.DISPOSE, norm.matter(now))
    _check_here(norm, kept)
    locking.lock(session, kept)
    wanted = _fields(title=title, language=language, decision=decision, reason=reason)
    if not replaces(kept.fields, wanted, version=version):
        return
    _fill(session, kept, wanted)
    _record(session, actor, "answer-template-edited", norm, kept, now)


def remove(session: Session, actor: Actor, norm: Norm, kept: AnswerTemplate, *, now: dt.datetime) -> None:
    """Keep an answer no longer; answers given with it stay as they are."""
    lock(session, norm)
    require(actor, Permission.DISPOSE, norm.matter(now))
    _check_here(norm, kept)
    _record(session, actor, "answer-template-removed", norm, kept, now)
    session.delete(kept)
    session.flush()


def templates(session: Session, norm_id: int) -> Sequence[AnswerTemplate]:
    """The answers kept for a norm, by language and title; one statement."""
    return session.scalars(
        sa.select(AnswerTemplate)
        .where(AnswerTemplate.norm_id == norm_id)
        .order_by(AnswerTemplate.language, AnswerTemplate.title)
    ).all()


def template(session: Session, norm_id: int, number: int) -> AnswerTemplate | None:
    return session.scalars(
        sa.select(AnswerTemplate).where(AnswerTemplate.norm_id == norm_id, AnswerTemplate.id == number)
    ).one_or_none()


def _fields(*, title: str, language: str, decision: Decision, reason: str) -> Fields:
    """What is to be kept, clean."""
    title = TITLE.clean(title)
    if decision is Decision.DUPLICATE:
        raise EachItsOwn(field="decision")
    reason = REASON.clean(reason)
    check_languages([language])
    return {"title": title, "decision": decision, "reason": reason, "language": language}


def _fill(session: Session, kept: AnswerTemplate, wanted: Fields) -> None:
    with once(session, TitleTaken(field="title")):
        for name, value in wanted.items():
            setattr(kept, name, value)


def _check_here(norm: Norm, kept: AnswerTemplate) -> None:
    if kept.norm_id != norm.id:
        raise NotFound


def _record(
    session: Session, actor: Actor, act: str, norm: Norm, kept: AnswerTemplate, now: dt.datetime
) -> None:
    details = {"title": kept.title, "language": kept.language, "decision": kept.decision.value}
    audit.record(session, actor, act, f"answer-template:{kept.id}", norm=norm.slug, now=now, details=details)
