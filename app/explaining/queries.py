"""Reading what explains a norm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.discussion.models import Comment, Visibility
from app.discussion.quoting import occurs
from app.explaining.marking import Entry
from app.explaining.models import Aid, AidKind, AidWording, Answer, Bearing, Reason


@dataclass(frozen=True)
class Explained:
    """What stands beside a provision: its note, the questions put with the number of comments that answer
    each, and the norm's terms."""

    note: Aid | None = None
    questions: Mapping[Aid, int] = field(default_factory=dict)
    terms: Sequence[Aid] = ()


def explained(session: Session, norm_id: int, provision_id: int) -> Explained:
    """What stands beside one provision; two statements, one where nothing does."""
    answers = (
        sa.select(sa.func.count())
        .where(
            Answer.question_id == Aid.id,
            Comment.id == Answer.comment_id,
            Comment.visibility == Visibility.SHOWN,
        )
        .correlate(Aid)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Aid, answers)
        .where(
            Aid.norm_id == norm_id,
            Aid.removed_at.is_(None),
            sa.or_(Aid.provision_id.is_(None), Aid.provision_id == provision_id),
        )
        .options(selectinload(Aid.wordings))
        .order_by(Aid.id)
    ).all()
    return Explained(
        next((aid for aid, _ in rows if aid.kind is AidKind.NOTE), None),
        {aid: number for aid, number in rows if aid.kind is AidKind.QUESTION},
        [aid for aid, _ in rows if aid.kind is AidKind.TERM],
    )


def terms(session: Session, norm_id: int) -> Sequence[Aid]:
    """A norm's glossary, oldest first; two statements."""
    return session.scalars(
        sa.select(Aid)
        .where(Aid.norm_id == norm_id, Aid.kind == AidKind.TERM, Aid.removed_at.is_(None))
        .options(selectinload(Aid.wordings))
        .order_by(Aid.id)
    ).all()


def questions(session: Session, provision_id: int) -> Sequence[Aid]:
    """The questions put to those who comment on a provision; two statements."""
    return session.scalars(
        sa.select(Aid)
        .where(Aid.provision_id == provision_id, Aid.kind == AidKind.QUESTION, Aid.removed_at.is_(None))
        .options(selectinload(Aid.wordings))
        .order_by(Aid.id)
    ).all()


def aid(session: Session, norm_id: int, aid_id: int) -> Aid | None:
    """One of the norm's aids."""
    return session.scalars(
        sa.select(Aid)
        .where(Aid.id == aid_id, Aid.norm_id == norm_id, Aid.removed_at.is_(None))
        .options(selectinload(Aid.wordings))
    ).one_or_none()


def earlier(session: Session, aids: Sequence[Aid]) -> Mapping[int, Sequence[AidWording]]:
    """Aid's number → the words it had before, the last first; one statement."""
    found: dict[int, list[AidWording]] = {}
    for wording in session.scalars(
        sa.select(AidWording)
        .where(AidWording.aid_id.in_([one.id for one in aids]), AidWording.superseded_at.is_not(None))
        .order_by(AidWording.id.desc())
    ):
        found.setdefault(wording.aid_id, []).append(wording)
    return found


def entries(terms: Sequence[Aid], language: str) -> list[Entry]:
    """The terms as they are written in one language, to find them in a text."""
    return [
        Entry(term.id, [wording.title, *wording.forms.splitlines()])
        for term in terms
        if (wording := term.in_language(language)) is not None
    ]


def answering(question_id: int) -> sa.ColumnElement[bool]:
    """That a comment answers the question."""
    return Comment.id.in_(sa.select(Answer.comment_id).where(Answer.question_id == question_id))


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
