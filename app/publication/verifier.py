"""Checking a package without database or network (pure): its seal, its container, then what it says."""

import datetime as dt
import io
import json
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.publication import auditors_package
from app.publication.package import (
    AUDITORS,
    JSON_FILES,
    MANIFEST,
    PUBLIC_KEY,
    README_FILE,
    SIGNATURE,
    TABLES,
    fingerprint,
    pack,
)
from app.publication.recomputation import BROKEN, examine
from app.publication.signing import is_signed_by

LARGEST = 1 << 30  #: bytes; more is refused unread
LISTED = frozenset({README_FILE, AUDITORS, *JSON_FILES, *TABLES})
SEALS = frozenset({MANIFEST, SIGNATURE, PUBLIC_KEY})
ALL = LISTED | SEALS
KEY, SEAL = re.compile(rb"[0-9a-f]{64}"), re.compile(rb"[0-9a-f]{128}")
UNREADABLE = (zipfile.BadZipFile, ValueError, OSError, RuntimeError, EOFError, struct.error)


@dataclass
class PackageVerdict:
    """What was checked, and everything that is wrong, by the name of the file or figure."""

    public_key: str = ""
    dated: dt.date | None = None  #: the day of the publication; None unless all holds
    checked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


def verify(package: bytes, auditors: bytes | None = None) -> PackageVerdict:
    """Check signature, digests and container, and compute every figure again.

    ``auditors``: the auditors' package that belongs to it, to be checked as well.
    That all holds says nothing of who has signed: whether the key is known is for ``trust`` to say.
    """
    verdict = PackageVerdict()
    files = _opened(package, LISTED, verdict)
    if files is not None:
        checked, faults = examine(files)
        verdict.checked += checked
        verdict.faults += faults
    if files is not None and verdict.holds:
        _read_date(files, verdict)
    if files is not None and verdict.holds and auditors is not None:
        _check_auditors(auditors, files, verdict)
    return verdict


def _opened(package: bytes, listed: frozenset[str], verdict: PackageVerdict) -> dict[str, bytes] | None:
    """The files by name; None where the seal or the container does not hold."""
    files = _members(package, listed, verdict)
    if files is not None:
        _check_seal(files, listed, verdict)
        if verdict.holds:
            _check_container(files, package, verdict)
    return files if verdict.holds else None


def _check_auditors(package: bytes, public: Mapping[str, bytes], verdict: PackageVerdict) -> None:
    own = PackageVerdict()
    try:
        files = _auditors_files(package, public, own)
        if files is not None:
            own.faults += auditors_package.examined(files, public)
    except BROKEN as error:
        own.faults.append(f"it cannot be computed again: {str(error) or type(error).__name__}")
    verdict.faults += [f"auditors' package: {fault}" for fault in own.faults]
    if own.holds:
        verdict.checked.append("auditors' package, its opinion groups and its individuals pooled again")


def _auditors_files(
    package: bytes, public: Mapping[str, bytes], verdict: PackageVerdict
) -> dict[str, bytes] | None:
    """Its files, where it is the package that the publication names, under the same key."""
    files = _opened(package, auditors_package.LISTED, verdict)
    if files is not None:
        if json.loads(public[AUDITORS])["manifest"] != fingerprint(files[MANIFEST]):
            verdict.faults.append(f"{MANIFEST} is not the one that {AUDITORS} of the publication names")
        if verdict.public_key.encode() != public[PUBLIC_KEY]:
            verdict.faults.append(f"{PUBLIC_KEY}: not the key of the publication")
    return files


def beside(package: bytes, public: Mapping[str, bytes]) -> list[str]:
    """Why a file is not the auditors' package of a publication, whose figures are not looked at.

    public: of the publication, what names the other.
    """
    verdict = PackageVerdict()
    _auditors_files(package, public, verdict)
    return verdict.faults


def _read_date(files: Mapping[str, bytes], verdict: PackageVerdict) -> None:
    try:
        at = json.loads(files["summary.json"])["published_at"]
        verdict.dated = dt.datetime.fromisoformat(at).astimezone(dt.UTC).date()
    except BROKEN:
        verdict.faults.append("summary.json: published_at is no moment")


def _members(package: bytes, listed: frozenset[str], verdict: PackageVerdict) -> dict[str, bytes] | None:
    """The files by name; None where the container itself is not what it should be."""
    wanted = listed | SEALS
    if len(package) > LARGEST:
        verdict.faults.append("the package is larger than 1 GiB")
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            verdict.faults += [f"{name} is missing" for name in sorted(wanted - set(names))]
            verdict.faults += [
                f"{name!r} does not belong to a package" for name in sorted(set(names) - wanted)
            ]
            if len(set(names)) != len(names):
                verdict.faults.append("a file occurs twice")
            packed = [member.filename for member in members if member.compress_type != zipfile.ZIP_STORED]
            verdict.faults += [f"{name} is compressed; a package is not" for name in packed]
            if sum(member.file_size for member in members) > len(package):
                verdict.faults.append("the files claim more bytes than the package has")
            if verdict.faults:
                return None
            return {name: _read(archive, name, verdict) for name in names}
    except UNREADABLE as error:
        verdict.faults.append(f"the zip container cannot be read: {error}")
        return None


def _read(archive: zipfile.ZipFile, name: str, verdict: PackageVerdict) -> bytes:
    try:
        return archive.read(name)
    except UNREADABLE:
        verdict.faults.append(f"{name} differs from its entry in the container")
        return b""


def _check_seal(files: Mapping[str, bytes], wanted: frozenset[str], verdict: PackageVerdict) -> None:
    """The signature over the manifest, and the manifest's digests. One spelling of each is allowed."""
    key, seal = files[PUBLIC_KEY], files[SIGNATURE]
    if not KEY.fullmatch(key):
        verdict.faults.append(f"{PUBLIC_KEY}: not 64 hexadecimal digits")
    elif not SEAL.fullmatch(seal):
        verdict.faults.append(f"{SIGNATURE}: not 128 hexadecimal digits")
    else:
        verdict.public_key = key.decode()
        if is_signed_by(verdict.public_key, bytes.fromhex(seal.decode()), files[MANIFEST]):
            verdict.checked.append("signature")
        else:
            verdict.faults.append(f"{SIGNATURE}: the signature does not fit {MANIFEST} and {PUBLIC_KEY}")
    try:
        listed = json.loads(files[MANIFEST])["files"]
        wrong = [name for name in sorted(wanted) if listed[name] != fingerprint(files[name])]
    except BROKEN:
        verdict.faults.append(f"{MANIFEST} cannot be read")
        return
    verdict.faults += [f"{name} differs from {MANIFEST}" for name in wrong]
    if not wrong:
        verdict.checked.append(f"digests of {len(wanted)} files")


def _check_container(files: Mapping[str, bytes], package: bytes, verdict: PackageVerdict) -> None:
    """The same files make the same container, so no byte of it can hide anything."""
    expected = pack(files)
    if expected == package:
        verdict.checked.append("container")
        return
    shorter = min(len(expected), len(package))
    at = next((place for place in range(shorter) if expected[place] != package[place]), shorter)
    with zipfile.ZipFile(io.BytesIO(expected)) as archive:
        entries = [member.filename for member in archive.infolist() if member.header_offset <= at]
        where = f"the entry of {entries[-1]}" if at < archive.start_dir else "the list of its files"
    verdict.faults.append(f"the zip container differs at byte {at}, in {where}")
