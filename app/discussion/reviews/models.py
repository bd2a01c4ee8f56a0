"""The chair's review of a disposition that does not satisfy its author."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.discussion.models import Disposition
from app.foundation.database import Base, choice
from app.norms.models import Norm


class Finding(StrEnum):
    """How a review ended."""

    UPHELD = "upheld"
    RETURNED = "returned"  #: the comment waits for another decision
    SETTLED = "settled"  #: the author is satisfied after all
    DECIDED_ANEW = "decided-anew"  #: before the chair had looked


class Review(Base):
    """The chair's look at a disposition that does not satisfy its author; once for each disposition."""

    __tablename__ = "disposition_review"
    __table_args__ = (
        sa.CheckConstraint("(finding IS NULL) = (ended_at IS NULL)", name="ends_with_a_finding"),
        sa.CheckConstraint(
            "finding IS NULL OR finding IN ('settled', 'decided-anew') OR trim(reason) <> ''",
            name="has_reason",
        ),
        sa.Index("ix_disposition_review_open", "norm_id", "ended_at"),
    )
    __bound__ = ("disposition_id", "opened_at", "due_at")
    __bound_later__ = (("finding", "reason", "ended_at", "ended_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    disposition_id: Mapped[int] = mapped_column(sa.ForeignKey(Disposition.id), unique=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    opened_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]  #: by when the chair is to decide
    finding: Mapped[Finding | None] = mapped_column(choice(Finding, "finding"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(16), default="")  #: of the reason
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))

    disposition: Mapped[Disposition] = relationship()
