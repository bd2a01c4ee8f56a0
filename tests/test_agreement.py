"""Rows agree with those they point to, whatever writes them; a key has an index, or a reason for none."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.compilation.models import Compilation
from app.discussion.models import Comment, CommentKind, Visibility
from app.foundation.database import Base
from app.norms.models import Draft, Norm
from app.norms.queries import clauses
from app.norms.stages import Stage
from app.positions.models import Objection, ObjectionState, Position, Stance
from tests.databases import engine_for, fill
from tests.factories import Make
from tests.house.laws import ROOT

DECISION = ROOT / "docs" / "decisions" / "0032-what-the-database-holds-itself.md"


@pytest.fixture
def norms(make: Make) -> tuple[Norm, Norm]:
    return make.norm("All speak.", "All listen."), make.norm("Nobody speaks.")


def remark(norm: Norm, make: Make, **values: object) -> Comment:
    given = {
        "norm_id": norm.id,
        "number": 1,
        "draft_id": norm.current_draft_id,
        "stakeholder_id": make.stakeholder().id,
        "kind": CommentKind.GENERAL,
        "language": "en",
        "read_language": "en",
        "body": "Why?",
        "visibility": Visibility.SHOWN,
        "created_at": make.now,
    }
    return Comment(**given | values)


def of_another_draft(make: Make, norm: Norm, other: Norm) -> Base:
    return remark(norm, make, draft_id=other.current_draft_id)


def of_another_clause(make: Make, norm: Norm, _other: Norm) -> Base:
    first, second = clauses(make.session, norm.current_draft_id or 0)
    return remark(norm, make, clause_id=first.id, provision_id=second.provision_id)


def of_no_provision(make: Make, norm: Norm, _other: Norm) -> Base:
    return remark(norm, make, clause_id=clauses(make.session, norm.current_draft_id or 0)[0].id)


def said_by_another(make: Make, norm: Norm, _other: Norm) -> Base:
    """An objection that names the position of another stakeholder."""
    clause = clauses(make.session, norm.current_draft_id or 0)[0]
    place = {"norm_id": norm.id, "provision_id": clause.provision_id}
    position = Position(
        **place,
        clause_id=clause.id,
        stakeholder_id=make.stakeholder().id,
        stance=Stance.OBJECT,
        reason="No.",
        language="en",
        read_language="en",
        text_digest=clause.text_digest,
        stated_at=make.now,
    )
    make.session.add(position)
    make.session.flush()
    return Objection(
        **place,
        stakeholder_id=make.stakeholder().id,
        position_id=position.id,
        state=ObjectionState.OPEN,
        opened_at=make.now,
        changed_at=make.now,
    )


def made_twice(make: Make, norm: Norm, _other: Norm) -> Base:
    """A second compilation that became the same draft."""
    drafts = [Draft(norm_id=norm.id, number=number, created_at=make.now) for number in (2, 3)]
    make.session.add_all(drafts)
    make.session.flush()
    common = {"norm_id": norm.id, "draft_id": drafts[1].id, "started_at": make.now}
    make.session.add(Compilation(base_draft_id=norm.current_draft_id, **common))
    make.session.flush()
    return Compilation(base_draft_id=drafts[0].id, **common)


def suspended_from_nowhere(make: Make, norm: Norm, _other: Norm) -> Base:
    norm.stage = Stage.SUSPENDED
    return norm


def speaking_of_another(_make: Make, norm: Norm, other: Norm) -> Base:
    norm.current_draft_id = other.current_draft_id
    return norm


@pytest.mark.parametrize(
    "wrong",
    [
        of_another_draft,
        of_another_clause,
        of_no_provision,
        said_by_another,
        made_twice,
        suspended_from_nowhere,
        speaking_of_another,
    ],
)
def test_a_row_that_contradicts_another_is_refused(
    wrong: Callable[[Make, Norm, Norm], Base], session: Session, make: Make, norms: tuple[Norm, Norm]
) -> None:
    session.add(wrong(make, *norms))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


@pytest.mark.usefixtures("postgresql_databases")
def test_an_sqlite_database_is_whole_after_one_of_postgresql_was_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'made.db'}"
    fill(url)
    engine = engine_for(url)
    keys = {key["name"] for key in sa.inspect(engine).get_foreign_keys("norm")}
    engine.dispose()
    assert keys >= {"fk_norm_id_current_draft_id", "fk_norm_current_draft_id"}


def leading(table: sa.Table) -> set[str]:
    """Columns by which rows are found without reading the table."""
    whole = [index for index in table.indexes if _covers(index)]
    keys = [
        rule for rule in table.constraints if isinstance(rule, sa.PrimaryKeyConstraint | sa.UniqueConstraint)
    ]
    return {next(iter(each.columns)).name for each in (*keys, *whole) if len(each.columns)}


def _covers(index: sa.Index) -> bool:
    """Whether it has every row that a key could name."""
    where = index.dialect_options["sqlite"]["where"]
    return where is None or str(where) == f"{next(iter(index.columns)).name} IS NOT NULL"


def unindexed() -> set[str]:
    return {
        f"{table.name}.{'+'.join(key.column_keys)}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_key_constraints
        if not leading(table) & set(key.column_keys)
    }


def test_each_foreign_key_leads_an_index_or_has_a_reason_for_none() -> None:
    cells = [line.split("|")[1] for line in DECISION.read_text().splitlines() if line.startswith("| `")]
    written = [name for cell in cells for name in re.findall(r"`([a-z_.+]+)`", cell)]
    assert sorted(written) == sorted(unindexed())
