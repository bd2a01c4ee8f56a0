"""The record binds what it records: rows changed, added or removed behind it are found."""

import datetime as dt
import json
from dataclasses import asdict, replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.audit.binding.parts import Part, bound_parts
from app.audit.binding.queries import differences
from app.audit.binding.sealing import sealed
from app.audit.chain import START, link_digest
from app.audit.models import AuditEntry
from app.audit.queries import links
from app.audit.service import bind_what_is_there, record
from app.authority.actor import SYSTEM, MandateRole, Role
from app.discussion.backing import back
from app.discussion.models import Decision, Side
from app.foundation.database import missing_guards, unit_of_work
from app.norms.models import Clause, Provision
from app.positions.models import Position, Stance
from app.positions.verification import revoke_vouch, vouch
from app.publication.models import PackageKind, Publication
from app.representation.models import CountryOverride
from app.stakeholders.mandates import end_mandate, give
from app.stakeholders.models import Category, Mandate, Verification, VerificationDecision
from tests.audit.unseen import by_hand, unseen
from tests.conftest import NOW
from tests.discussion.saying import decide, remark
from tests.factories import Make
from tests.positions.saying import clause_of, say
from tests.publication.adopted import adopted, package_of, published


@pytest.fixture
def world(session: Session, make: Make) -> Session:
    """A norm with positions, objections and a determination, published; all of it on record."""
    with unit_of_work(session):
        norm, publisher = adopted(make)
        record(session, SYSTEM, "step-taken", "adopted", norm="s", now=NOW)
        record(session, SYSTEM, "step-taken", "adopted", norm="s", now=NOW)  # binds nothing
        published(session, make.actor(publisher), norm, now=NOW)
    return session


def test_what_the_verbs_wrote_is_as_the_record_says(world: Session, runner: FlaskCliRunner) -> None:
    assert list(differences(world)) == []
    result = runner.invoke(args=["audit", "verify"])
    assert (result.exit_code, result.stderr) == (0, "")


def test_an_act_while_the_record_is_verified_is_no_difference(
    session: Session, make: Make, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(session):
        norm = make.norm("Everybody has a say.")
        speaker = make.speaker()
        say(session, norm, clause_of(session, norm, 1), speaker, Stance.SUPPORT, now=NOW)
        bind_what_is_there(session, now=NOW)

    def bound_later() -> list[Part]:
        """The entries are read, the rows not yet."""
        with unit_of_work(session):
            say(session, norm, clause_of(session, norm, 1), speaker, Stance.ACCEPT, now=NOW)
        return bound_parts()

    monkeypatch.setattr("app.audit.binding.queries.bound_parts", bound_later)
    result = runner.invoke(args=["audit", "verify"])
    assert (result.exit_code, result.stderr) == (0, "")


BEHIND = (
    ("UPDATE position SET stance = 'support' WHERE stance = 'object'", "position"),
    ("UPDATE position SET reason = 'Everybody.' WHERE stance = 'object'", "position"),
    ("UPDATE objection SET state = 'withdrawn'", "objection"),
    ("UPDATE determination SET outcome = 'adopted-with-reservations'", "determination"),
    ("UPDATE assessment SET result = '{}'", "assessment"),
    ("UPDATE assessment SET input_digest = 'sha256:0'", "assessment"),
    ("UPDATE frozen_input SET positions = content", "frozen_input"),
    ("DELETE FROM frozen_input", "frozen_input"),
    ("UPDATE rules_of_procedure SET content = '{}'", "rules_of_procedure"),
    ("UPDATE determination SET despite = '[1]'", "determination/2"),
    ("UPDATE norm SET current_draft_id = NULL", "norm/2"),
    ("UPDATE norm SET closes_at = NULL, opens_at = NULL", "norm/2"),
    ("UPDATE norm SET suspended_at = created_at", "norm/3"),
    ("UPDATE provision SET code = 'p9' WHERE code = 'p1'", "provision"),
    ("UPDATE clause_text SET source_digest = digest", "clause_text/2"),
    ("UPDATE stakeholder SET name = 'Atlantis' WHERE country = 'KE'", "stakeholder/2"),
    ("UPDATE user_account SET is_administrator = true", "user_account"),
    ("UPDATE mandate SET ends_at = starts_at", "mandate/2"),
    ("UPDATE position SET translation_digest = text_digest", "position/2"),
    ("UPDATE clause_text SET text = 'Nobody has a say.'", "clause_text"),
    ("UPDATE stakeholder SET verification = 'refused'", "stakeholder"),
    ("UPDATE stakeholder SET country = 'DE'", "stakeholder"),
    ("UPDATE seat SET role = 'chair'", "seat"),
    ("UPDATE publication SET package_digest = 'sha256:0'", "publication"),
    ("DELETE FROM determination", "determination"),
    (
        "INSERT INTO explanation (draft_id, stakeholder_id, text, language, stated_at) "
        "SELECT draft_id, 1, 'We never agreed.', 'en', stated_at FROM determination",
        "explanation",
    ),
)


def test_what_is_changed_behind_the_record_is_named(world: Session, subtests: pytest.Subtests) -> None:
    for statement, table in BEHIND:
        with subtests.test(statement):
            unseen(world, statement)
            faults = list(differences(world))
            assert faults and all(fault.startswith((f"{table}:", f"{table}/")) for fault in faults)
        world.rollback()
    assert list(differences(world)) == []


def test_the_command_names_what_is_changed(world: Session, runner: FlaskCliRunner) -> None:
    by_hand(world, "UPDATE objection SET state = 'withdrawn'")
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1 and result.stderr.startswith("objection:")


def test_a_position_that_was_superseded_cannot_be_put_in_force_again(session: Session, make: Make) -> None:
    with unit_of_work(session):
        norm = make.norm("Everybody has a say.")
        clause, kenya = clause_of(session, norm, 1), make.speaker(country="KE")
        say(session, norm, clause, kenya, Stance.SUPPORT, now=NOW)
        say(session, norm, clause, kenya, Stance.ACCEPT, now=NOW)
    assert list(differences(session)) == []
    first, last = session.scalars(sa.select(Position.id).order_by(Position.id)).all()
    with unit_of_work(session):
        at = sa.select(Position.superseded_at).where(Position.id == first).scalar_subquery()
        session.execute(sa.update(Position).where(Position.id == last).values(superseded_at=at))
        session.execute(sa.update(Position).where(Position.id == first).values(superseded_at=None))
    named = [fault.partition(": ")[0] for fault in differences(session)]
    assert named == [f"position:{first}", f"position:{last}"]


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("disposition", "UPDATE disposition SET superseded_at = decided_at WHERE superseded_at IS NULL"),
        ("disposition", "DELETE FROM disposition WHERE superseded_at IS NULL"),
        ("backing", "UPDATE backing SET side = 'oppose'"),
        ("backing", "DELETE FROM backing"),
    ],
)
def test_which_decision_is_in_force_and_who_backs_a_change_cannot_be_bent(
    session: Session, make: Make, table: str, statement: str
) -> None:
    with unit_of_work(session):
        norm, backer = make.norm("Everybody has a say."), make.speaker(country="KE")
        editor = make.seated(Role.EDITOR, norm)
        said = remark(session, norm, clause_of(session, norm, 1), make.speaker(country="CL"), now=NOW)
        back(session, backer[0], norm, said, stakeholder_id=backer[1].id, side=Side.BACK, seen=1, now=NOW)
        for decision in (Decision.NOTED, Decision.DEFERRED, Decision.NOT_ACCEPTED):
            decide(session, norm, editor, said, decision, now=NOW)
    assert list(differences(session)) == []
    with unit_of_work(session):
        session.execute(sa.text(statement))
    assert [fault.partition(":")[0] for fault in differences(session)] == [table]


def test_a_row_that_an_act_changes_is_bound_again_with_what_it_said(session: Session, make: Make) -> None:
    with unit_of_work(session):
        norm = make.norm("Everybody has a say.")
        record(session, SYSTEM, "tried", "t", norm=norm.slug, now=NOW)
    with unit_of_work(session):
        norm.stage = "adopted"
        with session.begin_nested():
            record(session, SYSTEM, "tried", "t", norm=norm.slug, now=NOW)
    first, second = session.scalars(sa.select(AuditEntry.binds).order_by(AuditEntry.number)).all()
    name = f"norm:{norm.id}"
    assert second["was"] == {name: first["rows"][name]} and second["rows"].keys() == {name}
    assert list(differences(session)) == []


def test_what_is_undone_is_not_bound_and_what_stays_is(session: Session, make: Make) -> None:
    with unit_of_work(session):
        make.norm("Everybody has a say.", slug="kept")
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            make.norm("Nobody has.", slug="undone")
            raise ZeroDivisionError
        with session.begin_nested():
            make.norm("Somebody has.", slug="later")
        record(session, SYSTEM, "tried", "t", now=NOW)
    assert list(differences(session)) == []
    with unit_of_work(session):
        make.norm("All have.", slug="unrecorded")
    assert {fault.partition(":")[0] for fault in differences(session)} >= {"norm", "draft", "clause_text"}


def test_what_was_there_before_is_bound_together_and_can_change_by_acts(
    session: Session, make: Make, runner: FlaskCliRunner
) -> None:
    with unit_of_work(session):
        norms = [make.norm("Everybody has a say.", slug=slug) for slug in ("one", "two")]
    assert runner.invoke(args=["audit", "verify"]).exit_code == 1
    assert runner.invoke(args=["audit", "bind"]).exit_code == 0
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    with unit_of_work(session):
        norms[0].stage = "adopted"
        record(session, SYSTEM, "tried", "t", norm="one", now=NOW)
        make.norm("All have.", slug="three")
        record(session, SYSTEM, "tried", "t", norm="three", now=NOW)
        assert bind_what_is_there(session, now=NOW) == 0
    assert list(differences(session)) == []
    with unit_of_work(session):
        session.execute(sa.text("UPDATE norm SET stage = 'not-adopted' WHERE slug = 'two'"))
    (fault,) = differences(session)
    assert fault == f"norm: the 2 rows up to {norms[1].id} are not as entry 1 says"


def ending(session: Session, make: Make) -> tuple[Mandate, VerificationDecision]:
    """A mandate and a vouch that have ended, and an entity's other mandate that goes on; all on record."""
    with unit_of_work(session):
        contact, entity = make.speaker(country="KE", verification=Verification.VERIFIED)
        _, individual = make.speaker(
            country="CL", category=Category.INDIVIDUAL, verification=Verification.SELF_DECLARED
        )
        chair = make.user()
        given = give(session, make.actor(chair), chair, entity, MandateRole.DEPUTY, NOW, None, now=NOW)
        word = vouch(session, contact, entity, individual, reason="We have met her.", now=NOW)
        later = NOW + dt.timedelta(days=1)
        revoke_vouch(session, contact, word, now=later)
        end_mandate(session, make.actor(chair), given, now=later)
    return given, word


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE mandate SET ends_at = NULL WHERE ends_at IS NOT NULL", "mandate/2"),
        ("UPDATE mandate SET ends_at = starts_at WHERE ends_at IS NULL", "mandate/2"),
        ("UPDATE verification_decision SET revoked_at = NULL", "verification_decision/2"),
    ],
)
def test_that_a_mandate_or_a_vouch_has_ended_cannot_be_bent(
    session: Session, make: Make, statement: str, table: str
) -> None:
    ending(session, make)
    assert list(differences(session)) == []
    by_hand(session, statement)
    (fault,) = differences(session)
    assert fault.startswith(f"{table}:")


def test_an_upgraded_record_asks_to_bind_and_calls_nothing_altered(
    session: Session, make: Make, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.delattr(Mandate, "__bound_later__")
        before.delattr(VerificationDecision, "__bound_later__")
        before.delattr(Provision, "__bound__")
        given, word = ending(session, make)
        with unit_of_work(session):
            make.norm("Everybody has a say.")
            record(session, SYSTEM, "tried", "t", now=NOW)
        assert list(differences(session)) == []
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    *told, _ = result.stderr.splitlines()
    assert [line.partition(":")[0] for line in told] == ["mandate/2", "provision", "verification_decision/2"]
    assert all("run flask audit bind" in line and "not as" not in line for line in told)
    with unit_of_work(session):  # an act between the upgrade and the binding
        call_again = session.get_one(Mandate, given.id)
        call_again.ends_at = NOW + dt.timedelta(days=2)
        record(session, SYSTEM, "tried", "t", now=NOW)
    assert runner.invoke(args=["audit", "bind"]).exit_code == 0
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    with unit_of_work(session):  # what a lot bound can be taken away, and set again, by acts
        call_again.ends_at = None
        session.get_one(VerificationDecision, word.id).revoked_at = None
        record(session, SYSTEM, "tried", "t", now=NOW)
    assert list(differences(session)) == []
    with unit_of_work(session):
        call_again.ends_at = NOW
        record(session, SYSTEM, "tried", "t", now=NOW)
    assert list(differences(session)) == []
    by_hand(session, "UPDATE provision SET code = 'p7'")
    (fault,) = differences(session)
    assert fault.startswith("provision: the 1 rows up to ") and " are not as entry " in fault


def test_a_row_that_a_lot_bound_can_be_removed_by_an_act(session: Session, make: Make) -> None:
    with unit_of_work(session):
        norm = make.norm("Everybody has a say.", "Nobody decides alone.")
        bind_what_is_there(session, now=NOW)
    assert list(differences(session)) == []
    with unit_of_work(session):
        session.delete(session.scalars(sa.select(Clause).order_by(Clause.id)).first())
        record(session, SYSTEM, "tried", "t", norm=norm.slug, now=NOW)
    assert list(differences(session)) == []


def test_rows_that_are_called_by_a_word_are_bound_and_removed_like_numbered_ones(
    session: Session, make: Make
) -> None:
    """As after an upgrade of a platform that had corrected countries before the record bound them."""
    with unit_of_work(session):
        record(session, SYSTEM, "tried", "t", now=NOW)
    facts = {"facts": {"region": "africa"}, "reason": "UN list of 2026", "changed_at": NOW}
    session.execute(sa.insert(CountryOverride), [{"iso2": code, **facts} for code in ("KE", "CL")])
    session.commit()
    (told,) = differences(session)
    assert told.startswith("country_override: 2 ") and "run flask audit bind" in told
    with unit_of_work(session):
        bind_what_is_there(session, now=NOW)
    assert list(differences(session)) == []
    with unit_of_work(session):
        session.delete(session.get_one(CountryOverride, "CL"))
        record(session, SYSTEM, "tried", "t", now=NOW)
    assert list(differences(session)) == []
    by_hand(session, "UPDATE country_override SET reason = 'none'")
    (fault,) = differences(session)
    assert fault.startswith("country_override: the 2 rows up to KE are not as entry ")


PUBLIC, AUDITORS = (f"(SELECT digest FROM stored_package WHERE kind = '{kind}')" for kind in PackageKind)


def with_package(session: Session, kind: str, body: bytes) -> None:
    """Put other bytes in the place of a package, which has one chunk."""
    by_hand(session, f"UPDATE package_chunk SET body = :body WHERE digest = {kind}", body=body)
    by_hand(session, f"UPDATE stored_package SET size = :size WHERE digest = {kind}", size=len(body))


def test_the_package_is_the_one_that_was_published(world: Session, runner: FlaskCliRunner) -> None:
    with_package(world, PUBLIC, package_of(world).replace(b"Agreed in the end.", b"Agreed by everyone"))
    assert runner.invoke(args=["audit", "verify"]).stderr.startswith("s-1.zip: not the package that was pub")
    by_hand(world, f"DELETE FROM package_chunk WHERE digest = {PUBLIC}")
    assert runner.invoke(args=["audit", "verify"]).stderr.startswith("s-1.zip: not the package that was pub")
    by_hand(world, "DELETE FROM stored_package")
    assert runner.invoke(args=["audit", "verify"]).stderr.startswith("s-1.zip: missing")


def test_the_auditors_package_is_the_one_that_was_published(world: Session, runner: FlaskCliRunner) -> None:
    whole = package_of(world, PackageKind.AUDITORS)
    with_package(world, AUDITORS, whole.replace(b",support\r\n", b",object-\r\n", 1))
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1 and result.stderr.startswith("s-1-auditors.zip: positions.csv differs")
    with_package(world, AUDITORS, b"another")
    assert runner.invoke(args=["audit", "verify"]).stderr.startswith("s-1-auditors.zip: the zip container")
    with_package(world, AUDITORS, whole)
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    by_hand(world, "DELETE FROM stored_package WHERE kind = 'auditors'")
    assert runner.invoke(args=["audit", "verify"]).stderr.startswith("s-1-auditors.zip: missing")


def test_a_record_rewritten_with_the_publication_moved_along_is_found(
    world: Session, runner: FlaskCliRunner
) -> None:
    """An act is taken out, all digests made to fit, also those of the publication: its package remains."""
    entries = list(links(world))
    key = world.scalar(sa.text("SELECT key FROM record_key"))
    by_hand(world, "DELETE FROM notice", "DELETE FROM audit_entry")
    with unit_of_work(world):
        left = [entry for entry in entries if entry.act != "step-taken" or entry.binds]
        last: dict[str, tuple[int, bytes]] = {}
        publication = world.scalars(sa.select(Publication)).one()
        for old in left:
            place, previous = last.get(old.chain, (0, START))
            forged = replace(old, place=place + 1, previous=previous)
            if old.act == "published":
                heads = [{"chain": "s", "number": place, "digest": previous.hex()}]
                summary = {**publication.summary, "record": heads}
                name = f"publication:{publication.id}"
                said = {column: getattr(publication, column) for column in Publication.__bound__}
                rows = {**old.binds["rows"], name: sealed(key, name, said | {"summary": summary})}
                forged = replace(forged, binds={**old.binds, "rows": rows})
            digest = link_digest(forged)
            last[old.chain] = forged.place, digest
            world.execute(sa.insert(AuditEntry).values(asdict(forged) | {"digest": digest}))
    moved = json.dumps(summary).replace("'", "''").replace(":", r"\:")
    by_hand(world, f"UPDATE publication SET summary = '{moved}'")
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0].endswith("does not say what the publication says")


def test_triggers_that_are_gone_are_named(session: Session) -> None:
    assert missing_guards(session) == []
    with unit_of_work(session):
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only"))
        else:
            session.execute(sa.text("DROP TRIGGER audit_entry_no_update"))
    (fault,) = missing_guards(session)
    assert fault.startswith("the trigger audit_entry_") and fault.endswith(" is missing")
