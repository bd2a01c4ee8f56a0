"""Names are kept as they are looked for and as they look. What came by a file is never looked for."""

import sqlalchemy as sa
from alembic import op

from app.reference.lookalikes import LONGEST_SKELETON, folded, skeleton

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("user_account", sa.Column("folded", sa.Text()))
    op.add_column("stakeholder", sa.Column("folded", sa.Text()))
    op.add_column("stakeholder", sa.Column("skeleton", sa.String(LONGEST_SKELETON)))
    for table, where in (("user_account", "1 = 1"), ("stakeholder", "origin IS NULL")):
        _fill(table, where)
    op.create_index("ix_stakeholder_skeleton", "stakeholder", ["skeleton"])


def _fill(table: str, where: str) -> None:
    connection = op.get_bind()
    columns = ", skeleton = :skeleton" if table == "stakeholder" else ""
    put = sa.text(f"UPDATE {table} SET folded = :folded{columns} WHERE id = :id")
    read = sa.text(f"SELECT id, name FROM {table} WHERE {where} AND id > :last ORDER BY id LIMIT {AT_ONCE}")
    last = 0
    while rows := connection.execute(read, {"last": last}).all():
        for row in rows:
            looks = {"skeleton": skeleton(row.name)} if columns else {}
            connection.execute(put, {"id": row.id, "folded": folded(row.name), **looks})
        last = rows[-1].id


def downgrade() -> None:
    op.drop_index("ix_stakeholder_skeleton", "stakeholder")
    op.drop_column("stakeholder", "skeleton")
    op.drop_column("stakeholder", "folded")
    op.drop_column("user_account", "folded")
