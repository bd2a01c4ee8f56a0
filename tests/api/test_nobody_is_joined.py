"""What the public is told never sets an individual's answers on two clauses beside each other."""

import json

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.audit.queries import link
from app.audit.service import record
from app.authority.actor import SYSTEM, Actor
from app.consensus import service as consensus
from app.norms.models import Norm
from app.positions.models import Stance
from app.stakeholders.file_names import file_names, possible_names
from app.stakeholders.models import Category, Stakeholder
from tests.conftest import NOW
from tests.factories import Make
from tests.positions.saying import clause_of, say

Speaker = tuple[Actor, Stakeholder]


@pytest.fixture
def speakers(session: Session, make: Make) -> dict[str, Speaker]:
    """Two governments, one from elsewhere under a name of its own, and two individuals."""
    found = {
        "kenya": make.speaker(country="KE", name="Kenya"),
        "peru": make.speaker(country="PE", name="Peru", origin="s", external_id="PER"),
        "amina": make.speaker(country="KE", name="Amina", category=Category.INDIVIDUAL),
        "luis": make.speaker(
            country="PE", name="Luis", category=Category.INDIVIDUAL, origin="s", external_id="p7"
        ),
    }
    norm = make.norm("Everybody has a say.", "Nobody decides alone.", slug="s")
    for speaker in found.values():
        say(session, norm, clause_of(session, norm, 1), speaker, Stance.SUPPORT, now=NOW)
        say(session, norm, clause_of(session, norm, 2), speaker, Stance.OBJECT, reason="No.", now=NOW)
    session.commit()
    return found


@pytest.fixture
def grouped(session: Session, speakers: dict[str, Speaker]) -> None:
    """An assessment with two opinion groups."""
    norm = session.scalars(sa.select(Norm)).one()
    kept = consensus.assess(session, SYSTEM, norm, now=NOW)
    own = {name: f"s{speaker[1].id}" for name, speaker in speakers.items()}
    assignments = {own["kenya"]: 0, "PER": 1, own["amina"]: 1, "p7": 1}
    groups = kept.result["opinion_groups"] | {"k": 2, "sizes": [1, 3], "assignments": assignments}
    kept.result = {**kept.result, "opinion_groups": groups}
    record(session, SYSTEM, "tried", "t", now=NOW)
    session.commit()


def test_opinion_groups_name_entities_and_count_individuals(
    grouped: None, client: FlaskClient, speakers: dict[str, Speaker], runner: FlaskCliRunner
) -> None:
    answer = client.get("/api/v1/norms/s/assessment")
    groups = answer.get_json()["opinion_groups"]
    kenya, peru = speakers["kenya"][1].id, speakers["peru"][1].id
    assert groups["entities"] == [
        {"stakeholder": kenya, "name": "Kenya", "group": 0},
        {"stakeholder": peru, "name": "Peru", "group": 1},
    ]
    assert groups["individuals"] == [0, 2] and "assignments" not in groups
    for name in ("Amina", "Luis", "p7", f"s{speakers['amina'][1].id}"):
        assert f'"{name}"' not in answer.get_data(as_text=True)


def test_the_command_prints_what_everybody_may_read_unless_asked_otherwise(
    speakers: dict[str, Speaker], client: FlaskClient, runner: FlaskCliRunner
) -> None:
    printed = runner.invoke(args=["assess", "s", "--json"]).stdout
    assert json.loads(printed) == client.get("/api/v1/norms/s/assessment").get_json()
    whole = runner.invoke(args=["assess", "s", "--json", "--assignments"]).stdout
    assert "assignments" in json.loads(whole)["opinion_groups"]


def test_the_record_tells_what_entities_state_and_not_what_individuals_do(
    speakers: dict[str, Speaker], client: FlaskClient, session: Session
) -> None:
    stated = [
        one for one in client.get("/api/v1/audit").get_json()["items"] if one["act"] == "position-stated"
    ]
    shown = [one["details"]["stakeholder"] for one in stated if one["details"]]
    kenya, peru = speakers["kenya"][1].id, speakers["peru"][1].id
    assert sorted(shown) == sorted([kenya, kenya, peru, peru]) and len(stated) == 8
    assert all(link(one).details.get("salt") for one in session.scalars(sa.select(AuditEntry)))


def test_an_entry_from_before_is_not_shown_either(
    speakers: dict[str, Speaker], client: FlaskClient, session: Session
) -> None:
    amina = speakers["amina"][1].id
    said = {"stakeholder": amina, "clause": 1, "stance": "object", "text": "00"}
    record(session, SYSTEM, "position-stated", "position:1", norm="s", details=said, now=NOW)
    session.commit()
    newest = client.get("/api/v1/audit").get_json()["items"][0]
    assert (newest["act"], newest["details"]) == ("position-stated", None) and newest["details_digest"]


@pytest.mark.parametrize("name", [None, "PER", "s12", "a:b", "=1"])
@pytest.mark.parametrize("others", [[], [(8, "b", "PER")], [(8, "b", "s12")]])
def test_what_files_may_call_a_stakeholder_is_known_without_the_others(
    name: str | None, others: list[tuple[int, str, str]]
) -> None:
    called = file_names([(12, "a" if name else None, name), *others])
    assert called[12] in possible_names(12, name)
    assert not {called[number] for number, _, _ in others} & {called[12]}
