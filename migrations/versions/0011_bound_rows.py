"""Entries of the record bind the rows they tell of; append-only tables cannot be emptied

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

GUARDED = ("audit_entry", "publication")


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("binds", sa.JSON(), nullable=True))
    op.create_table(
        "record_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_record_key_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_key")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in GUARDED:
            op.execute(
                f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in GUARDED:
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    op.drop_table("record_key")
    op.drop_column("audit_entry", "binds")
