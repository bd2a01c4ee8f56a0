"""Assessments: what was computed, from what, under which rules."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.database import Base
from app.norms.models import Draft, Norm


class Assessment(Base):
    """The computed state of consensus of a draft at a moment."""

    __tablename__ = "assessment"
    __table_args__ = (sa.UniqueConstraint("norm_id", "number"), sa.Index("ix_assessment_draft", "draft_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    number: Mapped[int]
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    is_official: Mapped[bool] = mapped_column(default=False)  #: taken at the announced closing
    method: Mapped[str] = mapped_column(sa.String(16))
    rules_digest: Mapped[str] = mapped_column(sa.String(71))
    input_digest: Mapped[str] = mapped_column(sa.String(71))
    digest: Mapped[str] = mapped_column(sa.String(71))  #: of the canonical result
    result: Mapped[dict[str, Any]]  #: as in `flask assess --json`
    country_facts: Mapped[list[Any]]  #: the rows used
    made_at: Mapped[dt.datetime]

    norm: Mapped[Norm] = relationship()
    draft: Mapped[Draft] = relationship()
