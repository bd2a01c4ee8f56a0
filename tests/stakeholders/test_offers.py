"""A mandate binds nobody who has not accepted it, and offering one tells nobody who has an account."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import Actor, MandateRole, Role
from app.foundation.errors import NotAllowed
from app.positions import verification
from app.stakeholders import mandates, offers
from app.stakeholders.models import Mandate, MandateOffer, OfferAnswer, Stakeholder, Verification
from config import Config
from tests.browser import Browser
from tests.conftest import NOW
from tests.factories import Make
from tests.moments import at_once
from tests.stakeholders.accepting import accepted

DEPUTY = {"role": MandateRole.DEPUTY, "now": NOW}


@pytest.fixture
def ada(make: Make) -> User:
    return make.user("Ada")


@pytest.fixture
def entity(make: Make, ada: User) -> Stakeholder:
    entity = make.stakeholder("Ministry")
    make.mandate(ada, entity)
    return entity


@pytest.fixture
def contact(make: Make, ada: User, entity: Stakeholder) -> Actor:
    return make.actor(ada)


@pytest.fixture
def bert(make: Make) -> User:
    return make.user("Bert", email="bert@example.org")


def test_it_begins_when_it_is_accepted(
    session: Session, make: Make, contact: Actor, entity: Stakeholder, bert: User
) -> None:
    offered = offers.offer(session, contact, entity, email=" BERT@example.org", **DEPUTY)  # type: ignore[arg-type]
    assert not make.actor(bert).belongs_to(entity.id)
    later = NOW + dt.timedelta(days=3)
    given = offers.accept(session, make.actor(bert), bert, offered, now=later)
    assert (given.starts_at, given.role) == (later, MandateRole.DEPUTY)
    assert (offered.email, offered.answer, offered.mandate_id) == (None, OfferAnswer.ACCEPTED, given.id)
    acts = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert acts == ["mandate.offered", "mandate.given"]
    assert "bert" not in str(session.scalars(sa.select(AuditEntry.details)).all())


def test_a_moderator_made_a_member_unasked_decides_all_the_same(
    session: Session, make: Make, contact: Actor, entity: Stakeholder
) -> None:
    entity.verification = Verification.SELF_DECLARED
    moderator = make.user()
    make.seat(moderator, Role.MODERATOR)
    for role in MandateRole:
        one = offers.offer(session, contact, entity, email=moderator.email or "", role=role, now=NOW)
        verdict = {"verdict": Verification.REFUSED, "reason": "There is no such ministry.", "now": NOW}
        verification.decide_verification(session, make.actor(moderator), entity, **verdict)  # type: ignore[arg-type]
        assert entity.verification is Verification.REFUSED
        offers.withdraw(session, contact, one, now=NOW)


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw", "lapse"])
def test_an_offer_is_answered_once(
    session: Session, make: Make, contact: Actor, entity: Stakeholder, bert: User, answer: str
) -> None:
    offered, later = offers.offer(session, contact, entity, email="bert@example.org", **DEPUTY), NOW  # type: ignore[arg-type]
    his = make.actor(bert)
    if answer == "accept":
        offers.accept(session, his, bert, offered, now=NOW)
    elif answer == "decline":
        offers.decline(session, his, bert, offered, now=NOW)
    elif answer == "withdraw":
        offers.withdraw(session, contact, offered, now=NOW)
    else:
        later = NOW + offers.STANDS
    assert list(offers.open_offers(session, entity, now=later)) == []
    assert list(offers.offered_to(session, bert, now=later)) == []
    for act in (
        lambda: offers.accept(session, his, bert, offered, now=later),
        lambda: offers.decline(session, his, bert, offered, now=later),
        lambda: offers.withdraw(session, contact, offered, now=later),
    ):
        with pytest.raises(offers.OfferGone):
            act()
    assert len(session.scalars(sa.select(Mandate)).all()) == (2 if answer == "accept" else 1)
    observer = {"email": "bert@example.org", "role": MandateRole.OBSERVER, "now": later}
    offers.offer(session, contact, entity, **observer)  # type: ignore[arg-type]


def test_nobody_answers_for_another(
    session: Session, make: Make, contact: Actor, entity: Stakeholder, bert: User, ada: User
) -> None:
    offered = offers.offer(session, contact, entity, email="bert@example.org", **DEPUTY)  # type: ignore[arg-type]
    eve = make.user("Eve")
    for actor, user, refusal in (
        (make.actor(eve), eve, offers.OfferGone),
        (make.actor(eve), bert, NotAllowed),
        (contact, ada, offers.OfferGone),
    ):
        with pytest.raises(refusal):
            offers.accept(session, actor, user, offered, now=NOW)
    with pytest.raises(NotAllowed):
        offers.withdraw(session, make.actor(eve), offered, now=NOW)
    bert.confirmed_at = None
    with pytest.raises(offers.OfferGone):
        offers.accept(session, make.actor(bert), bert, offered, now=NOW)
    assert offered.answered_at is None


def test_one_open_offer_for_each_address(
    session: Session, contact: Actor, entity: Stakeholder, bert: User
) -> None:
    offers.offer(session, contact, entity, email="bert@example.org", **DEPUTY)  # type: ignore[arg-type]
    session.commit()
    with pytest.raises(offers.OfferedAlready):
        offers.offer(session, contact, entity, email="Bert@Example.org", **DEPUTY)  # type: ignore[arg-type]
    session.rollback()
    later = NOW + offers.STANDS
    offers.offer(session, contact, entity, email="bert@example.org", role=MandateRole.DEPUTY, now=later)
    answers = session.scalars(sa.select(MandateOffer.answer).order_by(MandateOffer.id)).all()
    assert answers == [OfferAnswer.LAPSED, None]


def test_what_would_end_before_it_is_accepted_is_gone(
    session: Session, make: Make, contact: Actor, entity: Stakeholder, bert: User
) -> None:
    day = NOW.date() + dt.timedelta(days=2)
    offered = offers.offer(session, contact, entity, email="bert@example.org", last_date=day, **DEPUTY)  # type: ignore[arg-type]
    with pytest.raises(offers.OfferGone):
        offers.accept(session, make.actor(bert), bert, offered, now=NOW + dt.timedelta(days=4))


def test_accepting_at_one_moment_gives_one_mandate(
    engine: sa.Engine, session: Session, make: Make, contact: Actor, entity: Stakeholder, bert: User
) -> None:
    offered = offers.offer(session, contact, entity, email="bert@example.org", **DEPUTY)  # type: ignore[arg-type]
    session.commit()

    def take(own: Session) -> None:
        user, one = own.get_one(User, bert.id), own.get_one(MandateOffer, offered.id)
        offers.accept(own, Make(own, NOW).actor(user), user, one, now=NOW)

    outcomes = at_once(engine, *[take] * 4)
    assert sorted(str(outcome) for outcome in outcomes).count("None") == 1
    session.rollback()
    held = session.scalars(sa.select(Mandate).where(Mandate.user_id == bert.id)).all()
    assert len(held) == 1


def test_erasing_the_account_leaves_no_address_in_offers(
    session: Session, contact: Actor, entity: Stakeholder, bert: User
) -> None:
    offers.offer(session, contact, entity, email="bert@example.org", **DEPUTY)  # type: ignore[arg-type]
    offers.forget_person(session, bert, now=NOW)
    session.expire_all()
    (one,) = session.scalars(sa.select(MandateOffer))
    assert (one.email, one.answer) == (None, OfferAnswer.DECLINED)


def test_the_page_answers_alike_whether_or_not_there_is_an_account(
    browser: Browser,
    session: Session,
    make: Make,
    ada: User,
    entity: Stakeholder,
    bert: User,
    sign_in: Callable[[User], str],
    runner: FlaskCliRunner,
    config: Config,
) -> None:
    make.user("Unconfirmed", email="carl@example.org", confirmed_at=None)
    sign_in(ada)
    page = f"/en/stakeholders/{entity.id}/"
    said = []
    for name in ("bert", "carl", "nobody"):
        browser.get(page)
        answer = browser.post(f"{page}mandates/", email=f"{name}@example.org", role="deputy")
        said.append((answer.status_code, answer.location))
        browser.get(page)
        assert f"{name}@example.org" in browser.page
    assert set(said) == {(303, page)}
    assert "Bert" not in browser.page
    runner.invoke(args=["worker", "--once"])
    mails = [path.read_text() for path in (config.data_dir / "mail").glob("*.eml")]
    assert sorted(mail.split("To: ")[1].split("\n")[0] for mail in mails) == [
        "bert@example.org",
        "carl@example.org",
        "nobody@example.org",
    ]


def test_a_person_accepts_or_declines_on_their_page(
    browser: Browser,
    session: Session,
    make: Make,
    contact: Actor,
    entity: Stakeholder,
    bert: User,
    sign_in: Callable[[User], str],
) -> None:
    other = make.stakeholder("Embassy")
    make.mandate(make.user(), other)
    first = offers.offer(session, contact, entity, email="bert@example.org", **DEPUTY)  # type: ignore[arg-type]
    administrator = make.actor(make.user(is_administrator=True))
    second = offers.offer(session, administrator, other, email="bert@example.org", **DEPUTY)  # type: ignore[arg-type]
    sign_in(bert)
    browser.get("/en/my/")
    assert "Ministry" in browser.page and "Embassy" in browser.page
    assert browser.post(f"/en/stakeholders/offers/{first.id}/accept/").status_code == 303
    assert browser.post(f"/en/stakeholders/offers/{second.id}/decline/").status_code == 303
    session.rollback()
    assert make.actor(bert).mandates == {(MandateRole.DEPUTY, entity.id)}
    assert browser.post(f"/en/stakeholders/offers/{second.id}/accept/").status_code == 409
    sign_in(make.user("Eve"))
    browser.get("/en/my/")
    assert browser.post(f"/en/stakeholders/offers/{first.id}/accept/").status_code == 409


def test_the_only_contact_point_cannot_become_something_else(
    session: Session, make: Make, contact: Actor, entity: Stakeholder, ada: User
) -> None:
    own = offers.offer(session, contact, entity, email=ada.email or "", role=MandateRole.OBSERVER, now=NOW)
    with pytest.raises(mandates.LastContactPoint):
        accepted(session, make, own, NOW)
