"""Answers kept for use again."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.authority.actor import Actor, Role
from app.authority.grants import NotAllowed
from app.discussion.models import Decision
from app.discussion.moderation import ReasonMissing
from app.foundation.errors import NotFound
from app.foundation.versions import version_of
from app.norms.models import Norm
from app.triage import library
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
    kept = library.add(session, acting, campaign, **KEPT, now=now)
    library.edit(
        session,
        acting,
        campaign,
        kept,
        **KEPT | {"title": " Military   use "},
        version=version_of(kept.fields),
        now=now,
    )
    assert [one.title for one in library.templates(session, campaign.id)] == ["Military use"]
    assert library.template(session, campaign.id, kept.id) is kept
    library.remove(session, acting, campaign, kept, now=now)
    assert library.templates(session, campaign.id) == []


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"title": " "}, library.TitleMissing),
        ({"title": "x" * 121}, TitleTooLong),
        ({"reason": " "}, ReasonMissing),
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
        library.add(session, acting, campaign, **KEPT | changed, now=now)


def test_a_title_is_given_once_in_a_language(
    session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    library.add(session, acting, campaign, **KEPT, now=now)
    library.add(session, acting, campaign, **KEPT | {"language": "fr"}, now=now)
    with pytest.raises(library.TitleTaken):
        library.add(session, acting, campaign, **KEPT, now=now)


def test_answers_are_those_of_one_norm_and_of_who_answers_there(
    session: Session, make: Make, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    kept = library.add(session, acting, campaign, **KEPT, now=now)
    other, editor = make.norm(slug="o"), make.seated(Role.EDITOR)
    assert library.template(session, other.id, kept.id) is None
    with pytest.raises(NotFound):
        library.remove(session, editor, other, kept, now=now)
    with pytest.raises(NotAllowed):
        library.edit(
            session, make.seated(Role.TRANSLATOR, campaign), campaign, kept, **KEPT, version="", now=now
        )
