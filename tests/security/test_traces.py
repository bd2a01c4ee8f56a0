"""Rows 21 and 22: what logs and the record hold of people, what they may take with them and have erased."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import User
from app.audit import service as audit
from app.audit.binding.queries import differences
from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, MandateRole, Role
from app.discussion import unsent_comments
from app.discussion.models import SpeechForm
from app.foundation.database import Base
from app.norms.models import Seat
from app.positions import verification
from app.stakeholders import service
from app.stakeholders.models import Mandate, Stakeholder, VerificationDecision
from config import Config
from tests.browser import Browser
from tests.factories import Make

SignIn = Callable[[User], str]
PASSWORD = "four words of mine"
ADDRESS = "amina.wanjiru@example.org"
NAME = "Amina Wanjiru"


@pytest.fixture
def amina(make: Make, session: Session) -> User:
    user = make.user(NAME, email=ADDRESS, password_hash=passwords.digest(PASSWORD), pseudonym="person-0a1b2c")
    session.commit()
    return user


def test_logs_hold_no_secret_and_no_person(
    capsys: pytest.CaptureFixture[str], make_app: Callable[[Config], Flask], config: Config, amina: User
) -> None:
    client = make_app(config).test_client()  # made here, so that its log is captured
    browser = Browser(client)
    browser.post("/en/sign-in/", email=ADDRESS, password="not the right one")
    browser.post("/en/reset/", email=ADDRESS)
    browser.get("/en/reset/0123456789abcdef/")
    browser.post("/en/sign-in/", email=ADDRESS, password=PASSWORD)
    browser.get("/en/stakeholders/?q=" + NAME.replace(" ", "+"))
    browser.get("/en/account/")
    browser.get("/en/norms/x%0a%7B%22event%22:%22forged%22%7D/")
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert len(lines) >= 7
    text = "\n".join(lines)
    passed = (PASSWORD, "not the right one", token, "0123456789abcdef")
    for secret in (ADDRESS, NAME, NAME.replace(" ", "+"), *passed):
        assert secret not in text
    assert "127.0.0.1" not in text and "forged" not in text
    assert all(json.loads(line)["event"] for line in lines)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry"])
def test_the_record_can_only_grow(session: Session, make: Make, statement: str) -> None:
    audit.record(session, SYSTEM, "test.act", "nothing", now=make.now)
    session.commit()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.text(statement))
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(AuditEntry.number))) == 1


def life(session: Session, make: Make, amina: User) -> None:
    """Everything a person can be here: an individual vouched for, a contact point, an editor, a writer."""
    now = make.now
    herself = service.register_individual(session, make.actor(amina), amina, country="KE", now=now)
    contact, entity = make.speaker()
    reason = f"{NAME} is a colleague."
    verification.vouch(session, contact, entity, herself, reason=reason, now=now)
    make.mandate(amina, make.stakeholder(), MandateRole.DEPUTY)
    norm = make.norm()
    make.seat(amina, Role.EDITOR, norm)
    place = unsent_comments.UnsentPlace(SpeechForm.COMMENT, norm.id)
    unsent_comments.keep(
        session, make.actor(amina), norm, place, fields={"body": f"I, {NAME}, think"}, now=now
    )
    session.commit()


def texts_in(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        return repr([list(connection.execute(sa.select(table))) for table in Base.metadata.sorted_tables])


def test_of_an_erased_person_only_the_pseudonym_stays(
    browser: Browser, session: Session, make: Make, amina: User, engine: sa.Engine, runner: FlaskCliRunner
) -> None:
    life(session, make, amina)
    browser.post("/en/reset/", email=ADDRESS)
    runner.invoke(args=["worker", "--once"])
    browser.post("/en/sign-in/", email=ADDRESS, password=PASSWORD)
    assert NAME in texts_in(engine) and ADDRESS in texts_in(engine)
    assert browser.post("/en/account/erase/", current_password="not the right one").status_code == 422
    assert ADDRESS in texts_in(engine)
    assert browser.post("/en/account/erase/", current_password=PASSWORD).status_code == 303
    left = texts_in(engine)
    assert NAME not in left and ADDRESS not in left and amina.pseudonym in left
    session.expire_all()
    assert session.get_one(User, amina.id).password_hash is None
    mandates = session.scalars(sa.select(Mandate).where(Mandate.user_id == amina.id)).all()
    assert len(mandates) == 2 and all(mandate.ends_at is not None for mandate in mandates)
    assert session.scalars(sa.select(Seat)).one().ended_at is not None
    assert browser.get("/en/account/").status_code == 401
    assert browser.post("/en/sign-in/", email=ADDRESS, password=PASSWORD).status_code == 422
    individual = session.scalars(sa.select(Stakeholder).where(Stakeholder.user_id == amina.id)).one()
    assert browser.get(f"/en/stakeholders/{individual.id}/").status_code == 200


def test_the_record_holds_after_a_person_is_erased(
    browser: Browser, session: Session, make: Make, amina: User
) -> None:
    life(session, make, amina)
    audit.bind_what_is_there(session, now=make.now)
    session.commit()
    assert list(differences(session)) == []
    browser.post("/en/sign-in/", email=ADDRESS, password=PASSWORD)
    assert browser.post("/en/account/erase/", current_password=PASSWORD).status_code == 303
    session.rollback()
    session.expire_all()
    reasons = session.scalars(sa.select(VerificationDecision.reason)).all()
    assert reasons == [amina.pseudonym] and list(differences(session)) == []


def test_the_last_administrator_hands_over_before_they_are_erased(
    browser: Browser, session: Session, amina: User, engine: sa.Engine
) -> None:
    amina.is_administrator = True
    session.commit()
    browser.post("/en/sign-in/", email=ADDRESS, password=PASSWORD)
    assert browser.post("/en/account/erase/", current_password=PASSWORD).status_code == 409
    assert ADDRESS in texts_in(engine)


def test_a_person_can_take_everything_kept_about_them_and_nothing_of_others(
    client: FlaskClient, session: Session, make: Make, amina: User, sign_in: SignIn
) -> None:
    life(session, make, amina)
    make.user("Somebody Else", email="else@example.org")
    token = sign_in(amina)
    answer = client.get("/en/account/export/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    kept = json.loads(answer.text)
    assert kept["account"]["user_account"][0]["email"] == ADDRESS
    assert {"user_account", "sign_in", "mandate", "seat", "stakeholder"} <= set(kept["account"])
    assert kept["individual"]["verification_decision"][0]["reason"] == f"{NAME} is a colleague."
    for secret in ("password_hash", "argon2", token, "Somebody Else", "else@example.org"):
        assert secret not in answer.text


def test_the_record_names_persons_by_their_pseudonym_only(session: Session, make: Make, amina: User) -> None:
    life(session, make, amina)
    entries = session.scalars(sa.select(AuditEntry)).all()
    assert entries
    for entry in entries:
        said = json.dumps([entry.actor, entry.subject, entry.details])
        assert NAME not in said and ADDRESS not in said
