"""What is said is said on the words that were read: a form opened on draft 1 is not a form on draft 2."""

import csv
import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import tokens
from app.accounts.models import Scope, User
from app.accounts.passwords import digest
from app.authority.actor import MandateRole
from app.discussion.models import Comment
from app.discussion.sheets.columns import Column, heading
from app.internal_drafts.models import InternalDraft
from app.norms.models import ClauseText, Norm
from app.norms.seen import Seen, SeenUnclear, seen_in
from app.norms.stages import Stage
from app.positions.models import Explanation, Position, Reservation, Stance
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.conftest import NOW
from tests.discussion.saying import remark
from tests.factories import Make
from tests.positions.saying import clause_of, next_draft, say

NOT, MAY = "States shall not deploy such systems.", "States may deploy such systems."
CLAUSE = "/en/norms/ai/provisions/p1/"
PASSWORD = "a horse on 12"
SignIn = Callable[[User], str]
Headers = dict[str, str]


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm({"en": NOT, "fr": "Les États ne déploient pas."}, "Risks are assessed.", slug="ai")


@pytest.fixture
def peru(make: Make) -> Stakeholder:
    return make.stakeholder("Peru", country="PE")


@pytest.fixture
def speaker(make: Make, peru: Stakeholder) -> User:
    user = make.user(password_hash=digest(PASSWORD))
    make.mandate(user, peru)
    return user


@pytest.fixture
def head(session: Session, make: Make, speaker: User) -> Headers:
    """With these a program writes for who speaks."""
    secret = tokens.make(
        session,
        make.actor(speaker),
        speaker,
        name="T",
        scope=Scope.WRITE,
        days=30,
        current_password=PASSWORD,
        now=NOW,
    )
    return {"Authorization": f"Bearer {secret}"}


def opened(make: Make, norm: Norm) -> None:
    """Draft 2 says the contrary in its first clause, and the same in its second."""
    next_draft(make, norm, {"en": MAY, "fr": "Les États peuvent déployer."}, "Risks are assessed.")
    make.session.commit()


def number_of(session: Session, *tables: type) -> int:
    session.rollback()
    return sum(session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables)


def check_both_are_shown(browser: Browser, typed: str) -> None:
    assert "Changes since you read it" in browser.page and typed in browser.page
    assert NOT in browser.page and MAY in browser.page
    assert "<del>shall not</del>" in browser.page and "<ins>may</ins>" in browser.page


@pytest.mark.parametrize(
    ("form", "to", "fields", "table"),
    [
        ("position/", "position/", {"stance": "support", "reason": "Kept words."}, Position),
        ("comment/", "comment/", {"body": "Kept words.", "kind": "general"}, Comment),
        (
            "propose/",
            "propose/",
            {"body": "Kept words.", "operation": "replace", "wording": "No state shall."},
            Comment,
        ),
    ],
)
def test_a_form_on_draft_1_is_not_recorded_on_draft_2(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser, form: str, to: str, fields: dict[str, str], table: type,
) -> None:  # fmt: skip
    sign_in(speaker)
    browser.get(CLAUSE + form)
    typed = browser.hidden | {"stakeholder": str(peru.id), "language": "en"} | fields
    opened(make, norm)
    assert browser.post(CLAUSE + to, **typed).status_code == 409
    check_both_are_shown(browser, "Kept words.")
    assert number_of(session, table) == 0
    seen = {name: browser.hidden[name] for name in ("seen", "read_language")}
    assert browser.post(CLAUSE + to, **typed | seen).status_code == 303
    assert number_of(session, table) == 1


def test_words_that_were_kept_for_another_wording_are_shown_with_the_difference(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    sign_in(speaker)
    browser.get(CLAUSE + "comment/")
    typed = browser.hidden | {"stakeholder": str(peru.id), "language": "en", "body": "Kept words."}
    assert browser.post(CLAUSE + "comment/", **typed, act="keep").status_code == 303
    opened(make, norm)
    browser.get(CLAUSE + "comment/")
    check_both_are_shown(browser, "Kept words.")


def test_a_reservation_is_on_the_words_that_were_read(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    norm.stage = Stage.CONSENSUS_CALL
    say(session, norm, clause_of(session, norm, 1), (make.actor(speaker), peru), Stance.ACCEPT, now=NOW)
    sign_in(speaker)
    browser.get(CLAUSE + "position/")
    typed = browser.hidden | {"stakeholder": str(peru.id), "language": "en", "text": "Kept words."}
    opened(make, norm)
    assert browser.post(CLAUSE + "reservation/", **typed).status_code == 409
    check_both_are_shown(browser, "Kept words.")
    assert number_of(session, Reservation) == 0


def test_a_reaffirmation_and_an_explanation_are_too(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    norm.stage = Stage.CONSENSUS_CALL
    say(session, norm, clause_of(session, norm, 1), (make.actor(speaker), peru), Stance.ACCEPT, now=NOW)
    sign_in(speaker)
    browser.get("/en/norms/ai/determination/")
    explained = {"stakeholder": str(peru.id), "language": "en", "text": "Kept words.", **browser.hidden}
    browser.get(CLAUSE + "position/")
    opened(make, norm)
    typed = {name: browser.hidden[name] for name in ("seen", "read_language")}
    assert browser.post(CLAUSE + "reaffirm/", stakeholder=str(peru.id), **typed).status_code == 409
    check_both_are_shown(browser, "")
    assert browser.post("/en/norms/ai/determination/explanation/", **explained).status_code == 409
    assert "Kept words." in browser.page and "drafts/2/compare/1/" in browser.page
    assert number_of(session, Position, Explanation) == 1


def test_a_comment_on_the_whole_draft_is_on_the_draft_that_was_read(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    sign_in(speaker)
    browser.get("/en/norms/ai/comment/")
    typed = browser.hidden | {"stakeholder": str(peru.id), "language": "en", "body": "Kept words."}
    opened(make, norm)
    assert browser.post("/en/norms/ai/comment/", **typed).status_code == 409
    assert "Kept words." in browser.page and "drafts/2/compare/1/" in browser.page
    assert number_of(session, Comment) == 0


def test_a_reply_is_to_the_words_that_were_read(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    said = remark(session, norm, clause_of(session, norm, 1), make.speaker(), "I like it.", now=NOW)
    sign_in(speaker)
    browser.get(f"/en/norms/ai/comments/{said.number}/")
    typed = browser.hidden | {"stakeholder": str(peru.id), "language": "en", "body": "Kept words."}
    typed["seen"] = str(said.version)
    said.body, said.version = "I do not like it.", 2
    session.commit()
    assert browser.post("/en/norms/ai/comment/", **typed).status_code == 409
    assert "Kept words." in browser.page and "I do not like it." in browser.page
    assert number_of(session, Comment) == 1
    assert browser.post("/en/norms/ai/comment/", **typed | {"seen": "2"}).status_code == 303


@pytest.mark.parametrize("seen", ["", "0", "sha256:00", "no digest"])
def test_a_form_that_does_not_say_what_was_read_is_refused(
    session: Session, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn, browser: Browser,
    seen: str,
) -> None:  # fmt: skip
    sign_in(speaker)
    for form, fields in (("position/", {"stance": "support"}), ("comment/", {"body": "Kept words."})):
        browser.get(CLAUSE + form)
        typed = browser.hidden | {"stakeholder": str(peru.id), "language": "en", "seen": seen} | fields
        assert browser.post(CLAUSE + form, **typed).status_code == 422
    assert number_of(session, Position, Comment) == 0


def test_what_was_drafted_inside_on_other_words_is_not_endorsed(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    reviewer = make.user()
    make.mandate(reviewer, peru, MandateRole.REVIEWER)
    sign_in(reviewer)
    browser.get("/en/norms/ai/internal-drafts/")
    typed = browser.hidden | {"stakeholder": str(peru.id), "language": "en", "body": "Kept words."}
    assert browser.post("/en/norms/ai/internal-drafts/", **typed).status_code == 303
    opened(make, norm)
    drafted = session.scalars(sa.select(InternalDraft)).one()
    sign_in(speaker)
    chosen = f"{drafted.id}.{drafted.version}"
    answer = browser.post(f"/en/stakeholders/{peru.id}/internal-drafts/endorse/", contribution=chosen)
    assert answer.status_code == 409 and "The wording has changed since you read it" in browser.page
    assert number_of(session, Comment) == 0


def test_a_program_says_which_words_it_has_read_and_is_told_both_where_they_differ(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, head: Headers, client: FlaskClient
) -> None:
    session.commit()
    place = "/api/v1/norms/ai/provisions/p1"
    edition = client.get(place).get_json()["editions"][-1]["clause"]
    said = {"stakeholder": peru.id, "language": "en", "read_language": "en"}
    stated, words = said | {"stance": "support"}, said | {"body": "Hm."}
    for path, method, body in (("position", "PUT", stated), ("comments", "POST", words)):
        without = client.open(f"{place}/{path}", method=method, json=body, headers=head)
        assert without.status_code == 422
    assert edition["texts"]["en"]["text_digest"] == edition["text_digest"]
    opened(make, norm)
    for path, method, body in (("position", "PUT", stated), ("comments", "POST", words)):
        sent = body | {"text_digest": edition["texts"]["en"]["text_digest"]}
        answer = client.open(f"{place}/{path}", method=method, json=sent, headers=head)
        problem = answer.get_json()
        assert (answer.status_code, problem["code"]) == (409, "wording-changed")
        assert (problem["read"], problem["present"]) == (NOT, MAY)
    assert number_of(session, Position, Comment) == 0
    present = client.get(place).get_json()["editions"][-1]["clause"]["texts"]["en"]["text_digest"]
    answer = client.put(f"{place}/position", json=stated | {"text_digest": present}, headers=head)
    assert answer.status_code == 200 and answer.get_json()["text_digest"] == present


def test_an_answer_of_a_program_is_to_the_words_that_it_has_read(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, head: Headers, client: FlaskClient
) -> None:
    asked = remark(session, norm, clause_of(session, norm, 1), make.speaker(), "I like it.", now=NOW)
    session.commit()
    place = "/api/v1/norms/ai/provisions/p1"
    (line,) = client.get(f"{place}/comments").get_json()["items"]
    digest_ = client.get(place).get_json()["editions"][-1]["clause"]["text_digest"]
    sent = {"stakeholder": peru.id, "language": "en", "read_language": "en", "body": "Why?"}
    sent |= {"text_digest": digest_, "answers": line["comment"]}
    assert client.post(f"{place}/comments", json=sent, headers=head).status_code == 422
    said = session.get_one(Comment, asked.id)
    said.body, said.version = "I do not like it.", 2
    session.commit()
    sent |= {"answers_version": line["version"]}
    assert client.post(f"{place}/comments", json=sent, headers=head).status_code == 409
    sent |= {"answers_version": 2}
    assert client.post(f"{place}/comments", json=sent, headers=head).status_code == 201


def heading_row() -> list[str]:
    return [heading(column, "en") for column in Column]


def test_a_sheet_made_on_draft_1_is_refused_row_by_row_with_what_has_changed(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    sign_in(speaker)
    data = browser.client.get("/en/norms/ai/sheet.csv").data.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(data)))
    first = table.index(heading_row())
    comment = heading_row().index("Comments")
    for row in table[first + 1 :]:
        row[comment] = "Kept words."
    out = io.StringIO()
    csv.writer(out).writerows(table)
    opened(make, norm)
    browser.get("/en/norms/ai/sheet/")
    sheet = (io.BytesIO(out.getvalue().encode()), "sheet.csv")
    assert browser.post("/en/norms/ai/sheet/", stakeholder=str(peru.id), file=sheet).status_code == 200
    assert "To be added: 1. Already present: 0. Refused: 2." in browser.page  # the second clause is the same
    check_both_are_shown(browser, "Kept words.")
    assert "drafts/2/compare/1/" in browser.page
    assert browser.post("/en/norms/ai/sheet/confirm/", parcel=browser.hidden["parcel"]).status_code == 303
    (said,) = session.scalars(sa.select(Comment))
    assert said.provision_id == clause_of(session, norm, 2).provision_id


@pytest.mark.parametrize(("draft", "added", "why"), [
    ("0", 0, "does not name its draft"),
    ("1", 1, "The wording for which this row was written has changed"),
    ("2", 2, ""),
])  # fmt: skip
def test_of_a_foreign_sheet_one_says_which_draft_it_is_about(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser, draft: str, added: int, why: str,
) -> None:  # fmt: skip
    sign_in(speaker)
    opened(make, norm)
    browser.get("/en/norms/ai/sheet/")
    sheet = (io.BytesIO(b"Clause,Type of comment,Comments\n1,ge,First.\n2,ge,Second.\n"), "theirs.csv")
    fields = {"stakeholder": str(peru.id), "draft": draft}
    assert browser.post("/en/norms/ai/sheet/", **fields, file=sheet).status_code == 200
    assert f"To be added: {added}." in browser.page and why in browser.page


def test_who_reads_a_translation_is_bound_to_its_words_too(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, speaker: User, sign_in: SignIn,
    browser: Browser,
) -> None:  # fmt: skip
    sign_in(speaker)
    french = "/fr/norms/ai/provisions/p1/position/"
    browser.get(french)
    typed = browser.hidden | {"stakeholder": str(peru.id), "language": "fr", "stance": "support"}
    text = session.scalars(sa.select(ClauseText).where(ClauseText.language == "fr")).one()
    text.text = "Les États déploient."
    session.commit()
    assert browser.post(french, **typed).status_code == 409
    assert "Les États déploient." in browser.page and number_of(session, Position) == 0
    again = typed | {"seen": browser.hidden["seen"]}
    assert browser.post(french, **again).status_code == 303
    session.rollback()
    (said,) = session.scalars(sa.select(Position))
    read = seen_in(clause_of(session, norm, 1), "fr")
    assert (said.read_language, said.text_digest, said.translation_digest) == ("fr", *read)


def test_a_token_is_read_as_it_was_written_and_nothing_else_is_one() -> None:
    for seen in (Seen(b"w" * 32), Seen(b"w" * 32, b"t" * 32)):
        assert Seen.read(str(seen)) == seen
    for other in ("", "1", "sha256:" + "0" * 63, "sha256:" + "0" * 64 + ".", "md5:" + "0" * 64):
        with pytest.raises(SeenUnclear):
            Seen.read(other)
