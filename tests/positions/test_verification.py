"""Who is verified is decided where the stakeholder takes part, and stands in that norm's record."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import Role
from app.discussion import backing
from app.discussion import service as discussion
from app.discussion.models import ChangeOperation, CommentKind, Side
from app.discussion.submissions import Submission
from app.foundation.errors import NotAllowed
from app.norms.models import Norm
from app.norms.seen import seen_in
from app.norms.stages import FINISHED, Stage
from app.positions import verification
from app.positions.models import Stance
from app.stakeholders.models import Category, Stakeholder, Verification
from tests.browser import Browser
from tests.factories import Make
from tests.positions.saying import clause_of, say

VERIFIED, REFUSED, SELF_DECLARED = Verification.VERIFIED, Verification.REFUSED, Verification.SELF_DECLARED
NO = {"verdict": REFUSED, "reason": "No such body."}


def recorded(session: Session) -> list[tuple[str, str | None]]:
    rows = session.execute(sa.select(AuditEntry.act, AuditEntry.norm).order_by(AuditEntry.number))
    return [(act, norm) for act, norm in rows if act.startswith("stakeholder.")]


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm(slug="here")


def takes_a_position(session: Session, make: Make, norm: Norm) -> Stakeholder:
    actor, holder = make.speaker()
    say(session, norm, clause_of(session, norm, 1), (actor, holder), Stance.SUPPORT, now=make.now)
    return holder


def comments(session: Session, make: Make, norm: Norm) -> Stakeholder:
    actor, holder = make.speaker()
    clause = clause_of(session, norm, 1)
    asked = Submission(holder.id, "Why?", "en", "en", seen_in(clause, "en"), kind=CommentKind.QUESTION)
    discussion.comment(session, actor, norm, asked, clause=clause, now=make.now)
    return holder


def backs(session: Session, make: Make, norm: Norm) -> Stakeholder:
    (author, its), (actor, holder) = make.speaker(), make.speaker()
    clause = clause_of(session, norm, 1)
    given = Submission(its.id, "Shorter.", "en", "en", seen_in(clause, "en"))
    change = discussion.propose(
        session,
        author,
        norm,
        given,
        clause=clause,
        operation=ChangeOperation.REPLACE,
        wording="All have a say.",
        now=make.now,
    )
    backs = {"side": Side.BACK, "seen": change.version}
    backing.back(session, actor, norm, change, stakeholder_id=holder.id, **backs, now=make.now)
    return holder


@pytest.mark.parametrize("take_part", [takes_a_position, comments, backs])
def test_a_moderator_of_another_norm_is_refused_with_words_that_name_the_norm(
    take_part: Callable[[Session, Make, Norm], Stakeholder],
    session: Session,
    make: Make,
    norm: Norm,
    now: dt.datetime,
) -> None:
    holder = take_part(session, make, norm)
    stranger = make.seated(Role.MODERATOR, make.norm(slug="there"))
    with pytest.raises(verification.TakesPart, match="Norm here") as refused:
        verification.decide_verification(session, stranger, holder, **NO, now=now)
    assert isinstance(refused.value, NotAllowed) and holder.verification is VERIFIED
    own = make.seated(Role.MODERATOR, norm)
    verification.decide_verification(session, own, holder, **NO, now=now)
    assert (holder.verification, recorded(session)) == (REFUSED, [("stakeholder.decided", "here")])


def test_where_it_takes_part_in_two_norms_both_are_concerned(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    there, moderator = make.norm(slug="there"), make.user()
    actor, holder = make.speaker()
    for one in (norm, there):
        say(session, one, clause_of(session, one, 1), (actor, holder), Stance.SUPPORT, now=now)
    make.seat(moderator, Role.MODERATOR, norm)
    with pytest.raises(verification.TakesPart, match="Norm there"):
        verification.decide_verification(session, make.actor(moderator), holder, **NO, now=now)
    make.seat(moderator, Role.MODERATOR, there)
    verification.decide_verification(session, make.actor(moderator), holder, **NO, now=now)
    assert recorded(session) == [("stakeholder.decided", "here"), ("stakeholder.decided", "there")]


def test_an_administrator_decides_everywhere(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    holder = takes_a_position(session, make, norm)
    administrator = make.actor(make.user(is_administrator=True))
    verification.decide_verification(session, administrator, holder, **NO, now=now)
    assert recorded(session) == [("stakeholder.decided", "here")]


@pytest.mark.parametrize("stage", sorted(Stage))
def test_only_norms_that_are_not_finished_are_concerned(
    stage: Stage, session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    holder = takes_a_position(session, make, norm)
    norm.stage = stage
    norm.suspended_from = Stage.CONSULTATION if stage is Stage.SUSPENDED else None
    session.flush()
    stranger = make.seated(Role.MODERATOR, make.norm(slug="there"))
    if stage in FINISHED:
        verification.decide_verification(session, stranger, holder, **NO, now=now)
        assert recorded(session) == [("stakeholder.decided", None)]
    else:
        with pytest.raises(verification.TakesPart):
            verification.decide_verification(session, stranger, holder, **NO, now=now)


def test_a_closed_norm_is_not_named_to_who_may_not_read_it(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    holder = takes_a_position(session, make, norm)
    norm.is_public = False
    session.flush()
    stranger = make.seated(Role.MODERATOR, make.norm(slug="there"))
    with pytest.raises(verification.TakesPart) as refused:
        verification.decide_verification(session, stranger, holder, **NO, now=now)
    assert "Norm here" not in str(refused.value)


def test_words_for_an_individual_and_their_end_are_in_the_record_of_the_norm(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    contact, entity = make.speaker(name="The ministry")
    person = make.speaker(category=Category.INDIVIDUAL, verification=SELF_DECLARED)
    say(session, norm, clause_of(session, norm, 1), person, Stance.SUPPORT, now=now)
    word = verification.vouch(session, contact, entity, person[1], reason="A colleague.", now=now)
    verification.revoke_vouch(session, contact, word, now=now)
    assert recorded(session) == [("stakeholder.vouched", "here"), ("stakeholder.vouch-revoked", "here")]
    verification.vouch(session, contact, entity, person[1], reason="A colleague.", now=now)
    stranger = make.seated(Role.MODERATOR)
    verification.decide_verification(session, stranger, entity, **NO, now=now)
    assert recorded(session)[-1] == ("stakeholder.decided", "here")  # it ends the word for who takes part
    assert person[1].verification is SELF_DECLARED


@pytest.mark.parametrize("refused", ["entity", "individual"])
def test_a_word_is_not_given_over_a_refusal_of_the_same_moment(
    session: Session, make: Make, now: dt.datetime, refused: str
) -> None:
    contact, entity = make.speaker(name="The ministry")
    individual = make.stakeholder(category=Category.INDIVIDUAL, verification=SELF_DECLARED)
    session.commit()  # what is read from here on is what was read before
    one = {"entity": entity, "individual": individual}[refused]
    with Session(session.get_bind()) as other:
        other.get_one(Stakeholder, one.id).verification = REFUSED
        other.commit()
    with pytest.raises((verification.VoucherUnknown, verification.AlreadyKnown)):
        verification.vouch(session, contact, entity, individual, reason="A colleague.", now=now)
    assert one.verification is REFUSED


def test_the_pages_offer_the_decision_only_to_those_who_can_take_it(
    browser: Browser,
    make: Make,
    norm: Norm,
    sign_in: Callable[[User], str],
    session: Session,
    now: dt.datetime,
) -> None:
    actor, holder = make.speaker(verification=SELF_DECLARED)
    say(session, norm, clause_of(session, norm, 1), (actor, holder), Stance.SUPPORT, now=now)
    own, stranger = make.user(), make.user()
    make.seat(own, Role.MODERATOR, norm)
    make.seat(stranger, Role.MODERATOR, make.norm(slug="there"))
    pages, form = (
        ("/en/moderation/", f"/en/stakeholders/{holder.id}/"),
        f"moderation/stakeholders/{holder.id}/",
    )
    sign_in(stranger)
    for page in pages:
        browser.get(page)
        assert form not in browser.page and "Only moderators of all of these norms" in browser.page
    assert browser.post(f"/en/{form}", verdict="refused", reason="x").status_code == 403
    assert "Norm here" in browser.page
    sign_in(own)
    for page in pages:
        browser.get(page)
        assert form in browser.page
    assert browser.post(f"/en/{form}", verdict="refused", reason="No such body.").status_code == 303
