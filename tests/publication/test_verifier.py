"""A package holds as a whole or is refused with the name of what differs."""

import csv
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.consensus.assessing import measured
from app.consensus.individuals import Individuals
from app.consensus.input import AssessmentInput
from app.foundation.canonical import canonical, digest
from app.publication.package import MANIFEST, PUBLIC_KEY, SIGNATURE, contents, manifest, pack, positions_of
from app.publication.signing import public_hex
from app.publication.verifier import ALL, JSON_FILES, LISTED, verify
from app.representation.rules import MeasurementRules
from tests.publication.packages import INPUT, KEY, OTHER_KEY, edited, files, sealed, unpacked

FLIPS = 400


@pytest.fixture(scope="module")
def honest() -> dict[str, bytes]:
    return files()


@pytest.fixture(scope="module")
def package(honest: dict[str, bytes]) -> bytes:
    return sealed(honest)


def flipped(body: bytes, at: int, bit: int = 0) -> bytes:
    return body[:at] + bytes([body[at] ^ (1 << bit)]) + body[at + 1 :]


def test_an_honest_package_holds_and_says_what_was_checked(package: bytes) -> None:
    verdict = verify(package)
    assert verdict.faults == []
    assert verdict.public_key == public_hex(KEY)
    assert verdict.checked == [
        "signature",
        f"digests of {len(LISTED)} files",
        "container",
        "every figure of 2 clauses computed again, byte for byte",
        "positions of 3 entities and 1 objections counted again",
        "7 tables",
    ]


def test_the_same_content_gives_the_same_bytes(package: bytes) -> None:
    assert sealed(files()) == package


def test_one_flipped_bit_anywhere_in_the_file_makes_it_fail(package: bytes) -> None:
    chance = random.Random(7)
    central = package.index(b"PK\x01\x02")
    places = {*chance.sample(range(len(package)), FLIPS), *range(central, len(package)), *range(64)}
    for at in sorted(places):
        verdict = verify(flipped(package, at, chance.randrange(8)))
        assert not verdict.holds, f"byte {at}"
        assert all(verdict.faults), f"byte {at}"


@pytest.mark.parametrize("name", sorted(ALL))
def test_one_flipped_bit_in_a_file_is_named_with_the_file(name: str, package: bytes) -> None:
    members = unpacked(package)
    body = members[name]
    for at in sorted({0, len(body) // 2, len(body) - 1}):
        verdict = verify(pack(members | {name: flipped(body, at)}))
        assert not verdict.holds
        assert any(name in fault for fault in verdict.faults), (name, at, verdict.faults)
        others = (ALL - {name, MANIFEST, SIGNATURE, PUBLIC_KEY}) if name in LISTED else LISTED
        if name != MANIFEST:
            assert not [fault for fault in verdict.faults for other in others if fault.startswith(other)]


def test_a_tampered_figure_with_digests_made_again_fails_at_the_signature(
    honest: dict[str, bytes], package: bytes
) -> None:
    forged = edited(honest, "assessment.json", lambda found: found["clauses"][0].update(status="consensus"))
    members = unpacked(package) | forged | {MANIFEST: manifest(forged)}
    faults = verify(pack(members)).faults
    assert faults == [f"{SIGNATURE}: the signature does not fit {MANIFEST} and {PUBLIC_KEY}"]


def test_a_figure_tampered_with_and_signed_again_is_named(honest: dict[str, bytes]) -> None:
    def tamper(found: Any) -> None:
        found["clauses"][0]["agreement"]["balanced"]["share"] = 0.99

    faults = verify(sealed(edited(honest, "assessment.json", tamper), OTHER_KEY)).faults
    assert faults[0] == (
        "assessment.json: clauses[0].agreement.balanced.share is not what input.json and rules.json give"
    )


def test_positions_tampered_with_and_signed_again_are_named(honest: dict[str, bytes]) -> None:
    turned = honest["positions.csv"].replace(b"s2,p1,support", b"s2,p1,object")
    assert turned != honest["positions.csv"]
    faults = verify(sealed(honest | {"positions.csv": turned})).faults
    assert faults == ["the figures cannot be computed again: the positions are not those of input.json"]

    def admit(data: dict[str, Any]) -> None:
        data["positions"]["digest"] = positions_of(turned, data).digest

    faults = verify(sealed(edited(honest | {"positions.csv": turned}, "input.json", admit))).faults
    assert any(fault.startswith("assessment.json: ") for fault in faults)
    assert any(fault.startswith("tallies.csv ") for fault in faults)


@pytest.mark.parametrize(
    "row", [b"x", b"s9,p1,support", b"s1,p9,support", b"s1,p1,perhaps", b"s1,p1,support"]
)
def test_positions_that_cannot_be_are_named(row: bytes, honest: dict[str, bytes]) -> None:
    broken = honest["positions.csv"] + row + b"\r\n"
    (fault,) = verify(sealed(honest | {"positions.csv": broken})).faults
    assert fault.startswith("the figures cannot be computed again: ")


def test_other_rules_than_those_the_figures_were_made_under_are_named(honest: dict[str, bytes]) -> None:
    faults = verify(sealed(edited(honest, "rules.json", lambda rules: rules.update(minimum_days=1)))).faults
    assert faults == ["assessment.json: rules_digest is not what input.json and rules.json give"]


@pytest.mark.parametrize(
    "name", sorted(LISTED - {"README.txt", "auditors.json", "positions.csv", *JSON_FILES})
)
def test_a_table_that_says_something_else_is_named(name: str, honest: dict[str, bytes]) -> None:
    faults = verify(sealed(honest | {name: honest[name] + b"x\r\n"})).faults
    assert faults == [f"{name} is not what summary.json and input.json give"]


@pytest.mark.parametrize(
    ("name", "value", "of"),
    [
        ("norm", "other", "that of input.json"),
        ("draft", 3, "that of input.json"),
        ("assessment_digest", "sha256:00", "the digest of assessment.json"),
        ("verification", False, "that of assessment.json"),
    ],
)
def test_a_summary_of_another_norm_draft_or_assessment_is_named(
    name: str, value: object, of: str, honest: dict[str, bytes]
) -> None:
    forged = edited(honest, "summary.json", lambda found: found.update({name: value}))
    assert verify(sealed(forged)).faults == [f"summary.json: {name} is not {of}"]


def test_an_objection_left_out_of_the_summary_is_noticed(honest: dict[str, bytes]) -> None:
    faults = verify(sealed(edited(honest, "summary.json", lambda found: found["objections"].clear()))).faults
    assert faults == [
        "input.json: standing objections to clause 1 are not those of summary.json",
        "input.json: objections to clause 1 are not the count of those in summary.json",
        "objections.csv is not what summary.json and input.json give",
    ]


def test_a_stakeholder_moved_to_another_country_is_noticed(honest: dict[str, bytes]) -> None:
    faults = verify(
        sealed(edited(honest, "summary.json", lambda found: found["stakeholders"][1].update(country="NA")))
    ).faults
    assert faults[0] == ("input.json: its stakeholders and their cells are not those of summary.json")


def test_the_key_is_told(honest: dict[str, bytes]) -> None:
    foreign = sealed(honest, OTHER_KEY)
    assert verify(foreign).public_key == public_hex(OTHER_KEY)
    assert verify(foreign).holds


@pytest.mark.parametrize(
    ("extra", "word"),
    [("../../etc/passwd", "passwd"), ("/abs", "/abs"), ("notes.txt", "notes.txt"), ("a\\b", "b")],
)
def test_a_file_that_does_not_belong_is_named(extra: str, word: str, package: bytes) -> None:
    faults = verify(pack({**unpacked(package), extra: b"x"})).faults
    assert len(faults) == 1
    assert word in faults[0] and "does not belong" in faults[0]


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_missing_file_is_named(name: str, package: bytes) -> None:
    members = unpacked(package)
    del members[name]
    assert verify(pack(members)).faults == [f"{name} is missing"]


def test_a_file_that_occurs_twice_is_refused(package: bytes) -> None:
    out = io.BytesIO(package)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("rules.json", b"{}")
    assert verify(out.getvalue()).faults == ["a file occurs twice"]


def test_a_compressed_file_is_refused_before_it_is_unpacked(package: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in unpacked(package).items():
            archive.writestr(name, body if name != "input.json" else bytes(50_000_000))
    faults = verify(out.getvalue()).faults
    assert set(faults) > {f"{name} is compressed; a package is not" for name in ALL}
    assert faults[-1] == "the files claim more bytes than the package has"


@pytest.mark.parametrize("body", [b"", b"PK", b"not a zip file at all", bytes(10_000)])
def test_what_is_no_zip_file_is_refused(body: bytes) -> None:
    faults = verify(body).faults
    assert len(faults) == 1 and faults[0].startswith("the zip container cannot be read")


def test_a_package_cut_short_or_with_something_added_is_refused(package: bytes) -> None:
    for cut in (1, 100, len(package) // 2):
        assert not verify(package[:-cut]).holds
    assert not verify(package + b"x").holds
    assert not verify(b"x" + package).holds


@pytest.mark.parametrize("name", JSON_FILES)
@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b"[" * 100_000, b'{"a": NaN}', b"\xff\xfe", b'{"provisions": 1e999}'],
    ids=["empty", "null", "list", "object", "deep", "nan", "bytes", "huge"],
)
def test_a_hostile_file_signed_by_its_maker_is_a_fault_and_no_crash(
    name: str, body: bytes, honest: dict[str, bytes]
) -> None:
    verdict = verify(sealed(honest | {name: body}, OTHER_KEY))
    assert verdict.faults and all(verdict.faults)


@pytest.mark.parametrize("body", [b"[" * 100_000, b"[]", b"null", b"{}", b'{"files": []}', b"\xff"])
def test_a_hostile_manifest_is_named(body: bytes, package: bytes) -> None:
    seal = {MANIFEST: body, SIGNATURE: KEY.sign(body).hex().encode()}
    assert verify(pack(unpacked(package) | seal)).faults == [f"{MANIFEST} cannot be read"]


def test_the_same_figures_written_in_another_way_are_named(honest: dict[str, bytes]) -> None:
    spaced = json.dumps(json.loads(honest["assessment.json"])).encode()
    faults = verify(sealed(honest | {"assessment.json": spaced})).faults
    assert faults == ["the figures cannot be computed again: assessment.json is not canonical JSON"]


def test_the_manifest_lists_every_file_with_its_digest(honest: dict[str, bytes]) -> None:
    listed = json.loads(manifest(honest))["files"]
    assert listed.keys() == LISTED
    for name, body in honest.items():
        assert listed[name] == {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}


def test_the_tables_say_what_the_input_says_and_no_cell_runs(honest: dict[str, bytes]) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(honest[name].decode(), newline="")))

    counted = sum(int(row["count"]) for row in rows("tallies.csv"))
    assert counted == INPUT.positions.size == len(rows("positions.csv")) + 6
    assert [row["text"] for row in rows("clauses.csv")] == [
        "Everybody has a say.",
        "States share, and learn.",
    ]
    assert rows("objections.csv")[0]["stakeholder"] == "'=HYPERLINK(A1)"


def resealed(honest: dict[str, bytes], name: str, change: Callable[[Any], object]) -> list[str]:
    return verify(sealed(edited(honest, name, change), OTHER_KEY)).faults


def test_figures_of_another_method_are_told_apart_from_wrong_ones(honest: dict[str, bytes]) -> None:
    assert resealed(honest, "assessment.json", lambda found: found.update(method="0")) == [
        "assessment.json: made by method '0'; this version computes method '4'"
    ]


def test_the_last_digits_of_a_fraction_may_differ_between_machines_and_no_more(
    honest: dict[str, bytes],
) -> None:
    figures = json.loads(honest["assessment.json"])["schemes"]["balanced"]

    def moved(by: float) -> list[str]:
        def change(found: Any) -> None:
            found["schemes"]["balanced"]["n_eff"] = figures["n_eff"] + by

        changed = edited(honest, "assessment.json", change)
        fresh = digest(json.loads(changed["assessment.json"]))
        verdict = verify(sealed(edited(changed, "summary.json", lambda s: s.update(assessment_digest=fresh))))
        return verdict.faults or verdict.checked[3:4]

    assert moved(1e-13) == ["every figure of 2 clauses computed again, to nine digits, as machines round"]
    assert moved(1e-6) == [
        "assessment.json: schemes.balanced.n_eff is not what input.json and rules.json give"
    ]


def test_positions_and_objections_are_counted_again(honest: dict[str, bytes]) -> None:
    def moved(summary: Any) -> None:
        summary["stakeholders"][1]["country"] = "FR"

    other = "input.json: its stakeholders and their cells are not those of summary.json"
    assert resealed(honest, "summary.json", moved)[0] == other
    dropped = resealed(honest, "summary.json", lambda summary: summary["objections"].clear())
    assert "input.json: objections to clause 1 are not the count of those in summary.json" in dropped
    assert "input.json: standing objections to clause 1 are not those of summary.json" in dropped
    unknown = resealed(honest, "summary.json", lambda summary: summary["stakeholders"].pop())
    assert unknown[0] == other


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(cell_of=[-3, 1, 1]),  # hidden from the counts, listed in every table
        lambda data: data.update(verified_objections=[0, 0]),
        lambda data: data.update(unanswered_objections=[7, 0]),
        lambda data: data.update(verified_objections=[-1, 0]),
        lambda data: data.update(set_aside=[0, 0]),
        lambda data: data.update(set_aside=[-3]),
        lambda data: data.update(closing=False),
        lambda data: data.update(cells=[*data["cells"], data["cells"][0]]),
    ],
)
def test_figures_made_again_from_a_dressed_input_do_not_pass(
    change: Callable[[Any], object], honest: dict[str, bytes]
) -> None:
    """The publisher signs again, with an assessment that fits the dressed input."""
    dressed = edited(honest, "input.json", change)
    content = json.loads(dressed["input.json"])
    cells, clauses = content["cells"], len(content["provisions"])
    parts = {
        "positions": positions_of(dressed["positions.csv"], content),
        "cell_of": np.array(content["cell_of"]),
        "individuals": Individuals.from_json(content["individuals"], cells, clauses),
    }
    data = AssessmentInput(**content | parts)
    rules = MeasurementRules.read(json.loads(honest["rules.json"])["measurement"])
    made = measured(rules, data, rules_digest=digest(json.loads(honest["rules.json"])))
    result = json.loads(canonical(made))
    summary = json.loads(honest["summary.json"]) | {"assessment_digest": digest(result)}
    rules = json.loads(honest["rules.json"])
    assert verify(sealed(contents(summary, result, data, rules, b""), OTHER_KEY)).faults


def test_nobody_is_set_aside_in_silence(honest: dict[str, bytes]) -> None:
    hidden = edited(honest, "input.json", lambda data: data["set_aside"].append(2))
    faults = verify(sealed(hidden, OTHER_KEY)).faults
    assert "input.json: those set aside are not those of the decisions in summary.json" in faults


def test_words_without_their_sources_and_languages_that_are_not_there_are_named(
    honest: dict[str, bytes],
) -> None:
    def sourced(summary: Any) -> None:
        summary["clauses"][0]["texts"]["en"]["provenance"] = [["Everybody has ", ["c1"]], ["no say.", ["c2"]]]

    assert resealed(honest, "summary.json", sourced)[0] == (
        "summary.json: the sources of clause 1 in en are not its words"
    )
    promised = resealed(honest, "summary.json", lambda summary: summary["languages"].append("fr"))
    assert promised == ["summary.json: languages_outstanding are not those that clauses lack"]
