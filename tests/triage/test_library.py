"""Answers kept for use again."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.authority.actor import Actor, Role
from app.authority.grants import NotAllowed
from app.discussion.models import Decision
from app.discussion.moderation import DispositionReasonMissing
from app.foundation.errors import NotFound
from app.foundation.versions import version_of
from app.norms.models import Norm
from app.triage import answer_templates
from app.triage.grouping import TitleTooLong
from app.triage.service import EachItsOwn
from tests.factories import Make

KEPT: dict[str, Any] = {
    "title": "Out of scope: military use",
    "language": "en",
    "decision": Decision.OUT_OF_SCOPE,
    "reason": "The mandate leaves military use aside.",
}


def test_an_answer_is_kept_changed_and_removed(
    session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    kept = answer_templates.add(session, acting, campaign, **KEPT, now=now)
    answer_templates.edit(
        session,
        acting,
        campaign,
        kept,
        **KEPT | {"title": " Military   use "},
        version=version_of(kept.fields),
        now=now,
    )
    assert [one.title for one in answer_templates.templates(session, campaign.id)] == ["Military use"]
    assert answer_templates.template(session, campaign.id, kept.id) is kept
    answer_templates.remove(session, acting, campaign, kept, now=now)
    assert answer_templates.templates(session, campaign.id) == []


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"title": " "}, answer_templates.TemplateTitleMissing),
        ({"title": "x" * 121}, TitleTooLong),
        ({"reason": " "}, DispositionReasonMissing),
        ({"decision": Decision.DUPLICATE}, EachItsOwn),
    ],
)
def test_what_is_no_answer_is_not_kept(
    changed: dict[str, Any],
    error: type[Exception],
    session: Session,
    campaign: Norm,
    acting: Actor,
    now: dt.datetime,
) -> None:
    with pytest.raises(error):
        answer_templates.add(session, acting, campaign, **KEPT | changed, now=now)


def test_a_title_is_given_once_in_a_language(
    session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    answer_templates.add(session, acting, campaign, **KEPT, now=now)
    answer_templates.add(session, acting, campaign, **KEPT | {"language": "fr"}, now=now)
    with pytest.raises(answer_templates.TitleTaken):
        answer_templates.add(session, acting, campaign, **KEPT, now=now)


def test_answers_are_those_of_one_norm_and_of_who_answers_there(
    session: Session, make: Make, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    kept = answer_templates.add(session, acting, campaign, **KEPT, now=now)
    other, editor = make.norm(slug="o"), make.seated(Role.EDITOR)
    assert answer_templates.template(session, other.id, kept.id) is None
    with pytest.raises(NotFound):
        answer_templates.remove(session, editor, other, kept, now=now)
    with pytest.raises(NotAllowed):
        answer_templates.edit(
            session, make.seated(Role.TRANSLATOR, campaign), campaign, kept, **KEPT, version="", now=now
        )
