"""The record: one row for each act, never changed, never removed."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, append_only


class Entry(Base):
    """One act. ``number`` is its place in the chain, without gaps."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.CheckConstraint("length(previous) = 32 AND length(digest) = 32", name="digest_length"),
        sa.Index("ix_audit_entry_norm_number", "norm", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(sa.String(64))  #: the person's pseudonym, or "system"
    act: Mapped[str] = mapped_column(sa.String(64))
    norm: Mapped[str | None] = mapped_column(sa.String(80))  #: the norm's slug; None for the platform
    subject: Mapped[str] = mapped_column(sa.String(120))
    details: Mapped[dict[str, Any]]
    previous: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))


append_only(Entry.__table__)
