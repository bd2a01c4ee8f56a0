"""Row 23: the record is one chain that cannot be altered unseen, also where many write at once."""

import datetime as dt
import threading
from dataclasses import asdict, replace

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit.chain import ANCHORED, PLATFORM, START, Break, Link, first_break, link_digest
from app.audit.models import AuditEntry
from app.audit.queries import last_number, links, page, settled, unrooted
from app.audit.service import anchor, record
from app.authority.actor import SYSTEM
from app.foundation.database import unit_of_work
from tests.conftest import NOW

WRITERS, ACTS = 8, 12


def link_on(chain: str, place: int, previous: bytes) -> Link:
    """A link not yet sealed."""
    details, norm = {"n": place}, chain or None
    return Link(place, chain, place, NOW, "person-1", "commented", norm, f"c{place}", details, previous)


def sealed(link: Link) -> Link:
    return replace(link, digest=link_digest(link))


def chain(length: int) -> list[Link]:
    made, previous = [], START
    for number in range(1, length + 1):
        bare = link_on(PLATFORM, number, previous)
        made.append(sealed(bare))
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
        {"norm": "s"},
        {"subject": "c4"},
        {"details": {"n": 4}},
        {"digest": bytes(32)},
    ],
)
def test_a_changed_entry_is_found(change: dict[str, object]) -> None:
    links = chain(5)
    links[2] = replace(links[2], **change)  # type: ignore[arg-type]
    assert first_break(links) == Break(PLATFORM, 3, "altered")


def test_a_removed_entry_is_found_also_where_the_rest_is_numbered_again() -> None:
    links = chain(5)
    del links[2]
    assert first_break(links) == Break(PLATFORM, 3, "missing")
    closed = [replace(link, place=number) for number, link in enumerate(links, 1)]
    assert first_break(closed) == Break(PLATFORM, 3, "does not follow its predecessor")


def test_entries_in_another_order_are_found() -> None:
    links = chain(5)
    links[1], links[2] = replace(links[2], place=2), replace(links[1], place=3)
    assert first_break(links) == Break(PLATFORM, 2, "does not follow its predecessor")


def test_an_entry_made_fit_again_breaks_the_next() -> None:
    links = chain(5)
    forged = replace(links[2], subject="another")
    links[2] = replace(forged, digest=link_digest(forged))
    assert first_break(links) == Break(PLATFORM, 4, "does not follow its predecessor")


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_to_change_the_record(session: Session, statement: str) -> None:
    write(session, 2)
    with pytest.raises(DBAPIError, match="audit_entry is append-only"), unit_of_work(session):
        session.execute(sa.text(statement))
    assert first_break(links(session)) is None
    assert len(page(session)) == 2


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(session: Session) -> None:
    with unit_of_work(session):
        record(session, SYSTEM, "tried", "first", now=NOW)
    with pytest.raises(ZeroDivisionError), unit_of_work(session):
        record(session, SYSTEM, "tried", "half", now=NOW)
        raise ZeroDivisionError
    write(session, 2)
    assert sorted((entry.chain, entry.place) for entry in page(session)) == [("", 1), ("", 2), ("s", 1)]
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
    assert [link.place for link in found] == list(range(1, WRITERS * ACTS + 1))
    assert first_break(found) is None
    for writer in range(WRITERS):
        own = [link.subject for link in found if link.subject.startswith(f"w{writer}.")]
        assert own == [f"w{writer}.{act}" for act in range(ACTS)]


def verify(app: Flask) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["audit", "verify"])


def test_the_command_tells_how_many_entries_hold_and_the_last_digest(app: Flask, session: Session) -> None:
    assert verify(app).output == "0 entries of 0 chains hold\n"
    write(session, 4)
    result = verify(app)
    last = page(session, limit=1)[0]
    assert result.exit_code == 0
    assert result.output == (
        f"4 entries of 2 chains hold\nthe last of the platform's is entry 2, {last.digest.hex()}\n"
    )


def test_the_command_names_the_first_broken_entry(app: Flask, session: Session) -> None:
    write(session, 4)
    with unit_of_work(session):
        # A person with all rights on the database adds an entry that was never made.
        session.execute(
            sa.insert(AuditEntry).values(
                place=3,
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


def norms(*places: int) -> list[Link]:
    """A platform's chain of two, and one of the norm s with these places, rooted in it."""
    found = chain(2)
    previous = found[-1].digest
    for place in places:
        found.append(sealed(link_on("s", place, previous)))
        previous = found[-1].digest
    return found


def anchoring(heads: list[bytes], after: Link) -> Link:
    details = {"through": 9, "heads": [head.hex() for head in heads]}
    bare = link_on(PLATFORM, after.place + 1, after.digest)
    return sealed(replace(bare, act=ANCHORED, details=details))


def test_chains_are_followed_one_by_one() -> None:
    found = norms(1, 2, 3)
    found[2] = sealed(replace(found[2], previous=START))
    assert first_break(found[:3]) is None  # where it is rooted is asked of the whole record
    assert first_break(norms(1, 3)) == Break("s", 2, "missing")
    assert first_break(norms(2)) == Break("s", 1, "missing")
    moved = [*norms(1), sealed(replace(link_on("s", 2, norms(1)[-1].digest), norm=None))]
    assert first_break(moved) == Break("s", 2, "not in its place")


def test_what_the_platform_has_taken_up_of_a_norm_must_be_there() -> None:
    found = norms(1, 2)
    whole = [*found[:2], anchoring([found[-1].digest], found[1]), *found[2:]]
    assert first_break(whole) is None
    assert first_break(whole[:-1]) == Break(PLATFORM, 3, "names an entry of a norm that is not there")
    assert first_break(whole[:-2]) == Break(PLATFORM, 3, "names an entry of a norm that is not there")


def test_a_norms_chain_begins_in_the_platforms(session: Session) -> None:
    write(session, 1)
    assert unrooted(session) is None  # nothing was there to begin from
    with unit_of_work(session):
        record(session, SYSTEM, "tried", "p", now=NOW)
        record(session, SYSTEM, "tried", "t", norm="another", now=NOW)
    assert unrooted(session) is None and first_break(links(session)) is None
    last = page(session, limit=1)[0]
    with unit_of_work(session):
        stray = sealed(link_on("stray", 1, last.digest))
        session.execute(sa.insert(AuditEntry).values(**asdict(stray) | {"number": 9}))
    assert unrooted(session) == Break("stray", 1, "does not begin in the platform's chain")


def test_heads_are_taken_up_when_they_moved(session: Session) -> None:
    write(session, 3)
    for expected in (True, False):
        with unit_of_work(session):
            assert anchor(session, now=NOW) is expected
    entry = page(session, limit=1)[0]
    heads = session.scalars(
        sa.select(AuditEntry.digest).where(AuditEntry.chain == "s").order_by(AuditEntry.place)
    ).all()
    assert (entry.act, entry.chain, entry.details["heads"]) == (ANCHORED, PLATFORM, [heads[-1].hex()])
    assert entry.details["through"] == entry.number - 1
    write(session, 1)
    with unit_of_work(session):
        assert anchor(session, now=NOW)
    assert first_break(links(session)) is None


def test_norms_do_not_wait_for_each_other(engine: sa.Engine, session: Session) -> None:
    """A long act on one norm, and meanwhile acts on another and on the platform."""
    if engine.dialect.name != "postgresql":
        return  # SQLite has one writer at a time
    write(session, 2)
    with Session(engine) as slow, Session(engine) as quick:
        record(slow, SYSTEM, "tried", "long", norm="s", now=NOW)
        quick.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
        record(quick, SYSTEM, "tried", "short", norm="other", now=NOW)
        record(quick, SYSTEM, "tried", "short", now=NOW)
        quick.commit()
        assert sorted(subject for subject in subjects(session)) == ["short", "short", "t1", "t2"]
        quick.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            record(quick, SYSTEM, "tried", "same", norm="s", now=NOW)
        quick.rollback()
        # What was written after it has a higher number, and nobody may read on past the one to come.
        assert settled(session) == 2
        with unit_of_work(session):
            anchor(session, now=NOW)
        slow.commit()
    assert settled(session) == last_number(session) and first_break(links(session)) is None
    with unit_of_work(session):
        assert anchor(session, now=NOW)
    assert first_break(links(session)) is None


def subjects(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(AuditEntry.subject)))
