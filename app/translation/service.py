"""Writing, verifying and correcting translations. The authentic texts of an opened draft never change."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation import locking
from app.foundation.errors import N_, BadInput, Conflict, NotFound, RuleBroken
from app.foundation.locking import Hold
from app.foundation.text import TextField
from app.foundation.versions import replaces
from app.norms.locking import lock
from app.norms.models import Clause, ClauseText, ClauseTextVersion, Norm, TextStatus
from app.norms.seen import Seen, WordingChanged, check_seen
from app.norms.service import check_languages
from app.norms.stages import is_settled
from app.norms.wording import WORDING, put_text
from app.translation.models import Corrigendum

LONGEST_REASON = 2_000  #: characters
WRITTEN = frozenset({TextStatus.DRAFT, TextStatus.MACHINE})  #: what one person can make of a text


class AuthenticStays(RuleBroken):
    code = "authentic-stays"
    message = N_("This language is authentic in this norm: its text changes only with the draft.")


class StatusUnclear(BadInput):
    code = "status-unclear"
    message = N_(
        "A translation is written as a draft or produced by a machine; another person then verifies it."
    )


class TextAsBefore(Conflict):
    code = "text-as-before"
    message = N_("The translation already has exactly this text.")


class OnlyByCorrigendum(RuleBroken):
    code = "only-by-corrigendum"
    message = N_(
        "The text has been put to adoption: from the consensus call on, it can be changed only by "
        "a corrigendum."
    )


class NotSettled(RuleBroken):
    code = "not-settled"
    message = N_("Before the consensus call, translations can be improved without a corrigendum.")


class CorrigendumReason(BadInput):
    code = "corrigendum-reason"
    message = N_(
        "State the correction and its reason, in at most %(limit)s characters; it is listed with the text."
    )


REASON = TextField("reason", LONGEST_REASON, CorrigendumReason, missing=CorrigendumReason)


class SecondTranslatorNeeded(RuleBroken):
    code = "second-person"
    message = N_("You wrote this translation: another person must verify it.")


class TranslationChanged(Conflict):
    code = "translation-changed"
    message = N_("The translation has been rewritten since you read it. Read it again before you verify it.")


def write_translation(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    *,
    language: str,
    text: str,
    status: TextStatus,
    seen: Seen,
    version: str,
    now: dt.datetime,
) -> ClauseText:
    """Write or improve a clause in a language that is not authentic; it renders the wording ``seen``.

    ``version``: of the translation, that was seen; empty where there was none.

    :raises WordingChanged: what it renders is another wording by now.
    :raises ChangedMeanwhile: the translation is another by now.
    :raises AuthenticStays: the language is authentic for this norm.
    :raises StatusUnclear: neither a draft nor made by a machine.
    :raises OnlyByCorrigendum: the words are put to adoption and there are such in this language.
    :raises TextAsBefore: neither words nor status nor the wording it renders would change.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.TRANSLATE, norm.matter(now))
    present = _present(session, norm, clause, language)
    if status not in WRITTEN:
        raise StatusUnclear(field="status")
    if present is not None and is_settled(norm.stage, norm.suspended_from):
        raise OnlyByCorrigendum
    before = (present.text, present.status, present.source_digest) if present else None
    if before == (WORDING.clean(text), status, clause.text_digest):
        raise TextAsBefore(field="text")
    _check_versions(clause, present, language, text, status, seen, version)
    details = _put(session, actor, norm, clause, present, language, text, status, now)
    code = clause.provision.code
    audit.record(session, actor, "translation-written", code, norm=norm.slug, now=now, details=details)
    return next(one for one in clause.texts if one.language == language)


def verify_translation(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    *,
    language: str,
    seen: bytes,
    now: dt.datetime,
) -> ClauseText:
    """A person who has not written it says that a translation renders the present wording. Twice is once.

    ``seen``: the digest of the words that were read.

    :raises SecondPerson: the actor has written it. :raises TranslationChanged: its words are others by now.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.TRANSLATE, norm.matter(now))
    present = _present(session, norm, clause, language)
    if present is None:
        raise NotFound
    if present.digest != seen:
        raise TranslationChanged
    if present.written_by is not None and present.written_by == actor.user_id:
        raise SecondTranslatorNeeded
    if (present.status, present.source_digest) == (TextStatus.VERIFIED, clause.text_digest):
        return present
    present.status, present.source_digest = TextStatus.VERIFIED, clause.text_digest
    session.flush()
    details = {"draft": clause.draft.number, "language": language, "words": present.digest.hex()}
    code = clause.provision.code
    audit.record(session, actor, "translation-verified", code, norm=norm.slug, now=now, details=details)
    return present


def correct(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    *,
    language: str,
    text: str,
    reason: str,
    reason_language: str,
    seen: Seen,
    version: str,
    now: dt.datetime,
) -> Corrigendum:
    """Correct a translation once the words are put to adoption; both texts and the reason stay listed.

    The corrected text is a draft until another person verifies it. ``seen``, ``version``: as for one written.

    :raises WordingChanged, ChangedMeanwhile: they are others by now.
    :raises NotSettled: before the consensus call. :raises CorrigendumReason: without a reason.
    :raises TextAsBefore: the words would stay.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.TRANSLATE, norm.matter(now))
    present = _present(session, norm, clause, language)
    if present is None:
        raise NotFound
    if not is_settled(norm.stage, norm.suspended_from):
        raise NotSettled
    check_languages([reason_language])
    reason = REASON.clean(reason)
    before = present.text
    if WORDING.clean(text) == before:
        raise TextAsBefore(field="text")
    _check_versions(clause, present, language, text, TextStatus.DRAFT, seen, version)
    details = _put(session, actor, norm, clause, present, language, text, TextStatus.DRAFT, now)
    last = session.scalar(sa.select(sa.func.max(Corrigendum.number)).where(Corrigendum.norm_id == norm.id))
    made = Corrigendum(
        norm_id=norm.id,
        number=(last or 0) + 1,
        clause_id=clause.id,
        language=language,
        before=before,
        after=present.text,
        reason=reason,
        reason_language=reason_language,
        made_by=actor.user_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    details |= {"number": made.number, "reason": reason}
    code = clause.provision.code
    audit.record(session, actor, "corrigendum-made", code, norm=norm.slug, now=now, details=details)
    return made


def _present(session: Session, norm: Norm, clause: Clause, language: str) -> ClauseText | None:
    """The translation as it is now, for nobody else to change until the transaction ends.

    :raises AuthenticStays: the language is authentic for this norm.
    :raises WordingChanged: the clause is of an earlier draft.
    """
    check_languages([language])
    if language in norm.authentic_languages:
        raise AuthenticStays(field="language")
    if clause.draft_id != norm.current_draft_id:
        raise WordingChanged
    session.refresh(clause, ["texts", "text_digest"])
    found = next((one for one in clause.texts if one.language == language), None)
    if found is not None:
        locking.lock(session, found)
    return found


def _check_versions(
    clause: Clause,
    present: ClauseText | None,
    language: str,
    text: str,
    status: TextStatus,
    seen: Seen,
    version: str,
) -> None:
    check_seen(Seen(clause.text_digest), seen)
    wanted = {"text": WORDING.clean(text), "status": status, "language": language}
    replaces(present.fields if present else {}, wanted, version=version)


def _put(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    present: ClauseText | None,
    language: str,
    text: str,
    status: TextStatus,
    now: dt.datetime,
) -> dict[str, object]:
    """Write the words and keep those before; what the record tells of it."""
    before = None
    if present is not None:
        before = present.digest
        kept = ClauseTextVersion(
            clause_id=clause.id,
            language=language,
            version=present.version,
            text=present.text,
            digest=before,
            status=present.status,
            replaced_by=actor.user_id,
            replaced_at=now,
        )
    written = put_text(clause, language, text, status)
    if written.digest != before:
        written.written_by, written.provenance = actor.user_id, None
    if before is not None and written.digest != before:
        written.version += 1
        if clause.draft.opened_at is not None:  # nobody can have read a draft in preparation as such
            session.add(kept)
    if language not in norm.languages:
        norm.languages = [*norm.languages, language]
    session.flush()
    return {
        "draft": clause.draft.number,
        "clause": clause.label,
        "language": language,
        "status": status.value,
        "words": written.digest.hex(),
        "instead_of": before.hex() if before is not None and before != written.digest else None,
    }
