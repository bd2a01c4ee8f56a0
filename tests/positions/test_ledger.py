"""The objection ledger: open, answered, accommodated, withdrawn, maintained."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import Actor, Role
from app.foundation.errors import NotAllowed, NotFound
from app.lifecycle.queries import of_objections
from app.norms.models import Norm
from app.positions import ledger, queries
from app.positions.models import Objection, ObjectionState, Stance
from app.stakeholders.models import Stakeholder
from tests.factories import Make
from tests.moments import at_once, statements
from tests.positions.saying import answer, clause_of, next_draft, reaffirm, say

Speaker = tuple[Actor, Stakeholder]
State = ObjectionState


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Machines serve people.", "Risks are assessed.")


@pytest.fixture
def chile(make: Make) -> Speaker:
    return make.speaker(name="Chile", country="CL")


@pytest.fixture
def chair(make: Make, norm: Norm) -> Actor:
    return make.seated(Role.CHAIR, norm)


@dataclass
class Case:
    """Chile's objection to the first clause, as the ledger has it, and what is said to it."""

    session: Session
    norm: Norm
    chile: Speaker
    chair: Actor
    now: dt.datetime

    def say(self, stance: Stance, reason: str = "") -> None:
        clause = clause_of(self.session, self.norm, 1)
        say(self.session, self.norm, clause, self.chile, stance, reason=reason, now=self.now)

    def objects(self, reason: str = "Too vague.") -> Objection:
        self.say(Stance.OBJECT, reason)
        return self.session.scalars(sa.select(Objection).order_by(Objection.id.desc()).limit(1)).one()

    def answer(self, objection: Objection, text: str = "The annex names them.") -> None:
        answer(self.session, self.norm, self.chair, objection, text, now=self.now)

    def answer_read(self, objection: Objection) -> int:
        """The last answer as its page has it; 0 where there is none."""
        found = ledger.last_answers(self.session, [objection.id]).get(objection.id)
        return found.id if found else 0

    def settle(self, objection: Objection, state: State, who: Actor | None = None) -> None:
        ledger.settle(
            self.session,
            who or self.chile[0],
            self.norm,
            objection,
            state=state,
            seen=self.answer_read(objection),
            now=self.now,
        )


@pytest.fixture
def case(session: Session, norm: Norm, chile: Speaker, chair: Actor, now: dt.datetime) -> Case:
    return Case(session, norm, chile, chair, now)


def test_what_is_made_of_an_answer_is_said_of_the_answer_that_was_read(
    session: Session, norm: Norm, chile: Speaker, case: Case, now: dt.datetime
) -> None:
    objection = case.objects()
    case.answer(objection, "The annex will name them.")
    read = case.answer_read(objection)
    case.answer(objection, "There will be no annex.")
    said: dict[str, Any] = {"state": State.ACCOMMODATED, "now": now}
    with pytest.raises(ledger.AnsweredSince):
        ledger.settle(session, chile[0], norm, objection, seen=read, **said)
    assert objection.state is State.ANSWERED
    for _ in range(2):  # twice is once
        ledger.settle(session, chile[0], norm, objection, seen=case.answer_read(objection), **said)
    assert objection.state is State.ACCOMMODATED


def test_an_objection_is_opened_answered_and_accommodated(session: Session, case: Case) -> None:
    objection = case.objects()
    assert objection.state is State.OPEN
    case.answer(objection)
    assert objection.state is State.ANSWERED
    case.settle(objection, State.ACCOMMODATED)
    assert objection.state is State.ACCOMMODATED
    case.settle(objection, State.ACCOMMODATED)
    acts = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert acts == ["position-stated", "objection-answered", "objection-settled"]


def test_a_maintained_objection_gets_the_chairs_note_and_stays_maintained(
    session: Session, norm: Norm, case: Case
) -> None:
    objection = case.objects()
    case.answer(objection)
    case.settle(objection, State.MAINTAINED)
    case.answer(objection, "The text stands for the reasons given.")
    assert objection.state is State.MAINTAINED
    (line,) = queries.ledger(session, norm.id)
    assert [(one.is_note, one.text) for one in line.answers] == [
        (False, "The annex names them."),
        (True, "The text stands for the reasons given."),
    ]


def test_an_objection_is_answered_straight_from_the_ledgers_page(
    session: Session, norm: Norm, case: Case
) -> None:
    case.objects()
    session.commit()
    session.expunge_all()
    (line,) = queries.ledger(session, norm.id)
    case.answer(line.objection)
    assert line.objection.state is State.ANSWERED


def test_nobody_is_satisfied_or_unmoved_before_an_answer(case: Case) -> None:
    objection = case.objects()
    for state in (State.ACCOMMODATED, State.MAINTAINED):
        with pytest.raises(ledger.NotAnswered):
            case.settle(objection, state)


@pytest.mark.parametrize("state", [State.OPEN, State.ANSWERED, State.WITHDRAWN])
def test_an_objector_cannot_mark_their_objection_answered(state: State, case: Case) -> None:
    objection = case.objects()
    with pytest.raises(ledger.NotForTheObjector):
        case.settle(objection, state)


def test_another_stance_withdraws_the_objection(case: Case) -> None:
    objection = case.objects()
    case.say(Stance.ACCEPT)
    assert objection.state is State.WITHDRAWN


def test_a_new_objection_after_a_withdrawal_is_another_one(case: Case) -> None:
    first = case.objects()
    case.say(Stance.ACCEPT)
    second = case.objects()
    assert (first.state, second.state, first.id != second.id) == (State.WITHDRAWN, State.OPEN, True)


def test_the_same_objection_after_it_was_accommodated_opens_again(case: Case) -> None:
    first = case.objects()
    case.answer(first)
    case.settle(first, State.ACCOMMODATED)
    second = case.objects()
    assert (first.state, second.state, second.id != first.id) == (State.ACCOMMODATED, State.OPEN, True)


def test_new_grounds_open_an_answered_objection_again(case: Case) -> None:
    objection = case.objects()
    case.answer(objection)
    assert case.objects("The annex names none.") is objection
    assert objection.state is State.OPEN


def test_reaffirmed_on_new_wording_an_answered_objection_is_maintained(
    session: Session, make: Make, norm: Norm, chile: Speaker, case: Case, now: dt.datetime
) -> None:
    objection = case.objects()
    case.answer(objection)
    next_draft(make, norm, "Machines serve all people.", "Risks are assessed.")
    assert objection.state is State.ANSWERED
    clause = clause_of(session, norm, 1)
    said = reaffirm(session, norm, clause, chile, now=now)
    assert (objection.state, objection.position_id) == (State.MAINTAINED, said.id)


def test_an_answer_needs_words_and_an_objection_that_is_not_over(case: Case) -> None:
    objection = case.objects()
    for text, refusal in ((" ", ledger.AnswerMissing), ("x" * 100_000, ledger.AnswerTooLong)):
        with pytest.raises(refusal):
            case.answer(objection, text)
    case.say(Stance.SUPPORT)
    with pytest.raises(ledger.NotLive):
        case.answer(objection)


def test_an_answer_sent_twice_is_one_answer(session: Session, norm: Norm, case: Case) -> None:
    objection = case.objects()
    case.answer(objection)
    case.answer(objection)
    (line,) = queries.ledger(session, norm.id)
    assert len(line.answers) == 1


def test_only_the_chair_or_an_editor_answers_and_only_the_objector_settles(
    session: Session, make: Make, norm: Norm, chile: Speaker, chair: Actor, case: Case, now: dt.datetime
) -> None:
    objection = case.objects()
    for stranger in (chile[0], make.seated(Role.CHAIR, make.norm())):
        with pytest.raises(NotAllowed):
            answer(session, norm, stranger, objection, "No.", now=now)
    with pytest.raises(NotAllowed):
        case.settle(objection, State.ACCOMMODATED, chair)


def test_a_chair_does_not_answer_for_another_norm(
    session: Session, make: Make, case: Case, now: dt.datetime
) -> None:
    other = make.norm()
    with pytest.raises(NotFound):
        answer(session, other, make.seated(Role.CHAIR, other), case.objects(), "No.", now=now)


def test_an_answer_and_a_withdrawal_at_once_leave_the_objection_withdrawn(
    engine: sa.Engine,
    session: Session,
    norm: Norm,
    chile: Speaker,
    chair: Actor,
    case: Case,
    now: dt.datetime,
) -> None:
    objection = case.objects()
    number, seen = objection.id, (objection.position_id, objection.state)
    session.commit()

    def answer(own: Session) -> str:
        its_norm = own.get_one(Norm, norm.id)
        theirs = own.get_one(Objection, number)
        ledger.answer(own, chair, its_norm, theirs, text="So.", language="en", seen=seen, now=now)
        return "answered"

    def withdraw(own: Session) -> str:
        its_norm = own.get_one(Norm, norm.id)
        say(own, its_norm, clause_of(own, its_norm, 1), chile, Stance.SUPPORT, now=now)
        return "withdrawn"

    answered, withdrawn = at_once(engine, answer, withdraw)
    assert withdrawn == "withdrawn"
    assert answered == "answered" or isinstance(answered, ledger.NotLive)
    session.rollback()
    assert session.get_one(Objection, number, populate_existing=True).state is State.WITHDRAWN


def test_the_ledger_is_read_by_state_by_stakeholder_and_in_pages(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    speakers = [make.speaker() for _ in range(5)]
    clause = clause_of(session, norm, 1)
    for speaker in speakers:
        say(session, norm, clause, speaker, Stance.OBJECT, reason="No.", now=now)
    say(session, norm, clause, speakers[0], Stance.ACCEPT, now=now)
    with statements(session) as sent:
        first = queries.ledger(session, norm.id, limit=2)
    assert len(sent) == 2
    rest = queries.ledger(session, norm.id, after=first[-1].objection.id)
    assert [line.objection.stakeholder_id for line in [*first, *rest]] == [
        holder.id for _, holder in speakers
    ]
    assert len(queries.ledger(session, norm.id, queries.ObjectionFilter(states=[State.WITHDRAWN]))) == 1
    assert len(queries.ledger(session, norm.id, queries.ObjectionFilter(states=ledger.LIVE))) == 4
    (own,) = queries.ledger(session, norm.id, queries.ObjectionFilter(stakeholder_ids=[speakers[3][1].id]))
    assert own.objection.stakeholder_id == speakers[3][1].id
    assert queries.ledger(session, norm.id, after=10**6) == []


def test_a_chair_is_told_how_many_objections_wait(
    session: Session, make: Make, norm: Norm, case: Case
) -> None:
    objection, other = case.objects(), make.norm()
    assert queries.to_answer(session, [norm.id, other.id]) == [(norm, 1)]
    assert queries.to_answer(session, [other.id]) == []
    case.answer(objection)
    assert queries.to_answer(session) == []


def test_an_answer_is_to_the_grounds_that_were_read(
    session: Session, norm: Norm, chair: Actor, case: Case, now: dt.datetime
) -> None:
    objection = case.objects()
    read = (objection.position_id, objection.state)
    case.objects("Other grounds.")
    with pytest.raises(ledger.RestatedSince):
        ledger.answer(session, chair, norm, objection, text="See 4.", language="en", seen=read, now=now)
    read = (objection.position_id, objection.state)
    ledger.answer(session, chair, norm, objection, text="See 4.", language="en", seen=read, now=now)
    ledger.answer(session, chair, norm, objection, text="See 4.", language="en", seen=read, now=now)  # twice
    read = (objection.position_id, objection.state)
    case.settle(objection, State.MAINTAINED)
    with pytest.raises(ledger.RestatedSince):
        ledger.answer(session, chair, norm, objection, text="See 5.", language="en", seen=read, now=now)


def test_a_note_is_to_the_grounds_that_are_maintained(
    session: Session, norm: Norm, case: Case, now: dt.datetime
) -> None:
    def without_note() -> tuple[str, ...]:
        return of_objections(session, norm, now=now).without_note

    objection = case.objects()
    case.answer(objection)
    case.settle(objection, State.MAINTAINED)
    assert without_note() == ("p1",)
    case.answer(objection)  # the same words, as a note
    assert without_note() == ()
    case.objects("Other grounds.")
    case.answer(objection, "Answered again.")
    case.settle(objection, State.MAINTAINED)
    assert without_note() == ("p1",)
    case.answer(objection, "Noted again.")
    assert without_note() == ()
