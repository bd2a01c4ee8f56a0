"""Publishing: the summary and its signed package, numbered and unchangeable."""

import datetime as dt
import hashlib

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import SYSTEM, Actor
from app.authority.grants import Permission, require
from app.consensus import service as consensus
from app.consensus.gathering import gather
from app.foundation.errors import N_, RuleBroken
from app.norms.lifecycle import Stage
from app.norms.locking import Hold, lock
from app.norms.models import Norm
from app.procedure import service as procedure
from app.procedure.queries import determination, rules_of
from app.publication import queries
from app.publication.models import Publication
from app.publication.package import contents, signed
from app.publication.signing import public_hex
from app.publication.verifier import verify
from app.representation.service import in_force


class NotDetermined(RuleBroken):
    code = "not-determined"
    message = N_("Only an adopted text with the chair's determination can be published.")


class PackageFaulty(RuleBroken):
    code = "package-faulty"
    message = N_("The package does not verify and was not published: %(faults)s.")


def publish(
    session: Session, actor: Actor, norm: Norm, *, key: Ed25519PrivateKey, now: dt.datetime
) -> tuple[Publication, bytes]:
    """Publish an adopted norm; the package is returned for the roof to write before it commits.

    :raises NotDetermined: the norm is not adopted. :raises AlreadyTaken: somebody has just published it.
    :raises PackageFaulty: the package does not pass its own verification.
    """
    lock(session, norm, Hold.ALONE)
    require(actor, Permission.PUBLISH, norm.matter(now))
    stated = determination(session, norm.current_draft_id)
    if stated is None:
        raise NotDetermined
    # The step locks the norm, so that of two publishers the second is told that it is done.
    procedure.step(session, actor, norm, Stage.PUBLISHED, now=now)
    assessment = consensus.assess(session, SYSTEM, norm, is_official=True, now=now)
    rules, _ = consensus.rules_of(session, norm)
    number = 1 + (
        session.scalar(sa.select(sa.func.max(Publication.number)).where(Publication.norm_id == norm.id)) or 0
    )
    summary = queries.summary(session, norm, assessment, stated, number=number, now=now)
    data = gather(session, norm, rules.categories, in_force(session), closing=True)
    files = contents(summary, assessment.result, data, rules_of(session, norm).content)
    package = signed(files, key.sign, public_hex(key))
    verdict = verify(package)
    if not verdict.holds:
        raise PackageFaulty(faults="; ".join(verdict.faults))
    publication = Publication(
        norm_id=norm.id,
        number=number,
        draft_id=norm.current_draft_id,
        assessment_id=assessment.id,
        summary=summary,
        package_digest="sha256:" + hashlib.sha256(package).hexdigest(),
        public_key=public_hex(key),
        published_by=actor.user_id,
        published_at=now,
    )
    session.add(publication)
    session.flush()
    details = {"package": publication.package_digest, "key": publication.public_key}
    audit.record(
        session, actor, "published", f"publication:{number}", norm=norm.slug, now=now, details=details
    )
    return publication, package
