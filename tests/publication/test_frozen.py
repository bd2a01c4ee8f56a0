"""What was determined is what is signed: nothing after the closing changes a published figure."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import SYSTEM, Actor, Role
from app.consensus.assessing import published as public
from app.consensus.exclusions import confirm, set_aside
from app.consensus.frozen import Closing
from app.consensus.models import Assessment, FrozenInput, SetAside
from app.consensus.service import assess
from app.foundation import jobs
from app.lifecycle.determination import determine
from app.lifecycle.freezing import freeze
from app.lifecycle.models import Determination, DeterminationOutcome
from app.lifecycle.queries import rules_of
from app.lifecycle.service import step
from app.norms.models import Norm
from app.norms.stages import Stage
from app.positions import ledger, verification
from app.positions.models import Objection, ObjectionState, Stance
from app.publication.verifier import verify
from app.representation.service import correct
from app.stakeholders.models import Category, Stakeholder, Verification
from tests.conftest import StoppedClock
from tests.factories import Make
from tests.positions.saying import clause_of, say
from tests.publication.adopted import INDIVIDUAL, adopted, published
from tests.publication.packages import unpacked

Attack = Callable[[Session, Make, Norm], None]
FIGURES = ("assessment.json", "input.json", "positions.csv", "tallies.csv", "stakeholders.csv", "rules.json")
WHY = {"en": "Few were heard, and nobody objects."}


def administrator(make: Make) -> Actor:
    return make.actor(make.user(is_administrator=True))


def refuse_everybody(session: Session, make: Make, norm: Norm) -> None:
    for holder in session.scalars(sa.select(Stakeholder)).all():
        verification.decide_verification(
            session, administrator(make), holder, verdict=Verification.REFUSED, reason="x", now=make.now
        )


def verify_everybody(session: Session, make: Make, norm: Norm) -> None:
    for holder in session.scalars(sa.select(Stakeholder)).all():
        verification.decide_verification(
            session, administrator(make), holder, verdict=Verification.VERIFIED, reason="x", now=make.now
        )


def correct_countries(session: Session, make: Make, norm: Norm) -> None:
    for code in ("KE", "NA", "FR"):
        facts = {"ldc": True, "developing": True, "population": 7}
        correct(session, administrator(make), code, facts, reason="A list.", now=make.now)


def move_everybody(session: Session, make: Make, norm: Norm) -> None:
    """As no verb does, but an administrator of the database may."""
    session.execute(sa.update(Stakeholder).values(country="BR", category=Category.COMPANY))
    session.expire_all()


def answer_and_settle(session: Session, make: Make, norm: Norm) -> None:
    chair = make.seated(Role.CHAIR, norm)
    for one in session.scalars(sa.select(Objection)).all():
        said = {"text": "Everybody.", "language": "en", "seen": (one.position_id, one.state)}
        ledger.answer(session, chair, norm, one, **said, now=make.now)
        one.state = ObjectionState.WITHDRAWN
    session.flush()


def erase_the_individual(session: Session, make: Make, norm: Norm) -> None:
    session.execute(
        sa.update(Stakeholder).where(Stakeholder.name == INDIVIDUAL).values(name="person-x", evidence="")
    )
    session.expire_all()


ATTACKS: list[Attack] = [
    refuse_everybody,
    verify_everybody,
    correct_countries,
    move_everybody,
    answer_and_settle,
    erase_the_individual,
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_after_the_closing_changes_a_signed_figure(
    attack: Attack, session: Session, make: Make, now: dt.datetime
) -> None:
    norm, publisher = adopted(make)
    closing = session.scalars(sa.select(Assessment)).one()
    untouched = unpacked(published_elsewhere(session, make, norm, publisher, now))
    attack(session, make, norm)
    publication, package = published(session, make.actor(publisher), norm, now=now)
    files = unpacked(package)
    assert publication.assessment_id == closing.id and session.scalars(sa.select(Assessment)).all() == [
        closing
    ]
    assert {name: files[name] for name in FIGURES} == {name: untouched[name] for name in FIGURES}
    assert json.loads(files["assessment.json"]) == json.loads(json.dumps(public(closing.result)))
    before, after = (json.loads(one["summary.json"]) for one in (untouched, files))
    for part in ("stakeholders", "set_aside", "assessment_digest"):
        assert after[part] == before[part]
    assert [counted(one) for one in after["objections"]] == [counted(one) for one in before["objections"]]
    assert verify(package).faults == []


def published_elsewhere(session: Session, make: Make, norm: Norm, publisher: User, now: dt.datetime) -> bytes:
    """The package as it would be, had nothing happened."""
    with session.begin_nested() as savepoint:
        _, package = published(session, make.actor(publisher), norm, now=now)
        savepoint.rollback()
    session.expire_all()
    return package


def counted(objection: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(objection[name] for name in ("provision", "category", "country", "verified", "state"))


def at_the_call(make: Make) -> Norm:
    norm = make.norm("One.", "Two.", stage=Stage.CONSENSUS_CALL, slug="s", closes_at=make.now)
    for country in ("KE", "NA", "FR"):
        holder = make.speaker(country=country)
        norm.closes_at = make.now + dt.timedelta(hours=1)
        say(make.session, norm, clause_of(make.session, norm, 1), holder, Stance.SUPPORT, now=make.now)
    norm.closes_at = make.now
    make.session.flush()
    return norm


def test_the_determination_rests_on_the_closing_assessment(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = at_the_call(make)
    chair = make.seated(Role.CHAIR, norm)
    at_closing = assess(session, SYSTEM, norm, now=now)
    refuse_everybody(session, make, norm)
    later = now + dt.timedelta(days=2)
    stated = determine(
        session, chair, norm, DeterminationOutcome.CONSENSUS, {"en": "Agreed."}, reasons=WHY, now=later
    )
    assert stated.assessment is at_closing and at_closing.is_official
    step(session, chair, norm, Stage.ADOPTED, now=later)
    assert assess(session, SYSTEM, norm, now=later) is at_closing


def test_where_nobody_has_assessed_the_closing_the_determination_does(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = at_the_call(make)
    chair = make.seated(Role.CHAIR, norm)
    stated = determine(
        session, chair, norm, DeterminationOutcome.CONSENSUS, {"en": "Agreed."}, reasons=WHY, now=now
    )
    assert stated.assessment is not None and stated.assessment.is_official
    assert session.get(FrozenInput, stated.assessment_id) is not None


def test_the_closing_is_assessed_by_a_job_that_waits_for_it(
    session: Session, make: Make, now: dt.datetime, clock: StoppedClock
) -> None:
    norm = make.norm("One.", stage=Stage.PREPARATION, slug="s")
    closes_at = now + dt.timedelta(days=30)
    step(session, make.seated(Role.CHAIR, norm), norm, Stage.CONSULTATION, closes_at=closes_at, now=now)
    job = session.scalars(sa.select(jobs.Job).where(jobs.Job.kind == "assess")).one()
    assert (job.due_at, job.payload) == (closes_at, {"norm": "s"})


def test_a_determination_of_before_is_published_on_the_assessment_that_stands(
    session: Session, make: Make, now: dt.datetime
) -> None:
    """In a database whose determinations name no assessment yet."""
    norm, publisher = adopted(make)
    session.execute(sa.update(Determination).values(assessment_id=None))
    session.expire_all()
    publication, package = published(session, make.actor(publisher), norm, now=now)
    assert publication.assessment.is_official and verify(package).holds


def test_pages_and_the_interface_show_the_closing_assessment_as_the_result(
    session: Session, make: Make, client: FlaskClient, now: dt.datetime
) -> None:
    norm, _ = adopted(make)
    closing = session.scalars(sa.select(Assessment)).one()
    session.commit()
    shown = client.get("/en/norms/s/consensus/").get_data(as_text=True)
    refuse_everybody(session, make, norm)
    correct_countries(session, make, norm)
    assess(session, SYSTEM, norm, now=now)
    session.commit()
    assert client.get("/en/norms/s/consensus/").get_data(as_text=True) == shown
    answer = client.get("/api/v1/norms/s/assessment").get_json()
    assert answer["input_digest"] == closing.result["input_digest"]


def test_the_frozen_input_names_no_person(session: Session, make: Make, now: dt.datetime) -> None:
    adopted(make)
    row = session.scalars(sa.select(FrozenInput)).one()
    found = Closing.read(row.content, row.positions)
    assert INDIVIDUAL not in repr((found.data, found.roll))


def test_a_frozen_input_that_is_damaged_is_not_read(session: Session, make: Make) -> None:
    adopted(make)
    row = session.scalars(sa.select(FrozenInput)).one()
    for content, positions in (
        (row.content[:-5], row.positions),
        (row.content, row.positions[:-5]),
        (row.positions, row.content),
    ):
        with pytest.raises(ValueError):
            Closing.read(content, positions)


def test_who_was_set_aside_at_the_closing_stays_so_in_the_package(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = at_the_call(make)
    freeze(rules_of(session, norm), now=now)
    chair = make.seated(Role.CHAIR, norm)
    first = session.scalars(sa.select(Stakeholder).order_by(Stakeholder.id)).all()[0]
    words = {"detector": "identical", "reason": "They answer alike.", "language": "en"}
    open_still = now - dt.timedelta(days=1)
    decision = set_aside(session, chair, norm, [first.id], **words, now=open_still)
    confirm(session, make.seated(Role.CHAIR, norm), norm, decision, now=open_still)
    determine(session, chair, norm, DeterminationOutcome.CONSENSUS, {"en": "Agreed."}, reasons=WHY, now=now)
    step(session, chair, norm, Stage.ADOPTED, now=now)
    session.execute(sa.update(SetAside).values(lifted_at=now, lift_reason="As no verb does by now."))
    session.expire_all()
    _, package = published(session, make.seated(Role.PUBLISHER, norm), norm, now=now)
    (decision,) = json.loads(unpacked(package)["summary.json"])["set_aside"]
    assert (decision["stakeholders"], decision["reason"]) == ([f"s{first.id}"], "They answer alike.")
