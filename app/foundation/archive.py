"""One file that holds others, with a list of what they are and a digest of each (no database)."""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from app.foundation.canonical import canonical

MANIFEST = "manifest.json"
LARGEST_MANIFEST = 64 * 2**20  #: bytes


class Damaged(ValueError):
    """The file is no such archive, or not as it was written; the words say where."""


def write(file: Path, parts: Mapping[str, Path], facts: Mapping[str, Any]) -> None:
    """Write the ``parts`` by name, with ``facts`` for the one who opens it; read back before it is there.

    The file is readable by its owner alone, and appears whole or not at all.

    :raises FileExistsError: there is a file of this name.
    """
    listed = {name: {"sha256": sha256(path), "bytes": path.stat().st_size} for name, path in parts.items()}
    manifest = canonical({**facts, "parts": listed})
    with tempfile.NamedTemporaryFile(dir=file.resolve().parent, prefix=f".{file.name}-") as unfinished:
        with tarfile.open(fileobj=unfinished, mode="w") as archive:
            about = tarfile.TarInfo(MANIFEST)
            about.size, about.mode = len(manifest), 0o600
            archive.addfile(about, io.BytesIO(manifest))
            for name, path in parts.items():
                archive.add(path, name, filter=_without_owner)
        unfinished.flush()
        os.fsync(unfinished.fileno())
        facts_of(Path(unfinished.name))
        os.link(unfinished.name, file)  # unlike a renaming, it takes no other file's place


def facts_of(file: Path) -> dict[str, Any]:
    """What the archive says of itself, after every part was compared with its digest.

    :raises Damaged: one differs, lacks, or is of a kind or name that none has.
    """
    try:
        with tarfile.open(file, mode="r:") as archive:
            members = iter(archive)
            first = next(members, None)
            if first is None or first.name != MANIFEST or first.size > LARGEST_MANIFEST:
                raise Damaged(f"{file} is not a backup")
            told = archive.extractfile(first)
            facts: dict[str, Any] = json.loads(told.read() if told else b"")
            left = dict(facts["parts"])
            for member in members:
                path = PurePosixPath(member.name)
                if not member.isfile() or path.is_absolute() or ".." in path.parts:
                    raise Damaged(f"{file}: {member.name} is no plain file")
                part = archive.extractfile(member)
                known = left.pop(member.name, None)
                if part is None or known is None or known["sha256"] != _digest(part):
                    raise Damaged(f"{file}: {member.name} is not as it was written")
    except (tarfile.TarError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise error if isinstance(error, Damaged) else Damaged(f"{file} is not a backup") from error
    if left:
        raise Damaged(f"{file}: {min(left)} is missing")
    return facts


def extract(file: Path, folder: Path) -> None:
    """Write all parts below a folder, for their owner alone; after ``facts_of``, which has seen their names.

    Not by ``extractall``, which is careful only from Python 3.11.4 on; Debian 12 has 3.11.2.
    """
    with tarfile.open(file, mode="r:") as archive:
        for member in archive:
            path, part = folder / member.name, archive.extractfile(member)
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
                shutil.copyfileobj(part or io.BytesIO(), written)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: Any) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def _without_owner(about: tarfile.TarInfo) -> tarfile.TarInfo:
    about.uid = about.gid = 0
    about.uname = about.gname = ""
    about.mode = 0o600
    return about
