"""A norm is read once under its lock: what a transaction holds it does not take again, and never longer."""

from sqlalchemy.orm import Session

from app.norms.locking import Hold, held, lock
from tests.factories import Make
from tests.moments import statements


def test_what_is_held_is_not_taken_again(session: Session, make: Make) -> None:
    norm = make.norm("Everybody has a say.", slug="ai")
    session.commit()
    with statements(session) as sent:
        assert held(session, "ai") is norm
        lock(session, norm)
        assert sum("FROM norm" in one for one in sent) == 1
        lock(session, norm, Hold.ALONE)
        lock(session, norm, Hold.ALONE)
        assert sum("FROM norm" in one for one in sent) == 2


def test_a_hold_ends_with_its_transaction(session: Session, make: Make) -> None:
    norm = make.norm("Everybody has a say.", slug="ai")
    session.commit()
    for end in (session.commit, session.rollback):
        held(session, "ai")
        end()
        with statements(session) as sent:
            lock(session, norm)
        assert sum("FROM norm" in one for one in sent) == 1


def test_a_hold_that_was_taken_in_an_undone_savepoint_is_none(session: Session, make: Make) -> None:
    norm = make.norm("Everybody has a say.", slug="ai")
    session.commit()
    savepoint = session.begin_nested()
    lock(session, norm)
    savepoint.rollback()
    with statements(session) as sent:
        lock(session, norm)
    assert any("FROM norm" in one for one in sent)


def test_no_norm_is_held_by_a_slug_nobody_gave(session: Session) -> None:
    assert held(session, "none") is None
