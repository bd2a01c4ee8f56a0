"""Publishing from the roof: the key from its file, the package to its place, then the commit."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation.libraries import ed25519
from app.kernel import computed_ahead, context
from app.lifecycle import service as lifecycle
from app.lifecycle.models import Phase
from app.norms.models import Norm
from app.norms.stages import Stage
from app.publication import service
from app.publication.models import Publication
from app.publication.package import AUDITORS, PUBLIC_KEY
from app.publication.signing import key_at
from app.publication.verifier import beside

TRIES = 5
AT_A_TIME = 2**20  #: bytes between two waits for the disk, so that others' commits come between them


def package_path(slug: str, number: int) -> Path:
    return context.settings().data_dir / "publications" / f"{slug}-{number}.zip"


def auditors_path(slug: str, number: int) -> Path:
    """Where the package is that is given to auditors alone."""
    return context.settings().data_dir / "auditors" / f"{slug}-{number}-auditors.zip"


def signing_key() -> "ed25519.Ed25519PrivateKey":
    config = context.settings()
    return key_at(config.signing_key, may_create=not config.is_production)


def publish(
    norm: Norm, who: computed_ahead.Who, watch: computed_ahead.Watch = computed_ahead.UNWATCHED
) -> Publication:
    """Prepare the publication while others may write, then keep it in a moment, the file with the row.

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
        with both_half_written(norm.slug, prepared) as finish:
            try:
                with context.work() as session:
                    publication = service.publish(session, who(), norm, prepared, now=now)
                    watch.taken(session)
                    finish()
                    return publication
            except service.ChangedWhilePublishing:
                continue
    raise service.ChangedWhilePublishing


def check(norm: Norm, actor: Actor) -> None:
    """Refuse what would be refused now, before anything is computed."""
    require(actor, Permission.PUBLISH, norm.matter(context.now()))
    service.check(context.session(), norm)
    lifecycle.check_step(context.session(), norm, Stage.PUBLISHED, now=context.now())


def digest_of(path: Path) -> str:
    """As publications name their package."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def summary_in(path: Path) -> bytes:
    """A package's summary, as it was signed."""
    with zipfile.ZipFile(path) as archive:
        return archive.read("summary.json")


def auditors_faults(slug: str, number: int) -> list[str]:
    """Why the auditors' package on disk is not the one the publication names; those before named none."""
    with zipfile.ZipFile(package_path(slug, number)) as archive:
        public = {name: archive.read(name) for name in (AUDITORS, PUBLIC_KEY) if name in archive.namelist()}
    if AUDITORS not in public:
        return []
    path = auditors_path(slug, number)
    return beside(path.read_bytes(), public) if path.exists() else ["missing"]


@contextmanager
def both_half_written(slug: str, prepared: service.PreparedPublication) -> Iterator[Callable[[], None]]:
    """The package and that of the auditors beside their places, and what puts them there."""
    number = prepared.number
    with (
        half_written(package_path(slug, number), prepared.package) as publish,
        half_written(auditors_path(slug, number), prepared.auditors) as keep,
    ):

        def finish() -> None:
            publish()
            keep()

        yield finish


@contextmanager
def half_written(path: Path, body: bytes) -> Iterator[Callable[[], None]]:
    """The body beside its place, and what puts it there: whole or not at all, also where the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        half = Path(folder) / path.name
        with half.open("wb") as file:
            for first in range(0, len(body), AT_A_TIME):
                file.write(body[first : first + AT_A_TIME])
                file.flush()
                os.fsync(file.fileno())
        yield lambda: put(half, path)


def put(half: Path, path: Path) -> None:
    half.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
