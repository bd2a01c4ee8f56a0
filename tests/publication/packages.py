"""A small package made of values alone, and ways to tamper with one."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.consensus.assessing import assess, published
from app.consensus.input import AssessmentInput
from app.consensus.matrix import PositionMatrix
from app.consensus.pooling import pooled
from app.foundation.canonical import canonical, digest
from app.lifecycle.freezing import in_full
from app.norms.rules import Rules
from app.publication import auditors_package
from app.publication.package import MANIFEST, PUBLIC_KEY, SIGNATURE, contents, manifest, signed
from app.publication.signing import public_hex
from app.reference.countries import shipped, to_rows
from app.representation.rules import MeasurementRules

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
SEAL = (MANIFEST, SIGNATURE, PUBLIC_KEY)

RULES = in_full(Rules().content()).content()

INPUT = AssessmentInput(
    norm="s",
    draft=2,
    closing=True,
    provisions=[("p1", "1"), ("p2", "2")],
    cells=[("company", None, True), ("government", "KE", True), ("individual", "FR", False)],
    people=["s1", "s2", "s3", *(f"s{number}" for number in range(70, 76))],
    cell_of=np.array([0, 1, 1, *[2] * 6]),
    positions=PositionMatrix.of(
        *np.array(
            [(0, 0, 3), (1, 0, 0), (2, 0, 0), (1, 1, 2), *((row, 0, 1 + row % 2) for row in range(3, 9))]
        ).T,
        people=9,
        clauses=2,
    ),
    set_aside=[],
    unconfirmed=[0, 1],
    objections=[{"answered": {"company": 1}}, {}],
    verified_objections=[1, 0],
    unanswered_objections=[0, 0],
    country_facts=to_rows(shipped()),
)


def clause(code: str, label: str, text: str) -> dict[str, Any]:
    texts = {"en": {"text": text, "status": "authentic", "provenance": [], "out_of_date": False}}
    return {
        "provision": code,
        "label": label,
        "kind": "operative",
        "depth": 0,
        "counted": True,
        "texts": texts,
    }


def stakeholder(number: int, category: str, country: str | None, *, verified: bool = True) -> dict[str, Any]:
    name = f"s{number}"
    return {"id": name, "name": name, "category": category, "country": country, "verified": verified}


def summary(assessment: dict[str, Any]) -> dict[str, Any]:
    objection = {
        "provision": "p1",
        "stakeholder": "=HYPERLINK(A1)",
        "category": "company",
        "country": None,
        "verified": True,
        "refused": False,
        "state": "answered",
        "language": "en",
        "reason": "Too vague.",
        "remedy": "",
        "answers": [{"language": "en", "text": "See clause 2.", "is_note": False}],
    }
    return {
        "norm": "s",
        "publication": 1,
        "published_at": "2026-03-02T09:30:00+00:00",
        "titles": {"en": "A norm"},
        "summaries": {},
        "draft": 2,
        "languages": ["en"],
        "authentic_languages": ["en"],
        "languages_outstanding": [],
        "assessment_digest": digest(assessment),
        "verification": assessment["verification"],
        "determination": {"outcome": "consensus", "texts": {"en": "Agreed."}},
        "record": {"number": 9, "digest": "00" * 32},
        "stakeholders": [
            stakeholder(1, "company", None),
            stakeholder(2, "government", "KE"),
            stakeholder(3, "government", "KE"),
        ],
        "set_aside": [],
        "clauses": [clause("p1", "1", "Everybody has a say."), clause("p2", "2", "States share, and learn.")],
        "objections": [objection],
        "reservations": [],
        "dispositions": [],
    }


RESULT = json.loads(
    canonical(assess(MeasurementRules.read(RULES["measurement"]), INPUT, rules_digest=digest(RULES)))
)
AUDITED = auditors_package.files(INPUT, RESULT["opinion_groups"], bytes(32))


def files() -> dict[str, bytes]:
    """What the manifest of an honest package lists."""
    assessment = published(RESULT)
    return contents(summary(assessment), assessment, pooled(INPUT), RULES, manifest(AUDITED))


def sealed(listed: dict[str, bytes], key: Ed25519PrivateKey = KEY) -> bytes:
    return signed(listed, key.sign, public_hex(key))


def unpacked(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(listed: dict[str, bytes], name: str, change: Callable[[Any], object]) -> dict[str, bytes]:
    """The files with a change made in one JSON file."""
    value = json.loads(listed[name])
    change(value)
    return listed | {name: canonical(value)}
