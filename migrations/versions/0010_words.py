"""Which translation was read before a position, a comment or a reservation."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

READ = ("position", "comment", "reservation")


def upgrade() -> None:
    for table in READ:
        op.add_column(table, sa.Column("translation_digest", sa.LargeBinary(32), nullable=True))
    op.add_column("reservation", sa.Column("read_language", sa.String(16), nullable=True))


def downgrade() -> None:
    op.drop_column("reservation", "read_language")
    for table in reversed(READ):
        op.drop_column(table, "translation_digest")
