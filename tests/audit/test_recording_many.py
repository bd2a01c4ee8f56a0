"""Entries of many acts, written at once: the same record as one act after the other leaves."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.binding.queries import differences
from app.audit.chain import first_break
from app.audit.models import AuditEntry
from app.audit.queries import links
from app.audit.service import Deed, record, record_all
from app.authority.actor import SYSTEM, Actor, Role
from app.discussion import moderation
from app.discussion.models import Comment, Decision, Disposition, Satisfaction, Visibility
from app.discussion.replying import reply
from app.norms.models import Norm
from app.triage import service as triage
from tests.discussion.saying import decide, remark, rows
from tests.factories import Make
from tests.moments import statements
from tests.positions.saying import clause_of

ANSWER: dict[str, Any] = {"decision": Decision.NOTED, "reason": "Read.", "language": "en"}


@pytest.fixture
def norm(session: Session, make: Make, now: dt.datetime) -> Norm:
    """With five comments."""
    norm = make.norm("One.", slug="s")
    for number in range(5):
        remark(session, norm, clause_of(session, norm, 1), make.speaker(), f"Say who ({number}).", now=now)
    return norm


def told(session: Session) -> list[tuple[Any, ...]]:
    """All that the record says, but for the numbers that order it."""
    said = [column for column in AuditEntry.__table__.c if column.name != "number"]
    return [tuple(row) for row in session.execute(sa.select(*said).order_by(AuditEntry.number))]


def undo(session: Session, numbered: str) -> None:
    """Rows of a table are numbered again as they were; the rest is undone anyway."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        last = f"SELECT setval('{numbered}_id_seq', 1 + coalesce(max(id), 0), false) FROM {numbered}"
        session.execute(sa.text(last))


def holds(session: Session) -> bool:
    """As ``flask audit verify`` finds it."""
    return first_break(links(session)) is None and list(differences(session)) == []


def singly(session: Session, editor: Actor, norm: Norm, now: dt.datetime) -> None:
    for said in rows(session):
        moderation.dispose(session, editor, norm, said, **ANSWER, seen=1, version=0, now=now)


def test_answers_to_many_leave_the_record_that_one_answer_after_the_other_leaves(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    editor = make.seated(Role.EDITOR, norm)
    record(session, SYSTEM, "step-taken", "consultation", norm="s", now=now)
    session.commit()
    singly(session, editor, norm, now)
    expected = told(session)
    undo(session, "disposition")
    assert triage.dispose_all(session, editor, norm, [1, 2, 3, 4, 5], **ANSWER, now=now) == 5
    assert told(session) == expected
    assert holds(session)


def test_decisions_taken_again_leave_the_record_that_one_after_the_other_leaves(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    """One of those before is with the chair, which ends with it."""
    editor = make.seated(Role.EDITOR, norm)
    first, second, *_ = said = rows(session)
    given = decide(session, norm, editor, first, Decision.DEFERRED, now=now)
    decide(session, norm, editor, second, Decision.DEFERRED, now=now)
    assert first.author is not None
    own = make.actor(first.author)
    unhappy = {"satisfaction": Satisfaction.NOT_SATISFIED, "note": "No.", "seen": given.id}
    reply(session, own, norm, first, **unhappy, now=now)  # type: ignore[arg-type]
    session.commit()
    later = now + dt.timedelta(hours=1)
    taken = [moderation.Settling(one, Decision.ACCEPTED, "Right.", "en") for one in said]
    for one in taken:
        moderation.settle(session, editor, norm, [one], now=later)
    expected = told(session)
    undo(session, "disposition")
    moderation.settle(session, editor, norm, taken, now=later)
    assert told(session) == expected
    assert holds(session)


def test_comments_shown_together_leave_the_record_that_one_after_the_other_leaves(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    moderator = make.seated(Role.MODERATOR, norm)
    for said in rows(session):
        said.visibility = Visibility.HELD
    record(session, SYSTEM, "step-taken", "consultation", norm="s", now=now)
    session.commit()
    for said in rows(session):
        moderation.release(session, moderator, norm, said, now=now)
    expected = told(session)
    session.rollback()
    assert triage.release_all(session, moderator, norm, [1, 2, 3, 4, 5], now=now) == 5
    assert told(session) == expected
    assert holds(session)


def test_what_no_deed_names_is_bound_by_the_first(session: Session, norm: Norm, now: dt.datetime) -> None:
    """As what was written before an act is bound by that act's entry."""
    first, second, third, *_ = rows(session)
    for said in (first, second, third):
        said.visibility = Visibility.HELD
    deeds = [Deed("comment-released", "comment:c1"), Deed("comment-released", "comment:c2", rows=[second])]
    record_all(session, SYSTEM, deeds, norm="s", now=now)
    bound = [set(binds["rows"]) for (*_, binds, _previous, _digest) in told(session)[-2:]]
    assert bound == [{f"comment:{first.id}", f"comment:{third.id}"}, {f"comment:{second.id}"}]
    assert holds(session)


def test_no_deeds_leave_no_entry_and_let_rows_wait(session: Session, norm: Norm, now: dt.datetime) -> None:
    before, said = told(session), rows(session)[0]
    said.visibility = Visibility.HELD
    record_all(session, SYSTEM, [], norm="s", now=now)
    assert told(session) == before
    record(session, SYSTEM, "comment-released", "comment:c1", norm="s", now=now)
    assert holds(session)


def test_a_thousand_answers_in_as_many_statements_as_three(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    editor, many = make.seated(Role.EDITOR, norm), 1_000
    last = rows(session)[-1]
    alike = {column.name: getattr(last, column.name) for column in Comment.__table__.c if column.name != "id"}
    session.execute(sa.insert(Comment), [alike | {"number": 6 + number} for number in range(many)])
    sent = []
    for numbers in ([1, 2, 3], range(6, 6 + many)):
        session.commit()
        with statements(session) as each:
            assert triage.dispose_all(session, editor, norm, numbers, **ANSWER, now=now) == len(numbers)
        sent.append(len(each))
    assert sent[0] == sent[1] <= 15
    assert session.scalar(sa.select(sa.func.count(Disposition.id))) == many + 3
