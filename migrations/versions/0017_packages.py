"""Packages lie in the database, in chunks, so that every host has them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LOSES = "the packages of publications, but for those that are kept as files"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("stored_package", "package_chunk")


def upgrade() -> None:
    op.create_table(
        "stored_package",
        sa.Column("publication_id", BIG, autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "public", "auditors", name="package_kind", native_enum=False, length=32, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_stored_package_publication_id")
        ),
        sa.PrimaryKeyConstraint("publication_id", "kind", name=op.f("pk_stored_package")),
    )
    op.create_table(
        "package_chunk",
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("place", BIG, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("place >= 0", name=op.f("ck_package_chunk_place_counted")),
        sa.PrimaryKeyConstraint("digest", "place", name=op.f("pk_package_chunk")),
    )
    for table in TABLES:
        guard(table)


def guard(table: str) -> None:
    words = f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_refuse()")
