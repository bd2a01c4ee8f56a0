"""Stakeholders, who may act for them, and how well they are known."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.accounts.models import User
from app.authority.actor import MandateRole
from app.foundation.database import Base, agrees, choice
from app.reference.lookalikes import LONGEST_SKELETON, folded, skeleton


class Category(StrEnum):
    GOVERNMENT = "government"
    IGO = "igo"
    COMPANY = "company"
    RESEARCH = "research"
    CIVIL_SOCIETY = "civil-society"
    INDIVIDUAL = "individual"


class Verification(StrEnum):
    SELF_DECLARED = "self-declared"
    VERIFIED = "verified"
    REFUSED = "refused"


class Stakeholder(Base):
    """Who takes a position: an entity or an individual."""

    __tablename__ = "stakeholder"
    __table_args__ = (
        sa.UniqueConstraint("origin", "external_id", name="uq_stakeholder_origin_external_id"),
        sa.CheckConstraint("country IS NULL OR length(country) = 2", name="country_code"),
        # Few are refused; what they have said is taken off the counts.
        sa.Index(
            "ix_stakeholder_refused",
            "id",
            sqlite_where=sa.text("verification = 'refused'"),
            postgresql_where=sa.text("verification = 'refused'"),
        ),
    )
    __bound__ = ("category", "country", "verification")
    __bound_later__ = (("name", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[Category] = mapped_column(choice(Category, "category"))
    country: Mapped[str | None] = mapped_column(sa.String(2))  #: ISO 3166-1 alpha-2
    name: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(16))  #: of the name and of what it writes by default
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    verification: Mapped[Verification] = mapped_column(
        choice(Verification, "verification"), default=Verification.SELF_DECLARED
    )
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id), unique=True)  #: an individual's login
    origin: Mapped[str | None] = mapped_column(sa.String(80))  #: the import it came from
    external_id: Mapped[str | None] = mapped_column(sa.String(200))  #: its name there
    created_at: Mapped[dt.datetime]
    appealed_at: Mapped[dt.datetime | None]  #: when it gave better evidence after a refusal, until decided on
    folded: Mapped[str | None] = mapped_column(sa.Text)  #: the name as it is looked for; None: came by a file
    #: What the name looks like: the same for names that can be taken for each other.
    skeleton: Mapped[str | None] = mapped_column(sa.String(LONGEST_SKELETON), index=True)

    @validates("name")
    def _fold(self, _: str, name: str) -> str:
        self.folded, self.skeleton = folded(name), skeleton(name)
        return name

    @property
    def is_refused(self) -> bool:
        return self.verification is Verification.REFUSED


class VerificationDecision(Base):
    """A moderator's decision, or a contact point's word, on how well a stakeholder is known."""

    __tablename__ = "verification_decision"
    __table_args__ = (
        sa.CheckConstraint("trim(reason) <> ''", name="has_reason"),
        sa.Index("ix_verification_decision_stakeholder", "stakeholder_id"),
    )
    __bound__ = ("stakeholder_id", "verdict", "reason", "decided_by", "voucher_id", "decided_at")
    __bound_later__ = (("revoked_at",),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    verdict: Mapped[Verification] = mapped_column(choice(Verification, "verdict"))
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    voucher_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Stakeholder.id))  #: the entity that vouches
    decided_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class Mandate(Base):
    """What a user may do for a stakeholder, from when, until when."""

    __tablename__ = "mandate"
    __table_args__ = (
        sa.Index("ix_mandate_user", "user_id"),
        sa.UniqueConstraint("stakeholder_id", "id"),
        agrees("mandate", stakeholder_id="stakeholder_id", successor_id="id"),
        sa.CheckConstraint("successor_id IS NULL OR successor_id <> id", name="succeeded_by_another"),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="dates_in_order"),
        sa.Index(
            "uq_mandate_without_end",
            "user_id",
            "stakeholder_id",
            "role",
            unique=True,
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        ),
    )
    __bound__ = ("user_id", "stakeholder_id", "role", "starts_at")
    __bound_later__ = (("ends_at", "successor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    role: Mapped[MandateRole] = mapped_column(choice(MandateRole, "mandate_role"))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
    successor_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("mandate.id")
    )  #: the mandate that begins when this one ends

    user: Mapped[User] = relationship()
    stakeholder: Mapped[Stakeholder] = relationship()


class OfferAnswer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class MandateOffer(Base):
    """A mandate offered to an address; it becomes one when the owner of the address accepts it."""

    __tablename__ = "mandate_offer"
    __table_args__ = (
        sa.Index(
            "uq_mandate_offer_open",
            "stakeholder_id",
            "email",
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        ),
        sa.Index("ix_mandate_offer_email", "email"),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        sa.CheckConstraint("answered_at IS NULL OR email IS NULL", name="address_forgotten"),
        sa.CheckConstraint(
            "last_date IS NULL OR from_date IS NULL OR last_date >= from_date", name="dates_in_order"
        ),
        sa.CheckConstraint(
            "mandate_id IS NULL OR (answer IS NOT NULL AND answer = 'accepted')", name="accepted_becomes_one"
        ),
        agrees("mandate", stakeholder_id="stakeholder_id", replaces_id="id"),
        agrees("mandate", stakeholder_id="stakeholder_id", mandate_id="id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    email: Mapped[str | None] = mapped_column(sa.String(254))  #: until it is answered
    role: Mapped[MandateRole] = mapped_column(choice(MandateRole, "offered_role"))
    from_date: Mapped[dt.date | None] = mapped_column(sa.Date)  #: UTC; None: when it is accepted
    last_date: Mapped[dt.date | None] = mapped_column(sa.Date)  #: UTC; None: until it is ended
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Mandate.id))  #: what is handed over
    offered_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    offered_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    answer: Mapped[OfferAnswer | None] = mapped_column(choice(OfferAnswer, "offer_answer"))
    answered_at: Mapped[dt.datetime | None]
    mandate_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Mandate.id))  #: what it became

    stakeholder: Mapped[Stakeholder] = relationship()
