"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


CURRENT_DRAFT = "fk_norm_current_draft_id"
APPEND_ONLY = ("audit_entry", "publication")


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
    op.create_table(
        "audit_entry",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("norm", sa.String(length=80), nullable=True),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint(
            "length(previous) = 32 AND length(digest) = 32", name=op.f("ck_audit_entry_digest_length")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_norm_number", ["norm", "number"], unique=False)

    op.create_table(
        "country_override",
        sa.Column("iso2", sa.String(length=2), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(reason) <> ''", name=op.f("ck_country_override_has_reason")),
        sa.PrimaryKeyConstraint("iso2", name=op.f("pk_country_override")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "done",
                "failed",
                name="job_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_due", ["state", "due_at"], unique=False)
        batch_op.create_index(
            "uq_job_waiting_key",
            ["key"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting' AND token IS NULL"),
            postgresql_where=sa.text("state = 'waiting' AND token IS NULL"),
        )

    op.create_table(
        "norm",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("summaries", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("authentic_languages", sa.JSON(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
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
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "suspended_from",
            sa.Enum(
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
                name="suspended_from",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("current_draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["current_draft_id"], ["draft.id"], name="fk_norm_current_draft_id", use_alter=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norm")),
        sa.UniqueConstraint("slug", name=op.f("uq_norm_slug")),
    )
    op.create_table(
        "notice_mark",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("through", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_notice_mark_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_mark")),
    )
    op.create_table(
        "text_vector",
        sa.Column("words_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("model", sa.String(length=60), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("words_digest", "model", name=op.f("pk_text_vector")),
    )
    op.create_table(
        "tries",
        sa.Column("bucket", sa.String(length=120), nullable=False),
        sa.Column("window_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_tries")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "rhythm",
            sa.Enum(
                "at-once",
                "daily",
                "weekly",
                "never",
                name="notice_rhythm",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("told_through", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "erased_at IS NULL OR (email IS NULL AND password_hash IS NULL)",
            name=op.f("ck_user_account_erased"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_user_account_pseudonym")),
    )
    op.create_table(
        "account_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "confirm", "reset", name="token_purpose", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_account_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_account_token_digest")),
    )
    with op.batch_alter_table("account_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "answer_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "accepted",
                "accepted-with-modification",
                "not-accepted",
                "noted",
                "deferred",
                "out-of-scope",
                "duplicate",
                "withdrawn",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("decision <> 'duplicate'", name=op.f("ck_answer_template_not_each_its_own")),
        sa.CheckConstraint(
            "trim(title) <> '' AND trim(reason) <> ''", name=op.f("ck_answer_template_not_empty")
        ),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_answer_template_norm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_template")),
        sa.UniqueConstraint(
            "norm_id", "language", "title", name=op.f("uq_answer_template_norm_id_language_title")
        ),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "read", "write", name="token_scope", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "comment_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("formed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dissolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_comment_group_norm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_group")),
        sa.UniqueConstraint("norm_id", "number", name=op.f("uq_comment_group_norm_id_number")),
    )
    op.create_table(
        "copies_found",
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_copies_found_norm_id")),
        sa.PrimaryKeyConstraint("norm_id", name=op.f("pk_copies_found")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_draft_norm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("norm_id", "number", name=op.f("uq_draft_norm_id_number")),
    )
    op.create_table(
        "provision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_provision_norm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provision")),
        sa.UniqueConstraint("norm_id", "code", name=op.f("uq_provision_norm_id_code")),
    )
    op.create_table(
        "rules_of_procedure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(length=71), nullable=True),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_rules_of_procedure_norm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_of_procedure")),
        sa.UniqueConstraint("norm_id", name=op.f("uq_rules_of_procedure_norm_id")),
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "editor",
                "moderator",
                "translator",
                "chair",
                "publisher",
                name="seat_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_seat_norm_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_seat_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index("ix_seat_user", ["user_id"], unique=False)

    op.create_table(
        "set_aside",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("detector", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "lifted_at IS NULL OR trim(lift_reason) <> ''", name=op.f("ck_set_aside_has_lift_reason")
        ),
        sa.CheckConstraint("trim(reason) <> ''", name=op.f("ck_set_aside_has_reason")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_set_aside_decided_by")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_set_aside_norm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.create_index("ix_set_aside_norm", ["norm_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_digest")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_user_id"), ["user_id"], unique=False)

    op.create_table(
        "stakeholder",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "government",
                "igo",
                "company",
                "research",
                "civil-society",
                "individual",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column(
            "verification",
            sa.Enum(
                "self-declared",
                "verified",
                "refused",
                name="verification",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("origin", sa.String(length=80), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "country IS NULL OR length(country) = 2", name=op.f("ck_stakeholder_country_code")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_stakeholder_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholder")),
        sa.UniqueConstraint("origin", "external_id", name="uq_stakeholder_origin_external_id"),
        sa.UniqueConstraint("user_id", name=op.f("uq_stakeholder_user_id")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("rules_digest", sa.String(length=71), nullable=False),
        sa.Column("input_digest", sa.String(length=71), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("headline", sa.JSON(), nullable=False),
        sa.Column("country_facts", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_assessment_draft_id")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_assessment_norm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("norm_id", "number", name=op.f("uq_assessment_norm_id_number")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index("ix_assessment_draft", ["draft_id"], unique=False)

    op.create_table(
        "clause",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("depth", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "preambular",
                "operative",
                "definition",
                "heading",
                name="clause_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column(
            "risk_tier",
            sa.Enum(
                "low",
                "medium",
                "high",
                name="risk_tier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_clause_draft_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_clause_provision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
        sa.UniqueConstraint("draft_id", "place", name=op.f("uq_clause_draft_id_place")),
        sa.UniqueConstraint("draft_id", "provision_id", name=op.f("uq_clause_draft_id_provision_id")),
    )
    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.create_index("ix_clause_provision", ["provision_id"], unique=False)

    op.create_table(
        "compilation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("base_draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["base_draft_id"], ["draft.id"], name=op.f("fk_compilation_base_draft_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_compilation_draft_id")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_compilation_norm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compilation")),
        sa.UniqueConstraint("base_draft_id", name=op.f("uq_compilation_base_draft_id")),
    )
    op.create_table(
        "determination",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "adopted-by-consensus",
                "adopted-with-reservations",
                "not-adopted",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("stated_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_determination_draft_id")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_determination_norm_id")),
        sa.ForeignKeyConstraint(["stated_by"], ["user_account.id"], name=op.f("fk_determination_stated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_determination")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_determination_draft_id")),
    )
    op.create_table(
        "explanation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(text) <> ''", name=op.f("ck_explanation_has_text")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_explanation_draft_id")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_explanation_stakeholder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation")),
        sa.UniqueConstraint(
            "draft_id", "stakeholder_id", name=op.f("uq_explanation_draft_id_stakeholder_id")
        ),
    )
    op.create_table(
        "follow",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_follow_provision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_follow_user_id")),
        sa.PrimaryKeyConstraint("user_id", "provision_id", name=op.f("pk_follow")),
    )
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_provision_id"), ["provision_id"], unique=False)

    op.create_table(
        "mandate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "contact-point",
                "deputy",
                "reviewer",
                "observer",
                name="mandate_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("successor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_mandate_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_mandate_stakeholder_id")
        ),
        sa.ForeignKeyConstraint(["successor_id"], ["mandate.id"], name=op.f("fk_mandate_successor_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mandate_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.create_index("ix_mandate_stakeholder", ["stakeholder_id"], unique=False)
        batch_op.create_index("ix_mandate_user", ["user_id"], unique=False)

    op.create_table(
        "provision_lineage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("split", "join", name="descent", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_provision_lineage_goes_on")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_provision_lineage_draft_id")),
        sa.ForeignKeyConstraint(["from_id"], ["provision.id"], name=op.f("fk_provision_lineage_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["provision.id"], name=op.f("fk_provision_lineage_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provision_lineage")),
        sa.UniqueConstraint(
            "draft_id", "from_id", "to_id", name=op.f("uq_provision_lineage_draft_id_from_id_to_id")
        ),
    )
    op.create_table(
        "reading_aid",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "term",
                "note",
                "question",
                name="aid_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'term') = (provision_id IS NULL)", name=op.f("ck_reading_aid_term_is_of_the_norm")
        ),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_reading_aid_norm_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_reading_aid_provision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_aid")),
    )
    with op.batch_alter_table("reading_aid", schema=None) as batch_op:
        batch_op.create_index("ix_reading_aid_norm_id", ["norm_id", "provision_id"], unique=False)
        batch_op.create_index(
            "ix_reading_aid_note",
            ["provision_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'note' AND removed_at IS NULL"),
            postgresql_where=sa.text("kind = 'note' AND removed_at IS NULL"),
        )

    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("trim(text) <> ''", name=op.f("ck_reservation_has_text")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_reservation_norm_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_reservation_provision_id")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_reservation_stakeholder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index("ix_reservation_norm", ["norm_id"], unique=False)
        batch_op.create_index(
            "uq_reservation_present",
            ["provision_id", "stakeholder_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "set_aside_stakeholder",
        sa.Column("set_aside_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_aside_id"], ["set_aside.id"], name=op.f("fk_set_aside_stakeholder_set_aside_id")
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_set_aside_stakeholder_stakeholder_id")
        ),
        sa.PrimaryKeyConstraint("set_aside_id", "stakeholder_id", name=op.f("pk_set_aside_stakeholder")),
    )
    with op.batch_alter_table("set_aside_stakeholder", schema=None) as batch_op:
        batch_op.create_index("ix_set_aside_stakeholder_stakeholder", ["stakeholder_id"], unique=False)

    op.create_table(
        "verification_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "self-declared",
                "verified",
                "refused",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voucher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("trim(reason) <> ''", name=op.f("ck_verification_decision_has_reason")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_verification_decision_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_verification_decision_stakeholder_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["stakeholder.id"], name=op.f("fk_verification_decision_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_decision")),
    )
    with op.batch_alter_table("verification_decision", schema=None) as batch_op:
        batch_op.create_index("ix_verification_decision_stakeholder", ["stakeholder_id"], unique=False)

    op.create_table(
        "clause_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "authentic",
                "verified",
                "draft",
                "machine",
                name="text_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("provenance", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("trim(text) <> ''", name=op.f("ck_clause_text_not_empty")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_clause_text_clause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_text")),
        sa.UniqueConstraint("clause_id", "language", name=op.f("uq_clause_text_clause_id_language")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "general",
                "substantive",
                "technical",
                "editorial",
                "translation",
                "question",
                name="comment_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("read_language", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("words_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "shown",
                "held",
                "hidden",
                "withdrawn",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "hiding_reason",
            sa.Enum(
                "abuse",
                "personal-data",
                "spam",
                "unlawful",
                "off-topic",
                name="hiding_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(visibility = 'hidden') = (hiding_reason IS NOT NULL)",
            name=op.f("ck_comment_hidden_with_reason"),
        ),
        sa.CheckConstraint("trim(body) <> ''", name=op.f("ck_comment_not_empty")),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_comment_clause_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_comment_draft_id")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_comment_norm_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_comment_provision_id")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_comment_stakeholder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("author_id", "form_key", name=op.f("uq_comment_author_id_form_key")),
        sa.UniqueConstraint("norm_id", "number", name=op.f("uq_comment_norm_id_number")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index("ix_comment_draft", ["draft_id"], unique=False)
        batch_op.create_index(
            "ix_comment_norm_visibility", ["norm_id", "visibility", "provision_id", "parent_id"], unique=False
        )
        batch_op.create_index(
            "ix_comment_parent_id",
            ["parent_id"],
            unique=False,
            sqlite_where=sa.text("parent_id IS NOT NULL"),
            postgresql_where=sa.text("parent_id IS NOT NULL"),
        )
        batch_op.create_index("ix_comment_provision", ["provision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_stakeholder_id"), ["stakeholder_id"], unique=False)
        batch_op.create_index("ix_comment_words", ["norm_id", "words_digest"], unique=False)

    op.create_table(
        "compilation_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("compilation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("split_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("joined_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("depth", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "preambular",
                "operative",
                "definition",
                "heading",
                name="entry_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "treatment",
            sa.Enum(
                "keep",
                "merge",
                "edit",
                "delete",
                "add",
                "move",
                "split",
                "join",
                name="treatment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("motive", sa.Text(), nullable=False),
        sa.Column("is_there", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("worked_on_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("worked_on_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(treatment = 'join') = (joined_into_id IS NOT NULL)",
            name=op.f("ck_compilation_entry_joined_into_one"),
        ),
        sa.CheckConstraint(
            "provision_id IS NOT NULL OR treatment IN ('add', 'split', 'join', 'delete')",
            name=op.f("ck_compilation_entry_new_is_made"),
        ),
        sa.CheckConstraint(
            "provision_id IS NULL OR treatment <> 'add'", name=op.f("ck_compilation_entry_only_added_is_new")
        ),
        sa.CheckConstraint(
            "treatment IN ('keep', 'merge') OR trim(motive) <> ''",
            name=op.f("ck_compilation_entry_has_motive"),
        ),
        sa.ForeignKeyConstraint(
            ["compilation_id"], ["compilation.id"], name=op.f("fk_compilation_entry_compilation_id")
        ),
        sa.ForeignKeyConstraint(
            ["joined_into_id"], ["compilation_entry.id"], name=op.f("fk_compilation_entry_joined_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["provision_id"], ["provision.id"], name=op.f("fk_compilation_entry_provision_id")
        ),
        sa.ForeignKeyConstraint(
            ["split_from_id"], ["compilation_entry.id"], name=op.f("fk_compilation_entry_split_from_id")
        ),
        sa.ForeignKeyConstraint(
            ["worked_on_by"], ["user_account.id"], name=op.f("fk_compilation_entry_worked_on_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compilation_entry")),
        sa.UniqueConstraint(
            "compilation_id", "form_key", name=op.f("uq_compilation_entry_compilation_id_form_key")
        ),
        sa.UniqueConstraint(
            "compilation_id", "provision_id", name=op.f("uq_compilation_entry_compilation_id_provision_id")
        ),
    )
    op.create_table(
        "position",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "stance",
            sa.Enum(
                "support",
                "accept",
                "abstain",
                "object",
                name="stance",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("read_language", sa.String(length=16), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stated_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reaffirms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stance <> 'object' OR trim(reason) <> ''", name=op.f("ck_position_objection_has_reason")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_position_clause_id")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_position_norm_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_position_provision_id")),
        sa.ForeignKeyConstraint(["reaffirms_id"], ["position.id"], name=op.f("fk_position_reaffirms_id")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_position_stakeholder_id")
        ),
        sa.ForeignKeyConstraint(["stated_by"], ["user_account.id"], name=op.f("fk_position_stated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
    )
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.create_index(
            "ix_position_heard",
            ["norm_id", "provision_id", "text_digest", "stance"],
            unique=False,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.create_index("ix_position_norm", ["norm_id", "id"], unique=False)
        batch_op.create_index("ix_position_stakeholder", ["stakeholder_id"], unique=False)
        batch_op.create_index(
            "uq_position_current",
            ["provision_id", "stakeholder_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("package_digest", sa.String(length=71), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_publication_assessment_id")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_publication_draft_id")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_publication_norm_id")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name=op.f("fk_publication_published_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("norm_id", "number", name=op.f("uq_publication_norm_id_number")),
    )
    op.create_table(
        "reading_aid_wording",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("aid_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("forms", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("trim(text) <> ''", name=op.f("ck_reading_aid_wording_not_empty")),
        sa.ForeignKeyConstraint(["aid_id"], ["reading_aid.id"], name=op.f("fk_reading_aid_wording_aid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_aid_wording")),
        sa.UniqueConstraint(
            "aid_id", "language", "version", name=op.f("uq_reading_aid_wording_aid_id_language_version")
        ),
    )
    op.create_table(
        "assignment",
        sa.Column(
            "comment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_assignment_comment_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_assignment_user_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_user_id"), ["user_id"], unique=False)

    op.create_table(
        "backing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "side",
            sa.Enum("back", "oppose", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_backing_comment_id")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_backing_stakeholder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backing")),
    )
    with op.batch_alter_table("backing", schema=None) as batch_op:
        batch_op.create_index(
            "uq_backing_current",
            ["comment_id", "stakeholder_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "comment_version",
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("was_shown", sa.Boolean(), nullable=False),
        sa.Column("edited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_version_comment_id")),
        sa.ForeignKeyConstraint(
            ["edited_by"], ["user_account.id"], name=op.f("fk_comment_version_edited_by")
        ),
        sa.PrimaryKeyConstraint("comment_id", "version", name=op.f("pk_comment_version")),
    )
    op.create_table(
        "compilation_wording",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("runs", sa.JSON(), nullable=False),
        sa.Column("merge", sa.JSON(), nullable=False),
        sa.Column("unsettled", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["compilation_entry.id"], name=op.f("fk_compilation_wording_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compilation_wording")),
        sa.UniqueConstraint("entry_id", "language", name=op.f("uq_compilation_wording_entry_id_language")),
    )
    op.create_table(
        "contribution",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "comment",
                "change",
                "position",
                name="contribution_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "endorsed",
                "declined",
                "withdrawn",
                name="contribution_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "hiding_reason",
            sa.Enum(
                "abuse",
                "personal-data",
                "spam",
                "unlawful",
                "off-topic",
                name="contribution_hiding_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'endorsed') = (comment_id IS NOT NULL OR position_id IS NOT NULL)",
            name=op.f("ck_contribution_endorsed_became_something"),
        ),
        sa.CheckConstraint(
            "kind = 'comment' OR clause_id IS NOT NULL", name=op.f("ck_contribution_place_fits_kind")
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR trim(note) <> ''", name=op.f("ck_contribution_declined_with_note")
        ),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)", name=op.f("ck_contribution_claim_is_whole")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_contribution_author_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["user_account.id"], name=op.f("fk_contribution_claimed_by")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_contribution_clause_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_contribution_comment_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_contribution_decided_by")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_contribution_norm_id")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_contribution_position_id")),
        sa.ForeignKeyConstraint(
            ["provision_id"], ["provision.id"], name=op.f("fk_contribution_provision_id")
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_contribution_stakeholder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
    )
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contribution_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_contribution_provision", ["provision_id", "state"], unique=False)
        batch_op.create_index("ix_contribution_stakeholder", ["stakeholder_id", "state", "id"], unique=False)

    op.create_table(
        "disposition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "accepted",
                "accepted-with-modification",
                "not-accepted",
                "noted",
                "deferred",
                "out-of-scope",
                "duplicate",
                "withdrawn",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("duplicate_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decision = 'duplicate') = (duplicate_of_id IS NOT NULL)",
            name=op.f("ck_disposition_duplicate_of_what"),
        ),
        sa.CheckConstraint(
            "decision = 'withdrawn' OR trim(reason) <> ''", name=op.f("ck_disposition_has_reason")
        ),
        sa.CheckConstraint(
            "duplicate_of_id IS NULL OR duplicate_of_id <> comment_id",
            name=op.f("ck_disposition_not_of_itself"),
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_disposition_clause_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_disposition_comment_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_disposition_decided_by")),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["comment.id"], name=op.f("fk_disposition_duplicate_of_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
    )
    with op.batch_alter_table("disposition", schema=None) as batch_op:
        batch_op.create_index(
            "uq_disposition_current",
            ["comment_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "group_member",
        sa.Column(
            "comment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_group_member_comment_id")),
        sa.ForeignKeyConstraint(["group_id"], ["comment_group.id"], name=op.f("fk_group_member_group_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_group_member")),
    )
    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_member_group_id"), ["group_id"], unique=False)

    op.create_table(
        "merge_operation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "treatment",
            sa.Enum(
                "keep",
                "merge",
                "edit",
                "delete",
                "add",
                "move",
                "split",
                "join",
                name="step_treatment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("motive", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("done_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["user_account.id"], name=op.f("fk_merge_operation_done_by")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["compilation_entry.id"], name=op.f("fk_merge_operation_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["part_of_id"], ["merge_operation.id"], name=op.f("fk_merge_operation_part_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["user_account.id"], name=op.f("fk_merge_operation_undone_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_operation")),
    )
    with op.batch_alter_table("merge_operation", schema=None) as batch_op:
        batch_op.create_index("ix_merge_operation_entry", ["entry_id"], unique=False)

    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "accommodated",
                "withdrawn",
                "maintained",
                name="objection_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_objection_norm_id")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_objection_position_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_objection_provision_id")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_objection_stakeholder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index("ix_objection_norm", ["norm_id"], unique=False)
        batch_op.create_index(
            "uq_objection_live",
            ["provision_id", "stakeholder_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'answered', 'maintained')"),
            postgresql_where=sa.text("state IN ('open', 'answered', 'maintained')"),
        )

    op.create_table(
        "proposed_change",
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "operation",
            sa.Enum(
                "replace",
                "insert-after",
                "delete",
                name="operation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(operation = 'delete') = (wording IS NULL)",
            name=op.f("ck_proposed_change_wording_fits_operation"),
        ),
        sa.CheckConstraint(
            "wording IS NULL OR trim(wording) <> ''", name=op.f("ck_proposed_change_wording_not_empty")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_proposed_change_comment_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_proposed_change")),
    )
    op.create_table(
        "question_answer",
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_question_answer_comment_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["reading_aid.id"], name=op.f("fk_question_answer_question_id")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_question_answer")),
    )
    with op.batch_alter_table("question_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_answer_question_id"), ["question_id"], unique=False)

    op.create_table(
        "reason",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "bearing",
            sa.Enum("for", "against", name="bearing", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_reason_comment_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_reason_provision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason")),
        sa.UniqueConstraint("comment_id", "bearing", name=op.f("uq_reason_comment_id_bearing")),
    )
    with op.batch_alter_table("reason", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reason_provision_id"), ["provision_id"], unique=False)

    op.create_table(
        "unsent_comment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "form",
            sa.Enum(
                "comment", "propose", name="speech_form", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_unsent_comment_norm_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_unsent_comment_parent_id")),
        sa.ForeignKeyConstraint(
            ["provision_id"], ["provision.id"], name=op.f("fk_unsent_comment_provision_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_unsent_comment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent_comment")),
        sa.UniqueConstraint("user_id", "place", name=op.f("uq_unsent_comment_user_id_place")),
    )
    op.create_table(
        "working_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("motive", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["compilation_entry.id"], name=op.f("fk_working_note_entry_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_working_note_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_note")),
        sa.UniqueConstraint(
            "user_id", "entry_id", "language", name=op.f("uq_working_note_user_id_entry_id_language")
        ),
    )
    op.create_table(
        "contribution_version",
        sa.Column("contribution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("edited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"], name=op.f("fk_contribution_version_contribution_id")
        ),
        sa.ForeignKeyConstraint(
            ["edited_by"], ["user_account.id"], name=op.f("fk_contribution_version_edited_by")
        ),
        sa.PrimaryKeyConstraint("contribution_id", "version", name=op.f("pk_contribution_version")),
    )
    with op.batch_alter_table("contribution_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contribution_version_edited_by"), ["edited_by"], unique=False)

    op.create_table(
        "disposition_reply",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("disposition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "satisfaction",
            sa.Enum(
                "satisfied",
                "not-satisfied",
                name="satisfaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["disposition_id"], ["disposition.id"], name=op.f("fk_disposition_reply_disposition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition_reply")),
    )
    with op.batch_alter_table("disposition_reply", schema=None) as batch_op:
        batch_op.create_index("ix_disposition_reply_disposition", ["disposition_id"], unique=False)

    op.create_table(
        "disposition_review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("disposition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "upheld",
                "returned",
                "settled",
                "decided-anew",
                name="finding",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "finding IS NULL OR finding IN ('settled', 'decided-anew') OR trim(reason) <> ''",
            name=op.f("ck_disposition_review_has_reason"),
        ),
        sa.CheckConstraint(
            "(finding IS NULL) = (ended_at IS NULL)", name=op.f("ck_disposition_review_ends_with_a_finding")
        ),
        sa.ForeignKeyConstraint(
            ["disposition_id"], ["disposition.id"], name=op.f("fk_disposition_review_disposition_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["user_account.id"], name=op.f("fk_disposition_review_ended_by")
        ),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_disposition_review_norm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition_review")),
        sa.UniqueConstraint("disposition_id", name=op.f("uq_disposition_review_disposition_id")),
    )
    with op.batch_alter_table("disposition_review", schema=None) as batch_op:
        batch_op.create_index("ix_disposition_review_open", ["norm_id", "ended_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("norm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("objection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_notice_comment_id")),
        sa.ForeignKeyConstraint(["norm_id"], ["norm.id"], name=op.f("fk_notice_norm_id")),
        sa.ForeignKeyConstraint(["number"], ["audit_entry.number"], name=op.f("fk_notice_number")),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_notice_objection_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_notice_provision_id")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_notice_stakeholder_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notice_user_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_at", ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_stakeholder_id"), ["stakeholder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_user_id"), ["user_id"], unique=False)

    op.create_table(
        "objection_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("objection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("is_note", sa.Boolean(), nullable=False),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(text) <> ''", name=op.f("ck_objection_answer_has_reason")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["user_account.id"], name=op.f("fk_objection_answer_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["objection.id"], name=op.f("fk_objection_answer_objection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_answer")),
    )
    with op.batch_alter_table("objection_answer", schema=None) as batch_op:
        batch_op.create_index("ix_objection_answer_objection", ["objection_id"], unique=False)

    op.create_table(
        "rebased_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "carried",
                "returned",
                "met",
                name="rebasing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("rebased_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome = 'carried' OR wording IS NULL", name=op.f("ck_rebased_change_only_carried_has_wording")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_rebased_change_clause_id")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["proposed_change.comment_id"], name=op.f("fk_rebased_change_comment_id")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_rebased_change_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebased_change")),
        sa.UniqueConstraint("comment_id", "draft_id", name=op.f("uq_rebased_change_comment_id_draft_id")),
    )
    with op.batch_alter_table("rebased_change", schema=None) as batch_op:
        batch_op.create_index("ix_rebased_change_draft", ["draft_id"], unique=False)

    op.create_table(
        "mentioned",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["notice.number"], name=op.f("fk_mentioned_number")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_mentioned_stakeholder_id")
        ),
        sa.PrimaryKeyConstraint("number", "stakeholder_id", name=op.f("pk_mentioned")),
    )
    with op.batch_alter_table("mentioned", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mentioned_stakeholder_id"), ["stakeholder_id"], unique=False)

    if op.get_bind().dialect.name == "postgresql":  # SQLite wrote it with the table
        op.create_foreign_key(CURRENT_DRAFT, "norm", "draft", ["current_draft_id"], ["id"])
    for table in APPEND_ONLY:
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(CURRENT_DRAFT, "norm", type_="foreignkey")
    with op.batch_alter_table("mentioned", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mentioned_stakeholder_id"))

    op.drop_table("mentioned")
    with op.batch_alter_table("rebased_change", schema=None) as batch_op:
        batch_op.drop_index("ix_rebased_change_draft")

    op.drop_table("rebased_change")
    with op.batch_alter_table("objection_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_objection_answer_objection")

    op.drop_table("objection_answer")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_user_id"))
        batch_op.drop_index(batch_op.f("ix_notice_stakeholder_id"))
        batch_op.drop_index("ix_notice_at")

    op.drop_table("notice")
    with op.batch_alter_table("disposition_review", schema=None) as batch_op:
        batch_op.drop_index("ix_disposition_review_open")

    op.drop_table("disposition_review")
    with op.batch_alter_table("disposition_reply", schema=None) as batch_op:
        batch_op.drop_index("ix_disposition_reply_disposition")

    op.drop_table("disposition_reply")
    with op.batch_alter_table("contribution_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contribution_version_edited_by"))

    op.drop_table("contribution_version")
    op.drop_table("working_note")
    op.drop_table("unsent_comment")
    with op.batch_alter_table("reason", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reason_provision_id"))

    op.drop_table("reason")
    with op.batch_alter_table("question_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_answer_question_id"))

    op.drop_table("question_answer")
    op.drop_table("proposed_change")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_objection_live",
            sqlite_where=sa.text("state IN ('open', 'answered', 'maintained')"),
            postgresql_where=sa.text("state IN ('open', 'answered', 'maintained')"),
        )
        batch_op.drop_index("ix_objection_norm")

    op.drop_table("objection")
    with op.batch_alter_table("merge_operation", schema=None) as batch_op:
        batch_op.drop_index("ix_merge_operation_entry")

    op.drop_table("merge_operation")
    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_member_group_id"))

    op.drop_table("group_member")
    with op.batch_alter_table("disposition", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_disposition_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("disposition")
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.drop_index("ix_contribution_stakeholder")
        batch_op.drop_index("ix_contribution_provision")
        batch_op.drop_index(batch_op.f("ix_contribution_author_id"))

    op.drop_table("contribution")
    op.drop_table("compilation_wording")
    op.drop_table("comment_version")
    with op.batch_alter_table("backing", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_backing_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("backing")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_user_id"))

    op.drop_table("assignment")
    op.drop_table("reading_aid_wording")
    op.drop_table("publication")
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_position_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index("ix_position_stakeholder")
        batch_op.drop_index("ix_position_norm")
        batch_op.drop_index(
            "ix_position_heard",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("position")
    op.drop_table("compilation_entry")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_words")
        batch_op.drop_index(batch_op.f("ix_comment_stakeholder_id"))
        batch_op.drop_index("ix_comment_provision")
        batch_op.drop_index(
            "ix_comment_parent_id",
            sqlite_where=sa.text("parent_id IS NOT NULL"),
            postgresql_where=sa.text("parent_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_comment_norm_visibility")
        batch_op.drop_index("ix_comment_draft")

    op.drop_table("comment")
    op.drop_table("clause_text")
    with op.batch_alter_table("verification_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_verification_decision_stakeholder")

    op.drop_table("verification_decision")
    with op.batch_alter_table("set_aside_stakeholder", schema=None) as batch_op:
        batch_op.drop_index("ix_set_aside_stakeholder_stakeholder")

    op.drop_table("set_aside_stakeholder")
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_reservation_present",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index("ix_reservation_norm")

    op.drop_table("reservation")
    with op.batch_alter_table("reading_aid", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reading_aid_note",
            sqlite_where=sa.text("kind = 'note' AND removed_at IS NULL"),
            postgresql_where=sa.text("kind = 'note' AND removed_at IS NULL"),
        )
        batch_op.drop_index("ix_reading_aid_norm_id")

    op.drop_table("reading_aid")
    op.drop_table("provision_lineage")
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.drop_index("ix_mandate_user")
        batch_op.drop_index("ix_mandate_stakeholder")

    op.drop_table("mandate")
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_provision_id"))

    op.drop_table("follow")
    op.drop_table("explanation")
    op.drop_table("determination")
    op.drop_table("compilation")
    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.drop_index("ix_clause_provision")

    op.drop_table("clause")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_draft")

    op.drop_table("assessment")
    op.drop_table("stakeholder")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_user_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.drop_index("ix_set_aside_norm")

    op.drop_table("set_aside")
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index("ix_seat_user")

    op.drop_table("seat")
    op.drop_table("rules_of_procedure")
    op.drop_table("provision")
    op.drop_table("draft")
    op.drop_table("copies_found")
    op.drop_table("comment_group")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_user_id"))

    op.drop_table("api_token")
    op.drop_table("answer_template")
    with op.batch_alter_table("account_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_token_user_id"))

    op.drop_table("account_token")
    op.drop_table("user_account")
    op.drop_table("tries")
    op.drop_table("text_vector")
    op.drop_table("notice_mark")
    op.drop_table("norm")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_job_waiting_key",
            sqlite_where=sa.text("state = 'waiting' AND token IS NULL"),
            postgresql_where=sa.text("state = 'waiting' AND token IS NULL"),
        )
        batch_op.drop_index("ix_job_due")

    op.drop_table("job")
    op.drop_table("country_override")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_norm_number")

    op.drop_table("audit_entry")
