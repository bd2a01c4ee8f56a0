"""Reading what explains a norm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.discussion.models import Comment, Visibility
from app.discussion.quotes import occurs
from app.reading_aids.models import AidKind, AidWording, Bearing, QuestionAnswer, ReadingAid, Reason
from app.reading_aids.term_marking import GlossaryTerm


@dataclass(frozen=True)
class Explained:
    """What stands beside a provision: its note, the questions put with the number of comments that answer
    each, and the norm's terms."""

    note: ReadingAid | None = None
    questions: Mapping[ReadingAid, int] = field(default_factory=dict)
    terms: Sequence[ReadingAid] = ()


def explained(session: Session, norm_id: int, provision_id: int) -> Explained:
    """What stands beside one provision; two statements, one where nothing does."""
    answers = (
        sa.select(sa.func.count())
        .where(
            QuestionAnswer.question_id == ReadingAid.id,
            Comment.id == QuestionAnswer.comment_id,
            Comment.visibility == Visibility.SHOWN,
        )
        .correlate(ReadingAid)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(ReadingAid, answers)
        .where(
            ReadingAid.norm_id == norm_id,
            ReadingAid.removed_at.is_(None),
            sa.or_(ReadingAid.provision_id.is_(None), ReadingAid.provision_id == provision_id),
        )
        .options(selectinload(ReadingAid.wordings))
        .order_by(ReadingAid.id)
    ).all()
    return Explained(
        next((aid for aid, _ in rows if aid.kind is AidKind.NOTE), None),
        {aid: number for aid, number in rows if aid.kind is AidKind.QUESTION},
        [aid for aid, _ in rows if aid.kind is AidKind.TERM],
    )


def terms(session: Session, norm_id: int) -> Sequence[ReadingAid]:
    """A norm's glossary, oldest first; two statements."""
    return session.scalars(
        sa.select(ReadingAid)
        .where(
            ReadingAid.norm_id == norm_id, ReadingAid.kind == AidKind.TERM, ReadingAid.removed_at.is_(None)
        )
        .options(selectinload(ReadingAid.wordings))
        .order_by(ReadingAid.id)
    ).all()


def questions(session: Session, provision_id: int) -> Sequence[ReadingAid]:
    """The questions put to those who comment on a provision; two statements."""
    return session.scalars(
        sa.select(ReadingAid)
        .where(
            ReadingAid.provision_id == provision_id,
            ReadingAid.kind == AidKind.QUESTION,
            ReadingAid.removed_at.is_(None),
        )
        .options(selectinload(ReadingAid.wordings))
        .order_by(ReadingAid.id)
    ).all()


def aid(session: Session, norm_id: int, aid_id: int) -> ReadingAid | None:
    """One of the norm's aids."""
    return session.scalars(
        sa.select(ReadingAid)
        .where(ReadingAid.id == aid_id, ReadingAid.norm_id == norm_id, ReadingAid.removed_at.is_(None))
        .options(selectinload(ReadingAid.wordings))
    ).one_or_none()


def earlier(session: Session, aids: Sequence[ReadingAid]) -> Mapping[int, Sequence[AidWording]]:
    """Aid's number → the words it had before, the last first; one statement."""
    found: dict[int, list[AidWording]] = {}
    for wording in session.scalars(
        sa.select(AidWording)
        .where(AidWording.aid_id.in_([one.id for one in aids]), AidWording.superseded_at.is_not(None))
        .order_by(AidWording.id.desc())
    ):
        found.setdefault(wording.aid_id, []).append(wording)
    return found


def entries(terms: Sequence[ReadingAid], language: str) -> list[GlossaryTerm]:
    """The terms as they are written in one language, to find them in a text."""
    return [
        GlossaryTerm(term.id, [wording.title, *wording.forms.splitlines()])
        for term in terms
        if (wording := term.in_language(language)) is not None
    ]


def answering(question_id: int) -> sa.ColumnElement[bool]:
    """That a comment answers the question."""
    return Comment.id.in_(
        sa.select(QuestionAnswer.comment_id).where(QuestionAnswer.question_id == question_id)
    )


def reasons(session: Session, provision_id: int) -> Mapping[Bearing, Sequence[Reason]]:
    """The reasons on each side of a provision, in the order in which they were chosen; one statement.

    A reason is shown while everybody can read its comment, and the comment still has its words.
    """
    chosen = session.scalars(
        sa.select(Reason)
        .join(Reason.comment)
        .where(Reason.provision_id == provision_id, Comment.visibility == Visibility.SHOWN)
        .options(joinedload(Reason.comment).joinedload(Comment.stakeholder))
        .order_by(Reason.id)
    ).all()
    standing = [one for one in chosen if occurs(one.words, one.comment.body)]
    return {bearing: [one for one in standing if one.bearing is bearing] for bearing in Bearing}


def chosen_from(session: Session, comment_id: int) -> Sequence[Reason]:
    """The reasons chosen from one comment."""
    return session.scalars(
        sa.select(Reason).where(Reason.comment_id == comment_id).order_by(Reason.bearing)
    ).all()


def reason(session: Session, norm_id: int, reason_id: int) -> Reason | None:
    """One of the norm's reasons, with its comment."""
    return session.scalars(
        sa.select(Reason)
        .join(Reason.comment)
        .where(Reason.id == reason_id, Comment.norm_id == norm_id)
        .options(joinedload(Reason.comment))
    ).one_or_none()
