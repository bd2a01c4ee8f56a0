"""Commenting, proposing wording, and taking a comment back."""

import datetime as dt
from dataclasses import fields

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.answering import root_of
from app.discussion.models import ChangeOperation, Comment, ProposedChange, Visibility
from app.discussion.proposed import changed_wording, proposed_words
from app.discussion.quotes import occurs, squeezed
from app.discussion.resending import ProposedWording, Saying, check_same, clause_then, sent_before
from app.discussion.submissions import Submission
from app.foundation import locking
from app.foundation.errors import N_, BadInput, Conflict
from app.foundation.locking import Hold
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Clause, Norm, RulesOfProcedure
from app.norms.queries import draft_seen
from app.norms.rules import Rules, Screening
from app.norms.seen import Seen, SeenUnclear, WordingChanged, seen_in
from app.norms.service import check_languages

LONGEST_COMMENT = 50_000  #: characters


class CommentEmpty(BadInput):
    code = "comment-empty"
    message = N_("Enter your text first.")


class CommentTooLong(BadInput):
    code = "comment-too-long"
    message = N_("A comment may have %(limit)s characters; this one has %(length)s. Send it in parts.")


BODY = TextField("body", LONGEST_COMMENT, CommentTooLong, CommentEmpty)


class QuoteElsewhere(BadInput):
    code = "quote-elsewhere"
    message = N_(
        "This text does not appear in the clause as you read it. Copy it exactly, or leave the field blank."
    )


class CommentOnEarlierDraft(Conflict):
    code = "comment-on-earlier-draft"
    message = N_("There is a newer draft. Read its wording before you comment.")


class EditedSince(Conflict):
    code = "comment-edited-since"
    message = N_(
        "%(comment)s was edited after you opened it. Read the current text, then submit your decision again."
    )


class NotRead(BadInput):
    code = "not-a-language-of-the-text"
    message = N_("The text does not exist in the language in which you state that you read it.")


def comment(
    session: Session,
    actor: Actor,
    norm: Norm,
    given: Submission,
    *,
    clause: Clause | None,
    parent: Comment | None = None,
    now: dt.datetime,
) -> Comment:
    """Say something on a clause, on the whole draft (``clause`` None), or in answer to ``parent``.

    It is shown at once or held for a moderator, as the rules say. The same form sent twice is one comment,
    whatever has become of the round and of the words since.

    :raises NotAllowed: the round is closed, or the actor does not speak for the stakeholder.
    :raises NotTheDraft: the clause is of an earlier draft.
    :raises AlreadySent: something else came with the same ``form_key`` before.
    :raises AnswersElsewhere: ``parent`` is about another provision than ``clause``.
    :raises WordingChanged: the words are not those that were read. :raises EditedSince: those of ``parent``.
    """
    before = _before(session, actor, norm, given, now)
    answered, parent = parent, root_of(norm, clause, parent, is_again=before is not None)
    clause = parent.clause if parent else clause
    if before is not None:
        clause = clause_then(before, clause)
    elif answered is not None:
        check_seen(session, answered, _version(given.seen))
    else:
        check_words(session, norm, clause, given.read_language, given.seen)
    saying = Saying(
        norm.id,
        clause.id if clause else None,
        parent.id if parent else None,
        given.stakeholder_id,
        given.kind,
        BODY.clean(given.body),
        given.language,
        given.read_language,
        squeezed(given.quote),
    )
    if before is not None:
        check_same(session, before, saying)
        return before
    return _say(session, actor, norm, clause, parent, saying, given.form_key, now)


def propose(
    session: Session,
    actor: Actor,
    norm: Norm,
    given: Submission,
    *,
    clause: Clause,
    operation: ChangeOperation,
    wording: str,
    now: dt.datetime,
) -> Comment:
    """Propose exact wording against the text that was read; the body of what is ``given`` says why.

    :raises WordingChanged: the words are not those that were ``seen``.
    :raises SameWording: nothing would change.
    :raises WordingMissing: a replacement or insertion without words.
    """
    before = _before(session, actor, norm, given, now)
    if before is None:
        check_words(session, norm, clause, given.read_language, given.seen)
        new = changed_wording(clause, operation, wording, given.read_language)
    else:
        clause, new = clause_then(before, clause) or clause, proposed_words(operation, wording)
    saying = Saying(
        norm.id,
        clause.id,
        None,
        given.stakeholder_id,
        given.kind,
        BODY.clean(given.body),
        given.language,
        given.read_language,
        change=ProposedWording(operation, given.read_language, new),
    )
    if before is not None:
        check_same(session, before, saying)
        return before
    return _say(session, actor, norm, clause, None, saying, given.form_key, now)


def _before(
    session: Session, actor: Actor, norm: Norm, given: Submission, now: dt.datetime
) -> Comment | None:
    """What came of the form already; else the norm is held, and the actor may comment on it."""
    before = sent_before(session, actor, given.form_key)
    if before is not None:
        return before
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.COMMENT, norm.matter(now, stakeholder_id=given.stakeholder_id))
    return sent_before(session, actor, given.form_key)  # in this very moment


def _version(seen: Seen | int) -> int:
    """:raises SeenUnclear: it is no version of a comment."""
    if not isinstance(seen, int):
        raise SeenUnclear(field="seen")
    return seen


def check_words(session: Session, norm: Norm, clause: Clause | None, language: str, seen: Seen | int) -> None:
    """That the words of the clause, or of the whole draft, are those that were read.

    :raises NotTheDraft: the clause is of an earlier draft. :raises WordingChanged: they are others by now.
    """
    check_languages([language])
    if isinstance(seen, int):
        raise SeenUnclear(field="seen")
    if clause is not None and clause.draft_id != norm.current_draft_id:
        raise CommentOnEarlierDraft
    present = seen_in(clause, language) if clause else draft_seen(session, norm.current_draft_id)
    if seen != present:
        raise WordingChanged


def _say(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause | None,
    parent: Comment | None,
    saying: Saying,
    form_key: str | None,
    now: dt.datetime,
) -> Comment:
    check_languages([saying.language])
    _check_read(norm, clause, saying.read_language)
    read = seen_in(clause, saying.read_language) if clause else None
    clean_quote(saying.quote, clause, saying.read_language)
    said = Comment(
        **{one.name: getattr(saying, one.name) for one in fields(saying) if one.name != "change"},
        number=_last_number(session, norm) + 1,
        draft_id=parent.draft_id if parent else norm.current_draft_id,
        provision_id=clause.provision_id if clause else None,
        author_id=actor.user_id,
        translation_digest=read.translation if read and not parent else None,
        visibility=Visibility.HELD if screening(session, norm) is Screening.HELD else Visibility.SHOWN,
        form_key=form_key,
        created_at=now,
    )
    if saying.change is not None:
        said.change = ProposedChange(**saying.change._asdict())
    session.add(said)
    session.flush()
    details = {
        "kind": said.kind.value,
        "stakeholder": said.stakeholder_id,
        "visibility": said.visibility.value,
    }
    if said.visibility is not Visibility.SHOWN:
        details = audit.withheld(details)
    audit.record(
        session, actor, "comment-made", f"comment:c{said.number}", norm=norm.slug, now=now, details=details
    )
    return said


def withdraw(session: Session, actor: Actor, norm: Norm, said: Comment, *, now: dt.datetime) -> None:
    """Take back a comment of the stakeholder one speaks for; its place stays, marked as withdrawn."""
    lock(session, norm)
    require(actor, Permission.COMMENT, norm.matter(now, stakeholder_id=said.stakeholder_id))
    check_seen(session, said, None)
    if said.visibility not in (Visibility.SHOWN, Visibility.HELD):
        raise Conflict
    said.visibility = Visibility.WITHDRAWN
    session.flush()
    subject, details = f"comment:c{said.number}", {"stakeholder": said.stakeholder_id}
    audit.record(session, actor, "comment-withdrawn", subject, norm=norm.slug, now=now, details=details)


def check_seen(session: Session, said: Comment, seen: int | None) -> None:
    """That a comment has, and keeps until the transaction ends, the words of the page; None: there was none.

    :raises EditedSince: it has others by now.
    """
    locking.lock(session, said)
    check_version(said, seen)


def check_version(said: Comment, seen: int | None) -> None:
    """The same of a comment that is held already."""
    if seen not in (None, said.version):
        raise EditedSince(comment=f"c{said.number}")


def screening(session: Session, norm: Norm) -> Screening:
    """Whether the norm's rules hold comments back until a moderator has looked."""
    content = session.scalar(sa.select(RulesOfProcedure.content).where(RulesOfProcedure.norm_id == norm.id))
    return Rules.read(content or {}).screening


def clean_quote(quote: str, clause: Clause | None, language: str) -> str:
    """:raises QuoteElsewhere: the words do not stand in the clause's text in this language."""
    quote = squeezed(quote)
    texts = clause.texts if clause else ()
    if quote and not any(one.language == language and occurs(quote, one.text) for one in texts):
        raise QuoteElsewhere(field="quote")
    return quote


def _check_read(norm: Norm, clause: Clause | None, language: str) -> None:
    """:raises NotRead: neither the norm nor the clause has words in the language."""
    if language not in {*norm.languages, *(text.language for text in (clause.texts if clause else ()))}:
        raise NotRead(field="read_language")


def _last_number(session: Session, norm: Norm) -> int:
    return session.scalar(sa.select(sa.func.max(Comment.number)).where(Comment.norm_id == norm.id)) or 0
