"""Steps taken despite missing requirements: what no reason replaces, and where the reason is read."""

import datetime as dt
import html
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.authority.actor import Actor, Role
from app.lifecycle.determination import determine
from app.lifecycle.models import Determination, DeterminationOutcome, Override
from app.lifecycle.overrides import Firm, StepRefused, on_the_way_to, overrides
from app.lifecycle.queries import gather
from app.lifecycle.service import step
from app.norms.models import Norm, RulesOfProcedure
from app.norms.rules import Rules
from app.norms.stages import Stage
from app.publication import queries as publications
from tests.browser import Browser
from tests.factories import Make
from tests.publication.adopted import adopted

REASON = "The ministers meet on Monday & decide."
DAY = dt.timedelta(days=1)


@pytest.fixture
def opened(session: Session, make: Make, now: dt.datetime) -> tuple[Norm, Actor]:
    """A norm whose round was opened today for twenty days, with its chair."""
    norm = make.norm("One.", "Two.", slug="ai", stage=Stage.PREPARATION)
    chair = make.seated(Role.CHAIR, norm)
    step(session, chair, norm, Stage.CONSULTATION, closes_at=now + 20 * DAY, now=now)
    session.commit()
    return norm, chair


def codes(session: Session, norm: Norm) -> list[list[str]]:
    return [[lack["code"] for lack in one["missing"]] for one in overrides(session, norm.id)]


def test_a_round_is_not_closed_before_the_shortest_time_whatever_the_reason(
    session: Session, opened: tuple[Norm, Actor], now: dt.datetime
) -> None:
    norm, chair = opened
    with pytest.raises(Firm) as refusal:
        step(session, chair, norm, Stage.COMPILATION, override_reason=REASON, now=now + 13 * DAY)
    assert [str(line) for line in refusal.value.details] == [
        "The round stays open for the shortest time that the rules allow, until 2026-03-16 09:30 UTC."
    ]
    with pytest.raises(StepRefused):
        step(session, chair, norm, Stage.COMPILATION, now=now + 15 * DAY)
    step(session, chair, norm, Stage.COMPILATION, override_reason=REASON, now=now + 15 * DAY)
    assert codes(session, norm) == [["round-open"]]


def test_time_in_which_a_round_is_suspended_does_not_count_and_its_end_moves(
    session: Session, opened: tuple[Norm, Actor], now: dt.datetime
) -> None:
    norm, chair = opened
    step(session, chair, norm, Stage.SUSPENDED, now=now + 1 * DAY)
    later = now + 31 * DAY
    with pytest.raises(Firm):
        step(
            session,
            chair,
            norm,
            Stage.CONSULTATION,
            closes_at=now + 32 * DAY,
            override_reason=REASON,
            now=later,
        )
    step(session, chair, norm, Stage.CONSULTATION, now=later)
    assert (norm.opens_at, norm.closes_at, norm.suspended_at) == (now + 30 * DAY, now + 50 * DAY, None)
    with pytest.raises(Firm):
        step(session, chair, norm, Stage.COMPILATION, override_reason=REASON, now=later + 5 * DAY)


def test_a_round_that_was_over_when_it_was_suspended_is_over_afterwards(
    session: Session, opened: tuple[Norm, Actor], now: dt.datetime
) -> None:
    norm, chair = opened
    step(session, chair, norm, Stage.SUSPENDED, now=now + 21 * DAY)
    step(session, chair, norm, Stage.CONSULTATION, now=now + 60 * DAY)
    assert norm.closes_at == now + 20 * DAY
    step(session, chair, norm, Stage.COMPILATION, now=now + 60 * DAY)


@pytest.mark.parametrize("closes_in", [None, 13])
def test_no_reason_takes_the_place_of_a_closing_date(
    session: Session, make: Make, now: dt.datetime, closes_in: int | None
) -> None:
    norm = make.norm(stage=Stage.PREPARATION)
    closes_at = None if closes_in is None else now + closes_in * DAY
    with pytest.raises(Firm):
        step(
            session, make.seated(Role.CHAIR, norm), norm, Stage.CONSULTATION,
            closes_at=closes_at, override_reason=REASON, now=now,
        )  # fmt: skip
    assert norm.stage is Stage.PREPARATION


def test_no_reason_takes_the_place_of_authentic_texts_or_readable_rules(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm({"en": "One."}, stage=Stage.PREPARATION, languages=("en", "fr"))
    rules = session.scalars(sa.select(RulesOfProcedure)).one()
    rules.content = {"minimum_days": "soon"}
    session.flush()
    with pytest.raises(Firm) as refusal:
        step(
            session, make.seated(Role.CHAIR, norm), norm, Stage.CONSULTATION,
            closes_at=now + 20 * DAY, override_reason=REASON, now=now,
        )  # fmt: skip
    assert len(refusal.value.details) == 2


@pytest.mark.parametrize(
    ("outcome", "to"),
    [
        (None, Stage.ADOPTED),
        (None, Stage.NOT_ADOPTED),
        (DeterminationOutcome.NOT_ADOPTED, Stage.ADOPTED),
        (DeterminationOutcome.CONSENSUS, Stage.NOT_ADOPTED),
    ],
)
def test_no_reason_leads_to_an_outcome_that_the_chair_did_not_determine(
    session: Session, make: Make, now: dt.datetime, outcome: DeterminationOutcome | None, to: Stage
) -> None:
    norm = make.norm(stage=Stage.CONSENSUS_CALL, closes_at=now)
    chair = make.seated(Role.CHAIR, norm)
    if outcome:
        determine(session, chair, norm, outcome, {"en": "So it is."}, reasons={"en": "It is late."}, now=now)
    with pytest.raises(Firm):
        step(session, chair, norm, to, override_reason=REASON, now=now)


def test_an_adopted_text_goes_back_to_compilation_for_a_public_reason_and_can_be_adopted_again(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.ADOPTED, closes_at=None, rules=Rules(minimum_days=0))
    chair = make.seated(Role.CHAIR, norm)
    given = {"norm_id": norm.id, "draft_id": norm.current_draft_id, "outcome": DeterminationOutcome.CONSENSUS}
    session.add(Determination(**given, texts={"en": "Agreed."}, stated_by=chair.user_id, stated_at=now))
    session.flush()
    with pytest.raises(StepRefused):
        step(session, chair, norm, Stage.COMPILATION, now=now)
    step(session, chair, norm, Stage.COMPILATION, override_reason=REASON, now=now)
    assert codes(session, norm) == [["adoption-stands"]]
    step(session, chair, norm, Stage.LAST_CALL, closes_at=now + DAY, now=now)
    assert gather(session, norm, now=now).outcome is None  # the new draft waits for its own


def test_an_override_names_what_was_missing_and_who_took_the_step(
    session: Session, opened: tuple[Norm, Actor], now: dt.datetime
) -> None:
    norm, chair = opened
    later = now + 15 * DAY
    step(session, chair, norm, Stage.COMPILATION, override_reason=REASON, language="fr", now=later)
    assert overrides(session, norm.id) == [
        {
            "draft": 1,
            "from_stage": "consultation",
            "to_stage": "compilation",
            "reason": REASON,
            "language": "fr",
            "missing": [{"code": "round-open", "values": {"moment": "2026-03-22 09:30 UTC"}}],
            "taken_by": chair.pseudonym,
            "taken_at": "2026-03-17T09:30:00+00:00",
        }
    ]
    assert on_the_way_to(session, norm.id, 1) == on_the_way_to(session, norm.id, 2) != []


def test_every_page_that_tells_of_the_step_gives_the_reason_and_what_was_missing(
    session: Session, opened: tuple[Norm, Actor], now: dt.datetime, browser: Browser, client: FlaskClient
) -> None:
    norm, chair = opened
    later = now + 15 * DAY
    step(session, chair, norm, Stage.COMPILATION, override_reason=REASON, now=later)
    session.commit()
    for path in ("steps/", "", "drafts/1/", "drafts/1/changes/", "record/"):
        browser.get(f"/en/norms/ai/{path}")
        page = html.unescape(browser.page)
        assert REASON in page, path
        assert "The round is open until 22 March 2026, 09:30 UTC." in page, path
        assert chair.pseudonym in page, path
    browser.get("/fr/norms/ai/steps/")
    page = html.unescape(browser.page).replace("\xa0", " ")
    assert "The round is open until" not in page and "22 mars 2026, 09:30 UTC" in page
    assert "De « Consultation » à « Compilation »" in html.unescape(browser.page).replace("\xa0", " ")
    for path in ("", "/drafts/1"):
        (told,) = client.get(f"/api/v1/norms/ai{path}").get_json()["overrides"]
        assert told["reason"] == REASON
        assert told["missing"][0]["code"] == "round-open"
        assert told["missing"][0]["words"].startswith("The round is open until")


def test_a_publication_keeps_the_overrides(
    session: Session, make: Make, now: dt.datetime, browser: Browser, sign_in: Callable[..., str]
) -> None:
    norm, publisher = adopted(make)
    session.add(
        Override(
            norm_id=norm.id, draft_id=norm.current_draft_id, left=Stage.LAST_CALL, to=Stage.CONSENSUS_CALL,
            reason=REASON, language="en", missing=[{"code": "comments-held", "values": {"comments": [7]}}],
            taken_by="person-9", taken_at=now,
        )
    )  # fmt: skip
    session.commit()
    sign_in(publisher)
    browser.get("/en/norms/s/publications/")
    assert browser.post("/en/norms/s/publications/").status_code == 303
    session.rollback()
    (published,) = publications.of_norm(session, norm.id)
    assert published.summary["overrides"] == overrides(session, norm.id) != []
    browser.get("/en/norms/s/publications/1/")
    page = html.unescape(browser.page)
    assert REASON in page
    assert "1 comment is awaiting a moderator: c7." in page
