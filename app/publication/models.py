"""Signed publications, and their packages in chunks."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.consensus.models import Assessment
from app.foundation.database import Base, agrees, append_only, choice
from app.norms.models import Draft, Norm


class Publication(Base):
    """A numbered, signed, unchangeable consensus summary."""

    __tablename__ = "publication"
    __table_args__ = (
        sa.UniqueConstraint("norm_id", "number"),
        agrees("draft", norm_id="norm_id", draft_id="id"),
        agrees("assessment", draft_id="draft_id", assessment_id="id"),
    )
    __bound__ = (
        "norm_id",
        "number",
        "draft_id",
        "assessment_id",
        "summary",
        "package_digest",
        "public_key",
        "published_by",
        "published_at",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    number: Mapped[int]
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey(Assessment.id))
    summary: Mapped[dict[str, Any]]  #: everything the page shows, as it stood when signed
    package_digest: Mapped[str] = mapped_column(sa.String(71))  #: of the zip file
    public_key: Mapped[str] = mapped_column(sa.String(64))  #: Ed25519, hexadecimal
    published_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    published_at: Mapped[dt.datetime]

    norm: Mapped[Norm] = relationship()
    draft: Mapped[Draft] = relationship(foreign_keys=[draft_id])
    assessment: Mapped[Assessment] = relationship(foreign_keys=[assessment_id])


append_only(Publication.__table__)


class PackageKind(StrEnum):
    """Whom a package is for."""

    PUBLIC = "public"
    AUDITORS = "auditors"


class StoredPackage(Base):
    """Where a publication's package is: all its chunks are there since this row is."""

    __tablename__ = "stored_package"

    publication_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Publication.id), primary_key=True, autoincrement=False
    )
    kind: Mapped[PackageKind] = mapped_column(choice(PackageKind, "package_kind"), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(71))  #: of the zip file
    size: Mapped[int]  #: bytes


class PackageChunk(Base):
    """A piece of a package, of ``chunks.SIZE`` but for the last; counts once a row above names it."""

    __tablename__ = "package_chunk"
    __table_args__ = (sa.CheckConstraint("place >= 0", name="place_counted"),)

    digest: Mapped[str] = mapped_column(sa.String(71), primary_key=True)  #: of the whole package
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)


append_only(StoredPackage.__table__)
append_only(PackageChunk.__table__)
