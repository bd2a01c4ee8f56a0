"""What a position asks of the database, and when: little of it while it keeps others from writing."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import passwords, tokens
from app.accounts.models import Scope, User
from app.kernel import context
from app.kernel.extensions import db
from app.norms.models import Norm
from app.positions.models import Position
from app.stakeholders.models import Mandate, Stakeholder
from tests.browser import Browser
from tests.factories import Make
from tests.moments import statements
from tests.seen import token

PASSWORD = "a horse on 12"
WORDS = {"en": "Machines serve people."}
FORM = "/en/norms/ai/provisions/p1/position/"
API = "/api/v1/norms/ai/provisions/p1/position"
SignIn = Callable[[User], str]


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm(WORDS, slug="ai")


@pytest.fixture
def peru(make: Make) -> Stakeholder:
    return make.stakeholder("Peru", country="PE")


@pytest.fixture
def speaker(make: Make, norm: Norm, peru: Stakeholder) -> User:
    user = make.user()
    make.mandate(user, peru)
    return user


@pytest.fixture
def mandate_ends(engine: sa.Engine, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let every mandate end after a request has come and before its turn to write has."""
    turn = context.unit_of_work

    def late(session: Session) -> object:
        session.rollback()
        with Session(engine) as other:
            other.execute(sa.update(Mandate).values(ends_at=now))
            other.commit()
        return turn(session)

    return lambda: monkeypatch.setattr(context, "unit_of_work", late)


def form(holder: Stakeholder, stance: str) -> dict[str, str]:
    said = {"stance": stance, "language": "en", "read_language": "en", "seen": token(**WORDS)}
    return {"stakeholder": str(holder.id), **said}


def test_a_position_takes_few_statements_and_who_asks_is_known_before(
    app: Flask, peru: Stakeholder, speaker: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(speaker)
    browser.get(FORM)
    with app.app_context():
        engine = db.engine
    begun: list[int] = []
    browser.post(FORM, **form(peru, "accept"))
    browser.get(FORM)
    with statements(engine) as sent:
        sa.event.listen(engine, "begin", lambda _: begun.append(len(sent)))
        assert browser.post(FORM, **form(peru, "support")).status_code == 303
    asked, told = sent[: begun[-2]], sent[begun[-1] :]  # the message is made when the norm is let go
    written = [one for one in sent[begun[-2] : begun[-1]] if not one.startswith("BEGIN")]
    assert any("FROM sign_in" in one for one in asked)
    assert not any("sign_in" in one for one in written)
    queued = sum("pg_advisory" in one for one in written)  # PostgreSQL alone waits for the chain
    assert len(written) - queued == 10, "\n".join(written)
    assert len(told) <= 2, "\n".join(told)


def test_a_mandate_that_ends_before_the_turn_to_write_is_worth_nothing_on_the_page(
    session: Session,
    peru: Stakeholder,
    speaker: User,
    sign_in: SignIn,
    browser: Browser,
    mandate_ends: Callable[[], None],
) -> None:
    sign_in(speaker)
    browser.get(FORM)
    mandate_ends()
    assert browser.post(FORM, **form(peru, "accept")).status_code == 403
    assert session.scalar(sa.select(sa.func.count()).select_from(Position)) == 0


def test_nor_through_the_api(
    session: Session,
    make: Make,
    now: dt.datetime,
    peru: Stakeholder,
    speaker: User,
    client: FlaskClient,
    mandate_ends: Callable[[], None],
) -> None:
    speaker.password_hash = passwords.digest(PASSWORD)
    secret = tokens.make(
        session,
        make.actor(speaker),
        speaker,
        name="A program",
        scope=Scope.WRITE,
        days=30,
        current_password=PASSWORD,
        now=now,
    )
    session.commit()
    mandate_ends()
    said = {"stakeholder": peru.id, "stance": "accept", "language": "en", "read_language": "en"}
    sent = client.put(
        API, json=said | {"text_digest": token(**WORDS)}, headers={"Authorization": f"Bearer {secret}"}
    )
    assert sent.status_code == 403, sent.json
    assert session.scalar(sa.select(sa.func.count()).select_from(Position)) == 0
