"""Steps taken although something was missing, for everybody to read; those in the record are taken over."""

import datetime as dt
import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

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
BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def stage(name: str) -> sa.Enum:
    return sa.Enum(*STAGES, name=name, native_enum=False, length=32, create_constraint=True)


def upgrade() -> None:
    op.add_column("norm", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    override = op.create_table(
        "step_override",
        sa.Column("id", BigId, nullable=False),
        sa.Column("norm_id", BigId, nullable=False),
        sa.Column("draft_id", BigId, nullable=True),
        sa.Column("from_stage", stage("from_stage"), nullable=False),
        sa.Column("to_stage", stage("to_stage"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(reason) <> ''", name=op.f("ck_step_override_has_reason")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_step_override_norm_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_step_override_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_override")),
    )
    op.create_index("ix_step_override_norm", "step_override", ["norm_id"])
    rows = recorded(op.get_bind())
    if rows:
        op.bulk_insert(override, rows)


def recorded(connection: sa.Connection) -> list[dict[str, object]]:
    """What the record tells of such steps: there, what was missing stands in words."""
    entry = sa.table(
        "audit_entry",
        *map(sa.column, ("number", "at", "actor", "act", "norm")),
        sa.column("details", sa.JSON),
    )
    norms = {row.slug: row.id for row in connection.execute(sa.text("SELECT slug, id FROM norm"))}
    found = []
    taken = sa.select(entry).where(entry.c.act == "step-taken").order_by(entry.c.number)
    for row in connection.execute(taken):
        details = row.details if isinstance(row.details, dict) else json.loads(row.details)
        if not str(details.get("override", "")).strip() or row.norm not in norms:
            continue
        at = row.at if isinstance(row.at, dt.datetime) else dt.datetime.fromisoformat(row.at)
        found.append(
            {
                "norm_id": norms[row.norm],
                "draft_id": None,
                "from_stage": details["from"],
                "to_stage": details["to"],
                "reason": details["override"],
                "language": "und",
                "missing": details.get("missing", []),
                "taken_by": row.actor,
                "taken_at": at if at.tzinfo else at.replace(tzinfo=dt.UTC),
            }
        )
    return found


def downgrade() -> None:
    op.drop_table("step_override")
    op.drop_column("norm", "suspended_at")
