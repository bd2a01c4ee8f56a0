"""A person with all rights on the database rewrites the record: the pages and publications tell."""

from dataclasses import asdict, replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app.audit.chain import START, Break, first_break, first_unfit, link_digest
from app.audit.models import AuditEntry
from app.audit.queries import link, links, page
from app.audit.service import anchor, record
from app.authority.actor import SYSTEM
from app.foundation.database import unit_of_work
from app.publication.queries import unlike_published
from tests.conftest import NOW
from tests.factories import Make
from tests.publication.adopted import adopted, published

HOLDS = "Checked just now: every entry on this page is intact."


@pytest.fixture
def unguarded(session: Session) -> Session:
    """The session of a person who has switched the triggers off."""
    with unit_of_work(session):
        if session.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete"):
                session.execute(sa.text(f"DROP TRIGGER audit_entry_no_{verb}"))
        else:
            session.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    return session


def write(session: Session, count: int) -> None:
    with unit_of_work(session):
        for number in range(1, count + 1):
            record(session, SYSTEM, "assessed", f"t{number}", norm="s", now=NOW)


def test_a_page_of_the_record_says_that_it_holds(client: FlaskClient, session: Session) -> None:
    assert HOLDS not in client.get("/en/record/").get_data(as_text=True)
    write(session, 3)
    shown = client.get("/en/record/").get_data(as_text=True)
    assert HOLDS in shown and "The state of consensus was assessed" in shown


def test_a_page_of_the_record_names_an_entry_that_was_altered(
    client: FlaskClient, unguarded: Session
) -> None:
    write(unguarded, 5)
    with unit_of_work(unguarded):
        unguarded.execute(sa.update(AuditEntry).where(AuditEntry.number == 3).values(act="published"))
    shown = client.get("/en/record/").get_data(as_text=True)
    assert HOLDS not in shown
    assert "Entry s 3 fails verification: it was altered after it was written." in shown
    assert HOLDS in client.get("/en/record/?before=3").get_data(as_text=True)


def test_entries_that_are_not_neighbours_are_looked_at_alone(session: Session) -> None:
    write(session, 5)
    every = [link(entry) for entry in reversed(page(session))]
    assert first_unfit(every) is None
    assert first_unfit(every[::2]) is None
    forged = replace(every[1], previous=START)
    forged = replace(forged, digest=link_digest(forged))
    assert first_unfit([every[0], forged]) == Break("s", 2, "does not follow its predecessor")
    assert first_unfit([every[0], every[2]]) is None


def test_a_publication_holds_the_record_to_what_it_was(
    unguarded: Session, make: Make, runner: FlaskCliRunner
) -> None:
    with unit_of_work(unguarded):
        norm, publisher = adopted(make)
        published(unguarded, make.actor(publisher), norm, now=NOW)
    assert unlike_published(unguarded) is None
    entries = list(links(unguarded))
    with unit_of_work(unguarded):  # all chains once more, with another first entry and fitting digests
        unguarded.execute(sa.delete(AuditEntry))
        last: dict[str, bytes] = {}
        for old in entries:
            subject = "another" if old.place == 1 else old.subject
            forged = replace(old, subject=subject, previous=last.get(old.chain, last.get("", START)))
            last[old.chain] = link_digest(forged)
            unguarded.execute(sa.insert(AuditEntry).values(**asdict(forged) | {"digest": last[old.chain]}))
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert result.stderr.endswith(": not the one that publication s-1 names\n")


def test_a_record_cut_short_is_noticed_by_what_was_published(
    unguarded: Session, make: Make, runner: FlaskCliRunner
) -> None:
    with unit_of_work(unguarded):
        norm, publisher = adopted(make)
        published(unguarded, make.actor(publisher), norm, now=NOW)
    with unit_of_work(unguarded):
        unguarded.execute(sa.delete(AuditEntry).where(AuditEntry.number > 2))
    assert runner.invoke(args=["audit", "verify"]).exit_code == 1


def test_a_norms_chain_cut_short_is_noticed_by_what_the_platform_has_taken_up(
    unguarded: Session, runner: FlaskCliRunner
) -> None:
    write(unguarded, 3)
    with unit_of_work(unguarded):
        anchor(unguarded, now=NOW)
    assert first_break(links(unguarded)) is None
    for last_left in (2, 0):
        with unit_of_work(unguarded):
            unguarded.execute(
                sa.delete(AuditEntry).where(AuditEntry.chain == "s", AuditEntry.place > last_left)
            )
        result = runner.invoke(args=["audit", "verify"])
        assert (result.exit_code, result.stderr) == (
            1,
            "entry 1: names an entry of a norm that is not there\n",
        )
