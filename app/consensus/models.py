"""Assessments: what was computed, from what, under which rules; and who was set aside, by whom and why."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.foundation.database import Base, agrees, append_only
from app.norms.models import Draft, Norm
from app.stakeholders.models import Stakeholder


class Assessment(Base):
    """The computed state of consensus of a draft at a moment."""

    __tablename__ = "assessment"
    __table_args__ = (
        sa.UniqueConstraint("norm_id", "number"),
        sa.UniqueConstraint("draft_id", "id"),
        agrees("draft", norm_id="norm_id", draft_id="id"),
    )
    __bound__ = (
        "norm_id",
        "number",
        "draft_id",
        "is_official",
        "method",
        "rules_digest",
        "input_digest",
        "digest",
        "result",
        "headline",
        "country_facts",
        "made_at",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    number: Mapped[int]
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    is_official: Mapped[bool] = mapped_column(default=False)  #: taken after the announced closing
    method: Mapped[str] = mapped_column(sa.String(16))
    rules_digest: Mapped[str] = mapped_column(sa.String(71))
    input_digest: Mapped[str] = mapped_column(sa.String(71))
    digest: Mapped[str] = mapped_column(sa.String(71))  #: of the canonical result
    result: Mapped[dict[str, Any]]  #: as in `flask assess --json`
    headline: Mapped[dict[str, Any]]  #: the few figures of ``series.headline``, to draw a history from
    country_facts: Mapped[list[Any]]  #: the rows used
    made_at: Mapped[dt.datetime]

    norm: Mapped[Norm] = relationship()
    draft: Mapped[Draft] = relationship(foreign_keys=[draft_id])


class FrozenInput(Base):
    """What an official assessment was computed from, as ``frozen.Closing`` writes it; it never changes."""

    __tablename__ = "frozen_input"
    __bound__ = ("content", "positions")

    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey(Assessment.id), primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    positions: Mapped[bytes] = mapped_column(sa.LargeBinary)


append_only(FrozenInput.__table__)


class SetAside(Base):
    """A person's decision that some stakeholders are not counted on a norm; both figures stay visible."""

    __tablename__ = "set_aside"
    __table_args__ = (
        sa.CheckConstraint("trim(reason) <> ''", name="has_reason"),
        sa.CheckConstraint("lifted_at IS NULL OR trim(lift_reason) <> ''", name="has_lift_reason"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_at IS NOT NULL", name="confirmed_with_time"),
        sa.Index("ix_set_aside_norm", "norm_id"),
    )
    __bound__ = (
        "norm_id",
        "detector",
        "reason",
        "language",
        "decided_by",
        "decided_at",
        "lifted_at",
        "lift_reason",
    )
    __bound_later__ = (("confirmed_at", "confirmed_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    detector: Mapped[str] = mapped_column(sa.String(32))  #: what had drawn attention to them
    reason: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16))  #: of the reasons
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    decided_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]  #: by a second person; until then it is proposed, and all count
    confirmed_by: Mapped[str | None] = mapped_column(sa.String(32))  #: the pseudonym in the record
    lifted_at: Mapped[dt.datetime | None]
    lift_reason: Mapped[str] = mapped_column(sa.Text, default="")

    norm: Mapped[Norm] = relationship()


class SetAsideStakeholder(Base):
    """One of those a decision sets aside."""

    __tablename__ = "set_aside_stakeholder"
    __table_args__ = (sa.Index("ix_set_aside_stakeholder_stakeholder", "stakeholder_id"),)
    __bound__ = ("set_aside_id", "stakeholder_id")

    set_aside_id: Mapped[int] = mapped_column(sa.ForeignKey(SetAside.id), primary_key=True)
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id), primary_key=True)
