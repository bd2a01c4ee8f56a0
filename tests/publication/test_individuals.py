"""No package carries an individual, or tells which of her answers belong together."""

import datetime as dt
import json
import random
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus.assessing import assess, published
from app.consensus.individuals import FEWEST, Individuals
from app.consensus.input import AssessmentInput
from app.consensus.matrix import PositionMatrix
from app.consensus.pooling import pooled
from app.consensus.tallies import tallies
from app.foundation.canonical import canonical, digest
from app.norms.models import Norm
from app.positions.models import Stance
from app.publication import auditors_package, service
from app.publication.package import contents, fingerprint, manifest, pack
from app.publication.verifier import verify
from app.representation.rules import MeasurementRules
from app.stakeholders.models import Category, Stakeholder, Verification
from tests.factories import Make
from tests.positions.saying import clause_of, say
from tests.publication.adopted import INDIVIDUAL, adopted
from tests.publication.packages import AUDITED, INPUT, KEY, OTHER_KEY, RULES, files, sealed, summary, unpacked

PLACES = ["NP", "KE", "KE", "NA", "FR", "FR", "FR", "BR", None]
CLAUSES = 6


def crowd(seed: int, *, people: int = 160, aside: int = 0) -> AssessmentInput:
    """Entities, and individuals of several countries who answer some clauses."""
    chance = random.Random(seed)
    own = [("individual", chance.choice(PLACES), chance.random() < 0.6) for _ in range(people)]
    entities = [("government", code, True) for code in ("KE", "NA", "FR", "BR", "NP")]
    held = [*entities, *own]
    cells = sorted(set(held), key=lambda key: (key[0], key[1] or "", key[2]))
    triples = [
        (row, clause, chance.randrange(4))
        for row in range(len(held))
        for clause in range(CLAUSES)
        if chance.random() < (0.9 if row < len(entities) else 0.5)
    ]
    return replace(
        INPUT,
        provisions=[(f"p{number}", str(number)) for number in range(CLAUSES)],
        cells=cells,
        people=[f"s{number}" for number in range(1000, 1000 + len(held))],
        cell_of=np.array([cells.index(key) for key in held]),
        positions=PositionMatrix.of(*np.array(triples).T, people=len(held), clauses=CLAUSES),
        set_aside=list(range(len(held) - aside, len(held))),
        unconfirmed=[0] * CLAUSES,
        objections=[{}] * CLAUSES,
        verified_objections=[0] * CLAUSES,
        unanswered_objections=[0] * CLAUSES,
    )


def joined_otherwise(data: AssessmentInput, seed: int) -> AssessmentInput:
    """The same answers of each cell on each clause, given by others of the cell."""
    chance = np.random.default_rng(seed)
    dense = np.full((len(data.people), CLAUSES), -1)
    matrix = data.positions
    dense[matrix.rows, matrix.columns] = matrix.stances
    aside = np.isin(np.arange(len(dense)), data.set_aside)
    for cell, (category, _, _) in enumerate(data.cells):
        for is_aside in (False, True):
            rows = np.flatnonzero((data.cell_of == cell) & (aside == is_aside))
            if category == "individual":
                for clause in range(CLAUSES):
                    spoken = rows[dense[rows, clause] >= 0]
                    dense[spoken, clause] = chance.permutation(dense[spoken, clause])
    rows, columns = np.nonzero(dense >= 0)
    again = PositionMatrix.of(rows, columns, dense[rows, columns], people=len(dense), clauses=CLAUSES)
    return replace(data, positions=again)


def public_files(data: AssessmentInput) -> dict[str, bytes]:
    result = assess(MeasurementRules.read(RULES["measurement"]), data, rules_digest=digest(RULES))
    shown = json.loads(canonical(published(result)))
    found = contents(summary(shown), shown, pooled(data), RULES, b"")
    return {name: body for name, body in found.items() if name != "auditors.json"}


@pytest.mark.parametrize("seed", range(3))
def test_how_answers_are_joined_changes_no_byte_of_what_is_public(seed: int) -> None:
    data = crowd(seed, aside=20)
    other = joined_otherwise(data, seed)
    assert other.positions.digest != data.positions.digest
    assert public_files(other) == public_files(data)


@pytest.mark.parametrize("people", [0, 1, 4, 5, 9, 23, 160])
@pytest.mark.parametrize("aside", [0, 1, 7])
def test_no_cell_of_one_to_four_and_nobody_counted_twice(people: int, aside: int) -> None:
    data = crowd(7, people=people, aside=min(aside, people))
    found = pooled(data)
    counted = found.individuals
    assert counted is not None
    for one in counted.crowds:
        stated = one.answers.sum(axis=1)
        assert ((stated == 0) | (stated >= FEWEST)).all() and stated.any()
    person = np.array([category == "individual" for category, _, _ in data.cells], dtype=bool)[data.cell_of]
    said = int(data.positions.stated[person].sum())
    assert sum(int(one.answers.sum()) for one in counted.crowds) + counted.left_out == said
    assert found.positions.size == data.positions.size - said
    assert AssessmentInput.from_json(found.to_json(), found.positions).to_json() == found.to_json()


def test_individuals_of_small_cells_are_counted_by_region_and_none_is_lost() -> None:
    held = [("individual", code, True) for code in ("NP", "BT", "KH", "LA", "BD", *["FR"] * 5)]
    cells = sorted(set(held), key=lambda key: key[1])
    data = replace(
        INPUT,
        cells=cells,
        people=[f"s{number}" for number in range(10)],
        cell_of=np.array([cells.index(key) for key in held]),
        positions=PositionMatrix.of(
            np.arange(10), np.zeros(10, int), np.zeros(10, int), people=10, clauses=2
        ),
    )
    found = pooled(data)
    assert [(country, verified) for _, country, verified in found.cells] == [
        ("FR", True),
        ("asia-pacific/" + "ldc" if _all_ldc() else "asia-pacific", True),
    ]
    assert found.individuals is not None and found.individuals.left_out == 0


def test_people_without_a_country_lose_only_what_few_of_them_say() -> None:
    data = replace(crowd(3), cells=[("government", "KE", True), ("individual", None, False)])
    data = replace(data, cell_of=np.array([0] * 5 + [1] * 160))
    rows, columns, stances = data.positions.rows, data.positions.columns, data.positions.stances
    few = (columns != 2) | np.isin(rows, np.flatnonzero(data.cell_of == 1)[:3])
    matrix = PositionMatrix.of(rows[few], columns[few], stances[few], people=165, clauses=CLAUSES)
    found = pooled(replace(data, positions=matrix))
    assert found.individuals is not None
    (crowd_of_all,) = found.individuals.crowds
    assert found.cells[crowd_of_all.cell] == ("individual", None, False)
    expected = tallies(matrix, replace(data).cell_of, 2)[1]
    expected[2] = 0
    assert crowd_of_all.answers.tolist() == expected.tolist()


def _all_ldc() -> bool:
    facts = {row["iso2"]: row for row in INPUT.country_facts}
    return all(facts[code]["ldc"] for code in ("NP", "BT", "KH", "LA", "BD"))


def test_a_cell_that_tells_of_four_is_refused() -> None:
    found = pooled(INPUT)
    content = found.to_json()
    content["individuals"]["crowds"][0]["answers"][0] = [0, 4, 0, 0]
    with pytest.raises(ValueError, match="fewer than 5"):
        Individuals.from_json(content["individuals"], content["cells"], 2)


def test_opinion_groups_do_not_depend_on_names_or_the_order_of_rows() -> None:
    data = crowd(11)
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
