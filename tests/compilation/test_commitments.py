"""What is accepted has to be in the text: until a step takes it up, the next draft does not open."""

import datetime as dt
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.compilation import commitments, restructuring
from app.compilation import queries as merging_queries
from app.compilation import service as compilation
from app.compilation.models import Uptake
from app.compilation.operations import NotAccepted, NothingTakenUp
from app.compilation.restructuring import SplitPart
from app.discussion import moderation
from app.discussion.models import ChangeOperation, Comment, Decision, Disposition, HidingReason, Visibility
from app.lifecycle import guards, queries
from app.norms.stages import Stage
from tests.compilation.opened import FIRST, SECOND, Course, course
from tests.discussion.saying import standing_id
from tests.factories import Make

DISABILITY = FIRST.replace("AI systems", "AI systems for everybody, persons with disability included")
SHALL = FIRST.replace("should", "shall")


def accepted(way: Course, body: str = "Name disability.", code: str | None = "p1") -> Comment:
    said = way.comment(body, code)
    way.decide(said, Decision.MODIFIED)
    return said


def to_do(way: Course) -> list[int]:
    taken = commitments.kept_in_hand(way.session, way.norm)
    return list(commitments.open_numbers(way.session, way.norm, taken))


def lacking(way: Course, to: Stage = Stage.CONSULTATION) -> str:
    facts = queries.gather(way.session, way.norm, now=way.now)
    return " ".join(
        str(one.phrase) for one in guards.missing(facts, to, closes_at=way.now + dt.timedelta(days=60))
    )


def uptake(way: Course, said: Comment) -> Uptake | None:
    decided = way.decision(said)
    return commitments.uptakes(way.session, [decided.id]).get(decided.id) if decided else None


def test_the_next_draft_waits_for_a_step_that_takes_up_what_was_accepted(way: Course) -> None:
    said = accepted(way)
    way.compile()
    assert to_do(way) == [said.number]
    assert "1 accepted comment is not taken up by any step of a draft: c1." in lacking(way)
    assert "c1" in lacking(way, Stage.LAST_CALL)
    way.edit(DISABILITY, takes_up=[said])
    assert to_do(way) == [] and lacking(way) == ""
    draft = way.open()
    kept, decided = uptake(way, said), way.decision(said)
    assert kept is not None and kept.draft_id == draft.id and kept.step is not None
    assert kept.step.text == DISABILITY
    assert decided is not None and decided.clause is not None and decided.clause.draft_id == draft.id
    assert to_do(way) == []


def test_a_change_that_is_accepted_and_not_merged_keeps_the_draft_shut(way: Course) -> None:
    said = way.propose(SHALL)
    way.decide(said, Decision.ACCEPTED)
    way.compile()
    assert "c1" in lacking(way)
    way.merge(said)
    assert lacking(way) == ""
    way.edit(FIRST)  # its words are gone again
    assert "c1" in lacking(way)


def test_another_decision_lifts_the_commitment(way: Course) -> None:
    said = accepted(way)
    way.compile()
    way.decide(said, Decision.NOT_ACCEPTED)
    assert to_do(way) == []


@pytest.mark.parametrize("decision", [one for one in Decision if one is not Decision.DUPLICATE])
def test_only_what_is_accepted_is_a_commitment(way: Course, decision: Decision) -> None:
    way.decide(way.comment(), decision)
    assert bool(to_do(way)) is (decision in (Decision.ACCEPTED, Decision.MODIFIED))


def test_what_its_author_takes_back_is_none(way: Course) -> None:
    said = accepted(way)
    said.visibility = Visibility.WITHDRAWN
    assert to_do(way) == []


def hide(way: Course, said: Comment) -> None:
    moderator = way.make.seated(Role.MODERATOR, way.norm)
    moderation.hide(way.session, moderator, way.norm, said, reason=HidingReason.ABUSE, now=way.now)


def refuse(way: Course, said: Comment) -> None:
    before = way.decision(said)
    moderation.dispose(
        way.session, way.editor, way.norm, said, decision=Decision.NOT_ACCEPTED, reason="Not here.",
        language="en", seen=None, version=before.id if before else 0, now=way.now,
    )  # fmt: skip


def hidden(way: Course) -> Comment:
    said = accepted(way)
    hide(way, said)
    return said


def test_hiding_what_was_accepted_does_not_end_the_commitment(way: Course) -> None:
    said = hidden(way)
    way.compile()
    assert to_do(way) == [said.number] and "c1" in lacking(way)
    way.edit(DISABILITY, takes_up=[said])
    assert to_do(way) == [] and lacking(way) == ""
    draft = way.open()
    kept = uptake(way, said)
    assert kept is not None and kept.draft_id == draft.id


def test_another_decision_on_a_hidden_comment_ends_its_commitment(way: Course) -> None:
    said = hidden(way)
    way.compile()
    refuse(way, said)
    assert to_do(way) == [] and lacking(way) == ""


def test_what_was_hidden_before_any_decision_gets_none(way: Course) -> None:
    said = way.comment("Name disability.", "p1")
    hide(way, said)
    with pytest.raises(moderation.NotShown):
        refuse(way, said)


def test_undoing_the_step_opens_the_commitment_again(way: Course) -> None:
    said = accepted(way)
    way.compile()
    way.edit(DISABILITY, takes_up=[said])
    way.undo()
    assert to_do(way) == [said.number]


def test_keeping_the_clause_or_merging_over_the_words_opens_it_again(way: Course) -> None:
    said, change = accepted(way), way.propose(SHALL)
    way.compile()
    way.edit(DISABILITY, takes_up=[said])
    way.merge(change)
    assert to_do(way) == [said.number]
    way.edit(DISABILITY, takes_up=[said])
    assert to_do(way) == []
    entry = way.entry("p1")
    compilation.keep(way.session, way.editor, way.norm, entry, version=entry.version, now=way.now)
    assert to_do(way) == [said.number]


def test_editing_back_to_the_old_words_opens_it_again(way: Course) -> None:
    said = accepted(way)
    way.compile()
    way.edit(DISABILITY, takes_up=[said])
    way.edit(FIRST)
    assert to_do(way) == [said.number]


def test_leaving_the_clause_out_takes_up_only_what_asks_for_that(way: Course) -> None:
    added, away = accepted(way), accepted(way, "Strike it.")
    way.compile()
    way.edit(DISABILITY, takes_up=[added])
    way.delete("p1", takes_up=[away])
    assert to_do(way) == [added.number]
    way.decide(added, Decision.NOT_ACCEPTED)
    draft = way.open()
    kept, decided = uptake(way, away), way.decision(away)
    assert kept is not None and kept.draft_id == draft.id
    assert decided is not None and decided.clause is None


def test_an_edit_that_changes_nothing_takes_nothing_up(way: Course) -> None:
    said = accepted(way)
    way.compile()
    with pytest.raises(NothingTakenUp, match="c1"):
        way.edit(FIRST, takes_up=[said])


@pytest.mark.parametrize("state", ["undecided", "refused", "hidden", "unknown"])
def test_a_step_names_only_comments_that_are_shown_and_accepted(way: Course, state: str) -> None:
    said = way.comment()
    if state in ("refused", "hidden"):
        way.decide(said, Decision.NOT_ACCEPTED if state == "refused" else Decision.ACCEPTED)
    if state == "hidden":
        said.visibility = Visibility.WITHDRAWN
    if state == "unknown":
        said.number = 99
        said = Comment(number=1)
    way.compile()
    with pytest.raises(NotAccepted, match="c1"):
        way.edit(DISABILITY, takes_up=[said])


def test_a_comment_of_another_norm_cannot_be_named(way: Course, session: Session, make: Make) -> None:
    other = course(session, make, way.now, "Other words.")
    said = accepted(other)
    way.compile()
    with pytest.raises(NotAccepted):
        way.edit(DISABILITY, takes_up=[said])


Verb = Callable[[Course, list[int]], object]


def moved(way: Course, takes_up: list[int]) -> object:
    entry = way.entry("p1")
    return restructuring.move(
        way.session, way.editor, way.norm, entry, after=way.entry("p2"), depth=0, label="9",
        motive="It is the end.", version=entry.version, takes_up=takes_up, now=way.now,
    )  # fmt: skip


def split(way: Course, takes_up: list[int]) -> object:
    entry = way.entry("p1")
    parts = [SplitPart("1", {"en": "States act."}), SplitPart("2", {"en": "AI is safe."})]
    return restructuring.split(
        way.session, way.editor, way.norm, entry, parts=parts, motive="Two duties.",
        version=entry.version, takes_up=takes_up, now=way.now,
    )  # fmt: skip


def joined(way: Course, takes_up: list[int]) -> object:
    entry, into = way.entry("p1"), way.entry("p2")
    return restructuring.join(
        way.session, way.editor, way.norm, entry, into=into, texts={"en": f"{SECOND} {FIRST}"},
        motive="One duty.", version=entry.version, into_version=into.version, takes_up=takes_up, now=way.now,
    )  # fmt: skip


def added(way: Course, takes_up: list[int]) -> object:
    return compilation.add(
        way.session, way.editor, way.norm, after=None, label="0", language="en", text="Nobody is left out.",
        motive="It was missing.", takes_up=takes_up, now=way.now,
    )  # fmt: skip


def merged(way: Course, takes_up: list[int]) -> object:
    [change] = merging_queries.changes(way.session, way.norm.current_draft_id or 0)
    entry = way.entry("p1")
    return compilation.merge(
        way.session, way.editor, way.norm, entry, language="en", numbers=[change.number], choices={},
        version=entry.version, takes_up=takes_up, now=way.now,
    )  # fmt: skip


@pytest.mark.parametrize("verb", [moved, split, joined, added, merged])
def test_every_step_can_take_a_comment_up_and_is_undone_with_it(way: Course, verb: Verb) -> None:
    said = accepted(way, code=None)
    way.propose(SHALL)
    way.compile()
    verb(way, [said.number])
    assert to_do(way) == []
    way.open()
    assert uptake(way, said) is not None


def test_what_the_draft_before_left_open_stays_open_and_a_later_decision_is_a_new_commitment(
    way: Course,
) -> None:
    left, done = accepted(way), accepted(way, "Say all.", "p2")
    way.compile()
    way.edit("All have a say.", "p2", takes_up=[done])
    way.open()  # the chair went ahead without the first
    assert to_do(way) == [left.number]
    way.now += dt.timedelta(days=1)
    way.decide(done, Decision.ACCEPTED)
    assert to_do(way) == [left.number, done.number]
    way.compile()
    way.edit(DISABILITY, takes_up=[left])
    way.edit("All people have a say.", "p2", takes_up=[done])
    assert to_do(way) == []


def test_a_deletion_and_an_insertion_that_are_accepted_are_taken_up_by_their_verbs(way: Course) -> None:
    away, behind = (
        way.propose("", "p2", ChangeOperation.DELETE),
        way.propose("And so on.", "p1", ChangeOperation.INSERT_AFTER),
    )
    for said in (away, behind):
        way.decide(said, Decision.ACCEPTED)
    way.compile()
    way.delete("p2", takes_up=[away])
    compilation.add(
        way.session, way.editor, way.norm, after=way.entry("p1"), label="", language="en", text="",
        motive="As proposed.", source=behind, now=way.now,
    )  # fmt: skip
    assert to_do(way) == []


def test_what_is_taken_up_and_then_decided_otherwise_keeps_the_draft_shut(way: Course) -> None:
    said = accepted(way)
    way.compile()
    way.edit(DISABILITY, takes_up=[said])
    way.decide(said, Decision.NOT_ACCEPTED)
    assert "The disposition of 1 comment that the next draft takes up has changed: c1" in lacking(way)


def test_the_last_call_does_not_lead_on_while_something_accepted_is_not_in_the_text(way: Course) -> None:
    way.compile()
    way.open(Stage.LAST_CALL)
    accepted(way)
    assert "c1" in lacking(way, Stage.CONSENSUS_CALL)


def test_what_a_step_takes_up_is_beside_its_words_and_in_the_record(way: Course) -> None:
    said = accepted(way)
    way.compile()
    way.edit(DISABILITY, takes_up=[said])
    draft = way.open()
    decided = way.decision(said)
    assert decided is not None and decided.clause is not None
    [text] = decided.clause.texts
    sources = {source for _, named in text.provenance or () for source in named}
    assert sources == {"base", "editor", "for c1"}
    assert draft.number == 2


def test_a_decision_sent_again_in_other_words_while_the_draft_is_made_is_the_same_commitment(
    way: Course, make: Make
) -> None:
    said = accepted(way)
    way.compile()
    way.edit(DISABILITY, takes_up=[said])
    chair = make.seated(Role.EDITOR, way.norm)
    moderation.dispose(
        way.session, chair, way.norm, said, decision=Decision.ACCEPTED, reason="It is named now.",
        language="en", seen=said.version, version=standing_id(way.session, said), now=way.now,
    )  # fmt: skip
    assert to_do(way) == []
    way.open()
    assert uptake(way, said) is not None
    assert way.session.scalar(sa.select(sa.func.count()).select_from(Uptake)) == 1
    assert way.session.scalar(sa.select(sa.func.count()).select_from(Disposition)) == 2


def test_what_was_accepted_before_a_draft_opened_is_noted_as_kept_when_steps_come_to_name_comments(
    way: Course,
) -> None:
    before, since = accepted(way), accepted(way, "Say all.", "p2")
    merged = way.propose(SHALL)
    way.compile()
    way.merge(merged)
    draft = way.open()
    way.session.execute(sa.delete(Uptake))
    way.now += dt.timedelta(days=1)
    way.decide(since, Decision.ACCEPTED)
    [path] = Path("migrations/versions").glob("*_accepted_comments_are_taken_up.py")
    way.session.execute(sa.text(runpy.run_path(str(path))["FROM_BEFORE"]))
    assert to_do(way) == [since.number]
    for said in (before, merged):
        kept = uptake(way, said)
        assert kept is not None and (kept.draft_id, kept.step_id) == (draft.id, None)
