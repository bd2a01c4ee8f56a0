"""Provisions that move, split and join, and what the next draft knows of where their words came from."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.compilation import queries, restructuring
from app.compilation import service as merging
from app.compilation.models import CompilationItem, Treatment
from app.compilation.operations import EntryChanged, JoinedAlready, MotiveMissing
from app.compilation.restructuring import BehindItself, NoSuchTarget, PartMissing, SplitPart, TooDeep
from app.discussion.models import Disposition
from app.norms import queries as norms
from app.norms.models import Descent, ProvisionLineage
from tests.compilation.opened import FIRST, SECOND, Course, course
from tests.factories import Make

THIRD = "States report every year."


@pytest.fixture
def way(session: Session, make: Make, now: dt.datetime) -> Course:
    return course(session, make, now, FIRST, SECOND, THIRD)


def labels(way: Course) -> list[str]:
    compilation = queries.compilation_of(way.session, way.norm)
    assert compilation is not None
    return [one.label for one in queries.entries(way.session, compilation)]


def move(
    way: Course, code: str, after: CompilationItem | None, depth: int = 0, label: str = "", **other: str
) -> None:
    entry = way.entry(code)
    restructuring.move(
        way.session, way.editor, way.norm, entry, after=after, depth=depth, label=label,
        motive=other.get("motive", "It belongs there."), version=entry.version, now=way.now,
    )  # fmt: skip


def split(way: Course, code: str, *parts: tuple[str, dict[str, str]]) -> list[CompilationItem]:
    entry = way.entry(code)
    return restructuring.split(
        way.session, way.editor, way.norm, entry, parts=[SplitPart(label, texts) for label, texts in parts],
        motive="Two duties.", version=entry.version, now=way.now,
    )  # fmt: skip


def join(way: Course, code: str, into: CompilationItem, text: str, **versions: int) -> None:
    entry = way.entry(code)
    restructuring.join(
        way.session, way.editor, way.norm, entry, into=into, texts={"en": text}, motive="One duty.",
        version=versions.get("version", entry.version),
        into_version=versions.get("into_version", into.version), now=way.now,
    )  # fmt: skip


def lineage(way: Course) -> set[tuple[str, str, Descent]]:
    rows = way.session.scalars(sa.select(ProvisionLineage))
    return {(one.origin.code, one.heir.code, one.kind) for one in rows}


def test_a_clause_moves_to_another_place_and_depth_and_keeps_its_provision(way: Course) -> None:
    way.compile()
    move(way, "p1", way.entry("p3"), depth=1, label="3(a)")
    assert labels(way) == ["2", "3", "3(a)"]
    draft = way.open()
    placed = [(one.provision.code, one.depth, one.label) for one in norms.clauses(way.session, draft.id)]
    assert placed == [("p2", 0, "2"), ("p3", 0, "3"), ("p1", 1, "3(a)")]
    assert lineage(way) == set()


def test_what_stands_under_a_clause_moves_with_it(way: Course) -> None:
    way.compile()
    move(way, "p2", way.entry("p1"), depth=1, label="1(a)")
    move(way, "p1", way.entry("p3"), depth=1)
    compilation = queries.compilation_of(way.session, way.norm)
    assert compilation is not None
    placed = [(one.label, one.depth) for one in queries.entries(way.session, compilation)]
    assert placed == [("3", 0), ("1", 1), ("1(a)", 2)]
    with pytest.raises(BehindItself):
        move(way, "p1", way.entry("p2"))


def test_clauses_can_be_put_behind_one_place_again_and_again(way: Course) -> None:
    way.compile()
    for _ in range(30):
        move(way, "p2", None)
        move(way, "p1", None)
    assert labels(way) == ["1", "2", "3"]


def test_a_split_clause_keeps_its_provision_and_the_others_know_their_origin(way: Course) -> None:
    said = way.propose(FIRST.replace("safety", "safety and security"))
    way.compile()
    way.merge(said)
    first, second = "States should ensure the safety", "and security of AI systems."
    new = split(way, "p1", ("1", {"en": first}), ("1 bis", {"en": second}))
    assert labels(way) == ["1", "1 bis", "2", "3"]
    assert way.entry("p1").treatment is Treatment.SPLIT and new[0].provision_id is None
    draft = way.open()
    clauses = {one.label: one for one in norms.clauses(way.session, draft.id)}
    assert (clauses["1"].provision.code, clauses["1 bis"].provision.code) == ("p1", "p4")
    assert clauses["1 bis"].texts[0].provenance[0] == ["and security", ["c1"]]
    assert clauses["1 bis"].texts[0].provenance[1] == [" of AI systems.", ["base"]]
    assert lineage(way) == {("p1", "p4", Descent.SPLIT)}
    decided = way.session.scalars(sa.select(Disposition).where(Disposition.comment_id == said.id)).one()
    assert decided.clause_id == clauses["1 bis"].id


def test_a_joined_clause_ends_and_its_words_are_named_after_it(way: Course) -> None:
    way.compile()
    join(way, "p3", way.entry("p2"), f"{SECOND} {THIRD}")
    assert way.entry("p3").treatment is Treatment.JOIN
    draft = way.open()
    clauses = norms.clauses(way.session, draft.id)
    assert [one.provision.code for one in clauses] == ["p1", "p2"]
    assert clauses[1].texts[0].provenance[-1] == [THIRD, ["p3"]]
    assert lineage(way) == {("p3", "p2", Descent.JOIN)}


def test_a_part_that_is_joined_elsewhere_is_split_off_to_there(way: Course) -> None:
    way.compile()
    part = split(way, "p1", ("1", {"en": "States should ensure the safety."}), ("1a", {"en": "AI systems."}))[
        0
    ]
    into = way.entry("p2")
    restructuring.join(
        way.session, way.editor, way.norm, part, into=into, texts={"en": f"{SECOND} AI systems."},
        motive="It belongs there.", version=part.version, into_version=into.version, now=way.now,
    )  # fmt: skip
    join(way, "p2", way.entry("p3"), f"{THIRD} {SECOND} AI systems.")
    way.open()
    assert lineage(way) == {("p1", "p3", Descent.SPLIT), ("p2", "p3", Descent.JOIN)}


def test_a_split_needs_two_parts_in_each_authentic_language(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm({"en": "One. Two.", "fr": "Un. Deux."}, languages=("en", "fr"))
    way = Course(session, make, norm, make.seated(Role.EDITOR, norm), now)
    way.compile()
    with pytest.raises(PartMissing):
        split(way, "p1", ("1", {"en": "One.", "fr": "Un."}))
    with pytest.raises(PartMissing):
        split(way, "p1", ("1", {"en": "One.", "fr": "Un."}), ("2", {"en": "Two."}))


def test_joining_needs_another_clause_and_both_as_they_were_seen(way: Course) -> None:
    way.compile()
    with pytest.raises(NoSuchTarget):
        join(way, "p1", way.entry("p1"), "All.")
    seen = way.entry("p2").version
    way.edit("Everybody is heard.", "p2")
    with pytest.raises(EntryChanged):
        join(way, "p1", way.entry("p2"), "All.", into_version=seen)


def test_a_joined_clause_rests_until_that_is_undone(way: Course) -> None:
    way.compile()
    join(way, "p3", way.entry("p2"), f"{SECOND} {THIRD}")
    with pytest.raises(JoinedAlready):
        way.edit("All.", "p3")
    with pytest.raises(merging.WordsElsewhere):
        way.delete("p2")
    with pytest.raises(merging.WordsElsewhere):
        entry = way.entry("p2")
        merging.keep(way.session, way.editor, way.norm, entry, version=entry.version, now=way.now)


def test_each_of_them_needs_a_motive(way: Course) -> None:
    way.compile()
    with pytest.raises(MotiveMissing):
        move(way, "p1", None, motive=" ")


def test_nothing_is_moved_deeper_than_the_deepest_with_what_stands_under_it(way: Course) -> None:
    way.compile()
    move(way, "p2", way.entry("p1"), depth=1)
    with pytest.raises(TooDeep):
        move(way, "p1", way.entry("p3"), depth=restructuring.DEEPEST)
    with pytest.raises(TooDeep):
        move(way, "p3", None, depth=restructuring.DEEPEST + 1)
    move(way, "p1", way.entry("p3"), depth=restructuring.DEEPEST - 1)
    assert way.entry("p2").depth == restructuring.DEEPEST


def test_what_stands_under_a_moved_clause_keeps_its_own_motive(way: Course) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    way.compile()
    for code, under in (("p1", "p3"), ("p2", "p1")):
        move(way, code, way.entry(under), depth=1, motive="It is a part of this.")
    way.merge(said)
    way.edit("Everybody is heard.", "p2", "To be short.")
    move(way, "p3", None, motive="It comes first.")
    motives = {code: way.entry(code).motive for code in ("p1", "p2", "p3")}
    assert motives == {"p1": "It is a part of this.", "p2": "To be short.", "p3": "It comes first."}


def test_the_motive_of_a_wording_goes_when_changes_are_merged_in_its_place(way: Course) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    way.compile()
    way.edit("All is safe.", motive="To be short.")
    way.merge(said)
    assert (way.entry("p1").treatment, way.entry("p1").motive) == (Treatment.MERGE, "")
