"""A person decides who is not counted; the decision is recorded, public, and can be lifted."""

import datetime as dt
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Actor, Role
from app.authority.grants import NotAllowed
from app.consensus.activity_queries import decisions, watched
from app.consensus.coordinated_activity import DETECTORS
from app.consensus.exclusions import (
    AsideAlready,
    CallClosed,
    ConfirmedAlready,
    CountedAlready,
    NobodySaid,
    SecondPersonNeeded,
    Settled,
    WhyMissing,
    confirm,
    count_again,
    set_aside,
)
from app.consensus.input_queries import gather
from app.consensus.models import SetAside
from app.consensus.service import assess
from app.foundation.jobs import Job
from app.norms.models import Norm
from app.norms.stages import Stage
from app.positions.models import Stance
from app.representation.rules import CATEGORIES
from app.representation.service import in_force
from app.stakeholders.models import Category, Mandate, Stakeholder, Verification
from tests.browser import Browser
from tests.discussion.pages import SignIn
from tests.factories import Make
from tests.moments import at_once
from tests.positions.saying import clause_of, say

WHY = {"detector": "identical", "reason": "Forty accounts of one hour.", "language": "en"}
CLAUSES = 12


def own_mind(person: int, clause: int) -> Stance:
    return Random(f"{person} {clause}").choice([Stance.SUPPORT, Stance.ACCEPT, Stance.ABSTAIN])


@pytest.fixture
def brigade(session: Session, make: Make, now: dt.datetime) -> list[Stakeholder]:
    """Five accounts that object to everything within a minute, beside ten who differ."""
    norm = make.norm(*(f"Clause {number}." for number in range(1, CLAUSES + 1)), slug="s")
    people = []
    for number in range(15):
        is_copy = number >= 10
        known = Verification.SELF_DECLARED if is_copy else Verification.VERIFIED
        speaker = make.speaker(category=Category.INDIVIDUAL, country="FR", verification=known)
        for place in range(1, CLAUSES + 1):
            stance = Stance.OBJECT if is_copy else own_mind(number, place)
            say(session, norm, clause_of(session, norm, place), speaker, stance, reason="No.", now=now)
        people.append(speaker[1])
    session.commit()
    return people[10:]


@pytest.fixture
def norm(session: Session, brigade: list[Stakeholder]) -> Norm:
    return session.scalars(sa.select(Norm)).one()


@pytest.fixture
def chair(make: Make, norm: Norm) -> Actor:
    return make.seated(Role.CHAIR, norm)


@pytest.fixture
def second(make: Make, norm: Norm) -> Actor:
    return make.seated(Role.MODERATOR, norm)


def ids(people: list[Stakeholder]) -> list[int]:
    return [one.id for one in people]


def test_who_is_set_aside_is_not_counted_and_both_figures_stay(
    session: Session, norm: Norm, chair: Actor, second: Actor, brigade: list[Stakeholder], now: dt.datetime
) -> None:
    before = assess(session, SYSTEM, norm, now=now).result
    decision = set_aside(session, chair, norm, ids(brigade), **WHY, now=now)
    assert assess(session, SYSTEM, norm, now=now).result["set_aside"] == 0  # it is only proposed
    confirm(session, second, norm, decision, now=now)
    after = assess(session, SYSTEM, norm, now=now).result
    assert (before["set_aside"], after["set_aside"]) == (0, 5)
    assert after["stakeholders"]["total"] == 10
    for old, new in zip(before["clauses"], after["clauses"], strict=True):
        assert new["counts"]["object"] == old["counts"]["object"] - 5 == 0
        assert new["with_set_aside"]["share"] == old["agreement"]["balanced"]["share"]
        assert "with_set_aside" not in old


def test_what_is_counted_then_is_as_if_they_had_never_spoken(
    session: Session,
    make: Make,
    norm: Norm,
    chair: Actor,
    second: Actor,
    brigade: list[Stakeholder],
    now: dt.datetime,
) -> None:
    confirm(session, second, norm, set_aside(session, chair, norm, ids(brigade), **WHY, now=now), now=now)
    with_them = assess(session, SYSTEM, norm, now=now).result
    other = make.norm(*(f"Clause {number}." for number in range(1, CLAUSES + 1)))
    for number in range(10):
        speaker = make.speaker(category=Category.INDIVIDUAL, country="FR")
        for place in range(1, CLAUSES + 1):
            stance = own_mind(number, place)
            say(session, other, clause_of(session, other, place), speaker, stance, now=now)
    alone = assess(session, SYSTEM, other, now=now).result
    for one, same in zip(with_them["clauses"], alone["clauses"], strict=True):
        assert one["agreement"] == same["agreement"]
        assert one["status"] == same["status"]


def test_a_decision_is_recorded_listed_and_can_be_lifted_once(
    session: Session, norm: Norm, chair: Actor, brigade: list[Stakeholder], now: dt.datetime
) -> None:
    decision = set_aside(session, chair, norm, ids(brigade), **WHY, now=now)
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert entry.act == "set-aside-proposed" and entry.details["stakeholders"] == ids(brigade)
    assert decisions(session, norm.id) == [(decision, 5)]
    count_again(session, chair, norm, decision, reason="They are a choir.", now=now)
    assert assess(session, SYSTEM, norm, now=now).result["set_aside"] == 0
    with pytest.raises(CountedAlready):
        count_again(session, chair, norm, decision, reason="Again, they are.", now=now)
    set_aside(session, chair, norm, ids(brigade), **WHY, now=now)
    assert len(decisions(session, norm.id)) == 2


def test_what_cannot_be_decided_is_refused(
    session: Session, make: Make, norm: Norm, chair: Actor, brigade: list[Stakeholder], now: dt.datetime
) -> None:
    for nothing in (" \n", ".", "\u3164", "x 12"):
        with pytest.raises(WhyMissing):
            set_aside(session, chair, norm, ids(brigade), **WHY | {"reason": nothing}, now=now)
    for nobody in ([], [make.stakeholder().id], [10**6]):
        with pytest.raises(NobodySaid):
            set_aside(session, chair, norm, nobody, **WHY, now=now)
    for role in (Role.EDITOR, Role.MODERATOR, Role.PUBLISHER):
        with pytest.raises(NotAllowed):
            set_aside(session, make.seated(role, norm), norm, ids(brigade), **WHY, now=now)
    set_aside(session, chair, norm, ids(brigade)[:2], **WHY, now=now)
    with pytest.raises(AsideAlready):
        set_aside(session, chair, norm, ids(brigade)[1:], **WHY, now=now)
    for norm.stage, norm.suspended_from in ((Stage.ADOPTED, None), (Stage.SUSPENDED, Stage.ADOPTED)):
        session.flush()
        with pytest.raises(Settled):
            set_aside(session, chair, norm, ids(brigade)[2:], **WHY, now=now)
    norm.stage, norm.suspended_from = Stage.CONSENSUS_CALL, None
    session.flush()
    set_aside(session, chair, norm, ids(brigade)[2:], **WHY, now=now)


@pytest.mark.parametrize("stage", [Stage.CONSULTATION, Stage.LAST_CALL, Stage.CONSENSUS_CALL])
def test_after_the_closing_nobody_is_set_aside_or_counted_again(
    session: Session,
    norm: Norm,
    chair: Actor,
    second: Actor,
    brigade: list[Stakeholder],
    stage: Stage,
    now: dt.datetime,
) -> None:
    """The official figures are made from who was counted at the closing and do not change any more."""
    norm.stage = stage
    proposed = set_aside(session, chair, norm, ids(brigade)[:2], **WHY, now=now)
    in_force = set_aside(session, chair, norm, ids(brigade)[2:4], **WHY, now=now)
    confirm(session, second, norm, in_force, now=now)
    closing = norm.closes_at
    assert closing is not None
    with pytest.raises(CallClosed, match="its figures are final"):
        confirm(session, second, norm, proposed, now=closing)
    with pytest.raises(CallClosed):
        count_again(session, chair, norm, in_force, reason="They are a choir.", now=closing)
    with pytest.raises(CallClosed):
        set_aside(session, chair, norm, ids(brigade)[4:], **WHY, now=closing)
    assert assess(session, SYSTEM, norm, now=closing).result["set_aside"] == 2
    assert (proposed.confirmed_at, in_force.lifted_at) == (None, None)
    norm.closes_at = closing + dt.timedelta(days=1)
    confirm(session, second, norm, proposed, now=closing)
    assert assess(session, SYSTEM, norm, now=norm.closes_at).result["set_aside"] == 4


def test_it_takes_a_second_person_and_those_who_speak_for_them_are_told(
    session: Session,
    make: Make,
    norm: Norm,
    chair: Actor,
    second: Actor,
    brigade: list[Stakeholder],
    now: dt.datetime,
) -> None:
    decision = set_aside(session, chair, norm, ids(brigade)[:2], **WHY, now=now)
    with pytest.raises(SecondPersonNeeded):
        confirm(session, chair, norm, decision, now=now)
    with pytest.raises(NotAllowed):
        confirm(session, make.seated(Role.EDITOR, norm), norm, decision, now=now)
    confirm(session, second, norm, decision, now=now)
    with pytest.raises(ConfirmedAlready):
        confirm(session, make.seated(Role.CHAIR, norm), norm, decision, now=now)
    speakers = session.scalars(sa.select(Mandate.user_id).where(Mandate.stakeholder_id.in_(ids(brigade)[:2])))
    told = [job.payload for job in session.scalars(sa.select(Job).where(Job.kind == "mail"))]
    assert sorted((one["mail"], one["user_id"]) for one in told) == sorted(
        (kind, user) for user in speakers for kind in ("set-aside", "set-aside-proposed")
    )
    assert all(one["values"]["reason"] == WHY["reason"] for one in told)
    count_again(session, chair, norm, decision, reason="They are a choir.", now=now)
    with pytest.raises(CountedAlready):
        confirm(session, second, norm, decision, now=now)


def test_of_two_decisions_at_once_one_holds(
    session: Session,
    engine: sa.Engine,
    norm: Norm,
    chair: Actor,
    brigade: list[Stakeholder],
    now: dt.datetime,
) -> None:
    session.commit()
    chosen = ids(brigade)

    def decide(own: Session) -> str:
        try:
            set_aside(own, chair, own.get_one(Norm, norm.id), chosen, **WHY, now=now)
        except AsideAlready:
            return "refused"
        return "done"

    assert sorted(at_once(engine, decide, decide, decide)) == ["done", "refused", "refused"]
    assert session.scalar(sa.select(sa.func.count(SetAside.id))) == 1


def test_what_the_detectors_look_at_is_what_was_said(
    session: Session, norm: Norm, brigade: list[Stakeholder]
) -> None:
    data = gather(session, norm, CATEGORIES, in_force(session), closing=False)
    found = watched(session, norm, data)
    assert [one.id for one in found.people if one.verification is not Verification.VERIFIED] == [
        found.people[row].id for row in DETECTORS["unverified"](found.conduct).nonzero()[0].tolist()
    ]
    marked = {found.people[row].id for row in DETECTORS["identical"](found.conduct).nonzero()[0].tolist()}
    assert marked == set(ids(brigade))


def test_the_chair_sees_the_group_and_everybody_the_decision(
    session: Session, make: Make, norm: Norm, brigade: list[Stakeholder], sign_in: SignIn, browser: Browser
) -> None:
    user = make.user()
    make.seat(user, Role.CHAIR, norm)
    session.commit()
    sign_in(user)
    browser.get("/en/norms/s/conduct/")
    assert "Identical responses: 5 stakeholders" in browser.page
    chosen = [str(one) for one in ids(brigade)]
    form = {"detector": "identical", "language": "en", "stakeholder": chosen}
    refused = browser.post("/en/norms/s/conduct/", **form, reason="")
    assert refused.status_code == 422 and "It will be public." in browser.page
    done = browser.post("/en/norms/s/conduct/", **form, reason="One <script> wrote them.")
    assert done.status_code == 303
    public = browser.client.get("/en/norms/s/set-aside/").text
    assert "5 stakeholders excluded" in public and "One &lt;script&gt; wrote them." in public
    assert not any(one.name in public for one in brigade)
    browser.get("/en/norms/s/conduct/")
    lifted = browser.post("/en/norms/s/conduct/1/", reason="A choir.")
    assert lifted.status_code == 303
    assert "A choir." in browser.client.get("/en/norms/s/set-aside/").text


def test_a_second_person_confirms_on_the_public_page_and_the_headline_has_both_figures(
    session: Session,
    make: Make,
    norm: Norm,
    chair: Actor,
    brigade: list[Stakeholder],
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    decision = set_aside(session, chair, norm, ids(brigade), **WHY, now=now)
    user = make.user()
    make.seat(user, Role.MODERATOR, norm)
    session.commit()
    public = browser.client.get("/en/norms/s/set-aside/").text
    assert "all are counted until another person confirms the exclusion" in public
    assert "Confirm the exclusion" not in public
    sign_in(user)
    browser.get("/en/norms/s/set-aside/")
    assert "Confirm the exclusion" in browser.page
    assert browser.post(f"/en/norms/s/set-aside/{decision.id}/").status_code == 303
    session.rollback()
    result = assess(session, SYSTEM, norm, now=now).result
    session.commit()
    agreed = ("consensus", "rough-consensus")
    without = sum(one["status"] in agreed for one in result["clauses"])
    with_them = sum(one["with_set_aside"]["status"] in agreed for one in result["clauses"])
    headline = browser.client.get("/en/norms/s/consensus/").text
    assert f"stakeholders: {without} of {CLAUSES}. Including them: {with_them}." in headline
