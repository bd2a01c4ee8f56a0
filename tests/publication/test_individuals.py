"""No package carries an individual, or tells which of their answers belong together."""

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus.assessing import assess, published
from app.consensus.input import AssessmentInput
from app.consensus.pooling import pooled
from app.foundation.canonical import canonical, digest
from app.norms.models import Norm
from app.positions.models import Stance
from app.publication import auditors_package, service
from app.publication.package import contents, fingerprint, manifest, pack
from app.publication.verifier import verify
from app.representation.rules import MeasurementRules
from app.stakeholders.models import Category, Stakeholder, Verification
from tests.consensus.companies import company, joined_otherwise
from tests.factories import Make
from tests.positions.saying import clause_of, say
from tests.publication.adopted import INDIVIDUAL, adopted
from tests.publication.packages import AUDITED, INPUT, KEY, OTHER_KEY, RULES, files, sealed, summary, unpacked


def public_files(data: AssessmentInput) -> dict[str, bytes]:
    result = assess(MeasurementRules.read(RULES["measurement"]), data, rules_digest=digest(RULES))
    shown = json.loads(canonical(published(result)))
    found = contents(summary(shown), shown, pooled(data), RULES, b"")
    return {name: body for name, body in found.items() if name != "auditors.json"}


@pytest.mark.parametrize("seed", range(3))
def test_how_answers_are_joined_changes_no_byte_of_what_is_public(seed: int) -> None:
    data = company(seed, aside=20)
    other = joined_otherwise(data, seed)
    assert other.positions.digest != data.positions.digest
    assert public_files(other) == public_files(data)


def test_opinion_groups_do_not_depend_on_names_or_the_order_of_rows() -> None:
    data = company(11)
    hidden, named = auditors_package.under_random_ids(data, b"salt")
    rules = MeasurementRules.read(RULES["measurement"])
    one, two = (assess(rules, each, rules_digest="x")["opinion_groups"] for each in (data, hidden))
    own = dict(zip(data.people, named, strict=True))
    assert one["k"] >= 2 and two["assignments"] == {
        own[who]: group for who, group in one["assignments"].items()
    }
    apart = ("assignments", "assignments_digest")
    assert {name: one[name] for name in one if name not in apart} == {
        name: two[name] for name in two if name not in apart
    }


def test_the_auditors_package_belongs_to_the_publication_and_holds() -> None:
    package, beside = sealed(files()), sealed(AUDITED)
    verdict = verify(package, beside)
    assert verdict.faults == [] and verdict.checked[-1].startswith("auditors' package")
    body = b"".join(AUDITED.values())
    assert b"s70" not in body and b"i-" in body and b"s2," in body


def changed(name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in AUDITED[name]
    return {**AUDITED, name: AUDITED[name].replace(old, new)}


@pytest.mark.parametrize(
    "tampered",
    [
        lambda: sealed(changed("opinion_groups.json", b'"k":', b'"k":1')),
        lambda: sealed(changed("positions.csv", b"accept", b"object")),
        lambda: sealed(AUDITED, OTHER_KEY),
        lambda: pack({**unpacked(sealed(AUDITED)), "README.txt": b"x"}),
        lambda: sealed(files()),
        lambda: b"",
    ],
)
def test_a_tampered_auditors_package_fails(tampered: Any) -> None:
    faults = verify(sealed(files()), tampered()).faults
    assert faults and all(fault.startswith("auditors' package: ") for fault in faults)


def test_an_auditors_package_whose_publication_names_it_must_still_give_its_figures() -> None:
    """The publisher signs both, and they do not belong together."""
    other = auditors_package.files(
        replace(INPUT, cells=[*INPUT.cells[:2], ("individual", "BR", False)]), {"assignments": {}}, bytes(32)
    )
    named = {**files(), "auditors.json": canonical({"manifest": fingerprint(manifest(other))})}
    faults = verify(sealed(named), sealed(other)).faults
    assert any("its individuals, pooled, are not those of the publication" in fault for fault in faults)


def test_no_byte_of_a_package_names_or_numbers_an_individual(
    session: Session, make: Make, now: dt.datetime
) -> None:
    def seven(norm: Norm) -> None:
        for number in range(7):
            known = Verification.SELF_DECLARED if number % 2 else Verification.VERIFIED
            name = f"Person {number}-of-seven"
            person = make.speaker(category=Category.INDIVIDUAL, country="FR", name=name, verification=known)
            for place in (1, 2):
                reason = f"Words {number} {place}." if number == 3 else ""
                stance = Stance.OBJECT if reason else Stance.ACCEPT
                say(session, norm, clause_of(session, norm, place), person, stance, reason=reason, now=now)

    norm, _ = adopted(make, others=seven)
    people = session.scalars(sa.select(Stakeholder).where(Stakeholder.category == Category.INDIVIDUAL)).all()
    people[-1].name = "person-erased"
    session.flush()
    prepared = service.prepare(session, norm, key=KEY, now=now)
    everything = b"\n".join(unpacked(prepared.package).values())
    for one in people:
        assert not re.search(rb"\bs%d\b" % one.id, everything)
        assert one.name.encode() not in everything
        assert not re.search(rb"\bs%d\b" % one.id, b"\n".join(unpacked(prepared.auditors).values()))
    assert INDIVIDUAL.encode() not in everything and b"of-seven" not in prepared.auditors
    objections = json.loads(unpacked(prepared.package)["summary.json"])["objections"]
    personal = [one for one in objections if one["category"] == "individual"]
    assert {one["stakeholder"] for one in personal} == {None} == {one["country"] for one in personal}
    assert {"Words 3 1.", "Words 3 2."} <= {one["reason"] for one in personal}
    assert verify(prepared.package, prepared.auditors).faults == []
