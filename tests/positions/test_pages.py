"""The pages on which a position is stated, reaffirmed, objected and answered."""

import datetime as dt
import html
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import MandateRole, Role
from app.norms.models import Norm
from app.norms.stages import Stage
from app.positions import ledger, queries
from app.positions.models import ObjectionState, Position, Stance
from app.stakeholders.models import Stakeholder
from app.web.positions.objections import PAGE
from tests.browser import Browser
from tests.factories import Make
from tests.positions.saying import clause_of, next_draft, say
from tests.security.corpora import MARKUP
from tests.seen import token

WORDS = {"en": "Machines serve people.", "ar": "الآلات تخدم الناس."}
FORM = "/en/norms/ai/provisions/p1/position/"
LEDGER = "/en/norms/ai/objections/"
ANSWER = {"language": "en", "position": "1", "state": "open"}
SignIn = Callable[[User], str]
Stated = Callable[..., Position]


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm(WORDS, languages=("en", "ar"), slug="ai")


@pytest.fixture
def peru(make: Make) -> Stakeholder:
    return make.stakeholder("Peru", country="PE")


@pytest.fixture
def speaker(make: Make, peru: Stakeholder) -> User:
    user = make.user()
    make.mandate(user, peru)
    return user


@pytest.fixture
def stated(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, now: dt.datetime
) -> Stated:
    """Peru states a position on the first clause."""
    clause, voice = clause_of(session, norm, 1), (make.actor(speaker), peru)
    return lambda stance, **words: say(session, norm, clause, voice, stance, **words, now=now)


@pytest.fixture
def signed_in(norm: Norm, speaker: User, sign_in: SignIn) -> None:
    """Who speaks for Peru is signed in."""
    sign_in(speaker)


def fields(holder: Stakeholder, stance: str, **more: str) -> dict[str, str]:
    return {
        "stakeholder": str(holder.id),
        "stance": stance,
        "language": "en",
        "read_language": "en",
        "seen": token(**WORDS),
        **more,
    }


def current(session: Session) -> list[Position]:
    session.rollback()
    return list(session.scalars(sa.select(Position).where(Position.superseded_at.is_(None))))


def test_who_is_signed_out_is_led_to_sign_in_and_back(session: Session, norm: Norm, browser: Browser) -> None:
    session.commit()
    assert browser.get(FORM).status_code == 401
    assert f'value="{FORM}"' in browser.page


@pytest.mark.usefixtures("signed_in")
def test_a_position_is_stated_and_shown_where_it_was_stated(
    session: Session, peru: Stakeholder, speaker: User, browser: Browser
) -> None:
    assert browser.get(FORM).status_code == 200
    assert "Machines serve people." in browser.page and "Peru" in browser.page
    sent = browser.post(FORM, **fields(peru, "accept", reason="It will do."))
    assert (sent.status_code, sent.location) == (303, "/en/norms/ai/?at=p1#done")
    (said,) = current(session)
    assert (said.stance, said.reason, said.stated_by) == (Stance.ACCEPT, "It will do.", speaker.id)
    browser.get("/en/norms/ai/")
    assert "Your position: Can accept." in browser.page
    browser.get(FORM)
    assert 'value="accept" checked' in browser.page and "It will do." in browser.page


@pytest.mark.usefixtures("signed_in")
def test_the_clause_is_read_in_the_language_of_the_page(browser: Browser) -> None:
    browser.get(FORM.replace("/en/", "/ar/"))
    assert "الآلات تخدم الناس." in browser.page
    assert browser.hidden["read_language"] == "ar"


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"stance": "object", "remedy": "Name the machines."}, "Name the machines."),
        ({"stance": "", "reason": "Kept words."}, "Kept words."),
        ({"stance": "object", "reason": "x" * 30_000}, "x" * 30_000),
        ({"stance": "object", "reason": "Saved.", "language": "no language"}, "Saved."),
    ],
)
def test_what_was_typed_comes_back_with_the_refusal(
    session: Session, peru: Stakeholder, browser: Browser, sent: dict[str, str], words: str
) -> None:
    browser.get(FORM)
    assert browser.post(FORM, **{**fields(peru, "object"), **sent}).status_code == 422
    assert 'role="alert"' in browser.page and words in browser.page
    assert current(session) == []


@pytest.mark.usefixtures("signed_in")
def test_a_round_that_closed_meanwhile_gives_the_words_back(
    session: Session, norm: Norm, peru: Stakeholder, browser: Browser
) -> None:
    browser.get(FORM)
    norm.stage = Stage.COMPILATION
    session.commit()
    sent = browser.post(FORM, **fields(peru, "object", reason="Too vague.", remedy="Be clear."))
    assert sent.status_code == 409
    assert "This round is closed." in browser.page
    assert "Too vague." in browser.page and "Be clear." in browser.page
    assert 'value="object" checked' in browser.page
    norm.stage = Stage.LAST_CALL
    session.commit()
    again = browser.post(FORM, **fields(peru, "object", reason="Too vague.", remedy="Be clear."))
    assert again.status_code == 303


def test_the_form_of_a_closed_round_says_so_before_anything_is_typed(
    session: Session, norm: Norm, speaker: User, sign_in: SignIn, browser: Browser
) -> None:
    norm.stage = Stage.COMPILATION
    sign_in(speaker)
    assert browser.get(FORM).status_code == 200
    assert "This round is closed." in browser.page


def test_an_ended_sign_in_keeps_what_was_typed(
    session: Session, norm: Norm, peru: Stakeholder, browser: Browser
) -> None:
    session.commit()
    sent = browser.post(FORM, **fields(peru, "object", reason="A long reason of mine."))
    assert sent.status_code == 401
    assert "A long reason of mine." in html.unescape(browser.page)


@pytest.mark.usefixtures("signed_in")
def test_a_form_sent_twice_is_one_position(session: Session, peru: Stakeholder, browser: Browser) -> None:
    browser.get(FORM)
    page = browser.page
    for _ in range(2):
        browser.page = page
        assert browser.post(FORM, **fields(peru, "support")).status_code == 303
    assert len(session.scalars(sa.select(Position)).all()) == 1


def test_nobody_speaks_for_another_stakeholder(
    session: Session, make: Make, norm: Norm, speaker: User, sign_in: SignIn, browser: Browser
) -> None:
    other = make.stakeholder()
    sign_in(speaker)
    browser.get(FORM)
    assert browser.post(FORM, **fields(other, "support")).status_code == 403
    assert current(session) == []


def test_a_reviewer_is_told_that_they_do_not_speak_for_the_entity(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, sign_in: SignIn, browser: Browser
) -> None:
    reviewer = make.user()
    make.mandate(reviewer, peru, MandateRole.REVIEWER)
    sign_in(reviewer)
    assert browser.get(FORM).status_code == 403


@pytest.mark.usefixtures("signed_in")
def test_who_speaks_for_several_chooses_for_whom(
    session: Session, make: Make, peru: Stakeholder, speaker: User, browser: Browser
) -> None:
    second = make.stakeholder("Andean Network")
    make.mandate(speaker, second)
    session.commit()
    browser.get(FORM)
    assert f'<option value="{second.id}"' in browser.page and f'<option value="{peru.id}"' in browser.page
    assert browser.post(FORM, **fields(second, "support")).status_code == 303
    assert [one.stakeholder_id for one in current(session)] == [second.id]


@pytest.mark.usefixtures("signed_in")
def test_a_changed_wording_is_reaffirmed_in_one_click(
    session: Session, make: Make, norm: Norm, stated: Stated, browser: Browser
) -> None:
    stated(Stance.SUPPORT)
    next_draft(make, norm, {"en": "Machines serve all people.", "ar": "الآلات تخدم كل الناس."})
    session.commit()
    browser.get("/en/my/")
    assert "Positions to confirm" in browser.page
    browser.get("/en/norms/ai/")
    assert "Your position is not confirmed" in browser.page
    sent = browser.post("/en/norms/ai/provisions/p1/reaffirm/", **browser.hidden)
    assert (sent.status_code, sent.location) == (303, "/en/norms/ai/?at=p1#done")
    (said,) = current(session)
    assert said.reaffirms_id is not None
    browser.get("/en/norms/ai/provisions/p1/")
    assert "Reaffirmed on this wording" in browser.page
    browser.get("/en/my/")
    assert "Positions to confirm" not in browser.page


def test_words_keep_their_language_and_direction_and_markup_does_nothing(
    session: Session, stated: Stated, browser: Browser
) -> None:
    for markup in MARKUP:
        reason = f"النص {markup} غامض."
        stated(Stance.OBJECT, reason=reason, remedy=markup, language="ar")
        session.commit()
        for page in (LEDGER, "/en/norms/ai/provisions/p1/"):
            browser.get(page)
            assert (
                str(html.escape(markup, quote=False)).replace("'", "&#39;").replace('"', "&#34;")
                in browser.page
            )
            assert markup not in browser.page or "<" not in markup
        assert 'lang="ar" dir="rtl">النص' in browser.page


def test_an_objection_runs_its_course_through_the_pages(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    speaker: User,
    sign_in: SignIn,
    browser: Browser,
) -> None:
    chair = make.user()
    make.seat(chair, Role.CHAIR, norm)
    sign_in(speaker)
    browser.get(FORM)
    browser.post(FORM, **fields(peru, "object", reason="Too vague.", remedy="Name the machines."))
    (line,) = queries.ledger(session, norm.id)
    number = line.objection.id
    sign_in(chair)
    browser.get("/en/my/")
    assert "Objections awaiting the chair" in browser.page
    browser.get(LEDGER)
    assert "Too vague." in browser.page and "Name the machines." in browser.page
    sent = browser.post(f"{LEDGER}{number}/answer/", text="The annex names them.", **ANSWER)
    assert (sent.status_code, sent.location) == (303, f"{LEDGER}#done")
    sign_in(speaker)
    browser.get("/en/my/")
    assert "Answers to your objections" in browser.page
    browser.get(LEDGER)
    assert "The annex names them." in browser.page and "We maintain our objection" in browser.page
    read = browser.hidden["answer"]
    assert browser.post(f"{LEDGER}{number}/settle/", state="withdrawn", answer=read).status_code == 422
    assert browser.post(f"{LEDGER}{number}/settle/", state="maintained").status_code == 422
    assert browser.post(f"{LEDGER}{number}/settle/", state="maintained", answer="0").status_code == 409
    browser.get(LEDGER)
    assert browser.post(f"{LEDGER}{number}/settle/", state="maintained", answer=read).status_code == 303
    session.rollback()
    session.expire_all()
    (line,) = queries.ledger(session, norm.id, queries.ObjectionFilter(states=ledger.LIVE))
    assert line.objection.state is ObjectionState.MAINTAINED


def test_an_answer_without_words_comes_back_as_a_refusal(
    session: Session, make: Make, norm: Norm, stated: Stated, sign_in: SignIn, browser: Browser
) -> None:
    stated(Stance.OBJECT, reason="No.")
    (line,) = queries.ledger(session, norm.id)
    chair = make.user()
    make.seat(chair, Role.CHAIR, norm)
    sign_in(chair)
    browser.get(LEDGER)
    assert browser.post(f"{LEDGER}{line.objection.id}/answer/", text=" ", **ANSWER).status_code == 422
    assert browser.post(f"{LEDGER}{10**6}/answer/", text="So.", **ANSWER).status_code == 404


def test_the_ledger_shows_some_at_a_time_and_filters_by_state(
    session: Session, make: Make, norm: Norm, browser: Browser, now: dt.datetime
) -> None:
    clause = clause_of(session, norm, 1)
    for number in range(PAGE + 3):
        speaker = make.speaker(name=f"Holder {number:02}")
        say(session, norm, clause, speaker, Stance.OBJECT, reason=f"Reason {number:02}.", now=now)
    session.commit()
    browser.get(f"{LEDGER}?state=open")
    assert f"Reason {PAGE - 1}." in browser.page and f"Reason {PAGE}." not in browser.page
    last = queries.ledger(session, norm.id)[PAGE - 1].objection.id
    assert f"?state=open&after={last}" in html.unescape(browser.page)
    browser.get(f"{LEDGER}?state=open&after={last}")
    assert f"Reason {PAGE}." in browser.page and f"Reason {PAGE - 1}." not in browser.page
    browser.get(f"{LEDGER}?state=answered")
    assert "Reason 0" not in browser.page and "Reason 2" not in browser.page


@pytest.mark.usefixtures("signed_in")
def test_a_reservation_is_recorded_during_the_consensus_call(
    session: Session, norm: Norm, stated: Stated, peru: Stakeholder, browser: Browser
) -> None:
    stated(Stance.ACCEPT)
    norm.stage = Stage.CONSENSUS_CALL
    session.commit()
    browser.get(FORM)
    assert "Record a reservation instead" in browser.page
    path = "/en/norms/ai/provisions/p1/reservation/"
    sent = {"stakeholder": str(peru.id), "text": "We read this as voluntary.", "language": "en"}
    sent |= {name: browser.hidden[name] for name in ("read_language", "seen")}
    assert browser.post(path, **sent).status_code == 303
    browser.get(LEDGER)
    assert "We read this as voluntary." in browser.page


def test_my_items_are_for_who_is_signed_in(browser: Browser, sign_in: SignIn, make: Make) -> None:
    assert browser.get("/en/my/").status_code == 401
    sign_in(make.user())
    assert browser.get("/en/my/").status_code == 200
    assert "You do not represent a stakeholder yet." in browser.page
