"""A determination with its facts in view: after the call, in every authentic language, confirmed."""

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Actor, Role
from app.consensus.service import assess
from app.lifecycle.determination import (
    CallRuns,
    DeterminationUnclear,
    FactsChanged,
    ReasonsMissing,
    determine,
    prepare,
)
from app.lifecycle.determination_facts import outlook
from app.lifecycle.models import Determination, DeterminationOutcome
from app.lifecycle.overrides import StepRefused
from app.lifecycle.service import step
from app.norms.models import Norm
from app.norms.seen import seen_in
from app.norms.stages import Stage
from app.positions.models import Objection, ObjectionState, Stance
from app.positions.reservations import reserve
from app.positions.verification import decide_verification
from app.publication import queries as publications
from app.stakeholders.models import Verification
from tests.browser import Browser
from tests.factories import Make
from tests.lifecycle.test_steps import objection
from tests.positions.saying import clause_of, say
from tests.publication.adopted import adopted

SAID = {"en": "Agreed.", "fr": "Adopté."}
WHY = {"en": "One government stands alone.", "fr": "Un seul gouvernement s’oppose."}
PAGE = "/en/norms/ai/determination/"


@pytest.fixture
def norm(make: Make, now: dt.datetime) -> Norm:
    """At the end of its call, authentic in two languages."""
    texts = ({"en": "One.", "fr": "Un."}, {"en": "Two.", "fr": "Deux."})
    return make.norm(
        *texts, slug="ai", stage=Stage.CONSENSUS_CALL, languages=("en", "fr", "ar"),
        authentic_languages=["en", "fr"], closes_at=now,
    )  # fmt: skip


@pytest.fixture
def chair(make: Make, norm: Norm) -> Actor:
    return make.seated(Role.CHAIR, norm)


def codes(session: Session, norm: Norm) -> list[str]:
    return [lack.code for lack in outlook(session, norm).against]


def test_the_call_runs_its_announced_time(
    session: Session, norm: Norm, chair: Actor, now: dt.datetime
) -> None:
    with pytest.raises(CallRuns):
        early = now - dt.timedelta(minutes=1)
        determine(session, chair, norm, DeterminationOutcome.NOT_ADOPTED, SAID, now=early)
    assert determine(session, chair, norm, DeterminationOutcome.NOT_ADOPTED, SAID, now=now).stated_at == now


def test_it_is_stated_in_every_authentic_language(
    session: Session, norm: Norm, chair: Actor, now: dt.datetime
) -> None:
    with pytest.raises(DeterminationUnclear) as refusal:
        determine(session, chair, norm, DeterminationOutcome.NOT_ADOPTED, {"en": "No.", "ar": "لا"}, now=now)
    assert "Missing: fr." in str(refusal.value)
    determine(session, chair, norm, DeterminationOutcome.NOT_ADOPTED, SAID | {"ar": "لا"}, now=now)


def test_a_standing_objection_of_a_verified_stakeholder_asks_for_a_reason_that_is_kept(
    session: Session, make: Make, norm: Norm, chair: Actor, now: dt.datetime
) -> None:
    objection(session, make, norm, now, ObjectionState.MAINTAINED)
    assess(session, SYSTEM, norm, now=now)
    assert codes(session, norm)[0] == "objections-stand"
    with pytest.raises(ReasonsMissing) as refusal:
        determine(session, chair, norm, DeterminationOutcome.CONSENSUS, SAID, reasons={"en": "Why."}, now=now)
    assert "Missing: fr." in str(refusal.value)
    stated = determine(session, chair, norm, DeterminationOutcome.CONSENSUS, SAID, reasons=WHY, now=now)
    assert stated.reasons == WHY
    assert stated.despite[0] == {
        "code": "objections-stand",
        "values": {"count": 1, "provisions": ["p1"], "labels": ["1"]},
    }
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "determined")).one()
    assert (entry.details["despite"], entry.details["reasons"]) == (stated.despite, WHY)


@pytest.mark.parametrize("state", [ObjectionState.ACCOMMODATED, ObjectionState.WITHDRAWN])
def test_an_objection_that_is_over_asks_for_nothing(
    session: Session, make: Make, norm: Norm, now: dt.datetime, state: ObjectionState
) -> None:
    objection(session, make, norm, now, state)
    assert "objections-stand" not in codes(session, norm)


def test_an_objection_of_one_whom_nobody_verified_is_shown_and_blocks_nothing(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    speaker = make.speaker(verification=Verification.SELF_DECLARED)
    say(
        session,
        norm,
        clause_of(session, norm, 1),
        speaker,
        Stance.OBJECT,
        reason="No.",
        now=now - dt.timedelta(1),
    )
    facts = outlook(session, norm)
    assert (facts.objections, facts.blocking) == ({"open": 1}, [])


def test_what_was_never_assessed_or_not_heard_enough_asks_for_a_reason(
    session: Session, make: Make, norm: Norm, chair: Actor, now: dt.datetime
) -> None:
    assert codes(session, norm) == ["no-figures"]
    say(session, norm, clause_of(session, norm, 1), make.speaker(), Stance.SUPPORT, now=now - dt.timedelta(1))
    assess(session, SYSTEM, norm, now=now)
    assert codes(session, norm) == ["clauses-unheard", "blocs-missing"]
    with pytest.raises(ReasonsMissing):
        determine(session, chair, norm, DeterminationOutcome.CONSENSUS, SAID, now=now)
    assert determine(session, chair, norm, DeterminationOutcome.NOT_ADOPTED, SAID, now=now).despite == []


def test_facts_that_changed_since_they_were_confirmed_are_looked_at_again(
    session: Session, make: Make, norm: Norm, chair: Actor, now: dt.datetime
) -> None:
    seen = prepare(
        session, chair, norm, DeterminationOutcome.CONSENSUS, SAID, reasons=WHY, now=now
    ).facts.digest
    objection(session, make, norm, now, ObjectionState.MAINTAINED)
    with pytest.raises(FactsChanged):
        determine(session, chair, norm, DeterminationOutcome.CONSENSUS, SAID, reasons=WHY, seen=seen, now=now)
    assert session.scalar(sa.select(sa.func.count(Determination.id))) == 0


def test_what_changes_after_the_closing_changes_no_fact_on_which_it_rests(
    session: Session, make: Make, norm: Norm, chair: Actor, now: dt.datetime
) -> None:
    moderator, speaker = make.seated(Role.MODERATOR, norm), make.speaker(country="CL")
    clause, day = clause_of(session, norm, 1), dt.timedelta(days=1)
    say(session, norm, clause, speaker, Stance.OBJECT, reason="No.", now=now - day)
    words = {"language": "en", "read_language": "en", "seen": seen_in(clause, "en")}
    reserve(
        session,
        speaker[0],
        norm,
        clause,
        stakeholder_id=speaker[1].id,
        text="Not us.",
        **words,
        now=now - day,
    )
    assess(session, SYSTEM, norm, now=now)
    before = outlook(session, norm)
    assert (before.blocking, before.reservations) == (["p1"], 1)
    refused = {"verdict": Verification.REFUSED, "reason": "Its letter is not signed."}
    decide_verification(session, moderator, speaker[1], **refused, now=now + day)
    raised = session.scalars(sa.select(Objection)).one()
    raised.state, raised.changed_at = ObjectionState.ACCOMMODATED, now + day
    session.flush()
    assert outlook(session, norm) == before
    with pytest.raises(ReasonsMissing):
        determine(session, chair, norm, DeterminationOutcome.RESERVATIONS, SAID, now=now + day)


def test_a_call_on_which_it_rests_is_not_opened_again(
    session: Session, norm: Norm, chair: Actor, now: dt.datetime
) -> None:
    determine(session, chair, norm, DeterminationOutcome.CONSENSUS, SAID, reasons=WHY, now=now)
    later = now + dt.timedelta(days=1)
    step(session, chair, norm, Stage.SUSPENDED, now=later)
    for reason in (None, "Let us hear them once more."):
        with pytest.raises(StepRefused) as refusal:
            again = later + dt.timedelta(days=10)
            step(
                session, chair, norm, Stage.CONSENSUS_CALL, closes_at=again, override_reason=reason, now=later
            )
        assert [str(one.message) for one in refusal.value.details] == [
            "The chair has recorded the determination, so the call stays closed. Give no closing date."
        ]
    step(session, chair, norm, Stage.CONSENSUS_CALL, now=later)
    assert not norm.matter(later).takes_positions


def test_the_page_shows_the_facts_asks_to_confirm_and_prints_the_reason_wherever_the_outcome_is(
    session: Session, make: Make, norm: Norm, browser: Browser, sign_in: Callable[..., str], now: dt.datetime
) -> None:
    user = make.user()
    make.seat(user, Role.CHAIR, norm)
    objection(session, make, norm, now, ObjectionState.MAINTAINED)
    assess(session, SYSTEM, norm, now=now)
    session.commit()
    sign_in(user)
    browser.get(PAGE)
    page = html.unescape(browser.page)
    for fact in (
        "It ended on",
        "maintained: 1",
        "1 objection of a verified stakeholder is maintained or open, on clause 1.",
    ):
        assert fact.lower() in page.lower(), fact
    sent = {
        "outcome": "adopted-by-consensus",
        "language": ["en", "fr", "ar"],
        "text": ["Agreed.", "Adopté.", ""],
        "reason": [WHY["en"], WHY["fr"], ""],
    }
    assert browser.post(PAGE, **sent | {"reason": ["", "", ""]}).status_code == 422
    assert "Adopté.</textarea>" in browser.page
    assert browser.post(PAGE, **sent).status_code == 200
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Determination.id))) == 0
    page = html.unescape(browser.page)
    assert (
        "1 objection of a verified stakeholder is maintained or open, on clause 1." in page
        and WHY["fr"] in page
    )
    assert browser.post(PAGE, **sent, seen=browser.hidden["seen"]).status_code == 303
    for path in (PAGE, "/en/norms/ai/steps/"):
        browser.get(path)
        page = html.unescape(browser.page)
        assert WHY["en"] in page and "1 objection of a verified stakeholder is maintained or open" in page
    browser.get("/fr/norms/ai/determination/")
    assert WHY["fr"] in html.unescape(browser.page)


def test_while_the_call_runs_the_page_says_until_when_and_has_no_form(
    session: Session, make: Make, norm: Norm, browser: Browser, sign_in: Callable[..., str], now: dt.datetime
) -> None:
    norm.closes_at = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    user = make.user()
    make.seat(user, Role.CHAIR, norm)
    session.commit()
    sign_in(user)
    browser.get(PAGE)
    assert "Open until" in browser.page and 'name="outcome"' not in browser.page


#: Each language's text under the language's own name, in its own direction.
IN_BOTH = re.compile(
    r'<h3 lang="en" dir="ltr">English</h3>\s*<p class="own" lang="en" dir="ltr">We agreed\.</p>\s*'
    r'<h3 lang="ar" dir="rtl">العربية</h3>\s*<p class="own" lang="ar" dir="rtl">اتفقنا\.</p>'
)


def test_a_publication_prints_the_reason(
    session: Session, make: Make, browser: Browser, sign_in: Callable[..., str]
) -> None:
    norm, publisher = adopted(make)
    stated = session.scalars(sa.select(Determination)).one()
    stated.despite = [{"code": "objections-stand", "values": {"count": 2, "provisions": ["p1", "p2"]}}]
    stated.reasons = {"en": "They asked to be recorded, and are.", "ar": "طلبوا تسجيلها."}
    stated.texts = {"en": "We agreed.", "ar": "اتفقنا."}
    session.commit()
    browser.get("/fr/norms/s/determination/")
    assert IN_BOTH.search(browser.page) and '<p class="own" lang="ar" dir="rtl">طلبوا' in browser.page
    sign_in(publisher)
    browser.get("/en/norms/s/publications/")
    assert browser.post("/en/norms/s/publications/").status_code == 303
    session.rollback()
    (published,) = publications.of_norm(session, norm.id)
    assert published.summary["determination"]["despite"] == stated.despite
    browser.get("/en/norms/s/publications/1/")
    page = html.unescape(browser.page)
    assert IN_BOTH.search(browser.page)
    assert "They asked to be recorded, and are." in page
    assert (
        "2 objections of verified stakeholders are maintained or open, on clauses p1, p2." in page
    )  # kept without labels
