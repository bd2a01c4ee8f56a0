"""What is done to many at once: comments answered alike, positions imported, a draft opened with changes.

python -m bench.bulk [share of the volume]
"""

import csv
import datetime as dt
import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.audit.chain import first_break
from app.audit.queries import links
from app.authority.actor import SYSTEM, Actor, Role
from app.compilation import queries as compilations
from app.compilation import service as compiling
from app.discussion import moderation
from app.discussion.models import ChangeOperation, Comment, CommentKind, Decision, ProposedChange, Visibility
from app.foundation.clock import utc_now
from app.foundation.database import unit_of_work
from app.importing import positions_csv
from app.importing.service import Source, import_positions
from app.kernel.extensions import db
from app.lifecycle.service import step
from app.norms.models import Norm
from app.norms.queries import clauses
from app.norms.stages import Stage
from app.positions.models import Stance
from app.triage import queue
from app.triage.queue import QueueFilter
from app.triage.results import Results
from app.triage.service import MOST_RESULTS, dispose_all, dispose_results
from bench.speech import wording
from bench.volume_world import Furnishing
from config import Config
from tests import postgres
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.factories import Make
from tests.moments import statements

ANSWERED, IMPORTED, CARRIED = 1_000, 25_000, 5_000
CLAUSES, STAKEHOLDERS = 100, 250
SENTENCES = 4  #: of a clause
MERGED = 20  #: clauses with changes merged into them when the draft opens
EDITED = 40  #: clauses whose words the editor changed
Act = Callable[[Session], object]
Way = Callable[[Session, Actor, Norm], object]
ANSWER: dict[str, Any] = {
    "decision": Decision.NOTED,
    "reason": "Considered with the others.",
    "language": "en",
}
NOT_KNOWN = "– | – | –"
TOGETHER = "comments answered in one act"
#: Database → what was measured → seconds, CPU, statements before acts on many were set-based (df3e550).
BEFORE = {
    "SQLite": {
        TOGETHER: "9.82 | 3.88 | 9,006",
        "imported": "6.22 | 3.12 | 357",
        "opened": "9.48 | 5.52 | 676",
    },
    "PostgreSQL": {
        TOGETHER: "6.18 | 3.96 | 10,005",
        "imported": "2.80 | 1.67 | 61",
        "opened": "5.45 | 4.57 | 697",
    },
}


class Sayings(Furnishing):
    """A norm with clauses as long as those of a real one, and what is said of them."""

    def __init__(self, make: Make, slug: str) -> None:
        self.session, self.now = make.session, make.now
        self.norm = make.norm(*(" ".join(sentences(place)) for place in range(CLAUSES)), slug=slug)
        self.there = clauses(self.session, self.norm.current_draft_id or 0)
        self.holders = [make.speaker()[1] for _ in range(20)]

    def comments(self, count: int, **changed: object) -> list[int]:
        """Comments on every clause in turn, their ids."""
        alike = {"norm_id": self.norm.id, "draft_id": self.norm.current_draft_id, "language": "en"}
        alike |= {"kind": CommentKind.SUBSTANTIVE, "visibility": Visibility.SHOWN, "read_language": "en"}
        return self.put(
            Comment,
            (
                {
                    **alike,
                    **changed,
                    "number": number + 1,
                    "clause_id": self.there[number % CLAUSES].id,
                    "provision_id": self.there[number % CLAUSES].provision_id,
                    "stakeholder_id": self.holders[number % len(self.holders)].id,
                    "body": f"It should say so more clearly ({number}).",
                    "created_at": self.now,
                }
                for number in range(count)
            ),
        )

    def changes(self, count: int) -> None:
        """Proposed changes, each of one word of its clause; the first on each to its first sentence."""
        rows = []
        for number, own in enumerate(self.comments(count)):
            turn, text = number // CLAUSES, sentences(number % CLAUSES)
            place = 1 + turn % (SENTENCES - 1) if turn else 0
            words = text[place].split()
            words[5 + turn % (len(words) - 10)] = f"word{number}"
            text[place] = " ".join(words)
            change = {"operation": ChangeOperation.REPLACE, "language": "en", "wording": " ".join(text)}
            rows.append(change | {"comment_id": own})
        self.session.execute(sa.insert(ProposedChange), rows)


def sentences(place: int) -> list[str]:
    """Of the clause at a place, from 0: some 90 words."""
    return [wording(SENTENCES * place + one) for one in range(SENTENCES)]


def answering(make: Make, share: float) -> Iterator[tuple[str, Act]]:
    """Answering alike: one after the other, in one act, and as many as a filter may find."""
    ways = (
        (ANSWERED, "comments answered, one act each", _singly),
        (ANSWERED, TOGETHER, _together),
        (MOST_RESULTS, "comments found by a filter, answered in one act", _found),
    )
    for number, (whole, what, way) in enumerate(ways):
        said, count = Sayings(make, f"answered-{number}"), round(share * whole)
        said.comments(count)
        editor, norm_id = make.seated(Role.EDITOR, said.norm), said.norm.id
        make.session.commit()

        def act(session: Session, way: Way = way, editor: Actor = editor, norm_id: int = norm_id) -> None:
            way(session, editor, session.get_one(Norm, norm_id))

        yield f"{count:,} {what}", act


def _singly(session: Session, editor: Actor, norm: Norm) -> None:
    said = sa.select(Comment).where(Comment.norm_id == norm.id).order_by(Comment.number)
    for one in session.scalars(said).all():
        moderation.dispose(session, editor, norm, one, **ANSWER, seen=1, version=0, now=utc_now())


def _together(session: Session, editor: Actor, norm: Norm) -> None:
    numbers = session.scalars(sa.select(Comment.number).where(Comment.norm_id == norm.id)).all()
    dispose_all(session, editor, norm, numbers, **ANSWER, seen=dict.fromkeys(numbers, 1), now=utc_now())


def _found(session: Session, editor: Actor, norm: Norm) -> None:
    shown = Results.of(queue.versions(session, norm.id, QueueFilter(), limit=MOST_RESULTS))
    dispose_results(session, editor, norm, QueueFilter(), shown=shown, **ANSWER, now=utc_now())


def importing(make: Make, count: int) -> Act:
    """A table of a new norm's clauses."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(
        ["clause", "stakeholder", "category", "country", "position", "reason", "verified", "clause_text"]
    )
    per = max(count // STAKEHOLDERS, 1)
    for number in range(count):
        stance = Stance.OBJECT if number % 30 == 0 else list(Stance)[number % 3]
        reason = "It cannot be done." if stance is Stance.OBJECT else ""
        clause = number % per
        rows.writerow(
            [
                clause + 1,
                f"Body {number // per}",
                "government",
                "KE",
                stance,
                reason,
                "yes",
                " ".join(sentences(clause)),
            ]
        )
    whole = text.getvalue().encode()

    def act(session: Session) -> None:
        table = positions_csv.positions(io.BytesIO(whole), "table.csv")
        source = Source("table.csv", "sha256:" + "0" * 64)
        made = import_positions(
            session, SYSTEM, slug="imported", source=source, positions=table, now=utc_now()
        )
        assert made.positions == count

    return act


def opening(make: Make, count: int) -> Act:
    """A next draft into which some changes are merged, and to which all others are carried."""
    session = make.session
    said = Sayings(make, "opening")
    norm = said.norm
    said.changes(count + MERGED)
    editor = make.seated(Role.EDITOR, norm)
    later = {"decision": Decision.DEFERRED, "reason": "Until the next draft.", "language": "en"}
    ids = session.scalars(sa.select(Comment.id).where(Comment.norm_id == norm.id)).all()
    rows = [later | {"comment_id": own, "decided_by": editor.user_id, "decided_at": make.now} for own in ids]
    session.execute(sa.insert(moderation.Disposition), rows)
    norm.stage = Stage.COMPILATION
    compiling.start(session, SYSTEM, norm, now=make.now)
    compilation = compilations.compilation_of(session, norm)
    assert compilation is not None
    for place, entry in enumerate(compilations.entries(session, compilation)):
        about = {"language": "en", "version": entry.version, "now": make.now}
        if place < MERGED:
            compiling.merge(session, editor, norm, entry, numbers=[place + 1], choices={}, **about)  # type: ignore[arg-type]
        elif place < MERGED + EDITED:
            text = f"{' '.join(sentences(place))} It is looked at every year."
            compiling.edit(session, editor, norm, entry, text=text, motive="It was missing.", **about)  # type: ignore[arg-type]
    session.commit()

    def act(session: Session) -> None:
        step(
            session,
            SYSTEM,
            session.get_one(Norm, norm.id),
            Stage.CONSULTATION,
            closes_at=make.now + dt.timedelta(days=90),
            override_reason="For a measurement.",
            now=utc_now(),
        )

    return act


def used() -> float:
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return mine.ru_utime + mine.ru_stime


def measured(what: str, act: Act, before: str) -> str:
    """A line of the table; ``before``: its figures of that time."""
    session = db.session()
    session.expire_all()
    with statements(session) as sent:
        begun, used_before = time.perf_counter(), used()
        with unit_of_work(session):
            act(session)
        took, cpu = time.perf_counter() - begun, used() - used_before
    session.close()
    return f"| {what} | {took:.2f} | {cpu:.2f} | {len(sent):,} | {before} |"


def rows(url: str, folder: Path, share: float, before: Mapping[str, str]) -> Iterator[str]:
    config = Config(database_url=url, data_dir=folder, secret_key="a secret for benchmarks only")
    app = create_app(config)
    imported, carried = round(share * IMPORTED), round(share * CARRIED)
    with app.app_context():
        upgrade()
        make = Make(db.session(), utc_now())
        for what, act in answering(make, share):
            yield measured(what, act, before.get(what.partition(" ")[2], NOT_KNOWN))
        yield measured(f"{imported:,} positions imported", importing(make, imported), before["imported"])
        draft = opening(make, carried)
        yield measured(f"a draft opened with {carried:,} carried changes", draft, before["opened"])
        assert first_break(links(db.session())) is None
        db.engine.dispose()


def main(words: list[str]) -> None:
    share = float(words[0]) if words else 1.0
    print("# Many at once\n")
    print(
        "Wall clock and CPU of this process in seconds, and the statements it sent; one for many rows counts"
    )
    print("once. On the right what it took, on the same machine, before acts on many were set-based. Other")
    print("processes were at work beside it: CPU and statements are to be compared, not the wall clock.")
    with tempfile.TemporaryDirectory() as folder, postgres.server(postgres.DURABLE) as server:
        kinds = {"SQLite": SqliteDatabases(Path(folder)), "PostgreSQL": PostgresDatabases(server)}
        for name, databases in kinds.items():
            with databases.empty() as url:
                print(f"\n## {name}\n\n| what | s | CPU | statements | before: s | CPU | statements |")
                print("|---|---|---|---|---|---|---|")
                for row in rows(url, Path(folder), share, BEFORE[name]):
                    print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
