"""Who speaks for several stakeholders says for whom; nobody is taken for the first of the alphabet."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.discussion.models import Backing, Comment
from app.norms.models import Norm
from app.positions.models import Position, Stance
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.conftest import NOW
from tests.discussion.saying import remark
from tests.factories import Make
from tests.positions.saying import clause_of, say

CLAUSE = "/en/norms/ai/provisions/p1/"
CHOOSE = '<option value="">Select a stakeholder</option>'
SignIn = Callable[[User], str]


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Machines serve people.", slug="ai")


@pytest.fixture
def bodies(make: Make) -> list[Stakeholder]:
    return [make.stakeholder(name) for name in ("Andean Network", "Peru")]


@pytest.fixture
def speaker(make: Make, bodies: list[Stakeholder]) -> User:
    user = make.user()
    for one in bodies:
        make.mandate(user, one)
    return user


def is_open(browser: Browser) -> bool:
    return CHOOSE in browser.page and " selected" not in browser.page.split(CHOOSE)[1].split("</select>")[0]


@pytest.mark.parametrize(
    ("form", "fields", "table"),
    [
        (CLAUSE + "position/", {"stance": "support", "reason": "Kept words."}, Position),
        (CLAUSE + "comment/", {"body": "Kept words."}, Comment),
        (CLAUSE + "propose/", {"body": "Kept words.", "wording": "Machines serve all."}, Comment),
        ("/en/norms/ai/comment/", {"body": "Kept words."}, Comment),
    ],
)
def test_the_list_opens_empty_and_without_a_choice_nothing_is_said(
    session: Session, norm: Norm, speaker: User, sign_in: SignIn, browser: Browser,
    form: str, fields: dict[str, str], table: type,
) -> None:  # fmt: skip
    sign_in(speaker)
    browser.get(form)
    assert is_open(browser)
    typed = browser.hidden | {"language": "en", "stakeholder": ""} | fields
    assert browser.post(form, **typed).status_code == 422
    assert "Select the stakeholder you represent." in browser.page and "Kept words." in browser.page
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_a_reply_keeps_the_body_that_spoke_before(
    session: Session, make: Make, norm: Norm, bodies: list[Stakeholder], speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    clause = clause_of(session, norm, 1)
    other = remark(session, norm, clause, make.speaker(), "Why?", now=NOW)
    sign_in(speaker)
    browser.get(f"/en/norms/ai/comments/{other.number}/")
    assert is_open(browser)
    remark(session, norm, clause, (make.actor(speaker), bodies[1]), "Because.", parent=other, now=NOW)
    session.commit()
    browser.get(f"/en/norms/ai/comments/{other.number}/")
    reply = browser.page.split('id="f-stakeholder-reply"')[1].split("</select>")[0]
    assert f'<option value="{bodies[1].id}" selected' in reply


def test_ones_own_comment_is_not_offered_for_backing(
    session: Session, make: Make, norm: Norm, bodies: list[Stakeholder], speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    clause = clause_of(session, norm, 1)
    own = remark(session, norm, clause, (make.actor(speaker), bodies[0]), "Say who decides.", now=NOW)
    sign_in(speaker)
    browser.get(CLAUSE + "comment/")
    typed = browser.hidden | {"stakeholder": str(bodies[0].id), "language": "en", "body": "Say who decides."}
    browser.post(CLAUSE + "comment/", **typed, act="preview")
    assert "Say who decides." in browser.page and f"Back c{own.number} instead" not in browser.page
    browser.post(CLAUSE + "comment/", **typed | {"stakeholder": str(bodies[1].id)}, act="preview")
    assert f"Back c{own.number} instead" in browser.page
    browser.get(f"/en/norms/ai/comments/{own.number}/")
    backing = browser.page.split('action="/en/norms/ai/comments/1/back/"')[1].split("</form>")[0]
    assert re.findall(r'name="stakeholder" value="(\d+)"', backing) == [str(bodies[1].id)]
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Backing.id))) == 0


def test_the_draft_shows_what_each_of_them_has_said(
    session: Session, make: Make, norm: Norm, bodies: list[Stakeholder], speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    clause, actor = clause_of(session, norm, 1), make.actor(speaker)
    say(session, norm, clause, (actor, bodies[0]), Stance.SUPPORT, now=NOW)
    sign_in(speaker)
    browser.get("/en/norms/ai/")
    assert "Andean Network" in browser.page and "State your position" in browser.page
    say(session, norm, clause, (actor, bodies[1]), Stance.OBJECT, reason="No.", now=NOW)
    session.commit()
    browser.get("/en/norms/ai/")
    for one in bodies:
        assert f"position/?stakeholder={one.id}" in browser.page


def test_a_sheet_is_taken_for_one_that_is_named(
    norm: Norm, bodies: list[Stakeholder], speaker: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(speaker)
    assert browser.get("/en/norms/ai/sheet.csv").status_code == 422
    assert "Select the stakeholder you represent." in browser.page
    answer = browser.client.get(f"/en/norms/ai/sheet.csv?stakeholder={bodies[1].id}")
    assert answer.status_code == 200 and b"Peru" in answer.data and b"Andean" not in answer.data
    browser.get("/en/norms/ai/sheet/")
    assert is_open(browser)
