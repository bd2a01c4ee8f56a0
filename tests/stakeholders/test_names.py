"""What stakeholders may be called, and calling them otherwise."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import queries as people
from app.accounts import service as accounts
from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import MandateRole, Role
from app.foundation.database import unit_of_work
from app.foundation.errors import NotAllowed
from app.foundation.text import UnsafeText
from app.foundation.versions import version_of
from app.norms.queries import actor_for
from app.positions import verification
from app.stakeholders import names, queries, service
from app.stakeholders.models import Category, Stakeholder, Verification
from tests.browser import Browser
from tests.factories import Make
from tests.moments import Meanwhile

SignIn = Callable[[User], str]
MINISTRY = "Ministry of Digital Affairs, Kenya"
ENTITY = {
    "name": MINISTRY,
    "category": Category.GOVERNMENT,
    "country": "KE",
    "language": "en",
    "evidence": "https://example.org/ministry",
}
SELF_DECLARED, VERIFIED = Verification.SELF_DECLARED, Verification.VERIFIED

#: Names that an attack took: exactly the verified one's, and seven that look like it.
DOUBLES = (
    MINISTRY,
    MINISTRY.lower(),
    MINISTRY.replace(" ", "  ", 1),
    MINISTRY.replace("y", "\u0443", 1),
    MINISTRY + "\u200b",
    "\u041c" + MINISTRY[1:],
    "\uff2d" + MINISTRY[1:],
    "Min\u00adistry of Digital Affa\u00edrs \u2013 Kenya",
)


@pytest.mark.parametrize("other", [MINISTRY, "\u041c" + MINISTRY[1:]])
def test_of_two_who_take_one_name_in_one_moment_the_second_is_asked(
    engine: sa.Engine, session: Session, make: Make, other: str
) -> None:
    first, second = make.user(), make.user()
    session.commit()

    def registering(user: User, name: str) -> Callable[[Session], object]:
        return lambda own: service.register_entity(
            own,
            actor_for(own, own.get_one(User, user.id), now=make.now),
            **ENTITY | {"name": name},
            now=make.now,
        )

    found = holding(engine, registering(first, MINISTRY), registering(second, other))
    assert isinstance(found, names.IsItOneOfThese)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Stakeholder.id))) == 1


def test_of_two_bodies_of_one_name_verified_in_one_moment_one_is(
    engine: sa.Engine, session: Session, make: Make, now: dt.datetime
) -> None:
    bodies = [make.stakeholder(MINISTRY, verification=SELF_DECLARED) for _ in range(2)]
    moderators = [make.user() for _ in bodies]
    for moderator in moderators:
        make.seat(moderator, Role.MODERATOR)
    session.commit()

    def verifying(user: User, body: Stakeholder) -> Callable[[Session], object]:
        return lambda own: verification.decide_verification(
            own,
            actor_for(own, own.get_one(User, user.id), now=now),
            own.get_one(Stakeholder, body.id),
            verdict=VERIFIED,
            reason="Seen.",
            now=now,
        )

    acts = [verifying(*each) for each in zip(moderators, bodies, strict=True)]
    assert isinstance(holding(engine, *acts), names.NameOfAnother)


def test_a_person_who_is_renamed_waits_in_no_circle_with_who_registers(
    engine: sa.Engine, session: Session, make: Make, now: dt.datetime
) -> None:
    user = make.user("Amina")
    make.stakeholder("Amina", category=Category.INDIVIDUAL, user_id=user.id)
    session.commit()

    def registering(own: Session) -> object:
        actor = actor_for(own, own.get_one(User, user.id), now=now)
        return service.register_entity(own, actor, **ENTITY, now=now)

    def renaming(own: Session) -> object:
        person = own.get_one(User, user.id)
        actor = actor_for(own, person, now=now)
        return names.change_profile(own, actor, person, name="Amina K.", language="en", now=now)

    assert holding(engine, registering, renaming) is None


def holding(
    engine: sa.Engine, first: Callable[[Session], object], second: Callable[[Session], object]
) -> object:
    """What the second act comes to that begins while the transaction of the first is open."""
    with Session(engine) as own, unit_of_work(own):
        first(own)
        meanwhile = Meanwhile(engine, second)
    return meanwhile.outcome()


@pytest.mark.parametrize("name", DOUBLES)
def test_nobody_takes_the_name_of_a_verified_body_or_one_that_looks_like_it(
    session: Session, make: Make, now: dt.datetime, name: str
) -> None:
    known = make.stakeholder(MINISTRY)
    for country in ("KE", "UG"):
        with pytest.raises(names.NameOfAnother) as refusal:
            register(session, make, now, name=name, country=country, apart_from=[known.id])
        assert refusal.value.bodies == [(known.id, MINISTRY)]
    person = make.user(name)
    with pytest.raises(names.NameOfAnother):
        service.register_individual(session, make.actor(person), person, country="KE", now=now)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        *[(unseen, names.NameMissing) for unseen in ("\u3164", "\u200b", "\u2062", "!!!", " ")],
        *[(f"M\u202eecivreS\u202c Kenya{hidden}", UnsafeText) for hidden in ("", "x")],
        ("\u2067Kenya", UnsafeText),
        ("Kenya\U000e0041", UnsafeText),
    ],
)
def test_names_are_clean_for_people_and_bodies(
    session: Session, make: Make, now: dt.datetime, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        register(session, make, now, name=name)
    with pytest.raises(accounts.NameUnclear if refusal is names.NameMissing else refusal):
        accounts.check_name(name)


def test_what_leaves_nothing_on_the_page_is_no_part_of_a_name() -> None:
    assert accounts.check_name("An\u00adna\u200b \u0085 Bob\x7f") == "Anna Bob"
    assert (
        accounts.check_name("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
        == "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    )


def test_two_unverified_bodies_with_like_names_are_told_apart_by_who_registers_the_second(
    session: Session, make: Make, now: dt.datetime
) -> None:
    first = register(session, make, now)
    with pytest.raises(names.IsItOneOfThese) as refusal:
        register(session, make, now, country="UG")
    assert type(refusal.value) is names.IsItOneOfThese and refusal.value.bodies == [(first.id, MINISTRY)]
    second = register(session, make, now, country="UG", apart_from=[first.id])
    with pytest.raises(names.NameOfAnother):  # the same category and country: it is the same body
        register(session, make, now, name=MINISTRY.upper(), apart_from=[first.id, second.id])
    with pytest.raises(names.IsItOneOfThese):  # one of them was not shown
        register(session, make, now, country="TZ", apart_from=[first.id])


def test_a_refused_body_and_people_hold_no_name(session: Session, make: Make, now: dt.datetime) -> None:
    make.stakeholder(MINISTRY, verification=Verification.REFUSED)
    make.stakeholder(MINISTRY, category=Category.INDIVIDUAL)
    make.stakeholder(MINISTRY, origin="somewhere", external_id="1")
    assert register(session, make, now).name == MINISTRY


def test_a_second_body_of_a_verified_name_is_not_verified(
    session: Session, make: Make, now: dt.datetime
) -> None:
    second = register(session, make, now)
    make.stakeholder(DOUBLES[3])
    moderator = make.seated(Role.MODERATOR)
    with pytest.raises(names.NameOfAnother):
        verification.decide_verification(
            session, moderator, second, verdict=VERIFIED, reason="Looked it up.", now=now
        )


def test_a_contact_point_or_moderator_renames_a_body_and_the_record_has_both_names(
    session: Session, make: Make, now: dt.datetime
) -> None:
    contact, body = make.speaker(name=MINISTRY)
    names.rename(
        session,
        contact,
        body,
        name="Ministry of  Data,\nKenya",
        version=version_of({"name": body.name}),
        now=now,
    )
    assert (body.name, body.folded) == ("Ministry of Data, Kenya", "ministry of data, kenya")
    last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None and last.act == "stakeholder.renamed"
    assert last.details == {"from": MINISTRY, "to": "Ministry of Data, Kenya"}
    names.rename(
        session,
        make.seated(Role.MODERATOR),
        body,
        name=MINISTRY,
        version=version_of({"name": body.name}),
        now=now,
    )
    deputy = make.user()
    make.mandate(deputy, body, MandateRole.DEPUTY)
    with pytest.raises(NotAllowed):
        names.rename(
            session, make.actor(deputy), body, name="Mine", version=version_of({"name": body.name}), now=now
        )
    other = make.stakeholder("Ministry of Trade")
    with pytest.raises(names.NameOfAnother):
        names.rename(
            session,
            contact,
            body,
            name="Ministry of \u0422rade",
            version=version_of({"name": body.name}),
            now=now,
        )
    assert (body.name, other.name) == (MINISTRY, "Ministry of Trade")


def test_a_person_who_changes_their_name_is_called_so_as_a_stakeholder_too(
    session: Session, make: Make, now: dt.datetime
) -> None:
    make.stakeholder(MINISTRY)
    user = make.user("Zuleika Dobson")
    actor = make.actor(user)
    one = service.register_individual(session, actor, user, country="KE", now=now)
    names.change_profile(session, actor, user, name="Zuleika Renamed", language="fr", now=now)
    assert (one.name, user.name) == ("Zuleika Renamed", "Zuleika Renamed")
    said = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "stakeholder.renamed")).one()
    assert "Zuleika" not in str(said.details)
    with pytest.raises(names.NameOfAnother):
        names.change_profile(session, actor, user, name=DOUBLES[5], language="fr", now=now)


def test_stakeholders_and_accounts_are_found_whatever_their_case_and_accents(
    session: Session, make: Make
) -> None:
    for name in ("Казахстан", "México", "وزارة الداخلية"):
        make.stakeholder(name)
        make.user(name)
    for typed, name in (("казах", "Казахстан"), ("mexico", "México"), ("وزاره", "وزارة الداخلية")):
        assert [one.name for one in queries.listed(session, like=typed)] == [name]
        assert [one.name for one in people.people(session, like=typed)] == [name]


def test_the_form_asks_whether_it_is_one_of_these_and_keeps_what_was_typed(
    session: Session, make: Make, browser: Browser, sign_in: SignIn
) -> None:
    known = make.stakeholder(MINISTRY, verification=SELF_DECLARED)
    session.commit()
    sign_in(make.user())
    browser.get("/en/stakeholders/register/")
    typed = {"name": MINISTRY, "category": "company", "country": "UG", "evidence": "A letter."}
    assert browser.post("/en/stakeholders/entity/", **typed).status_code == 409
    assert f"/en/stakeholders/{known.id}/" in browser.page and "A letter." in browser.page
    assert '<option value="UG" selected>' in browser.page
    assert browser.hidden == {"apart_from": str(known.id)}
    assert browser.post("/en/stakeholders/entity/", **typed, **browser.hidden).status_code == 303
    assert len(session.scalars(sa.select(Stakeholder)).all()) == 2


def test_a_body_is_renamed_on_its_page(
    session: Session, make: Make, browser: Browser, sign_in: SignIn
) -> None:
    contact, body = make.user(), make.stakeholder(MINISTRY)
    make.mandate(contact, body)
    make.stakeholder("Ministry of Trade")
    sign_in(contact)
    assert "/name/" in browser.get(f"/en/stakeholders/{body.id}/").text
    browser.get(f"/en/stakeholders/{body.id}/name/")
    assert (
        browser.post(
            f"/en/stakeholders/{body.id}/name/", name="MINISTRY OF TRADE", **browser.hidden
        ).status_code
        == 409
    )
    assert "MINISTRY OF TRADE" in browser.page
    assert (
        browser.post(
            f"/en/stakeholders/{body.id}/name/", name="Ministry of Data", **browser.hidden
        ).status_code
        == 303
    )
    assert "Ministry of Data" in browser.get("/en/stakeholders/?q=DATA").text


def register(session: Session, make: Make, now: dt.datetime, **values: object) -> Stakeholder:
    return service.register_entity(session, make.actor(make.user()), **(ENTITY | values), now=now)  # type: ignore[arg-type]
