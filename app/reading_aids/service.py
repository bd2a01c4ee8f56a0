"""Writing terms, notes in plain words, and questions; answering a question."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Comment, Visibility
from app.foundation import locking
from app.foundation.errors import N_, BadInput, Conflict, NotFound
from app.foundation.locking import Hold
from app.foundation.versions import ChangedMeanwhile
from app.norms.locking import lock
from app.norms.models import Clause, Norm
from app.norms.service import check_languages
from app.reading_aids.models import AidKind, AidWording, QuestionAnswer, ReadingAid
from app.reading_aids.queries import explained
from app.reading_aids.wording import AidWords, clean


class TermTaken(Conflict):
    code = "term-taken"
    message = N_("The glossary already contains this term in this language.")


class QuestionHasAnswers(Conflict):
    code = "question-has-answers"
    message = N_("Comments already answer this question, so it cannot be changed. Add another question.")


class NoSuchQuestion(BadInput):
    code = "no-such-question"
    message = N_("This question is not on the list for this norm.")


def add(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    kind: AidKind,
    clause: Clause | None,
    words: AidWords,
    version: int = 0,
    now: dt.datetime,
) -> ReadingAid:
    """Write a term (``clause`` None), a clause's note, or a question put to those who comment on it.

    A clause has one note: where there is one by now, ``version`` of it was seen.

    :raises TermTaken: the glossary has it. :raises ChangedMeanwhile: the clause has another note.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.EXPLAIN, norm.matter(now))
    if (clause is None) != (kind is AidKind.TERM):
        raise NotFound
    provision_id = clause.provision_id if clause else None
    if kind is AidKind.NOTE and clause:
        note = explained(session, norm.id, clause.provision_id).note
        if note is not None:
            word(session, actor, norm, note, clause=clause, words=words, version=version, now=now)
            return note
    aid = ReadingAid(norm_id=norm.id, provision_id=provision_id, kind=kind)
    session.add(aid)
    session.flush()
    _put(session, norm, aid, clause, words, version=0, now=now)
    _record(session, actor, "aid-worded", norm, aid, now, {"language": words.language, "version": 1})
    return aid


def word(
    session: Session,
    actor: Actor,
    norm: Norm,
    aid: ReadingAid,
    *,
    clause: Clause | None,
    words: AidWords,
    version: int,
    now: dt.datetime,
) -> None:
    """Write what an aid says in one language, in place of the ``version`` that was seen; 0: there was none.

    The same words sent twice change nothing.

    :raises ChangedMeanwhile: they are another version by now. :raises TermTaken: another term has the word.
    :raises QuestionHasAnswers: comments answer what it asks in this language or another.
    """
    lock(session, norm)
    require(actor, Permission.EXPLAIN, norm.matter(now))
    _alone(session, norm, aid)
    new = _put(session, norm, aid, clause, words, version=version, now=now)
    if new:
        said = {"language": words.language, "version": new}
        _record(session, actor, "aid-worded", norm, aid, now, said)


def remove(session: Session, actor: Actor, norm: Norm, aid: ReadingAid, *, now: dt.datetime) -> None:
    """Take an aid away in all its languages; what it said is kept.

    :raises QuestionHasAnswers: comments answer it.
    """
    lock(session, norm)
    require(actor, Permission.EXPLAIN, norm.matter(now))
    _alone(session, norm, aid)
    if _is_answered(session, aid):
        raise QuestionHasAnswers
    aid.removed_at = now
    session.flush()
    _record(session, actor, "aid-removed", norm, aid, now, {})


def answer(
    session: Session, actor: Actor, norm: Norm, comment: Comment, question_id: int, *, now: dt.datetime
) -> None:
    """Put a comment that was just made under the question it answers; once.

    :raises NoSuchQuestion: the comment's provision is not asked it.
    """
    lock(session, norm)
    require(actor, Permission.COMMENT, norm.matter(now, stakeholder_id=comment.stakeholder_id))
    question = session.get(ReadingAid, question_id)
    if question is not None:
        locking.lock(session, question, Hold.BESIDE)
    if (
        question is None
        or question.removed_at is not None
        or question.kind is not AidKind.QUESTION
        or question.provision_id != comment.provision_id
        or comment.parent_id is not None
    ):
        raise NoSuchQuestion(field="question")
    if session.get(QuestionAnswer, comment.id) is not None:
        return
    session.add(QuestionAnswer(comment_id=comment.id, question_id=question.id))
    session.flush()
    subject = f"comment:c{comment.number}"
    said = {"question": question.id, "stakeholder": comment.stakeholder_id}
    audit.record(session, actor, "question-answered", subject, norm=norm.slug, now=now, details=said)


def _put(
    session: Session,
    norm: Norm,
    aid: ReadingAid,
    clause: Clause | None,
    words: AidWords,
    *,
    version: int,
    now: dt.datetime,
) -> int:
    """The version the words are now; 0 where they were the same before."""
    check_languages([words.language])
    words = clean(aid.kind, words)
    present = aid.in_language(words.language)
    digest = clause.text_digest if clause and aid.kind is AidKind.NOTE else None
    kept = {"title": words.title, "forms": words.forms, "text": words.text, "text_digest": digest}
    if present and all(getattr(present, name) == value for name, value in kept.items()):
        return 0
    current = present.version if present else 0
    if current != version:
        mine = {name: getattr(words, name) for name in ("title", "text", "forms", "language")}
        raise ChangedMeanwhile(present.fields if present else {}, mine, current)
    if present and _is_answered(session, aid):
        raise QuestionHasAnswers
    if aid.kind is AidKind.TERM and _is_taken(session, norm, aid, words):
        raise TermTaken(field="title")
    if present:
        present.superseded_at = now
    session.add(
        AidWording(aid_id=aid.id, language=words.language, version=current + 1, written_at=now, **kept)
    )
    session.flush()
    session.refresh(aid, ["wordings"])
    return current + 1


def _is_taken(session: Session, norm: Norm, aid: ReadingAid, words: AidWords) -> bool:
    titles = session.execute(
        sa.select(AidWording.aid_id, AidWording.title)
        .join(ReadingAid, ReadingAid.id == AidWording.aid_id)
        .where(
            ReadingAid.norm_id == norm.id,
            ReadingAid.kind == AidKind.TERM,
            ReadingAid.removed_at.is_(None),
            AidWording.language == words.language,
            AidWording.superseded_at.is_(None),
        )
    )
    return any(title.casefold() == words.title.casefold() and of != aid.id for of, title in titles)


def _is_answered(session: Session, aid: ReadingAid) -> bool:
    """Whether there is a comment that answers it, or will once a moderator has looked."""
    answers = sa.select(QuestionAnswer.comment_id).join(Comment, Comment.id == QuestionAnswer.comment_id)
    waits = Comment.visibility.in_((Visibility.SHOWN, Visibility.HELD))
    return session.scalar(answers.where(QuestionAnswer.question_id == aid.id, waits).limit(1)) is not None


def _alone(session: Session, norm: Norm, aid: ReadingAid) -> None:
    """Read an aid again, for nobody else to change until the transaction ends.

    :raises NotFound: it is another norm's, or removed.
    """
    locking.lock(session, aid)
    session.refresh(aid, ["wordings"])
    if aid.norm_id != norm.id or aid.removed_at is not None:
        raise NotFound


def _record(
    session: Session,
    actor: Actor,
    act: str,
    norm: Norm,
    aid: ReadingAid,
    now: dt.datetime,
    details: Mapping[str, Any],
) -> None:
    said = {"kind": aid.kind.value, **details}
    audit.record(session, actor, act, f"aid:{aid.id}", norm=norm.slug, now=now, details=said)
