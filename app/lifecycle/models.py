"""The chair's determination."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.consensus.models import Assessment
from app.foundation.database import Base, agrees, choice
from app.norms.models import Draft, Norm
from app.norms.stages import Stage


class DeterminationOutcome(StrEnum):
    CONSENSUS = "adopted-by-consensus"
    RESERVATIONS = "adopted-with-reservations"
    NOT_ADOPTED = "not-adopted"


class Determination(Base):
    """The chair's statement on a draft after the consensus call."""

    __tablename__ = "determination"
    __table_args__ = (
        sa.UniqueConstraint("draft_id"),
        agrees("draft", norm_id="norm_id", draft_id="id"),
        agrees("assessment", draft_id="draft_id", assessment_id="id"),
    )
    __bound__ = ("norm_id", "draft_id", "outcome", "texts", "stated_by", "stated_at")
    __bound_later__ = (("despite", "reasons", "assessment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    outcome: Mapped[DeterminationOutcome] = mapped_column(choice(DeterminationOutcome, "outcome"))
    texts: Mapped[dict[str, str]]  #: language → the statement
    despite: Mapped[list[Any]] = mapped_column(default=list)
    #: what stands against an adoption, [{"code": …, "values": {…}}]
    reasons: Mapped[dict[str, str]] = mapped_column(default=dict)  #: language → why nevertheless
    assessment_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Assessment.id))
    #: the closing one, which is what will be signed; none where it was stated before this was kept
    stated_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    stated_at: Mapped[dt.datetime]

    norm: Mapped[Norm] = relationship()
    draft: Mapped[Draft] = relationship(foreign_keys=[draft_id])
    assessment: Mapped[Assessment | None] = relationship(foreign_keys=[assessment_id])


class Override(Base):
    """A step that the chair took although something was missing, for a reason that everybody reads."""

    __tablename__ = "step_override"
    __table_args__ = (
        sa.CheckConstraint("trim(reason) <> ''", name="has_reason"),
        sa.Index("ix_step_override_norm", "norm_id"),
        agrees("draft", norm_id="norm_id", draft_id="id"),
    )
    __bound__ = ("norm_id", "draft_id", "left", "to", "reason", "language", "missing", "taken_by", "taken_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Draft.id))  #: the current one after the step
    left: Mapped[Stage] = mapped_column("from_stage", choice(Stage, "from_stage"))
    to: Mapped[Stage] = mapped_column("to_stage", choice(Stage, "to_stage"))
    reason: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16))  #: of the reason
    missing: Mapped[list[Any]]  #: [{"code": …, "values": {…}}]
    taken_by: Mapped[str] = mapped_column(sa.String(32))  #: the pseudonym in the record
    taken_at: Mapped[dt.datetime]

    draft: Mapped[Draft | None] = relationship(foreign_keys=[draft_id])


class Phase(StrEnum):
    """How far a step is that a worker takes."""

    WAITING = "waiting"
    ASSESSING = "assessing"
    PACKING = "packing"
    CHECKING = "checking"
    KEEPING = "keeping"


class StepAsked(Base):
    """A step that was asked for, how far it is, and how it ended; forgotten some days later."""

    __tablename__ = "step_asked"
    __table_args__ = (
        sa.Index(
            "uq_step_asked_under_way",
            "norm_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint("refusal IS NULL OR ended_at IS NOT NULL", name="refused_has_ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    to: Mapped[Stage] = mapped_column("to_stage", choice(Stage, "to_stage"))
    said: Mapped[dict[str, str]]  #: the fields of the form as they were typed
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    asked_at: Mapped[dt.datetime]
    phase: Mapped[Phase] = mapped_column(choice(Phase, "phase"), default=Phase.WAITING)
    ended_at: Mapped[dt.datetime | None]
    refusal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    #: why it was not taken, {"phrase": …, "details": […]}; none where it was

    norm: Mapped[Norm] = relationship()
    asker: Mapped[User] = relationship()
