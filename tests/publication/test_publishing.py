"""Publishing an adopted norm: once, by its publisher, as a whole."""

import csv
import datetime as dt
import hashlib
import io
import json
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Role
from app.consensus.assessing import published as public
from app.foundation.canonical import digest
from app.foundation.database import unit_of_work
from app.foundation.errors import AppError, Conflict, NotAllowed
from app.norms.models import RulesOfProcedure
from app.norms.stages import Stage
from app.positions.models import Position, Stance
from app.publication.models import Publication
from app.publication.package import contents
from app.publication.recomputation import Content
from app.publication.service import NotDetermined, PackageFaulty
from app.publication.signing import KeyMissing, key_at, public_hex
from app.publication.verifier import verify
from app.stakeholders.models import Category, Stakeholder
from tests.factories import Make
from tests.publication.adopted import INDIVIDUAL, adopted, published
from tests.publication.packages import KEY, unpacked


def test_what_is_published_verifies_and_is_on_record(session: Session, make: Make, now: dt.datetime) -> None:
    norm, publisher = adopted(make)
    publication, package = published(session, make.actor(publisher), norm, now=now)
    assert verify(package).faults == []
    assert (norm.stage, publication.number, publication.assessment.is_official) == (Stage.PUBLISHED, 1, True)
    assert publication.package_digest == "sha256:" + hashlib.sha256(package).hexdigest()
    assert publication.public_key == public_hex(KEY)
    acts = session.execute(sa.select(AuditEntry.act, AuditEntry.details).order_by(AuditEntry.number)).all()
    assert [act for act, _ in acts][-3:] == ["assessed", "step-taken", "published"]
    assert acts[-1][1] == {"package": publication.package_digest, "key": publication.public_key}


def test_the_package_is_what_the_page_and_the_assessment_are_made_from(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm, publisher = adopted(make)
    publication, package = published(session, make.actor(publisher), norm, now=now)
    session.expire_all()  # as another process reads it
    files = unpacked(package)
    read = {name: json.loads(files[name]) for name in ("summary.json", "input.json", "rules.json")}
    data = Content.read(files).data
    shown = public(publication.assessment.result)
    again = contents(publication.summary, shown, data, read["rules.json"], b"")
    assert {name: again[name] for name in again} == {name: files[name] for name in again} | {
        "auditors.json": again["auditors.json"]
    }
    assert digest(read["input.json"]) == publication.assessment.result["input_digest"]
    assert digest(read["rules.json"]) == publication.assessment.rules_digest


def test_the_tables_agree_with_a_count_of_their_own(session: Session, make: Make, now: dt.datetime) -> None:
    norm, publisher = adopted(make)
    _, package = published(session, make.actor(publisher), norm, now=now)
    rows = csv.DictReader(io.StringIO(unpacked(package)["tallies.csv"].decode(), newline=""))
    printed = Counter(
        {
            (row["category"], row["country"], row["position"]): int(row["count"])
            for row in rows
            if row["provision"] == "p1"
        }
    )
    stated = session.execute(
        sa.select(Stakeholder.category, Stakeholder.country, Position.stance)
        .join(Stakeholder, Stakeholder.id == Position.stakeholder_id)
        .join(Position.clause)
        .where(sa.text("clause.place = 1"), Stakeholder.category != Category.INDIVIDUAL)
    )
    assert printed == Counter(
        (category.value, country or "", stance.value) for category, country, stance in stated
    )
    assert sum(printed.values()) == 4 and printed["company", "", Stance.OBJECT.value] == 1


def test_a_package_names_entities_and_no_individual(session: Session, make: Make, now: dt.datetime) -> None:
    norm, publisher = adopted(make)
    _, package = published(session, make.actor(publisher), norm, now=now)
    assert b"Government of NA" in package and b"'=Acme Ltd" in package
    assert INDIVIDUAL.encode() not in package and b"Too few words." in package
    assert b"example.org" not in package and publisher.name.encode() not in package


def test_every_language_of_the_norm_is_in_it_and_what_is_missing_is_said(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm, publisher = adopted(make)
    publication, _ = published(session, make.actor(publisher), norm, now=now)
    assert [sorted(clause["texts"]) for clause in publication.summary["clauses"]] == [["en", "fr"], ["en"]]
    assert publication.summary["languages_outstanding"] == ["fr"]


def test_only_the_publisher_publishes(session: Session, make: Make, now: dt.datetime) -> None:
    norm, _ = adopted(make)
    others = [make.seated(role, norm) for role in Role if role is not Role.PUBLISHER]
    for actor in [*others, SYSTEM, make.actor(make.user(is_administrator=True))]:
        with pytest.raises(NotAllowed):
            published(session, actor, norm, now=now)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.ADOPTED])
def test_only_an_adopted_norm_is_published(
    stage: Stage, session: Session, make: Make, now: dt.datetime
) -> None:
    norm, publisher = adopted(make)
    norm.stage = stage
    norm.suspended_from = Stage.CONSULTATION if stage is Stage.SUSPENDED else None
    session.flush()
    with pytest.raises(AppError):
        published(session, make.actor(publisher), norm, now=now)
    assert session.scalar(sa.select(sa.func.count(Publication.id))) == 0


def test_a_text_without_a_determination_is_not_published(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.ADOPTED)
    with pytest.raises(NotDetermined):
        published(session, make.seated(Role.PUBLISHER, norm), norm, now=now)


def test_a_second_publisher_is_told_that_it_is_done(session: Session, make: Make, now: dt.datetime) -> None:
    norm, publisher = adopted(make)
    published(session, make.actor(publisher), norm, now=now)
    with pytest.raises(Conflict):
        published(session, make.seated(Role.PUBLISHER, norm), norm, now=now)


def test_rules_that_were_changed_after_freezing_are_noticed(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm, publisher = adopted(make)
    rules = session.scalars(sa.select(RulesOfProcedure)).one()
    rules.content = {**rules.content, "minimum_days": 3}
    session.flush()
    session.expire_all()
    with pytest.raises(PackageFaulty, match="rules_digest"):
        published(session, make.actor(publisher), norm, now=now)


@pytest.mark.parametrize("statement", ["UPDATE publication SET number = 2", "DELETE FROM publication"])
def test_a_publication_is_never_changed_or_removed(
    statement: str, session: Session, make: Make, now: dt.datetime
) -> None:
    norm, publisher = adopted(make)
    published(session, make.actor(publisher), norm, now=now)
    session.commit()
    with pytest.raises(DBAPIError, match="publication is append-only"), unit_of_work(session):
        session.execute(sa.text(statement))


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key.pem"
    first = key_at(path, may_create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert public_hex(key_at(path, may_create=True)) == public_hex(first)
    assert public_hex(key_at(path, may_create=False)) == public_hex(first)
    assert [file.name for file in path.parent.iterdir()] == ["key.pem"]


def test_a_key_that_is_missing_or_of_another_kind_is_refused_with_its_place(tmp_path: Path) -> None:
    missing, empty, other = (tmp_path / name for name in ("missing", "empty", "other"))
    empty.touch()
    foreign = Ed448PrivateKey.generate()
    other.write_bytes(foreign.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for path in (missing, empty, other):
        with pytest.raises(KeyMissing, match=str(path)):
            key_at(path, may_create=False)
    assert not missing.exists()
