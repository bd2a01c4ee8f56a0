"""Every act on the next draft can be undone, one after the other, back to the draft before."""

import datetime as dt
import random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry as Recorded
from app.compilation import queries, restructuring
from app.compilation import service as merging
from app.compilation.models import CompilationItem, MergeOperation, Treatment
from app.compilation.operations import EntryChanged, state
from app.compilation.restructuring import SplitPart
from app.compilation.undo import NothingToUndo, WorkedOnSince, undo
from app.foundation.errors import AppError
from tests.compilation.opened import FIRST, SECOND, Course, course
from tests.factories import Make


@pytest.fixture
def way(session: Session, make: Make, now: dt.datetime) -> Course:
    return course(session, make, now, FIRST, SECOND, "States report every year.", "This is reviewed.")


def entries(way: Course) -> list[CompilationItem]:
    compilation = queries.compilation_of(way.session, way.norm)
    assert compilation is not None
    return list(queries.entries(way.session, compilation))


def everything(way: Course) -> list[tuple[int, dict[str, Any]]]:
    return [(one.id, state(one)) for one in entries(way)]


def back(way: Course, entry: CompilationItem, version: int | None = None) -> MergeOperation:
    version = entry.version if version is None else version
    return undo(way.session, way.editor, way.norm, entry, version=version, now=way.now)


def test_a_step_is_undone_to_the_letter_and_stays_in_the_list(way: Course) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    way.compile()
    before = everything(way)
    way.merge(said)
    merged = everything(way)
    way.edit("States shall do it.")
    assert back(way, way.entry("p1")).treatment is Treatment.EDIT
    assert everything(way) == merged
    back(way, way.entry("p1"))
    assert everything(way) == before
    undone = queries.steps(way.session, way.entry("p1"))
    assert [one.undone_by for one in undone] == [way.editor.user_id] * 2
    acts = way.session.scalars(sa.select(Recorded.act).order_by(Recorded.number)).all()
    assert acts[-2:] == ["merge-operation-undone"] * 2
    with pytest.raises(NothingToUndo):
        back(way, way.entry("p1"))


def test_undoing_needs_the_version_that_was_seen(way: Course) -> None:
    way.compile()
    seen = way.entry("p1").version
    way.edit("All.")
    with pytest.raises(EntryChanged):
        back(way, way.entry("p1"), seen)


def test_an_act_on_several_clauses_waits_until_later_work_is_undone(way: Course) -> None:
    way.compile()
    before = everything(way)
    entry = way.entry("p1")
    parts = [
        SplitPart("1", {"en": "States should ensure safety."}),
        SplitPart("1a", {"en": "It is of AI systems."}),
    ]
    new = restructuring.split(
        way.session,
        way.editor,
        way.norm,
        entry,
        parts=parts,
        motive="Two.",
        version=entry.version,
        now=way.now,
    )[0]
    merging.edit(
        way.session, way.editor, way.norm, new, language="en", text="Of AI.", motive="Short.",
        version=new.version, now=way.now,
    )  # fmt: skip
    with pytest.raises(WorkedOnSince):
        back(way, way.entry("p1"))
    back(way, new)
    back(way, new)
    assert everything(way) == before
    assert not new.is_there


def test_what_was_undone_is_not_told_and_not_opened(way: Course) -> None:
    way.compile()
    merging.add(
        way.session, way.editor, way.norm, after=None, label="0", language="en", text="New.", motive="New.",
        now=way.now,
    )  # fmt: skip
    back(way, entries(way)[0])
    compilation = queries.compilation_of(way.session, way.norm)
    assert compilation is not None
    assert not queries.all_steps(way.session, compilation)
    draft = way.open()
    assert draft.number == 2 and len(entries_of(way, draft.id)) == 4


def entries_of(way: Course, draft_id: int) -> list[str]:
    compilation = queries.compilation_that_made(way.session, way.norm.current_draft)  # type: ignore[arg-type]
    assert compilation is not None and compilation.draft_id == draft_id
    return [one.label for one in queries.entries(way.session, compilation)]


def any_act(way: Course, chance: random.Random, numbers: list[int]) -> None:
    """Something an editor may try; it may be refused."""
    present = entries(way)
    entry, other = chance.choice(present), chance.choice(present)
    shared: dict[str, Any] = {"version": entry.version, "now": way.now}
    at: tuple[Any, ...] = (way.session, way.editor, way.norm)
    words = f"{chance.choice(['States', 'Everybody', 'Nobody'])} number {chance.randrange(100)}."
    match chance.randrange(8):
        case 0:
            merging.merge(*at, entry, language="en", numbers=numbers, choices={}, **shared)
        case 1:
            merging.edit(*at, entry, language="en", text=words, motive="Edit.", **shared)
        case 2:
            merging.delete(*at, entry, motive="Delete.", **shared)
        case 3:
            merging.add(*at, after=other, label="n", language="en", text=words, motive="Add.", now=way.now)
        case 4:
            after = chance.choice([None, other])
            restructuring.move(
                *at, entry, after=after, depth=chance.randrange(3), label="", motive="Move.", **shared
            )
        case 5:
            parts = [SplitPart(label, {"en": f"{words} {label}."}) for label in ("a", "b", "c")]
            restructuring.split(*at, entry, parts=parts, motive="Split.", **shared)
        case 6:
            texts, seen = {"en": f"{words} Joined."}, other.version
            restructuring.join(
                *at, entry, into=other, texts=texts, motive="Join.", into_version=seen, **shared
            )
        case 7:
            merging.keep(*at, entry, **shared)


@pytest.mark.parametrize("seed", range(4))
def test_any_acts_and_then_undoing_all_in_any_order_is_the_draft_before(way: Course, seed: int) -> None:
    chance = random.Random(seed)
    said = [way.propose(FIRST.replace("should", word)) for word in ("shall", "must")]
    way.compile()
    before, done = everything(way), 0
    while done < 25:
        try:
            with way.session.begin_nested():
                any_act(way, chance, [one.number for one in said])
            done += 1
        except AppError:
            way.session.expire_all()
    assert everything(way) != before
    for _ in range(400):
        standing = set(
            way.session.scalars(
                sa.select(MergeOperation.entry_id)
                .where(MergeOperation.undone_at.is_(None))
                .order_by(MergeOperation.entry_id)
            )
        )
        if not standing:
            break
        entry = way.session.get_one(CompilationItem, chance.choice(sorted(standing)))
        try:
            with way.session.begin_nested():
                back(way, entry)
        except WorkedOnSince:
            way.session.expire_all()
    assert everything(way) == before
