"""The auditors' package: what needs to be known row by row, and whose rows nobody can tell (pure)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.consensus.assessing import grouped
from app.consensus.individuals import INDIVIDUAL
from app.consensus.input import AssessmentInput
from app.consensus.pooling import pooled
from app.foundation.canonical import canonical, digest
from app.foundation.libraries import np
from app.publication.package import README_FILE, positions_of, positions_table
from app.publication.recomputation import first_difference
from app.representation.rules import MeasurementRules

INPUT, POSITIONS, GROUPS = "input.json", "positions.csv", "opinion_groups.json"
LISTED = frozenset({README_FILE, INPUT, POSITIONS, GROUPS})

README = """This package is for auditors and is not published. It belongs to the publication of the norm and
draft in input.json, whose auditors.json gives the digest of this manifest.

input.json           who took part, row by row, with country; individuals under an id that is random, used in
                     this package alone, and kept nowhere
positions.csv        what each of them answered on each clause
opinion_groups.json  who answers alike, computed from these rows

To verify both without network or database:  flask verify THE-PUBLICATION.zip --auditors THIS-FILE.zip
It checks signature and digests of both, computes the opinion groups again, and pools the individuals of
input.json again: the result must be the input.json of the publication.

Whoever holds this package can see what one individual answered on several clauses, and some cells hold
few. Keep it to the audit, and destroy it afterwards.
"""


def files(data: AssessmentInput, groups: Mapping[str, Any], salt: bytes) -> dict[str, bytes]:
    """What the manifest lists. salt: random, and kept nowhere."""
    hidden, named = under_random_ids(data, salt)
    own = {name: named[place] for place, name in enumerate(data.people)}
    assignments = {own[name]: group for name, group in groups["assignments"].items()}
    renamed = {**groups, "assignments": assignments, "assignments_digest": digest(assignments)}
    return {
        README_FILE: README.encode(),
        INPUT: canonical(hidden.to_json()),
        POSITIONS: positions_table({}, hidden),
        GROUPS: canonical(renamed),
    }


def under_random_ids(data: AssessmentInput, salt: bytes) -> tuple[AssessmentInput, list[str]]:
    """The same rows in the order of their new names, and the new name of each row as it was."""
    person = [category == INDIVIDUAL for category, _, _ in data.cells]
    named = [
        f"i-{hashlib.sha256(salt + name.encode()).hexdigest()[:20]}" if person[cell] else name
        for name, cell in zip(data.people, data.cell_of.tolist(), strict=True)
    ]
    order = np.array(sorted(range(len(named)), key=named.__getitem__), dtype=np.int64)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    hidden = replace(
        data,
        people=[named[row] for row in order.tolist()],
        cell_of=data.cell_of[order],
        positions=data.positions.take(order),
        set_aside=sorted(place[list(data.set_aside)].tolist()),
    )
    return hidden, named


def examined(members: Mapping[str, bytes], public: Mapping[str, bytes]) -> list[str]:
    """What of an auditors' package does not fit the publication."""
    content = json.loads(members[INPUT])
    data = AssessmentInput.from_json(content, positions_of(members[POSITIONS], content))
    rules = MeasurementRules.read(json.loads(public["rules.json"]).get("measurement", {}))
    faults = []
    if canonical(content) != members[INPUT] or positions_table({}, data) != members[POSITIONS]:
        faults.append(f"{INPUT} or {POSITIONS} is written in another way than a package's")
    if canonical(pooled(data).to_json()) != public[INPUT]:
        faults.append(f"{INPUT}: its individuals, pooled, are not those of the publication")
    difference = first_difference(json.loads(canonical(grouped(rules, data))), json.loads(members[GROUPS]))
    if difference:
        faults.append(f"{GROUPS}: {difference} is not what {INPUT} and the rules of the publication give")
    return faults
