"""Translations know their words and who wrote them; what they said before, and corrigenda, are kept."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

APPEND_ONLY = ("clause_text_version", "corrigendum")
STATUSES = ("authentic", "verified", "draft", "machine")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def append_only_statements(table: str, dialect: str) -> list[str]:
    """The triggers as they were made by this revision; a revision takes nothing from the application."""
    words = f"{table} is append-only"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def upgrade() -> None:
    op.add_column("clause_text", sa.Column("digest", sa.LargeBinary(32), nullable=True))
    op.add_column("clause_text", sa.Column("version", ID, nullable=False, server_default="1"))
    op.add_column("clause_text", sa.Column("written_by", ID, nullable=True))
    fill()
    with op.batch_alter_table("clause_text") as table:
        table.alter_column("digest", existing_type=sa.LargeBinary(32), nullable=False)
        table.alter_column("version", existing_type=ID, server_default=None)
        table.create_foreign_key("fk_clause_text_written_by", "user_account", ["written_by"], ["id"])
    op.create_table(
        "clause_text_version",
        sa.Column("clause_id", ID, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("version", ID, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="text_version_status", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("replaced_by", ID, nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_clause_text_version_clause_id")),
        sa.ForeignKeyConstraint(["replaced_by"], ["user_account.id"], name=op.f("fk_clause_text_version_replaced_by")),
        sa.PrimaryKeyConstraint("clause_id", "language", "version", name=op.f("pk_clause_text_version")),
    )
    op.create_index("ix_clause_text_version_digest", "clause_text_version", ["digest"])
    op.create_table(
        "corrigendum",
        sa.Column("id", ID, nullable=False),
        sa.Column("norm_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("clause_id", ID, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_language", sa.String(16), nullable=False),
        sa.Column("made_by", ID, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(reason) <> ''", name=op.f("ck_corrigendum_has_reason")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_corrigendum_norm_id")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_corrigendum_clause_id")),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_corrigendum_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrigendum")),
        sa.UniqueConstraint("norm_id", "number", name=op.f("uq_corrigendum_norm_id_number")),
    )
    for table_name in APPEND_ONLY:
        for statement in append_only_statements(table_name, op.get_bind().dialect.name):
            op.execute(sa.text(statement))


def fill() -> None:
    """The digest of each text's words."""
    connection, texts = op.get_bind(), sa.table("clause_text", sa.column("id"), sa.column("text"), sa.column("digest"))
    for number, text in connection.execute(sa.select(texts.c.id, texts.c.text)).all():
        digest = hashlib.sha256(text.encode()).digest()
        connection.execute(sa.update(texts).where(texts.c.id == number).values(digest=digest))


def downgrade() -> None:
    for table_name in reversed(APPEND_ONLY):
        op.drop_table(table_name)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(sa.text(f"DROP FUNCTION {table_name}_refuse()"))
    with op.batch_alter_table("clause_text") as table:
        table.drop_constraint("fk_clause_text_written_by", type_="foreignkey")
        table.drop_column("written_by")
        table.drop_column("version")
        table.drop_column("digest")
