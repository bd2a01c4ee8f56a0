"""Who was refused counts nowhere and cannot act on a norm; what was said stays as text."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Actor, MandateRole, Role
from app.authority.grants import StandingRefused
from app.consensus.input_queries import gather
from app.discussion import backing
from app.discussion import service as discussion
from app.discussion.models import Comment, CommentKind, Side
from app.discussion.submissions import Submission
from app.foundation.jobs import Job
from app.foundation.versions import version_of
from app.internal_drafts import service as inside
from app.internal_drafts.models import ContributionKind
from app.lifecycle.guards import objections_answered
from app.lifecycle.queries import of_objections
from app.norms.models import Norm
from app.norms.seen import seen_in
from app.norms.stages import Stage
from app.positions import explanations_of_position, ledger, reservations, statements, verification
from app.positions import queries as positions
from app.positions import service as stating
from app.positions.models import Objection, ObjectionState, Stance
from app.representation.rules import CATEGORIES
from app.representation.service import in_force
from app.stakeholders import queries, service
from app.stakeholders.models import Stakeholder, Verification
from tests.factories import Make
from tests.positions.saying import clause_of, say

Body = tuple[Actor, Stakeholder]


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Everybody has a say.")


@pytest.fixture
def body(session: Session, make: Make, norm: Norm, now: dt.datetime) -> Body:
    """An office that objects, is refused, and whose contact point comes back."""
    user, holder = make.user(), make.stakeholder("Office", country="MW")
    make.mandate(user, holder)
    make.stakeholder("Kenya")
    holder.verification = Verification.SELF_DECLARED
    speaker = (make.actor(user), holder)
    say(session, norm, clause_of(session, norm, 1), speaker, Stance.OBJECT, reason="No.", now=now)
    refuse(session, make, holder, now)
    return make.actor(user), holder


def refuse(
    session: Session, make: Make, holder: Stakeholder, now: dt.datetime, why: str = "Not a real office."
) -> None:
    verification.decide_verification(
        session,
        make.seated(Role.MODERATOR),
        holder,
        verdict=Verification.REFUSED,
        reason=why,
        version=version_of(verification.decided(session, [holder.id]).get(holder.id, {})),
        now=now,
    )


def test_it_is_in_no_figure(session: Session, make: Make, norm: Norm, body: Body, now: dt.datetime) -> None:
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, make.speaker(country="KE"), Stance.SUPPORT, now=now)
    data = gather(session, norm, CATEGORIES, in_force(session), closing=False)
    assert [country for _, country, _ in data.cells] == ["KE"] and list(data.objections) == [{}]
    heard = statements.heard(session, norm.current_draft_id or 0, [clause.provision_id])
    assert heard[clause.provision_id].counts == {Stance.SUPPORT: 1}
    assert statements.participation(session, norm.current_draft_id or 0).countries == 1
    assert [country for country, _ in statements.people(session, norm.current_draft_id or 0)] == ["KE"]


def test_its_objection_waits_for_no_answer_and_stays_as_text(
    session: Session, client: FlaskClient, norm: Norm, body: Body, now: dt.datetime
) -> None:
    assert list(objections_answered(of_objections(session, norm, now=now), None)) == []
    assert positions.to_answer(session) == []
    session.commit()
    for page in ("objections/", "provisions/p1/"):
        shown = client.get(f"/en/norms/{norm.slug}/{page}").text
        assert "Verification refused: not counted" in shown and "Office" in shown, page


def test_it_cannot_act_on_a_norm(
    session: Session, make: Make, norm: Norm, body: Body, now: dt.datetime
) -> None:
    actor, holder = body
    clause = clause_of(session, norm, 1)
    seen = seen_in(clause, "en")

    def comment(speaker: Actor, stakeholder_id: int) -> Comment:
        return discussion.comment(
            session,
            speaker,
            norm,
            Submission(
                stakeholder_id=stakeholder_id,
                kind=CommentKind.GENERAL,
                body="Good.",
                language="en",
                read_language="en",
                seen=seen,
            ),
            clause=clause,
            now=now,
        )

    kenya, ministry = make.speaker(country="KE")
    said = comment(kenya, ministry.id)
    words = {"text": "Words.", "language": "en", "stakeholder_id": holder.id, "seen": seen, "now": now}
    objection = session.scalars(sa.select(Objection)).one()
    acts: dict[str, Callable[[], object]] = {
        "position": lambda: say(session, norm, clause, (actor, holder), Stance.SUPPORT, now=now),
        "reaffirm": lambda: stating.reaffirm(
            session, actor, norm, clause, stakeholder_id=holder.id, seen=seen, read_language="en", now=now
        ),
        "comment": lambda: comment(actor, holder.id),
        "backing": lambda: backing.back(
            session, actor, norm, said, stakeholder_id=holder.id, side=Side.BACK, seen=1, now=now
        ),
        "inside": lambda: inside.draft(
            session,
            actor,
            norm,
            clause=clause,
            stakeholder_id=holder.id,
            kind=ContributionKind.COMMENT,
            fields={},
            now=now,
        ),
        "settling": lambda: ledger.settle(
            session, actor, norm, objection, state=ObjectionState.MAINTAINED, seen=0, now=now
        ),
        "reservation": lambda: reservations.reserve(
            session, actor, norm, clause, read_language="en", **words
        ),
    }
    for name, act in acts.items():
        with pytest.raises(StandingRefused):
            act()
            pytest.fail(name)
    norm.stage = Stage.CONSENSUS_CALL
    with pytest.raises(StandingRefused):
        explanations_of_position.explain(session, actor, norm, **words)


def test_a_page_says_why(
    session: Session, client: FlaskClient, norm: Norm, body: Body, sign_in: Callable[[User], str]
) -> None:
    sign_in(session.get_one(User, body[0].user_id))
    answer = client.get(f"/en/norms/{norm.slug}/provisions/p1/position/")
    assert answer.status_code == 403 and "was refused" in answer.text


def test_better_evidence_does_not_lift_a_refusal_but_a_decision_does(
    session: Session, make: Make, norm: Norm, body: Body, now: dt.datetime
) -> None:
    actor, holder = body
    service.give_evidence(
        session,
        actor,
        holder,
        evidence="A letter.",
        version=version_of({"evidence": holder.evidence}),
        now=now,
    )
    assert holder.is_refused and list(queries.waiting(session)) == [holder]
    again = make.actor(session.get_one(User, actor.user_id))
    with pytest.raises(StandingRefused):
        say(session, norm, clause_of(session, norm, 1), (again, holder), Stance.ABSTAIN, now=now)
    verification.decide_verification(
        session,
        make.seated(Role.MODERATOR),
        holder,
        verdict=Verification.VERIFIED,
        reason="Seen.",
        version=version_of(verification.decided(session, [holder.id])[holder.id]),
        now=now,
    )
    assert list(queries.waiting(session)) == []
    freed = make.actor(session.get_one(User, actor.user_id))
    assert freed.refused == frozenset() and (MandateRole.CONTACT_POINT, holder.id) in freed.mandates


def test_norms_without_an_outcome_are_assessed_again(
    session: Session, make: Make, norm: Norm, body: Body, now: dt.datetime
) -> None:
    asked = sa.select(Job).where(Job.kind == "assess")
    for stage, number in ((Stage.CONSULTATION, 1), (Stage.CONSENSUS_CALL, 1), (Stage.ADOPTED, 0)):
        session.execute(sa.delete(Job))
        norm.stage = stage
        refuse(session, make, body[1], now, f"Not a real office in {stage}.")
        assert len(session.scalars(asked).all()) == number, stage
