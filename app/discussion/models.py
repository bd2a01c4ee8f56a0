"""Comments, proposed changes, backing, and the disposition each one gets."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.accounts.models import User
from app.foundation.canonical import digest
from app.foundation.database import Base, agrees, choice
from app.foundation.text import words_digest
from app.norms.models import Clause, Draft, Norm, Provision
from app.stakeholders.models import Stakeholder

_NOT_SUPERSEDED = sa.text("superseded_at IS NULL")
IN_FORCE: dict[str, Any] = {"sqlite_where": _NOT_SUPERSEDED, "postgresql_where": _NOT_SUPERSEDED}


class CommentKind(StrEnum):
    GENERAL = "general"
    SUBSTANTIVE = "substantive"
    TECHNICAL = "technical"
    EDITORIAL = "editorial"
    TRANSLATION = "translation"
    QUESTION = "question"


class Visibility(StrEnum):
    SHOWN = "shown"
    HELD = "held"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


class HidingReason(StrEnum):
    ABUSE = "abuse"
    PERSONAL_DATA = "personal-data"
    SPAM = "spam"
    UNLAWFUL = "unlawful"
    OFF_TOPIC = "off-topic"


def _digest_of_body(context: DefaultExecutionContext) -> bytes:
    return words_digest(context.get_current_parameters()["body"])  # type: ignore[no-untyped-call]


class Comment(Base):
    """What a stakeholder says on a clause, or on the whole draft where ``clause_id`` is None."""

    __tablename__ = "comment"
    __table_args__ = (
        sa.UniqueConstraint("norm_id", "number"),
        sa.UniqueConstraint("author_id", "form_key"),
        sa.CheckConstraint("trim(body) <> ''", name="not_empty"),
        sa.CheckConstraint(
            "(visibility = 'hidden') = (hiding_reason IS NOT NULL)", name="hidden_with_reason"
        ),
        sa.CheckConstraint("(clause_id IS NULL) = (provision_id IS NULL)", name="clause_has_provision"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="answers_another"),
        agrees("draft", norm_id="norm_id", draft_id="id"),
        agrees("provision", norm_id="norm_id", provision_id="id"),
        agrees("clause", draft_id="draft_id", provision_id="provision_id", clause_id="id"),
        agrees("comment", norm_id="norm_id", parent_id="id"),
        sa.UniqueConstraint("norm_id", "id"),
        sa.UniqueConstraint("provision_id", "id"),
        sa.UniqueConstraint("stakeholder_id", "id"),
        # What is counted for each clause is read from the index alone.
        sa.Index("ix_comment_norm_visibility", "norm_id", "visibility", "provision_id", "parent_id"),
        sa.Index("ix_comment_draft", "draft_id"),
        sa.Index(  # without the many that answer nothing: they are found by other ways
            "ix_comment_parent_id",
            "parent_id",
            sqlite_where=sa.text("parent_id IS NOT NULL"),
            postgresql_where=sa.text("parent_id IS NOT NULL"),
        ),
        sa.Index("ix_comment_words", "norm_id", "words_digest"),
    )
    __bound__ = ("norm_id", "number", "draft_id", "clause_id", "parent_id", "stakeholder_id", "kind",
                 "language", "body", "quote", "visibility", "hiding_reason", "version")  # fmt: skip
    __bound_later__ = (("translation_digest",),)
    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    number: Mapped[int]  #: its address within the norm: "c12"
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    clause_id: Mapped[int | None] = mapped_column()
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Provision.id))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"))
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))  #: None: it came in a sheet
    kind: Mapped[CommentKind] = mapped_column(choice(CommentKind, "comment_kind"))
    language: Mapped[str] = mapped_column(sa.String(16))  #: of the author's own words
    read_language: Mapped[str] = mapped_column(sa.String(16))  #: in which the clause was read
    translation_digest: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))  #: of the translation read
    body: Mapped[str] = mapped_column(sa.Text)
    words_digest: Mapped[bytes] = mapped_column(sa.LargeBinary(16), default=_digest_of_body)
    quote: Mapped[str] = mapped_column(sa.Text, default="")  #: the clause's own words it is about
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility, "visibility"))
    hiding_reason: Mapped[HidingReason | None] = mapped_column(choice(HidingReason, "hiding_reason"))
    form_key: Mapped[str | None] = mapped_column(sa.String(64))  #: the same form sent twice counts once
    version: Mapped[int] = mapped_column(default=1)  #: 2 and more: edited; the words before are kept
    created_at: Mapped[dt.datetime]
    stakeholder: Mapped[Stakeholder] = relationship()
    author: Mapped[User | None] = relationship()
    clause: Mapped[Clause | None] = relationship(
        primaryjoin=lambda: Clause.id == Comment.clause_id, foreign_keys=[clause_id]
    )
    provision: Mapped[Provision | None] = relationship(foreign_keys=[provision_id])
    draft: Mapped[Draft] = relationship(foreign_keys=[draft_id])
    norm: Mapped[Norm] = relationship()
    parent: Mapped["Comment | None"] = relationship(foreign_keys=[parent_id], remote_side=[id])
    change: Mapped["ProposedChange | None"] = relationship(back_populates="comment")

    @property
    def is_shown(self) -> bool:
        return self.visibility is Visibility.SHOWN

    @validates("body")
    def _digest(self, _name: str, body: str) -> str:
        self.words_digest = words_digest(body)  # the same words are counted by it
        return body


class ChangeOperation(StrEnum):
    REPLACE = "replace"
    INSERT_AFTER = "insert-after"
    DELETE = "delete"


class ProposedChange(Base):
    """The exact wording a comment proposes, against the clause's text in one language."""

    __tablename__ = "proposed_change"
    __table_args__ = (
        sa.CheckConstraint("(operation = 'delete') = (wording IS NULL)", name="wording_fits_operation"),
        sa.CheckConstraint("wording IS NULL OR trim(wording) <> ''", name="wording_not_empty"),
    )
    __bound__ = ("operation", "language", "wording")
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id), primary_key=True)
    operation: Mapped[ChangeOperation] = mapped_column(choice(ChangeOperation, "operation"))
    language: Mapped[str] = mapped_column(sa.String(16))  #: of the clause text it changes
    wording: Mapped[str | None] = mapped_column(sa.Text)  #: the whole new text; None for a deletion
    comment: Mapped[Comment] = relationship(back_populates="change")
    rebased: Mapped[list["RebasedChange"]] = relationship(
        lazy="selectin", order_by="RebasedChange.id", viewonly=True
    )

    def wording_on(self, draft_id: int | None) -> str | None:
        """The whole new text on a draft that the change was made on or carried to."""
        there = (draft_id, Rebasing.CARRIED)
        carried = (one.wording for one in self.rebased if (one.draft_id, one.outcome) == there)
        return next(carried, self.wording)


class Rebasing(StrEnum):
    """What became of a proposed change when the next draft was opened without it."""

    CARRIED = "carried"
    RETURNED = "returned"
    MET = "met"


class RebasedChange(Base):
    """A proposed change put to a later draft. What its author wrote on the earlier draft stays as it is."""

    __tablename__ = "rebased_change"
    __table_args__ = (
        sa.UniqueConstraint("comment_id", "draft_id"),
        sa.CheckConstraint("outcome = 'carried' OR wording IS NULL", name="only_carried_has_wording"),
        sa.Index("ix_rebased_change_draft", "draft_id"),
        agrees("clause", draft_id="draft_id", clause_id="id"),
    )
    __bound__ = ("comment_id", "draft_id", "clause_id", "wording", "outcome")
    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(ProposedChange.comment_id))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    clause_id: Mapped[int | None] = mapped_column()  #: None: the draft has none
    outcome: Mapped[Rebasing] = mapped_column(choice(Rebasing, "rebasing"))
    wording: Mapped[str | None] = mapped_column(sa.Text)  #: against the clause of this draft; as carried
    rebased_at: Mapped[dt.datetime]

    draft: Mapped[Draft] = relationship()
    clause: Mapped[Clause | None] = relationship(
        primaryjoin=lambda: Clause.id == RebasedChange.clause_id, foreign_keys=[clause_id]
    )


class Side(StrEnum):
    BACK = "back"
    OPPOSE = "oppose"


class Backing(Base):
    """A stakeholder backs or opposes what another has said or proposed; the last word counts."""

    __tablename__ = "backing"
    __table_args__ = (
        sa.Index("uq_backing_current", "comment_id", "stakeholder_id", unique=True, **IN_FORCE),
        sa.Index("ix_backing_stakeholder", "stakeholder_id"),
    )
    __bound__ = ("comment_id", "stakeholder_id", "side", "stated_at", "superseded_at")
    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id))
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    side: Mapped[Side] = mapped_column(choice(Side, "side"))
    stated_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]

    stakeholder: Mapped[Stakeholder] = relationship()


class Decision(StrEnum):
    ACCEPTED = "accepted"
    MODIFIED = "accepted-with-modification"
    NOT_ACCEPTED = "not-accepted"
    NOTED = "noted"
    DEFERRED = "deferred"
    OUT_OF_SCOPE = "out-of-scope"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


class Disposition(Base):
    """The decision on a comment with its reason. A new one supersedes the old."""

    __tablename__ = "disposition"
    __table_args__ = (
        sa.CheckConstraint("decision = 'withdrawn' OR trim(reason) <> ''", name="has_reason"),
        sa.CheckConstraint(
            "(decision = 'duplicate') = (duplicate_of_id IS NOT NULL)", name="duplicate_of_what"
        ),
        sa.CheckConstraint("duplicate_of_id IS NULL OR duplicate_of_id <> comment_id", name="not_of_itself"),
        sa.Index("uq_disposition_current", "comment_id", unique=True, **IN_FORCE),
        sa.Index("ix_disposition_comment", "comment_id"),
    )
    __bound__ = ("comment_id", "decision", "reason", "duplicate_of_id", "decided_by", "decided_at",
                 "superseded_at")  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id))
    decision: Mapped[Decision] = mapped_column(choice(Decision, "decision"))
    reason: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16))  #: of the reason; CODED where it is a code
    duplicate_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Comment.id))
    clause_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Clause.id))  #: where the words went
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))  #: None: it came in a sheet
    decided_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]

    comment: Mapped[Comment] = relationship(foreign_keys=[comment_id])
    clause: Mapped[Clause | None] = relationship()


class Satisfaction(StrEnum):
    SATISFIED = "satisfied"
    NOT_SATISFIED = "not-satisfied"


class DispositionReply(Base):
    """What the author says of the disposition; the last word counts."""

    __tablename__ = "disposition_reply"
    __table_args__ = (sa.Index("ix_disposition_reply_disposition", "disposition_id"),)
    __bound__ = ("disposition_id", "satisfaction", "note", "replied_at")
    id: Mapped[int] = mapped_column(primary_key=True)
    disposition_id: Mapped[int] = mapped_column(sa.ForeignKey(Disposition.id))
    satisfaction: Mapped[Satisfaction] = mapped_column(choice(Satisfaction, "satisfaction"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    replied_at: Mapped[dt.datetime]


class CommentVersion(Base):
    """The words of a comment as they stood before an edit."""

    __tablename__ = "comment_version"
    __bound__ = ("body", "language", "quote", "wording", "edited_at")
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16))
    quote: Mapped[str] = mapped_column(sa.Text)
    wording: Mapped[str | None] = mapped_column(sa.Text)  #: of a proposed change
    was_shown: Mapped[bool]  #: False: replaced before a moderator had shown them, and never shown since
    edited_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))  #: who replaced them
    edited_at: Mapped[dt.datetime]


class SpeechForm(StrEnum):
    """The forms in which people write words of their own."""

    COMMENT = "comment"
    PROPOSE = "propose"


class UnsentComment(Base):
    """What a person has begun to write and not sent: theirs alone, on no public page and in no record."""

    __tablename__ = "unsent_comment"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "place"),
        agrees("provision", norm_id="norm_id", provision_id="id"),
        agrees("comment", norm_id="norm_id", parent_id="id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Provision.id))  #: None: the whole draft
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Comment.id))  #: what it answers
    form: Mapped[SpeechForm] = mapped_column(choice(SpeechForm, "speech_form"))
    place: Mapped[str] = mapped_column(sa.String(64))  #: the four above in one, as one draft has each place
    fields: Mapped[dict[str, str]] = mapped_column(sa.JSON)  #: of the form, as they were typed
    updated_at: Mapped[dt.datetime]

    norm: Mapped[Norm] = relationship()
    provision: Mapped[Provision | None] = relationship(foreign_keys=[provision_id])
    parent: Mapped[Comment | None] = relationship(foreign_keys=[parent_id])

    @property
    def mark(self) -> str:
        """Other words kept for the same place have another."""
        return digest(self.fields)
