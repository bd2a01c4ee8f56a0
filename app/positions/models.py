"""Positions, the objection ledger, and reservations."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.foundation.database import Base, agrees, choice
from app.foundation.versions import Fields
from app.norms.models import Clause, Draft, Norm, Provision
from app.stakeholders.models import Stakeholder

NO_REASON = "No reason recorded in the source."  #: of an objection that was imported without one


class Stance(StrEnum):
    SUPPORT = "support"
    ACCEPT = "accept"
    ABSTAIN = "abstain"
    OBJECT = "object"


class Position(Base):
    """What one stakeholder says of one wording of one provision. Changing it adds a row."""

    __tablename__ = "position"
    __table_args__ = (
        sa.CheckConstraint("stance <> 'object' OR trim(reason) <> ''", name="objection_has_reason"),
        sa.Index(
            "uq_position_current",
            "provision_id",
            "stakeholder_id",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        # What is heard of every clause is counted from the index alone.
        sa.Index(
            "ix_position_heard",
            "norm_id",
            "provision_id",
            "text_digest",
            "stance",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        # Keys of one column each would follow from these, and every position would pay for them.
        agrees("provision", norm_id="norm_id", provision_id="id"),
        agrees("clause", provision_id="provision_id", clause_id="id"),
        agrees("position", provision_id="provision_id", stakeholder_id="stakeholder_id", reaffirms_id="id"),
        sa.UniqueConstraint("provision_id", "stakeholder_id", "id"),
        sa.Index("ix_position_stakeholder", "stakeholder_id"),
        sa.Index("ix_position_norm", "norm_id", "id"),
    )
    __succeeds_in__ = ("provision_id", "stakeholder_id")
    __bound__ = (
        "norm_id",
        "provision_id",
        "clause_id",
        "stakeholder_id",
        "stance",
        "reason",
        "remedy",
        "language",
        "read_language",
        "text_digest",
        "stated_by",
        "stated_at",
        "reaffirms_id",
    )
    __bound_later__ = (("translation_digest",),)

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int]
    provision_id: Mapped[int] = mapped_column()
    clause_id: Mapped[int] = mapped_column()  #: the wording it was stated on
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    stance: Mapped[Stance] = mapped_column(choice(Stance, "stance"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    remedy: Mapped[str] = mapped_column(sa.Text, default="")  #: what would resolve an objection
    language: Mapped[str] = mapped_column(sa.String(16))  #: of the reason
    read_language: Mapped[str] = mapped_column(sa.String(16))  #: in which the clause was read
    text_digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))  #: of the authentic texts it was stated on
    translation_digest: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))  #: of the translation read
    stated_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))  #: None for an import
    stated_at: Mapped[dt.datetime]
    reaffirms_id: Mapped[int | None]
    superseded_at: Mapped[dt.datetime | None]

    stakeholder: Mapped[Stakeholder] = relationship()
    clause: Mapped[Clause] = relationship(
        primaryjoin=lambda: Clause.id == Position.clause_id, foreign_keys=[clause_id]
    )
    provision: Mapped[Provision] = relationship(
        primaryjoin=lambda: Provision.id == Position.provision_id, foreign_keys=[provision_id]
    )

    @property
    def fields(self) -> Fields:
        """What its form shows."""
        return {
            "stance": self.stance,
            "reason": self.reason,
            "remedy": self.remedy,
            "language": self.language,
        }


class ObjectionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    ACCOMMODATED = "accommodated"
    WITHDRAWN = "withdrawn"
    MAINTAINED = "maintained"


class Objection(Base):
    """The life of one stakeholder's objection to one provision, across its restatements."""

    __tablename__ = "objection"
    __table_args__ = (
        sa.Index(
            "uq_objection_live",
            "provision_id",
            "stakeholder_id",
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'answered', 'maintained')"),
            postgresql_where=sa.text("state IN ('open', 'answered', 'maintained')"),
        ),
        sa.UniqueConstraint("norm_id", "id"),
        agrees("provision", norm_id="norm_id", provision_id="id"),
        agrees("position", provision_id="provision_id", stakeholder_id="stakeholder_id", position_id="id"),
        sa.Index("ix_objection_stakeholder", "stakeholder_id"),
    )
    __bound__ = ("norm_id", "provision_id", "stakeholder_id", "position_id", "state", "opened_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    provision_id: Mapped[int] = mapped_column(sa.ForeignKey(Provision.id))
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    position_id: Mapped[int] = mapped_column(sa.ForeignKey(Position.id))  #: its latest statement
    state: Mapped[ObjectionState] = mapped_column(choice(ObjectionState, "objection_state"))
    opened_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]

    stakeholder: Mapped[Stakeholder] = relationship()
    provision: Mapped[Provision] = relationship(foreign_keys=[provision_id])
    position: Mapped[Position] = relationship(foreign_keys=[position_id])


class ObjectionAnswer(Base):
    """A chair's reasoned answer, or note on a maintained objection."""

    __tablename__ = "objection_answer"
    __table_args__ = (
        sa.CheckConstraint("trim(text) <> ''", name="has_reason"),
        sa.Index("ix_objection_answer_objection", "objection_id"),
    )
    __bound__ = ("objection_id", "text", "language", "is_note", "answered_by", "answered_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(sa.ForeignKey(Objection.id))
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16))
    is_note: Mapped[bool] = mapped_column(default=False)  #: the chair's note on a maintained objection
    answered_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    answered_at: Mapped[dt.datetime]

    objection: Mapped[Objection] = relationship()


class Reservation(Base):
    """Accepts adoption, records dissent on a clause as it was worded.

    What was said otherwise or taken back is superseded; another wording needs another reservation.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        sa.Index(
            "uq_reservation_present",
            "provision_id",
            "stakeholder_id",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.Index("ix_reservation_norm", "norm_id"),
        agrees("provision", norm_id="norm_id", provision_id="id"),
        sa.CheckConstraint("trim(text) <> ''", name="has_text"),
    )
    __bound__ = (
        "norm_id",
        "provision_id",
        "stakeholder_id",
        "text",
        "language",
        "text_digest",
        "stated_at",
        "superseded_at",
    )
    __bound_later__ = (("read_language", "translation_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    provision_id: Mapped[int] = mapped_column(sa.ForeignKey(Provision.id))
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16))
    read_language: Mapped[str | None] = mapped_column(sa.String(16))  #: None: not kept at that time
    text_digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))  #: of the clause it was made on
    translation_digest: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))  #: of the translation read
    stated_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]

    stakeholder: Mapped[Stakeholder] = relationship()
    provision: Mapped[Provision] = relationship(foreign_keys=[provision_id])

    @property
    def fields(self) -> Fields:
        """What its form shows."""
        return {"text": self.text, "language": self.language}


class Explanation(Base):
    """What a stakeholder puts on record about its position on a draft, with the text that is adopted."""

    __tablename__ = "explanation"
    __table_args__ = (
        sa.UniqueConstraint("draft_id", "stakeholder_id"),
        sa.CheckConstraint("trim(text) <> ''", name="has_text"),
    )
    __bound__ = ("draft_id", "stakeholder_id", "text", "language", "stated_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16))
    stated_at: Mapped[dt.datetime]

    stakeholder: Mapped[Stakeholder] = relationship()
