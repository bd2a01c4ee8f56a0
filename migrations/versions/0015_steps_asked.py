"""Steps that somebody asked for and a worker takes."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STAGES = (
    "preparation",
    "consultation",
    "compilation",
    "last-call",
    "consensus-call",
    "adopted",
    "not-adopted",
    "published",
    "under-review",
    "suspended",
)
PHASES = ("waiting", "assessing", "packing", "checking", "keeping")


def upgrade() -> None:
    op.create_table(
        "step_asked",
        sa.Column("id", BIG, nullable=False),
        sa.Column("norm_id", BIG, nullable=False),
        sa.Column(
            "to_stage",
            sa.Enum(*STAGES, name="to_stage", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(*PHASES, name="phase", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_step_asked_norm_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_step_asked_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_asked")),
    )
    op.create_index(
        "uq_step_asked_under_way",
        "step_asked",
        ["norm_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("step_asked")
