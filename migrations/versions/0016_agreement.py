"""Rows that store what the row they point to stores as well agree with it; what the models promise is held.

Nothing is changed where rows contradict it: the operator is told which, and what to do. The indexes are those
that reads, and the removal of clauses and people's own things, go through (docs/decisions/0032).
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LOSES = ""  # what taking it back loses for good, in words for an operator

NAMES = {"fk": "fk_%(table_name)s_%(column_0_name)s"}  # of keys that SQLite knows without one
SHOWN = 5  #: contradicting rows that are named

#: Unique together, so that other tables can agree with all of them at once.
AGREED_WITH = (
    ("draft", ("norm_id", "id")),
    ("provision", ("norm_id", "id")),
    ("clause", ("draft_id", "id")),
    ("clause", ("provision_id", "id")),
    ("clause", ("draft_id", "provision_id", "id")),
    ("comment", ("norm_id", "id")),
    ("comment", ("provision_id", "id")),
    ("comment", ("stakeholder_id", "id")),
    ("position", ("provision_id", "stakeholder_id", "id")),
    ("objection", ("norm_id", "id")),
    ("assessment", ("draft_id", "id")),
    ("mandate", ("stakeholder_id", "id")),
    ("compilation_entry", ("compilation_id", "id")),
)
#: Their first column alone was indexed before.
REPLACED = (
    ("clause", "ix_clause_provision", "provision_id"),
    ("comment", "ix_comment_provision", "provision_id"),
    ("comment", "ix_comment_stakeholder_id", "stakeholder_id"),
    ("objection", "ix_objection_norm", "norm_id"),
    ("assessment", "ix_assessment_draft", "draft_id"),
    ("mandate", "ix_mandate_stakeholder", "stakeholder_id"),
)
#: table, its columns, the table they agree with, the columns there.
DRAFT, PROVISION, COMMENT = ("draft", "norm_id", "id"), ("provision", "norm_id", "id"), ("comment", "norm_id", "id")
CLAUSE_OF_DRAFT, CLAUSE = ("clause", "draft_id", "id"), ("clause", "provision_id", "id")
ASSESSMENT, POSITION = ("assessment", "draft_id", "id"), ("position", "provision_id", "stakeholder_id", "id")
MANDATE, ITEM = ("mandate", "stakeholder_id", "id"), ("compilation_entry", "compilation_id", "id")
AGREE = (
    ("norm", ("id", "current_draft_id"), DRAFT),
    ("assessment", ("norm_id", "draft_id"), DRAFT),
    ("determination", ("norm_id", "draft_id"), DRAFT),
    ("determination", ("draft_id", "assessment_id"), ASSESSMENT),
    ("publication", ("norm_id", "draft_id"), DRAFT),
    ("publication", ("draft_id", "assessment_id"), ASSESSMENT),
    ("step_override", ("norm_id", "draft_id"), DRAFT),
    ("compilation", ("norm_id", "base_draft_id"), DRAFT),
    ("compilation", ("norm_id", "draft_id"), DRAFT),
    ("compilation_entry", ("compilation_id", "split_from_id"), ITEM),
    ("compilation_entry", ("compilation_id", "joined_into_id"), ITEM),
    ("reading_aid", ("norm_id", "provision_id"), PROVISION),
    ("reservation", ("norm_id", "provision_id"), PROVISION),
    ("position", ("norm_id", "provision_id"), PROVISION),
    ("position", ("provision_id", "clause_id"), CLAUSE),
    ("position", ("provision_id", "stakeholder_id", "reaffirms_id"), POSITION),
    ("objection", ("norm_id", "provision_id"), PROVISION),
    ("objection", ("provision_id", "stakeholder_id", "position_id"), POSITION),
    ("comment", ("norm_id", "draft_id"), DRAFT),
    ("comment", ("norm_id", "provision_id"), PROVISION),
    ("comment", ("draft_id", "provision_id", "clause_id"), ("clause", "draft_id", "provision_id", "id")),
    ("comment", ("norm_id", "parent_id"), COMMENT),
    ("rebased_change", ("draft_id", "clause_id"), CLAUSE_OF_DRAFT),
    ("unsent_comment", ("norm_id", "provision_id"), PROVISION),
    ("unsent_comment", ("norm_id", "parent_id"), COMMENT),
    ("contribution", ("norm_id", "provision_id"), PROVISION),
    ("contribution", ("provision_id", "clause_id"), CLAUSE),
    ("contribution", ("norm_id", "comment_id"), COMMENT),
    ("contribution", ("stakeholder_id", "comment_id"), ("comment", "stakeholder_id", "id")),
    ("contribution", ("provision_id", "stakeholder_id", "position_id"), POSITION),
    ("notice", ("norm_id", "provision_id"), PROVISION),
    ("notice", ("norm_id", "comment_id"), COMMENT),
    ("notice", ("norm_id", "objection_id"), ("objection", "norm_id", "id")),
    ("reason", ("provision_id", "comment_id"), ("comment", "provision_id", "id")),
    ("mandate", ("stakeholder_id", "successor_id"), MANDATE),
    ("mandate_offer", ("stakeholder_id", "replaces_id"), MANDATE),
    ("mandate_offer", ("stakeholder_id", "mandate_id"), MANDATE),
)
#: Keys of one column that follow from these: where most is written, and what the removal of a clause would look through.
CLAUSE_ID = ("clause_id", "clause")
IMPLIED = {
    "position": (("norm_id", "norm"), ("provision_id", "provision"), CLAUSE_ID, ("reaffirms_id", "position")),
    "comment": (CLAUSE_ID,),
    "contribution": (CLAUSE_ID,),
    "rebased_change": (CLAUSE_ID,),
}
CHECKS = (
    ("norm", "suspended_from_a_stage", "(stage = 'suspended') = (suspended_from IS NOT NULL)"),
    ("norm", "suspended_once", "suspended_from IS NULL OR suspended_from <> 'suspended'"),
    ("job", "attempts_counted", "attempts >= 0"),
    ("job", "done_once", "(state = 'waiting') = (done_at IS NULL)"),
    ("comment", "clause_has_provision", "(clause_id IS NULL) = (provision_id IS NULL)"),
    ("comment", "answers_another", "parent_id IS NULL OR parent_id <> id"),
    ("contribution", "clause_has_provision", "(clause_id IS NULL) = (provision_id IS NULL)"),
    ("compilation", "becomes_another", "draft_id IS NULL OR draft_id <> base_draft_id"),
    ("compilation_entry", "split_from_another", "split_from_id IS NULL OR split_from_id <> id"),
    ("compilation_entry", "joined_into_another", "joined_into_id IS NULL OR joined_into_id <> id"),
    ("merge_operation", "undone_by_somebody", "(undone_by IS NULL) = (undone_at IS NULL)"),
    ("merge_operation", "part_of_another", "part_of_id IS NULL OR part_of_id <> id"),
    ("rules_of_procedure", "frozen_with_digest", "(frozen_at IS NULL) = (digest IS NULL)"),
    ("seat", "dates_in_order", "ended_at IS NULL OR ended_at >= given_at"),
    ("mandate", "succeeded_by_another", "successor_id IS NULL OR successor_id <> id"),
    ("mandate_offer", "dates_in_order", "last_date IS NULL OR from_date IS NULL OR last_date >= from_date"),
    ("mandate_offer", "accepted_becomes_one", "mandate_id IS NULL OR (answer IS NOT NULL AND answer = 'accepted')"),
    ("set_aside", "confirmed_with_time", "confirmed_by IS NULL OR confirmed_at IS NOT NULL"),
    ("step_asked", "refused_has_ended", "refusal IS NULL OR ended_at IS NOT NULL"),
)
#: table, index, columns, which rows
ONCE = (
    ("compilation", "uq_compilation_draft_id", ["draft_id"], None),
    ("reading_aid_wording", "uq_reading_aid_wording_present", ["aid_id", "language"], "superseded_at IS NULL"),
)
#: For reads and removals.
INDEXES = (
    ("audit_entry", "ix_audit_entry_actor", ["actor", "number"]),
    ("backing", "ix_backing_stakeholder", ["stakeholder_id"]),
    ("disposition", "ix_disposition_comment", ["comment_id"]),
    ("objection", "ix_objection_stakeholder", ["stakeholder_id"]),
    ("notice", "ix_notice_comment", ["comment_id"]),
    ("notice", "ix_notice_provision", ["provision_id"]),
)
ADVICE = (
    "The upgrade has stopped before this migration and changed nothing. Back up; look at these rows; `flask audit verify`"
    " with the release before says whether they are as their acts wrote them. Correct the columns named, or restore a"
    " backup from before they were altered, and run the upgrade again."
)


def upgrade() -> None:
    found = list(contradictions(op.get_bind()))
    if found:
        raise CommandError("Rows contradict each other:\n  " + "\n  ".join(found) + f"\n{ADVICE}")
    for table, name, _ in REPLACED:
        op.drop_index(name, table)
    at_once = op.get_bind().dialect.name == "sqlite"  # each table is copied once; what it names may come later
    for table, columns in () if at_once else AGREED_WITH:
        op.create_unique_constraint(key("uq", table, columns), table, list(columns))
    for name in tables():
        with op.batch_alter_table(name, naming_convention=NAMES) as table:
            for columns in agreed_with(name) if at_once else ():
                table.create_unique_constraint(key("uq", name, columns), list(columns))
            for columns, target in agreements(name):
                table.create_foreign_key(key("fk", name, columns), target[0], list(columns), list(target[1:]))
            for called, rule in checks(name):
                table.create_check_constraint(op.f(f"ck_{name}_{called}"), rule)
            for column, _ in IMPLIED.get(name, ()):
                table.drop_constraint(op.f(f"fk_{name}_{column}"), type_="foreignkey")
    for table, name, columns, rows in ONCE:
        where = sa.text(rows) if rows else None
        op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)
    for table, name, columns in INDEXES:
        op.create_index(name, table, columns)
    guard_publications()


def downgrade() -> None:
    at_once = op.get_bind().dialect.name == "sqlite"
    for table, name, *_ in (*INDEXES, *ONCE):
        op.drop_index(name, table)
    for name in reversed(tables()):
        with op.batch_alter_table(name, naming_convention=NAMES) as table:
            for column, target in IMPLIED.get(name, ()):
                table.create_foreign_key(op.f(f"fk_{name}_{column}"), target, [column], ["id"])
            for called, _ in checks(name):
                table.drop_constraint(op.f(f"ck_{name}_{called}"), type_="check")
            for columns, _ in agreements(name):
                table.drop_constraint(key("fk", name, columns), type_="foreignkey")
            for columns in agreed_with(name) if at_once else ():
                table.drop_constraint(key("uq", name, columns), type_="unique")
    for table, columns in () if at_once else AGREED_WITH:
        op.drop_constraint(key("uq", table, columns), table, type_="unique")
    for table, name, column in REPLACED:
        op.create_index(name, table, [column])
    if at_once:
        lay_out_as_before()
    guard_publications()


def lay_out_as_before() -> None:
    """The column with its key in one, as 0014 made it: it takes it away as one."""
    with op.batch_alter_table("determination", naming_convention=NAMES) as table:
        table.drop_constraint("fk_determination_assessment_id", type_="foreignkey")
        table.alter_column("assessment_id", new_column_name="kept_id")
    op.execute(
        "ALTER TABLE determination ADD COLUMN assessment_id INTEGER "
        "CONSTRAINT fk_determination_assessment_id REFERENCES assessment (id)"
    )
    op.execute("UPDATE determination SET assessment_id = kept_id")
    op.execute("ALTER TABLE determination DROP COLUMN kept_id")


def tables() -> list[str]:
    return list(dict.fromkeys([table for table, *_ in (*AGREED_WITH, *AGREE, *CHECKS)]))


def agreements(table: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(columns, target) for name, columns, target in AGREE if name == table]


def checks(table: str) -> list[tuple[str, str]]:
    return [(called, rule) for name, called, rule in CHECKS if name == table]


def agreed_with(table: str) -> list[tuple[str, ...]]:
    return [columns for name, columns in AGREED_WITH if name == table]


def key(kind: str, table: str, columns: tuple[str, ...]) -> str:
    return str(op.f(f"{kind}_{table}_{'_'.join(columns)}"))


def contradictions(connection: sa.Connection) -> Iterator[str]:
    """Each rule that rows break, with the first of them."""
    for table, columns, (target, *there) in AGREE:
        given = " AND ".join(f"this.{column} IS NOT NULL" for column in columns)
        same = " AND ".join(f"that.{theirs} = this.{ours}" for ours, theirs in zip(columns, there, strict=True))
        broken = f"{given} AND NOT EXISTS (SELECT 1 FROM {target} AS that WHERE {same})"
        yield from _broken(connection, table, broken, f"{', '.join(columns)} do not agree with the {target}")
    for table, called, rule in CHECKS:
        yield from _broken(connection, table, f"NOT ({rule})", f"{called}: not so that {rule}")
    for table, _, columns, rows in ONCE:
        same = " AND ".join(f"that.{column} = this.{column}" for column in columns)
        both = f"this.{rows} AND that.{rows} AND " if rows else ""
        twice = f"EXISTS (SELECT 1 FROM {table} AS that WHERE {both}that.id < this.id AND {same})"
        yield from _broken(connection, table, twice, f"another row has the same {', '.join(columns)}")


def _broken(connection: sa.Connection, table: str, broken: str, words: str) -> Iterator[str]:
    number = "number" if table == "notice" else "id"
    query = f"SELECT this.{number} FROM {table} AS this WHERE {broken} ORDER BY this.{number} LIMIT {SHOWN + 1}"
    found = [str(row[0]) for row in connection.execute(sa.text(query))]
    if found:
        more = " and more" if len(found) > SHOWN else ""
        yield f"{table} {', '.join(found[:SHOWN])}{more}: {words}"


def guard_publications() -> None:
    """Copied by SQLite, the table has lost the triggers that keep it as it is."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER publication_no_{verb.lower()} BEFORE {verb} ON publication "
                "BEGIN SELECT RAISE(ABORT, 'publication is append-only'); END"
            )
