"""A person has a seat, and a mandate without an end, once. What was given twice ends where it began."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ONCE = (
    ("uq_seat_at_norm", "seat", ["user_id", "role", "norm_id"], "ended_at IS NULL"),
    ("uq_seat_everywhere", "seat", ["user_id", "role"], "ended_at IS NULL AND norm_id IS NULL"),
    ("uq_mandate_without_end", "mandate", ["user_id", "stakeholder_id", "role"], "ends_at IS NULL"),
)


def upgrade() -> None:
    op.execute(
        "UPDATE seat SET ended_at = given_at WHERE ended_at IS NULL AND EXISTS (SELECT 1 FROM seat AS earlier"
        " WHERE earlier.user_id = seat.user_id AND earlier.role = seat.role AND earlier.ended_at IS NULL"
        " AND coalesce(earlier.norm_id, 0) = coalesce(seat.norm_id, 0) AND earlier.id < seat.id)"
    )
    op.execute(
        "UPDATE mandate SET ends_at = starts_at WHERE ends_at IS NULL AND EXISTS (SELECT 1 FROM mandate AS earlier"
        " WHERE earlier.user_id = mandate.user_id AND earlier.stakeholder_id = mandate.stakeholder_id"
        " AND earlier.role = mandate.role AND earlier.ends_at IS NULL AND earlier.id < mandate.id)"
    )
    for name, table, columns, present in ONCE:
        where = sa.text(present)
        op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _, _ in reversed(ONCE):
        op.drop_index(name, table)
