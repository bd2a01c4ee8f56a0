"""What waits for an answer, narrowed and a page at a time."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Actor
from app.discussion.models import CommentKind, HidingReason, Visibility
from app.discussion.moderation import hide
from app.norms.models import Norm
from app.positions.models import Stance
from app.stakeholders.models import Category
from app.triage import service
from app.triage.identical_words import mass_comments, same_words
from app.triage.queue import QueuedComment, QueueFilter, QueuePlace, Show, sheet, versions
from tests.discussion.saying import decide, proposal, remark, rows
from tests.factories import Make
from tests.positions.saying import clause_of, say

ALL = [1, 2, 3, 4, 5, 6, 7, 8]


def found(session: Session, norm: Norm, **narrowed: object) -> list[int]:
    lines = sheet(session, norm.id, QueueFilter(**narrowed), limit=50).lines  # type: ignore[arg-type]
    return [line.comment.number for line in lines]


def test_everything_that_waits_is_there_in_order(session: Session, campaign: Norm) -> None:
    assert found(session, campaign) == ALL
    assert found(session, campaign, code="p1") == ALL[:7]
    assert found(session, campaign, code="") == [8]
    assert found(session, campaign, code="p2") == []


def test_what_waits_can_be_narrowed(session: Session, make: Make, campaign: Norm, now: dt.datetime) -> None:
    speaker = make.speaker(country="FR")
    remark(session, campaign, clause_of(session, campaign, 2), speaker, "Oui.", language="fr", now=now)
    assert found(session, campaign, category=Category.COMPANY) == [7]
    assert found(session, campaign, language="fr") == [9]
    assert found(session, campaign, countries=frozenset({"FR", "DE"})) == [9]
    assert found(session, campaign, kind=CommentKind.QUESTION) == []
    assert found(session, campaign, kind=CommentKind.SUBSTANTIVE, code="p1", language="en") == ALL[:7]


def test_what_is_answered_held_or_hidden_does_not_wait(
    session: Session, make: Make, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    first, second, third = rows(session)[:3]
    decide(session, campaign, acting, first, now=now)
    hide(session, acting, campaign, second, reason=HidingReason.SPAM, now=now)
    third.visibility = Visibility.HELD
    session.flush()
    assert found(session, campaign) == ALL[3:]
    assert found(session, campaign, show=Show.HELD) == [3]
    everything = sheet(session, campaign.id, QueueFilter(show=Show.ALL), limit=50).lines
    assert [(line.comment.number, line.is_answered) for line in everything][:2] == [(1, True), (4, False)]


def test_who_objects_to_the_clause_goes_first(
    session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    clause, objector = clause_of(session, campaign, 1), make.speaker()
    say(session, campaign, clause, objector, Stance.OBJECT, reason="No.", now=now)
    remark(session, campaign, clause, objector, "Strike this.", now=now)
    remark(session, campaign, clause_of(session, campaign, 2), objector, "Fine.", now=now)
    assert found(session, campaign, objections_first=True) == [9, *ALL, 10]
    objects = [line.objects for line in sheet(session, campaign.id, QueueFilter(), limit=50).lines]
    assert objects == [False] * 8 + [True, False]


def test_pages_follow_each_other_without_gap_or_repetition(
    session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    clause = clause_of(session, campaign, 1)
    for _ in range(4):
        objector = make.speaker()
        say(session, campaign, clause, objector, Stance.OBJECT, reason="No.", now=now)
        remark(session, campaign, clause, objector, "Strike this.", now=now)
    for wanted, order in (
        (QueueFilter(), [*ALL, 9, 10, 11, 12]),
        (QueueFilter(objections_first=True), [9, 10, 11, 12, *ALL]),
    ):
        for limit in (1, 3, 4, 5, 12, 50):
            seen, after = [], None
            for _ in range(20):
                part = sheet(session, campaign.id, wanted, after=after, limit=limit)
                seen += [line.comment.number for line in part.lines]
                after = part.next
                if after is None:
                    break
            assert seen == order, (wanted, limit)


def test_a_page_takes_three_statements_at_most(
    session: Session, make: Make, campaign: Norm, acting: Actor, moderator: User, now: dt.datetime
) -> None:
    service.assign(session, acting, campaign, ALL, to=moderator, now=now)
    session.commit()
    asked: list[str] = []
    number, bind = campaign.id, session.get_bind()
    sa.event.listen(bind, "before_cursor_execute", lambda *args: asked.append(args[2]))
    lines = sheet(session, number, QueueFilter(objections_first=True), limit=50).lines
    assert {(line.assignee, line.comment.stakeholder.country) for line in lines} == {("Mona", "KE")}
    assert all(line.comment.change is None for line in lines)
    assert len([one for one in asked if one.startswith("SELECT")]) == 3


def test_comments_are_asked_of_a_person_and_found_by_them(
    session: Session, campaign: Norm, acting: Actor, moderator: User, now: dt.datetime
) -> None:
    assert service.assign(session, acting, campaign, [2, 3], to=moderator, now=now) == 2
    assert found(session, campaign, assignee=moderator.id) == [2, 3]
    assert found(session, campaign, assignee=0) == [1, 4, 5, 6, 7, 8]
    service.assign(session, acting, campaign, [3], to=moderator, now=now)
    service.unassign(session, acting, campaign, [2], now=now)
    assert found(session, campaign, assignee=moderator.id) == [3]


def test_only_who_sits_at_the_table_can_be_asked(
    session: Session, make: Make, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    with pytest.raises(service.NoSeatHere):
        service.assign(session, acting, campaign, [1], to=make.user(), now=now)


def test_who_erases_their_account_is_asked_no_more(
    session: Session, campaign: Norm, acting: Actor, moderator: User, now: dt.datetime
) -> None:
    service.assign(session, acting, campaign, [1], to=moderator, now=now)
    service.forget_person(session, acting, moderator)
    assert found(session, campaign, assignee=0) == ALL


def test_the_same_words_are_counted_however_they_are_set(
    session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    clause = clause_of(session, campaign, 1)
    for body in ("WHO  pays?", "who\npays?"):
        remark(session, campaign, clause, make.speaker(), body, now=now)
    proposal(session, campaign, clause, make.speaker(), "Who pays.", body="Who pays?", now=now)
    said = rows(session)
    assert same_words(session, campaign.id, said) == {said[place].id: 3 for place in (6, 8, 9)}
    assert mass_comments(session, campaign.id, clause.provision_id) == [(7, 3)]
    assert mass_comments(session, campaign.id, None) == []
    line: QueuedComment = sheet(session, campaign.id, QueueFilter(words=said[6].words_digest), limit=9).lines[
        0
    ]
    assert (line.comment.number, line.same) == (7, 3)


def test_an_edited_comment_is_counted_by_its_new_words(session: Session, campaign: Norm) -> None:
    first = rows(session)[0]
    first.body = "Who pays?"
    session.flush()
    assert set(same_words(session, campaign.id, rows(session)).values()) == {2}


def test_numbers_are_those_of_the_first_that_are_found(session: Session, campaign: Norm) -> None:
    assert versions(session, campaign.id, QueueFilter(code="p1"), limit=3) == {1: 1, 2: 1, 3: 1}
    assert versions(session, campaign.id, QueueFilter(code="p1"), upto=2, limit=3) == {1: 1, 2: 1}


def test_a_place_begins_after_its_number(session: Session, campaign: Norm) -> None:
    after = QueuePlace(objects=False, number=6)
    assert [
        line.comment.number for line in sheet(session, campaign.id, QueueFilter(), after=after, limit=9).lines
    ] == [7, 8]
