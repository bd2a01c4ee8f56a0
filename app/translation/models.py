"""Corrigenda: what was corrected in a translation once the words were put to adoption."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.foundation.database import Base, append_only
from app.norms.models import Clause, Norm


class Corrigendum(Base):
    """One correction with both texts and its reason, numbered in the norm. Nothing of it ever changes."""

    __tablename__ = "corrigendum"
    __table_args__ = (
        sa.UniqueConstraint("norm_id", "number"),
        sa.CheckConstraint("trim(reason) <> ''", name="has_reason"),
    )
    __bound__ = (
        "norm_id",
        "number",
        "clause_id",
        "language",
        "before",
        "after",
        "reason",
        "made_by",
        "made_at",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    number: Mapped[int]
    clause_id: Mapped[int] = mapped_column(sa.ForeignKey(Clause.id))
    language: Mapped[str] = mapped_column(sa.String(16))  #: of the text that was corrected
    before: Mapped[str] = mapped_column(sa.Text)
    after: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    reason_language: Mapped[str] = mapped_column(sa.String(16))
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    made_at: Mapped[dt.datetime]

    clause: Mapped[Clause] = relationship()


append_only(Corrigendum.__table__)
