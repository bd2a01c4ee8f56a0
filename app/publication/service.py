"""Publishing: the summary and its signed package, numbered and unchangeable."""

import datetime as dt
import io
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.consensus import queries as assessments
from app.consensus import service as consensus
from app.consensus.assessing import published
from app.consensus.frozen import Closing
from app.consensus.models import Assessment
from app.consensus.pooling import pooled
from app.foundation.canonical import SettledJson
from app.foundation.errors import N_, Conflict, RuleBroken
from app.foundation.libraries import ed25519
from app.foundation.locking import Hold
from app.lifecycle import service as lifecycle
from app.lifecycle.models import Determination, Phase
from app.lifecycle.queries import determination, rules_of
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.stages import Stage
from app.publication import auditors_package, queries, storing
from app.publication.models import PackageKind, Publication
from app.publication.package import contents, manifest, signed
from app.publication.signing import public_hex
from app.publication.verifier import verify


class NotDetermined(RuleBroken):
    code = "not-determined"
    message = N_("Only an adopted text with the chair's determination can be published.")


class PackageFaulty(RuleBroken):
    code = "package-faulty"
    message = N_("The package failed verification and was not published: %(faults)s.")


class ChangedWhilePublishing(Conflict):
    code = "changed-while-publishing"
    message = N_("The data changed while the publication was being prepared. Publish again.")


@dataclass(frozen=True)
class PreparedPublication:
    """A publication made and checked before the transaction that keeps it, so that nobody waits for it.

    ``record``: the last entries that were on record when it was known to be so.
    """

    record: tuple[int, int]
    at: dt.datetime
    assessment_id: int
    number: int
    summary: SettledJson
    package: bytes
    auditors: bytes  #: their package, which is not published
    digests: Mapping[PackageKind, str]
    public_key: str

    @property
    def files(self) -> Iterator[tuple[PackageKind, str, BinaryIO]]:
        """Kind, digest and content of each package."""
        for kind, body in ((PackageKind.PUBLIC, self.package), (PackageKind.AUDITORS, self.auditors)):
            yield kind, self.digests[kind], io.BytesIO(body)


def prepare(
    session: Session,
    norm: Norm,
    *,
    key: "ed25519.Ed25519PrivateKey",
    known: PreparedPublication | None = None,
    reached: Callable[[Phase], None] = lambda _: None,
    now: dt.datetime,
) -> PreparedPublication:
    """Make the package of an adopted norm from what its closing assessment was computed from, and check it.

    Reads only. ``known`` is what was prepared before, and is not made again where all still is as it says.
    ``reached`` is told how far it is.

    :raises AlreadyTaken: another person has just published it. :raises StepRefused: the norm is not adopted.
    :raises NotDetermined: without the chair's determination, or its closing assessment.
    :raises PackageFaulty: the package does not pass its own verification.
    """
    stated = check(session, norm)
    record = consensus.on_record(session, norm)
    if known is not None and known.record == record:
        return known
    assessment = closing_of(session, norm, stated)
    if assessment is None:
        raise NotDetermined
    reached(Phase.PACKING)
    closing = assessments.closing(session, assessment)
    number = 1 + max((one.number for one in queries.of_norm(session, norm.id)), default=0)
    summary = queries.summary(session, norm, assessment, stated, closing.roll, number=number, now=now)
    if known is not None and _words(known.summary) == _words(summary):
        return replace(known, record=record)
    package, beside = _packages(session, norm, assessment, closing, summary, key)
    reached(Phase.CHECKING)
    verdict = verify(package, beside)
    if not verdict.holds:
        raise PackageFaulty(faults="; ".join(verdict.faults))
    return PreparedPublication(
        record=record,
        at=now,
        assessment_id=assessment.id,
        number=number,
        summary=SettledJson(summary),
        package=package,
        auditors=beside,
        digests={
            PackageKind.PUBLIC: storing.digest_of(io.BytesIO(package)),
            PackageKind.AUDITORS: storing.digest_of(io.BytesIO(beside)),
        },
        public_key=public_hex(key),
    )


def check(session: Session, norm: Norm) -> Determination:
    """The determination on the norm's draft, which can be published. Whether a person may is not asked here.

    :raises AlreadyTaken: another person has just published it. :raises StepRefused: the norm is not adopted.
    :raises NotDetermined: without the chair's determination.
    """
    lifecycle.check_way(norm, Stage.PUBLISHED)
    stated = determination(session, norm.current_draft_id)
    if stated is None:
        raise NotDetermined
    return stated


def closing_of(session: Session, norm: Norm, stated: Determination) -> Assessment | None:
    """The assessment a determination rests on; where it names none, the one that stands."""
    if stated.assessment is not None:
        return stated.assessment
    last = assessments.latest(session, norm.id, norm.current_draft_id)
    return last if last is not None and assessments.stands(session, norm, last) else None


def _packages(
    session: Session,
    norm: Norm,
    assessment: Assessment,
    closing: Closing,
    summary: Mapping[str, Any],
    key: "ed25519.Ed25519PrivateKey",
) -> tuple[bytes, bytes]:
    """The package and that of the auditors; their files are not kept beside them."""
    groups, public_key = assessment.result["opinion_groups"], public_hex(key)
    files = auditors_package.files(closing.data, groups, secrets.token_bytes(32))
    listing, beside = manifest(files), signed(files, key.sign, public_key)
    del files
    figures, rules = published(assessment.result), rules_of(session, norm).content
    return signed(
        contents(summary, figures, pooled(closing.data), rules, listing), key.sign, public_key
    ), beside


def _words(summary: Mapping[str, Any]) -> dict[str, Any]:
    """All of a summary but when it was made."""
    return {name: value for name, value in summary.items() if name not in ("published_at", "record")}


def publish(
    session: Session, actor: Actor, norm: Norm, prepared: PreparedPublication, *, now: dt.datetime
) -> Publication:
    """Publish what was prepared, with its packages; chunks that are there already are not written again.

    :raises AlreadyTaken: another person has just published it. :raises Changed: prepare it again.
    """
    lock(session, norm, Hold.ALONE)
    require(actor, Permission.PUBLISH, norm.matter(now))
    check(session, norm)
    if consensus.on_record(session, norm) != prepared.record:
        raise ChangedWhilePublishing
    lifecycle.step(session, actor, norm, Stage.PUBLISHED, now=now)
    publication = Publication(
        norm_id=norm.id,
        number=prepared.number,
        draft_id=norm.current_draft_id,
        assessment_id=prepared.assessment_id,
        summary=prepared.summary,
        package_digest=prepared.digests[PackageKind.PUBLIC],
        public_key=prepared.public_key,
        published_by=actor.user_id,
        published_at=prepared.at,
    )
    session.add(publication)
    session.flush()
    for kind, digest, file in prepared.files:
        storing.store(session, publication, kind, digest, file)
    details = {"package": publication.package_digest, "key": publication.public_key}
    subject = f"publication:{publication.number}"
    audit.record(session, actor, "published", subject, norm=norm.slug, now=now, details=details)
    return publication
