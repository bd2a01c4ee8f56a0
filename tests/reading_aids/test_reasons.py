"""Reasons for and against, chosen from what people said."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.authority.grants import NotAllowed
from app.discussion import moderation, service
from app.discussion.models import HidingReason
from app.foundation.errors import NotFound
from app.norms.models import Clause, Norm
from app.reading_aids import queries, reasons
from app.reading_aids.models import Bearing
from tests.discussion.saying import remark
from tests.factories import Make

BODY = "It names people first.\nBut who decides?"


def test_a_passage_of_a_comment_becomes_a_reason(
    session: Session, make: Make, norm: Norm, clause: Clause, choosing_actor: Actor, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, make.speaker(), BODY, now=now)
    for bearing, words in ((Bearing.FOR, "names  people first."), (Bearing.AGAINST, "But who decides?")):
        reasons.choose(session, choosing_actor, norm, said, bearing=bearing, words=words, now=now)
    found = queries.reasons(session, clause.provision_id)
    assert [one.words for one in found[Bearing.FOR]] == ["names people first."]
    assert [one.words for one in found[Bearing.AGAINST]] == ["But who decides?"]
    with pytest.raises(reasons.ChosenBefore), session.begin_nested():
        reasons.choose(session, choosing_actor, norm, said, bearing=Bearing.FOR, words="", now=now)
    reasons.drop(session, choosing_actor, norm, found[Bearing.FOR][0], now=now)
    assert queries.reasons(session, clause.provision_id)[Bearing.FOR] == []


def test_nothing_is_put_into_anybodys_mouth(
    session: Session, make: Make, norm: Norm, clause: Clause, choosing_actor: Actor, now: dt.datetime
) -> None:
    speaker = make.speaker()
    said = remark(session, norm, clause, speaker, BODY, now=now)
    on_all = remark(session, norm, None, speaker, BODY, now=now)
    long = remark(session, norm, clause, speaker, "word " * 80, now=now)

    def choose(comment: object, words: str, actor: Actor = choosing_actor, at: Norm = norm) -> None:
        reasons.choose(session, actor, at, comment, bearing=Bearing.FOR, words=words, now=now)  # type: ignore[arg-type]

    with pytest.raises(reasons.NotItsWords):
        choose(said, "It names machines first.")
    with pytest.raises(reasons.ReasonTooLong):
        choose(long, "")
    with pytest.raises(reasons.NotOnAClause):
        choose(on_all, "")
    with pytest.raises(NotAllowed):
        choose(said, "", speaker[0])
    service.withdraw(session, speaker[0], norm, said, now=now)
    with pytest.raises(reasons.NotOnAClause):
        choose(said, "")


def test_a_reason_goes_with_its_comment(
    session: Session, make: Make, norm: Norm, clause: Clause, choosing_actor: Actor, now: dt.datetime
) -> None:
    first, second = (
        remark(session, norm, clause, make.speaker(), f"{BODY} {number}", now=now) for number in range(2)
    )
    for said in (first, second):
        reasons.choose(session, choosing_actor, norm, said, bearing=Bearing.FOR, words="", now=now)
    moderation.hide(session, choosing_actor, norm, first, reason=HidingReason.SPAM, now=now)
    second.body = "She thinks otherwise now."
    session.flush()
    assert queries.reasons(session, clause.provision_id)[Bearing.FOR] == []
    assert len(queries.chosen_from(session, second.id)) == 1


def test_the_list_stays_short_on_each_side(
    session: Session, make: Make, norm: Norm, clause: Clause, choosing_actor: Actor, now: dt.datetime
) -> None:
    for number in range(reasons.MOST):
        said = remark(session, norm, clause, make.speaker(), f"Reason {number}.", now=now)
        reasons.choose(session, choosing_actor, norm, said, bearing=Bearing.FOR, words="", now=now)
    another = remark(session, norm, clause, make.speaker(), "One more.", now=now)
    with pytest.raises(reasons.EnoughReasons):
        reasons.choose(session, choosing_actor, norm, another, bearing=Bearing.FOR, words="", now=now)
    reasons.choose(session, choosing_actor, norm, another, bearing=Bearing.AGAINST, words="", now=now)


def test_a_reason_of_another_norm_is_not_taken_off(
    session: Session, make: Make, norm: Norm, clause: Clause, choosing_actor: Actor, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, make.speaker(), BODY, now=now)
    chosen = reasons.choose(session, choosing_actor, norm, said, bearing=Bearing.FOR, words="", now=now)
    other = make.norm("Elsewhere.")
    assert queries.reason(session, other.id, chosen.id) is None
    with pytest.raises((NotFound, NotAllowed)):
        reasons.drop(session, choosing_actor, other, chosen, now=now)
