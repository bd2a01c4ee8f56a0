"""Rows 1 to 6, 9 and 10 of the security chapter: passwords, throttling, what an answer tells, links."""

import contextlib
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts import passwords, sign_ins, throttle
from app.accounts.models import Tries, User
from app.foundation.database import Base
from app.foundation.errors import TooMany
from app.foundation.jobs import Job
from config import Config
from tests.browser import Browser
from tests.conftest import NOW, StoppedClock
from tests.factories import Make

PASSWORD = "four words of mine"


@pytest.fixture
def known(session: Session, make: Make) -> User:
    user = make.user("Amina", email="amina@example.org", password_hash=passwords.digest(PASSWORD))
    session.commit()
    return user


def enter(browser: Browser, email: str = "amina@example.org", password: str = PASSWORD, **more: str):
    return browser.post("/en/sign-in/", email=email, password=password, **more)


@pytest.mark.parametrize(
    ("password", "status"),
    [
        ("a horse on 1", 303),
        ("a horse on ", 422),
        ("😀🐘🌍🎈🎉🍎🍊🍋🍇🥭🥥🥝", 303),
        ("مفتاح طويل جدا هنا", 303),
        ("".join(chr(0x4E00 + n) for n in range(128)), 303),
        ("".join(chr(0x4E00 + n) for n in range(129)), 422),
        ("password1234", 422),
    ],
)
def test_which_passwords_the_form_takes(browser: Browser, password: str, status: int) -> None:
    sent = browser.post("/en/sign-up/", email="new@example.org", name="New", password=password)
    assert sent.status_code == status
    if status == 422:
        assert "new@example.org" in browser.page and password not in browser.page


def test_blanks_around_a_password_belong_to_it(browser: Browser, session: Session, make: Make) -> None:
    make.user(email="amina@example.org", password_hash=passwords.digest("  words with blanks  "))
    session.commit()
    assert enter(browser, password="words with blanks").status_code == 422
    assert enter(browser, password="  words with blanks  ").status_code == 303


def test_a_hash_of_yesterdays_parameters_is_renewed_at_the_next_sign_in(
    browser: Browser, known: User, session: Session
) -> None:
    known.password_hash = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    session.commit()
    assert enter(browser).status_code == 303
    session.refresh(known)
    assert known.password_hash is not None and "m=19456,t=2,p=1" in known.password_hash
    assert enter(browser).status_code == 303


def test_the_sixth_try_for_an_account_waits(browser: Browser, known: User, clock: StoppedClock) -> None:
    for _ in range(5):
        assert enter(browser, password="not the right one").status_code == 422
    refused = enter(browser)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    clock.forward(minutes=15)
    assert enter(browser).status_code == 303


def test_a_right_password_clears_the_count(browser: Browser, known: User) -> None:
    for _ in range(3):
        for _ in range(4):
            assert enter(browser, password="not the right one").status_code == 422
        assert enter(browser).status_code == 303


def test_tries_are_counted_across_hosts_and_addresses(
    make_app: Callable[[Config], Flask], config: Config, known: User
) -> None:
    hosts = [Browser(make_app(config).test_client()) for _ in range(2)]
    statuses = [enter(hosts[turn % 2], password="not the right one").status_code for turn in range(6)]
    assert statuses == [422] * 5 + [429]


def test_one_network_cannot_try_many_accounts(browser: Browser, session: Session) -> None:
    limit = throttle.PASSWORD_FROM
    for _ in range(limit.tries - 1):  # each for an account of its own
        throttle.count(session, limit, "127.0.0.1", now=NOW)
    session.commit()
    statuses = [enter(browser, f"person{turn}@example.org").status_code for turn in range(2)]
    assert statuses == [422, 429]


def move(browser: Browser, network: str) -> None:
    browser.client.environ_base["REMOTE_ADDR"] = network


def test_nobody_is_shut_out_by_another_network(app: Flask, known: User) -> None:
    attacker, owner = Browser(app.test_client()), Browser(app.test_client())
    move(attacker, "192.0.2.66")
    statuses = [enter(attacker, password="not the right one").status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2
    assert enter(owner).status_code == 303


def test_a_browser_that_signed_in_before_is_not_shut_out_at_all(
    app: Flask, known: User, session: Session
) -> None:
    """Neither by a person beside them in the same hall nor by many networks at once."""
    attacker, owner, other = (Browser(app.test_client()) for _ in range(3))
    assert enter(owner).status_code == 303
    owner.post("/en/sign-out/")
    assert [enter(attacker, password="not the right one").status_code for _ in range(6)][-1] == 429
    for limit, who in (
        (throttle.PASSWORD_FROM, "127.0.0.1"),
        (throttle.PASSWORD_ANYWHERE, "amina@example.org"),
    ):
        with contextlib.suppress(TooMany):
            for _ in range(limit.tries + 1):
                throttle.count(session, limit, who, now=NOW)
        session.commit()
    assert enter(other).status_code == 429
    assert enter(owner).status_code == 303
    owner.post("/en/sign-out/")
    wrong = [enter(owner, password="not the right one").status_code for _ in range(6)]
    assert wrong == [422] * 5 + [429]


def test_the_mark_of_a_browser_opens_nothing(app: Flask, known: User) -> None:
    first, second = Browser(app.test_client()), Browser(app.test_client())
    enter(first)
    mark = first.client.get_cookie("concord-device")
    assert mark is not None and mark.http_only and mark.same_site == "Lax"
    assert "amina" not in mark.value
    second.client.set_cookie("concord-device", mark.value)
    assert second.get("/en/account/").status_code == 401
    for value in ("", "x", mark.value[:-2] + "xx", "W10.x"):
        second.client.set_cookie("concord-device", value)
        assert enter(second, password="not the right one").status_code == 422


def test_a_hall_of_delegates_signs_in_behind_one_address(app: Flask, session: Session, make: Make) -> None:
    kept = passwords.digest(PASSWORD)
    people = [make.user(password_hash=kept) for _ in range(40)]
    session.commit()
    for person in people:
        browser = Browser(app.test_client())
        assert enter(browser, str(person.email), "a slip of mine").status_code == 422
        assert enter(browser, str(person.email)).status_code == 303
    counted = session.scalars(sa.select(Tries.count).where(Tries.bucket.startswith("password-from:"))).one()
    assert counted == len(people)  # the slips alone


def test_a_workshop_signs_up_behind_one_address(app: Flask, session: Session) -> None:
    statuses = [
        Browser(app.test_client())
        .post("/en/sign-up/", email=f"p{turn}@example.org", name=f"P {turn}", password=PASSWORD)
        .status_code
        for turn in range(60)
    ]
    assert set(statuses) == {303}
    assert session.scalar(sa.select(sa.func.count(User.id))) == 60


def mails_to(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count(Job.id)).where(Job.kind == "mail")) or 0


def test_nobody_is_flooded_with_mail(browser: Browser, known: User, session: Session) -> None:
    """The sixth answer is like the others: it tells nothing, and the fifth mail's link still works."""
    for address in ("amina@example.org", "unknown@example.org"):
        statuses = [browser.post("/en/reset/", email=address).status_code for _ in range(6)]
        assert statuses == [303] * 6
    assert mails_to(session) == throttle.MAIL.tries
    for network in range(10):
        move(browser, f"192.0.2.{network}")
        for _ in range(4):
            browser.post("/en/reset/", email="amina@example.org")
    assert mails_to(session) == throttle.MAIL_TO.tries


def test_a_network_asks_for_a_bounded_number_of_mails(browser: Browser, session: Session) -> None:
    for _ in range(throttle.MAIL_FROM.tries):
        throttle.count(session, throttle.MAIL_FROM, "127.0.0.1", now=NOW)
    session.commit()
    assert browser.post("/en/reset/", email="amina@example.org").status_code == 429


def test_what_counts_tries_names_nobody(browser: Browser, session: Session) -> None:
    enter(browser)
    buckets = " ".join(session.scalars(sa.select(Tries.bucket)))
    assert "amina" not in buckets and "127.0.0.1" not in buckets


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/en/sign-in/", {"password": "not the right one"}),
        ("/en/reset/", {}),
        ("/en/sign-up/", {"name": "Amina", "password": PASSWORD}),
    ],
)
def test_a_known_address_is_answered_like_an_unknown_one(
    browser: Browser, known: User, path: str, fields: dict[str, str]
) -> None:
    answers = []
    for address in ("amina@example.org", "nobody@example.org"):
        browser.get("/en/sign-in/")
        answer = browser.post(path, email=address, **fields)
        headers = {
            name: value for name, value in answer.headers if name not in ("Content-Length", "Set-Cookie")
        }
        body = answer.text.replace(address, "").replace(browser.token if browser.page else "-", "")
        answers.append((answer.status_code, headers, body))
    assert answers[0] == answers[1]


def test_the_owner_of_a_known_address_learns_of_the_second_sign_up(
    browser: Browser, known: User, runner: FlaskCliRunner, config: Config
) -> None:
    browser.post("/en/sign-up/", email="amina@example.org", name="Mallory", password="another four words")
    runner.invoke(args=["worker", "--once"])
    (mail,) = (config.data_dir / "mail").glob("*.eml")
    assert b"You already have an account" in mail.read_bytes() and b"Mallory" not in mail.read_bytes()
    assert enter(browser).status_code == 303


def test_an_unknown_address_costs_the_same_work(
    known: User, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, password: str) -> bool:
        verified.append(kept)
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)

    for who in ("amina", "nobody"):
        with pytest.raises(sign_ins.SignInRefused):
            sign_ins.recognise(session, email=f"{who}@example.org", password="not the right one")
    assert len(verified) == 2
    assert verified[0] != verified[1]
    assert extract_parameters(verified[0]) == extract_parameters(verified[1])


def test_no_link_and_no_cookie_is_kept_as_it_is(
    browser: Browser,
    known: User,
    runner: FlaskCliRunner,
    config: Config,
    engine: sa.Engine,
    client: FlaskClient,
) -> None:
    browser.post("/en/reset/", email="amina@example.org")
    before = everything_in(engine)
    runner.invoke(args=["worker", "--once"])
    (mail,) = (config.data_dir / "mail").glob("*.eml")
    link = mail.read_text().split("/en/reset/")[1].split("/")[0]
    assert len(link) >= 32 and int(link, 16) >= 0
    enter(browser)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    kept = before + everything_in(engine)
    assert link not in kept and token not in kept
    assert bytes.fromhex(link).hex() not in kept


def everything_in(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        rows = [row for table in Base.metadata.sorted_tables for row in connection.execute(sa.select(table))]
    return repr([[value.hex() if isinstance(value, bytes) else value for value in row] for row in rows])


def test_a_link_works_once(browser: Browser, known: User, runner: FlaskCliRunner, config: Config) -> None:
    browser.post("/en/reset/", email="amina@example.org")
    runner.invoke(args=["worker", "--once"])
    (mail,) = (config.data_dir / "mail").glob("*.eml")
    path = "/en/reset/" + mail.read_text().split("/en/reset/")[1].split("/")[0] + "/"
    assert browser.post(path, password="the first new words").status_code == 303
    assert browser.post(path, password="the second new words").status_code == 400
    assert enter(browser, password="the first new words").status_code == 303


def test_a_link_for_one_purpose_does_not_serve_another(
    browser: Browser, known: User, runner: FlaskCliRunner, config: Config
) -> None:
    browser.post("/en/reset/", email="amina@example.org")
    runner.invoke(args=["worker", "--once"])
    (mail,) = (config.data_dir / "mail").glob("*.eml")
    token = mail.read_text().split("/en/reset/")[1].split("/")[0]
    assert browser.post(f"/en/confirm/{token}/", password=PASSWORD).status_code == 400
