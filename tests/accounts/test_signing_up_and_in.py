"""The way from signing up to a new password, through the pages and the mails."""

import email
import email.policy
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import SignIn, Token, User
from app.audit.models import AuditEntry
from app.kernel.extensions import db
from app.worker.loop import tidy
from config import Config
from tests.browser import Browser
from tests.conftest import StoppedClock
from tests.factories import Make

PASSWORD, OTHER = "four words of mine", "four other words now"
ADDRESS = "amina@example.org"


@pytest.fixture
def mails(runner: FlaskCliRunner, config: Config) -> "Mails":
    return Mails(runner, config.data_dir / "mail")


class Mails:
    """The development folder, after the worker has looked."""

    def __init__(self, runner: FlaskCliRunner, folder: Path) -> None:
        self.runner, self.folder = runner, folder

    def all(self) -> list[email.message.EmailMessage]:
        done = self.runner.invoke(args=["worker", "--once"])
        assert done.exit_code == 0, done.output
        files = sorted(self.folder.glob("*.eml"), key=lambda path: int(path.stem.removeprefix("job-")))
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    def link(self) -> str:
        """The path of the newest mail's link."""
        found = re.search(r"^https?://[^/]+(/\S+)$", self.all()[-1].get_content(), re.M)
        assert found is not None
        return found[1]


def sign_up(browser: Browser, language: str = "en", **fields: str):
    typed = {"email": ADDRESS, "name": "Amina", "password": PASSWORD} | fields
    return browser.post(f"/{language}/sign-up/", **typed)


def sign_in(browser: Browser, address: str = ADDRESS, password: str = PASSWORD, **fields: str):
    return browser.post("/en/sign-in/", email=address, password=password, **fields)


def signed_up(browser: Browser, mails: Mails) -> None:
    sign_up(browser)
    assert browser.post(mails.link(), password=PASSWORD).status_code == 303


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/en/account/").status_code == 200


def test_whoever_confirms_their_address_is_signed_in(
    browser: Browser, mails: Mails, session: Session
) -> None:
    assert sign_up(browser).location == "/en/sign-up/sent/"
    link = mails.link()
    assert browser.get(link).status_code == 200
    assert browser.post(link, password=PASSWORD).location == "/en/stakeholders/register/"
    assert is_signed_in(browser)
    user = session.scalars(sa.select(User)).one()
    assert user.email == ADDRESS and user.confirmed_at is not None
    assert [entry.act for entry in session.scalars(sa.select(AuditEntry))] == ["account.confirmed"]


def test_the_mail_speaks_the_language_of_the_page(browser: Browser, mails: Mails) -> None:
    sign_up(browser, "ar")
    (mail,) = mails.all()
    assert mail["Content-Language"] == "ar" and "/ar/confirm/" in mail.get_content()


def test_an_address_is_compared_without_case_and_blanks(browser: Browser, mails: Mails) -> None:
    signed_up(browser, mails)
    assert sign_in(browser, " AMINA@Example.org ").status_code == 303


def test_who_does_not_know_the_chosen_password_cannot_confirm(browser: Browser, mails: Mails) -> None:
    sign_up(browser)
    link = mails.link()
    assert browser.post(link, password="what a stranger chose").status_code == 422
    assert browser.post(link, password=PASSWORD).status_code == 303


def test_an_unconfirmed_account_cannot_be_used(browser: Browser) -> None:
    sign_up(browser)
    assert sign_in(browser).status_code == 403


def test_a_second_sign_up_replaces_one_that_was_never_confirmed(browser: Browser, mails: Mails) -> None:
    sign_up(browser, password="the stranger chose it")
    first = mails.link()
    sign_up(browser, name="The true Amina")
    second = mails.link()
    assert browser.get(first).status_code == 400
    assert browser.post(second, password=PASSWORD).status_code == 303


def test_signing_in_goes_on_to_where_one_was(browser: Browser, mails: Mails) -> None:
    signed_up(browser, mails)
    assert sign_in(browser, next="/en/norms/?page=2").location == "/en/norms/?page=2"


def test_after_signing_out_a_kept_cookie_is_worth_nothing(
    browser: Browser, mails: Mails, client: FlaskClient
) -> None:
    signed_up(browser, mails)
    assert is_signed_in(browser)
    stolen = client.get_cookie("concord").value
    assert browser.post("/en/sign-out/").status_code == 303
    assert not is_signed_in(browser)
    client.set_cookie("concord", stolen)
    assert not is_signed_in(browser)


def test_a_new_cookie_at_each_sign_in(browser: Browser, mails: Mails, client: FlaskClient) -> None:
    signed_up(browser, mails)
    before = client.get_cookie("concord").value
    sign_in(browser)
    with client.session_transaction() as after:
        assert after["_user_id"] not in before


def test_a_sign_in_survives_a_restart(browser: Browser, mails: Mails, make_app, config, client) -> None:
    signed_up(browser, mails)
    again = make_app(config).test_client()
    again.set_cookie("concord", client.get_cookie("concord").value)
    assert is_signed_in(Browser(again))


def test_twelve_idle_hours_end_a_sign_in(browser: Browser, mails: Mails, clock: StoppedClock) -> None:
    signed_up(browser, mails)
    clock.forward(hours=11)
    assert is_signed_in(browser)
    clock.forward(hours=11)
    assert is_signed_in(browser)
    clock.forward(hours=12)
    assert browser.get("/en/account/").status_code == 401


def test_fourteen_days_end_even_a_busy_sign_in(browser: Browser, mails: Mails, clock: StoppedClock) -> None:
    signed_up(browser, mails)
    for _ in range(33):
        clock.forward(hours=10)
        assert is_signed_in(browser)
    clock.forward(hours=7)
    assert browser.get("/en/account/").status_code == 401


def test_a_reset_changes_the_password_and_ends_every_sign_in(
    browser: Browser, mails: Mails, app, session: Session
) -> None:
    signed_up(browser, mails)
    elsewhere = Browser(app.test_client())
    assert sign_in(elsewhere).status_code == 303
    elsewhere.post("/en/reset/", email=ADDRESS)
    link = mails.link()
    assert elsewhere.post(link, password=OTHER).status_code == 303
    assert not is_signed_in(elsewhere) and not is_signed_in(browser)
    assert sign_in(browser).status_code == 422
    assert sign_in(browser, password=OTHER).status_code == 303
    assert mails.all()[-1]["Subject"] == "Your password was changed"


def test_changing_the_password_signs_every_other_browser_out(browser: Browser, mails: Mails, app) -> None:
    signed_up(browser, mails)
    elsewhere = Browser(app.test_client())
    sign_in(elsewhere)
    browser.get("/en/account/")
    changed = browser.post("/en/account/password/", current_password=PASSWORD, new_password=OTHER)
    assert changed.status_code == 303
    assert is_signed_in(browser) and not is_signed_in(elsewhere)


def test_a_link_for_a_new_password_that_was_sent_before_is_of_no_use_after_a_change(
    browser: Browser, mails: Mails, app
) -> None:
    signed_up(browser, mails)
    Browser(app.test_client()).post("/en/reset/", email=ADDRESS)
    link = mails.link()
    browser.get("/en/account/")
    changed = browser.post("/en/account/password/", current_password=PASSWORD, new_password=OTHER)
    assert changed.status_code == 303
    assert browser.post(link, password="chosen by another reader of the mail").status_code == 400


def test_a_wrong_present_password_changes_nothing(browser: Browser, mails: Mails) -> None:
    signed_up(browser, mails)
    refused = browser.post("/en/account/password/", current_password="not mine at all", new_password=OTHER)
    assert refused.status_code == 422
    assert sign_in(browser).status_code == 303


def test_name_and_language_can_be_changed(browser: Browser, mails: Mails, session: Session) -> None:
    signed_up(browser, mails)
    browser.get("/en/account/")
    assert browser.post("/en/account/", name="آمنة", language="ar").location == "/ar/account/"
    user = session.scalars(sa.select(User)).one()
    assert (user.name, user.language) == ("آمنة", "ar")


def test_what_was_typed_before_signing_in_can_be_sent_with_one_click(browser: Browser, mails: Mails) -> None:
    signed_up(browser, mails)
    browser.post("/en/sign-out/")
    refused = browser.post(
        "/en/stakeholders/entity/", name="Ministry", category="government", country="KE", evidence="a\nb"
    )
    assert refused.status_code == 401
    kept = browser.hidden
    assert kept == {
        "next": "/en/stakeholders/entity/",
        "held.name": "Ministry",
        "held.category": "government",
        "held.country": "KE",
        "held.evidence": "a\nb",
    }
    wrong = browser.post("/en/sign-in/", email=ADDRESS, password="not the right one", **kept)
    assert wrong.status_code == 422 and browser.hidden == kept
    shown = browser.post("/en/sign-in/", email=ADDRESS, password=PASSWORD, **browser.hidden)
    assert shown.status_code == 200
    assert 'action="/en/stakeholders/entity/"' in browser.page and 'value="Ministry"' in browser.page
    sent = browser.post(
        "/en/stakeholders/entity/", name="Ministry", category="government", country="KE", evidence="a\nb"
    )
    assert sent.status_code == 303


def test_the_mails_can_be_read_on_a_page_in_development_only(browser: Browser, mails: Mails) -> None:
    sign_up(browser)
    link = mails.link()
    assert "/en/mail/job-" in browser.get("/en/mail/").text
    name = re.search(r'href="(/en/mail/job-\d+/)"', browser.page)[1]
    assert link in browser.get(name).text


def test_an_old_link_is_of_no_use(browser: Browser, mails: Mails, clock: StoppedClock) -> None:
    signed_up(browser, mails)
    browser.post("/en/reset/", email=ADDRESS)
    link = mails.link()
    clock.forward(minutes=61)
    assert browser.get(link).status_code == 400
    assert browser.post(link, password=OTHER).status_code == 400


def test_an_account_made_on_the_command_line_can_be_used(
    runner: FlaskCliRunner, browser: Browser, session: Session
) -> None:
    seats = ["--role", "chair", "--role", "administrator"]
    made = runner.invoke(args=["account", "create", "chair@example.org", *seats, "--password", PASSWORD])
    assert made.exit_code == 0, made.output
    assert sign_in(browser, "chair@example.org").status_code == 303
    assert browser.get("/en/accounts/").status_code == 200
    acts = [entry.act for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))]
    assert acts == ["account.opened", "seat.given", "administrator.named"]


def test_the_command_prints_a_link_while_there_is_no_password(
    runner: FlaskCliRunner, browser: Browser
) -> None:
    create = ["account", "create", "first@example.org", "--role", "administrator"]
    lapsed, link = (runner.invoke(args=create).output.split()[-1] for _ in range(2))
    assert link.startswith("http://")
    assert browser.post(urlsplit(lapsed).path, password=PASSWORD).status_code == 400
    assert browser.post(urlsplit(link).path, password=PASSWORD).status_code == 303
    assert sign_in(browser, "first@example.org").status_code == 303
    assert "http" not in runner.invoke(args=create).output


def test_the_command_says_what_is_wrong_and_makes_nothing(runner: FlaskCliRunner, session: Session) -> None:
    refused = runner.invoke(args=["account", "create", "a@b.org", "--role", "editor", "--norm", "nothing"])
    assert refused.exit_code == 1 and "nothing" in refused.stderr
    assert session.scalar(sa.select(sa.func.count(User.id))) == 0
    assert runner.invoke(args=["account", "create", "a@example.org", "--role", "king"]).exit_code == 2


def test_a_sign_in_is_read_in_one_statement(
    browser: Browser, make: Make, sign_in, engine: sa.Engine, app, session: Session
) -> None:
    sign_in(make.user())
    statements: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    browser.get("/en/privacy/")
    assert len([one for one in statements if "sign_in" in one]) == 1


def test_tokens_and_sign_ins_that_lapsed_are_removed(
    browser: Browser, mails: Mails, clock: StoppedClock, app, session: Session
) -> None:
    signed_up(browser, mails)
    clock.forward(days=15)
    with app.app_context():
        tidy()
    assert session.scalar(sa.select(sa.func.count(SignIn.id))) == 0
    assert session.scalar(sa.select(sa.func.count(Token.id))) == 0
