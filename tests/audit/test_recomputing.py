"""An outsider recomputes the record from the API alone, as docs/api.md shows."""

import hashlib
import re
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import anchor, record, withheld
from app.authority.actor import SYSTEM
from app.foundation.canonical import canonical
from app.foundation.database import unit_of_work
from tests.conftest import NOW
from tests.factories import Make

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "api.md"


def shown() -> str:
    """The lines of the document."""
    found = re.search(r"```python\n(.*?link_digest.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    assert found is not None
    return found[1]


def read_all(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    address = "/api/v1/audit?limit=4"
    while address:
        page = client.get(address).get_json()
        found, address = found + page["items"], page["next"]
    return found


def test_every_digest_follows_from_what_the_api_tells(
    client: FlaskClient, session: Session, make: Make
) -> None:
    with unit_of_work(session):
        norm = make.norm("Everybody has a say.", slug="ai")
        record(session, SYSTEM, "norm-created", "ai", norm="ai", now=NOW, details={"titles": {"ar": "ذكاء"}})
    with unit_of_work(session):
        record(session, SYSTEM, "tried", "t1", now=NOW)
        record(session, SYSTEM, "tried", "t2", now=NOW, details=withheld({"stakeholder": 7}))
    with unit_of_work(session):
        norm.stage = "consultation"
        record(session, SYSTEM, "step-taken", "consultation", norm="ai", now=NOW)
        anchor(session, now=NOW)
    entries = read_all(client)
    assert len(entries) == 5
    scope: dict[str, Any] = {"canonical": canonical}
    exec(shown(), scope)
    assert all(scope["link_digest"](entry) == entry["digest"] for entry in entries)
    hidden = next(entry for entry in entries if entry["subject"] == "t2")
    assert hidden["details"] is None and len(hidden["details_digest"]) == 64
    digests = {(entry["chain"], entry["place"]): entry["digest"] for entry in entries}
    for entry in entries:
        before = digests.get((entry["chain"], entry["place"] - 1))
        assert entry["previous"] == before or entry["place"] == 1
    (anchored,) = (entry for entry in entries if entry["act"] == "chains-anchored")
    assert anchored["details"]["heads"] == [digests["ai", 2]]
    changed = {**entries[0], "subject": "another"}
    assert scope["link_digest"](changed) != changed["digest"]
    public = next(entry for entry in entries if entry["details"])
    assert hashlib.sha256(canonical(public["details"])).hexdigest() == public["details_digest"]
