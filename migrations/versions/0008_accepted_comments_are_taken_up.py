"""Steps name the accepted comments they take up, and drafts keep which decisions they kept

What was accepted before a draft was opened, when steps could not name comments, is noted as kept by that draft:
nobody can tell any more. What was accepted since is a commitment like any other.

Notices of single changes that were put to a draft go: the notice of the draft tells of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


FROM_BEFORE = """
INSERT INTO uptake (disposition_id, draft_id, step_id)
SELECT disposition.id, MIN(draft.id), NULL
FROM disposition
JOIN comment ON comment.id = disposition.comment_id
JOIN draft ON draft.norm_id = comment.norm_id
  AND draft.id > comment.draft_id AND draft.opened_at >= disposition.decided_at
WHERE disposition.superseded_at IS NULL
  AND disposition.decision IN ('accepted', 'accepted-with-modification')
GROUP BY disposition.id
"""


def upgrade() -> None:
    op.create_table(
        "merge_operation_comment",
        sa.Column("step_id", NUMBER, nullable=False),
        sa.Column("comment_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_merge_operation_comment_comment_id")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["merge_operation.id"], name=op.f("fk_merge_operation_comment_step_id")
        ),
        sa.PrimaryKeyConstraint("step_id", "comment_id", name=op.f("pk_merge_operation_comment")),
    )
    op.create_index(op.f("ix_merge_operation_comment_comment_id"), "merge_operation_comment", ["comment_id"])
    op.create_table(
        "uptake",
        sa.Column("disposition_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("draft_id", NUMBER, nullable=False),
        sa.Column("step_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["disposition_id"], ["disposition.id"], name=op.f("fk_uptake_disposition_id")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_uptake_draft_id")),
        sa.ForeignKeyConstraint(
            ["step_id"], ["merge_operation.id"], name=op.f("fk_uptake_step_id")
        ),
        sa.PrimaryKeyConstraint("disposition_id", name=op.f("pk_uptake")),
    )
    op.create_index(op.f("ix_uptake_draft_id"), "uptake", ["draft_id"])
    op.add_column("working_note", sa.Column("takes_up", sa.JSON(), nullable=False, server_default="[]"))
    op.execute(FROM_BEFORE)
    op.execute("DELETE FROM notice WHERE act = 'change-rebased'")


def downgrade() -> None:
    op.drop_column("working_note", "takes_up")
    op.drop_table("uptake")
    op.drop_table("merge_operation_comment")
