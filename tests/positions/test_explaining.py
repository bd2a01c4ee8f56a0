"""An explanation of position goes on record with the text that is adopted, and changes no figure."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.grants import NotTaken
from app.foundation.errors import NotAllowed
from app.norms.models import Norm
from app.norms.queries import draft_seen
from app.norms.stages import Stage
from app.positions import explanations_of_position
from app.positions.models import Explanation
from app.publication.facts import explanation_facts
from tests.browser import Browser
from tests.factories import Make


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("One.", slug="ai", stage=Stage.CONSENSUS_CALL)


def test_it_is_put_on_record_once(session: Session, make: Make, norm: Norm, now: dt.datetime) -> None:
    actor, holder = make.speaker()
    given = {
        "stakeholder_id": holder.id,
        "language": "en",
        "seen": draft_seen(session, norm.current_draft_id),
        "now": now,
    }
    for _ in range(2):
        said = explanations_of_position.explain(session, actor, norm, text="We read it so.", **given)
    assert explanations_of_position.explanations(session, norm.current_draft_id) == [said]
    assert explanation_facts(said) == {
        "stakeholder": holder.name,
        "refused": False,
        "language": "en",
        "text": "We read it so.",
    }
    with pytest.raises(explanations_of_position.ExplainedBefore):
        explanations_of_position.explain(session, actor, norm, text="Or otherwise.", **given)
    with pytest.raises(explanations_of_position.ExplanationEmpty):
        explanations_of_position.explain(session, actor, norm, text=" ", **given)
    with pytest.raises(NotAllowed):
        explanations_of_position.explain(session, make.speaker()[0], norm, text="We too.", **given)
    assert session.scalars(sa.select(AuditEntry.act)).all().count("position-explained") == 1


@pytest.mark.parametrize("stage", list(Stage))
def test_it_is_taken_from_the_consensus_call_until_the_publication(
    session: Session, make: Make, norm: Norm, stage: Stage, now: dt.datetime
) -> None:
    norm.stage = stage
    norm.suspended_from = Stage.CONSULTATION if stage is Stage.SUSPENDED else None
    actor, holder = make.speaker()
    given = {
        "stakeholder_id": holder.id,
        "text": "So.",
        "language": "en",
        "seen": draft_seen(session, norm.current_draft_id),
        "now": now,
    }
    if stage in (Stage.CONSENSUS_CALL, Stage.ADOPTED):
        assert explanations_of_position.explain(session, actor, norm, **given).text == "So."
    else:
        with pytest.raises(NotTaken):
            explanations_of_position.explain(session, actor, norm, **given)


def test_it_is_written_and_read_on_the_page_of_the_determination(
    session: Session, make: Make, norm: Norm, browser: Browser, sign_in: object
) -> None:
    user, holder = make.user(), make.stakeholder("Peru")
    make.mandate(user, holder)
    assert callable(sign_in)
    sign_in(user)
    page = "/en/norms/ai/determination/"
    browser.get(page)
    seen = {"seen": browser.hidden["seen"]}
    assert "Explain your position" in browser.page
    empty = browser.post(f"{page}explanation/", stakeholder=str(holder.id), text="", language="en", **seen)
    assert empty.status_code == 422
    assert "Enter the explanation." in browser.page
    sent = browser.post(
        f"{page}explanation/",
        stakeholder=str(holder.id),
        text="<b>So.</b>",
        language="ar",
        **seen,
    )
    assert sent.status_code == 303
    browser.get(page)
    assert "&lt;b&gt;So.&lt;/b&gt;" in browser.page
    assert session.scalar(sa.select(sa.func.count(Explanation.id))) == 1
