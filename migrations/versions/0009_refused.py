"""Better evidence after a refusal, and an index of those refused."""

import sqlalchemy as sa
from alembic import op


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stakeholder", sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True))
    refused = sa.text("verification = 'refused'")
    op.create_index(
        "ix_stakeholder_refused", "stakeholder", ["id"], sqlite_where=refused, postgresql_where=refused
    )


def downgrade() -> None:
    op.drop_index("ix_stakeholder_refused", "stakeholder")
    op.drop_column("stakeholder", "appealed_at")
