"""Row 23: the record is one chain that cannot be altered unseen, also where many write at once."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit.chain import START, Break, Link, first_break, link_digest
from app.audit.models import Entry
from app.audit.queries import links, page
from app.audit.service import record
from app.authority.actor import SYSTEM
from app.foundation.database import unit_of_work
from tests.conftest import NOW

WRITERS, ACTS = 8, 12


def chain(length: int) -> list[Link]:
    made, previous = [], START
    for number in range(1, length + 1):
        bare = Link(number, NOW, "person-1", "commented", "s", f"c{number}", {"n": number}, previous)
        made.append(replace(bare, digest=link_digest(bare)))
        previous = made[-1].digest
    return made


def write(session: Session, count: int) -> None:
    with unit_of_work(session):
        for number in range(1, count + 1):
            norm = "s" if number % 2 else None
            record(session, SYSTEM, "tried", f"t{number}", norm=norm, now=NOW, details={"n": number})


def test_an_intact_chain_has_no_break() -> None:
    assert first_break(chain(5)) is None
    assert first_break([]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOW + dt.timedelta(microseconds=1)},
        {"actor": "person-2"},
        {"act": "hidden"},
        {"norm": None},
        {"subject": "c4"},
        {"details": {"n": 4}},
        {"digest": bytes(32)},
    ],
)
def test_a_changed_entry_is_found(change: dict[str, object]) -> None:
    links = chain(5)
    links[2] = replace(links[2], **change)  # type: ignore[arg-type]
    assert first_break(links) == Break(3, "altered")


def test_a_removed_entry_is_found_also_where_the_rest_is_numbered_anew() -> None:
    links = chain(5)
    del links[2]
    assert first_break(links) == Break(3, "missing")
    closed = [replace(link, number=number) for number, link in enumerate(links, 1)]
    assert first_break(closed) == Break(3, "does not follow its predecessor")


def test_entries_in_another_order_are_found() -> None:
    links = chain(5)
    links[1], links[2] = replace(links[2], number=2), replace(links[1], number=3)
    assert first_break(links) == Break(2, "does not follow its predecessor")


def test_an_entry_made_fit_again_breaks_the_next() -> None:
    links = chain(5)
    forged = replace(links[2], subject="another")
    links[2] = replace(forged, digest=link_digest(forged))
    assert first_break(links) == Break(4, "does not follow its predecessor")


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_to_change_the_record(session: Session, statement: str) -> None:
    write(session, 2)
    with pytest.raises(DBAPIError, match="audit_entry is append-only"), unit_of_work(session):
        session.execute(sa.text(statement))
    assert first_break(links(session)) is None
    assert len(page(session)) == 2


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(session: Session) -> None:
    write(session, 1)
    with pytest.raises(ZeroDivisionError), unit_of_work(session):
        record(session, SYSTEM, "tried", "half", now=NOW)
        raise ZeroDivisionError
    write(session, 2)
    assert [entry.number for entry in page(session)] == [3, 2, 1]
    assert first_break(links(session)) is None


def test_many_writers_make_one_ordered_chain_without_gaps(engine: sa.Engine, session: Session) -> None:
    barrier = threading.Barrier(WRITERS)

    def run(writer: int) -> None:
        barrier.wait()
        for act in range(ACTS):
            with Session(engine) as own, unit_of_work(own):
                record(own, SYSTEM, "tried", f"w{writer}.{act}", now=NOW)

    threads = [threading.Thread(target=run, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = list(links(session))
    assert [link.number for link in found] == list(range(1, WRITERS * ACTS + 1))
    assert first_break(found) is None
    for writer in range(WRITERS):
        own = [link.subject for link in found if link.subject.startswith(f"w{writer}.")]
        assert own == [f"w{writer}.{act}" for act in range(ACTS)]


def verify(app: Flask) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["audit", "verify"])


def test_the_command_tells_how_many_entries_hold_and_the_last_digest(app: Flask, session: Session) -> None:
    assert verify(app).output == "0 entries hold\n"
    write(session, 3)
    result = verify(app)
    last = page(session, limit=1)[0]
    assert (result.exit_code, result.output) == (0, f"3 entries hold; the last is {last.digest.hex()}\n")


def test_the_command_names_the_first_broken_entry(app: Flask, session: Session) -> None:
    write(session, 2)
    with unit_of_work(session):
        # Somebody with all rights on the database adds an entry that was never made.
        session.execute(
            sa.insert(Entry).values(
                number=3,
                at=NOW,
                actor="system",
                act="tried",
                subject="t",
                details={},
                previous=bytes(32),
                digest=bytes(32),
            )
        )
    result = verify(app)
    assert result.exit_code == 1
    assert result.stderr == "entry 3: does not follow its predecessor\n"
