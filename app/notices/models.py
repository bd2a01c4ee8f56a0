"""Notices, the part of the record read for them, and followers of clauses."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.discussion.models import Comment
from app.foundation.database import Base, agrees
from app.norms.models import Norm, Provision
from app.positions.models import Objection
from app.stakeholders.models import Stakeholder


class Notice(Base):
    """One act that people are told of: one row, however many they are.

    Whom it concerns: the person and the stakeholder it is addressed to, and who follows the provision; an
    act on the whole norm, whoever takes part in it. The words are read when the mail is written, so that a
    comment hidden in the meantime is not sent.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.Index("ix_notice_at", "at"),
        sa.Index("ix_notice_comment", "comment_id"),
        sa.Index("ix_notice_provision", "provision_id"),
        agrees("provision", norm_id="norm_id", provision_id="id"),
        agrees("comment", norm_id="norm_id", comment_id="id"),
        agrees("objection", norm_id="norm_id", objection_id="id"),
    )

    number: Mapped[int] = mapped_column(
        sa.ForeignKey(AuditEntry.number), primary_key=True, autoincrement=False
    )  #: the act's entry in the record, so that none can be told twice
    act: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[dt.datetime]
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id), index=True)
    stakeholder_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Stakeholder.id), index=True)
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Provision.id))
    comment_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Comment.id))
    objection_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Objection.id))

    entry: Mapped[AuditEntry] = relationship()
    norm: Mapped[Norm] = relationship()
    comment: Mapped[Comment | None] = relationship(foreign_keys=[comment_id])
    objection: Mapped[Objection | None] = relationship(foreign_keys=[objection_id])


class Mentioned(Base):
    """A stakeholder whom the words of a comment name: one more to whom the act's notice is addressed."""

    __tablename__ = "mentioned"

    number: Mapped[int] = mapped_column(sa.ForeignKey(Notice.number), primary_key=True)
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id), primary_key=True, index=True)


class NoticeMark(Base):
    """The one row that says up to which entry the record has been read for notices."""

    __tablename__ = "notice_mark"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    through: Mapped[int]


class Follow(Base):
    """What a person has chosen for one provision, against what is followed by itself."""

    __tablename__ = "follow"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), primary_key=True)
    provision_id: Mapped[int] = mapped_column(sa.ForeignKey(Provision.id), primary_key=True, index=True)
    is_on: Mapped[bool]
