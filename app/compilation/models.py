"""The editor's work on the next draft, and every step that led to its words."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.discussion.models import Comment, Disposition
from app.foundation.database import Base, agrees, choice
from app.norms.models import ClauseKind, Draft, Norm, Provision


class Compilation(Base):
    """The next draft in the making, from one base draft."""

    __tablename__ = "compilation"
    __table_args__ = (
        sa.UniqueConstraint("base_draft_id"),
        sa.Index("uq_compilation_draft_id", "draft_id", unique=True),
        agrees("draft", norm_id="norm_id", base_draft_id="id"),
        agrees("draft", norm_id="norm_id", draft_id="id"),
        sa.CheckConstraint("draft_id IS NULL OR draft_id <> base_draft_id", name="becomes_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    base_draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Draft.id))  #: what it became
    started_at: Mapped[dt.datetime]

    norm: Mapped[Norm] = relationship()
    base_draft: Mapped[Draft] = relationship(foreign_keys=[base_draft_id])


class Treatment(StrEnum):
    KEEP = "keep"
    MERGE = "merge"
    EDIT = "edit"
    DELETE = "delete"
    ADD = "add"
    MOVE = "move"
    SPLIT = "split"
    JOIN = "join"


#: Of entries that are not part of the next draft.
LEFT_OUT = (Treatment.DELETE, Treatment.JOIN)


class CompilationItem(Base):
    """What becomes of one provision in the next draft.

    What is new has no provision yet: it was added, or split from another.
    """

    __tablename__ = "compilation_entry"
    __table_args__ = (
        sa.UniqueConstraint("compilation_id", "provision_id"),
        sa.UniqueConstraint("compilation_id", "form_key"),
        sa.CheckConstraint(
            "provision_id IS NOT NULL OR treatment IN ('add', 'split', 'join', 'delete')", name="new_is_made"
        ),
        sa.CheckConstraint("provision_id IS NULL OR treatment <> 'add'", name="only_added_is_new"),
        sa.CheckConstraint("(treatment = 'join') = (joined_into_id IS NOT NULL)", name="joined_into_one"),
        sa.CheckConstraint("treatment IN ('keep', 'merge') OR trim(motive) <> ''", name="has_motive"),
        sa.CheckConstraint("split_from_id IS NULL OR split_from_id <> id", name="split_from_another"),
        sa.CheckConstraint("joined_into_id IS NULL OR joined_into_id <> id", name="joined_into_another"),
        agrees("compilation_entry", compilation_id="compilation_id", split_from_id="id"),
        agrees("compilation_entry", compilation_id="compilation_id", joined_into_id="id"),
        sa.UniqueConstraint("compilation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    compilation_id: Mapped[int] = mapped_column(sa.ForeignKey(Compilation.id))
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Provision.id))
    split_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compilation_entry.id"))
    joined_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compilation_entry.id"))
    place: Mapped[str] = mapped_column(
        sa.Text
    )  #: order in the next draft, as app.compilation.order_keys gives it
    depth: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[ClauseKind] = mapped_column(choice(ClauseKind, "entry_kind"))
    treatment: Mapped[Treatment] = mapped_column(choice(Treatment, "treatment"), default=Treatment.KEEP)
    motive: Mapped[str] = mapped_column(sa.Text, default="")
    is_there: Mapped[bool] = mapped_column(default=True)  #: False: it was new, and its making was undone
    version: Mapped[int] = mapped_column(default=1)  #: two editors cannot overwrite each other
    worked_on_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))  #: who said so last
    worked_on_until: Mapped[dt.datetime | None]
    form_key: Mapped[str | None] = mapped_column(sa.String(64))  #: the same form sent twice adds one clause

    compilation: Mapped[Compilation] = relationship()
    provision: Mapped[Provision | None] = relationship()
    split_from: Mapped["CompilationItem | None"] = relationship(
        lambda: CompilationItem, foreign_keys=[split_from_id], remote_side=[id]
    )
    joined_into: Mapped["CompilationItem | None"] = relationship(
        lambda: CompilationItem, foreign_keys=[joined_into_id], remote_side=[id]
    )
    worker: Mapped[User | None] = relationship()
    wordings: Mapped[list["Wording"]] = relationship(
        back_populates="entry", order_by="Wording.language", cascade="all, delete-orphan"
    )

    @property
    def is_left_out(self) -> bool:
        return self.treatment in LEFT_OUT

    def wording(self, language: str) -> "Wording | None":
        return next((one for one in self.wordings if one.language == language), None)


class Wording(Base):
    """An entry's new text in one language. ``runs`` are [text, [sources]]; collisions wait to be settled."""

    __tablename__ = "compilation_wording"
    __table_args__ = (sa.UniqueConstraint("entry_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey(CompilationItem.id))
    language: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)
    runs: Mapped[list[Any]]
    merge: Mapped[
        dict[str, Any]
    ]  #: numbers of the changes put to it and, of these, those ``taken`` up; choices in collisions
    unsettled: Mapped[int] = mapped_column(default=0)  #: collisions nobody has settled yet

    entry: Mapped[CompilationItem] = relationship(back_populates="wordings")


class MergeOperation(Base):
    """A merge operation: one recorded step of an editor on one entry.

    An act that touches several entries leaves a step on each, all of them part of the first.
    """

    __tablename__ = "merge_operation"
    __table_args__ = (
        sa.Index("ix_merge_operation_entry", "entry_id"),
        sa.CheckConstraint("(undone_by IS NULL) = (undone_at IS NULL)", name="undone_by_somebody"),
        sa.CheckConstraint("part_of_id IS NULL OR part_of_id <> id", name="part_of_another"),
    )
    __bound__ = (
        "entry_id",
        "part_of_id",
        "treatment",
        "language",
        "sources",
        "motive",
        "text",
        "before",
        "done_by",
        "done_at",
        "undone_by",
        "undone_at",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey(CompilationItem.id))
    part_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("merge_operation.id"))
    treatment: Mapped[Treatment] = mapped_column(choice(Treatment, "step_treatment"))
    language: Mapped[str | None] = mapped_column(sa.String(16))
    sources: Mapped[list[Any]]  #: numbers of the comments whose words or reasons are used
    motive: Mapped[str] = mapped_column(sa.Text, default="")
    text: Mapped[str | None] = mapped_column(sa.Text)  #: the wording after the step
    before: Mapped[dict[str, Any]]  #: the entry as it was, to go back to; app/compilation/undo.py
    done_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    done_at: Mapped[dt.datetime]
    undone_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    undone_at: Mapped[dt.datetime | None]

    entry: Mapped[CompilationItem] = relationship()
    editor: Mapped[User] = relationship(foreign_keys=[done_by])
    takes_up: Mapped[list[Comment]] = relationship(
        secondary=lambda: StepComment.__table__, order_by=Comment.number, lazy="selectin", viewonly=True
    )


class StepComment(Base):
    """An accepted comment that a step takes up: what moved the editor, whosever the words are."""

    __tablename__ = "merge_operation_comment"
    __bound__ = ("step_id", "comment_id")

    step_id: Mapped[int] = mapped_column(sa.ForeignKey(MergeOperation.id), primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id), primary_key=True, index=True)


class Uptake(Base):
    """That a decision to accept was kept: in which draft, and by which step."""

    __tablename__ = "uptake"
    __bound__ = ("disposition_id", "draft_id", "step_id")

    disposition_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Disposition.id), primary_key=True, autoincrement=False
    )
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id), index=True)
    step_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(MergeOperation.id)
    )  #: None: before steps named comments

    draft: Mapped[Draft] = relationship()
    step: Mapped[MergeOperation | None] = relationship()


class WorkingNote(Base):
    """A wording an editor has begun and not made a step of: theirs alone, in no record."""

    __tablename__ = "working_note"
    __table_args__ = (sa.UniqueConstraint("user_id", "entry_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey(CompilationItem.id))
    version: Mapped[int]  #: the entry's that it was begun on
    language: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)
    motive: Mapped[str] = mapped_column(sa.Text, default="")
    takes_up: Mapped[list[Any]] = mapped_column(default=list)  #: numbers of the comments that were ticked
    kept_at: Mapped[dt.datetime]
