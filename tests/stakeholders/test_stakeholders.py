"""Who takes part, who acts for them, and how well they are known."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import VISITOR, Actor, MandateRole, Role
from app.foundation.errors import NotAllowed, SignInNeeded
from app.foundation.jobs import Job
from app.foundation.versions import version_of
from app.positions import verification
from app.stakeholders import mandates, names, queries, service
from app.stakeholders.models import Category, Mandate, Stakeholder, Verification
from tests.factories import Make
from tests.stakeholders.accepting import give

VERIFIED, REFUSED, SELF_DECLARED = Verification.VERIFIED, Verification.REFUSED, Verification.SELF_DECLARED
ENTITY = {
    "name": "Ministry of Data",
    "category": Category.GOVERNMENT,
    "country": "ke",
    "language": "en",
    "evidence": "https://data.example/contact",
}


def acts(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)))


@pytest.fixture
def entity(session: Session, make: Make, now: dt.datetime) -> tuple[Actor, Stakeholder]:
    """A self-declared entity and its contact point."""
    user = make.user("Wanjiru")
    entity = service.register_entity(session, make.actor(user), **ENTITY, now=now)
    return make.actor(user), entity


@pytest.fixture
def moderator(make: Make) -> Actor:
    return make.seated(Role.MODERATOR)


def individual(session: Session, make: Make, user: User, now: dt.datetime) -> Stakeholder:
    return service.register_individual(session, make.actor(user), user, country="FJ", now=now)


def test_whoever_registers_an_entity_is_its_contact_point(session: Session, entity, make: Make) -> None:
    actor, registered = entity
    assert registered.verification is SELF_DECLARED and registered.country == "KE"
    assert actor.mandates == {(MandateRole.CONTACT_POINT, registered.id)}
    assert acts(session) == ["stakeholder.registered"]


def test_a_person_can_take_part_as_themselves_and_once(
    session: Session, make: Make, now: dt.datetime
) -> None:
    user = make.user("Litia")
    registered = individual(session, make, user, now)
    assert (registered.name, registered.category) == ("Litia", Category.INDIVIDUAL)
    assert make.actor(user).speaks_for(registered.id)
    with pytest.raises(service.AlreadyRegistered):
        individual(session, make, user, now)


def test_nobody_registers_another_person(session: Session, make: Make, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        service.register_individual(session, make.actor(make.user()), make.user(), country="FJ", now=now)


def test_only_confirmed_persons_register(session: Session, make: Make, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        service.register_entity(session, make.actor(make.user(confirmed_at=None)), **ENTITY, now=now)
    with pytest.raises(SignInNeeded):
        service.register_entity(session, VISITOR, **ENTITY, now=now)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": " "}, names.NameMissing),
        ({"name": "x" * 201}, names.NameMissing),
        ({"country": ""}, service.CountryNeeded),
        ({"country": "Kenya"}, service.CountryNeeded),
        ({"country": "XX"}, service.CountryNeeded),
        ({"category": Category.INDIVIDUAL}, service.NotAnEntity),
        ({"evidence": " "}, service.EvidenceNeeded),
        ({"evidence": "x" * 5001}, service.EvidenceNeeded),
    ],
)
def test_an_entity_is_registered_with_all_that_is_needed(
    session: Session, make: Make, now: dt.datetime, change: dict, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        service.register_entity(session, make.actor(make.user()), **ENTITY | change, now=now)


def test_an_intergovernmental_organisation_needs_no_country(
    session: Session, make: Make, now: dt.datetime
) -> None:
    values = ENTITY | {"category": Category.IGO, "country": ""}
    assert service.register_entity(session, make.actor(make.user()), **values, now=now).country is None


@pytest.mark.parametrize("verdict", [VERIFIED, REFUSED])
def test_a_moderator_decides_with_a_reason_and_the_contact_point_is_told(
    session: Session, entity, moderator: Actor, now: dt.datetime, verdict: Verification
) -> None:
    _, registered = entity
    decision = verification.decide_verification(
        session, moderator, registered, verdict=verdict, reason="Looked it up.", now=now
    )
    assert registered.verification is verdict and decision.reason == "Looked it up."
    (job,) = session.scalars(sa.select(Job).where(Job.kind == "mail"))
    assert job.payload["mail"] == f"{verdict.value}-entity"
    assert acts(session)[-1] == "stakeholder.decided"


def test_a_decision_needs_a_reason_and_a_verdict(session: Session, entity, moderator, now) -> None:
    with pytest.raises(verification.ReasonNeeded):
        verification.decide_verification(session, moderator, entity[1], verdict=VERIFIED, reason=" ", now=now)
    with pytest.raises(verification.VerdictNeeded):
        verification.decide_verification(
            session, moderator, entity[1], verdict=SELF_DECLARED, reason="?", now=now
        )


def test_only_moderators_decide_and_not_on_their_own(session: Session, entity, make: Make, now) -> None:
    contact, registered = entity
    with pytest.raises(NotAllowed):
        verification.decide_verification(
            session, contact, registered, verdict=VERIFIED, reason="It is me.", now=now
        )
    make.seat(session.get_one(User, contact.user_id), Role.MODERATOR)
    both = make.actor(session.get_one(User, contact.user_id))
    with pytest.raises(verification.OwnStakeholder):
        verification.decide_verification(session, both, registered, verdict=VERIFIED, reason="Me.", now=now)


def test_after_a_refusal_better_evidence_may_be_given(session: Session, entity, moderator, now) -> None:
    contact, registered = entity
    verification.decide_verification(session, moderator, registered, verdict=REFUSED, reason="No.", now=now)
    assert registered not in queries.waiting(session)
    service.give_evidence(
        session,
        contact,
        registered,
        evidence="A letter.",
        version=version_of({"evidence": registered.evidence}),
        now=now,
    )
    assert registered in queries.waiting(session)
    anew = {"verdict": VERIFIED, "reason": "Yes.", "version": seen_on(session, registered)}
    verification.decide_verification(session, moderator, registered, **anew, now=now)
    with pytest.raises(service.AlreadyVerified):
        service.give_evidence(
            session,
            contact,
            registered,
            evidence="Another.",
            version=version_of({"evidence": registered.evidence}),
            now=now,
        )


def test_a_verified_entity_can_vouch_and_revoke_it(session: Session, entity, moderator, make, now) -> None:
    contact, registered = entity
    person = individual(session, make, make.user(), now)
    with pytest.raises(verification.VoucherUnknown):
        verification.vouch(session, contact, registered, person, reason="A colleague.", now=now)
    verification.decide_verification(session, moderator, registered, verdict=VERIFIED, reason="Yes.", now=now)
    word = verification.vouch(session, contact, registered, person, reason="A colleague.", now=now)
    assert person.verification is VERIFIED
    verification.revoke_vouch(session, contact, word, now=now)
    assert person.verification is SELF_DECLARED and word.revoked_at == now
    with pytest.raises(verification.VouchRevoked):
        verification.revoke_vouch(session, contact, word, now=now)
    assert acts(session)[-2:] == ["stakeholder.vouched", "stakeholder.vouch-revoked"]


def test_who_loses_its_verification_loses_its_word_for_others(
    session: Session, entity, moderator, make, now
) -> None:
    contact, registered = entity
    decide = {"reason": "See the file.", "now": now}
    verification.decide_verification(session, moderator, registered, verdict=VERIFIED, **decide)
    person = individual(session, make, make.user(), now)
    verification.vouch(session, contact, registered, person, reason="A colleague.", now=now)
    decide["version"] = seen_on(session, registered)
    verification.decide_verification(session, moderator, registered, verdict=REFUSED, **decide)
    assert person.verification is SELF_DECLARED


def test_nobody_vouches_for_themselves_for_an_entity_or_against_a_moderator(
    session: Session, entity, moderator, make, now
) -> None:
    contact, registered = entity
    verification.decide_verification(session, moderator, registered, verdict=VERIFIED, reason="Yes.", now=now)
    user = session.get_one(User, contact.user_id)
    herself = individual(session, make, user, now)
    both = make.actor(user)
    with pytest.raises(verification.OwnStakeholder):
        verification.vouch(session, both, registered, herself, reason="Me.", now=now)
    with pytest.raises(verification.VoucherUnknown):
        verification.vouch(session, both, registered, make.stakeholder(), reason="A friend.", now=now)
    refused = individual(session, make, make.user(), now)
    verification.decide_verification(session, moderator, refused, verdict=REFUSED, reason="A bot.", now=now)
    with pytest.raises(verification.AlreadyKnown):
        verification.vouch(session, both, registered, refused, reason="No, a person.", now=now)


@pytest.mark.parametrize("role", [MandateRole.DEPUTY, MandateRole.REVIEWER, MandateRole.OBSERVER])
def test_only_a_contact_point_gives_mandates_and_vouches(session: Session, make: Make, now, role) -> None:
    holder, person, friend = make.stakeholder(), make.user(), make.user()
    make.mandate(person, holder, role)
    with pytest.raises(NotAllowed):
        give(
            session, make, make.actor(person), holder, email=friend.email, role=MandateRole.OBSERVER, now=now
        )
    with pytest.raises(NotAllowed):
        verification.vouch(
            session, make.actor(person), holder, individual(session, make, friend, now), reason="?", now=now
        )


def test_a_mandate_is_given_changed_and_ended(session: Session, entity, make: Make, now) -> None:
    contact, registered = entity
    person = make.user("Otieno")
    said = {"email": person.email.upper(), "now": now}
    give(session, make, contact, registered, role=MandateRole.REVIEWER, **said)
    given = give(session, make, contact, registered, role=MandateRole.DEPUTY, **said)
    assert make.actor(person).mandates == {(MandateRole.DEPUTY, registered.id)}
    with pytest.raises(mandates.SameMandate):
        give(session, make, contact, registered, role=MandateRole.DEPUTY, **said)
    mandates.end_mandate(session, make.actor(person), given, now=now)
    assert make.actor(person).mandates == frozenset()
    with pytest.raises(mandates.MandateEnded):
        mandates.end_mandate(session, contact, given, now=now)


def test_the_last_contact_point_hands_over_before_they_go(session: Session, entity, make: Make, now) -> None:
    contact, registered = entity
    own = session.scalars(sa.select(Mandate)).one()
    with pytest.raises(mandates.LastContactPoint):
        mandates.end_mandate(session, contact, own, now=now)
    successor = make.user()
    give(session, make, contact, registered, email=successor.email, role=MandateRole.CONTACT_POINT, now=now)
    mandates.end_mandate(session, contact, own, now=now)
    assert make.actor(successor).speaks_for(registered.id)


def test_an_individual_speaks_for_themselves(session: Session, make: Make, now) -> None:
    user, friend = make.user(), make.user()
    herself = individual(session, make, user, now)
    with pytest.raises(mandates.SpeaksForHerself):
        give(session, make, make.actor(user), herself, email=friend.email, role=MandateRole.DEPUTY, now=now)


def test_a_stranger_ends_nobodys_mandate(session: Session, entity, make: Make, now) -> None:
    own = session.scalars(sa.select(Mandate)).one()
    with pytest.raises(NotAllowed):
        mandates.end_mandate(session, make.actor(make.user()), own, now=now)


def seen_on(session: Session, holder: Stakeholder) -> str:
    """The version of the decision that stands, as the form of the next has it."""
    return version_of(verification.decided(session, [holder.id]).get(holder.id, {}))
