"""Registering stakeholders: a person for themselves, or an entity they are the contact point of."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import PLATFORM, Actor, MandateRole, Matter
from app.authority.grants import Permission
from app.foundation import locking
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict
from app.foundation.locking import Hold
from app.foundation.text import TextField
from app.foundation.versions import replaces
from app.reference import countries
from app.stakeholders import names, queries
from app.stakeholders.mandates import call_off
from app.stakeholders.models import Category, Mandate, Stakeholder, Verification, VerificationDecision
from app.stakeholders.unverified_limits import check_room

LONGEST_EVIDENCE = 5000
WITHOUT_COUNTRY = frozenset({Category.IGO, Category.INDIVIDUAL})  #: who may leave it open


class CountryNeeded(BadInput):
    code = "country-needed"
    message = N_("Select a country. Only intergovernmental organisations and individuals may leave it blank.")


class NotAnEntity(BadInput):
    code = "not-an-entity"
    message = N_("An entity is a government, an organisation, a company or an institute.")


class EvidenceNeeded(BadInput):
    code = "evidence-needed"
    message = N_("Give evidence that you act for the entity, in at most %(limit)s characters.")


EVIDENCE = TextField("evidence", LONGEST_EVIDENCE, EvidenceNeeded, EvidenceNeeded)


class AlreadyRegistered(Conflict):
    code = "already-registered"
    message = N_("You are already registered as an individual.")


class AlreadyVerified(Conflict):
    code = "already-verified"
    message = N_("This stakeholder has already been verified; its evidence can no longer be changed.")


def register_individual(
    session: Session, actor: Actor, user: User, *, country: str | None, now: dt.datetime
) -> Stakeholder:
    """Make a person a stakeholder in their own right; they alone speak for themselves.

    :raises AlreadyRegistered: they are one already. :raises NameOfAnother: the name is a verified body's.
    """
    grants.require(actor, Permission.REGISTER_STAKEHOLDER, PLATFORM)
    grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    names.take_turn(session)
    if queries.individual_of(session, user) is not None:
        raise AlreadyRegistered
    names.check_no_verified(session, user.name)
    country = _country(country, Category.INDIVIDUAL)
    individual = _added(session, Category.INDIVIDUAL, country, user.name, user.language, "", now)
    with once(session, AlreadyRegistered), session.begin_nested():  # the same form sent twice in one moment
        individual.user_id = user.id
    _begin(session, actor, individual, user.id, now)
    return individual


def register_entity(
    session: Session,
    actor: Actor,
    *,
    name: str,
    category: Category,
    country: str | None,
    language: str,
    evidence: str,
    apart_from: Collection[int] = (),
    now: dt.datetime,
) -> Stakeholder:
    """Register an entity as self-declared; whoever registers it becomes its contact point.

    ``apart_from``: the bodies with names like this that they were shown, and say it is none of.

    :raises NameOfAnother: a verified body, or one of the same country and category, has the name already.
    :raises IsItOneOfThese: others have a name like it.
    :raises TooManyUnverified, OneUnverifiedGovernment: they have as many unverified bodies as an account may.
    """
    grants.require(actor, Permission.REGISTER_STAKEHOLDER, PLATFORM)
    if category is Category.INDIVIDUAL:
        raise NotAnEntity(field="category")
    name, country = names.clean(name), _country(country, category)
    names.take_turn(session)
    check_room(session, actor.user_id, category, now=now)
    names.check_free(session, name, category, country, apart_from)
    entity = _added(session, category, country, name, language, EVIDENCE.clean(evidence), now)
    _begin(session, actor, entity, actor.user_id, now)
    return entity


def give_evidence(
    session: Session, actor: Actor, entity: Stakeholder, *, evidence: str, version: str, now: dt.datetime
) -> None:
    """Give better evidence; after a refusal the entity waits for a decision again, refused until then.

    ``version``: of the evidence that was seen.

    :raises ChangedMeanwhile: it is another by now.
    """
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=entity.id))
    locking.lock(session, entity, Hold.IN_TURN)
    if entity.verification is Verification.VERIFIED:
        raise AlreadyVerified
    wanted = EVIDENCE.clean(evidence)
    replaces({"evidence": entity.evidence}, {"evidence": wanted}, version=version)
    entity.evidence = wanted
    if entity.verification is Verification.REFUSED:
        entity.appealed_at = now
    audit.record(session, actor, "stakeholder.evidence", f"stakeholder/{entity.id}", now=now)


def forget_person(session: Session, actor: Actor, user: User, *, now: dt.datetime) -> None:
    """End a person's mandates and leave only their pseudonym, because they erase their account."""
    grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    for mandate in queries.held_by(session, user, now=now):
        mandate.ends_at = now
    to_come = sa.select(Mandate).where(Mandate.user_id == user.id, Mandate.starts_at > now)
    for mandate in session.scalars(to_come):
        call_off(session, mandate)
    individual = queries.individual_of(session, user)
    if individual is not None:
        individual.name, individual.evidence = user.pseudonym, ""
        # The reasons were given about them, and may name them.
        of_them = VerificationDecision.stakeholder_id == individual.id
        for decision in session.scalars(sa.select(VerificationDecision).where(of_them)):
            decision.reason = user.pseudonym
    audit.record(session, actor, "stakeholder.person-erased", user.pseudonym, now=now)


def _added(
    session: Session,
    category: Category,
    country: str | None,
    name: str,
    language: str,
    evidence: str,
    now: dt.datetime,
) -> Stakeholder:
    stakeholder = Stakeholder(
        category=category,
        country=country,
        name=name,
        language=language,
        evidence=evidence,
        verification=Verification.SELF_DECLARED,
        created_at=now,
    )
    session.add(stakeholder)
    session.flush()
    return stakeholder


def _country(country: str | None, category: Category) -> str | None:
    code = (country or "").strip().upper()
    if not code and category in WITHOUT_COUNTRY:
        return None
    if code not in countries.shipped():
        raise CountryNeeded(field="country")
    return code


def _begin(
    session: Session, actor: Actor, stakeholder: Stakeholder, user_id: int | None, now: dt.datetime
) -> None:
    role = MandateRole.CONTACT_POINT
    if user_id is not None:
        session.add(Mandate(user_id=user_id, stakeholder_id=stakeholder.id, role=role, starts_at=now))
        session.flush()
    details = {"category": stakeholder.category.value, "country": stakeholder.country}
    audit.record(
        session, actor, "stakeholder.registered", f"stakeholder/{stakeholder.id}", now=now, details=details
    )
