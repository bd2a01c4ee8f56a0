"""What becomes of proposed changes when a draft is opened without their words."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.compilation import merged_wording, queries
from app.discussion import backing, editing
from app.discussion.models import (
    ChangeOperation,
    Comment,
    Decision,
    Disposition,
    ProposedChange,
    RebasedChange,
    Rebasing,
    Visibility,
)
from app.norms import queries as norms
from app.norms.models import Norm
from app.norms.stages import Stage
from tests.compilation.opened import FIRST, SECOND, Course, course
from tests.factories import Make
from tests.moments import statements

SHALL = FIRST.replace("should", "shall")


def row(session: Session, said: Comment, norm: Norm) -> RebasedChange:
    return session.scalars(
        sa.select(RebasedChange).where(
            RebasedChange.comment_id == said.id, RebasedChange.draft_id == norm.current_draft_id
        )
    ).one()


def numbers(session: Session, norm: Norm) -> list[int]:
    return [one.number for one in queries.changes(session, norm.current_draft_id or 0)]


def deferred_over(way: Course, text: str) -> Comment:
    """A deferred change whose clause reads so in the next draft, which is to be opened."""
    said = way.propose(SHALL)
    way.decide(said, Decision.DEFERRED)
    way.compile()
    way.edit(text)
    return said


def test_a_deferred_change_is_carried_into_a_text_that_changed_elsewhere(way: Course) -> None:
    said = deferred_over(way, FIRST.replace("systems", "systems and data"))
    draft = way.open()
    carried = row(way.session, said, way.norm)
    assert (carried.outcome, carried.draft_id) == (Rebasing.CARRIED, draft.id)
    assert carried.wording == "States shall ensure the safety of AI systems and data."
    assert merged_wording.wording_of(said) == carried.wording
    assert said.change is not None
    assert said.change.wording == SHALL  # what its author wrote stays
    assert numbers(way.session, way.norm) == [said.number]


def test_one_that_the_new_text_touches_is_returned_and_told(way: Course) -> None:
    said = deferred_over(way, FIRST.replace("should", "must"))
    way.open()
    returned = row(way.session, said, way.norm)
    assert (returned.outcome, returned.wording) == (Rebasing.RETURNED, None)
    assert numbers(way.session, way.norm) == []
    entry = way.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "draft-opened")).one()
    assert entry.details["returned"] == [[said.number, said.number]]


def test_one_that_the_new_text_says_already_is_met(way: Course) -> None:
    said = deferred_over(way, SHALL)
    way.open()
    assert row(way.session, said, way.norm).outcome is Rebasing.MET
    assert numbers(way.session, way.norm) == []


@pytest.mark.parametrize(
    "decision",
    [one for one in Decision if one not in (Decision.DEFERRED, Decision.DUPLICATE)],
)
def test_what_was_decided_on_does_not_stand(way: Course, decision: Decision) -> None:
    said = way.propose(SHALL)
    way.decide(said, decision)
    way.compile()
    way.open()
    assert not way.session.scalars(sa.select(RebasedChange)).all()


def test_what_nobody_has_decided_on_stands_and_what_was_withdrawn_does_not(way: Course) -> None:
    said, gone, held = way.propose(SHALL), way.propose(FIRST + " Always."), way.propose("AI must be safe.")
    gone.visibility, held.visibility = Visibility.WITHDRAWN, Visibility.HELD
    way.compile()
    way.open()
    rows = way.session.scalars(sa.select(RebasedChange.comment_id).order_by(RebasedChange.id)).all()
    assert rows == [said.id, held.id]
    assert numbers(way.session, way.norm) == [said.number]  # what is held is not shown here either


def test_a_merged_change_is_not_carried(way: Course) -> None:
    said, other = way.propose(SHALL), way.propose(FIRST.replace("AI systems", "all AI systems"))
    way.compile()
    way.merge(said)
    way.open()
    rows = way.session.scalars(sa.select(RebasedChange)).all()
    assert [(one.comment_id, one.wording) for one in rows] == [
        (other.id, "States shall ensure the safety of all AI systems.")
    ]


def test_a_carried_change_is_merged_in_the_next_compilation_with_its_number(way: Course) -> None:
    said = deferred_over(way, FIRST.replace("systems", "systems and data"))
    way.open()
    way.compile()
    way.merge(said)
    draft = way.open()
    decision = way.session.scalars(
        sa.select(Disposition).where(Disposition.comment_id == said.id, Disposition.superseded_at.is_(None))
    ).one()
    assert decision.decision is Decision.ACCEPTED
    assert decision.clause is not None
    assert decision.clause.draft_id == draft.id
    text = decision.clause.texts[0]
    assert text.text == "States shall ensure the safety of AI systems and data."
    assert ["shall", [f"c{said.number}"]] in text.provenance


def test_a_change_goes_on_from_draft_to_draft_until_it_is_decided_on(way: Course) -> None:
    said = deferred_over(way, FIRST.replace("systems", "systems and data"))
    way.open()
    way.compile()
    way.edit(FIRST.replace("systems", "systems and all data"))
    way.open()
    assert (
        row(way.session, said, way.norm).wording
        == "States shall ensure the safety of AI systems and all data."
    )
    way.decide(said, Decision.NOT_ACCEPTED)
    assert numbers(way.session, way.norm) == []
    way.compile()
    way.open()
    assert len(way.session.scalars(sa.select(RebasedChange)).all()) == 2


def test_insertions_and_deletions_are_carried_while_their_clause_is_there(way: Course) -> None:
    behind = way.propose("And so on.", "p2", ChangeOperation.INSERT_AFTER)
    without = way.propose("", "p1", ChangeOperation.DELETE)
    way.compile()
    way.edit(SECOND.replace("say", "voice"), "p2")
    way.open()
    assert row(way.session, behind, way.norm).wording == "And so on."
    carried = row(way.session, without, way.norm)
    assert (carried.outcome, carried.wording) == (Rebasing.CARRIED, None)
    way.compile()
    way.delete("p2")
    way.edit(SHALL, "p1")
    way.open()
    assert row(way.session, behind, way.norm).outcome is Rebasing.RETURNED
    assert row(way.session, behind, way.norm).clause_id is None
    assert row(way.session, without, way.norm).outcome is Rebasing.RETURNED


def test_who_backed_a_change_backs_it_where_it_was_carried(way: Course) -> None:
    said = way.propose(SHALL)
    way.back(said)
    way.decide(said, Decision.DEFERRED)
    way.compile()
    way.open()
    found = queries.changes(way.session, way.norm.current_draft_id or 0)
    assert backing.backing_of(way.session, [one.id for one in found]) == {said.id: {"back": 1}}


def test_a_change_that_was_put_to_another_draft_is_not_edited_any_more(way: Course) -> None:
    said = way.propose(SHALL)
    assert editing.may_change(way.session, said)
    way.compile()
    way.open()
    assert not editing.may_change(way.session, said)


ALIKE = ["norm_id", "draft_id", "clause_id", "provision_id", "stakeholder_id", "kind", "language"]
ALIKE += ["read_language", "body", "visibility", "created_at"]


def copies(way: Course, said: Comment, number: int) -> None:
    """As many proposed changes more that ask for the same."""
    last = way.session.scalars(sa.select(sa.func.max(Comment.number))).one()
    assert said.change is not None
    alike = {name: getattr(said, name) for name in ALIKE}
    rows = [alike | {"number": last + place} for place in range(1, number + 1)]
    made = way.session.scalars(sa.insert(Comment).returning(Comment.id), rows).all()
    change = {name: getattr(said.change, name) for name in ("operation", "language", "wording")}
    way.session.execute(sa.insert(ProposedChange), [change | {"comment_id": one} for one in made])


def test_a_draft_opens_in_as_many_statements_however_many_changes_it_carries(way: Course) -> None:
    way.norm.stage = Stage.CONSULTATION
    counts = []
    for carried in (0, 600, 1_200):
        if carried:
            copies(way, way.propose(SHALL), 599)
        way.compile()
        way.edit(f"{SECOND} {carried}", "p2")
        way.session.flush()
        with statements(way.session) as sent:
            way.open()
        counts.append(len(sent))
        rows = sa.select(sa.func.count()).where(RebasedChange.draft_id == way.norm.current_draft_id)
        assert way.session.scalar(rows) == carried
    assert (
        counts[1] - counts[0] <= 2
    )  # what was put to drafts before is read, and what is put to this one written
    assert counts[2] == counts[1] <= 100
    *_, opened = way.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.act == "draft-opened").order_by(AuditEntry.number)
    )
    assert opened.details["carried"] == [[1, 1_200]]
    assert "returned" not in opened.details


@pytest.mark.parametrize("few", [4, 12])
def test_a_draft_opens_in_as_many_statements_however_many_clauses_it_has(
    few: int, session: Session, make: Make, now: dt.datetime
) -> None:
    """Words of another are merged into every second, and what stood there before was deferred."""
    counts = []
    for clauses in (few, 4 * few):
        way = course(session, make, now, *(f"{FIRST} It is number {place}." for place in range(clauses)))
        way.norm.stage = Stage.CONSULTATION
        codes = [f"p{place}" for place in range(1, clauses, 2)]
        said = [way.propose(f"{SHALL} It is number {int(code[1:]) - 1}.", code) for code in codes]
        for one in said:
            way.decide(one, Decision.DEFERRED)
        way.compile()
        for code, one in zip(codes, said, strict=True):
            way.merge(one, code=code)
        session.commit()
        with statements(session) as sent:
            draft = way.open()
        counts.append(len(sent))
        assert len(norms.clauses(session, draft.id)) == clauses
        merged = [way.decision(one) for one in said]
        assert {(one.decision, one.clause.draft_id) for one in merged if one and one.clause} == {
            (Decision.ACCEPTED, draft.id)
        }
    assert counts[0] == counts[1] <= 60
