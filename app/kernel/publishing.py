"""Publishing from the roof: the key from its file, the packages into the database and out of it."""

import io
import zipfile
from collections.abc import Mapping
from typing import BinaryIO

import structlog
from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation.chunks import ChunkedFile
from app.foundation.libraries import ed25519
from app.kernel import computed_ahead, context
from app.kernel.extensions import db
from app.lifecycle import service as lifecycle
from app.lifecycle.models import Phase
from app.norms.models import Norm
from app.norms.stages import Stage
from app.publication import service, storing
from app.publication.models import PackageKind, Publication, StoredPackage
from app.publication.package import AUDITORS, PUBLIC_KEY
from app.publication.signing import key_at
from app.publication.verifier import beside

TRIES = 5
#: Of the data folder, where earlier versions kept packages.
FOLDERS: Mapping[PackageKind, str] = {PackageKind.PUBLIC: "publications", PackageKind.AUDITORS: "auditors"}

log = structlog.get_logger()


def signing_key() -> "ed25519.Ed25519PrivateKey":
    config = context.settings()
    return key_at(config.signing_key, may_create=not config.is_production)


def publish(
    norm: Norm, who: computed_ahead.Who, watch: computed_ahead.Watch = computed_ahead.UNWATCHED
) -> Publication:
    """Prepare the publication while others may write, then keep it in a moment, with its packages.

    :raises Changed: something of it was changed at every try.
    """
    check(norm, who())
    watch.reached(Phase.ASSESSING)
    computed_ahead.assessed(
        norm
    )  # the closing one, where a determination was stated before it was named there
    prepared = None
    for _ in range(TRIES):
        context.session().rollback()  # to see what was committed since
        now = context.now()
        reached = watch.reached
        prepared = service.prepare(
            context.session(), norm, key=signing_key(), known=prepared, reached=reached, now=now
        )
        reached(Phase.KEEPING)
        for _kind, digest, file in prepared.files:
            put_chunks(digest, file)
        try:
            with context.work() as session:
                publication = service.publish(session, who(), norm, prepared, now=now)
                watch.taken(session)
                return publication
        except service.ChangedWhilePublishing:
            continue
    raise service.ChangedWhilePublishing


def check(norm: Norm, actor: Actor) -> None:
    """Refuse what would be refused now, before anything is computed."""
    require(actor, Permission.PUBLISH, norm.matter(context.now()))
    service.check(context.session(), norm)
    lifecycle.check_step(context.session(), norm, Stage.PUBLISHED, now=context.now())


def put_chunks(digest: str, file: BinaryIO) -> None:
    """Each chunk in a transaction of its own, so that others' commits come between."""
    for place, body in storing.lacking(context.session(), digest, file):
        with context.work() as session:
            storing.put(session, digest, place, body)


def file_name(publication: Publication, kind: PackageKind) -> str:
    ending = "-auditors" if kind is PackageKind.AUDITORS else ""
    return f"{publication.norm.slug}-{publication.number}{ending}.zip"


def opened(package: StoredPackage) -> io.BufferedReader:
    """A package as a file; each chunk is read in a transaction of its own: a slow reader holds none."""
    engine, digest = db.engine, package.digest

    def fetch(place: int) -> bytes:
        with Session(engine) as session:
            return storing.chunk(session, digest, place)

    return io.BufferedReader(ChunkedFile(package.size, fetch))


def summary_in(package: BinaryIO) -> bytes:
    """A package's summary, as it was signed."""
    with zipfile.ZipFile(package) as archive:
        return archive.read("summary.json")


def auditors_named(package: BinaryIO) -> Mapping[str, bytes]:
    """What of a package names that of the auditors; nothing in the first ones, which had none."""
    with zipfile.ZipFile(package) as archive:
        names = {AUDITORS, PUBLIC_KEY} if AUDITORS in archive.namelist() else set()
        return {name: archive.read(name) for name in names}


def take_files() -> None:
    """Take packages of earlier versions, files in this host's data folder, into the database.

    The files stay; one that is not what was published is left alone, and ``flask audit verify`` tells of it.
    """
    for kind, is_it in ((PackageKind.PUBLIC, _is_published), (PackageKind.AUDITORS, _is_of_auditors)):
        for publication in storing.not_stored(context.session(), kind):
            path = context.settings().data_dir / FOLDERS[kind] / file_name(publication, kind)
            try:
                with path.open("rb") as file:
                    if is_it(publication, file):
                        _take(publication, kind, file)
            except FileNotFoundError:
                continue
            except OSError as error:
                log.warning("package not read", file=path.name, error=type(error).__name__)


def _is_published(publication: Publication, file: BinaryIO) -> bool:
    return storing.digest_of(file) == publication.package_digest


def _is_of_auditors(publication: Publication, file: BinaryIO) -> bool:
    package = storing.stored(context.session(), publication, PackageKind.PUBLIC)
    public = auditors_named(opened(package)) if package else {}
    return bool(public) and not beside(file.read(), public)


def _take(publication: Publication, kind: PackageKind, file: BinaryIO) -> None:
    file.seek(0)
    digest = storing.digest_of(file)
    put_chunks(digest, file)
    with context.work() as session:
        if storing.stored(session, publication, kind) is None:  # another host had it too
            storing.store(session, publication, kind, digest, file)
