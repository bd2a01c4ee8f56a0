"""One answer to many objections: one act, an answer for each, and each objector replies alone."""

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Actor, Role
from app.foundation.errors import NotFound
from app.norms.models import Norm
from app.notices.models import Mentioned, Notice
from app.notices.service import go_round
from app.positions import grounds, ledger, queries
from app.positions.models import NO_REASON, Objection, ObjectionAnswer, ObjectionState, Stance
from tests.browser import Browser
from tests.factories import Make
from tests.moments import statements
from tests.positions.saying import clause_of, say

State = ObjectionState
LEDGER = "/en/norms/norm/objections/"
Objectors = Callable[..., list[Objection]]


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Machines serve people.", "Risks are assessed.", slug="norm")


@pytest.fixture
def chair(make: Make, norm: Norm) -> Actor:
    return make.seated(Role.CHAIR, norm)


@pytest.fixture
def chair_signed_in(make: Make, norm: Norm, sign_in: Callable[[User], str]) -> None:
    user = make.user()
    make.seat(user, Role.CHAIR, norm)
    sign_in(user)


@pytest.fixture
def objectors(session: Session, make: Make, norm: Norm, now: dt.datetime) -> Objectors:
    def act(number: int, reason: str = NO_REASON) -> list[Objection]:
        before = session.scalar(sa.select(sa.func.max(Objection.id))) or 0
        clause = clause_of(session, norm, 1)
        for _ in range(number):
            say(session, norm, clause, make.speaker(), Stance.OBJECT, reason=reason, now=now)
        return list(session.scalars(sa.select(Objection).where(Objection.id > before).order_by(Objection.id)))

    return act


def stood(objections: list[Objection]) -> dict[int, queries.Stood]:
    return {one.id: (one.position_id, one.state) for one in objections}


def together(
    session: Session,
    chair: Actor,
    norm: Norm,
    seen: dict[int, queries.Stood],
    now: dt.datetime,
    text: str = "So.",
) -> list[ObjectionAnswer]:
    return ledger.answer_together(session, chair, norm, seen, text=text, language="en", now=now)


def test_each_objection_has_its_own_answer_and_the_record_one_entry(
    session: Session, norm: Norm, chair: Actor, objectors: Objectors, now: dt.datetime
) -> None:
    chosen, other = objectors(3), objectors(1)[0]
    given = together(session, chair, norm, stood(chosen), now)
    assert [one.objection_id for one in given] == [one.id for one in chosen]
    assert {one.state for one in chosen} == {State.ANSWERED} and other.state is State.OPEN
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "objections-answered")).one()
    assert entry.details == {"objections": [one.id for one in chosen]}
    assert len(entry.binds["rows"]) == 6  # three answers, three objections in their new state


def test_each_objector_replies_alone(
    session: Session, make: Make, norm: Norm, chair: Actor, now: dt.datetime
) -> None:
    speakers = [make.speaker(), make.speaker()]
    for speaker in speakers:
        say(session, norm, clause_of(session, norm, 1), speaker, Stance.OBJECT, reason="Vague.", now=now)
    mine, theirs = session.scalars(sa.select(Objection).order_by(Objection.id)).all()
    together(session, chair, norm, stood([mine, theirs]), now)
    ledger.settle(
        session,
        speakers[0][0],
        norm,
        mine,
        state=State.ACCOMMODATED,
        seen=ledger.last_answers(session, [mine.id])[mine.id].id,
        now=now,
    )
    assert (mine.state, theirs.state) == (State.ACCOMMODATED, State.ANSWERED)


def test_what_stands_otherwise_is_refused_and_nothing_is_answered(
    session: Session, norm: Norm, chair: Actor, objectors: Objectors, now: dt.datetime
) -> None:
    chosen = objectors(3)
    seen = stood(chosen)
    seen[chosen[1].id] = (chosen[0].position_id, State.OPEN)
    with pytest.raises(ledger.RestatedSince):
        together(session, chair, norm, seen, now)
    with pytest.raises(ledger.NoObjectionChosen):
        together(session, chair, norm, {}, now)
    with pytest.raises(NotFound):
        together(session, chair, norm, {**stood(chosen), 10**6: (1, State.OPEN)}, now)
    assert session.scalar(sa.select(sa.func.count(ObjectionAnswer.id))) == 0
    chosen[0].state = State.MAINTAINED
    session.flush()
    with pytest.raises(ledger.AnsweredApart):
        together(session, chair, norm, stood(chosen), now)
    chosen[0].state = State.WITHDRAWN
    session.flush()
    with pytest.raises(ledger.NotLive):
        together(session, chair, norm, stood(chosen), now)


def test_sent_twice_it_is_given_once(
    session: Session, norm: Norm, chair: Actor, objectors: Objectors, now: dt.datetime
) -> None:
    seen = stood(objectors(3))
    first = together(session, chair, norm, seen, now)
    assert together(session, chair, norm, seen, now) == first
    assert session.scalar(sa.select(sa.func.count(ObjectionAnswer.id))) == 3


def test_the_number_of_statements_does_not_grow_with_that_of_the_objections(
    session: Session, norm: Norm, chair: Actor, objectors: Objectors, now: dt.datetime
) -> None:
    counts = []
    for number in (2, 40):
        seen = stood(objectors(number))
        with statements(session) as sent:
            together(session, chair, norm, seen, now)
        counts.append(len(sent))
    assert counts[1] <= counts[0]


@pytest.mark.usefixtures("chair_signed_in")
def test_all_without_a_reason_are_answered_at_once_from_the_page(
    session: Session, browser: Browser, objectors: Objectors
) -> None:
    """More than a page holds, by the filter; those with reasons, and one that is over, are left alone."""
    without, reasoned = objectors(60), objectors(2, "Too vague.")
    without[0].state = State.WITHDRAWN
    session.commit()
    shown = html.unescape(browser.get(f"{LEDGER}?grounds=none").text)
    assert "Too vague.</p>" not in shown and "on every page: 59" in shown
    sent = {
        "text": "The annex gives the reasons for the clause.",
        "language": "en",
        "grounds": "none",
        "all": re.findall(r'name="all" value="(sha256:[0-9a-f]+)"', shown)[0],
    }
    assert browser.post(f"{LEDGER}answer/", **sent).status_code == 303
    session.rollback()
    session.expire_all()
    assert [one.state for one in without] == [State.WITHDRAWN] + [State.ANSWERED] * 59
    assert {one.state for one in reasoned} == {State.OPEN}
    again = browser.post(f"{LEDGER}answer/", **sent | {"text": "Other words."})
    assert again.status_code == 409 and "Other words." in again.text


@pytest.mark.usefixtures("chair_signed_in")
def test_ticked_objections_are_answered_and_others_are_not(
    session: Session, browser: Browser, objectors: Objectors
) -> None:
    chosen = objectors(3, "Too vague.")
    session.commit()
    browser.get(LEDGER)
    ticked = [f"{one.id}.{one.position_id}.open" for one in chosen[:2]]
    words = {"text": "See the annex.", "language": "en", "all": ""}
    for unclear in ([], ["1.x"], ["1.1.gone"], ["²"]):
        assert browser.post(f"{LEDGER}answer/", **words, objection=unclear).status_code == 422, unclear
    assert browser.post(f"{LEDGER}answer/", **words, objection=ticked).status_code == 303
    session.rollback()
    session.expire_all()
    assert [one.state for one in chosen] == [State.ANSWERED, State.ANSWERED, State.OPEN]


def test_each_objector_is_told(
    session: Session, norm: Norm, chair: Actor, objectors: Objectors, now: dt.datetime
) -> None:
    chosen = objectors(3)
    session.commit()
    go_round(session, SYSTEM, now=now)
    together(session, chair, norm, stood(chosen), now)
    session.commit()
    go_round(session, SYSTEM, now=now)
    notice = session.scalars(sa.select(Notice).where(Notice.act == "objections-answered")).one()
    told = session.scalars(sa.select(Mentioned.stakeholder_id).where(Mentioned.number == notice.number))
    assert set(told) == {one.stakeholder_id for one in chosen}


def test_objections_on_the_same_grounds_are_found_however_they_are_set(
    session: Session, make: Make, norm: Norm, objectors: Objectors, now: dt.datetime
) -> None:
    reasons = ["Too vague.", "TOO  VAGUE.", "Ｔoo vague.", "Too costly.", NO_REASON, NO_REASON]
    found = [objectors(1, reason)[0] for reason in reasons]
    elsewhere = make.norm("Other.", slug="elsewhere")
    say(
        session,
        elsewhere,
        clause_of(session, elsewhere, 1),
        make.speaker(),
        Stance.OBJECT,
        reason="Too vague.",
        now=now,
    )
    (one,) = grounds.shared(session, norm.id, queries.ObjectionFilter()).values()
    assert (one.first, one.number, one.reason) == (found[0].id, 3, "Too vague.")
    for chosen, number in ((found[1], 3), (found[3], 1)):
        wanted = queries.ObjectionFilter(reasons=grounds.ways_to_say(session, norm.id, chosen.id))
        assert len(ledger.stood(session, norm.id, wanted)) == number
    for unknown in (0, session.scalar(sa.select(sa.func.max(Objection.id)))):  # the last is another norm's
        assert grounds.ways_to_say(session, norm.id, unknown or 0) == []


def test_an_answer_says_how_many_objections_got_it(
    session: Session, norm: Norm, chair: Actor, objectors: Objectors, now: dt.datetime
) -> None:
    chosen, alone = objectors(3), objectors(1)
    given = together(session, chair, norm, stood(chosen[:2]), now)
    later = together(session, chair, norm, stood(chosen[2:]), now)  # the same words, by themselves
    other = together(session, chair, norm, stood(alone), now, text="Otherwise.")
    assert grounds.reach(session, norm.id, [*given, *later, *other]) == {
        one.id: 3 for one in (*given, *later)
    }
    same = queries.ObjectionFilter(answered_as=later[0].id)
    assert [line.objection.id for line in queries.ledger(session, norm.id, same)] == [
        one.id for one in chosen
    ]
    session.execute(sa.update(Objection).values(state=State.MAINTAINED))
    session.expire_all()
    note = together(session, chair, norm, stood(chosen[:1]), now)  # the same words, as a note
    assert grounds.reach(session, norm.id, note) == {}


def test_shared_grounds_are_answered_together_on_the_page_and_each_objector_says_whether_it_resolves_theirs(
    session: Session,
    make: Make,
    norm: Norm,
    browser: Browser,
    sign_in: Callable[[User], str],
    now: dt.datetime,
) -> None:
    speakers = [make.speaker() for _ in range(3)]
    for speaker, reason in zip(speakers, ("Too vague.", "Too  VAGUE.", "Too costly."), strict=True):
        say(session, norm, clause_of(session, norm, 1), speaker, Stance.OBJECT, reason=reason, now=now)
    first, second, other = session.scalars(sa.select(Objection).order_by(Objection.id)).all()
    user = make.user()
    make.seat(user, Role.CHAIR, norm)
    sign_in(user)
    assert f'href="?grounds={first.id}"' in browser.get(LEDGER).text
    shown = browser.get(f"{LEDGER}?grounds={second.id}").text
    assert "Too costly." not in shown and "2 objections give this reason." in shown
    assert f'<option value="{first.id}" selected>' in shown
    sent = {"text": "The annex defines it.", "language": "en", "grounds": str(second.id)}
    listed = re.findall(r'name="all" value="(sha256:[0-9a-f]+)"', shown)[0]
    assert browser.post(f"{LEDGER}answer/", **sent, all=listed).status_code == 303
    session.rollback()
    session.expire_all()
    assert [one.state for one in (first, second, other)] == [State.ANSWERED, State.ANSWERED, State.OPEN]
    answer = ledger.last_answers(session, [first.id])[first.id]
    holder = session.get_one(User, speakers[0][0].user_id)
    sign_in(holder)
    told = browser.get(LEDGER).text
    assert told.count("This answer was given to 2 objections.") == 2
    listing = browser.get(f"{LEDGER}?answer={answer.id}").text
    assert f'id="o{first.id}"' in listing and f'id="o{second.id}"' in listing
    assert f'id="o{other.id}"' not in listing
    settled = browser.post(f"{LEDGER}{first.id}/settle/", state="accommodated", answer=str(answer.id))
    assert settled.status_code == 303
    session.rollback()
    session.expire_all()
    assert [one.state for one in (first, second)] == [State.ACCOMMODATED, State.ANSWERED]
    for unclear in ("²", "gone", str(10**30)):
        assert browser.get(f"{LEDGER}?grounds={unclear}&answer={unclear}").status_code == 200
