"""Rows 17 and 20: what people type is shown as they typed it, and runs nowhere."""

import csv
import html
import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from app.accounts.models import User
from app.authority.actor import Role
from app.foundation.csv_injection import neutralise, restore
from app.foundation.mail import Folder, Message
from app.stakeholders.models import Category, Verification, VerificationDecision
from config import Config
from tests.browser import Browser
from tests.factories import Make
from tests.security.corpora import FORMULAS, MARKUP

SignIn = Callable[[User], str]
ROOT = Path(__file__).parent.parent.parent
LEADING = {"href", "src", "action", "formaction"}
RUNNING = {"script", "img", "svg", "iframe", "object", "embed"}


class Danger(HTMLParser):
    """Collects what could run or lead away in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            leads_to_code = name in LEADING and "javascript:" in (value or "")
            if name.startswith("on") or name == "style" or leads_to_code:
                self.found.append(f"{tag} {name}={value}")
        if tag in RUNNING and not (tag == "script" and dict(attrs).get("src", "").startswith("/static/")):
            self.found.append(tag)


def dangers(page: str) -> list[str]:
    parser = Danger()
    parser.feed(page)
    return parser.found


def test_the_reader_of_dangers_notices_each() -> None:
    assert all(dangers(markup) for markup in MARKUP[:4])


@pytest.mark.parametrize("markup", MARKUP)
def test_words_of_people_never_become_markup(
    browser: Browser,
    make: Make,
    sign_in: SignIn,
    markup: str,
    config: Config,
    runner: FlaskCliRunner,
) -> None:
    person = make.user(markup, is_administrator=True)
    make.seat(person, Role.MODERATOR)
    entity = make.stakeholder(markup, evidence=markup, verification=Verification.SELF_DECLARED)
    make.mandate(person, entity)
    decision = {"verdict": Verification.REFUSED, "reason": markup, "decided_at": make.now}
    make._add(VerificationDecision(stakeholder_id=entity.id, **decision))
    make.stakeholder(markup, category=Category.INDIVIDUAL)
    sign_in(person)
    sent = {"name": markup, "category": "igo", "country": markup, "evidence": markup}
    refused = browser.post("/en/stakeholders/entity/", **sent)
    assert refused.status_code == 422 and dangers(browser.page) == []
    browser.post(f"/en/stakeholders/{entity.id}/mandates/", email=person.email, role="contact-point")
    browser.post(f"/en/stakeholders/{entity.id}/mandates/", email=make_another(make), role="deputy")
    runner.invoke(args=["worker", "--once"])
    mails = [f"/en/mail/{mail.stem}/" for mail in (config.data_dir / "mail").glob("*.eml")]
    assert mails
    shown = 0
    for path in (
        "/en/stakeholders/",
        f"/en/stakeholders/{entity.id}/",
        "/en/moderation/",
        "/en/accounts/",
        "/en/account/",
        "/en/mail/",
        *mails,
    ):
        page = browser.get(path).text
        assert dangers(page) == [], path
        shown += markup in html.unescape(page)
    assert shown


def make_another(make: Make) -> str:
    email = make.user().email
    make.session.commit()
    return email or ""


def test_a_line_break_in_a_name_makes_no_header(tmp_path: Path, make: Make) -> None:
    subject = "Hello\r\nBcc: everybody@example.org"
    Folder(tmp_path, "concord@localhost").send(
        Message("k", ["a@example.org", "Bcc: b@example.org"][0], subject, "Text", "en", make.now)
    )
    assert not re.search(rb"^Bcc:", (tmp_path / "k.eml").read_bytes(), re.M)


def test_no_template_trusts_words() -> None:
    trusted = re.compile(r"\|\s*safe\b|autoescape\s+false|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=")
    templates = sorted((ROOT / "app" / "templates").rglob("*.html"))
    assert len(templates) > 20
    assert [path.name for path in templates if trusted.search(path.read_text())] == []


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_runs_as_a_formula(formula: str, tmp_path: Path) -> None:
    cell = neutralise(formula)
    assert cell.startswith("'") and restore(cell) == formula
    sheet = io.StringIO()
    csv.writer(sheet).writerow([cell])
    assert next(csv.reader(io.StringIO(sheet.getvalue(), newline="")))[0] == cell


def test_other_cells_stay_as_they_are() -> None:
    for cell in ("", "1 = 1", "مرحبا", "a+b", "'quoted'"):
        assert neutralise(cell) == cell
