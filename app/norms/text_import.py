"""Bringing texts into the first draft while the norm is in preparation."""

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation.errors import N_, Conflict
from app.foundation.locking import Hold
from app.norms.locking import lock
from app.norms.models import Clause, Draft, Norm, Provision, TextStatus
from app.norms.queries import clauses
from app.norms.readers.alignment import AlignedClause, align
from app.norms.readers.reading import ParsedClause, ParsedText
from app.norms.service import check_languages
from app.norms.wording import put_text, refresh_digest


class AlreadyThere(Conflict):
    code = "already-there"
    message = N_("The draft already has exactly these texts; no data were imported.")


def import_texts(
    session: Session,
    actor: Actor,
    norm: Norm,
    readings: Mapping[str, ParsedText],
    *,
    authentic: Sequence[str] = (),
    now: dt.datetime,
) -> Draft:
    """Write the texts into draft 1. What it has in other languages stays and must have the same clauses.

    readings: language → what its file says. ``authentic`` languages become law beside those that are;
    texts in the rest are drafts until another person verifies them. Where every language of the draft comes
    again, its clauses do too.

    :raises NotTaken: the norm is no longer in preparation.
    :raises Misaligned: the languages do not have the same clauses.
    :raises AlreadyThere: nothing would change.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.EDIT_NORM, norm.matter(now))
    languages = check_languages(list(readings))
    draft = session.scalars(sa.select(Draft).where(Draft.norm_id == norm.id, Draft.number == 1)).one()
    present = list(clauses(session, draft.id))
    kept = {text.language for clause in present for text in clause.texts} - set(languages)
    aligned = align(_readings_of(present, kept) | dict(readings))
    law = list(dict.fromkeys([*norm.authentic_languages, *check_languages(authentic)]))
    if law == norm.authentic_languages and _is_same(present, aligned, languages):
        raise AlreadyThere
    norm.authentic_languages = law
    norm.languages = list(dict.fromkeys([*norm.languages, *law, *languages]))
    if not kept:
        present = _replace(session, norm, draft, present, aligned, now)
    translations = [language for language in languages if language not in law]
    for clause, row in zip(present, aligned, strict=True):
        for language in set(languages) & set(law):
            put_text(clause, language, row.texts[language], TextStatus.AUTHENTIC)
        refresh_digest(clause, law)
        for language in translations:
            put_text(clause, language, row.texts[language], TextStatus.DRAFT).written_by = actor.user_id
    norm.titles = norm.titles | {code: reading.title for code, reading in readings.items() if reading.title}
    session.flush()
    audit.record(
        session,
        actor,
        "texts-imported",
        "draft 1",
        norm=norm.slug,
        now=now,
        details={"languages": languages, "clauses": len(present)},
    )
    return draft


def _replace(
    session: Session,
    norm: Norm,
    draft: Draft,
    present: Sequence[Clause],
    aligned: Sequence[AlignedClause],
    now: dt.datetime,
) -> list[Clause]:
    """New provisions for all clauses; nobody can have referred to those of a draft in preparation."""
    for clause in present:
        session.delete(clause)
    session.flush()
    for provision in session.scalars(sa.select(Provision).where(Provision.norm_id == norm.id)):
        session.delete(provision)
    session.flush()
    provisions = [
        Provision(norm_id=norm.id, code=f"p{n}", created_at=now) for n in range(1, len(aligned) + 1)
    ]
    session.add_all(provisions)
    session.flush()
    made = [
        Clause(
            draft_id=draft.id,
            provision_id=provision.id,
            provision=provision,
            place=place,
            depth=row.depth,
            label=row.label,
            kind=row.kind,
            text_digest=bytes(32),
        )
        for place, (provision, row) in enumerate(zip(provisions, aligned, strict=True), 1)
    ]
    session.add_all(made)
    return made


def _readings_of(present: Sequence[Clause], languages: set[str]) -> dict[str, ParsedText]:
    """The draft's own texts as if just read, so that a further language is laid beside them."""
    readings = {}
    for language in sorted(languages):
        rows = [
            ParsedClause(clause.label, clause.kind, clause.depth, text.text)
            for clause in present
            for text in clause.texts
            if text.language == language
        ]
        readings[language] = ParsedText("", tuple(rows))
    return readings


def _is_same(present: Sequence[Clause], aligned: Sequence[AlignedClause], languages: Sequence[str]) -> bool:
    if len(present) != len(aligned):
        return False
    return all(
        {text.language: text.text for text in clause.texts}.get(language) == row.texts[language]
        for clause, row in zip(present, aligned, strict=True)
        for language in languages
    )
