"""The API: the pages' verbs and figures as JSON, for visitors and for the person whose token comes along."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts import passwords, tokens
from app.accounts.models import Scope, User
from app.api.operations import OPERATIONS
from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Role
from app.consensus import service as consensus
from app.consensus.queries import told
from app.discussion import moderation
from app.discussion.models import Comment, Decision, HidingReason
from app.foundation.canonical import canonical
from app.foundation.text import text_digest
from app.kernel.extensions import db
from app.norms.models import Clause, Draft, Norm
from app.positions.models import Position
from app.stakeholders.models import Stakeholder
from tests.conftest import NOW
from tests.factories import Make
from tests.moments import statements
from tests.positions.saying import clause_of
from tests.seen import token

PASSWORD = "a horse on 12"
API = "/api/v1"
COMMENTS = f"{API}/norms/ai/provisions/p1/comments"
POSITION = f"{API}/norms/ai/provisions/p1/position"
WORDS = {"en": "Machines serve people.", "fr": "Les machines servent les gens."}
READ = {"language": "en", "read_language": "en", "text_digest": token(**WORDS)}
OBJECTION = {"stance": "object", "reason": "Too vague.", **READ}

Program = Callable[..., TestResponse]


@pytest.fixture
def norm(make: Make) -> Norm:
    texts = {"en": "Machines serve people.", "fr": "Les machines servent les gens."}
    return make.norm(texts, "People decide.", languages=("en", "fr"), slug="ai")


@pytest.fixture
def peru(make: Make) -> Stakeholder:
    return make.stakeholder("Peru", country="PE")


@pytest.fixture
def author(make: Make, peru: Stakeholder) -> User:
    user = make.user(password_hash=passwords.digest(PASSWORD))
    make.mandate(user, peru)
    return user


@pytest.fixture
def clause(session: Session, norm: Norm) -> Clause:
    return clause_of(session, norm, 1)


def token_of(session: Session, make: Make, user: User, scope: Scope) -> str:
    secret = tokens.make(
        session, make.actor(user), user, name="Test", scope=scope, days=30, current_password=PASSWORD, now=NOW
    )
    session.commit()
    return secret


@pytest.fixture
def program(client: FlaskClient, session: Session, make: Make, author: User, norm: Norm) -> Program:
    """Sends JSON in the name of Peru's contact point."""
    secret = token_of(session, make, author, Scope.WRITE)

    def send(method: str, path: str, content: Any = None, **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return client.open(path, method=method, json=content, headers=sent)

    return send


def said(peru: Stakeholder, **more: Any) -> dict[str, Any]:
    return {
        "stakeholder": peru.id,
        "body": "Say who is answerable.",
        **READ,
        **more,
    }


def problem(response: TestResponse) -> tuple[int, str]:
    assert response.mimetype == "application/problem+json"
    content = json.loads(response.text)
    assert content["status"] == response.status_code
    assert content["title"]
    return response.status_code, content["code"]


def count(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_visitor_reads_norms_drafts_and_provisions(
    client: FlaskClient, norm: Norm, session: Session
) -> None:
    session.commit()
    (line,) = client.get(f"{API}/norms").get_json()["items"]
    assert (line["slug"], line["stage"], line["draft"]) == ("ai", "consultation", 1)
    whole = client.get(f"{API}/norms/ai").get_json()
    assert whole["drafts"][0]["number"] == 1
    assert "measurement" in whole["rules"]
    draft = client.get(f"{API}/norms/ai/drafts/1").get_json()
    assert [one["provision"] for one in draft["clauses"]] == ["p1", "p2"]
    assert draft["clauses"][0]["texts"]["fr"]["text"] == "Les machines servent les gens."
    one = client.get(f"{API}/norms/ai/provisions/p1").get_json()
    assert [edition["draft"] for edition in one["editions"]] == [1]


def test_a_program_comments_proposes_and_answers(
    program: Program, client: FlaskClient, peru: Stakeholder, session: Session
) -> None:
    first = program("POST", COMMENTS, said(peru, kind="question", quote="serve people"))
    assert first.status_code == 201
    assert first.get_json()["quote"] == "serve people"
    change = {"operation": "replace", "wording": "Machines serve all people."}
    second = program("POST", COMMENTS, said(peru, body="Nobody is left out.", change=change)).get_json()
    assert second["change"]["wording"] == change["wording"]
    third = program(
        "POST", COMMENTS, said(peru, body="As c1 says.", answers="c1", answers_version=1)
    ).get_json()
    assert third["answers"] == "c1"
    listed = client.get(COMMENTS).get_json()
    assert [one["comment"] for one in listed["items"]] == ["c1", "c2", "c3"]
    assert listed["items"][0]["stakeholder"]["name"] == "Peru"
    assert client.get(listed["items"][1]["page"]).status_code == 200
    assert count(session, AuditEntry) > 3


def test_the_same_key_acts_once(program: Program, peru: Stakeholder, session: Session) -> None:
    answers = [program("POST", COMMENTS, said(peru), Idempotency_Key="k1") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].get_json()["comment"] == answers[1].get_json()["comment"]
    assert count(session, Comment) == 1
    other = program("POST", COMMENTS, said(peru, body="Other words."), Idempotency_Key="k1")
    assert problem(other) == (409, "already-sent")
    assert problem(program("POST", COMMENTS, said(peru), Idempotency_Key="k" * 65))[0] == 422
    assert count(session, Comment) == 1


CHANGE = {"change": {"operation": "replace", "wording": "Machines serve all people."}}


@pytest.mark.parametrize("more", [{}, CHANGE, {"answers": "c1", "answers_version": 1}])
@pytest.mark.parametrize("since", ["reworded", "new draft", "gone", "closed", "same words proposed"])
def test_the_same_sent_again_is_answered_as_at_first_whatever_happened_since(
    program: Program, peru: Stakeholder, session: Session, make: Make, more: dict[str, Any], since: str
) -> None:
    program("POST", COMMENTS, said(peru))
    first = program("POST", COMMENTS, said(peru, **more), Idempotency_Key="k1")
    assert first.status_code == 201
    session.rollback()
    norm = session.scalars(sa.select(Norm)).one()
    clause = clause_of(session, norm, 1)
    if since in ("reworded", "same words proposed"):
        new = "Machines serve all people." if since == "same words proposed" else "Machines may decide."
        clause.texts[0].text = new
        clause.text_digest = text_digest({"en": new, "fr": WORDS["fr"]})
    elif since == "closed":
        norm.closes_at = NOW - dt.timedelta(hours=1)
    else:
        draft = Draft(norm_id=norm.id, number=2, created_at=NOW, opened_at=NOW)
        session.add(draft)
        session.flush()
        if since == "new draft":
            texts = {"en": "Machines may decide.", "fr": "Non."}
            make.clause(draft, texts, place=1, provision=clause.provision)
        norm.current_draft_id = draft.id
    session.commit()
    again = program("POST", COMMENTS, said(peru, **more), Idempotency_Key="k1")
    assert (again.status_code, again.get_json()["comment"]) == (201, first.get_json()["comment"])
    assert count(session, Comment) == 2
    other = program("POST", COMMENTS, said(peru, **more | {"body": "Other words."}), Idempotency_Key="k1")
    assert problem(other) == (409, "already-sent")
    assert count(session, Comment) == 2


@pytest.mark.parametrize("more", [{"answers": "c1"}, {"quote": "serve"}])
def test_a_change_neither_answers_nor_quotes(
    program: Program, peru: Stakeholder, session: Session, more: dict[str, str]
) -> None:
    program("POST", COMMENTS, said(peru))
    change = {"operation": "replace", "wording": "Machines serve all people."}
    refused = program("POST", COMMENTS, said(peru, change=change, **more))
    assert problem(refused) == (422, "change-by-itself")
    assert count(session, Comment) == 1


def test_an_answer_is_put_where_the_comment_is(program: Program, peru: Stakeholder, session: Session) -> None:
    program("POST", COMMENTS, said(peru))
    there = {"text_digest": token(en="People decide."), "answers_version": 1}
    elsewhere = program("POST", COMMENTS.replace("p1", "p2"), said(peru, answers="c1", **there))
    assert problem(elsewhere) == (422, "answers-elsewhere")
    assert problem(program("POST", COMMENTS, said(peru, read_language="tlh"))) == (
        422,
        "not-a-language-of-the-text",
    )
    assert count(session, Comment) == 1


def test_a_program_states_a_position_and_says_it_twice(
    program: Program, peru: Stakeholder, clause: Clause, session: Session, client: FlaskClient
) -> None:
    digest = "sha256:" + clause.text_digest.hex()
    content = {"stakeholder": peru.id, **OBJECTION, "text_digest": digest}
    answers = [program("PUT", POSITION, content) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].get_json()["stance"] == "object"
    assert count(session, Position) == 1
    positions = client.get(f"{API}/norms/ai/provisions/p1").get_json()["positions"]
    assert (positions["object"], positions["support"]) == (1, 0)


def test_a_program_replaces_only_the_position_it_has_seen(
    program: Program, peru: Stakeholder, clause: Clause, session: Session
) -> None:
    objects = {"stakeholder": peru.id, **OBJECTION}
    stood = program("PUT", POSITION, objects).get_json()
    supports = {**objects, "stance": "support", "reason": ""}
    late = program("PUT", POSITION, supports)
    assert problem(late) == (409, "changed-meanwhile")
    told = late.get_json()
    assert (told["version"], told["present"]["reason"]) == (stood["version"], "Too vague.")
    assert count(session, Position) == 1
    assert program("PUT", POSITION, supports | {"version": told["version"]}).status_code == 200
    assert count(session, Position) == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({**OBJECTION, "reason": " "}, (422, "reason-missing")),
        ({**OBJECTION, "text_digest": "sha256:00"}, (422, "seen-unclear")),
        ({**OBJECTION, "text_digest": "sha256:" + "0" * 64}, (409, "wording-changed")),
        ({**OBJECTION, "stance": "yes"}, (422, "form-unclear")),
        ({**OBJECTION, "surplus": 1}, (422, "form-unclear")),
        ({**OBJECTION, "stakeholder": "1"}, (422, "form-unclear")),
        ({**OBJECTION, "stakeholder": 10**30}, (422, "form-unclear")),
        ({**OBJECTION, "reason": "\u200b"}, (422, "reason-missing")),
        ({**OBJECTION, "reason": "a\u202eb"}, (422, "unsafe-text")),
        ({**OBJECTION, "language": "\x00"}, (422, "language-unclear")),
        ({**OBJECTION, "stakeholder": 999_999}, (403, "not-allowed")),
        ([], (422, "form-unclear")),
        ("text", (422, "form-unclear")),
    ],
)
def test_a_bad_position_is_refused_with_its_code(
    content: Any, expected: tuple[int, str], program: Program, peru: Stakeholder, session: Session
) -> None:
    if isinstance(content, dict):
        content = {"stakeholder": peru.id, **content}
    assert problem(program("PUT", POSITION, content)) == expected
    assert count(session, Position) == 0


def test_what_is_not_json_is_refused(
    client: FlaskClient, session: Session, make: Make, author: User, norm: Norm
) -> None:
    secret = token_of(session, make, author, Scope.WRITE)
    headers = {"Authorization": f"Bearer {secret}"}
    assert problem(client.put(POSITION, data={"stance": "support"}, headers=headers)) == (415, "not-json")
    broken = client.put(POSITION, data="{", content_type="application/json", headers=headers)
    assert problem(broken) == (422, "form-unclear")


def test_a_cookie_is_no_token(
    client: FlaskClient, sign_in: Callable[[User], str], author: User, norm: Norm, peru: Stakeholder
) -> None:
    sign_in(author)
    answer = client.put(POSITION, json={"stakeholder": peru.id, **OBJECTION})
    assert problem(answer) == (401, "sign-in-needed")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_reads_does_not_write(
    client: FlaskClient, session: Session, make: Make, author: User, norm: Norm, peru: Stakeholder
) -> None:
    secret = token_of(session, make, author, Scope.READ)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get(f"{API}/norms/ai", headers=headers).status_code == 200
    answer = client.put(POSITION, json={"stakeholder": peru.id, **OBJECTION}, headers=headers)
    assert problem(answer) == (403, "reading-only")


@pytest.mark.parametrize("header", ["Bearer concord_nothing", "Bearer", "Basic YTpi", "", "Bearer é"])
def test_an_unknown_token_is_told(header: str, client: FlaskClient, norm: Norm, session: Session) -> None:
    session.commit()
    answer = client.get(f"{API}/norms", headers={"Authorization": header})
    assert problem(answer) == (401, "token-unknown")


def test_a_closed_norm_is_not_there_but_for_its_table(
    client: FlaskClient, session: Session, make: Make, author: User, norm: Norm
) -> None:
    norm.is_public = False
    secret = token_of(session, make, author, Scope.READ)
    headers = {"Authorization": f"Bearer {secret}"}
    for path in (
        "",
        "/drafts/1",
        "/provisions/p1",
        "/provisions/p1/comments",
        "/dispositions",
        "/assessment",
    ):
        assert problem(client.get(f"{API}/norms/ai{path}", headers=headers)) == (404, "not-found")
    assert client.get(f"{API}/norms").get_json()["items"] == []
    assert "ai" not in {one["norm"] for one in client.get(f"{API}/audit").get_json()["items"]}
    make.seat(author, Role.EDITOR, norm)
    session.commit()
    assert client.get(f"{API}/norms/ai", headers=headers).status_code == 200


def test_held_and_hidden_words_are_not_told(
    program: Program, client: FlaskClient, session: Session, make: Make, peru: Stakeholder, norm: Norm
) -> None:
    for body in ("First.", "Second."):
        program("POST", COMMENTS, said(peru, body=body))
    session.rollback()
    moderator = make.user()
    make.seat(moderator, Role.MODERATOR, norm)
    first, second = session.scalars(sa.select(Comment).order_by(Comment.number))
    moderation.hide(session, make.actor(moderator), norm, first, reason=HidingReason.SPAM, now=NOW)
    second.visibility = "held"
    session.commit()
    (tombstone,) = client.get(COMMENTS).get_json()["items"]
    assert (tombstone["visibility"], tombstone["body"], tombstone["stakeholder"]) == ("hidden", "", None)


def test_long_lists_come_in_pages(
    program: Program, client: FlaskClient, session: Session, make: Make, peru: Stakeholder, norm: Norm
) -> None:
    for number in range(5):
        program("POST", COMMENTS, said(peru, body=f"Word {number}."))
    address, seen = f"{COMMENTS}?limit=2", []
    while address:
        page = client.get(address).get_json()
        seen.append([one["comment"] for one in page["items"]])
        address = page["next"]
    assert seen == [["c1", "c2"], ["c3", "c4"], ["c5"]]
    numbers, address = [], f"{API}/audit?limit=3"
    while address:
        page = client.get(address).get_json()
        numbers += [one["number"] for one in page["items"]]
        address = page["next"]
    assert numbers == list(range(count(session, AuditEntry), 0, -1))
    for query in ("limit=0", "limit=101", "cursor=-1", "cursor=x", f"cursor={2**70}", "what=1"):
        assert problem(client.get(f"{COMMENTS}?{query}")) == (422, "form-unclear")


def test_dispositions_can_be_filtered(
    program: Program, client: FlaskClient, session: Session, make: Make, peru: Stakeholder, norm: Norm
) -> None:
    for body in ("First.", "Second."):
        program("POST", COMMENTS, said(peru, body=body))
    session.rollback()
    editor = make.user()
    make.seat(editor, Role.EDITOR, norm)
    first = session.scalars(sa.select(Comment).where(Comment.number == 1)).one()
    answer = {"decision": Decision.NOTED, "reason": "Seen.", "language": "en", "version": 0}
    moderation.dispose(session, make.actor(editor), norm, first, seen=first.version, **answer, now=NOW)
    session.commit()
    decided = client.get(f"{API}/norms/ai/dispositions?show=noted").get_json()["items"]
    assert [(one["comment"], one["disposition"]["reason"]) for one in decided] == [("c1", "Seen.")]
    waiting = client.get(f"{API}/norms/ai/dispositions?show=unanswered&provision=p1").get_json()["items"]
    assert [(one["comment"], one["disposition"]) for one in waiting] == [("c2", None)]
    assert problem(client.get(f"{API}/norms/ai/dispositions?show=bogus")) == (422, "form-unclear")
    one = client.get(f"{API}/norms/ai/dispositions?show=noted&limit=1").get_json()
    assert (len(one["items"]), one["next"]) == (1, None)


def test_the_assessment_is_the_one_that_is_kept(
    program: Program, client: FlaskClient, session: Session, peru: Stakeholder, norm: Norm
) -> None:
    assert problem(client.get(f"{API}/norms/ai/assessment")) == (404, "not-found")
    program("PUT", POSITION, {"stakeholder": peru.id, **OBJECTION})
    session.rollback()
    kept = consensus.assess(session, SYSTEM, norm, now=NOW)
    session.commit()
    answer = client.get(f"{API}/norms/ai/assessment")
    assert answer.data == canonical(told(session, kept))
    etag = answer.headers["ETag"]
    again = client.get(f"{API}/norms/ai/assessment", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_reading_asks_as_much_for_many_as_for_few(
    program: Program, client: FlaskClient, app: Flask, peru: Stakeholder
) -> None:
    program("POST", COMMENTS, said(peru))
    program("POST", COMMENTS, said(peru, body="Yes.", answers="c1", answers_version=1))
    with app.app_context():
        engine = db.engine
    with statements(engine) as few:
        client.get(COMMENTS)
    for number in range(8):
        program("POST", COMMENTS, said(peru, body=f"Also {number}.", answers="c1", answers_version=1))
    with statements(engine) as many:
        assert len(client.get(COMMENTS).get_json()["items"]) == 10
    assert len(many) == len(few)


def test_what_is_not_there_is_a_problem_too(client: FlaskClient, norm: Norm, session: Session) -> None:
    session.commit()
    for path in ("/nothing", "/norms/other", "/norms/ai/drafts/9", "/norms/ai/provisions/p9", "/norms/"):
        assert problem(client.get(API + path)) == (404, "not-found")
    answer = client.delete(f"{API}/norms")
    assert problem(answer) == (405, "unclear-request")
    assert "GET" in answer.headers["Allow"]


def test_the_words_are_in_the_language_that_is_asked_for(client: FlaskClient) -> None:
    titles = {
        client.get(f"{API}/nothing", headers={"Accept-Language": code}).get_json(force=True)["title"]
        for code in ("en", "fr", "ar", "zh")
    }
    assert len(titles) == 4


def test_the_description_is_valid_and_complete(client: FlaskClient, app: Flask) -> None:
    document = client.get(f"{API}/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    validate(document)
    described = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert described == set(OPERATIONS) == {name.removeprefix("api.") for name in routes} - {"description"}
    for one in OPERATIONS.values():
        assert one.words.endswith("."), one.name


def test_every_answer_is_as_described(
    program: Program, client: FlaskClient, session: Session, peru: Stakeholder
) -> None:
    """Each answer has exactly the fields that the description names."""
    program("POST", COMMENTS, said(peru, kind="question"))
    document = client.get(f"{API}/openapi.json").get_json()
    for path in ("", "/drafts/1", "/provisions/p1", "/provisions/p1/comments", "/dispositions"):
        answer = client.get(f"{API}/norms/ai{path}").get_json()
        template = f"{API}/norms/{{slug}}{path}".replace("/1", "/{number}").replace("p1", "{code}")
        content = document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]
        shape = document["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]
        assert set(answer) == set(shape["properties"])
