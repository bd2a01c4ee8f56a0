"""What helps people to understand a norm and to speak of it. None of it is part of the text.

An aid is written by the norm's editors and translators, in as many languages as they like: a term of the
glossary, a provision's note in plain words, or a question put to those who comment on it. A reason is a
passage of a comment, chosen by a moderator.
"""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.discussion.models import Comment
from app.foundation.database import Base, agrees, choice
from app.foundation.versions import Fields
from app.norms.models import Norm, Provision


class AidKind(StrEnum):
    TERM = "term"
    NOTE = "note"
    QUESTION = "question"


class ReadingAid(Base):
    """A term, a note or a question, apart from the words it has in each language."""

    __tablename__ = "reading_aid"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'term') = (provision_id IS NULL)", name="term_is_of_the_norm"),
        agrees("provision", norm_id="norm_id", provision_id="id"),
        sa.Index("ix_reading_aid_norm_id", "norm_id", "provision_id"),
        sa.Index(  # a clause has one note
            "ix_reading_aid_note",
            "provision_id",
            unique=True,
            sqlite_where=sa.text("kind = 'note' AND removed_at IS NULL"),
            postgresql_where=sa.text("kind = 'note' AND removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Provision.id))
    kind: Mapped[AidKind] = mapped_column(choice(AidKind, "aid_kind"))
    removed_at: Mapped[dt.datetime | None]

    provision: Mapped[Provision | None] = relationship(foreign_keys=[provision_id])
    wordings: Mapped[list["AidWording"]] = relationship(
        primaryjoin="and_(ReadingAid.id == AidWording.aid_id, AidWording.superseded_at.is_(None))",
        order_by="AidWording.language",
        viewonly=True,
    )

    def in_language(self, language: str) -> "AidWording | None":
        """The words in this language, if there are any."""
        return next((one for one in self.wordings if one.language == language), None)

    def read_in(self, language: str) -> "AidWording":
        """The words in this language, or in the first one that has some."""
        return self.in_language(language) or self.wordings[0]


class AidWording(Base):
    """An aid's words in one language; earlier ones are superseded, not lost."""

    __tablename__ = "reading_aid_wording"
    __table_args__ = (
        sa.UniqueConstraint("aid_id", "language", "version"),
        sa.Index(
            "uq_reading_aid_wording_present",
            "aid_id",
            "language",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.CheckConstraint("trim(text) <> ''", name="not_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    aid_id: Mapped[int] = mapped_column(sa.ForeignKey(ReadingAid.id))
    language: Mapped[str] = mapped_column(sa.String(16))
    title: Mapped[str] = mapped_column(sa.Text, default="")  #: the term; notes and questions have none
    forms: Mapped[str] = mapped_column(sa.Text, default="")  #: how else the term is written, one a line
    text: Mapped[str] = mapped_column(sa.Text)
    text_digest: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))  #: of the clause it was written for
    version: Mapped[int] = mapped_column(default=1)
    written_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]

    @property
    def fields(self) -> Fields:
        """What its form shows."""
        return {"title": self.title, "text": self.text, "forms": self.forms, "language": self.language}


class QuestionAnswer(Base):
    """That a comment answers a question."""

    __tablename__ = "question_answer"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id), primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey(ReadingAid.id), index=True)


class Bearing(StrEnum):
    """What a reason speaks for."""

    FOR = "for"
    AGAINST = "against"


class Reason(Base):
    """A passage of a comment that says why a clause should stand, or should not."""

    __tablename__ = "reason"
    __table_args__ = (
        sa.UniqueConstraint("comment_id", "bearing"),
        agrees("comment", provision_id="provision_id", comment_id="id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provision_id: Mapped[int] = mapped_column(sa.ForeignKey(Provision.id), index=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id))
    bearing: Mapped[Bearing] = mapped_column(choice(Bearing, "bearing"))
    words: Mapped[str] = mapped_column(sa.Text)  #: as they stand in the comment

    comment: Mapped[Comment] = relationship(foreign_keys=[comment_id])
