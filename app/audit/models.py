"""The record: one row for each act, never changed, never removed."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, append_only


class AuditEntry(Base):
    """One act. ``chain`` and ``place`` say where it is bound; ``number`` only orders the whole record.

    Within a chain numbers rise with the places. Across chains they may be committed in another order than
    they were given, and one that was given may never be used.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.CheckConstraint("length(previous) = 32 AND length(digest) = 32", name="digest_length"),
        sa.Index("ix_audit_entry_norm_number", "norm", "number"),
        sa.Index("ix_audit_entry_actor", "actor", "number"),
        sa.Index("uq_audit_entry_chain_place", "chain", "place", unique=True),
    )

    number: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    chain: Mapped[str] = mapped_column(
        sa.String(80), server_default=""
    )  #: the norm's slug; "": the platform's
    place: Mapped[int] = mapped_column(server_default="0")  #: in its chain, from 1 without gaps
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(sa.String(64))  #: the person's pseudonym, or "system"
    act: Mapped[str] = mapped_column(sa.String(64))
    norm: Mapped[str | None] = mapped_column(sa.String(80))  #: the norm's slug; None for the platform
    subject: Mapped[str] = mapped_column(sa.String(120))
    details: Mapped[dict[str, Any]]
    binds: Mapped[dict[str, Any] | None] = mapped_column(
        sa.JSON(none_as_null=True)
    )  #: see ``binding``; None: written before it
    previous: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))


append_only(AuditEntry.__table__)


class RecordKey(Base):
    """The one key under which the digests of rows are made. It is never published and never changed."""

    __tablename__ = "record_key"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
