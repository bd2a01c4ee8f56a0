"""How moderators share and bundle their work: groups of comments, assignments, answers kept for use again."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.discussion.models import Comment, Decision
from app.foundation.database import Base, choice
from app.foundation.versions import Fields
from app.norms.models import Norm


class CommentGroup(Base):
    """Comments that say the same and are answered together, as a person decided; at least two."""

    __tablename__ = "comment_group"
    __table_args__ = (sa.UniqueConstraint("norm_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    number: Mapped[int]  #: its address within the norm; never reused
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    formed_at: Mapped[dt.datetime]
    dissolved_at: Mapped[dt.datetime | None]

    norm: Mapped[Norm] = relationship()


class GroupMember(Base):
    """A comment is in one group at most."""

    __tablename__ = "group_member"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id), primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey(CommentGroup.id), index=True)

    comment: Mapped[Comment] = relationship()


class Assignment(Base):
    """Who is to answer a comment; one person at most."""

    __tablename__ = "assignment"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)
    assigned_at: Mapped[dt.datetime]


class AnswerTemplate(Base):
    """A reason that is given again and again, kept for the norm's editors and moderators."""

    __tablename__ = "answer_template"
    __table_args__ = (
        sa.UniqueConstraint("norm_id", "language", "title"),
        sa.CheckConstraint("trim(title) <> '' AND trim(reason) <> ''", name="not_empty"),
        sa.CheckConstraint("decision <> 'duplicate'", name="not_each_its_own"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    title: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(16))
    decision: Mapped[Decision] = mapped_column(choice(Decision, "decision"))
    reason: Mapped[str] = mapped_column(sa.Text)

    @property
    def fields(self) -> Fields:
        """What its form shows."""
        shown = {"title": self.title, "decision": self.decision}
        return {**shown, "reason": self.reason, "language": self.language}


class CopiesFound(Base):
    """The comments of a norm that waited and said nearly the same when they were last looked for."""

    __tablename__ = "copies_found"

    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id), primary_key=True)
    groups: Mapped[list[Any]]  #: [provision's code or "", numbers ascending], the largest first
    found_at: Mapped[dt.datetime]


class TextVector(Base):
    """What a text means to a model, as a point; computed once for the same words and the same model."""

    __tablename__ = "text_vector"

    words_digest: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    model: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    vector: Mapped[bytes] = mapped_column(sa.LargeBinary)  #: 16-bit floats, least significant byte first
