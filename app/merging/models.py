"""The editor's work on the next draft, and every step that led to its words."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.foundation.database import Base, choice
from app.norms.models import ClauseKind, Draft, Norm, Provision


class Compilation(Base):
    """The next draft in the making, from one base draft."""

    __tablename__ = "compilation"
    __table_args__ = (sa.UniqueConstraint("base_draft_id"),)

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


class Entry(Base):
    """What becomes of one provision in the next draft."""

    __tablename__ = "compilation_entry"
    __table_args__ = (
        sa.UniqueConstraint("compilation_id", "provision_id"),
        sa.CheckConstraint("(treatment = 'add') = (provision_id IS NULL)", name="only_added_is_new"),
        sa.CheckConstraint("treatment IN ('keep', 'merge') OR trim(motive) <> ''", name="has_motive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    compilation_id: Mapped[int] = mapped_column(sa.ForeignKey(Compilation.id))
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Provision.id))
    place: Mapped[int]  #: order in the next draft; gaps are fine
    depth: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[ClauseKind] = mapped_column(choice(ClauseKind, "entry_kind"))
    treatment: Mapped[Treatment] = mapped_column(choice(Treatment, "treatment"), default=Treatment.KEEP)
    motive: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)  #: two editors cannot overwrite each other

    compilation: Mapped[Compilation] = relationship()
    provision: Mapped[Provision | None] = relationship()
    wordings: Mapped[list["Wording"]] = relationship(back_populates="entry", order_by="Wording.language")


class Wording(Base):
    """An entry's new text in one language. ``runs`` are [text, [sources]]; collisions wait to be settled."""

    __tablename__ = "compilation_wording"
    __table_args__ = (sa.UniqueConstraint("entry_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey(Entry.id))
    language: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)
    runs: Mapped[list[Any]]
    merge: Mapped[
        dict[str, Any]
    ]  #: the merge as the pure module gives it: changes chosen, choices, collisions
    unsettled: Mapped[int] = mapped_column(default=0)  #: collisions nobody has settled yet

    entry: Mapped[Entry] = relationship(back_populates="wordings")


class Step(Base):
    """A merge operation: one recorded step of an editor on one entry."""

    __tablename__ = "merge_operation"
    __table_args__ = (sa.Index("ix_merge_operation_entry", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey(Entry.id))
    treatment: Mapped[Treatment] = mapped_column(choice(Treatment, "step_treatment"))
    language: Mapped[str | None] = mapped_column(sa.String(16))
    sources: Mapped[list[Any]]  #: numbers of the comments whose words or reasons are used
    motive: Mapped[str] = mapped_column(sa.Text, default="")
    text: Mapped[str | None] = mapped_column(sa.Text)  #: the wording after the step
    done_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    done_at: Mapped[dt.datetime]
