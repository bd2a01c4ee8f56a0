"""The input of an official assessment is kept, and a determination names its assessment."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = "frozen_input is append-only"


def upgrade() -> None:
    op.create_table(
        "frozen_input",
        sa.Column("assessment_id", BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("positions", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_frozen_input_assessment_id")
        ),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_frozen_input")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER frozen_input_no_{verb.lower()} BEFORE {verb} ON frozen_input "
                f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            )
        op.execute(
            "ALTER TABLE determination ADD COLUMN assessment_id INTEGER "
            "CONSTRAINT fk_determination_assessment_id REFERENCES assessment (id)"
        )
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION frozen_input_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER frozen_input_append_only BEFORE UPDATE OR DELETE ON frozen_input "
            "FOR EACH ROW EXECUTE FUNCTION frozen_input_refuse()"
        )
        op.execute(
            "CREATE TRIGGER frozen_input_no_truncate BEFORE TRUNCATE ON frozen_input "
            "FOR EACH STATEMENT EXECUTE FUNCTION frozen_input_refuse()"
        )
        op.add_column("determination", sa.Column("assessment_id", BIG, nullable=True))
        op.create_foreign_key(
            op.f("fk_determination_assessment_id"), "determination", "assessment", ["assessment_id"], ["id"]
        )


def downgrade() -> None:
    op.drop_column("determination", "assessment_id")
    op.drop_table("frozen_input")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION frozen_input_refuse()")
