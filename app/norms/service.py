"""Making a norm and its first draft; all of it ends when the first consultation opens."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import PLATFORM, Actor
from app.authority.grants import Permission, require
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict
from app.foundation.locking import Hold
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Clause, ClauseKind, Draft, Norm, RiskTier, RulesOfProcedure, TextStatus
from app.norms.rules import Rules
from app.norms.stages import Stage
from app.norms.wording import put_text, refresh_digest

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
LANGUAGE = re.compile(r"(?=.{2,16}\Z)[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


class SlugUnclear(BadInput):
    code = "slug-unclear"
    message = N_("“%(slug)s” cannot be part of an address: use lower-case letters a–z, digits and hyphens.")


class SlugTaken(Conflict):
    code = "slug-taken"
    message = N_("A norm “%(slug)s” already exists.")


class LanguageUnclear(BadInput):
    code = "language-unclear"
    message = N_("“%(language)s” is not a language tag, such as en, fr or pt-BR.")


class TitleMissing(BadInput):
    code = "title-missing"
    message = N_("Enter a title in at least one language.")


TITLE = TextField("title", 1_000, in_one_line=True)
SUMMARY = TextField("summary", 10_000)
LABEL = TextField("label", 40, in_one_line=True)
SUBJECT = TextField("subject", 80, in_one_line=True)


def create(
    session: Session,
    actor: Actor,
    *,
    slug: str,
    titles: Mapping[str, str],
    authentic_languages: Sequence[str],
    languages: Sequence[str] = (),
    summaries: Mapping[str, str] | None = None,
    is_public: bool = True,
    now: dt.datetime,
) -> Norm:
    """A norm in preparation with an empty first draft and the default rules.

    ``languages`` are those it is to exist in beyond the authentic ones.

    :raises SlugTaken: another norm has this address; also where two create it at once.
    """
    require(actor, Permission.CREATE_NORM, PLATFORM)
    if not SLUG.fullmatch(slug):
        raise SlugUnclear(slug=slug[:80], field="slug")
    if session.scalar(sa.select(Norm.id).where(Norm.slug == slug)) is not None:
        raise SlugTaken(slug=slug, field="slug")
    authentic = check_languages(authentic_languages)
    norm = Norm(
        slug=slug,
        titles=clean_texts(titles, TITLE),
        summaries=clean_texts(summaries or {}, SUMMARY),
        languages=list(dict.fromkeys([*authentic, *check_languages(languages)])),
        authentic_languages=authentic,
        stage=Stage.PREPARATION,
        is_public=is_public,
        created_at=now,
    )
    if not norm.titles:
        raise TitleMissing(field="title")
    with once(session, SlugTaken(slug=slug, field="slug")):
        session.add(norm)
    draft = Draft(norm_id=norm.id, number=1, created_at=now)
    session.add_all([draft, RulesOfProcedure(norm_id=norm.id, content=Rules().content())])
    session.flush()
    norm.current_draft = draft
    audit.record(
        session, actor, "norm-created", slug, norm=slug, now=now, details={"languages": norm.languages}
    )
    return norm


def check_languages(tags: Sequence[str]) -> list[str]:
    """The tags, each once, in their order.

    :raises LanguageUnclear: one is not a BCP 47 tag.
    """
    for tag in tags:
        if not LANGUAGE.fullmatch(tag):
            raise LanguageUnclear(language=tag[:40], field="language")
    return list(dict.fromkeys(tags))


def clean_texts(texts: Mapping[str, str], field: TextField) -> dict[str, str]:
    """Language → clean text, without the empty ones."""
    kept = {}
    for language in check_languages(list(texts)):
        text = field.clean(texts[language])
        if text:
            kept[language] = text
    return kept


def set_titles(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    titles: Mapping[str, str],
    summaries: Mapping[str, str],
    now: dt.datetime,
) -> None:
    """:raises NotTaken: the norm is no longer in preparation."""
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.EDIT_NORM, norm.matter(now))
    kept = clean_texts(titles, TITLE)
    if not kept:
        raise TitleMissing(field="title")
    norm.titles, norm.summaries = kept, clean_texts(summaries, SUMMARY)
    audit.record(session, actor, "titles-set", norm.slug, norm=norm.slug, now=now, details={"titles": kept})


def set_readers(session: Session, actor: Actor, norm: Norm, *, is_public: bool, now: dt.datetime) -> None:
    """Let everybody read a norm in preparation, or only who has a seat at it, and administrators.

    :raises NotTaken: the norm has opened; from then on everybody reads it.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.EDIT_RULES, norm.matter(now))
    if norm.is_public is not is_public:
        norm.is_public = is_public
        act = "norm-made-public" if is_public else "norm-closed"
        audit.record(session, actor, act, norm.slug, norm=norm.slug, now=now)


def edit_text(
    session: Session, actor: Actor, norm: Norm, clause: Clause, *, language: str, text: str, now: dt.datetime
) -> None:
    """Give a clause of the draft in preparation another wording in one authentic language.

    Its translations are out of date from then on.

    :raises NotTaken: the norm is no longer in preparation.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.EDIT_NORM, norm.matter(now))
    if language not in norm.authentic_languages:
        raise LanguageUnclear(language=language[:40], field="language")
    put_text(clause, language, text, TextStatus.AUTHENTIC)
    refresh_digest(clause, norm.authentic_languages)
    session.flush()
    audit.record(
        session,
        actor,
        "text-edited",
        clause.provision.code,
        norm=norm.slug,
        now=now,
        details={"language": language, "digest": clause.text_digest.hex()},
    )


def edit_clause(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    *,
    label: str,
    kind: ClauseKind,
    depth: int,
    subject: str = "",
    risk_tier: RiskTier | None = None,
    now: dt.datetime,
) -> None:
    """Say what a clause of the draft in preparation is.

    :raises NotTaken: the norm is no longer in preparation.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.EDIT_NORM, norm.matter(now))
    label, subject = LABEL.clean(label), SUBJECT.clean(subject)
    if not 0 <= depth <= 9:
        raise BadInput(field="depth")
    clause.label, clause.kind, clause.depth = label, kind, depth
    clause.subject, clause.risk_tier = subject, risk_tier
    audit.record(
        session,
        actor,
        "clause-edited",
        clause.provision.code,
        norm=norm.slug,
        now=now,
        details={"label": label, "kind": kind.value, "depth": depth},
    )
