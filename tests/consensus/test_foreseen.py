"""What is computed before the transaction that keeps it, so that nobody waits for it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.audit.service import record
from app.authority.actor import SYSTEM
from app.consensus import service
from app.consensus.input_queries import gather
from app.consensus.service import assess, foresee, keep_foreseen, shelve
from app.foundation import canonical as canonical_module
from app.foundation.canonical import SettledJson, canonical, digest
from app.kernel import computed_ahead, context
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.stages import Stage
from app.positions.models import Stance
from app.positions.snapshot import Shelf
from tests.factories import Make
from tests.positions.saying import clause_of, say


def test_a_provisional_one_is_kept_as_of_the_moment_it_was_foreseen(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", slug="s")
    clause, later = clause_of(session, norm, 1), now + dt.timedelta(minutes=1)
    say(session, norm, clause, make.speaker(), Stance.SUPPORT, now=now)
    first = foresee(session, norm, now=now)
    say(session, norm, clause, make.speaker(), Stance.ACCEPT, now=now)
    second = foresee(session, norm, now=later)
    say(session, norm, clause, make.speaker(), Stance.ACCEPT, now=later)
    made = keep_foreseen(session, SYSTEM, norm, second, now=later + dt.timedelta(minutes=1))
    assert made.made_at == later and made.result["clauses"][0]["counts"]["accept"] == 1
    assert keep_foreseen(session, SYSTEM, norm, first, now=later) is made  # the older is not kept after it
    third = foresee(session, norm, now=later)
    norm.closes_at = later
    closing = keep_foreseen(session, SYSTEM, norm, third, now=later)
    assert closing.is_official and closing.result["clauses"][0]["counts"]["accept"] == 2


def test_what_was_foreseen_before_a_step_is_not_kept_after_it(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", slug="s")
    found = foresee(session, norm, now=now)
    assert found is not None
    norm.stage, norm.suspended_from, norm.closes_at = Stage.SUSPENDED, Stage.CONSULTATION, None
    session.flush()
    say_nothing = keep_foreseen(session, SYSTEM, norm, found, now=now + dt.timedelta(minutes=1))
    assert say_nothing.made_at == now + dt.timedelta(minutes=1)


def test_a_large_result_is_digested_where_nobody_waits(
    session: Session, make: Make, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its canonical form took most of the time for which others could not write."""
    norm = make.norm(*(f"{number}." for number in range(9)), slug="s", closes_at=now)
    found = foresee(session, norm, now=now)
    assert found is not None
    whole = len(canonical(found.result))
    written: list[int] = []

    def counted(value: object) -> bytes:
        written.append(len(canonical(value)))
        return canonical(value)

    monkeypatch.setattr(canonical_module, "canonical", counted)
    made = assess(session, SYSTEM, norm, foreseen=found, now=now)
    assert written and max(written) < whole
    assert made.is_official and made.digest == digest(dict(made.result))


def test_what_is_settled_does_not_change() -> None:
    found = SettledJson({"a": 1})
    assert found.digest == digest({"a": 1}) and found == {"a": 1}
    for change in (
        lambda: found.update(a=2),
        lambda: found.__setitem__("a", 2),
        lambda: found.pop("a"),
        lambda: found.clear(),
    ):
        with pytest.raises(TypeError):
            change()


def test_nothing_is_gathered_while_others_wait(
    app: Flask, session: Session, make: Make, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person acts on the platform between the look and the lock: it is looked once more, without it."""
    norm = make.norm("One.", slug="s", closes_at=now)
    say_on = clause_of(session, norm, 1)
    norm.closes_at = now + dt.timedelta(days=1)
    say(session, norm, say_on, make.speaker(), Stance.SUPPORT, now=now)
    norm.closes_at = now
    session.commit()
    looks, gathered_while_writing = iter([True, False]), []

    def looked(*given: Any, **named: Any) -> Any:
        found = foresee(*given, **named)
        if next(looks, False):
            record(session, SYSTEM, "account.opened", "somebody", now=now)
            session.commit()
        return found

    def gathered(db: Session, *given: Any, **named: Any) -> Any:
        gathered_while_writing.append(bool(db.connection().get_execution_options().get("writes")))
        return gather(db, *given, **named)

    monkeypatch.setattr(computed_ahead, "foresee", looked)
    monkeypatch.setattr(service, "gather", gathered)
    with app.app_context():
        one = computed_ahead.assessed(context.session().get_one(Norm, norm.id))
        assert one.is_official
    assert gathered_while_writing == [False, False]


def test_positions_are_put_onto_the_shelf_while_nobody_states_one(
    session: Session, engine: sa.Engine, make: Make, now: dt.datetime, tmp_path: Path
) -> None:
    norm = make.norm("One.", slug="s")
    session.commit()
    if engine.dialect.name != "postgresql":
        shelve(session, norm, Shelf(tmp_path), now=now)  # one writer, whose numbers are in order
        return
    with Session(engine) as other:
        lock(other, other.get_one(Norm, norm.id))  # as who states a position does
        session.execute(sa.text("SET lock_timeout = '50ms'"))
        with pytest.raises(sa.exc.OperationalError):
            shelve(session, norm, Shelf(tmp_path), now=now)
    session.rollback()
