"""Checking a package without database or network (pure)."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.consensus.assessing import AssessmentInput, assess
from app.foundation.canonical import canonical, digest
from app.foundation.errors import AppError
from app.publication.package import MANIFEST, PUBLIC_KEY, SIGNATURE, TABLES, pack
from app.publication.signing import is_signed_by
from app.representation.rules import MeasurementRules

LARGEST = 1 << 30
JSON_FILES = ("summary.json", "assessment.json", "input.json", "rules.json")
LISTED = frozenset({"README.txt", *JSON_FILES, *TABLES})
ALL = LISTED | {MANIFEST, SIGNATURE, PUBLIC_KEY}


@dataclass
class Verdict:
    """What was checked, and everything that is wrong, by the name of the file or figure."""

    public_key: str = ""
    checked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


def verify(package: bytes, *, trusted_key: str | None = None) -> Verdict:
    """Check container, signature and digests, and compute every figure anew.

    ``trusted_key``: the publisher's public key as announced elsewhere; another key is then a fault.
    """
    verdict = Verdict()
    files = _members(package, verdict)
    if files is None:
        return verdict
    _check_seal(files, verdict, trusted_key)
    if verdict.holds and pack(files) != package:
        at = next(
            (i for i, (a, b) in enumerate(zip(pack(files), package, strict=False)) if a != b), len(package)
        )
        verdict.faults.append(f"the zip container differs at byte {at}")
    if verdict.holds:
        verdict.checked.append("container")
        _check_figures(files, verdict)
    return verdict


def _members(package: bytes, verdict: Verdict) -> dict[str, bytes] | None:
    """The files by name; None where the container itself is not what it should be."""
    if len(package) > LARGEST:
        verdict.faults.append("the package is larger than 1 GiB")
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            for name in sorted(ALL - set(names)):
                verdict.faults.append(f"{name} is missing")
            for name in sorted(set(names) - ALL):
                verdict.faults.append(f"{name!r} does not belong to a package")
            if len(set(names)) != len(names):
                verdict.faults.append("a file occurs twice")
            if any(member.compress_type or member.file_size > len(package) for member in members):
                verdict.faults.append("a file is compressed, or claims more bytes than the package has")
            if verdict.faults:
                return None
            return {name: _read(archive, name, verdict) for name in names}
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
        verdict.faults.append(f"the zip container cannot be read: {error}")
        return None


def _read(archive: zipfile.ZipFile, name: str, verdict: Verdict) -> bytes:
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, ValueError, RuntimeError, EOFError):
        verdict.faults.append(f"{name} differs from its checksum in the container")
        return b""


def _check_seal(files: Mapping[str, bytes], verdict: Verdict, trusted_key: str | None) -> None:
    verdict.public_key = files[PUBLIC_KEY].decode("ascii", "replace").strip()
    try:
        signature = bytes.fromhex(files[SIGNATURE].decode("ascii"))
    except ValueError:
        signature = b""
    if not is_signed_by(verdict.public_key, signature, files[MANIFEST]):
        verdict.faults.append(f"{SIGNATURE}: the signature does not fit {MANIFEST} and {PUBLIC_KEY}")
    else:
        verdict.checked.append("signature")
    if trusted_key is not None and trusted_key.strip().lower() != verdict.public_key:
        verdict.faults.append(f"{PUBLIC_KEY}: signed with another key than the one you trust")
    try:
        listed = json.loads(files[MANIFEST])["files"]
        wrong = [
            name
            for name in sorted(LISTED)
            if listed[name] != {"sha256": hashlib.sha256(files[name]).hexdigest(), "bytes": len(files[name])}
        ]
    except (ValueError, KeyError, TypeError):
        verdict.faults.append(f"{MANIFEST} cannot be read")
        return
    verdict.faults += [f"{name} differs from {MANIFEST}" for name in wrong]
    if not wrong:
        verdict.checked.append(f"digests of {len(LISTED)} files")


def _check_figures(files: Mapping[str, bytes], verdict: Verdict) -> None:
    """Figures from their input, tables from their source, digests from what they are of."""
    try:
        summary, published, data, rules = (json.loads(files[name]) for name in JSON_FILES)
        computed = assess(
            MeasurementRules.read(rules.get("measurement", {})),
            AssessmentInput.from_json(data),
            rules_digest=digest(rules),
        )
    except (AppError, ValueError, TypeError, KeyError, IndexError) as error:
        verdict.faults.append(f"the figures cannot be computed anew: {error}")
        return
    again = json.loads(canonical(computed))
    difference = first_difference(again, published)
    if difference:
        verdict.faults.append(f"assessment.json: {difference} is not what input.json and rules.json give")
    else:
        figures = sum(len(clause["agreement"]) for clause in again["clauses"])
        verdict.checked.append(f"{figures} shares of {len(again['clauses'])} clauses computed anew")
    if summary.get("assessment_digest") != digest(published):
        verdict.faults.append("summary.json: assessment_digest is not the digest of assessment.json")
    for name, make in TABLES.items():
        if make(summary, data) != files[name]:
            verdict.faults.append(f"{name} is not what summary.json and input.json give")
    if verdict.holds:
        verdict.checked.append(f"{len(TABLES)} tables")


def first_difference(computed: Any, published: Any, at: str = "") -> str | None:
    """The path of the first value that differs, such as ``clauses[3].agreement.balanced.share``."""
    if isinstance(computed, dict) and isinstance(published, dict):
        for key in sorted(computed.keys() | published.keys()):
            if key not in computed or key not in published:
                return f"{at}.{key}".lstrip(".")
            found = first_difference(computed[key], published[key], f"{at}.{key}")
            if found:
                return found
        return None
    if isinstance(computed, list) and isinstance(published, list) and len(computed) == len(published):
        for number, (mine, theirs) in enumerate(zip(computed, published, strict=True)):
            found = first_difference(mine, theirs, f"{at}[{number}]")
            if found:
                return found
        return None
    return None if computed == published and type(computed) is type(published) else at.lstrip(".") or "all"
