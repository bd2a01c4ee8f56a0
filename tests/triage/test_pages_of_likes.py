"""What is like a comment, and the page of near copies."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.discussion.models import HidingReason, Visibility
from app.discussion.queries import by_number
from app.norms.models import Norm
from app.triage import near_copy_search
from app.web.triage.groups import LOOKED_AT
from tests.browser import Browser
from tests.discussion.saying import decide
from tests.factories import Make
from tests.triage.test_pages import GROUPS, TRIAGE, listed


@pytest.mark.parametrize("visibility", [Visibility.HELD, Visibility.HIDDEN, Visibility.WITHDRAWN])
def test_nothing_is_like_what_cannot_be_read(
    session: Session, at_the_desk: Browser, campaign: Norm, visibility: Visibility
) -> None:
    said = by_number(session, campaign.id, 1)
    assert said is not None
    said.visibility = visibility
    said.hiding_reason = HidingReason.SPAM if visibility is Visibility.HIDDEN else None
    session.commit()
    assert at_the_desk.get(f"{GROUPS}like/1/").status_code == 404


@pytest.mark.parametrize("after", ["9" * 30, "o" + "9" * 30, "o", "-1", "²"])
def test_an_odd_beginning_of_a_page_is_none(at_the_desk: Browser, after: str) -> None:
    at_the_desk.get(f"{TRIAGE}?after={after}")
    assert listed(at_the_desk) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_smaller_bundles_follow_when_the_largest_are_answered(
    session: Session, at_the_desk: Browser, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    answered = [[f"p{number}", [1, 2]] for number in range(LOOKED_AT)]
    near_copy_search.keep(session, campaign.id, [*answered, ["p1", [3, 4]]], now=now)
    editor = make.seated(Role.EDITOR, campaign)
    decide(session, campaign, editor, by_number(session, campaign.id, 1), now=now)  # type: ignore[arg-type]
    session.commit()
    at_the_desk.get(f"{GROUPS}copies/?clause=p1")
    assert "c3" in at_the_desk.page
