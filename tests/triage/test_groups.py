"""Groups of comments: formed, joined, split, dissolved and answered by a person."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import Actor, Role
from app.authority.grants import NotAllowed
from app.discussion.models import Decision, HidingReason
from app.discussion.moderation import NotShown, hide
from app.foundation.errors import BadInput
from app.norms.models import Norm
from app.triage import grouping
from app.triage.models import CommentGroup
from app.triage.queries import (
    bundles,
    group_by_number,
    groups_of,
    members,
    still_ungrouped,
    ungrouped,
    waiting_members,
)
from app.triage.service import NoCommentChosen, TooManyChosen, dispose_all
from tests.discussion.saying import remark, rows
from tests.factories import Make


def inside(session: Session, group: CommentGroup) -> list[int]:
    return [said.number for said, _ in members(session, group, limit=50)]


def acts(session: Session) -> list[tuple[str, str, Any]]:
    entries = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.act.like("group-%")).order_by(AuditEntry.number)
    )
    return [(one.act, one.subject, one.details["comments"]) for one in entries]


def test_a_group_is_formed_joined_and_dissolved(
    session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    group = grouping.form(session, acting, campaign, [1, 2], title=" Children ", now=now)
    assert (group.number, group.title, inside(session, group)) == (1, "Children", [1, 2])
    grouping.join(session, acting, group, [2, 3], now=now)
    assert inside(session, group) == [1, 2, 3]
    grouping.dissolve(session, acting, group, now=now)
    assert inside(session, group) == [] and group.dissolved_at == now
    assert acts(session) == [
        ("group-formed", "group:1", [1, 2]),
        ("group-joined", "group:1", [3]),
        ("group-dissolved", "group:1", [1, 2, 3]),
    ]
    assert grouping.form(session, acting, campaign, [1, 2], now=now).number == 2
    with pytest.raises(grouping.Dissolved):
        grouping.join(session, acting, group, [4], now=now)


def test_a_comment_is_in_one_group_at_most(
    session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    grouping.form(session, acting, campaign, [1, 2], now=now)
    with pytest.raises(grouping.InAGroup) as refused:
        grouping.form(session, acting, campaign, [2, 3], now=now)
    assert refused.value.values == {"comment": "c2", "group": 1}
    other = grouping.form(session, acting, campaign, [3, 4], now=now)
    with pytest.raises(grouping.InAGroup):
        grouping.join(session, acting, other, [1], now=now)


def test_two_groups_become_one(session: Session, campaign: Norm, acting: Actor, now: dt.datetime) -> None:
    one = grouping.form(session, acting, campaign, [1, 2], now=now)
    other = grouping.form(session, acting, campaign, [3, 4], now=now)
    grouping.unite(session, acting, one, other, now=now)
    assert inside(session, one) == [1, 2, 3, 4] and other.dissolved_at == now
    with pytest.raises(BadInput):
        grouping.unite(session, acting, one, one, now=now)


def test_what_is_split_off_becomes_a_group_of_its_own(
    session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    group = grouping.form(session, acting, campaign, [1, 2, 3, 4, 5], title="Letters", now=now)
    part = grouping.split(session, acting, group, [1, 2], now=now)
    assert part is not None and (part.title, inside(session, part)) == ("Letters", [1, 2])
    assert grouping.split(session, acting, group, [3, 99], now=now) is None
    assert inside(session, group) == [4, 5]
    assert grouping.split(session, acting, group, [4], now=now) is None
    assert inside(session, group) == [] and group.dissolved_at == now
    with pytest.raises(grouping.TooFew):
        grouping.split(session, acting, part, [1, 2], now=now)


@pytest.mark.parametrize(
    ("numbers", "error"),
    [
        ([], NoCommentChosen),
        ([99], NoCommentChosen),
        ([1, 1], grouping.TooFew),
        (range(1, 2000), TooManyChosen),
    ],
)
def test_what_is_no_group_is_refused(
    numbers: Any, error: type[Exception], session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    with pytest.raises(error):
        grouping.form(session, acting, campaign, numbers, now=now)


def test_what_is_hidden_or_a_reply_is_in_no_group(
    session: Session, make: Make, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    first = rows(session)[0]
    reply = remark(session, campaign, first.clause, make.speaker(), "Yes.", parent=first, now=now)
    with pytest.raises(grouping.AnswersAThread):
        grouping.form(session, acting, campaign, [1, reply.number], now=now)
    group = grouping.form(session, acting, campaign, [1, 2, 3], now=now)
    hide(session, acting, campaign, first, reason=HidingReason.SPAM, now=now)
    assert inside(session, group) == [2, 3]
    with pytest.raises(NotShown):
        grouping.form(session, acting, campaign, [1, 4], now=now)


def test_a_long_title_is_refused(session: Session, campaign: Norm, acting: Actor, now: dt.datetime) -> None:
    with pytest.raises(grouping.TitleTooLong):
        grouping.form(session, acting, campaign, [1, 2], title="x" * 121, now=now)


def test_only_who_answers_comments_groups_them(
    session: Session, make: Make, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    group, stranger = (
        grouping.form(session, acting, campaign, [1, 2], now=now),
        make.seated(Role.CHAIR, campaign),
    )
    for act in (
        lambda: grouping.form(session, stranger, campaign, [3, 4], now=now),
        lambda: grouping.join(session, stranger, group, [3], now=now),
        lambda: grouping.unite(session, stranger, group, group, now=now),
        lambda: grouping.split(session, stranger, group, [1], now=now),
        lambda: grouping.dissolve(session, stranger, group, now=now),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_one_answer_goes_to_all_of_a_group_that_wait(
    session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    group = grouping.form(session, acting, campaign, [1, 2, 3], now=now)
    said: Any = {"decision": Decision.NOTED, "reason": "Read.", "language": "en", "now": now}
    dispose_all(session, acting, campaign, [2], **said)
    assert waiting_members(session, group, limit=9) == [1, 3]
    [bundle] = bundles(session, campaign.id)
    assert (bundle.size, bundle.waiting) == (3, 2)
    dispose_all(session, acting, campaign, [1, 3], **said)
    assert [bool(answer) for _, answer in members(session, group, limit=9)] == [True] * 3


def test_groups_are_found_by_their_comments(
    session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    group = grouping.form(session, acting, campaign, [1, 2], now=now)
    ids = [said.id for said in rows(session)]
    assert groups_of(session, ids) == {ids[0]: 1, ids[1]: 1}
    assert group_by_number(session, campaign.id, 1) is group
    assert bundles(session, campaign.id, comment_ids=ids[2:]) == []
    said = ungrouped(session, campaign.id)
    assert [number for number, _ in said["p1"]] == [3, 4, 5, 6, 7]
    assert said[""] == [(8, "Too long.")]
    assert still_ungrouped(session, campaign.id, range(2, 6)) == {3, 4, 5}
