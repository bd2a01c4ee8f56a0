"""Packages in the database: written chunk by chunk, named by their publication, read chunk by chunk."""

import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from app.foundation.chunks import SIZE, cut
from app.publication.models import PackageChunk, PackageKind, Publication, StoredPackage


def digest_of(file: BinaryIO) -> str:
    """As publications name their package, of what is left of the file."""
    found = hashlib.sha256()
    for piece in cut(file):
        found.update(piece)
    return "sha256:" + found.hexdigest()


def lacking(session: Session, digest: str, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Place and body of each chunk of a package that is not in the database; only these are read."""
    there = set(session.scalars(sa.select(PackageChunk.place).where(PackageChunk.digest == digest)))
    for place, begin in enumerate(range(0, file.seek(0, io.SEEK_END), SIZE)):
        if place not in there:
            file.seek(begin)
            yield place, file.read(SIZE)


def put(session: Session, digest: str, place: int, body: bytes) -> None:
    """Write one chunk, which is of no publication yet; of two hosts that write the same, one does."""
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(PackageChunk)
    session.execute(insert.values(digest=digest, place=place, body=body).on_conflict_do_nothing())


def store(session: Session, publication: Publication, kind: PackageKind, digest: str, file: BinaryIO) -> None:
    """Name a publication's package, and write what of it is not there yet."""
    for place, body in lacking(session, digest, file):
        put(session, digest, place, body)
    size = file.seek(0, io.SEEK_END)
    session.add(StoredPackage(publication_id=publication.id, kind=kind, digest=digest, size=size))
    session.flush()


def stored(session: Session, publication: Publication, kind: PackageKind) -> StoredPackage | None:
    return session.get(StoredPackage, (publication.id, kind))


def chunk(session: Session, digest: str, place: int) -> bytes:
    """One chunk of a package; b"" where it is missing."""
    wanted = sa.select(PackageChunk.body).where(PackageChunk.digest == digest, PackageChunk.place == place)
    return session.scalar(wanted) or b""


def not_stored(session: Session, kind: PackageKind) -> list[Publication]:
    """Publications without a package of the kind in the database: those of versions that wrote files."""
    there = sa.select(StoredPackage.publication_id).where(StoredPackage.kind == kind)
    query = sa.select(Publication).options(joinedload(Publication.norm)).order_by(Publication.id)
    return list(session.scalars(query.where(Publication.id.not_in(there))))
