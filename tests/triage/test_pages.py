"""The pages on which many comments are answered."""

import datetime as dt
import html
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Actor, Role
from app.discussion.models import Visibility
from app.norms.models import Norm
from app.positions.models import Stance
from app.triage import answer_templates, grouping, service
from app.triage.queries import bundles
from tests.browser import Browser
from tests.discussion.pages import SignIn
from tests.discussion.saying import decide, remark, rows
from tests.factories import Make
from tests.positions.saying import clause_of, say
from tests.triage.test_library import KEPT

TRIAGE, GROUPS = "/en/norms/s/triage/", "/en/norms/s/groups/"
ANSWER = {"decision": "noted", "language": "en", "reason": "Both read."}


def listed(browser: Browser) -> list[int]:
    return [int(number) for number in re.findall(r'name="comment" value="(\d+)"', browser.page)]


def ticked(browser: Browser) -> list[int]:
    return [int(number) for number in re.findall(r'name="comment" value="(\d+)" checked', browser.page)]


def test_the_queue_answers_those_that_are_chosen(at_the_desk: Browser) -> None:
    at_the_desk.get(f"{TRIAGE}?clause=p1")
    assert listed(at_the_desk) == [1, 2, 3, 4, 5, 6, 7] and "Too long." not in at_the_desk.page
    refused = at_the_desk.post(f"{TRIAGE}?clause=p1", **ANSWER | {"reason": ""}, comment=["1", "2"])
    assert refused.status_code == 422 and ticked(at_the_desk) == [1, 2]
    done = at_the_desk.post(f"{TRIAGE}?clause=p1", **ANSWER, comment=["1", "2"])
    assert done.status_code == 303 and done.location.endswith("?clause=p1")
    at_the_desk.get(done.location)
    assert "2 comments have been answered." in at_the_desk.page and listed(at_the_desk) == [3, 4, 5, 6, 7]
    assert "2 of 8 comments have been answered" in at_the_desk.page and "At this rate" in at_the_desk.page


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("clause=-", [8]),
        ("clause=p9", []),
        ("category=company", [7]),
        ("bloc=other-developing", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("bloc=ldc", []),
        ("words=fr", []),
        ("kind=question", []),
        ("to=mine", []),
        ("to=nobody&category=company", [7]),
        ("same=7", [7]),
        ("show=held", []),
        ("kind=nonsense&bloc=x&show=y&same=zz&after=q&to=x&first=1", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("after=6", [7, 8]),
    ],
)
def test_the_address_narrows_the_queue(asked: str, expected: list[int], at_the_desk: Browser) -> None:
    assert at_the_desk.get(f"{TRIAGE}?{asked}").status_code == 200
    assert listed(at_the_desk) == expected


def test_objections_first_and_page_after_page(
    session: Session, make: Make, campaign: Norm, at_the_desk: Browser, now: dt.datetime
) -> None:
    clause, objector = clause_of(session, campaign, 1), make.speaker()
    say(session, campaign, clause, objector, Stance.OBJECT, reason="No.", now=now)
    for number in range(60):
        speaker = objector if number > 55 else make.speaker()
        remark(session, campaign, clause, speaker, f"Strike {number}.", now=now)
    session.commit()
    seen, address = [], f"{TRIAGE}?first=objections"
    for _ in range(2):
        at_the_desk.get(address)
        seen += listed(at_the_desk)
        onward = re.search(r'href="([^"]*)">Next page', at_the_desk.page)
        address = html.unescape(onward[1]) if onward else ""
    assert seen[:5] == [65, 66, 67, 68, 1] and sorted(seen) == list(range(1, 69)) and not address


def test_a_kept_answer_fills_the_form_and_keeps_the_ticks(
    session: Session, campaign: Norm, acting: Actor, at_the_desk: Browser, now: dt.datetime
) -> None:
    kept = answer_templates.add(session, acting, campaign, **KEPT, now=now)
    session.commit()
    sent = {"template": str(kept.id), "comment": ["3"]}
    assert at_the_desk.post(f"{TRIAGE}prefill/?clause=p1", **sent).status_code == 200
    assert KEPT["reason"] in at_the_desk.page and ticked(at_the_desk) == [3]
    assert re.search(r'value="out-of-scope" selected', at_the_desk.page)
    assert at_the_desk.post(f"{TRIAGE}prefill/", template="999").status_code == 404


def test_a_person_is_asked_for_some_or_for_all_that_are_found(at_the_desk: Browser, moderator: User) -> None:
    at_the_desk.get(TRIAGE)
    at_the_desk.post(f"{TRIAGE}assign-all/?clause=p1", to=str(moderator.id), decision="noted")
    at_the_desk.get(f"{TRIAGE}?to=mine")
    assert listed(at_the_desk) == [1, 2, 3, 4, 5, 6, 7] and "Assigned to Mona" in at_the_desk.page
    at_the_desk.post(f"{TRIAGE}unassign/", comment=["1", "2", "3"])
    at_the_desk.get(f"{TRIAGE}?to=mine")
    assert listed(at_the_desk) == [4, 5, 6, 7]
    assert at_the_desk.post(f"{TRIAGE}assign/", comment=["1"], to="999").status_code == 422
    assert ticked(at_the_desk) == [1]


def test_what_is_held_is_for_moderators(
    session: Session, make: Make, campaign: Norm, at_the_desk: Browser, sign_in: SignIn
) -> None:
    rows(session)[0].visibility = Visibility.HELD
    session.commit()
    at_the_desk.get(f"{TRIAGE}?show=held")
    assert listed(at_the_desk) == [1]
    at_the_desk.post(f"{TRIAGE}release/?show=held", comment=["1"])
    at_the_desk.get(f"{TRIAGE}?show=held")
    assert listed(at_the_desk) == []
    editor = make.user()
    make.seat(editor, Role.EDITOR, campaign)
    session.commit()
    sign_in(editor)
    assert at_the_desk.get(f"{TRIAGE}?show=held").status_code == 403
    assert at_the_desk.get(TRIAGE).status_code == 200


def test_letters_become_a_group_that_is_answered_at_once(
    session: Session, campaign: Norm, at_the_desk: Browser, runner: FlaskCliRunner
) -> None:
    at_the_desk.get(f"{GROUPS}copies/")
    assert "No search has been made yet." in at_the_desk.page
    for _ in range(2):
        assert at_the_desk.post(f"{GROUPS}copies/").status_code == 303
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    at_the_desk.get(f"{GROUPS}copies/?clause=-")
    assert listed(at_the_desk) == [] and "No similar comments" in at_the_desk.page
    at_the_desk.get(f"{GROUPS}copies/?clause=p1")
    assert "6 similar comments" in at_the_desk.page and listed(at_the_desk) == [1, 2, 3, 4, 5, 6]
    sent = [str(number) for number in listed(at_the_desk)]
    at_the_desk.get(at_the_desk.post(GROUPS, comment=sent, title="Children").location)
    assert "6 comments have been answered together." in at_the_desk.page and "Children" in at_the_desk.page
    assert at_the_desk.post(f"{GROUPS}1/answer/", **ANSWER | {"reason": ""}).status_code == 422
    at_the_desk.get(at_the_desk.post(f"{GROUPS}1/answer/", **ANSWER).location)
    assert "All comments have been answered." in at_the_desk.page
    at_the_desk.get(f"{GROUPS}copies/?clause=p1")
    assert "No similar comments were found here." in at_the_desk.page


def test_a_group_is_split_united_and_dissolved(
    session: Session, campaign: Norm, at_the_desk: Browser, acting: Actor, now: dt.datetime
) -> None:
    for numbers in ([1, 2, 3, 4], [5, 6]):
        grouping.form(session, acting, campaign, numbers, now=now)
    session.commit()
    at_the_desk.get(f"{GROUPS}1/")
    assert at_the_desk.post(f"{GROUPS}1/split/", comment=["1", "2"]).location.endswith("/groups/3/")
    at_the_desk.get(f"{GROUPS}3/")
    at_the_desk.post(f"{GROUPS}3/unite/", other="2")
    at_the_desk.post(f"{GROUPS}3/join/", comment=["7"])
    at_the_desk.get(f"{GROUPS}3/")
    assert listed(at_the_desk) == [1, 2, 5, 6, 7]
    at_the_desk.post(f"{GROUPS}1/dissolve/")
    at_the_desk.get(f"{GROUPS}1/")
    assert "This group has been dissolved." in at_the_desk.page
    session.rollback()
    assert [bundle.group.number for bundle in bundles(session, campaign.id)] == [3]


def test_the_most_alike_are_shown_to_be_put_together(at_the_desk: Browser) -> None:
    at_the_desk.get(f"{GROUPS}like/1/")
    assert ticked(at_the_desk) == [1] and listed(at_the_desk) == [1, 2, 3, 4, 5, 6]
    assert "Comments in other languages are not found here." in at_the_desk.page
    at_the_desk.get(f"{GROUPS}like/7/")
    assert listed(at_the_desk) == [7] and "No similar comments were found." in at_the_desk.page


def test_everybody_may_read_what_was_answered_together(
    session: Session, campaign: Norm, browser: Browser, acting: Actor, now: dt.datetime
) -> None:
    grouping.form(session, acting, campaign, [1, 2], title="Letters", now=now)
    decide(session, campaign, acting, rows(session)[0], now=now)
    session.commit()
    for language in ("en", "ar"):
        for page in ("groups/", "groups/1/"):
            assert browser.get(f"/{language}/norms/s/{page}").status_code == 200
            assert "Letters" in browser.page and 'type="checkbox"' not in browser.page
    assert browser.get(f"{GROUPS}9/").status_code == 404


def test_the_library_keeps_what_was_typed(at_the_desk: Browser, session: Session) -> None:
    address = f"{TRIAGE}answer-templates/"
    at_the_desk.get(address)
    sent = {
        "title": "Military",
        "language": "en",
        "decision": "out-of-scope",
        "reason": "Not in the mandate.",
    }
    assert at_the_desk.post(address, **sent | {"reason": ""}).status_code == 422
    assert 'value="Military"' in at_the_desk.page
    at_the_desk.get(at_the_desk.post(address, **sent).location)
    assert "Not in the mandate." in at_the_desk.page
    number, read = re.search(r"answer-templates/(\d+)/remove/", at_the_desk.page), at_the_desk.hidden
    assert number is not None
    assert at_the_desk.post(f"{address}{number[1]}/", **sent | read | {"title": ""}).status_code == 422
    assert at_the_desk.post(f"{address}{number[1]}/", **sent | read | {"title": "War"}).status_code == 303
    at_the_desk.get(address)
    assert "War" in at_the_desk.page and "Military" not in at_the_desk.page
    at_the_desk.post(f"{address}{number[1]}/remove/")
    at_the_desk.get(address)
    assert "War</span> ·" not in at_the_desk.page


def test_a_page_takes_as_many_statements_for_fifty_comments_as_for_eight(
    session: Session, make: Make, campaign: Norm, at_the_desk: Browser, acting: Actor, now: dt.datetime
) -> None:
    asked: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))

    def statements(address: str) -> int:
        asked.clear()
        at_the_desk.get(address)
        return len(asked)

    def taken() -> list[int]:
        pages = (TRIAGE, f"{TRIAGE}?first=objections", f"{GROUPS}1/", f"{GROUPS}like/1/", f"{GROUPS}copies/")
        return [statements(page) for page in pages]

    grouping.form(session, acting, campaign, [1, 2], now=now)
    session.commit()
    before = taken()
    for number in range(45):
        remark(
            session, campaign, clause_of(session, campaign, 1), make.speaker(), f"Strike {number}.", now=now
        )
    grouping.join(session, acting, bundles(session, campaign.id)[0].group, range(9, 40), now=now)
    session.commit()
    assert taken() == before
    assert max(before) < 25


def test_what_was_sent_many_times_is_disclosed(
    session: Session, make: Make, campaign: Norm, browser: Browser, acting: Actor, now: dt.datetime
) -> None:
    clause = clause_of(session, campaign, 1)
    for _ in range(2):
        remark(session, campaign, clause, make.speaker(), "Who  pays?", now=now)
    grouping.form(session, acting, campaign, [7, 9, 10], now=now)
    session.commit()
    browser.get("/en/norms/s/provisions/p1/")
    assert "3 comments have the same text" in browser.page
    browser.get("/en/norms/s/dispositions/")
    assert browser.page.count("3 comments have this same text") == 3
    assert "0 of 10 comments have been answered" in browser.page
    browser.get("/en/norms/s/comments/7/")
    assert "3 comments have this same text" in browser.page
    assert "Answered together with 2 similar comments" in browser.page
    browser.get("/en/norms/s/comments/1/")
    assert "same words" not in browser.page and "Answered together" not in browser.page


def test_who_is_asked_to_answer_sees_it_among_their_items(
    session: Session, campaign: Norm, at_the_desk: Browser, acting: Actor, moderator: User, now: dt.datetime
) -> None:
    at_the_desk.get("/en/my/")
    assert "Comments assigned to you" not in at_the_desk.page
    service.assign(session, acting, campaign, [1, 2], to=moderator, now=now)
    decide(session, campaign, acting, rows(session)[0], now=now)
    session.commit()
    at_the_desk.get("/en/my/")
    assert re.search(r"Comments assigned to you.*?triage/\?to=mine[^:]*: 1<", at_the_desk.page, re.S)
