"""What stakeholders are called: no name that can be taken for a verified body's; and renaming them."""

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import profile
from app.accounts.models import User
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import Actor, Matter
from app.authority.grants import Permission
from app.foundation import locking, metrics
from app.foundation.errors import N_, BadInput, Conflict
from app.foundation.locking import Hold
from app.foundation.text import TextField
from app.foundation.versions import replaces
from app.reference.lookalikes import clean_name, folded
from app.stakeholders import queries
from app.stakeholders.models import Category, Stakeholder, Verification


class NameMissing(BadInput):
    code = "stakeholder-name-missing"
    message = N_("A name must have 1 to %(limit)s characters, including letters or digits.")


class IsItOneOfThese(Conflict):
    """``bodies``: the number and name of each with a name like it."""

    code = "is-it-one-of-these"
    message = N_("Bodies with this name or a similar name are already registered. Is yours one of these?")

    def __init__(self, bodies: Sequence[Stakeholder]) -> None:
        self.bodies = [(body.id, body.name) for body in bodies]
        super().__init__(field="name")


class NameOfAnother(IsItOneOfThese):
    code = "name-of-another"
    message = N_(
        "This name is the same as, or similar to, the name of a registered body. If you belong to "
        "it, ask its contact point for a mandate; otherwise choose a distinct name."
    )


NAMES = 0x434F4E45  #: a kind of advisory lock, as those of the record
NAME = TextField("name", 200, NameMissing, NameMissing, in_one_line=True)


def clean(name: str) -> str:
    """:raises NameMissing: it says nothing or is too long. :raises UnsafeText: it hides something."""
    return clean_name(NAME, name)


def take_turn(session: Session) -> None:
    """Nobody else gives a name until the transaction ends, so that of two alike the second sees the first.

    Before anything else is locked, so that nobody waits in a circle.
    """
    if session.get_bind().dialect.name == "postgresql":  # on SQLite there is one writer anyway
        with metrics.LOCK_SECONDS.measured("names"):
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(NAMES, 0)))


def check_no_verified(session: Session, name: str, *, but: int | None = None) -> None:
    """:raises NameOfAnother: a verified body has the name, or one that looks like it."""
    verified = [
        body
        for body in queries.bodies_alike(session, name, but=but)
        if body.verification is Verification.VERIFIED
    ]
    if verified:
        raise NameOfAnother(verified)


def check_free(
    session: Session,
    name: str,
    category: Category,
    country: str | None,
    apart_from: Collection[int],
    *,
    but: int | None = None,
) -> None:
    """Pass a name for an entity. ``but``: itself. ``apart_from``: those it is said to be none of.

    :raises NameOfAnother: a verified body has a name like it, or one of the same category and country has it.
    :raises IsItOneOfThese: others have a name like it.
    """
    check_no_verified(session, name, but=but)
    alike = queries.bodies_alike(session, name, but=but)
    same = [
        body
        for body in alike
        if (body.folded, body.category, body.country) == (folded(name), category, country)
    ]
    if same:
        raise NameOfAnother(same)
    if not {body.id for body in alike} <= set(apart_from):
        raise IsItOneOfThese(alike)


def rename(
    session: Session,
    actor: Actor,
    entity: Stakeholder,
    *,
    name: str,
    version: str,
    apart_from: Collection[int] = (),
    now: dt.datetime,
) -> None:
    """Call an entity otherwise, everywhere from now on; what was published before keeps its words.

    ``version``: of its name, that was seen.

    :raises NameOfAnother, IsItOneOfThese: as for a new one.
    :raises ChangedMeanwhile: it has another name by now.
    """
    grants.require(actor, Permission.RENAME_STAKEHOLDER, Matter(stakeholder_id=entity.id))
    if entity.category is Category.INDIVIDUAL:
        raise BadInput(field="name")
    take_turn(session)
    locking.lock(session, entity, Hold.IN_TURN)
    name = clean(name)
    if not replaces({"name": entity.name}, {"name": name}, version=version):
        return
    check_free(session, name, entity.category, entity.country, apart_from, but=entity.id)
    details = {"from": entity.name, "to": name}
    entity.name = name
    session.flush()
    audit.record(session, actor, "stakeholder.renamed", f"stakeholder/{entity.id}", now=now, details=details)


def change_profile(
    session: Session, actor: Actor, user: User, *, name: str, language: str, now: dt.datetime
) -> None:
    """Change a person's own name and language; as a stakeholder they are called so too.

    The record tells that they are, and not how: a person's names can be erased.

    :raises NameOfAnother: it is, or looks like, a verified body's.
    """
    take_turn(session)
    profile.change_profile(session, actor, user, name=name, language=language, now=now)
    individual = queries.individual_of(session, user)
    if individual is None or individual.name == user.name:
        return
    check_no_verified(session, user.name)
    individual.name = user.name
    session.flush()
    audit.record(session, actor, "stakeholder.renamed", f"stakeholder/{individual.id}", now=now)
