"""What stood against an adoption and why nevertheless; who confirms that stakeholders are set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("determination", sa.Column("despite", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("determination", sa.Column("reasons", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("set_aside", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("set_aside", sa.Column("confirmed_by", sa.String(length=32), nullable=True))
    # What was decided before there was a second person goes on as it was.
    op.execute("UPDATE set_aside SET confirmed_at = decided_at")


def downgrade() -> None:
    for column in ("confirmed_by", "confirmed_at"):
        op.drop_column("set_aside", column)
    for column in ("reasons", "despite"):
        op.drop_column("determination", column)
