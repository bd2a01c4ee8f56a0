"""Mandates are offered to an address and accepted by its owner; those that there are stay."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = ("contact-point", "deputy", "reviewer", "observer")
ANSWERS = ("accepted", "declined", "withdrawn", "lapsed")


def upgrade() -> None:
    op.create_table(
        "mandate_offer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("stakeholder_id", BIG, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column(
            "role",
            sa.Enum(*ROLES, name="offered_role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("last_date", sa.Date(), nullable=True),
        sa.Column("replaces_id", BIG, nullable=True),
        sa.Column("offered_by", BIG, nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(*ANSWERS, name="offer_answer", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mandate_id", BIG, nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_mandate_offer_answered")),
        sa.CheckConstraint(
            "answered_at IS NULL OR email IS NULL", name=op.f("ck_mandate_offer_address_forgotten")
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_mandate_offer_stakeholder_id")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["mandate.id"], name=op.f("fk_mandate_offer_replaces_id")),
        sa.ForeignKeyConstraint(["offered_by"], ["user_account.id"], name=op.f("fk_mandate_offer_offered_by")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_mandate_offer_mandate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_offer")),
    )
    op.create_index("ix_mandate_offer_email", "mandate_offer", ["email"])
    op.create_index(
        "uq_mandate_offer_open",
        "mandate_offer",
        ["stakeholder_id", "email"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("mandate_offer")
