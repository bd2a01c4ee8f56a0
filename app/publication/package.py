"""The data package: the same content gives the same bytes (pure).

A zip file whose members are stored uncompressed, in a fixed order with fixed dates, so that anybody can build
it again and compare it byte for byte, whatever version of a compressor they have.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from app.consensus.individuals import INDIVIDUAL
from app.consensus.input import AssessmentInput
from app.consensus.matrix import STANCES, PositionMatrix
from app.consensus.tallies import tallies
from app.foundation.canonical import canonical
from app.foundation.csv_injection import neutralise
from app.foundation.libraries import np

DATE = (1980, 1, 1, 0, 0, 0)
README_FILE, MANIFEST, SIGNATURE, PUBLIC_KEY = "README.txt", "manifest.json", "manifest.sig", "public_key.txt"
JSON_FILES = ("summary.json", "assessment.json", "input.json", "rules.json")
AUDITORS = "auditors.json"

README = """This package is a signed publication of a deliberation held with Concord.

summary.json     the adopted text in every language with the source of its words, the determination, who took
                 part, objections and answers, reservations, comments and dispositions
assessment.json  the figures
input.json       what the figures are computed from: entities, how many individuals of each cell take part,
                 how many of each pool of them gave each answer on each clause, objections, facts about
                 countries, and the number and digest of the entities' positions
positions.csv    the positions of entities
rules.json       the rules of procedure, frozen before the first position was taken
auditors.json    the digest of the auditors' package
*.csv            the other content as tables; cells that a spreadsheet might run begin with an apostrophe
manifest.json    SHA-256 and size of each of these files
manifest.sig     Ed25519 signature over manifest.json, hexadecimal
public_key.txt   the public half of the key it was signed with, hexadecimal

To verify without network or database:  flask verify THIS-FILE.zip
It checks the signature and every digest, counts the positions and objections, computes every figure again
from input.json and rules.json, and names what differs. A signature only says that whoever holds the key has
signed: compare public_key.txt with the key the publisher announces elsewhere, and give that one with --key.
No file here names the publisher, on purpose: a name that whoever signs writes proves nothing. Whose key it is
stands where the publisher announces it, and in the list of known keys of whoever verifies. The record names,
by pseudonym, the person who published.
Exit code 0: all holds and the key is known; 1: something differs; 3: all holds, but the key is unknown.

input.json gives the positions' digest: SHA-256 over the number of clauses (64-bit), where each stakeholder's
positions begin (64-bit each, and the end), and 4 x clause + stance of each position (32-bit; support 0,
accept 1, abstain 2, object 3), all little-endian, stakeholders and clauses numbered from 0 in the order of
input.json.

Without Concord: manifest.sig is an Ed25519 signature (RFC 8032) over the bytes of manifest.json; its digests
are SHA-256; the JSON files are canonical (RFC 8785), so that equal content has equal bytes.

In summary.json and dispositions.csv, a reason whose language is "zxx" is a code of the program: "merged"
where all words of a proposed change went into the text, "merged-in-part" where some did. summary.json names
the draft that took an accepted comment up.

Entities act in public and stand under their name; an entity's id in positions.csv is the one in
stakeholders.csv. No individual has a name, a number or a row: the answers of one person on two clauses
cannot be set side by side. A cell is a category, a country and whether verified. "places" in input.json
gives how many individuals of each cell take part; of fewer than five of a cell whom a decision sets aside
no country is given. "clauses" gives, for each clause, pools: places, by their number from 0, and how many
individuals of all of them together support, accept, abstain and object, and last how many answered in a way
that is not given: all of them where they are fewer than five, who count for coverage alone, and else none.
Verified and self-declared individuals share no pool, nor do those set aside and others. A cell in which
five answered a clause is a pool alone; smaller ones are put together with cells of the same development
bloc and region, then of the bloc, then of any, for each clause separately. No file gives how many of each
cell of a pool answered. Figures give a pool's answers to its cells evenly, by the number who take part, in
whole numbers: with E of the P individuals of a pool in a cell or before it, in the order of "places",
2*E*n+P divided by 2*P and rounded down have answered, of n who did in all; these are divided in the same
way between those who support and all others, these between those who accept and all others, and so on.
"individuals" in assessment.json gives how many answers are counted in their own cell, in a pool of one
development bloc, in a wider one, and how many count for coverage alone. Objections, reservations,
explanations and comments of individuals are public words and stand here without name and country, by
clause. Of individuals whom a decision sets aside their number is given. Whoever knows that a person is
among five who all answered alike knows that answer.

Opinion groups are computed from who said what elsewhere. They are in the auditors' package: its manifest
has the SHA-256 that auditors.json gives, under the same signature; only auditors are given it. With
it:  flask verify THIS-FILE.zip --auditors THAT-FILE.zip

summary.json names the last entries of the public record before the publication, on the norm and on the
platform, with their digests, so that the record cannot be changed behind it.
"""

AT_A_TIME = 10_000  #: positions that are Python's own numbers at a time
POSITIONS_HEADER = ["stakeholder", "provision", "position"]

Rows = Iterable[Iterable[Any]]


def table(header: list[str], rows: Rows) -> bytes:
    """A CSV file in UTF-8 with safe cells."""
    out = io.BytesIO()
    text = io.TextIOWrapper(out, "utf-8", newline="")  # a StringIO takes four bytes for each sign
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(["" if cell is None else neutralise(str(cell)) for cell in row])
    text.flush()
    return out.getvalue()


def clauses_table(summary: Mapping[str, Any], _: AssessmentInput) -> bytes:
    return table(
        ["provision", "label", "kind", "language", "status", "text"],
        (
            [clause["provision"], clause["label"], clause["kind"], language, text["status"], text["text"]]
            for clause in summary["clauses"]
            for language, text in sorted(clause["texts"].items())
        ),
    )


def tallies_table(_: Mapping[str, Any], data: AssessmentInput) -> bytes:
    """Entities by cell, individuals by pool with all its countries; not those who were set aside."""
    header = ["provision", "category", "country", "verified", "position", "count"]
    return table(header, _tallies(data))


def _tallies(data: AssessmentInput) -> Iterator[list[Any]]:
    counts = tallies(data.positions, data.counted_cell_of, len(data.cells))
    for number, (code, _) in enumerate(data.provisions):
        for cell, stance in np.argwhere(counts[:, number]).tolist():
            category, country, verified = data.cells[cell]
            yield [code, category, country, int(verified), STANCES[stance], counts[cell, number, stance]]
        for countries, known, answers in (
            data.individuals.listed(number, data.cells) if data.individuals else ()
        ):
            for stance in np.flatnonzero(answers[: len(STANCES)]).tolist():
                yield [code, INDIVIDUAL, countries, int(known), STANCES[stance], answers[stance]]


def positions_table(_: Mapping[str, Any], data: AssessmentInput) -> bytes:
    return table(POSITIONS_HEADER, _positions(data))


def _positions(data: AssessmentInput) -> Iterator[list[str]]:
    matrix = data.positions
    columns = (matrix.rows, matrix.columns, matrix.stances)
    for begin in range(0, matrix.size, AT_A_TIME):
        portion = (column[begin : begin + AT_A_TIME].tolist() for column in columns)
        for person, clause, stance in zip(*portion, strict=True):
            yield [data.people[person], data.provisions[clause][0], STANCES[stance]]


def positions_of(body: bytes, data: Mapping[str, Any]) -> PositionMatrix:
    """The matrix that ``positions_table`` wrote. data: the content of input.json.

    :raises ValueError: a row names a stakeholder or thing the input does not know, or comes twice.
    """
    people = {neutralise(name): number for number, name in enumerate(data["people"])}
    clauses = {neutralise(code): number for number, (code, _) in enumerate(data["provisions"])}
    stances = {name: number for number, name in enumerate(STANCES)}
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(body), "utf-8", newline=""))
    if next(rows, None) != POSITIONS_HEADER or len(people) != len(data["people"]):
        raise ValueError("positions.csv is not a table of positions")
    try:
        keys = np.fromiter(
            ((people[who] * len(clauses) + clauses[what]) * 4 + stances[how] for who, what, how in rows),
            np.int64,
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"positions.csv: {error} is nothing that input.json knows") from error
    return PositionMatrix.of_keys(keys, people=len(people), clauses=len(clauses))


def stakeholders_table(summary: Mapping[str, Any], _: AssessmentInput) -> bytes:
    columns = ["id", "name", "category", "country", "verified"]
    return table(
        columns,
        ([one[name] for name in columns[:4]] + [int(one["verified"])] for one in summary["stakeholders"]),
    )


def objections_table(summary: Mapping[str, Any], _: AssessmentInput) -> bytes:
    columns = ["provision", "stakeholder", "category", "country", "state", "language", "reason", "remedy"]
    return table(columns, ([one[name] for name in columns] for one in summary["objections"]))


def dispositions_table(summary: Mapping[str, Any], _: AssessmentInput) -> bytes:
    columns = ["comment", "provision", "kind", "decision", "language", "reason", "author_says"]
    return table(columns, ([one[name] for name in columns] for one in summary["dispositions"]))


def comments_table(summary: Mapping[str, Any], _: AssessmentInput) -> bytes:
    columns = ["comment", "provision", "kind", "stakeholder", "country", "words_language", "words"]
    columns += ["operation", "wording_language", "wording"]
    return table(columns, ([one[name] for name in columns] for one in summary["dispositions"]))


TABLES: Mapping[str, Callable[[Mapping[str, Any], AssessmentInput], bytes]] = {
    "clauses.csv": clauses_table,
    "stakeholders.csv": stakeholders_table,
    "tallies.csv": tallies_table,
    "positions.csv": positions_table,
    "objections.csv": objections_table,
    "comments.csv": comments_table,
    "dispositions.csv": dispositions_table,
}


def contents(
    summary: Mapping[str, Any],
    assessment: Mapping[str, Any],
    data: AssessmentInput,
    rules: Mapping[str, Any],
    auditors: bytes,
) -> dict[str, bytes]:
    """Every file that the manifest lists.

    assessment: as published; auditors: the manifest of their package.
    """
    documents = (dict(summary), dict(assessment), data.to_json(), dict(rules))
    return {
        README_FILE: README.encode(),
        **{name: canonical(content) for name, content in zip(JSON_FILES, documents, strict=True)},
        AUDITORS: canonical({"manifest": fingerprint(auditors)}),
        **{name: make(summary, data) for name, make in TABLES.items()},
    }


def fingerprint(body: bytes) -> dict[str, Any]:
    """What the manifest says of a file."""
    return {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Name → SHA-256 and size, as canonical JSON."""
    return canonical({"files": {name: fingerprint(body) for name, body in files.items()}})


def pack(files: Mapping[str, bytes]) -> bytes:
    """The zip file: members by name, stored, with one fixed date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, DATE)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, files[name])
    return out.getvalue()


def signed(files: Mapping[str, bytes], sign: Callable[[bytes], bytes], public_key: str) -> bytes:
    """The whole package from its content."""
    listing = manifest(files)
    seal = {MANIFEST: listing, SIGNATURE: sign(listing).hex().encode(), PUBLIC_KEY: public_key.encode()}
    return pack({**files, **seal})
