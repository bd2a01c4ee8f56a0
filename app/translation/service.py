"""Writing translations. The authentic texts of an opened draft never change; translations may improve."""

import datetime as dt

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation.errors import N_, BadInput, Conflict, RuleBroken
from app.norms.locking import Hold, lock
from app.norms.models import Clause, ClauseText, Norm, TextStatus
from app.norms.service import check_languages
from app.norms.wording import put_text


class AuthenticStays(RuleBroken):
    code = "authentic-stays"
    message = N_("This language is authentic here: its text changes only with the draft.")


class StatusUnclear(BadInput):
    code = "status-unclear"
    message = N_("A translation is verified, a draft, or made by a machine.")


class TextAsBefore(Conflict):
    code = "text-as-before"
    message = N_("The translation has exactly these words already.")


def write_translation(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    *,
    language: str,
    text: str,
    status: TextStatus,
    now: dt.datetime,
) -> ClauseText:
    """Write or improve a clause in a language that is not authentic; it renders the present wording.

    :raises AuthenticStays: the language is authentic for this norm.
    :raises TextAsBefore: neither words nor status nor the wording it renders would change.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.TRANSLATE, norm.matter(now))
    (language,) = check_languages([language])
    if language in norm.authentic_languages:
        raise AuthenticStays(field="language")
    if status is TextStatus.AUTHENTIC:
        raise StatusUnclear(field="status")
    before = {t.language: (t.text, t.status, t.source_digest) for t in clause.texts}.get(language)
    written = put_text(clause, language, text, status)
    if before == (written.text, written.status, written.source_digest):
        raise TextAsBefore(field="text")
    written.provenance = None
    if language not in norm.languages:
        norm.languages = [*norm.languages, language]
    session.flush()
    audit.record(
        session,
        actor,
        "translation-written",
        clause.provision.code,
        norm=norm.slug,
        now=now,
        details={"draft": clause.draft.number, "language": language, "status": status.value},
    )
    return written
