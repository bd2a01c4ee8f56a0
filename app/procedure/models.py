"""What the chair determines."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.foundation.database import Base, choice
from app.norms.models import Draft, Norm


class Outcome(StrEnum):
    CONSENSUS = "adopted-by-consensus"
    RESERVATIONS = "adopted-with-reservations"
    NOT_ADOPTED = "not-adopted"


class Determination(Base):
    """The chair's statement on a draft after the consensus call."""

    __tablename__ = "determination"
    __table_args__ = (sa.UniqueConstraint("draft_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome, "outcome"))
    texts: Mapped[dict[str, str]]  #: language → the statement
    stated_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    stated_at: Mapped[dt.datetime]

    norm: Mapped[Norm] = relationship()
    draft: Mapped[Draft] = relationship()
