"""A norm that has been adopted and waits for its publisher."""

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import SYSTEM, Actor, Role
from app.consensus.service import assess
from app.lifecycle.freezing import freeze
from app.lifecycle.models import Determination, DeterminationOutcome
from app.norms.models import Norm, RulesOfProcedure
from app.norms.rules import Rules
from app.norms.stages import Stage
from app.positions.models import Stance
from app.publication import service
from app.publication.models import PackageChunk, PackageKind, Publication, StoredPackage
from app.stakeholders.models import Category, Verification
from tests.factories import Make
from tests.positions.saying import clause_of, say
from tests.publication.packages import KEY

INDIVIDUAL = "Wanjiru Kamau"


def published(session: Session, actor: Actor, norm: Norm, *, now: dt.datetime) -> tuple[Publication, bytes]:
    """Publish in the test's session; the publication and its package."""
    prepared = service.prepare(session, norm, key=KEY, now=now)
    return service.publish(session, actor, norm, prepared, now=now), prepared.package


def package_of(session: Session, kind: PackageKind = PackageKind.PUBLIC, number: int = 1) -> bytes:
    """A publication's package, as it is in the database now; b"" where none is named."""
    session.rollback()
    named = sa.select(StoredPackage.digest).join(Publication).where(Publication.number == number)
    digest = session.scalar(named.where(StoredPackage.kind == kind))
    pieces = sa.select(PackageChunk.body).where(PackageChunk.digest == digest).order_by(PackageChunk.place)
    return b"".join(session.scalars(pieces))


def nobody(_norm: Norm) -> None:
    """No others speak."""


def adopted(
    make: Make,
    slug: str = "s",
    *,
    rules: Rules | None = None,
    unverified: Sequence[str] = (),
    others: Callable[[Norm], None] = nobody,
) -> tuple[Norm, User]:
    """The norm and its publisher: two clauses, governments, a company that objects, an individual.

    ``unverified``: countries of governments that support the first clause and that nobody has verified.
    ``others``: have more stakeholders speak before the closing.
    """
    session, now = make.session, make.now
    norm = make.norm(
        {"en": "Everybody has a say.", "fr": "Chacun a son mot à dire."},
        "States share what they learn.",
        slug=slug,
        languages=("en", "fr"),
        authentic_languages=["en"],
        rules=rules,
    )
    freeze(
        session.scalars(sa.select(RulesOfProcedure).where(RulesOfProcedure.norm_id == norm.id)).one(), now=now
    )
    one, two = clause_of(session, norm, 1), clause_of(session, norm, 2)
    for country in ("KE", "NA", "FR"):
        speaker = make.speaker(country=country, name=f"Government of {country}")
        say(session, norm, one, speaker, Stance.SUPPORT, now=now)
        say(session, norm, two, speaker, Stance.ACCEPT, now=now)
    for country in unverified:
        speaker = make.speaker(country=country, verification=Verification.SELF_DECLARED)
        say(session, norm, one, speaker, Stance.SUPPORT, now=now)
    company = make.speaker(category=Category.COMPANY, country=None, name="=Acme Ltd")
    say(session, norm, one, company, Stance.OBJECT, reason="Who is everybody?", now=now)
    person = make.speaker(
        category=Category.INDIVIDUAL, name=INDIVIDUAL, verification=Verification.SELF_DECLARED
    )
    say(session, norm, one, person, Stance.OBJECT, reason="Too few words.", now=now)
    others(norm)
    norm.stage, norm.closes_at = Stage.CONSENSUS_CALL, now
    closing = assess(session, SYSTEM, norm, now=now)
    norm.stage, norm.closes_at = Stage.ADOPTED, None
    publisher = make.user("The publisher", email="publisher@example.org")
    make.seat(publisher, Role.PUBLISHER, norm)
    session.add(
        Determination(
            norm_id=norm.id,
            draft_id=norm.current_draft_id,
            assessment_id=closing.id,
            outcome=DeterminationOutcome.CONSENSUS,
            texts={"en": "Agreed in the end.", "fr": "Adopté à la fin."},
            stated_by=publisher.id,
            stated_at=now,
        )
    )
    session.flush()
    return norm, publisher
