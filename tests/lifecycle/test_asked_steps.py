"""Steps that a worker takes: asked for once, seen while they run, refused with what was typed."""

import datetime as dt
import json
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy.orm import Session

from app.accounts import sign_ins
from app.audit.models import AuditEntry
from app.authority.actor import Role
from app.foundation.errors import Code, Phrase, Tongue
from app.foundation.jobs import Job, JobState
from app.kernel import computed_ahead, step_jobs
from app.kernel.formats import words
from app.lifecycle import requested_steps, service
from app.lifecycle.models import Phase, StepAsked
from app.lifecycle.overrides import StepRefused
from app.norms.models import Norm, RulesOfProcedure, Seat
from app.norms.stages import Stage
from tests.browser import Browser
from tests.conftest import StoppedClock, have_steps_taken
from tests.factories import Make

STEPS = "/en/norms/ai/steps/"
UNDER_WAY = f"{STEPS}1/"
OPEN = {"to": "consultation", "closes_on": "2026-03-31", "zone": "Etc/GMT+12", "override_reason": ""}


@pytest.fixture
def norm(make: Make, session: Session) -> Norm:
    norm = make.norm(slug="ai", stage=Stage.PREPARATION)
    session.commit()
    return norm


@pytest.fixture
def enter(app: Flask, make: Make, session: Session, norm: Norm) -> Callable[[Role], Browser]:
    """A browser of a person with a seat."""

    def enter(role: Role) -> Browser:
        user = make.user()
        make.seat(user, role, norm)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = sign_ins.begin(session, user, now=make.now)
        session.commit()
        return Browser(client)

    return enter


Enter = Callable[[Role], Browser]


@pytest.fixture
def busy(app: Flask) -> Flask:
    """The application while its worker is busy elsewhere."""
    app.extensions["wait"] = lambda: None
    return app


def asked(session: Session) -> StepAsked:
    session.rollback()
    return session.scalars(sa.select(StepAsked).order_by(StepAsked.id.desc())).first()  # type: ignore[return-value]


def taken(session: Session) -> list[tuple[str, str]]:
    """Who took which step, by the record."""
    session.rollback()
    rows = sa.select(AuditEntry.actor, AuditEntry.subject).where(AuditEntry.act == "step-taken")
    return [(row.actor, row.subject) for row in session.execute(rows)]


def test_a_step_that_takes_long_is_seen_while_it_runs_and_is_whose_who_asked(
    busy: Flask, enter: Enter, session: Session, make: Make
) -> None:
    chair = enter(Role.CHAIR)
    response = chair.post(STEPS, **OPEN)
    assert (response.status_code, response.location) == (303, UNDER_WAY)
    assert taken(session) == []
    answer = chair.get(UNDER_WAY)
    assert answer.headers["Refresh"] == "3"
    assert '<p role="status">The step is in the queue.</p>' in chair.page
    assert '<progress max="2" value="0" aria-label="Progress of the step">' in chair.page
    chair.get(STEPS)
    assert f'<a href="{UNDER_WAY}">A step is in progress: Consultation.' in chair.page
    have_steps_taken(busy)
    assert chair.get(UNDER_WAY).location == STEPS
    chair.get(STEPS)
    assert "is now at the stage" in chair.page and UNDER_WAY not in chair.page
    assert taken(session) == [(asked(session).asker.pseudonym, "consultation")]


def test_only_who_may_take_a_step_sees_how_far_it_is(busy: Flask, enter: Enter) -> None:
    enter(Role.CHAIR).post(STEPS, **OPEN)
    statuses = {role: enter(role).get(UNDER_WAY).status_code for role in (Role.CHAIR, Role.EDITOR)}
    assert statuses == {Role.CHAIR: 200, Role.EDITOR: 403}
    visitor = Browser(busy.test_client())
    assert visitor.get(UNDER_WAY).status_code == 401
    assert enter(Role.CHAIR).get(f"{STEPS}2/").status_code == 404


def test_what_was_changed_meanwhile_refuses_the_step_and_keeps_what_was_typed(
    busy: Flask, enter: Enter, session: Session, norm: Norm
) -> None:
    chair = enter(Role.CHAIR)
    chair.post(STEPS, **OPEN)
    rules = session.scalars(sa.select(RulesOfProcedure)).one()
    rules.content = rules.content | {"minimum_days": 60}
    session.commit()
    have_steps_taken(busy)
    answer = chair.get(UNDER_WAY)
    assert (answer.status_code, answer.headers.get("Refresh")) == (200, None)
    assert "Step not taken" in chair.page
    assert "The round must stay open for at least 60 days." in chair.page
    assert 'value="2026-03-31"' in chair.page and '<option value="Etc/GMT+12" selected>' in chair.page
    chair.get(UNDER_WAY.replace("/en/", "/fr/"))
    assert "60 jours" in chair.page
    assert chair.post(STEPS, **OPEN | {"closes_on": "2026-06-30"}).location == f"{STEPS}2/"
    have_steps_taken(busy)
    assert [subject for _, subject in taken(session)] == ["consultation"]


def test_a_reason_is_still_there_where_the_step_does_not_follow_any_more(
    busy: Flask, enter: Enter, session: Session, norm: Norm
) -> None:
    norm.stage, norm.closes_at = Stage.CONSULTATION, dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    session.commit()
    chair = enter(Role.CHAIR)
    chair.post(STEPS, to="compilation", override_reason="The hall is closed.")
    norm.stage = Stage.NOT_ADOPTED
    session.commit()
    have_steps_taken(busy)
    chair.get(UNDER_WAY)
    assert "The norm cannot move from “Not adopted” to “Compilation”" in chair.page
    assert "The hall is closed." in chair.page


def test_who_has_lost_the_seat_meanwhile_takes_no_step(
    busy: Flask, enter: Enter, session: Session, norm: Norm
) -> None:
    enter(Role.CHAIR).post(STEPS, **OPEN)
    session.execute(sa.delete(Seat))
    session.commit()
    have_steps_taken(busy)
    assert taken(session) == []
    refusal = asked(session).refusal
    assert refusal is not None and refusal["phrase"]["message"] == (
        "You do not have permission for this action."
    )


def test_two_who_ask_for_the_same_have_one_job_and_another_step_waits(
    busy: Flask, enter: Enter, session: Session
) -> None:
    for chair in (enter(Role.CHAIR), enter(Role.CHAIR)):
        assert chair.post(STEPS, **OPEN).location == UNDER_WAY
    assert len(session.scalars(sa.select(Job)).all()) == 1
    other = enter(Role.CHAIR)
    assert other.post(STEPS, **OPEN | {"closes_on": "2026-04-30"}).status_code == 409
    assert "Another step of this norm is in progress." in other.page
    assert 'value="2026-04-30"' in other.page
    have_steps_taken(busy)
    assert len(taken(session)) == 1


def test_what_nobody_has_begun_within_an_hour_is_not_taken_any_more(
    busy: Flask, enter: Enter, session: Session, clock: StoppedClock
) -> None:
    chair = enter(Role.CHAIR)
    chair.post(STEPS, **OPEN)
    clock.forward(minutes=2)
    chair.get(UNDER_WAY)
    assert "the worker process may not be running" in chair.page
    clock.forward(minutes=59)
    have_steps_taken(busy)
    chair.get(UNDER_WAY)
    assert "The server did not start this step within an hour." in chair.page
    assert taken(session) == []


def test_a_step_that_was_forgotten_keeps_no_other_away(
    busy: Flask, enter: Enter, session: Session, clock: StoppedClock
) -> None:
    chair = enter(Role.CHAIR)
    chair.post(STEPS, **OPEN)
    clock.forward(minutes=61)
    assert chair.post(STEPS, **OPEN | {"closes_on": "2026-04-30"}).location == f"{STEPS}2/"
    have_steps_taken(busy)
    assert [one.refusal is None for one in session.scalars(sa.select(StepAsked).order_by(StepAsked.id))] == [
        False,
        True,
    ]


def test_whoever_asked_is_told_that_something_is_broken(
    busy: Flask, enter: Enter, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    chair = enter(Role.CHAIR)
    chair.post(STEPS, **OPEN)
    with monkeypatch.context() as broken:
        broken.setattr(service, "step", break_down)
        have_steps_taken(busy)
    chair.get(UNDER_WAY)
    assert "An error occurred on the server." in chair.page
    job = session.scalars(sa.select(Job)).one()
    assert (job.state, job.error) == (JobState.FAILED, "ZeroDivisionError")
    chair.post(STEPS, **OPEN)
    have_steps_taken(busy)
    assert len(taken(session)) == 1


def test_a_worker_that_was_too_slow_takes_no_step_twice(
    busy: Flask, enter: Enter, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(Role.CHAIR).post(STEPS, **OPEN)
    faster = iter([True])

    def assesses(*_: object) -> bool:
        """While the first is about to keep what it has, another takes the step."""
        if next(faster, False):
            have_steps_taken(busy)
        return False

    monkeypatch.setattr(computed_ahead.lifecycle, "assesses", assesses)
    with busy.app_context():
        step_jobs.take(1, lambda _: None)
    assert len(taken(session)) == 1
    assert asked(session).refusal is None


def test_how_far_it_is_is_read_by_others_while_it_runs(
    busy: Flask, enter: Enter, session: Session, monkeypatch: pytest.MonkeyPatch, norm: Norm
) -> None:
    chair, seen = enter(Role.CHAIR), []
    norm.stage, norm.closes_at = Stage.CONSULTATION, dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    session.commit()
    assert chair.post(STEPS, to="compilation").location == UNDER_WAY

    def foresee(*_: object, **__: object) -> None:
        other = threading.Thread(target=chair.get, args=(UNDER_WAY,))
        other.start()
        other.join()
        seen.append(asked(session).phase)

    monkeypatch.setattr(computed_ahead, "foresee", foresee)
    have_steps_taken(busy)
    assert seen == [Phase.ASSESSING]
    assert "Part 1 of 2: Assessing the positions" in chair.page
    assert [subject for _, subject in taken(session)] == ["compilation"]


def test_a_small_step_is_taken_while_the_page_waits(enter: Enter) -> None:
    assert enter(Role.CHAIR).post(STEPS, **OPEN).location == STEPS


def test_a_refusal_that_is_kept_reads_in_each_language_as_if_it_came_at_once(app: Flask) -> None:
    ways = (Stage.CONSULTATION, Stage.SUSPENDED)
    values = {"at": dt.datetime(2026, 3, 22, 9, 30, tzinfo=dt.UTC), "to": Stage.PUBLISHED, "ways": ways}
    further = {
        "language": Tongue("es"),
        "schemes": (Code("balanced"),),
        "inner": Phrase("Support"),
        "number": 7,
    }
    phrase = Phrase("%(at)s %(to)s %(ways)s %(language)s %(schemes)s %(inner)s", values | further)
    kept = json.loads(json.dumps(requested_steps.as_kept(StepRefused([phrase]))))
    asked = StepAsked(refusal=kept)
    (line,) = requested_steps.refusal_of(asked).details  # type: ignore[union-attr]
    with app.test_request_context("/fr/"):
        g.lang = "fr"
        said = words(line)
        assert said == words(phrase)
    for word in ("22 mars 2026", "Consultation, Suspendue", "Publiée", "Español", "Équilibr"):
        assert word in said
    assert "published" not in said and "2026-03" not in said
