"""The same through the pages."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import MandateRole, Role
from app.stakeholders import service
from app.stakeholders.models import Category, Mandate, MandateOffer, Stakeholder, Verification
from config import Config
from tests.browser import Browser
from tests.factories import Make

SignIn = Callable[[User], str]


def test_an_entity_is_registered_verified_and_given_a_deputy(
    browser: Browser,
    make: Make,
    sign_in: SignIn,
    session: Session,
    runner: FlaskCliRunner,
    config: Config,
) -> None:
    contact, moderator, deputy = make.user("Wanjiru"), make.user("Mo"), make.user("Otieno")
    make.seat(moderator, Role.MODERATOR)
    sign_in(contact)
    assert "Kenya" in browser.get("/en/stakeholders/register/").text
    sent = {"name": "وزارة", "category": "government", "country": "KE", "evidence": "<b>A letter</b>"}
    page = browser.post("/en/stakeholders/entity/", **sent).location
    assert "Self-declared" in browser.get(page).text
    assert "&lt;b&gt;A letter" in browser.page
    browser.post(page + "mandates/", email=deputy.email, role="deputy")
    assert str(deputy.email) in browser.get(page).text
    sign_in(deputy)
    offered = session.scalars(sa.select(MandateOffer.id)).one()
    session.rollback()
    browser.get("/en/my/")
    browser.post(f"/en/stakeholders/offers/{offered}/accept/")
    assert "Otieno" in browser.get(page).text

    sign_in(moderator)
    assert 'href="/en/moderation/"' in browser.get("/en/account/").text
    assert 'href="/en/moderation/">Moderation</a>: 1' in " ".join(browser.get("/en/my/").text.split())
    assert "وزارة" in browser.get("/en/moderation/").text
    number = page.rstrip("/").rpartition("/")[2]
    decided = browser.post(f"/en/moderation/stakeholders/{number}/", verdict="verified", reason="Seen.")
    assert decided.location == page
    runner.invoke(args=["worker", "--once"])
    mails = [mail.read_text() for mail in (config.data_dir / "mail").glob("*.eml")]
    assert [mail for mail in mails if "وزارة" in mail and page in mail]
    assert "Seen." in browser.get(page).text
    assert "There are no tasks for you at the moment." in browser.get("/en/my/").text
    assert session.scalars(sa.select(Stakeholder)).one().verification is Verification.VERIFIED


def test_what_a_moderator_may_not_decide_comes_back_with_what_was_typed(
    browser: Browser, make: Make, sign_in: SignIn, session: Session
) -> None:
    moderator, own = make.user(), make.stakeholder(verification=Verification.SELF_DECLARED)
    make.seat(moderator, Role.MODERATOR)
    make.mandate(moderator, own, MandateRole.OBSERVER)
    sign_in(moderator)
    refused = browser.post(f"/en/moderation/stakeholders/{own.id}/", verdict="verified", reason="Known.")
    assert refused.status_code == 422 and "Known." in browser.page


def test_a_contact_point_vouches_on_the_persons_page(
    browser: Browser, make: Make, sign_in: SignIn, session: Session, now: dt.datetime
) -> None:
    contact, person, entity = make.user(), make.user("Litia"), make.stakeholder("Red Cross")
    make.mandate(contact, entity)
    individual = service.register_individual(session, make.actor(person), person, country="FJ", now=now)
    sign_in(contact)
    page = f"/en/stakeholders/{individual.id}/"
    assert "Vouch for this person" in browser.get(page).text
    browser.post(page + "vouch/", entity=str(entity.id), reason="A colleague.")
    assert "vouched for by Red Cross" in browser.get(page).text
    assert "Litia" in browser.get(f"/en/stakeholders/{entity.id}/").text
    browser.get(page)
    path = browser.page.split('action="/en/stakeholders/')[1].split('"')[0]
    assert browser.post(f"/en/stakeholders/{path}").status_code == 303
    session.refresh(individual)
    assert individual.verification is Verification.SELF_DECLARED


def test_a_person_registers_themselves_and_is_listed(browser: Browser, make: Make, sign_in: SignIn) -> None:
    sign_in(make.user("Litia"))
    assert browser.post("/en/stakeholders/individual/", country="FJ").status_code == 303
    assert "Litia" in browser.get("/en/stakeholders/?q=lit&category=individual").text
    assert "Litia" not in browser.get("/en/stakeholders/?category=igo").text
    assert "You are registered as an individual." in browser.get("/en/stakeholders/register/").text
    assert browser.post("/en/stakeholders/individual/", country="FJ").status_code == 409


def test_a_mandate_of_another_entity_cannot_be_ended_through_ones_own(
    browser: Browser, make: Make, sign_in: SignIn, session: Session
) -> None:
    contact, mine, theirs = make.user(), make.stakeholder(), make.stakeholder()
    make.mandate(contact, mine)
    foreign = make.mandate(make.user(), theirs, MandateRole.DEPUTY)
    sign_in(contact)
    assert browser.post(f"/en/stakeholders/{mine.id}/mandates/{foreign.id}/end/").status_code == 404
    assert browser.post(f"/en/stakeholders/{theirs.id}/mandates/{foreign.id}/end/").status_code == 403
    session.rollback()
    assert session.get_one(Mandate, foreign.id).ends_at is None


def test_seats_are_given_and_ended_by_an_administrator(
    browser: Browser, make: Make, sign_in: SignIn, session: Session
) -> None:
    person, norm = make.user(), make.norm()
    sign_in(make.user(is_administrator=True))
    seat = {"email": person.email, "role": "editor", "norm": norm.slug}
    browser.post("/en/accounts/seats/", **seat)
    assert make.actor(person).seats == {(Role.EDITOR, norm.id)}
    assert browser.post("/en/accounts/seats/", **seat).status_code == 409
    browser.get("/en/accounts/?q=" + person.name.replace(" ", "+"))
    given = browser.page.split('action="/en/accounts/seats/')[1].split('"')[0]
    assert browser.post(f"/en/accounts/seats/{given}").status_code == 303
    session.rollback()
    assert make.actor(person).seats == frozenset()


def test_the_last_administrator_stays(browser: Browser, make: Make, sign_in: SignIn) -> None:
    only = make.user(is_administrator=True)
    sign_in(only)
    assert browser.post(f"/en/accounts/{only.id}/administrator/", administers="false").status_code == 409


def test_a_category_is_named_in_the_pages_language(browser: Browser, make: Make, session: Session) -> None:
    entity = make.stakeholder("منظمة", category=Category.IGO, country=None, language="ar")
    session.commit()
    page = browser.get(f"/en/stakeholders/{entity.id}/").text
    assert '<h1 lang="ar" dir="rtl">منظمة</h1>' in page and "Intergovernmental organisation" in page
