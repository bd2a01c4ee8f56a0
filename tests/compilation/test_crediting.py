"""Whom the next draft answers: only changes of which something stands in its words."""

import sqlalchemy as sa

from app.compilation import queries, restructuring
from app.compilation import service as compilation
from app.compilation.models import CompilationItem
from app.compilation.restructuring import SplitPart
from app.discussion.models import ChangeOperation, Comment, Decision, RebasedChange, Rebasing
from app.lifecycle.queries import gather
from tests.compilation.opened import FIRST, SECOND, Course

SHALL, MAY = FIRST.replace("should", "shall"), FIRST.replace("should", "may")
WITHOUT = FIRST.replace("AI ", "")


def unanswered(way: Course) -> tuple[int, ...]:
    return gather(way.session, way.norm, now=way.now).unanswered


def outcome(way: Course, said: Comment) -> Rebasing | None:
    return way.session.scalar(sa.select(RebasedChange.outcome).where(RebasedChange.comment_id == said.id))


def split(way: Course, *texts: str) -> list[CompilationItem]:
    entry = way.entry("p1")
    parts = [SplitPart(str(number), {"en": text}) for number, text in enumerate(texts, 1)]
    return restructuring.split(
        way.session, way.editor, way.norm, entry, parts=parts, motive="Two duties.",
        version=entry.version, now=way.now,
    )  # fmt: skip


def told(way: Course, said: Comment) -> tuple[Decision, str] | None:
    found = way.decision(said)
    return (found.decision, found.reason) if found else None


def test_a_change_that_lost_a_collision_waits_for_an_answer_and_is_returned(way: Course) -> None:
    won, lost = way.propose(SHALL), way.propose(MAY)
    way.compile()
    way.merge(won, lost, choices={0: (f"c{won.number}", "")})
    assert unanswered(way) == (lost.number,)
    way.open()
    assert told(way, won) == (Decision.ACCEPTED, "merged")
    assert (told(way, lost), outcome(way, lost)) == (None, Rebasing.RETURNED)


def test_where_the_base_prevails_nobody_is_answered(way: Course) -> None:
    said = way.propose(SHALL), way.propose(MAY)
    way.compile()
    way.merge(*said, choices={0: ("base", "")})
    assert unanswered(way) == tuple(one.number for one in said)
    way.open()
    assert [(told(way, one), outcome(way, one)) for one in said] == [(None, Rebasing.CARRIED)] * 2


def test_a_change_whose_words_the_editor_took_out_is_not_answered_until_they_are_back(way: Course) -> None:
    said = way.propose(SHALL)
    way.compile()
    way.merge(said)
    way.edit("AI is safe.")
    assert unanswered(way) == (said.number,)
    way.edit(SHALL)
    assert unanswered(way) == ()
    way.edit("AI is safe.")
    way.open()
    assert (told(way, said), outcome(way, said)) == (None, Rebasing.RETURNED)


def test_what_went_in_among_other_words_is_accepted_with_modification(way: Course) -> None:
    said = way.propose(SHALL), way.propose(MAY)
    way.compile()
    way.merge(*said, choices={0: ("brackets", "")})
    way.open()
    wanted = (Decision.MODIFIED, "merged-in-part")
    assert [told(way, one) for one in said] == [wanted] * 2
    assert [outcome(way, one) for one in said] == [None] * 2


def test_a_deletion_goes_with_the_part_that_lacks_its_words(way: Course) -> None:
    said = way.propose(WITHOUT)
    way.compile()
    way.merge(said)
    part = split(way, "States should ensure the safety.", "The safety is of systems.")[0]
    assert unanswered(way) == ()
    assert [one.merge["taken"] for one in (*way.entry("p1").wordings, *part.wordings)] == [[], [said.number]]
    way.open()
    assert told(way, said) == (Decision.MODIFIED, "merged-in-part")


def test_a_change_whose_edits_stand_in_both_parts_is_accepted_as_a_whole(way: Course) -> None:
    said = way.propose(SHALL.replace("AI ", "").replace("safety", "safety. This is the safety"))
    way.compile()
    way.merge(said)
    split(way, "States shall ensure the safety.", "This is the safety of systems.")
    way.open()
    assert told(way, said) == (Decision.ACCEPTED, "merged")


def test_what_is_left_out_of_a_clause_joined_into_another_is_not_answered(way: Course) -> None:
    stays, goes = way.propose(SHALL), way.propose(SECOND.replace("say", "voice"), "p2")
    way.compile()
    way.merge(stays)
    way.merge(goes, code="p2")
    entry, into = way.entry("p2"), way.entry("p1")
    restructuring.join(
        way.session, way.editor, way.norm, entry, into=into, texts={"en": f"{SHALL} Everybody is heard."},
        motive="One duty.", version=entry.version, into_version=into.version, now=way.now,
    )  # fmt: skip
    assert unanswered(way) == (goes.number,)
    way.edit(f"{SHALL} Everybody has a voice.")
    assert unanswered(way) == ()


def test_a_proposed_clause_that_was_rewritten_is_accepted_with_modification(way: Course) -> None:
    said = [way.propose("This is reviewed.", "p2", ChangeOperation.INSERT_AFTER) for _ in range(2)]
    way.compile()
    added = [
        compilation.add(
            way.session, way.editor, way.norm, after=None, label=label, language="en",
            text="This is reviewed.", motive="Nothing lasts.", source=one, now=way.now,
        )
        for label, one in zip(("3", "4"), said, strict=True)
    ]  # fmt: skip
    compilation.edit(
        way.session, way.editor, way.norm, added[1], language="en", text="This is reviewed every year.",
        motive="To say when.", version=added[1].version, now=way.now,
    )  # fmt: skip
    way.open()
    assert [found.decision for found in map(way.decision, said) if found] == [
        Decision.ACCEPTED,
        Decision.MODIFIED,
    ]


def test_only_numbers_that_stand_are_counted_as_merged(way: Course) -> None:
    won, lost = way.propose(SHALL), way.propose(MAY)
    way.compile()
    way.merge(won, lost, choices={0: (f"c{won.number}", "")})
    assert queries.merged_numbers(way.session, way.norm.current_draft_id) == {won.number}
    way.delete("p1")
    assert queries.merged_numbers(way.session, way.norm.current_draft_id) == set()
