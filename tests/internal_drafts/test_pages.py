"""The pages inside an entity, and that nobody else learns what stands there."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import Role
from app.discussion.models import Comment
from app.internal_drafts import endorsing, queries
from app.internal_drafts.models import ContributionKind, InternalDraft, State
from app.norms.models import RulesOfProcedure
from app.norms.rules import Rules, Screening
from app.norms.stages import Stage
from app.positions.models import Position, Stance
from app.stakeholders.models import Category, Verification
from tests.browser import Browser
from tests.conftest import StoppedClock
from tests.discussion.pages import SignIn
from tests.internal_drafts.conftest import LANGUAGES, House
from tests.positions.saying import next_draft

CLAUSE = "/en/norms/s/provisions/p1/"
SECRET = "Who pays for this, exactly?"


@pytest.fixture
def inside(house: House) -> str:
    return f"/en/stakeholders/{house.entity.id}/internal-drafts/"


@pytest.fixture
def enter(house: House, browser: Browser, sign_in: SignIn) -> Callable[[str], Browser]:
    def enter(person: str) -> Browser:
        sign_in(house.people[person])
        browser.page = ""
        return browser

    return enter


def stored(session: Session) -> list[InternalDraft]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(sa.select(InternalDraft).order_by(InternalDraft.id)))


def allow_showing(house: House) -> None:
    content = Rules(shows_unendorsed=True).content()
    house.session.execute(
        sa.update(RulesOfProcedure).where(RulesOfProcedure.norm_id == house.norm.id).values(content=content)
    )
    house.session.commit()


@pytest.mark.parametrize(
    ("refused", "what", "fields"),
    [
        ("comment", "comment", {"body": SECRET, "kind": "question"}),
        ("propose", "change", {"operation": "replace", "wording": "All have a say.", "body": "Shorter."}),
        ("position", "position", {"stance": "object", "reason": "Too vague.", "remedy": "Name who."}),
    ],
)
def test_a_reviewer_is_led_to_the_form_inside_and_a_contact_point_endorses(
    house: House,
    enter: Callable[[str], Browser],
    inside: str,
    refused: str,
    what: str,
    fields: dict[str, str],
) -> None:
    page = enter("reviewer")
    assert page.get(f"{CLAUSE}{refused}/").status_code == 403
    assert (
        f'href="{CLAUSE}internal-drafts/?what={what}"' in page.page and "Write an internal draft" in page.page
    )
    assert page.get(f"{CLAUSE}internal-drafts/?what={what}").status_code == 200
    entity = str(house.entity.id)
    sent = page.post(f"{CLAUSE}internal-drafts/", stakeholder=entity, what=what, **LANGUAGES, **fields)
    assert sent.status_code == 303 and sent.location == inside
    page.get(inside)
    assert "Written, not endorsed" in page.page and ">Endorse<" not in page.page
    contact = enter("contact")
    contact.get("/en/my/")
    assert f"{inside}?state=drafted" in contact.page
    contact.get(inside)
    (drafted,) = stored(house.session)
    assert contact.post(f"{inside}endorse/", contribution=f"{drafted.id}.1").status_code == 303
    contact.get(inside)
    assert "1 internal draft has been endorsed." in contact.page and "Endorsed" in contact.page
    house.session.rollback()
    if what == "position":
        assert house.session.scalars(sa.select(Position.stance)).one() is Stance.OBJECT
    else:
        assert house.session.scalars(sa.select(Comment.body)).one() == fields["body"]


def test_one_who_also_speaks_for_oneself_finds_the_form_on_the_clause(
    house: House, enter: Callable[[str], Browser]
) -> None:
    person = house.make.stakeholder("Herself", category=Category.INDIVIDUAL)
    house.make.mandate(house.people["reviewer"], person)
    page = enter("reviewer")
    page.get(CLAUSE)
    assert f'href="{CLAUSE}internal-drafts/"' in page.page
    page.get(f"{CLAUSE}internal-drafts/")
    assert "Ministry" in page.page and "Herself" not in page.page
    assert page.get(f"/en/stakeholders/{person.id}/internal-drafts/").status_code == 404
    page.get(f"/en/stakeholders/{house.entity.id}/")
    assert f"/en/stakeholders/{house.entity.id}/internal-drafts/" in page.page


def test_the_form_comes_back_filled_where_something_is_missing(
    house: House, enter: Callable[[str], Browser]
) -> None:
    page = enter("reviewer")
    entity = str(house.entity.id)
    page.get(f"{CLAUSE}internal-drafts/?what=position")
    fields = {"stance": "object", "reason": "", "remedy": "Name who."}
    sent = page.post(f"{CLAUSE}internal-drafts/", stakeholder=entity, what="position", **LANGUAGES, **fields)
    assert sent.status_code == 422 and "Name who." in page.page
    assert re.search(r'value="object" required checked', page.page)
    assert "Enter the reason for your objection" in page.page


def test_a_draft_on_the_whole_text(house: House, enter: Callable[[str], Browser]) -> None:
    page = enter("reviewer")
    assert page.get("/en/norms/s/internal-drafts/?what=position").status_code == 200
    entity = str(house.entity.id)
    said = page.hidden | {"language": "en", "stakeholder": entity}
    sent = page.post("/en/norms/s/internal-drafts/", **said, body="Long.")
    assert sent.status_code == 303
    page.get(sent.location)
    assert "the whole draft" in page.page and stored(house.session)[0].clause_id is None


def test_editing_claims_it_and_keeps_the_words_before(
    house: House, enter: Callable[[str], Browser], inside: str, clock: StoppedClock
) -> None:
    drafted = house.draft(body="First words.")
    one = f"{inside}{drafted.id}/"
    page = enter("colleague")
    assert page.post(f"{one}claim/").location == one
    page.get(one)
    assert "First words." in page.page and page.hidden["version"] == "1"
    reviewer = enter("reviewer")
    reviewer.get(inside)
    assert "Colleague is editing it until" in reviewer.page
    assert reviewer.post(f"{one}claim/").status_code == 409
    assert "until 09:45 UTC" in reviewer.page
    contact = enter("contact")
    contact.get(inside)
    assert "Colleague is editing it until" in contact.page and ">Endorse<" in contact.page
    page = enter("colleague")
    fields = {"kind": "technical", "quote": "", **LANGUAGES}
    assert page.post(one, body="Second words.", version="1", **fields).status_code == 303
    page.get(one)
    assert "Earlier text" in page.page and "First words." in page.page
    late = enter("contact").post(one, body="Third words.", version="1", **fields)
    assert late.status_code == 409
    shown = late.get_data(as_text=True)
    assert "Third words." in shown and "Second words." in shown and 'name="version" value="2"' in shown
    clock.forward(minutes=20)
    assert enter("contact").post(one, body="Third words.", version="2", **fields).status_code == 303
    assert stored(house.session)[0].content["body"] == "Third words."


def test_declining_takes_a_note_that_the_author_reads(
    house: House, enter: Callable[[str], Browser], inside: str
) -> None:
    drafted = house.draft()
    contact = enter("contact")
    assert contact.post(f"{inside}{drafted.id}/decline/", note=" ").status_code == 422
    assert contact.post(f"{inside}{drafted.id}/decline/", note="Too sharp.").status_code == 303
    page = enter("reviewer")
    page.get("/en/my/")
    assert "Too sharp." in page.page
    page.get(f"{inside}?state=declined&norm=s")
    assert "Too sharp." in page.page and "Contact" in page.page
    assert page.post(f"{inside}{drafted.id}/release/").status_code == 303
    assert page.post(f"{inside}{drafted.id}/withdraw/").status_code == 303
    assert stored(house.session)[0].state is State.WITHDRAWN


def test_those_that_are_chosen_are_endorsed_and_the_others_named(
    house: House, enter: Callable[[str], Browser], inside: str
) -> None:
    first, second = house.draft(body="One."), house.draft(body="Two.")
    contact = enter("contact")
    contact.get(inside)
    boxes = re.findall(r'name="contribution" value="([\d.]+)" form="chosen"', contact.page)
    assert boxes == [f"{second.id}.1", f"{first.id}.1"]
    assert contact.post(f"{inside}endorse/").status_code == 422
    assert contact.post(f"{inside}endorse/", contribution="first").status_code == 422
    sent = contact.post(f"{inside}endorse/", contribution=[f"{first.id}.1", f"{second.id}.7"])
    assert sent.status_code == 409
    assert (
        "1 internal draft has been endorsed." in contact.page and "edited since you opened it" in contact.page
    )
    assert [one.state for one in stored(house.session)] == [State.ENDORSED, State.DRAFTED]


def test_a_closed_round_is_said_and_the_draft_stays(
    house: House, enter: Callable[[str], Browser], inside: str
) -> None:
    drafted = house.draft()
    house.norm.stage = Stage.COMPILATION
    contact = enter("contact")
    assert contact.post(f"{inside}endorse/", contribution=f"{drafted.id}.1").status_code == 409
    assert "This round is closed." in contact.page
    assert stored(house.session)[0].state is State.DRAFTED


def test_on_a_new_draft_it_is_edited_first(
    house: House, enter: Callable[[str], Browser], inside: str
) -> None:
    drafted = house.draft(ContributionKind.POSITION)
    next_draft(house.make, house.norm, "Everybody has a say, always.", "States share.")
    contact = enter("contact")
    contact.get(inside)
    assert "earlier draft of the norm" in contact.page
    contact.get(f"{inside}{drafted.id}/")
    assert "Everybody has a say, always." in contact.page
    house.session.execute(sa.update(InternalDraft).values(provision_id=None, clause_id=None, kind="comment"))
    house.session.commit()
    assert contact.get(inside).status_code == 200


@pytest.mark.parametrize("person", [None, "elsewhere", "observer"])
def test_nobody_else_learns_what_stands_inside(
    house: House, enter: Callable[[str], Browser], browser: Browser, inside: str, person: str | None
) -> None:
    drafted = house.draft(body=SECRET)
    endorsing.decline(house.session, house.actor("contact"), drafted, note=SECRET, now=house.now)
    house.draft(ContributionKind.POSITION, reason=SECRET)
    house.draft(ContributionKind.CHANGE, wording=SECRET)
    house.session.commit()
    page = enter(person) if person else browser
    assert page.get(inside).status_code == 404
    assert page.get(f"{inside}{drafted.id}/").status_code == 404
    public = [
        CLAUSE,
        "/en/norms/s/",
        "/en/record/",
        "/en/norms/s/record/",
        "/en/norms/s/dispositions/",
        "/en/norms/s/objections/",
        "/en/norms/s/consensus/",
        f"/en/stakeholders/{house.entity.id}/",
        "/api/v1/norms/s",
        "/api/v1/norms/s/comments",
        "/api/v1/norms/s/positions",
        "/api/v1/norms/s/provisions/p1",
    ]
    seen = 0
    for address in public:
        answer = page.get(address)
        seen += answer.status_code == 200
        assert SECRET.rstrip("?") not in page.page and "Not endorsed" not in page.page, address
        if "/record/" in address and "norms" in address:
            assert "contribution:" not in page.page
    assert seen >= 9


def test_where_the_rules_say_so_the_clause_shows_it_as_not_endorsed_and_counts_it_nowhere(
    house: House, browser: Browser, enter: Callable[[str], Browser]
) -> None:
    allow_showing(house)
    browser.get(CLAUSE)
    assert "Not endorsed" not in browser.page
    house.draft(body=SECRET)
    house.draft(ContributionKind.POSITION)
    house.draft(ContributionKind.CHANGE)
    gone = house.draft(body="Taken back.")
    endorsing.withdraw(house.session, house.actor("reviewer"), gone, now=house.now)
    house.session.commit()
    browser.get(CLAUSE)
    assert SECRET in browser.page and "Ministry" in browser.page and "<del>" in browser.page
    assert browser.page.count('class="tag">Not endorsed') == 3 and "Taken back." not in browser.page
    assert "No positions have been stated yet." in browser.page and "Reviewer" not in browser.page
    browser.get("/en/norms/s/rules/")
    assert "Public, marked as not endorsed" in browser.page
    page = enter("reviewer")
    page.get(f"{CLAUSE}internal-drafts/")
    assert "internal drafts are public, marked as not endorsed" in page.page


def test_nothing_is_shown_where_comments_are_held_or_not_taken_or_of_whom_was_refused(
    house: House, browser: Browser, clock: StoppedClock
) -> None:
    allow_showing(house)
    house.draft(body=SECRET)

    def is_shown() -> bool:
        house.session.commit()
        clock.forward(minutes=1)  # a visitor's page may be that old
        browser.get(CLAUSE)
        return SECRET in browser.page

    assert is_shown()
    house.norm.stage = Stage.COMPILATION
    assert not is_shown()
    house.norm.stage = Stage.CONSULTATION
    house.entity.verification = Verification.REFUSED
    assert not is_shown()
    house.entity.verification = Verification.SELF_DECLARED
    assert is_shown()
    held = Rules(shows_unendorsed=True, screening=Screening.HELD).content()
    house.session.execute(
        sa.update(RulesOfProcedure).where(RulesOfProcedure.norm_id == house.norm.id).values(content=held)
    )
    assert not is_shown()


def test_a_moderator_hides_what_nobody_endorsed(
    house: House, enter: Callable[[str], Browser], browser: Browser, inside: str, sign_in: SignIn
) -> None:
    allow_showing(house)
    drafted = house.draft(body=SECRET)
    moderator = house.make.user("Mona")
    house.make.seat(moderator, Role.MODERATOR, house.norm)
    house.session.commit()
    sign_in(moderator)
    browser.get(CLAUSE)
    assert SECRET in browser.page
    address = f"/en/norms/s/unendorsed/{drafted.id}/hide/"
    for _ in range(2):
        assert browser.post(address, reason="spam").status_code == 303
    browser.get(CLAUSE)
    assert SECRET not in browser.page
    page = enter("reviewer")
    page.get(inside)
    assert SECRET in page.page and "hidden from others: Spam" in page.page
    acts = house.session.scalars(sa.select(AuditEntry.act)).all()
    assert acts.count("contribution-hidden") == 1


def test_what_nobody_endorsed_comes_a_page_at_a_time(house: House, browser: Browser) -> None:
    allow_showing(house)
    for number in range(queries.PAGE + 2):
        house.draft(body=f"Draft number {number:03}.")
    house.session.commit()
    browser.get(CLAUSE)
    assert "Draft number 051." in browser.page and "Draft number 001." not in browser.page
    (address,) = re.findall(r'href="(\?unendorsed=\d+)#unendorsed"', browser.page)
    browser.get(CLAUSE + address)
    assert "Draft number 001." in browser.page and "Draft number 002." not in browser.page


@pytest.mark.parametrize("person", ["contact", "reviewer"])
def test_the_pages_in_arabic(house: House, enter: Callable[[str], Browser], inside: str, person: str) -> None:
    drafted = house.draft(ContributionKind.CHANGE)
    page = enter(person)
    for address in (inside, f"{inside}{drafted.id}/", f"{CLAUSE}internal-drafts/", "/en/my/"):
        assert page.get(address.replace("/en/", "/ar/")).status_code == 200 and 'dir="rtl"' in page.page


def test_drafts_on_a_norm_that_is_closed_to_a_person_are_not_listed(
    house: House, enter: Callable[[str], Browser], inside: str
) -> None:
    drafted = house.draft(body=SECRET)
    house.norm.is_public = False
    page = enter("contact")
    page.get(inside)
    assert SECRET not in page.page and "Norm s" not in page.page
    assert page.get(f"{inside}{drafted.id}/").status_code == 404
