"""Publishing from the roof: the key from its file, the package to its place, then the commit."""

import datetime as dt
import hashlib
import os
import tempfile
import zipfile
from pathlib import Path

from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.norms.models import Norm
from app.publication import service
from app.publication.models import Publication
from app.publication.signing import key_at
from app.web.desk import settings


def package_path(slug: str, number: int) -> Path:
    return settings().data_dir / "publications" / f"{slug}-{number}.zip"


def publish(session: Session, actor: Actor, norm: Norm, *, now: dt.datetime) -> Publication:
    """Publish inside the caller's unit of work; the file is there before the row is.

    A crash in between leaves a file without a row, which the next try overwrites.
    """
    config = settings()
    key = key_at(config.signing_key, may_create=not config.is_production)
    publication, package = service.publish(session, actor, norm, key=key, now=now)
    write_whole(package_path(norm.slug, publication.number), package)
    return publication


def digest_of(path: Path) -> str:
    """As publications name their package."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def summary_in(path: Path) -> bytes:
    """A package's summary, as it was signed."""
    with zipfile.ZipFile(path) as archive:
        return archive.read("summary.json")


def write_whole(path: Path, body: bytes) -> None:
    """The file is there with all its bytes, or not at all; also where the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        half = Path(folder) / path.name
        with half.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
